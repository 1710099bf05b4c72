//! Reasoning, and what a message brings beside its text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{CLAUDE, Emulator, ask, decode, header, payload};

const SAID: &str = "/output/message/content/0/text";

#[tokio::test]
async fn a_thought_comes_before_the_answer_when_it_is_asked_for() {
    let emulator = Emulator::start(&[]);
    let path = format!("/pace/0/run/r/model/{CLAUDE}");
    let mut by_field = ask("What is granite?");
    by_field["additionalModelRequestFields"] =
        json!({ "thinking": { "type": "enabled", "budget_tokens": 2000 } });
    let mut by_effort = ask("What is granite?");
    by_effort["additionalModelRequestFields"] = json!({ "reasoning_effort": "low" });
    let mut of_nova = ask("What is granite?");
    of_nova["additionalModelRequestFields"] = json!({ "reasoningConfig": { "type": "enabled" } });
    for question in [by_field, by_effort, of_nova, ask("Please think first: what is granite?")] {
        let whole = emulator.post(&format!("{path}/converse"), &question).send().await.json();
        let content = &whole["output"]["message"]["content"];
        let thought = &content[0]["reasoningContent"]["reasoningText"];
        let text = thought["text"].as_str().expect("a thought");
        assert!(text.contains("I shall repeat it"), "{text}");
        assert!(content[1]["text"].as_str().is_some_and(|text| text.starts_with("You said: ")));

        let reply = emulator.post(&format!("{path}/converse-stream"), &question).send().await;
        let (messages, end) = decode(&reply.body);
        assert_eq!(end, Ok(()));
        let payloads: Vec<Value> = messages.iter().map(payload).collect();
        let reasoning = |payload: &&Value| payload["delta"]["reasoningContent"].is_object();
        let streamed: String = payloads
            .iter()
            .filter_map(|payload| payload["delta"]["reasoningContent"]["text"].as_str())
            .collect();
        assert_eq!(streamed, text);
        let last = payloads.iter().rfind(reasoning).expect("a signature");
        assert_eq!(last["delta"]["reasoningContent"]["signature"], thought["signature"]);
        // Its block ends before the text's begins.
        let at = |wanted: &dyn Fn(&Value) -> bool| payloads.iter().position(wanted).expect("an event");
        let end_of_thought = messages.iter().position(|m| header(m, ":event-type") == "contentBlockStop");
        let first_text = at(&|payload| payload["delta"]["text"].is_string());
        assert!(end_of_thought.is_some_and(|end| end < first_text));
        assert_eq!(payloads[first_text]["contentBlockIndex"], 1);
        assert_eq!(payloads.last().expect("metadata")["usage"], whole["usage"]);
    }
    let unasked = emulator.post(&format!("{path}/converse"), &ask("Hello")).send().await.json();
    assert!(unasked.pointer(SAID).is_some());
}

#[tokio::test]
async fn a_budget_has_its_bounds() {
    let emulator = Emulator::start(&[]);
    let path = format!("/run/r/model/{CLAUDE}/converse");
    for (budget, limit, text) in
        [(1023, 5000, "greater than or equal to 1024"), (2000, 2000, "must be greater than")]
    {
        let mut question = ask("Hello");
        question["inferenceConfig"] = json!({ "maxTokens": limit });
        question["additionalModelRequestFields"] =
            json!({ "thinking": { "type": "enabled", "budget_tokens": budget } });
        let reply = emulator.post(&path, &question).send().await;
        let (name, message) = reply.error();
        assert_eq!(name, "ValidationException");
        assert!(message.contains(text), "{message}");
    }
}

#[tokio::test]
async fn images_documents_and_results_are_told() {
    let emulator = Emulator::start(&[]);
    let path = format!("/run/r/model/{CLAUDE}/converse");
    let said = async |content: Value| {
        let request = json!({ "messages": [{ "role": "user", "content": content }] });
        let reply = emulator.post(&path, &request).send().await;
        match reply.status {
            200 => reply.json().pointer(SAID).and_then(Value::as_str).expect("a text").to_owned(),
            _ => reply.error().1,
        }
    };
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, 3, 2);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().expect("a header").write_image_data(&[0; 6]).expect("pixels");
    let image = |format: &str| json!({ "format": format, "source": { "bytes": STANDARD.encode(&png) } });
    let length = png.len();
    let told = said(json!([{ "text": "Look" }, { "image": image("png") }])).await;
    assert!(
        told.starts_with(&format!("You said: Look I see a png image of 3 by 2 pixels ({length} bytes).")),
        "{told}"
    );
    assert!(said(json!([{ "image": image("jpeg") }])).await.starts_with("I see a jpeg image ("));
    assert!(
        said(json!([{ "image": image("bmp") }])).await.contains("enum value set: [png, jpeg, gif, webp]")
    );

    let document = |name: &str| json!({ "name": name, "format": "md", "source": { "bytes": STANDARD.encode("# Granite is hard") } });
    let told = said(json!([{ "text": "Read" }, { "document": document("My notes") }])).await;
    assert!(told.contains("I read the document \"My notes\" (md, 4 words)."), "{told}");
    let told = said(json!([{ "text": "Read" }, { "document": document("notes.md") }])).await;
    assert!(told.starts_with("The provided document file name"), "{told}");
    let told = said(json!([{ "document": document("notes") }])).await;
    assert!(told.contains("has a text block too"), "{told}");

    let result = json!([{ "toolResult": { "toolUseId": "t", "content": [{ "json": { "degrees": 21 } }] } }]);
    assert!(said(result).await.starts_with("The tool answered: {\"degrees\":21}"));
    let failed =
        json!([{ "toolResult": { "toolUseId": "t", "status": "error", "content": [{ "text": "no" }] } }]);
    assert!(said(failed).await.starts_with("The tool failed: no"));
}
