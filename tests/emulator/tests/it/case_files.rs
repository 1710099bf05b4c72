//! Case files are read strictly: a wrong one keeps the emulator from starting, and is named.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::command;

/// A folder with one case file, removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn with(name: &str, case: &Value) -> Self {
        let path = std::env::temp_dir().join(format!("outcrop-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        std::fs::write(path.join(format!("{name}.json")), case.to_string()).expect("a file");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A case that passes every check, with this script.
pub fn case(name: &str, script: Value) -> Value {
    json!({
        "name": name, "about": "A test of the emulator.", "applies": ["rust", "node", "workerd", "page"],
        "request": { "operation": "Converse", "input": { "modelId": "anthropic.claude-v2" } },
        "script": script,
        "verdict": { "page": { "ok": true, "attempts": 1 }, "other": { "ok": true, "attempts": 1 } },
    })
}

#[test]
fn wrong_case_files_are_refused() {
    let step = |step: Value| case("wrong", json!([step]));
    let changed = |pointer: &str, value: Value| {
        let mut case = case("wrong", json!([{}]));
        *case.pointer_mut(pointer).expect("a member") = value;
        case
    };
    let with = |pointer: &str, member: &str, value: Value| {
        let mut case = case("wrong", json!([{}]));
        case.pointer_mut(pointer).expect("a member")[member] = value;
        case
    };
    let stream = |member: &str, value: Value| {
        let mut case = with("", member, value);
        case["request"]["operation"] = json!("ConverseStream");
        for kind in ["page", "other"] {
            case["verdict"][kind]["events"] = json!(1);
        }
        case
    };
    // What these are made of is right.
    for good in
        [with("", "limitMs", json!(1_000)), stream("stop", json!({ "at": { "event": 1 }, "how": "break" }))]
    {
        let folder = Folder::with("wrong", &good);
        let output = command(&["--cases", &folder.0.to_string_lossy(), "--until-stdin-closes"]).output();
        let output = output.expect("it runs");
        assert!(output.status.success(), "refused: {}", String::from_utf8_lossy(&output.stderr));
    }
    let wrong = [
        with("", "unknown", json!(1)),
        with("", "except", json!({ "netscape": "too old" })),
        with("", "except", json!({ "rust": "applies all the same" })),
        with("", "except", json!({ "rust-wasm": " " })),
        with("", "endpoint", json!("elsewhere")),
        with("", "limitMs", json!(0)),
        with("", "limitMs", json!(60_000)),
        with("", "clockOffsetSeconds", json!("1 h")),
        with("", "stop", json!({ "at": "end", "how": "abort" })),
        with("", "stop", json!({ "at": "sent", "how": "break" })),
        with("", "stop", json!({ "at": { "event": 1 }, "how": "abort" })),
        stream("stop", json!({ "at": { "event": 0 }, "how": "abort" })),
        stream("stop", json!({ "at": { "event": 1 }, "how": "wish" })),
        stream("stop", json!({ "at": { "event": 1, "thenMs": 9 }, "how": "break" })),
        with("/request", "options", json!({ "endpoint": "https://bedrock.example" })),
        with("/request", "call", json!({ "patience": 1 })),
        with("/request", "provider", json!([])),
        with("/request", "provider", json!(["good"])),
        with("/request", "provider", json!(["generous"])),
        with("/request", "credentials", json!("stolen")),
        with("/request", "apiKey", json!(false)),
        with("/request", "before", json!({ "calls": 0 })),
        with("/verdict/page", "who", json!("caller")),
        with("/verdict/page", "providerCalls", json!(1)),
        with("/verdict/page", "seen", json!(0)),
        changed("/verdict/page", json!({ "ok": true, "attempts": 1, "minDelayMs": 2, "maxDelayMs": 1 })),
        changed("/verdict/page", json!({ "error": "X", "who": "nobody", "attempts": 1 })),
        case("other", json!([{}])),
        case("wrong", json!([])),
        changed("/about", json!(" ")),
        changed("/applies", json!(["netscape"])),
        changed("/applies", json!([])),
        changed("/applies", json!(["rust", "node", "page"])),
        changed("/request/operation", json!("Reverse")),
        changed("/request/input", json!({})),
        changed("/verdict/page", json!({ "ok": true })),
        changed("/verdict/page", json!({ "ok": true, "error": "X", "attempts": 1 })),
        changed("/verdict/page", json!({ "ok": true, "attempts": 1, "events": 3 })),
        changed("/verdict/other", json!({ "ok": false, "attempts": 1 })),
        changed("/verdict/other", json!({ "ok": true, "attempts": 0 })),
        step(json!({ "unknown": 1 })),
        step(json!({ "text": "a", "json": 1 })),
        step(json!({ "builtin": false })),
        step(json!({ "hex": "0" })),
        step(json!({ "reset": "afterBody", "close": "afterBody" })),
        step(json!({ "reset": "sometime" })),
        step(json!({ "chunkBytes": 0 })),
        step(json!({ "delayMs": 1_000_000 })),
        step(json!({ "status": 99 })),
        step(json!({ "date": "tomorrow" })),
        step(json!({ "corrupt": { "frame": 0, "field": "soul" } })),
        step(json!({ "cutAt": { "frame": 1 } })),
        step(json!({ "events": [{}] })),
        step(json!({ "events": [{ "event": "a", "exception": "b" }] })),
        step(json!({ "events": [{ "event": "a", "message": "b" }] })),
        step(json!({ "events": [{ "hex": "0g" }] })),
        step(json!({ "events": [{ "pauseMs": 5 }], "chunkBytes": 5 })),
        step(json!({ "events": [{ "headers": [{ "name": "a", "value": { "float": 1 } }] }] })),
    ];
    for case in wrong {
        let folder = Folder::with("wrong", &case);
        let output = command(&["--cases", &folder.0.to_string_lossy(), "--until-stdin-closes"])
            .output()
            .expect("it runs");
        assert!(!output.status.success(), "accepted: {case}");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains("wrong.json"), "{text}");
    }
}
