//! Plays every file of tests/cases and compares what is on the wire with its verdict, so that no runtime is asked
//! for something that never happens.

use serde_json::Value;

use crate::support::{Emulator, Reply, decode, header, payload, root};

#[tokio::test]
async fn every_case_does_what_its_verdict_says() {
    let emulator = Emulator::start(&[]);
    let mut count = 0;
    for entry in std::fs::read_dir(root().join("tests/cases")).expect("the cases") {
        let path = entry.expect("a folder entry").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a case");
        let case: Value = serde_json::from_str(&text).expect("JSON");
        play(&emulator, &case).await;
        count += 1;
    }
    assert!(count > 10, "only {count} cases were found");
}

async fn play(emulator: &Emulator, case: &Value) {
    let name = case["name"].as_str().expect("a name");
    let verdict = &case["verdict"]["other"];
    let (path, body) = wire(&case["request"]);
    let path = format!("/case/{name}/played{path}");
    let operation = case["request"]["operation"].as_str();
    let mut last = None;
    for _ in 0..verdict["attempts"].as_u64().expect("attempts") {
        let call = emulator.call("POST", &path, body.clone()).signed(&emulator.credentials());
        // A stream that breaks off is judged by what came of it.
        let streams = operation.is_some_and(|operation| operation.ends_with("Stream"));
        last = Some(if streams { call.try_send_broken().await } else { call.try_send().await });
    }
    let told = outcome(last.expect("an attempt"), operation);
    let expected = match verdict["error"].as_str() {
        Some(error) => (error.to_owned(), verdict["events"].as_u64()),
        None => ("ok".to_owned(), verdict["events"].as_u64()),
    };
    assert_eq!(told, expected, "{name}");
}

fn wire(request: &Value) -> (String, String) {
    let operation = request["operation"].as_str().expect("an operation");
    let mut input = request["input"].as_object().expect("an input").clone();
    let model = input.remove("modelId").expect("a model");
    let model = percent_encoding::utf8_percent_encode(
        model.as_str().expect("text"),
        percent_encoding::NON_ALPHANUMERIC,
    );
    let (end, body) = match operation {
        "Converse" => ("converse", Value::Object(input).to_string()),
        "ConverseStream" => ("converse-stream", Value::Object(input).to_string()),
        _ => {
            let body = match &input["body"] {
                Value::String(text) => text.clone(),
                body => body.to_string(),
            };
            let streams = operation == "InvokeModelWithResponseStream";
            (if streams { "invoke-with-response-stream" } else { "invoke" }, body)
        }
    };
    (format!("/model/{model}/{end}"), body)
}

/// What a right client would say: an error's name or `ok`, and the events it could deliver.
fn outcome(reply: Result<Reply, hyper::Error>, operation: Option<&str>) -> (String, Option<u64>) {
    let streams = operation.is_some_and(|operation| operation.ends_with("Stream"));
    let Ok(reply) = reply else {
        return ("NetworkError".to_owned(), streams.then_some(0));
    };
    if reply.status != 200 {
        return (reply.error().0, streams.then_some(0));
    }
    if !streams {
        return ("ok".to_owned(), None);
    }
    if reply.header("content-type") != "application/vnd.amazon.eventstream" {
        return ("EventStreamError".to_owned(), Some(0));
    }
    let (messages, end) = decode(&reply.body);
    let mut events = 0;
    let mut complete = false;
    for message in &messages {
        match header(message, ":message-type") {
            "event" => {
                events += 1;
                let inner = payload(message);
                complete = header(message, ":event-type") == "metadata" || metrics(&inner);
            }
            "exception" => {
                let wire = header(message, ":exception-type");
                let (first, rest) = wire.split_at(1);
                return (first.to_uppercase() + rest, Some(events));
            }
            "error" => {
                let code = header(message, ":error-code");
                return (if code.is_empty() { "UnknownError" } else { code }.to_owned(), Some(events));
            }
            other => panic!("a message of type {other}"),
        }
    }
    let name = match end {
        Ok(()) if complete => "ok",
        Ok(()) => "TruncatedStreamError",
        // Bytes left behind: cut off, unless the frame at their head promises more than any frame may have
        // (24 MiB and its headers).
        Err(error) if error.ends_with("are left") && !promises_too_much(&reply.body, messages.len()) => {
            "TruncatedStreamError"
        }
        Err(_) => "EventStreamError",
    };
    (name.to_owned(), Some(events))
}

fn metrics(inner: &Value) -> bool {
    use base64::Engine;
    let bytes = inner["bytes"].as_str().unwrap_or_default();
    let decoded = base64::engine::general_purpose::STANDARD.decode(bytes).unwrap_or_default();
    serde_json::from_slice::<Value>(&decoded)
        .is_ok_and(|inner| inner["amazon-bedrock-invocationMetrics"].is_object())
}

fn promises_too_much(mut body: &[u8], frames: usize) -> bool {
    let length = |body: &[u8]| u32::from_be_bytes(body[..4].try_into().expect("four bytes")) as usize;
    for _ in 0..frames {
        body = &body[length(body)..];
    }
    body.len() >= 4 && length(body) > 25 * 1024 * 1024
}
