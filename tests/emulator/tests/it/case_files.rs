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
        "name": name, "about": "A test of the emulator.", "applies": ["rust"],
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
    let mut unknown = case("wrong", json!([{}]));
    unknown["unknown"] = json!(1);
    let wrong = [
        unknown,
        case("other", json!([{}])),
        case("wrong", json!([])),
        changed("/about", json!(" ")),
        changed("/applies", json!(["netscape"])),
        changed("/applies", json!([])),
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
