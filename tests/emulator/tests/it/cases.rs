//! Plays every file of tests/cases and compares what is on the wire with its verdict, so that no runtime is asked
//! for something that never happens.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::support::{Emulator, Reply, decode, header, payload, root};

/// What only a client can do: no bytes of the service's show it.
const ENDS_OF_A_CLIENT: [&str; 4] =
    ["TimeoutError", "AbortError", "CredentialsProviderError", "NetworkError"];

#[tokio::test]
async fn every_case_does_what_its_verdict_says() {
    let emulator = Emulator::start(&[]);
    let (mut played, mut left) = (0, Vec::new());
    for entry in std::fs::read_dir(root().join("tests/cases")).expect("the cases") {
        let path = entry.expect("a folder entry").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a case");
        let case: Value = serde_json::from_str(&text).expect("JSON");
        let error = case["verdict"]["other"]["error"].as_str().unwrap_or_default();
        let resets = case["script"][0]["reset"] == "beforeHeaders";
        if case.get("stop").is_some() || (ENDS_OF_A_CLIENT.contains(&error) && !resets) {
            left.push(case["name"].as_str().unwrap_or_default().to_owned());
            continue;
        }
        play(&emulator, &case).await;
        played += 1;
    }
    println!("{played} cases played; {} are about what a client does: {}", left.len(), left.join(", "));
    assert!(played > 60, "only {played} cases were played");
}

async fn play(emulator: &Emulator, case: &Value) {
    let name = case["name"].as_str().expect("a name");
    let (request, verdict) = (&case["request"], &case["verdict"]["other"]);
    let (path, body) = wire(request);
    let path = format!("/case/{name}/played{path}");
    let operation = request["operation"].as_str();
    let streams = operation.is_some_and(|operation| operation.ends_with("Stream"));
    let calls = verdict.get("seen").or(verdict.get("seenAtMost")).unwrap_or(&verdict["attempts"]);
    let calls = calls.as_u64().expect("attempts");
    let mut offset = 0;
    let mut last = None;
    for index in 0..calls {
        let call = emulator.call("POST", &path, body.clone());
        let word = match &request["provider"] {
            Value::Array(words) => words[words.len().min(index as usize + 1) - 1].as_str(),
            _ => request["credentials"].as_str(),
        };
        let call = if request["apiKey"] == true {
            call.with(
                "authorization",
                &format!("Bearer {}", emulator.line["apiKey"].as_str().expect("a key")),
            )
        } else {
            let credentials = match word {
                None | Some("good") => emulator.credentials(),
                Some("expiredToken") => emulator.expired(),
                Some(_) => emulator.temporary(),
            };
            call.signed_at(&credentials, shifted(offset))
        };
        // A stream that breaks off is judged by what came of it; an attempt that stays silent is given up after
        // three seconds, long after every client's limit.
        let attempt = async { if streams { call.try_send_broken().await } else { call.try_send().await } };
        let Ok(reply) = tokio::time::timeout(Duration::from_secs(3), attempt).await else {
            assert!(index + 1 < calls, "{name}: the last attempt is silent");
            continue;
        };
        // A client whose clock was refused corrects it once.
        let refused = reply.as_ref().is_ok_and(|reply| {
            reply.status == 403
                && ["Signature expired", "not yet current", "too large"]
                    .iter()
                    .any(|word| reply.error().1.contains(word))
        });
        if refused && offset == 0 {
            offset = case["clockOffsetSeconds"].as_i64().unwrap_or_default();
            offset += case["script"][0]["clockOffsetSeconds"].as_i64().unwrap_or_default();
        }
        last = Some(reply);
    }
    let told = outcome(last.expect("an attempt"), operation);
    let expected = match verdict["error"].as_str() {
        Some(error) => (error.to_owned(), verdict["events"].as_u64()),
        None => ("ok".to_owned(), verdict["events"].as_u64()),
    };
    assert_eq!(told, expected, "{name}");
}

fn shifted(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { SystemTime::now() - distance } else { SystemTime::now() + distance }
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
        let (name, _) = reply.error();
        let redirected = (300..400).contains(&reply.status);
        return (if redirected { "NetworkError".to_owned() } else { name }, streams.then_some(0));
    }
    if !streams {
        let Ok(json) = serde_json::from_slice::<Value>(&reply.body) else {
            return ("AnswerError".to_owned(), None);
        };
        let unknown = json["Output"]["__type"].is_string();
        return (if unknown { "UnknownOperationException" } else { "ok" }.to_owned(), None);
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
