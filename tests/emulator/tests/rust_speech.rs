//! The emulator as a speech model, spoken to by outcrop's Rust client over HTTP/2: turns, the voice, what interrupts it, and
//! what is out of order. (Over a WebSocket a page speaks to it: tests/browser/playground.)

use crate::started::Emulator;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::channel::mpsc;
use futures::{SinkExt, StreamExt, stream};
use outcrop::Client;
use outcrop::Error;
use outcrop::types::{
    BidirectionalInputEvent, BidirectionalOutputEvent, InvokeModelWithBidirectionalStreamInput,
};
use serde_json::{Value, json};

const MODEL: &str = "amazon.nova-2-sonic-v1:0";
/// Samples of a millisecond at 16 kHz, which is what is said.
const MS: usize = 16;

fn client(emulator: &Emulator, path: &str) -> Client {
    Client::builder()
        .region("us-east-1")
        .endpoint(emulator.endpoint(path))
        .credentials(emulator.credentials("temporaryCredentials"))
        .build()
        .unwrap()
}

fn input(model: &str) -> InvokeModelWithBidirectionalStreamInput {
    InvokeModelWithBidirectionalStreamInput::builder().model_id(model).build().unwrap()
}

fn event(name: &str, value: Value) -> BidirectionalInputEvent {
    BidirectionalInputEvent::chunk(json!({ "event": { name: value } }).to_string().into_bytes())
}

fn opening() -> Vec<BidirectionalInputEvent> {
    let voice = json!({ "mediaType": "audio/lpcm", "sampleRateHertz": 24000, "voiceId": "matthew" });
    vec![
        event("sessionStart", json!({ "inferenceConfiguration": { "maxTokens": 99 } })),
        event("promptStart", json!({ "promptName": "p", "audioOutputConfiguration": voice })),
    ]
}

fn text(name: &str, role: &str, interactive: bool, content: &str) -> Vec<BidirectionalInputEvent> {
    let of = |more: Value| {
        let mut value = json!({ "promptName": "p", "contentName": name });
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        value
    };
    vec![
        event("contentStart", of(json!({ "type": "TEXT", "role": role, "interactive": interactive }))),
        event("textInput", of(json!({ "content": content }))),
        event("contentEnd", of(json!({}))),
    ]
}

fn listening() -> BidirectionalInputEvent {
    let format = json!({ "mediaType": "audio/lpcm", "sampleRateHertz": 16000, "sampleSizeBits": 16 });
    event(
        "contentStart",
        json!({
            "promptName": "p",
            "contentName": "a",
            "type": "AUDIO",
            "role": "USER",
            "interactive": true,
            "audioInputConfiguration": format,
        }),
    )
}

/// So many samples of that value.
fn sound(samples: usize, value: i16) -> BidirectionalInputEvent {
    let bytes: Vec<u8> = std::iter::repeat_n(value.to_le_bytes(), samples).flatten().collect();
    event("audioInput", json!({ "promptName": "p", "contentName": "a", "content": STANDARD.encode(bytes) }))
}

fn closing() -> Vec<BidirectionalInputEvent> {
    vec![event("promptEnd", json!({ "promptName": "p" })), event("sessionEnd", json!({}))]
}

/// The name and the value of an event.
fn named(event: BidirectionalOutputEvent) -> (String, Value) {
    let value: Value = event.json().unwrap();
    let (name, value) = value["event"].as_object().unwrap().iter().next().unwrap();
    (name.clone(), value.clone())
}

/// What is said to these events, to its end.
async fn said(
    emulator: &Emulator,
    run: &str,
    events: Vec<BidirectionalInputEvent>,
) -> (Vec<(String, Value)>, Option<Error>) {
    let client = client(emulator, &format!("/pace/0/run/{run}"));
    let mut answer =
        client.invoke_model_with_bidirectional_stream(input(MODEL), stream::iter(events)).await.unwrap();
    let mut values = Vec::new();
    while let Some(event) = answer.output.body.next().await {
        match event {
            Ok(event) => values.push(named(event)),
            Err(error) => return (values, Some(error)),
        }
    }
    (values, None)
}

fn voice(values: &[(String, Value)]) -> Vec<i16> {
    let pieces = values.iter().filter(|(name, _)| name == "audioOutput");
    let bytes: Vec<u8> =
        pieces.flat_map(|(_, value)| STANDARD.decode(value["content"].as_str().unwrap()).unwrap()).collect();
    bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

fn texts(values: &[(String, Value)]) -> Vec<(&str, &str)> {
    values
        .iter()
        .filter(|(name, _)| name == "textOutput")
        .map(|(_, value)| (value["role"].as_str().unwrap(), value["content"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_typed_turn_is_answered_in_the_models_order() {
    let emulator = Emulator::start();
    let mut events = opening();
    events.extend(text("s", "SYSTEM", false, "Be brief."));
    events.extend(text("t", "USER", true, "Hello rock"));
    events.extend(closing());
    let (values, error) = said(&emulator, "typed", events).await;
    assert!(error.is_none(), "{error:?}");
    let mut order: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
    order.dedup();
    let block = ["contentStart", "textOutput", "contentEnd"];
    let mut due = vec!["completionStart"];
    due.extend(block);
    due.extend(block);
    due.extend(["contentStart", "audioOutput", "contentEnd"]);
    due.extend(block);
    due.extend(["usageEvent", "completionEnd"]);
    assert_eq!(order, due);
    assert_eq!(
        texts(&values),
        [
            ("USER", "Hello rock"),
            ("ASSISTANT", "You said: Hello rock"),
            ("ASSISTANT", "You said: Hello rock")
        ]
    );
    let stages: Vec<&str> =
        values.iter().filter_map(|(_, value)| value["additionalModelFields"].as_str()).collect();
    let stage = |name: &str| format!("{{\"generationStage\":\"{name}\"}}");
    assert_eq!(stages, [stage("FINAL"), stage("SPECULATIVE"), stage("FINAL")]);
    // A tone of 300 ms at 24 kHz, which goes up and down 440 times a second.
    let voice = voice(&values);
    assert_eq!(voice.len(), 24 * 300);
    let rises = voice.windows(2).filter(|pair| pair[0] < 0 && pair[1] >= 0).count();
    assert!((130..=133).contains(&rises), "{rises} of 132");
    let usage = &values.iter().find(|(name, _)| name == "usageEvent").unwrap().1;
    assert_eq!(usage["details"]["total"]["input"], json!({ "speechTokens": 0, "textTokens": 2 }));
    let sum = usage["totalInputTokens"].as_u64().unwrap() + usage["totalOutputTokens"].as_u64().unwrap();
    assert_eq!(usage["totalTokens"], sum);
    let seen = emulator.ended("typed").await;
    assert_eq!(seen["attempts"][0]["duplex"]["soundBytes"], json!([0, 24 * 300 * 2]));
}

#[tokio::test]
async fn quiet_ends_a_turn_and_the_sound_comes_back() {
    let emulator = Emulator::start();
    let mut events = opening();
    // Quiet before the sound is nobody's turn; 700 ms of it after the sound are too few to end one.
    events.extend([listening(), sound(500 * MS, 0), sound(250 * MS, 8192), sound(700 * MS, 0)]);
    events.extend([sound(250 * MS, 8192), sound(800 * MS, 0)]);
    // After the turn has ended the next may begin in the same content.
    events.extend([
        sound(100 * MS, 16384),
        event("contentEnd", json!({ "promptName": "p", "contentName": "a" })),
    ]);
    events.extend(closing());
    let (values, error) = said(&emulator, "sound", events).await;
    assert!(error.is_none(), "{error:?}");
    let users: Vec<&str> =
        texts(&values).into_iter().filter(|(role, _)| *role == "USER").map(|(_, text)| text).collect();
    assert_eq!(users, ["2.0 seconds of sound, 25 percent loud", "0.1 seconds of sound, 50 percent loud"]);
    let usage = &values.iter().rfind(|(name, _)| name == "usageEvent").unwrap().1;
    // 25 tokens a second, of 2.0 and 0.1 seconds.
    assert_eq!(usage["details"]["total"]["input"]["speechTokens"], 50 + 3);
}

#[tokio::test]
async fn speaking_interrupts_the_voice() {
    let emulator = Emulator::start();
    let client = client(&emulator, "/pace/40/run/interrupted");
    let (mut say, events) = mpsc::channel(64);
    for event in
        opening().into_iter().chain(text("t", "USER", true, "one two three four five six seven eight"))
    {
        say.send(event).await.unwrap();
    }
    say.send(listening()).await.unwrap();
    let mut answer = client.invoke_model_with_bidirectional_stream(input(MODEL), events).await.unwrap();
    let body = &mut answer.output.body;
    let mut values = Vec::new();
    let mut spoke = false;
    while let Some(event) = body.next().await {
        values.push(named(event.unwrap()));
        if !spoke && values.last().unwrap().0 == "audioOutput" {
            spoke = true;
            say.send(sound(50 * MS, 8192)).await.unwrap();
        }
        if values.last().unwrap().0 == "completionEnd" {
            break;
        }
    }
    // 8 words are 1,200 ms, 12 pieces; the word came at the first.
    let pieces = values.iter().filter(|(name, _)| name == "audioOutput").count();
    assert!((1..8).contains(&pieces), "{pieces} pieces");
    let ends: Vec<&str> = values.iter().filter_map(|(_, value)| value["stopReason"].as_str()).collect();
    assert_eq!(ends, ["PARTIAL_TURN", "PARTIAL_TURN", "INTERRUPTED", "INTERRUPTED", "END_TURN"]);
    assert_eq!(texts(&values).last().unwrap().1, "{ \"interrupted\" : true }");
}

#[tokio::test]
async fn what_is_out_of_order_is_refused_and_other_models_echo() {
    let emulator = Emulator::start();
    let [session, prompt] = <[_; 2]>::try_from(opening()).unwrap();
    for (events, text) in [
        (vec![prompt.clone()], "promptStart comes after sessionStart"),
        (vec![session.clone(), session.clone()], "the session has started"),
        (vec![session.clone(), listening()], "contentStart names the prompt that has started"),
        (vec![session.clone(), prompt.clone(), sound(1, 0)], "no audio content 'a' has started"),
        (
            vec![session.clone(), prompt.clone(), listening(), listening()],
            "a content of that name has started",
        ),
        (
            vec![session.clone(), prompt.clone(), event("dance", json!({ "promptName": "p" }))],
            "there is no event dance",
        ),
    ] {
        let (values, error) = said(&emulator, "order", events).await;
        let Some(Error::Service(error)) = error else { panic!("{text}: {error:?}") };
        assert_eq!((error.name.as_str(), values.len()), ("ValidationException", 0));
        assert_eq!(error.message.as_str(), text);
    }
    // What is no event, and any other model, is echoed as ever.
    let client = client(&emulator, "/pace/0/run/echo");
    for (model, chunk) in [(MODEL, "{}"), ("amazon.nova-lite-v1:0", "{\"event\":{\"sessionStart\":{}}}")] {
        let events = stream::iter([BidirectionalInputEvent::chunk(chunk.as_bytes().to_vec())]);
        let mut answer = client.invoke_model_with_bidirectional_stream(input(model), events).await.unwrap();
        let first: Value = answer.output.body.next().await.unwrap().unwrap().json().unwrap();
        assert_eq!(first, json!({ "number": 1, "heard": chunk }));
    }
}
