//! The Rust client as wasm, called from JavaScript: what a Rust web app does, reduced to what a test asks of it.
//! It goes through the crate's default transport (reqwest on the host's fetch) and decides nothing itself.
//!
//! Every answer is JSON text. An export never throws on purpose: a WebAssembly.RuntimeError is a trap.
#![cfg(target_arch = "wasm32")]

use futures::StreamExt;
use futures::future::{Either, select};
use outcrop::credentials::{Credentials, Secret};
use outcrop::stream::{EventStream, RawEvent};
use outcrop::transport::{ReqwestTransport, Transport};
use outcrop::types::{ConverseInput, ConverseStreamEvent, ConverseStreamInput, Message};
use outcrop::{Client, Error};
use serde_json::{Value, json};
use std::pin::pin;
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

/// A client with all its defaults.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Bedrock(Client);

#[wasm_bindgen]
impl Bedrock {
    /// A client for an endpoint. What is wrong with the settings is thrown as text.
    #[wasm_bindgen(constructor)]
    pub fn new(endpoint: &str, key_id: &str, secret: &str, token: Option<String>) -> Result<Self, String> {
        let credentials =
            Credentials::new(key_id, secret, token.map(Secret::from)).map_err(|error| error.to_string())?;
        let builder = Client::builder().region("us-east-1").endpoint(endpoint).credentials(credentials);
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

    /// Any operation with an input as a case file has it: how many events came, and the error.
    pub async fn run(&self, operation: String, input: String) -> String {
        let Ok(Value::Object(mut input)) = serde_json::from_str::<Value>(&input) else {
            return json!({"error": "the input is no JSON object"}).to_string();
        };
        let mut members = Vec::new();
        for name in ["modelId", "contentType", "accept", "trace", "guardrailIdentifier", "guardrailVersion"] {
            if let Some(Value::String(value)) = input.remove(name) {
                members.push((name, value));
            }
        }
        let members: Vec<(&str, &str)> =
            members.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = match input.remove("body") {
            Some(Value::String(text)) => text,
            Some(json) => json.to_string(),
            None => Value::Object(input).to_string(),
        };
        if !operation.ends_with("Stream") {
            return match self.0.send(&operation, &members, body).await {
                Ok(answer) => metadata(&answer.metadata),
                Err(error) => failed(&error),
            }
            .to_string();
        }
        let mut events: EventStream<RawEvent> = match self.0.send_stream(&operation, &members, body).await {
            Ok(stream) => stream.events,
            Err(error) => {
                let mut told = failed(&error);
                told["events"] = 0.into();
                return told.to_string();
            }
        };
        let mut told = json!({});
        let mut count = 0;
        while let Some(event) = events.next().await {
            match event {
                Ok(_) => count += 1,
                Err(error) => told = failed(&error),
            }
        }
        told["events"] = count.into();
        told.to_string()
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

fn transport() -> ReqwestTransport {
    ReqwestTransport::new().expect("fetch needs no preparation")
}

fn wait(ms: u32) -> impl Future<Output = ()> + Unpin {
    transport().sleep(Duration::from_millis(ms.into()))
}

/// Sleeps as the loop does between two attempts; answers how long it took by the transport's own clock, in
/// milliseconds.
#[wasm_bindgen]
pub async fn sleep(ms: u32) -> f64 {
    let before = transport().now().as_unix_millis();
    wait(ms).await;
    (transport().now().as_unix_millis() - before) as f64
}

/// Whether a sleep of so many seconds is still asleep after `ms`; it is dropped then.
#[wasm_bindgen]
pub async fn sleeps_on(seconds: u64, nanoseconds: u32, ms: u32) -> bool {
    let long = transport().sleep(Duration::new(seconds, nanoseconds));
    matches!(select(long, wait(ms)).await, Either::Right(_))
}

/// The transport's clock, in milliseconds since 1970.
#[wasm_bindgen]
pub fn now() -> f64 {
    transport().now().as_unix_millis() as f64
}

/// 64 random bits as the transport has them.
#[wasm_bindgen]
pub fn random() -> Option<u64> {
    transport().random()
}
