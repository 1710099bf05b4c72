//! Built-in answers: their shapes by family, their streams decoded by AWS's decoder, and what is refused.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{CLAUDE, Emulator, ask, decode, header, payload};

fn texts(events: &[Value]) -> String {
    events
        .iter()
        .filter_map(|event| event["delta"]["text"].as_str())
        .collect()
}

#[tokio::test]
async fn converse_and_its_stream_say_the_same() {
    let emulator = Emulator::start(&[]);
    let path = format!("/pace/0/run/r/model/{CLAUDE}");
    let question = ask("What  is a\noutcrop?");
    let whole = emulator
        .post(&format!("{path}/converse"), &question)
        .send()
        .await
        .json();
    let text = whole["output"]["message"]["content"][0]["text"]
        .as_str()
        .expect("a text");
    assert!(
        text.starts_with("You said: What is a outcrop? This answer"),
        "{text}"
    );
    assert_eq!(whole["stopReason"], "end_turn");

    let reply = emulator
        .post(&format!("{path}/converse-stream"), &question)
        .send()
        .await;
    assert_eq!(
        reply.header("content-type"),
        "application/vnd.amazon.eventstream"
    );
    assert_eq!(reply.header("transfer-encoding"), "chunked");
    let (messages, end) = decode(&reply.body);
    assert_eq!(end, Ok(()));
    for message in &messages {
        let names: Vec<&str> = message
            .headers()
            .iter()
            .map(|header| header.name().as_str())
            .collect();
        assert_eq!(names, [":event-type", ":content-type", ":message-type"]);
        assert_eq!(header(message, ":message-type"), "event");
    }
    let payloads: Vec<Value> = messages.iter().map(payload).collect();
    assert!(payloads.iter().all(|payload| payload["p"].is_string()));
    assert_eq!(texts(&payloads), text);
    let words = text.split(' ').count();
    let kinds: Vec<&str> = messages
        .iter()
        .map(|message| header(message, ":event-type"))
        .collect();
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
    let reply = emulator
        .post(&stream("/words/10000/pace/0"), &ask("Hello"))
        .send()
        .await;
    assert_eq!(decode(&reply.body).0.len(), 10_004);
    let begin = Instant::now();
    let reply = emulator
        .post(&stream("/words/5/pace/40"), &ask("Hello"))
        .send()
        .await;
    let took = begin.elapsed();
    assert_eq!(decode(&reply.body).0.len(), 9);
    // 8 pauses of 40 ms.
    assert!(took >= Duration::from_millis(320), "{took:?}");
    let mut limited = ask("Hello");
    limited["inferenceConfig"] = json!({ "maxTokens": 2 });
    let path = format!("/run/r/model/{CLAUDE}/converse");
    let answer = emulator.post(&path, &limited).send().await.json();
    assert_eq!(
        answer["output"]["message"]["content"][0]["text"],
        "You said:"
    );
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
    let whole = emulator
        .post(&format!("{path}/converse"), &question)
        .send()
        .await
        .json();
    let tool = &whole["output"]["message"]["content"][0]["toolUse"];
    assert_eq!(whole["stopReason"], "tool_use");
    assert_eq!(tool["name"], "get_weather");
    assert_eq!(
        tool["input"],
        json!({ "city": "Please use the tool get_weather for Oslo" })
    );

    let reply = emulator
        .post(&format!("{path}/converse-stream"), &question)
        .send()
        .await;
    let payloads: Vec<Value> = decode(&reply.body).0.iter().map(payload).collect();
    assert_eq!(
        payloads[1]["start"]["toolUse"]["toolUseId"],
        tool["toolUseId"]
    );
    let input: String = payloads
        .iter()
        .filter_map(|p| p["delta"]["toolUse"]["input"].as_str())
        .collect();
    assert_eq!(
        serde_json::from_str::<Value>(&input).expect("JSON"),
        tool["input"]
    );

    // A tool that is not offered is not used.
    question["toolConfig"]["tools"][0]["toolSpec"]["name"] = json!("other");
    let whole = emulator
        .post(&format!("{path}/converse"), &question)
        .send()
        .await
        .json();
    assert_eq!(whole["stopReason"], "end_turn");
}

/// Model id, request, pointer to the text in the answer, pointer to it in a chunk (none: no stream).
fn families() -> Vec<(&'static str, Value, &'static str, Option<&'static str>)> {
    let messages = json!([{ "role": "user", "content": [{ "type": "text", "text": "Hello" }] }]);
    vec![
        (
            "anthropic.claude-3-5-sonnet-20240620-v1:0",
            json!({ "anthropic_version": "bedrock-2023-05-31", "max_tokens": 99, "messages": messages }),
            "/content/0/text",
            Some("/delta/text"),
        ),
        (
            "anthropic.claude-v2:1",
            json!({ "prompt": "Hello", "max_tokens_to_sample": 99 }),
            "/completion",
            Some("/completion"),
        ),
        (
            "amazon.titan-text-express-v1",
            json!({ "inputText": "Hello" }),
            "/results/0/outputText",
            Some("/outputText"),
        ),
        (
            "us.amazon.nova-lite-v1:0",
            json!({ "messages": [{ "role": "user", "content": [{ "text": "Hello" }] }] }),
            "/output/message/content/0/text",
            Some("/contentBlockDelta/delta/text"),
        ),
        (
            "ai21.j2-ultra-v1",
            json!({ "prompt": "Hello" }),
            "/completions/0/data/text",
            None,
        ),
        (
            "ai21.jamba-1-5-mini-v1:0",
            json!({ "messages": [{ "role": "user", "content": "Hello" }] }),
            "/choices/0/message/content",
            Some("/choices/0/delta/content"),
        ),
        (
            "cohere.command-text-v14",
            json!({ "prompt": "Hello" }),
            "/generations/0/text",
            Some("/text"),
        ),
        (
            "cohere.command-r-plus-v1:0",
            json!({ "message": "Hello" }),
            "/text",
            Some("/text"),
        ),
        (
            "eu.meta.llama3-2-3b-instruct-v1:0",
            json!({ "prompt": "Hello" }),
            "/generation",
            Some("/generation"),
        ),
        (
            "mistral.mistral-7b-instruct-v0:2",
            json!({ "prompt": "Hello" }),
            "/outputs/0/text",
            Some("/outputs/0/text"),
        ),
        (
            "us.deepseek.r1-v1:0",
            json!({ "prompt": "Hello" }),
            "/choices/0/text",
            Some("/choices/0/text"),
        ),
    ]
}

#[tokio::test]
async fn every_text_family_answers_whole_and_in_chunks() {
    let emulator = Emulator::start(&[]);
    for (model, request, in_answer, in_chunk) in families() {
        let path = format!("/pace/0/run/r/model/{}", model.replace(':', "%3A"));
        let reply = emulator
            .post(&format!("{path}/invoke"), &request)
            .send()
            .await;
        assert_eq!(reply.status, 200, "{model}: {:?}", reply.body);
        assert_eq!(reply.header("content-type"), "application/json");
        for name in [
            "invocation-latency",
            "input-token-count",
            "output-token-count",
        ] {
            let value = reply.header(&format!("x-amzn-bedrock-{name}"));
            assert!(value.parse::<u32>().is_ok(), "{model} {name}");
        }
        let answer = reply.json();
        let text = answer
            .pointer(in_answer)
            .and_then(Value::as_str)
            .expect(model);
        assert!(text.starts_with("You said: Hello "), "{model}: {text}");
        assert!(!answer.to_string().contains("\"$"), "{model}: {answer}");

        let reply = emulator
            .post(&format!("{path}/invoke-with-response-stream"), &request)
            .send()
            .await;
        let Some(in_chunk) = in_chunk else {
            assert_eq!(reply.error().0, "ValidationException", "{model}");
            continue;
        };
        assert_eq!(
            reply.header("x-amzn-bedrock-content-type"),
            "application/json"
        );
        assert_eq!(reply.header("x-amzn-bedrock-input-token-count"), "");
        let (messages, end) = decode(&reply.body);
        assert_eq!(end, Ok(()), "{model}");
        let mut said = String::new();
        for (index, message) in messages.iter().enumerate() {
            assert_eq!(header(message, ":event-type"), "chunk");
            let outer = payload(message);
            assert!(outer["p"].is_string());
            let bytes = STANDARD
                .decode(outer["bytes"].as_str().expect(model))
                .expect(model);
            let inner: Value = serde_json::from_slice(&bytes).expect(model);
            assert!(!inner.to_string().contains("\"$"), "{model}: {inner}");
            said += inner
                .pointer(in_chunk)
                .and_then(Value::as_str)
                .unwrap_or_default();
            let metrics = &inner["amazon-bedrock-invocationMetrics"];
            assert_eq!(metrics.is_object(), index + 1 == messages.len(), "{model}");
        }
        assert!(said.starts_with(text), "{model}: {said}");
    }
}

#[tokio::test]
async fn embeddings_and_images() {
    let emulator = Emulator::start(&[]);
    let invoke = async |model: &str, request: Value| {
        let reply = emulator
            .post(&format!("/run/r/model/{model}/invoke"), &request)
            .send()
            .await;
        assert_eq!(reply.status, 200, "{model}: {:?}", reply.body);
        reply.json()
    };
    let numbers = |value: &Value| -> Vec<f64> {
        value
            .as_array()
            .expect("numbers")
            .iter()
            .map(|n| n.as_f64().expect("a number"))
            .collect()
    };
    let titan = "amazon.titan-embed-text-v2%3A0";
    let one = invoke(titan, json!({ "inputText": "one", "dimensions": 256 })).await;
    let two = invoke(titan, json!({ "inputText": "two", "dimensions": 256 })).await;
    assert_eq!(numbers(&one["embedding"]).len(), 256);
    assert_ne!(one["embedding"], two["embedding"]);
    let request = json!({ "texts": ["one", "two"], "input_type": "search_query" });
    let cohere = invoke("cohere.embed-english-v3", request).await;
    assert_eq!(cohere["texts"], json!(["one", "two"]));
    assert_eq!(numbers(&cohere["embeddings"][1]).len(), 1024);

    let prompt = json!([{ "text": "a rock" }]);
    let diffusion = invoke(
        "stability.stable-diffusion-xl-v1",
        json!({ "text_prompts": prompt }),
    )
    .await;
    let task = json!({ "taskType": "TEXT_IMAGE", "textToImageParams": { "text": "a rock" } });
    let titan = invoke("amazon.titan-image-generator-v1", task).await;
    for image in [&diffusion["artifacts"][0]["base64"], &titan["images"][0]] {
        let png = STANDARD
            .decode(image.as_str().expect("base64"))
            .expect("base64");
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    }
}

#[tokio::test]
async fn what_the_service_would_refuse() {
    let emulator = Emulator::start(&[]);
    let refused = async |path: &str, body: &str, name: &str, text: &str| {
        let call = emulator
            .call("POST", path, body.to_owned())
            .signed(&emulator.credentials());
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
    refused(
        &converse,
        r#"{"messages":{}}"#,
        "SerializationException",
        "",
    )
    .await;
    refused(&converse, "{", "SerializationException", "").await;
    let empty = r#"{"messages":[{"role":"user","content":[]}]}"#;
    refused(
        &converse,
        empty,
        "ValidationException",
        "The content field in the Message",
    )
    .await;
    let blank = r#"{"messages":[{"role":"user","content":[{"text":" "}]}]}"#;
    refused(
        &converse,
        blank,
        "ValidationException",
        "The text field in the ContentBlock",
    )
    .await;
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
