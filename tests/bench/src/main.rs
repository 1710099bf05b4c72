//! Each way of stopping a stream that the Rust client has, over a native transport: streams are begun and stopped,
//! and the moments of the stops are told. Whether and when the requests ended is the emulator's to say.
//!
//! Settings come as JSON on stdin: transport, way, accessKeyId, secretAccessKey, sessionToken and `endpoints`, one
//! for each stream. The moments go to stdout as a list of Unix milliseconds.

use futures::StreamExt;
use futures::future::{Either, select};
use outcrop::Client;
use outcrop::credentials::{Credentials, Secret};
use outcrop::transport::{ReqwestTransport, Transport, UreqTransport};
use outcrop::types::{ConverseStreamInput, Message};
use serde_json::{Value, json};
use std::error::Error;
use std::pin::pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
/// 3 events: the stream is in its middle.
const FEW: usize = 3;

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1000.0
}

async fn stop(client: &Client, transport: &dyn Transport, way: &str) -> Result<f64, Box<dyn Error>> {
    let input = ConverseStreamInput::builder()
        .model_id(MODEL)
        .messages([Message::user("Tell me about granite")])
        .build()?;
    if way == "drop before the first event" {
        let call = Box::pin(client.converse_stream(input));
        // 100 ms: the request has arrived and the service is silent.
        let Either::Right((_, call)) = select(call, transport.sleep(Duration::from_millis(100))).await else {
            return Err("the call was answered before it was stopped".into());
        };
        let at = now();
        drop(call);
        return Ok(at);
    }
    let mut stream = client.converse_stream(input).await?.output.stream;
    for _ in 0..FEW {
        stream.next().await.ok_or("the stream has ended before it was stopped")??;
    }
    match way {
        "drop" => {}
        // The read that is pending is dropped first, as a `select!` does it.
        "drop while reading" => {
            let read = pin!(stream.next());
            let _ = select(read, transport.sleep(Duration::from_millis(1))).await;
        }
        other => return Err(format!("no way is called {other}").into()),
    }
    let at = now();
    drop(stream);
    Ok(at)
}

async fn run(
    settings: &Value,
    transport: impl Transport + Clone + 'static,
) -> Result<Vec<f64>, Box<dyn Error>> {
    let text = |name: &str| settings[name].as_str().unwrap_or_default();
    let credentials = Credentials::new(
        text("accessKeyId"),
        text("secretAccessKey"),
        settings["sessionToken"].as_str().map(Secret::from),
    )?;
    let mut moments = Vec::new();
    for endpoint in settings["endpoints"].as_array().into_iter().flatten() {
        let client = Client::builder()
            .region("us-east-1")
            .endpoint(endpoint.as_str().unwrap_or_default())
            .credentials(credentials.clone())
            .transport(transport.clone())
            .max_attempts(1)
            .build()?;
        moments.push(stop(&client, &transport, text("way")).await?);
        // The next begins when the request of this one must have ended: 30 ms, six events.
        transport.sleep(Duration::from_millis(30)).await;
    }
    Ok(moments)
}

fn main() -> Result<(), Box<dyn Error>> {
    let settings: Value = serde_json::from_reader(std::io::stdin())?;
    let moments = match settings["transport"].as_str() {
        Some("reqwest") => {
            let runtime = tokio::runtime::Runtime::new()?;
            runtime.block_on(async { run(&settings, ReqwestTransport::new()?).await })?
        }
        // No tokio: its own threads and any executor.
        Some("ureq") => futures::executor::block_on(run(&settings, UreqTransport::new()))?,
        other => return Err(format!("no transport is called {other:?}").into()),
    };
    println!("{}", json!(moments));
    Ok(())
}
