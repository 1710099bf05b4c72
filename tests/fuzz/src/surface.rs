//! The wasm's surface, called natively: any kind with any bytes answers. A signature is RustCrypto's; a decoded stream is
//! what the second reader and serde_json make of it, whether it comes at once or frame by frame.

use std::io::Write;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::frames::{self, End, Found};
use crate::input::Input;

thread_local! {
    /// Whether each call is to be written to stdout with its answer, for whoever makes it on the wasm itself
    /// (wasm/drive.mjs): kind, length, input, length, answer; numbers of four bytes, little-endian.
    static TELLS: bool = std::env::var_os("OUTCROP_CALLS").is_some();
}

fn call(kind: u32, input: &[u8]) -> Vec<u8> {
    let answer = outcrop_bindings::call(kind, input.to_vec()).into_vec();
    if TELLS.with(|tells| *tells) {
        let length = |part: &[u8]| (part.len() as u32).to_le_bytes();
        let parts = [&kind.to_le_bytes()[..], &length(input), input, &length(&answer), &answer];
        // At once, as an engine ends without a farewell.
        let mut out = std::io::stdout().lock();
        out.write_all(&parts.concat()).and_then(|()| out.flush()).expect("somebody reads");
    }
    answer
}

/// One input: a kind, then what it is called with.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    match input.byte() & 3 {
        0 => {
            let kind = input.word();
            call(kind, input.rest());
        }
        1 => {
            let (kind, bytes, due) = signature(&mut input);
            assert_eq!(String::from_utf8_lossy(&call(kind, &bytes)), due);
        }
        kind => decode(&stream(kind, &mut input)),
    }
}

fn stream(kind: u8, input: &mut Input<'_>) -> Vec<u8> {
    let (mut stream, mut headers) = (Vec::new(), Vec::new());
    if kind == 2 && input.one_in(2) {
        deltas(&mut stream, input);
    }
    frames::push_stream(&mut stream, &mut headers, input);
    stream
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Kind and input of a signature, and its digits.
fn signature(input: &mut Input<'_>) -> (u32, Vec<u8>, String) {
    // Texts without a NUL, as the caller promises; the last may hold some.
    let mut part = || -> Vec<u8> {
        let length = input.below(90);
        input.take(length).iter().copied().filter(|byte| *byte != 0).collect()
    };
    let (secret, date, scope, hashed) =
        (part(), part(), [part(), part(), part(), b"aws4_request".to_vec()], part());
    let scope = scope.join(&b'/');
    let line = input.sized();
    let body = if hashed.is_empty() {
        input.take(100)
    } else {
        input.take(if line.len().is_multiple_of(2) { 32 } else { 0 })
    };
    let text = [&secret, &date, &scope, &hashed, line].join(&0);
    let payload = match (hashed.is_empty(), body.len()) {
        (true, _) => hex(&Sha256::digest(body)),
        (_, 32) => hex(body),
        _ => "UNSIGNED-PAYLOAD".to_owned(),
    };
    let mac = |key: &[u8], text: &[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
        mac.update(text);
        mac.finalize().into_bytes().to_vec()
    };
    let canonical = hex(&Sha256::digest([line, payload.as_bytes()].concat()));
    let to_sign = [b"AWS4-HMAC-SHA256", &date[..], &scope, canonical.as_bytes()].join(&b'\n');
    let mut key = [b"AWS4", &secret[..]].concat();
    for part in scope.split(|byte| *byte == b'/') {
        key = mac(&key, part);
    }
    (1 | (text.len() as u32) << 3, [&text, body].concat(), hex(&mac(&key, &to_sign)))
}

/// Frames of text as Bedrock writes them, which have a short way.
fn deltas(stream: &mut Vec<u8>, input: &mut Input<'_>) {
    const TEXTS: [&str; 8] = ["Hi", "", "\\\"", "}}", "\\\\", "\u{e9}", "\\u0041", "a\\"];
    for _ in 0..1 + input.below(5) {
        let mut headers = Vec::new();
        for (name, value) in [
            (":event-type", "contentBlockDelta"),
            (":content-type", "application/json"),
            (":message-type", "event"),
        ] {
            frames::push_header(&mut headers, name.as_bytes(), 7, value.as_bytes());
        }
        let (block, text) = (input.pick(&["0", "1", "10", "0", "-1", "1e0", "", "01"]), input.pick(&TEXTS));
        let end =
            input.pick(&["}}", "},\"p\":\"abc\"}", "},\"p\":\"\"}", "},\"p\":\"a-b\"}", ",\"x\":1}}", "}} "]);
        let payload = format!("{{\"contentBlockIndex\":{block},\"delta\":{{\"text\":\"{text}\"{end}");
        frames::push(stream, &headers, payload.as_bytes());
    }
}

/// An answer as the package reads it: the events, and what stands last.
fn read(answer: &[u8]) -> Option<(Vec<Value>, Value)> {
    let mut list: Vec<Value> = serde_json::from_slice(answer).ok()?;
    let last = list.pop()?;
    if last.is_number() {
        list.pop()?;
    }
    let (mut events, mut index) = (Vec::new(), Value::Null);
    for item in list {
        match item {
            Value::String(text) => {
                events.push(
                    json!({"contentBlockDelta": {"contentBlockIndex": index, "delta": {"text": text}}}),
                );
            }
            Value::Object(mut event) => {
                for payload in event.values_mut() {
                    payload.as_object_mut()?.remove("p");
                }
                events.push(Value::Object(event));
            }
            other => index = other,
        }
    }
    Some((events, last))
}

/// What the second reader says that a stream's events are, as far as they are JSON; and whether all were.
fn due(stream: &[u8], found: &Found, end: End) -> (Vec<Value>, Option<Value>) {
    let mut events = Vec::new();
    for frame in 0..found.frames.len() {
        let (headers, payload) = found.of(frame, stream);
        let headers: Vec<_> = headers.collect();
        let text = |wanted: &str| {
            let header = headers.iter().find(|(name, kind, _)| *name == wanted.as_bytes() && *kind == 7)?;
            std::str::from_utf8(header.2).ok()
        };
        let wrong = |name: &str| Some(json!({ "error": name }));
        match (text(":message-type"), text(":event-type"), text(":exception-type")) {
            (Some("event"), Some("initial-response"), _) => {}
            (Some("event"), Some(kind), _) => {
                let payload = if payload.is_empty() { &b"{}"[..] } else { payload };
                let Ok(Value::Object(mut payload)) = serde_json::from_slice(payload) else {
                    return (events, None);
                };
                payload.remove("p");
                events.push(json!({ kind: payload }));
            }
            (Some("exception"), _, Some(wire)) => {
                let payload = std::str::from_utf8(payload).unwrap_or_default();
                return (events, Some(json!({ "wire": wire, "payload": payload })));
            }
            (Some("error"), ..) => {
                let (wire, text) = (text(":error-code").unwrap_or(""), text(":error-message").unwrap_or(""));
                return (events, Some(json!({ "wire": wire, "text": text })));
            }
            (Some("event" | "exception"), ..) => return (events, wrong("InvalidEventType")),
            _ => return (events, wrong("InvalidMessageType")),
        }
    }
    let last = match end {
        End::Bytes(held) => json!(held),
        End::Wrong(name) => json!({ "error": name }),
    };
    (events, Some(last))
}

fn decode(stream: &[u8]) {
    let answer = call(3, stream);
    let text = std::str::from_utf8(&answer).expect("an answer is a text");
    assert!(text.starts_with('[') && text.ends_with(']'), "{text}");
    let mut found = Found::default();
    let end = found.read(stream);
    let (events, last) = due(stream, &found, end);
    let Some(last) = last else {
        // A payload that is no object's: said so, or the answer is no JSON, as it stands in it.
        if let Some((told, last)) = read(&answer) {
            assert!(told.len() >= events.len() && told[..events.len()] == events[..], "{text}");
            assert_eq!(last, json!({"error": "InvalidPayload"}), "{text}");
        }
        return salvaged(stream, &found, &events);
    };
    let (told, mut told_last) = read(&answer).unwrap_or_else(|| panic!("no JSON: {text}"));
    assert_eq!(told, events);
    if let Some(members) = told_last.as_object_mut() {
        members.remove("exception");
    }
    assert_eq!(told_last, last, "{text}");
    salvaged(stream, &found, &events);
}

/// Frame by frame they say the same.
fn salvaged(stream: &[u8], found: &Found, events: &[Value]) {
    let (mut from, mut told) = (0, Vec::new());
    for (ends, ..) in &found.frames {
        let Some((more, last)) = read(&call(3, &stream[from..*ends])) else { break };
        told.extend(more);
        if !last.is_number() {
            break;
        }
        from = *ends;
    }
    assert_eq!(told, events);
}
