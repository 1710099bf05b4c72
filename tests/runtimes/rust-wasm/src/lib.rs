//! The Rust client as wasm, called from JavaScript: what a Rust web app does, reduced to what a test asks of it.
//! It goes through the transport that the test names (the crate's default, which is fetch, or reqwest) and decides
//! nothing itself.
//!
//! Every answer is JSON text. An export never throws on purpose: a WebAssembly.RuntimeError is a trap.
#![cfg(target_arch = "wasm32")]

#[path = "../../../emulator/tests/runner/mod.rs"]
mod runner;

use futures::StreamExt;
use futures::future::{Either, select};
use outcrop::credentials::{Credentials, Secret};
use outcrop::failure::NetworkError;
use outcrop::stream::EventStream;
use outcrop::time::Timestamp;
use outcrop::transport::{BoxFuture, HttpRequest, HttpResponse, ReqwestTransport, Transport};
use outcrop::types::{ConverseInput, ConverseStreamEvent, ConverseStreamInput, Message};
use outcrop::{Client, Error};
use serde_json::{Value, json};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::prelude::wasm_bindgen;

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn error(text: &str);
}

/// A trap alone says "unreachable": the panic's words go to the console first.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|panic| error(&panic.to_string())));
}

/// A client with all its defaults but perhaps its transport.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Bedrock(Client);

/// One of the transports: `fetch`, the default, or `reqwest`.
fn transport(name: &str) -> Arc<dyn Transport> {
    match name {
        "reqwest" => Arc::new(ReqwestTransport::new().expect("fetch needs no preparation")),
        _ => outcrop::transport::default().expect("fetch needs no preparation"),
    }
}

/// A builder takes a transport by value.
#[derive(Debug)]
struct Passed(Arc<dyn Transport>);

impl Transport for Passed {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        self.0.send(request)
    }
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(duration)
    }
    fn now(&self) -> Timestamp {
        self.0.now()
    }
    fn random(&self) -> Option<u64> {
        self.0.random()
    }
}

#[wasm_bindgen]
impl Bedrock {
    /// A client for an endpoint. What is wrong with the settings is thrown as text.
    #[wasm_bindgen(constructor)]
    pub fn new(
        endpoint: &str,
        key_id: &str,
        secret: &str,
        token: Option<String>,
        over: Option<String>,
    ) -> Result<Self, String> {
        let credentials =
            Credentials::new(key_id, secret, token.map(Secret::from)).map_err(|error| error.to_string())?;
        let mut builder = Client::builder().region("us-east-1").endpoint(endpoint).credentials(credentials);
        if let Some(over) = over.filter(|over| over != "default") {
            builder = builder.transport(Passed(transport(&over)));
        }
        builder.build().map(Self).map_err(|error| error.to_string())
    }

    /// Converse: the text and what is known about the call.
    pub async fn converse(&self, prompt: String) -> String {
        let input = match ConverseInput::builder().model_id(MODEL).messages([Message::user(prompt)]).build() {
            Ok(input) => input,
            Err(error) => return json!({"error": error.to_string()}).to_string(),
        };
        match self.0.converse(input).await {
            Ok(answer) => {
                let mut told = metadata(&answer.metadata);
                told["text"] = answer.text().into();
                told
            }
            Err(error) => failed(&error),
        }
        .to_string()
    }

    /// ConverseStream: how many events came, their text, and the error if there was one. The stream is dropped
    /// after `most` events.
    pub async fn converse_stream(&self, prompt: String, most: u32) -> String {
        let mut stream = match self.open(prompt).await {
            Ok(stream) => stream,
            Err(error) => return failed(&error).to_string(),
        };
        let (mut events, mut text) = (0, String::new());
        while events < most {
            match stream.next().await {
                Some(Ok(event)) => text.push_str(event.text().unwrap_or_default()),
                Some(Err(error)) => {
                    let mut told = failed(&error);
                    told["events"] = events.into();
                    told["text"] = text.into();
                    return told.to_string();
                }
                None => return json!({"events": events, "text": text, "ended": true}).to_string(),
            }
            events += 1;
        }
        json!({"events": events, "text": text, "ended": false}).to_string()
    }

    /// Reads `events` events, then waits `ms` for one more that does not come, and drops the stream while that
    /// read is pending.
    pub async fn drop_while_reading(&self, events: u32, ms: u32) -> String {
        let mut stream = match self.open("Hello".to_owned()).await {
            Ok(stream) => stream,
            Err(error) => return failed(&error).to_string(),
        };
        for _ in 0..events {
            if let Some(Err(error)) = stream.next().await {
                return failed(&error).to_string();
            }
        }
        let pending = matches!(select(stream.next(), wait(ms)).await, Either::Right(_));
        json!({"pending": pending}).to_string()
    }

    /// Calls, and drops the call if it has no answer after `ms`.
    pub async fn drop_before_answer(&self, ms: u32) -> String {
        let call = pin!(self.converse("Hello".to_owned()));
        match select(call, wait(ms)).await {
            Either::Left((told, _)) => told,
            Either::Right(_) => json!({"pending": true}).to_string(),
        }
    }
}

impl Bedrock {
    async fn open(&self, prompt: String) -> Result<EventStream<ConverseStreamEvent>, Error> {
        let mut input = ConverseStreamInput::default();
        input.model_id = Some(MODEL.to_owned());
        input.messages = Some(vec![Message::user(prompt)]);
        Ok(self.0.converse_stream(input).await?.output.stream)
    }
}

fn metadata(metadata: &outcrop::failure::Metadata) -> Value {
    json!({
        "status": metadata.http_status,
        "requestId": metadata.request_id,
        "attempts": metadata.attempts,
        "delayMs": u64::try_from(metadata.total_retry_delay.as_millis()).unwrap_or(u64::MAX),
    })
}

fn failed(error: &Error) -> Value {
    let mut told = error.metadata().map_or_else(|| json!({}), metadata);
    told["error"] = error.name().into();
    told["message"] = error.to_string().into();
    told
}

fn wait(ms: u32) -> BoxFuture<'static, ()> {
    transport("default").sleep(Duration::from_millis(ms.into()))
}

/// Sleeps as the loop does between two attempts; answers how long it took by the transport's own clock, in
/// milliseconds.
#[wasm_bindgen]
pub async fn sleep(over: String, ms: u32) -> f64 {
    let transport = transport(&over);
    let before = transport.now().as_unix_millis();
    transport.sleep(Duration::from_millis(ms.into())).await;
    (transport.now().as_unix_millis() - before) as f64
}

/// Whether a sleep of so many seconds is still asleep after `ms`; it is dropped then.
#[wasm_bindgen]
pub async fn sleeps_on(over: String, seconds: u64, nanoseconds: u32, ms: u32) -> bool {
    let long = transport(&over).sleep(Duration::new(seconds, nanoseconds));
    matches!(select(long, wait(ms)).await, Either::Right(_))
}

/// The transport's clock, in milliseconds since 1970.
#[wasm_bindgen]
pub fn now(over: &str) -> f64 {
    transport(over).now().as_unix_millis() as f64
}

/// 64 random bits as the transport has them.
#[wasm_bindgen]
pub fn random(over: &str) -> Option<u64> {
    transport(over).random()
}

/// One request as it is: `{status, headers, bytes, sum}`, the sum of all bytes of the body modulo 2^32, or
/// `{error}`. The body is `bytes` bytes that count from 0 to 250 again and again; `headers` are names and values by
/// turns, NUL between them.
#[wasm_bindgen]
pub async fn send(over: String, method: String, url: String, headers: String, bytes: usize) -> String {
    let method = if method == "GET" { "GET" } else { "POST" };
    let mut words = headers.split('\0').map(str::to_owned);
    let mut list = Vec::new();
    while let (Some(name), Some(value)) = (words.next(), words.next()) {
        list.push((name, value));
    }
    let body: Vec<u8> = (0..bytes).map(|at| (at % 251) as u8).collect();
    let request = HttpRequest { method, url, headers: list, body: body.into() };
    let mut told = json!({});
    match transport(&over).send(request).await {
        Err(error) => told["error"] = error.message.into(),
        Ok(mut answer) => {
            let (mut length, mut sum) = (0_usize, 0_u32);
            while let Some(chunk) = answer.body.next().await {
                match chunk {
                    Ok(chunk) => {
                        length += chunk.len();
                        sum = chunk.iter().fold(sum, |sum, byte| sum.wrapping_add(u32::from(*byte)));
                    }
                    Err(error) => told["error"] = error.message.into(),
                }
            }
            told["status"] = answer.status.into();
            told["headers"] = json!(answer.headers);
            told["bytes"] = length.into();
            told["sum"] = sum.into();
        }
    }
    told.to_string()
}

/// Reads a body's first chunk, waits `ms` for one more that does not come (0: does not ask), and drops the body.
/// Answers the chunk as text.
#[wasm_bindgen]
pub async fn drop_body(over: String, url: String, ms: u32) -> String {
    let request = HttpRequest { method: "POST", url, headers: Vec::new(), body: "{}".into() };
    let mut answer = match transport(&over).send(request).await {
        Ok(answer) => answer,
        Err(error) => return error.message,
    };
    let first = match answer.body.next().await {
        Some(Ok(first)) => String::from_utf8_lossy(&first).into_owned(),
        other => return format!("{other:?}"),
    };
    if ms > 0 && !matches!(select(answer.body.next(), wait(ms)).await, Either::Right(_)) {
        return "more came".to_owned();
    }
    first
}

/// Runs cases, given as a JSON list, over a transport (`page`: the default one, behind CORS) against the emulator whose
/// first line is `hello`: the table of verdicts, and the names of the cases whose verdict is wrong, as JSON.
#[wasm_bindgen]
pub async fn run_cases(over: String, hello: String, cases: String) -> String {
    let (Ok(hello), Ok(cases)) = (serde_json::from_str(&hello), serde_json::from_str::<Vec<Value>>(&cases))
    else {
        return json!({"table": "", "wrong": ["this is not JSON"]}).to_string();
    };
    // A browser opens six connections to a host: four cases, and what they ask the emulator.
    let (kind, at_once) = match over.as_str() {
        "page" => ("rust-page", 4),
        "default" => ("rust-wasm", 8),
        _ => ("rust-wasm-reqwest", 8),
    };
    let mut runner = runner::Runner::new(transport(&over), hello, kind);
    if over == "page" {
        runner = runner.in_page();
    }
    let runner = &runner;
    let outcomes: Vec<runner::Outcome> = futures::stream::iter(cases)
        .map(|case| async move {
            let run = format!("{kind}-{}", case["name"].as_str().unwrap_or_default());
            runner.run(&case, &run).await
        })
        // Most of their time is waiting.
        .buffered(at_once)
        .collect()
        .await;
    let wrong: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| !outcome.wrong.is_empty())
        .map(|outcome| outcome.name.as_str())
        .collect();
    json!({"table": runner::table(&outcomes), "wrong": wrong, "cases": outcomes.len()}).to_string()
}
