//! The API's shapes: every recorded answer and event is read and written back with nothing lost, and the cases
//! that real answers brought up. It does not call anything.
#![cfg(feature = "types")]

use outcrop::types::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::fmt::Debug;
use std::path::Path;

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors/recorded");

/// Why `written` is not what `original` was, if it is not: null is absent, and 1 is 1.0.
fn lost(original: &Value, written: &Value, path: &str) -> Option<String> {
    let differs = || Some(format!("{path}: {original} became {written}"));
    match (original, written) {
        (Value::Object(original), Value::Object(written)) => {
            let names = original.keys().chain(written.keys());
            let missing = Value::Null;
            names.into_iter().find_map(|name| {
                let before = original.get(name).unwrap_or(&missing);
                let after = written.get(name).unwrap_or(&missing);
                lost(before, after, &format!("{path}.{name}"))
            })
        }
        (Value::Array(original), Value::Array(written)) if original.len() == written.len() => {
            let pairs = original.iter().zip(written).enumerate();
            pairs
                .into_iter()
                .find_map(|(index, (before, after))| lost(before, after, &format!("{path}[{index}]")))
        }
        (Value::Number(original), Value::Number(written)) => {
            (original.as_f64() != written.as_f64()).then(differs).flatten()
        }
        _ => (original != written).then(differs).flatten(),
    }
}

/// Reads, writes, compares.
fn kept<T: DeserializeOwned + Serialize + Debug>(original: &Value, what: &str) -> T {
    let text = original.to_string();
    let read: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error}"));
    let written = serde_json::to_value(&read).expect("writes");
    if let Some(loss) = lost(original, &written, "") {
        panic!("{what}: {loss}");
    }
    read
}

fn parsed<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("reads")
}

fn written(shape: &impl Serialize) -> Value {
    serde_json::to_value(shape).expect("writes")
}

#[test]
fn every_recorded_exchange_is_kept() {
    if !Path::new(RECORDED).exists() {
        println!("1 skipped: no ../shared/vectors");
        return;
    }
    let mut answers = 0;
    let mut requests = 0;
    let mut events = 0;
    let mut chunks = 0;
    let mut guardrails = 0;
    for file in std::fs::read_dir(RECORDED).expect("lists") {
        let path = file.expect("lists").path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        for line in std::fs::read_to_string(&path).expect("reads").lines() {
            let record: Value = serde_json::from_str(line).expect("a record is JSON");
            let id = record["id"].as_str().expect("a record has an id");
            let operation = record["operation"].as_str().expect("a record has an operation");
            if matches!(operation, "Converse" | "ConverseStream") {
                let body = &record["request"]["body"]["json"];
                if body.is_object() {
                    let _: ConverseInput = kept(body, id);
                    let _: ConverseStreamInput = kept(body, id);
                    requests += 1;
                }
            }
            if record["response"]["status"] != 200 {
                continue;
            }
            let body = &record["response"]["body"]["json"];
            match operation {
                "Converse" => {
                    let answer: ConverseOutput = kept(body, id);
                    let has_message = body["output"]["message"].is_object();
                    assert_eq!(answer.message().is_some(), has_message, "{id}");
                    answers += 1;
                }
                "ApplyGuardrail" => {
                    let answer: ApplyGuardrailOutput = kept(body, id);
                    assert!(answer.action.is_some(), "{id}");
                    guardrails += 1;
                }
                "ConverseStream" => {
                    for event in record["response"]["events"].as_array().expect("a stream has events") {
                        if event["message_type"] == "event" {
                            kept_event(event, id);
                            events += 1;
                        }
                    }
                }
                "InvokeModelWithResponseStream" => {
                    for event in record["response"]["events"].as_array().expect("a stream has events") {
                        if event["message_type"] == "event" {
                            let part: PayloadPart = kept(&event["payload"], id);
                            let _: Value = part.json().expect("a chunk is JSON");
                            chunks += 1;
                        }
                    }
                }
                _ => {}
            }
        }
    }
    println!(
        "{answers} answers, {requests} requests, {events} events, {chunks} chunks, {guardrails} guardrail answers"
    );
    assert!(answers > 0 && requests > 0 && events > 0 && chunks > 0 && guardrails > 0);
}

fn kept_event(event: &Value, id: &str) {
    let name = event["event_type"].as_str().expect("an event has a type");
    let payload = event["payload"].to_string();
    let read = ConverseStreamEvent::from_event(name, payload.as_bytes())
        .unwrap_or_else(|error| panic!("{id} {name}: {error}"));
    assert!(!matches!(read, ConverseStreamEvent::Unknown { .. }), "{id} {name}");
    assert_eq!(read.event_type(), name);
    let written: Value = serde_json::from_slice(&read.to_payload().expect("writes")).expect("is JSON");
    if let Some(loss) = lost(&event["payload"], &written, name) {
        panic!("{id}: {loss}");
    }
}

#[test]
fn a_request_body_has_no_model_id() {
    let input = ConverseInput::builder()
        .model_id("anthropic.claude-3-haiku-20240307-v1:0")
        .messages([Message::user("Hello")])
        .push_system("Be brief.")
        .inference_config(
            InferenceConfiguration::builder().max_tokens(10).temperature(0.7).build().expect("builds"),
        )
        .request_metadata([("team", "docs")])
        .build()
        .expect("builds");
    assert_eq!(input.model_id(), Some("anthropic.claude-3-haiku-20240307-v1:0"));
    let body = serde_json::to_string(&input).expect("writes");
    assert_eq!(
        body,
        r#"{"messages":[{"role":"user","content":[{"text":"Hello"}]}],"system":[{"text":"Be brief."}],"inferenceConfig":{"maxTokens":10,"temperature":0.7},"requestMetadata":{"team":"docs"}}"#
    );
    let streamed = ConverseStreamInput::from(input);
    assert_eq!(streamed.model_id(), Some("anthropic.claude-3-haiku-20240307-v1:0"));
    assert_eq!(serde_json::to_string(&streamed).expect("writes"), body);
}

#[test]
fn a_builder_names_what_is_missing() {
    let error = ConverseInput::builder().build().expect_err("no model");
    assert_eq!((error.shape, error.member), ("ConverseInput", "modelId"));
    assert_eq!(error.to_string(), "ConverseInput needs the member modelId");
    let error = Message::builder().role("user").build().expect_err("no content");
    assert_eq!((error.shape, error.member), ("Message", "content"));
    let message =
        Message::builder().role("user").push_content("a").push_content("b").build().expect("builds");
    assert_eq!(message.text(), "ab");
}

#[test]
fn a_missing_required_member_stays_missing() {
    for value in [json!({}), json!({ "usage": { "inputTokens": 3 } }), json!({ "output": { "message": {} } })]
    {
        let output: ConverseOutput = kept(&value, "sparse");
        assert_eq!(output.text(), "");
        assert_eq!(output.tool_uses().count(), 0);
    }
    let empty: Message = kept(&json!({ "content": [] }), "empty list");
    assert_eq!(empty.content, Some(vec![]));
}

#[test]
fn null_is_absent() {
    let assessment: GuardrailAssessment = parsed(
        json!({ "wordPolicy": null, "sensitiveInformationPolicy": { "piiEntities": [], "regexes": null } }),
    );
    assert_eq!(assessment.word_policy, None);
    assert_eq!(written(&assessment), json!({ "sensitiveInformationPolicy": { "piiEntities": [] } }));
    let block: ContentBlock = parsed(json!({ "image": null, "text": "Hello", "new": null }));
    assert_eq!(block, ContentBlock::text("Hello"));
}

#[test]
fn unknown_things_are_kept() {
    let usage: TokenUsage = kept(&json!({ "inputTokens": 1, "serverToolUsage": { "a": [null] } }), "member");
    assert_eq!(usage.other.len(), 1);
    let reason: StopReason = kept(&json!("a reason of next year"), "value");
    assert_eq!(reason, StopReason::Unknown("a reason of next year".into()));
    for value in [
        json!({}),
        json!({ "hologram": { "size": 1 } }),
        json!({ "text": "Hello", "hologram": 1 }),
        json!({ "text": "Hello", "cachePoint": { "type": "default", "x": 1 }, "toolUse": { "name": "n" } }),
    ] {
        let block: ContentBlock = kept(&value, "union");
        assert_eq!(block, ContentBlock::Unknown(value));
    }
    let reasoning: ContentBlock = kept(&json!({ "reasoningContent": {} }), "empty union");
    assert_eq!(reasoning, ContentBlock::ReasoningContent(ReasoningContentBlock::Unknown(json!({}))));
}

#[test]
fn free_json_is_left_alone() {
    let input = json!({ "image": null, "bytes": "AAAA", "deep": [1, 2.5, 18_446_744_073_709_551_615_u64] });
    let block: ToolUseBlock = parsed(json!({ "toolUseId": "t", "name": "n", "input": input }));
    assert_eq!(block.input, Some(input.clone()));
    assert_eq!(written(&block)["input"], input);
}

#[test]
fn bytes_are_base64_and_not_shown() {
    let block = ContentBlock::image(ImageFormat::Png, [251_u8, 255, 0, 1]);
    assert_eq!(written(&block), json!({ "image": { "format": "png", "source": { "bytes": "+/8AAQ==" } } }));
    assert_eq!(parsed::<ContentBlock>(written(&block)), block);
    assert!(format!("{block:?}").contains("Blob(4 bytes)"));
    assert_eq!(parsed::<Blob>(json!("+/8AAQ")).as_bytes(), [251, 255, 0, 1]);
    let error = serde_json::from_str::<Blob>(r#""no base64""#).expect_err("refused");
    assert!(!error.to_string().contains("no base64"), "an error repeats no content: {error}");
}

#[test]
fn a_number_that_json_has_not_is_refused() {
    let mut config = InferenceConfiguration::default();
    for number in [f64::NAN, f64::INFINITY] {
        config.temperature = Some(number);
        let error = serde_json::to_string(&config).expect_err("refused");
        assert!(error.to_string().contains("temperature"), "{error}");
    }
    config.temperature = Some(0.1);
    assert_eq!(written(&config), json!({ "temperature": 0.1 }));
}

#[test]
fn a_known_member_of_another_json_type_is_refused() {
    assert!(serde_json::from_value::<TokenUsage>(json!({ "inputTokens": "3" })).is_err());
    assert!(serde_json::from_value::<ContentBlock>(json!("text")).is_err());
    assert!(ConverseStreamEvent::from_event("messageStop", b"[]").is_err());
    assert!(ConverseStreamEvent::from_event("messageStop", b"{").is_err());
}

#[test]
fn an_unknown_event_is_kept() {
    let event = ConverseStreamEvent::from_event("news", b"no JSON").expect("reads");
    assert_eq!(event.event_type(), "news");
    assert_eq!(event.to_payload().expect("writes"), b"no JSON");
    let delta = br#"{"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"abc"}"#;
    let event = ConverseStreamEvent::from_event("contentBlockDelta", delta).expect("reads");
    assert_eq!(event.text(), Some("Hi"));
}

#[test]
fn invoke_model_has_its_body_in_three_forms() {
    let input = InvokeModelInput::json("m", &json!({ "prompt": "Hello" })).expect("is JSON");
    assert_eq!(input.body().map(Blob::as_bytes), Some(&br#"{"prompt":"Hello"}"#[..]));
    let streamed = InvokeModelWithResponseStreamInput::from(input);
    assert_eq!(streamed.model_id(), Some("m"));
    assert!(InvokeModelInput::builder().body("x").build().is_err());

    let output = InvokeModelOutput::new(br#"{"completion":"Hi"}"#);
    assert_eq!(output.text(), Ok(r#"{"completion":"Hi"}"#));
    let object: Map<String, Value> = output.json().expect("is JSON");
    assert_eq!(object["completion"], "Hi");
    assert!(InvokeModelOutput::new([255_u8]).text().is_err());
}

#[test]
fn tools_read_as_they_are_said() {
    let config =
        ToolConfiguration::new([Tool::new("weather", "Tells the weather", json!({ "type": "object" }))]);
    assert_eq!(
        written(&config),
        json!({ "tools": [{ "toolSpec": {
            "name": "weather", "description": "Tells the weather", "inputSchema": { "json": { "type": "object" } }
        } }] })
    );
    assert_eq!(written(&ToolChoice::any()), json!({ "any": {} }));
    let failed = written(&ToolResultBlock::error("t1", "no network"));
    assert_eq!(
        failed,
        json!({ "toolUseId": "t1", "content": [{ "text": "no network" }], "status": "error" })
    );
}

#[test]
fn inputs_are_read_by_the_models_names() {
    let read = |json: Value| serde_json::from_value::<ListAsyncInvokesInput>(json);
    let input =
        read(json!({"submitTimeAfter": "2024-12-03T04:05:06Z", "maxResults": 3, "nextToken": null})).unwrap();
    assert_eq!((input.max_results(), input.next_token()), (Some(3), None));
    assert_eq!(input.submit_time_after().map(Timestamp::as_unix_millis), Some(1_733_198_706_000));
    let input: InvokeModelInput = serde_json::from_value(json!({"modelId": "m", "body": "e30="})).unwrap();
    assert_eq!((input.model_id(), input.body().unwrap().as_bytes()), (Some("m"), &b"{}"[..]));
    let input: CountTokensInput =
        serde_json::from_value(json!({"modelId": "m", "input": {"converse": {}}})).unwrap();
    assert_eq!(input.model_id(), Some("m"));
    // What could not be sent is not lost in silence; in a body it would be sent.
    assert!(read(json!({"maxResult": 3})).is_err());
}

#[test]
fn numbers_are_kept_to_the_last_digit() {
    let text = r#"{"outputs":[{"text":""}],"x":0.10234567890123457,"y":1.7976931348623157e308,"z":5e-324}"#;
    let read: ApplyGuardrailOutput = serde_json::from_str(text).unwrap();
    for (name, value) in [("x", 0.102_345_678_901_234_57), ("y", f64::MAX), ("z", 5e-324)] {
        assert_eq!(read.other[name].as_f64(), Some(value), "{name}");
    }
}
