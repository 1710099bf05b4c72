//! Recorded exchanges come back byte by byte. The recordings lie beside the repository; without them the test
//! says so and passes.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{CLAUDE, Emulator, ask, root};

fn key(id: &str) -> String {
    hex::encode(Sha256::digest(id.as_bytes()))[..16].to_owned()
}

#[tokio::test]
async fn a_record_is_served_as_it_is() {
    let folder = std::env::temp_dir().join(format!("outcrop-replay-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("records.jsonl");
    let records = [
        json!({ "id": "a", "operation": "Converse", "model": "m", "response": {
            "status": 400,
            "headers": { "x-amzn-ErrorType": "ValidationException:http://x/", "Content-Length": "7",
                "date": "Tue, 09 Sep 2025 18:50:02 GMT", "x-amzn-requestid": "recorded", "connection": "keep-alive" },
            "body": { "json": { "message": "no" } } } }),
        json!({ "id": "b", "operation": "InvokeModel", "model": "m", "response": {
            "status": 200, "headers": {}, "body": { "base64": STANDARD.encode([0, 255, 1]) } } }),
        json!({ "id": "c", "operation": "ConverseStream", "model": "m", "response": {
            "status": 200, "headers": null, "body_hex": "0000001000000000" } }),
    ];
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    std::fs::write(&file, lines.join("\n")).expect("a file");
    let emulator = Emulator::start(&["--replay", &file.to_string_lossy()]);
    std::fs::remove_dir_all(&folder).expect("the folder goes");

    let list = emulator.get("/_replay").await;
    assert_eq!(
        list[0],
        json!({ "key": key("a"), "id": "a", "operation": "Converse", "model": "m", "status": 400 })
    );
    let send = async |id: &str| {
        let path = format!("/pace/0/replay/{}/run/model/{CLAUDE}/converse", key(id));
        emulator.post(&path, &ask("Hello")).send().await
    };
    let a = send("a").await;
    assert_eq!((a.status, &a.body[..]), (400, &br#"{"message":"no"}"#[..]));
    assert_eq!(a.header("x-amzn-errortype"), "ValidationException:http://x/");
    assert_eq!(a.header("x-amzn-requestid"), "recorded");
    assert_eq!(a.header("date"), "Tue, 09 Sep 2025 18:50:02 GMT");
    assert_eq!(a.header("content-length"), "16");
    let b = send("b").await;
    assert_eq!((b.status, &b.body[..]), (200, &[0, 255, 1][..]));
    let c = send("c").await;
    assert_eq!(c.header("content-type"), "application/vnd.amazon.eventstream");
    assert_eq!(hex::encode(&c.body), "0000001000000000");
    let unknown = send("d").await;
    assert_eq!((unknown.status, unknown.error().0.as_str()), (400, "EmulatorMisuse"));
    // Signatures are checked here too.
    let path = format!("/replay/{}/run/model/{CLAUDE}/converse", key("a"));
    assert_eq!(emulator.call("POST", &path, "{}").send().await.status, 403);
    assert_eq!(emulator.seen("run").await["attempts"].as_array().map(Vec::len), Some(5));
}

#[tokio::test]
async fn every_recorded_exchange_comes_back() {
    let folder = root().join("../shared/vectors/recorded");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        // Straight to stdout: the test runner hides what a passing test prints.
        writeln!(std::io::stdout(), "1 skipped: no ../shared/vectors").expect("stdout is there");
        return;
    };
    let mut files: Vec<String> = entries
        .map(|entry| entry.expect("a folder entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    files.sort();
    let mut arguments = vec!["--replay"];
    arguments.extend(files.iter().map(String::as_str));
    let emulator = Emulator::start(&arguments);
    let mut count = 0;
    for file in &files {
        for line in std::fs::read_to_string(file).expect("a file").lines() {
            let record: Value = serde_json::from_str(line).expect("a record");
            let id = record["id"].as_str().expect("an id");
            let path = format!("/pace/0/replay/{}/all/model/{CLAUDE}/converse", key(id));
            let reply = emulator.post(&path, &ask("Hello")).send().await;
            let response = &record["response"];
            assert_eq!(reply.status, response["status"], "{id}");
            match (&response["body_hex"], &response["body"]) {
                (Value::String(hex), _) => assert_eq!(&hex::encode(&reply.body), hex, "{id}"),
                (_, body) if body.get("json").is_some() => {
                    assert_eq!(reply.json(), body["json"], "{id}");
                }
                (_, body) => panic!("{id}: this test does not know the body {body}"),
            }
            for (name, value) in response["headers"].as_object().into_iter().flatten() {
                let own = ["content-length", "transfer-encoding", "connection"];
                if !own.contains(&name.to_lowercase().as_str()) {
                    assert_eq!(reply.header(name), value.as_str().expect("text"), "{id} {name}");
                }
            }
            count += 1;
        }
    }
    assert!(count > 200, "only {count} recordings were found");
    assert_eq!(emulator.get("/_replay").await.as_array().map(Vec::len), Some(count));
    let seen = emulator.seen_when("all", |seen| seen["open"] == 0).await;
    assert_eq!(seen["attempts"].as_array().map(Vec::len), Some(count));
}
