//! Built-in answers of InvokeModel: every family's shape, whole and in chunks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{Emulator, decode, header, payload};

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
        ("ai21.j2-ultra-v1", json!({ "prompt": "Hello" }), "/completions/0/data/text", None),
        (
            "ai21.jamba-1-5-mini-v1:0",
            json!({ "messages": [{ "role": "user", "content": "Hello" }] }),
            "/choices/0/message/content",
            Some("/choices/0/delta/content"),
        ),
        ("cohere.command-text-v14", json!({ "prompt": "Hello" }), "/generations/0/text", Some("/text")),
        ("cohere.command-r-plus-v1:0", json!({ "message": "Hello" }), "/text", Some("/text")),
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
        ("us.deepseek.r1-v1:0", json!({ "prompt": "Hello" }), "/choices/0/text", Some("/choices/0/text")),
    ]
}

#[tokio::test]
async fn every_text_family_answers_whole_and_in_chunks() {
    let emulator = Emulator::start(&[]);
    for (model, request, in_answer, in_chunk) in families() {
        let path = format!("/pace/0/run/r/model/{}", model.replace(':', "%3A"));
        let reply = emulator.post(&format!("{path}/invoke"), &request).send().await;
        assert_eq!(reply.status, 200, "{model}: {:?}", reply.body);
        assert_eq!(reply.header("content-type"), "application/json");
        for name in ["invocation-latency", "input-token-count", "output-token-count"] {
            let value = reply.header(&format!("x-amzn-bedrock-{name}"));
            assert!(value.parse::<u32>().is_ok(), "{model} {name}");
        }
        let answer = reply.json();
        let text = answer.pointer(in_answer).and_then(Value::as_str).expect(model);
        assert!(text.starts_with("You said: Hello "), "{model}: {text}");
        assert!(!answer.to_string().contains("\"$"), "{model}: {answer}");

        let reply = emulator.post(&format!("{path}/invoke-with-response-stream"), &request).send().await;
        let Some(in_chunk) = in_chunk else {
            assert_eq!(reply.error().0, "ValidationException", "{model}");
            continue;
        };
        assert_eq!(reply.header("x-amzn-bedrock-content-type"), "application/json");
        assert_eq!(reply.header("x-amzn-bedrock-input-token-count"), "");
        let (messages, end) = decode(&reply.body);
        assert_eq!(end, Ok(()), "{model}");
        let mut said = String::new();
        for (index, message) in messages.iter().enumerate() {
            assert_eq!(header(message, ":event-type"), "chunk");
            let outer = payload(message);
            assert!(outer["p"].is_string());
            let bytes = STANDARD.decode(outer["bytes"].as_str().expect(model)).expect(model);
            let inner: Value = serde_json::from_slice(&bytes).expect(model);
            assert!(!inner.to_string().contains("\"$"), "{model}: {inner}");
            said += inner.pointer(in_chunk).and_then(Value::as_str).unwrap_or_default();
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
        let reply = emulator.post(&format!("/run/r/model/{model}/invoke"), &request).send().await;
        assert_eq!(reply.status, 200, "{model}: {:?}", reply.body);
        reply.json()
    };
    let numbers = |value: &Value| -> Vec<f64> {
        value.as_array().expect("numbers").iter().map(|n| n.as_f64().expect("a number")).collect()
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
    let diffusion = invoke("stability.stable-diffusion-xl-v1", json!({ "text_prompts": prompt })).await;
    let task = json!({ "taskType": "TEXT_IMAGE", "textToImageParams": { "text": "a rock" } });
    let titan = invoke("amazon.titan-image-generator-v1", task).await;
    for image in [&diffusion["artifacts"][0]["base64"], &titan["images"][0]] {
        let png = STANDARD.decode(image.as_str().expect("base64")).expect("base64");
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    }
}
