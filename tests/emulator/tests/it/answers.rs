//! Built-in answers of Converse and its stream, decoded by AWS's decoder, and what is refused.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{CLAUDE, Emulator, ask, decode, header, payload};

fn texts(events: &[Value]) -> String {
    events.iter().filter_map(|event| event["delta"]["text"].as_str()).collect()
}

#[tokio::test]
async fn converse_and_its_stream_say_the_same() {
    let emulator = Emulator::start(&[]);
    let path = format!("/pace/0/run/r/model/{CLAUDE}");
    let question = ask("What  is a\noutcrop?");
    let whole = emulator.post(&format!("{path}/converse"), &question).send().await.json();
    let text = whole["output"]["message"]["content"][0]["text"].as_str().expect("a text");
    assert!(text.starts_with("You said: What is a outcrop? This answer"), "{text}");
    assert_eq!(whole["stopReason"], "end_turn");

    let reply = emulator.post(&format!("{path}/converse-stream"), &question).send().await;
    assert_eq!(reply.header("content-type"), "application/vnd.amazon.eventstream");
    assert_eq!(reply.header("transfer-encoding"), "chunked");
    let (messages, end) = decode(&reply.body);
    assert_eq!(end, Ok(()));
    for message in &messages {
        let names: Vec<&str> = message.headers().iter().map(|header| header.name().as_str()).collect();
        assert_eq!(names, [":event-type", ":content-type", ":message-type"]);
        assert_eq!(header(message, ":message-type"), "event");
    }
    let payloads: Vec<Value> = messages.iter().map(payload).collect();
    assert!(payloads.iter().all(|payload| payload["p"].is_string()));
    assert_eq!(texts(&payloads), text);
    let words = text.split(' ').count();
    let kinds: Vec<&str> = messages.iter().map(|message| header(message, ":event-type")).collect();
    let mut expected = vec!["messageStart"];
    expected.extend(vec!["contentBlockDelta"; words]);
    expected.extend(["contentBlockStop", "messageStop", "metadata"]);
    assert_eq!(kinds, expected);
    let metadata = payloads.last().expect("metadata");
    assert_eq!(metadata["usage"], whole["usage"]);
    assert_eq!(metadata["usage"]["outputTokens"], words);
    assert!(metadata["metrics"]["latencyMs"].is_u64());
}

#[tokio::test]
async fn words_and_pace_are_chosen_by_the_path() {
    let emulator = Emulator::start(&[]);
    let stream = |prefix: &str| format!("{prefix}/run/r/model/{CLAUDE}/converse-stream");
    let reply = emulator.post(&stream("/words/10000/pace/0"), &ask("Hello")).send().await;
    assert_eq!(decode(&reply.body).0.len(), 10_004);
    let begin = Instant::now();
    let reply = emulator.post(&stream("/words/5/pace/40"), &ask("Hello")).send().await;
    let took = begin.elapsed();
    assert_eq!(decode(&reply.body).0.len(), 9);
    // 8 pauses of 40 ms.
    assert!(took >= Duration::from_millis(320), "{took:?}");
    let mut limited = ask("Hello");
    limited["inferenceConfig"] = json!({ "maxTokens": 2 });
    let path = format!("/run/r/model/{CLAUDE}/converse");
    let answer = emulator.post(&path, &limited).send().await.json();
    assert_eq!(answer["output"]["message"]["content"][0]["text"], "You said:");
    assert_eq!(answer["stopReason"], "max_tokens");
}

#[tokio::test]
async fn a_tool_is_used_when_the_prompt_says_so() {
    let emulator = Emulator::start(&[]);
    let mut question = ask("Please use the tool get_weather for Oslo");
    question["toolConfig"] = json!({ "tools": [{ "toolSpec": {
        "name": "get_weather",
        "inputSchema": { "json": { "type": "object", "properties": {
            "city": { "type": "string" }, "days": { "type": "number" } } } },
    } }] });
    let path = format!("/pace/0/run/r/model/{CLAUDE}");
    let whole = emulator.post(&format!("{path}/converse"), &question).send().await.json();
    let tool = &whole["output"]["message"]["content"][0]["toolUse"];
    assert_eq!(whole["stopReason"], "tool_use");
    assert_eq!(tool["name"], "get_weather");
    assert_eq!(tool["input"], json!({ "city": "Please use the tool get_weather for Oslo" }));

    let reply = emulator.post(&format!("{path}/converse-stream"), &question).send().await;
    let payloads: Vec<Value> = decode(&reply.body).0.iter().map(payload).collect();
    assert_eq!(payloads[1]["start"]["toolUse"]["toolUseId"], tool["toolUseId"]);
    let input: String = payloads.iter().filter_map(|p| p["delta"]["toolUse"]["input"].as_str()).collect();
    assert_eq!(serde_json::from_str::<Value>(&input).expect("JSON"), tool["input"]);

    // A tool that is not offered is not used.
    question["toolConfig"]["tools"][0]["toolSpec"]["name"] = json!("other");
    let whole = emulator.post(&format!("{path}/converse"), &question).send().await.json();
    assert_eq!(whole["stopReason"], "end_turn");
}

#[tokio::test]
async fn what_the_service_would_refuse() {
    let emulator = Emulator::start(&[]);
    let refused = async |path: &str, body: &str, name: &str, text: &str| {
        let call = emulator.call("POST", path, body.to_owned()).signed(&emulator.credentials());
        let reply = call.send().await;
        assert_eq!(reply.status, 400, "{path} {body}");
        let (error, message) = reply.error();
        assert_eq!(error, name, "{path} {body}");
        assert!(message.starts_with(text), "{path} {body}: {message}");
        reply
    };
    let converse = format!("/run/r/model/{CLAUDE}/converse");
    let start = "A conversation must start with a user message.";
    for body in ["{}", r#"{"messages":[]}"#, r#"{"messages":null}"#] {
        let reply = refused(&converse, body, "ValidationException", start).await;
        assert_eq!(
            reply.header("x-amzn-errortype"),
            "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/"
        );
    }
    refused(&converse, r#"{"messages":{}}"#, "SerializationException", "").await;
    refused(&converse, "{", "SerializationException", "").await;
    let empty = r#"{"messages":[{"role":"user","content":[]}]}"#;
    refused(&converse, empty, "ValidationException", "The content field in the Message").await;
    let blank = r#"{"messages":[{"role":"user","content":[{"text":" "}]}]}"#;
    refused(&converse, blank, "ValidationException", "The text field in the ContentBlock").await;
    let hello = ask("Hello").to_string();
    refused(
        "/run/r/model/amazon.titan-embed-text-v1/converse",
        &hello,
        "ValidationException",
        "This action doesn't support the model",
    )
    .await;
    refused(
        "/run/r/model/nobody.nothing-v1/converse",
        &hello,
        "ValidationException",
        "The provided model identifier is invalid.",
    )
    .await;
    let invoke = format!("/run/r/model/{CLAUDE}/invoke");
    let malformed = "Malformed input request";
    refused(&invoke, "", "ValidationException", malformed).await;
    refused(&invoke, "[]", "ValidationException", malformed).await;
    let required = "Malformed input request: #: required key [anthropic_version] not found";
    refused(&invoke, "{}", "ValidationException", required).await;
}
