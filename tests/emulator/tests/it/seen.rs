//! The emulator notices at once when a client goes away, whatever it is doing at that moment.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http_body_util::BodyExt;

use crate::support::{CLAUDE, Emulator, ask};

/// Milliseconds within which a disconnect must be told; localhost needs one or two.
const PROMPT_MS: f64 = 100.0;

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64() * 1000.0
}

#[tokio::test]
async fn a_disconnect_between_silent_events_is_told_at_once() {
    let emulator = Emulator::start(&[]);
    // One event a minute: after the first, the stream is silent.
    let path = format!("/pace/60000/run/gone/model/{CLAUDE}/converse-stream");
    let mut response = emulator.post(&path, &ask("Hello")).open().await.expect("a head");
    let frame = response.body_mut().frame().await.expect("a frame").expect("bytes");
    let length = frame.data_ref().expect("data").len();
    let seen = emulator.seen_when("gone", |seen| seen["open"] == 1).await;
    assert!(seen["attempts"][0]["responseEnded"].is_null(), "{seen}");
    assert!(seen["attempts"][0]["ended"].is_null(), "{seen}");
    let closed = now();
    drop(response);
    let seen = emulator.seen_when("gone", |seen| seen["open"] == 0).await;
    let attempt = &seen["attempts"][0];
    assert_eq!(attempt["responseEnded"], "client closed");
    assert_eq!(attempt["bytesSent"], length);
    let late = attempt["ended"].as_f64().expect("a time") - closed;
    assert!(late < PROMPT_MS, "told {late} ms late");
}

#[tokio::test]
async fn a_disconnect_before_the_answer_begins_is_told_at_once() {
    let folder = std::env::temp_dir().join(format!("outcrop-slow-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let case = serde_json::json!({
        "name": "slow", "about": "The head comes after a minute.", "applies": ["rust", "node", "workerd", "page"],
        "request": { "operation": "Converse", "input": { "modelId": "anthropic.claude-v2" } },
        "script": [{ "delayMs": 60000 }],
        "verdict": { "page": { "ok": true, "attempts": 1 }, "other": { "ok": true, "attempts": 1 } },
    });
    std::fs::write(folder.join("slow.json"), case.to_string()).expect("a file");
    let emulator = Emulator::start(&["--cases", &folder.to_string_lossy()]);
    std::fs::remove_dir_all(&folder).expect("the folder goes");
    let call = emulator.post(&format!("/case/slow/gone/model/{CLAUDE}/converse"), &ask("Hello"));
    let waiting = tokio::spawn(async move { call.try_send().await.is_ok() });
    emulator.seen_when("gone", |seen| seen["open"] == 1).await;
    let closed = now();
    waiting.abort();
    let seen = emulator.seen_when("gone", |seen| seen["open"] == 0).await;
    let attempt = &seen["attempts"][0];
    assert_eq!(attempt["responseEnded"], "client closed");
    assert_eq!(attempt["bytesSent"], 0);
    let late = attempt["ended"].as_f64().expect("a time") - closed;
    assert!(late < PROMPT_MS, "told {late} ms late");
}

#[tokio::test]
async fn a_finished_attempt_is_told_with_its_facts() {
    let emulator = Emulator::start(&[]);
    let before = now();
    let path = format!("/run/a%20b/model/{CLAUDE}/converse");
    let call = emulator.post(&path, &ask("Hello"));
    let reply = call.send().await;
    let seen = emulator.seen("a%20b").await;
    assert_eq!(seen["run"], "a b");
    let attempt = &seen["attempts"][0];
    assert_eq!(attempt["method"], "POST");
    assert_eq!(attempt["path"], path);
    assert_eq!(attempt["status"], 200);
    assert_eq!(attempt["responseEnded"], "complete");
    assert_eq!(attempt["bytesSent"], reply.body.len());
    assert_eq!(attempt["bodyBytes"], call.body.len());
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&call.body));
    assert_eq!(attempt["bodySha256"], hash);
    let headers = attempt["headers"].as_array().expect("headers");
    assert!(headers.contains(&serde_json::json!(["content-type", "application/json"])));
    let (started, ended) = (attempt["started"].as_f64(), attempt["ended"].as_f64());
    assert!(started >= Some(before) && started <= ended && ended <= Some(now()), "{attempt}");
    let nothing = emulator.seen("nobody").await;
    let empty = serde_json::json!({
        "run": "nobody", "attempts": [], "open": 0, "preflights": [], "elsewhere": 0,
    });
    assert_eq!(nothing, empty);
}

#[tokio::test]
async fn it_ends_when_its_standard_input_closes() {
    let mut command = crate::support::command(&["--until-stdin-closes"]);
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().expect("it starts");
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(child.try_wait().expect("its state").is_none(), "it ended too early");
    drop(child.stdin.take());
    for _ in 0..100 {
        if let Some(status) = child.try_wait().expect("its state") {
            assert!(status.success());
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    child.kill().expect("it can be killed");
    panic!("it was still there after two seconds");
}
