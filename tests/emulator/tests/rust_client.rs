//! outcrop's Rust client against the emulator: every recorded exchange, every way to authorise, streams that are dropped.
//!
//! The emulator checks signatures with aws-sigv4 and writes streams with aws-smithy-eventstream; the
//! recorded answers are compared as JSON that serde_json alone has read.
//!
//! It is long because all of it runs against one kind of emulator, started and read by the same few lines.

use crate::started::{Emulator, root};
use futures::StreamExt;
use outcrop::aws::AwsSigner;
use outcrop::credentials::{ApiKey, Credentials, from_fn};
use outcrop::types::{ConverseInput, ConverseStreamInput, InvokeModelInput, Message};
use outcrop::{Client, Error};
use serde_json::Value;
use std::collections::HashMap;
use std::ffi::OsString;
use std::iter;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";

fn hello(model: &str) -> ConverseStreamInput {
    ConverseStreamInput::builder()
        .model_id(model)
        .messages([Message::user("Say hello to the bedrock")])
        .build()
        .unwrap()
}

#[tokio::test]
async fn every_way_to_authorise() {
    let emulator = Emulator::start();
    let endpoint = |run: &str| format!("{}/run/{run}", emulator.text("/address"));
    let fixed = emulator.credentials("credentials");
    let given = fixed.clone();
    let calls = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&calls);
    let builder = |run: &str| Client::builder().region("eu-central-1").endpoint(endpoint(run));
    let clients = [
        ("long-lived", builder("long-lived").credentials(fixed.clone()), "ok"),
        ("temporary", builder("temporary").credentials(emulator.credentials("temporaryCredentials")), "ok"),
        (
            "callback",
            builder("callback").credentials(from_fn(move || {
                counter.fetch_add(1, Ordering::SeqCst);
                let given = given.clone();
                Box::pin(async move { Ok(given) })
            })),
            "ok",
        ),
        (
            "api-key",
            builder("api-key").api_key(ApiKey::new(emulator.hello["apiKey"].as_str().unwrap()).unwrap()),
            "bearer",
        ),
        ("aws-signer", builder("aws-signer").credentials(fixed).signer(AwsSigner), "ok"),
    ];
    for (run, builder, signature) in clients {
        let client = builder.build().unwrap();
        for model in [
            MODEL,
            "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-3-haiku-20240307-v1:0",
        ] {
            let input =
                ConverseInput::builder().model_id(model).messages([Message::user("Hello")]).build().unwrap();
            let answer = client.converse(input).await.unwrap();
            assert!(!answer.text().is_empty());
            assert_eq!((answer.metadata.http_status, answer.metadata.attempts), (Some(200), 1));
            assert!(answer.metadata.request_id.is_some());
        }
        let mut stream = client.converse_stream(hello(MODEL)).await.unwrap().output.stream;
        let mut text = String::new();
        while let Some(event) = stream.next().await {
            text.push_str(event.unwrap().text().unwrap_or_default());
        }
        assert!(!text.is_empty());
        let body = serde_json::json!({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9,
            "messages": [{"role": "user", "content": "Hello"}]});
        let input = InvokeModelInput::json(MODEL, &body).unwrap();
        let answer = client.invoke_model(input.clone()).await.unwrap();
        assert!(answer.json::<Value>().unwrap()["content"].is_array());
        assert_eq!(answer.content_type.as_deref(), Some("application/json"));
        let mut stream = client.invoke_model_with_response_stream(input.into()).await.unwrap().output.body;
        let mut chunks = 0;
        while let Some(part) = stream.next().await {
            assert!(part.unwrap().json::<Value>().unwrap().is_object());
            chunks += 1;
        }
        assert!(chunks > 1);
        let seen = emulator.ended(run).await;
        let attempts = seen["attempts"].as_array().unwrap();
        assert_eq!(attempts.len(), 5, "{seen:#}");
        assert!(attempts.iter().all(|attempt| attempt["signature"] == signature), "{run}: {seen:#}");
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1, "credentials that do not expire are fetched once");
}

#[tokio::test]
async fn a_wrong_secret_is_refused_as_aws_does() {
    let emulator = Emulator::start();
    let right = emulator.credentials("credentials");
    let wrong = Credentials::new(right.access_key_id(), "x".repeat(40), None).unwrap();
    let client = Client::builder()
        .region("us-east-1")
        .endpoint(format!("{}/run/wrong", emulator.text("/address")))
        .credentials(wrong)
        .build()
        .unwrap();
    let Err(Error::Service(error)) = client.converse_stream(hello(MODEL)).await else { panic!() };
    assert_eq!((error.name.as_str(), error.metadata.http_status), ("InvalidSignatureException", Some(403)));
    assert!(!error.message.is_empty() && error.metadata.request_id.is_some());
    assert_eq!(emulator.ended("wrong").await["attempts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn dropping_the_stream_ends_the_request() {
    let emulator = Emulator::start();
    let client = emulator.client("/words/2000/pace/20/run/dropped");
    let mut stream = client.converse_stream(hello(MODEL)).await.unwrap().output.stream;
    for _ in 0..3 {
        stream.next().await.unwrap().unwrap();
    }
    drop(stream);
    // An answer of 2,000 words takes 40 seconds: that it has ended within 10 is the drop's doing.
    let seen = emulator.ended("dropped").await;
    assert_eq!(seen["open"], 0);
    assert_eq!(seen["attempts"][0]["responseEnded"], "client closed", "{seen:#}");
}

/// Calls and streams move between threads: spawned on a runtime of several, read on whichever is free.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_and_streams_are_send() {
    let emulator = Emulator::start();
    let client = emulator.client("/pace/1/run/send");
    let own = client.clone();
    let input = ConverseInput::builder().model_id(MODEL).messages([Message::user("Hello")]).build().unwrap();
    let call = tokio::spawn(async move { own.converse(input).await.unwrap().text() });
    let mut stream = client.converse_stream(hello(MODEL)).await.unwrap().output.stream;
    let first = stream.next().await.unwrap().unwrap();
    assert_eq!(first.event_type(), "messageStart");
    let read = tokio::spawn(async move {
        let mut events = 1;
        while let Some(event) = stream.next().await {
            event.unwrap();
            events += 1;
        }
        events
    });
    assert!(!call.await.unwrap().is_empty());
    assert!(read.await.unwrap() > 10);
}

/// 1,000 first calls at once: one asks the provider, the others wait for what it gets.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_first_calls_ask_the_provider_once() {
    let emulator = Emulator::start();
    let calls = Arc::new(AtomicU32::new(0));
    let (counter, given) = (Arc::clone(&calls), emulator.credentials("temporaryCredentials"));
    let provider = from_fn(move || {
        let (counter, given) = (Arc::clone(&counter), given.clone());
        Box::pin(async move {
            counter.fetch_add(1, Ordering::SeqCst);
            // Long enough for all the others to come and find nothing kept.
            tokio::time::sleep(Duration::from_millis(200)).await;
            Ok(given)
        })
    });
    let client = Client::builder()
        .region("us-east-1")
        .endpoint(format!("{}/run/thousand", emulator.text("/address")))
        .credentials(provider)
        .build()
        .unwrap();
    let tasks: Vec<_> = (0..1_000)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                let input = ConverseInput::builder().model_id(MODEL).messages([Message::user("Hello")]);
                client.converse(input.build().unwrap()).await.unwrap().text().len()
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap() > 0);
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    let seen = emulator.ended("thousand").await;
    let attempts = seen["attempts"].as_array().unwrap();
    assert!(attempts.len() >= 1_000 && attempts.iter().all(|attempt| attempt["signature"] == "ok"));
}

#[tokio::test]
async fn every_recorded_exchange() {
    let folder = root().join("../shared/vectors/recorded");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("1 skipped: no ../shared/vectors");
        return;
    };
    let files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .collect();
    let mut records = HashMap::new();
    for file in &files {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            records.insert(record["id"].as_str().unwrap().to_owned(), record);
        }
    }
    let arguments: Vec<_> = iter::once("--replay".into()).chain(files.iter().map(OsString::from)).collect();
    let emulator = Emulator::start_with(&arguments);
    let list = emulator.get("/_replay").await;
    let (mut answers, mut streams, mut errors) = (0, 0, 0);
    for entry in list.as_array().unwrap() {
        let operation = entry["operation"].as_str().unwrap();
        if !["Converse", "ConverseStream", "InvokeModel", "InvokeModelWithResponseStream"]
            .contains(&operation)
        {
            continue;
        }
        let id = entry["id"].as_str().unwrap();
        let record = &records[id];
        let client = emulator.client(&format!("/pace/0/replay/{}/recorded", entry["key"].as_str().unwrap()));
        let got = replay(&client, operation, record).await;
        let response = &record["response"];
        match got {
            Got::Answer(json) => {
                assert_eq!(json, without_nulls(response["body"]["json"].clone()), "{id}");
                answers += 1;
            }
            Got::Events(events, error) => {
                let mut wanted: Vec<&Value> = response["events"].as_array().unwrap().iter().collect();
                if let Some(error) = error {
                    let last = wanted.pop().unwrap();
                    assert_eq!(last["message_type"], "exception", "{id}: {error}");
                    let Error::Service(error) = error else { panic!("{id}: {error}") };
                    assert_eq!(Value::from(error.message), last["payload"]["message"], "{id}");
                }
                assert_eq!(events.len(), wanted.len(), "{id}");
                for (event, wanted) in events.into_iter().zip(wanted) {
                    assert_eq!(Value::from(event.0), wanted["event_type"], "{id}");
                    assert_eq!(event.1, without_nulls(wanted["payload"].clone()), "{id}");
                }
                streams += 1;
            }
            Got::Failed(Error::Service(error)) => {
                assert_eq!(
                    error.metadata.http_status.map(u64::from),
                    response["status"].as_u64(),
                    "{id}: {error}"
                );
                assert_eq!(Value::from(error.message), response["body"]["json"]["message"], "{id}");
                let header = response["headers"]["x-amzn-errortype"]
                    .as_str()
                    .map(|text| text.split(':').next().unwrap());
                assert!(header.is_none_or(|name| name == error.name), "{id}: {} {header:?}", error.name);
                errors += 1;
            }
            Got::Failed(error) => panic!("{id}: {error}"),
        }
    }
    println!("{answers} recorded answers, {streams} streams, {errors} errors");
    assert!(answers > 100 && streams > 90 && errors > 10);
}

enum Got {
    Answer(Value),
    Events(Vec<(String, Value)>, Option<Error>),
    Failed(Error),
}

/// Sends what was recorded as sent, through the typed methods, and reads what comes into the typed shapes
/// and out of them again.
async fn replay(client: &Client, operation: &str, record: &Value) -> Got {
    let model = record["model"].as_str().unwrap();
    let sent = &record["request"]["body"];
    let sent = sent.get("json").map_or_else(|| sent["text"].as_str().unwrap().to_owned(), Value::to_string);
    let mut events = Vec::new();
    let mut failure = None;
    match operation {
        "Converse" => {
            let mut input: ConverseInput = serde_json::from_str(&sent).unwrap();
            input.model_id = Some(model.to_owned());
            return match client.converse(input).await {
                Ok(answer) => Got::Answer(without_nulls(serde_json::to_value(&answer.output).unwrap())),
                Err(error) => Got::Failed(error),
            };
        }
        "ConverseStream" => {
            let mut input: ConverseStreamInput = serde_json::from_str(&sent).unwrap();
            input.model_id = Some(model.to_owned());
            let mut stream = match client.converse_stream(input).await {
                Ok(answer) => answer.output.stream,
                Err(error) => return Got::Failed(error),
            };
            while let Some(event) = stream.next().await {
                match event {
                    Ok(event) => {
                        let payload = serde_json::from_slice(&event.to_payload().unwrap()).unwrap();
                        events.push((event.event_type().to_owned(), without_nulls(payload)));
                    }
                    Err(error) => failure = Some(error),
                }
            }
        }
        _ => {
            let input = InvokeModelInput::builder().model_id(model).body(sent.into_bytes()).build().unwrap();
            if operation == "InvokeModel" {
                return match client.invoke_model(input).await {
                    Ok(answer) => Got::Answer(without_nulls(answer.json().unwrap())),
                    Err(error) => Got::Failed(error),
                };
            }
            let mut stream = match client.invoke_model_with_response_stream(input.into()).await {
                Ok(answer) => answer.output.body,
                Err(error) => return Got::Failed(error),
            };
            while let Some(event) = stream.next().await {
                match event {
                    Ok(part) => {
                        events.push(("chunk".to_owned(), without_nulls(serde_json::to_value(&part).unwrap())))
                    }
                    Err(error) => failure = Some(error),
                }
            }
        }
    }
    Got::Events(events, failure)
}

/// null and absent are one: AWS sends either.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Value::Array(list) => list.into_iter().map(without_nulls).collect(),
        other => other,
    }
}
