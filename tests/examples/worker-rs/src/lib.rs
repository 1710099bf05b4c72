//! A Cloudflare Worker that asks a model and sends its words on while they come. It takes a question as the body of a
//! POST, and refuses everything else; it keeps nothing between two requests.
//!
//! The answer is server-sent events: `event: text` with a JSON string for each piece, and at the end `event: end`, or
//! `event: error` with a name and a message. An answer with neither was cut off.
#![cfg(target_arch = "wasm32")]

use futures::future::ready;
use futures::stream::{Stream, StreamExt, once};
use outcrop::Client;
use outcrop::credentials::Environment;
use outcrop::types::{ConverseStreamInput, Message};
use serde_json::json;
use worker::{Context, Env, Method, Request, Response, console_error, event};

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
/// HTTP's statuses for "too many requests", which the model's service answers too, and for "who I asked has failed".
const THROTTLED: u16 = 429;
const BAD_GATEWAY: u16 = 502;

#[event(fetch)]
async fn fetch(mut request: Request, env: Env, _: Context) -> worker::Result<Response> {
    if request.method() != Method::Post {
        return Response::error("POST a question as text", 405);
    }
    let question = request.text().await?;
    if question.trim().is_empty() {
        return Response::error("the question is empty", 400);
    }
    let input = ConverseStreamInput::builder().model_id(MODEL).messages([Message::user(question)]).build();
    match answer(env, input.map_err(|error| error.to_string())?).await {
        Ok(events) => Response::builder()
            .with_header("content-type", "text/event-stream")?
            .with_header("cache-control", "no-store")?
            .from_stream(events),
        Err(error) => {
            // It holds no credential, no header and no body.
            console_error!("{error}");
            let status = error.metadata().and_then(|metadata| metadata.http_status);
            let status = if status == Some(THROTTLED) { THROTTLED } else { BAD_GATEWAY };
            Response::error(error.name().to_owned(), status)
        }
    }
}

/// Resolves when the first event is there: until then a failure can still become a status. When whoever asked goes away,
/// the stream is dropped, and with it the request to the model.
async fn answer(
    env: Env,
    input: ConverseStreamInput,
) -> Result<impl Stream<Item = worker::Result<Vec<u8>>> + 'static, outcrop::Error> {
    let stream = client(env)?.converse_stream(input).await?.output.stream;
    let mut failed = false;
    let events = stream.map(Some).chain(once(ready(None))).filter_map(move |event| {
        ready(match event {
            Some(Ok(event)) => event.text().map(|text| sent("text", &json!(text))),
            Some(Err(error)) => {
                failed = true;
                console_error!("{error}");
                Some(sent("error", &json!({"name": error.name(), "message": error.to_string()})))
            }
            None => (!failed).then(|| sent("end", &json!({}))),
        })
    });
    Ok(events.map(Ok))
}

/// A client for each request: workerd ties what a client fetches, credentials for one, to the request that it was
/// fetched for, and another request that waited for it would wait for ever.
fn client(env: Env) -> Result<Client, outcrop::Error> {
    let variable = move |name: &str| env.var(name).ok().map(|value| value.to_string());
    let mut builder = Client::builder().region(variable("AWS_REGION").unwrap_or_default());
    if let Some(endpoint) = variable("AWS_ENDPOINT_URL_BEDROCK_RUNTIME") {
        builder = builder.endpoint(endpoint);
    }
    builder.credentials(Environment::new(variable)).build()
}

fn sent(event: &str, data: &serde_json::Value) -> Vec<u8> {
    format!("event: {event}\ndata: {data}\n\n").into_bytes()
}
