//! Every file of tests/cases through the Rust client, over each native transport: reqwest on tokio, ureq without it.
//! It prints the table of all verdicts. OUTCROP_CASES, a part of a name, chooses some.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::runner::{Outcome, Runner, table};
use crate::started::Emulator;
use futures::StreamExt;
use outcrop::transport::{ReqwestTransport, Transport, UreqTransport};
use serde_json::{Value, json};

/// Cases under way at once: most of their time is waiting.
const AT_ONCE: usize = 8;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../cases")
}

async fn all(transport: Arc<dyn Transport>, kind: &'static str) {
    let emulator = Emulator::start();
    let runner = Runner::new(transport, emulator.hello.clone(), kind);
    let some = std::env::var("OUTCROP_CASES").unwrap_or_default();
    let mut files: Vec<PathBuf> = std::fs::read_dir(cases())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| path.file_stem().is_some_and(|name| name.to_string_lossy().contains(&some)))
        .collect();
    files.sort();
    let mut cases: Vec<Value> =
        files.iter().map(|file| serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()).collect();
    // Those with the longest limits first, so that none of them is alone at the end.
    cases.sort_by_key(|case| std::cmp::Reverse(case["limitMs"].as_u64()));
    let mut outcomes: Vec<Outcome> = futures::stream::iter(&cases)
        .map(|case| {
            let runner = &runner;
            async move { runner.run(case, &format!("{kind}-{}", case["name"].as_str().unwrap())).await }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    outcomes.sort_by(|one, other| one.name.cmp(&other.name));
    println!("{}", table(&outcomes));
    let failed: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| !outcome.wrong.is_empty())
        .map(|outcome| outcome.name.as_str())
        .collect();
    assert!(failed.is_empty(), "{kind}: {}", failed.join(", "));
    assert!(!some.is_empty() || outcomes.len() >= 45, "{} cases", outcomes.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_reqwest() {
    all(Arc::new(ReqwestTransport::new().unwrap()), "rust").await;
}

#[test]
fn over_ureq() {
    futures::executor::block_on(all(Arc::new(UreqTransport::new()), "rust-ureq"));
}

/// A verdict that is not the right one, or a limit that is too short, is noticed and said.
#[tokio::test]
async fn the_runner_notices_what_is_wrong() {
    let emulator = Emulator::start();
    let runner = Runner::new(Arc::new(ReqwestTransport::new().unwrap()), emulator.hello.clone(), "rust");
    let wrong = [
        ("max-attempts-one", "/verdict/other/attempts", json!(2), "attempts: got 1, want 2"),
        ("max-attempts-one", "/verdict/other/error", json!("NetworkError"), "verdict: got Serv"),
        ("max-attempts-one", "/verdict/other/who", json!("network"), "who: got aws"),
        ("max-attempts-one", "/verdict/other/seen", json!(3), "seen: got 1, want 3"),
        ("reset-once", "/verdict/other/error", json!("NetworkError"), "verdict: got ok"),
        ("stream-complete", "/verdict/other/events", json!(19), "events: got 20"),
        ("provider-fails", "/verdict/other/providerCalls", json!(2), "provider's calls: got 1"),
        ("retry-after-in-milliseconds", "/verdict/other/minDelayMs", json!(1500), "waited 7"),
        ("retry-after-in-milliseconds", "/verdict/other/maxDelayMs", json!(600), "waited 7"),
        ("stream-slow-drip", "/limitMs", json!(200), "it took longer than 200 ms"),
        (
            "stream-complete",
            "/stop",
            json!({"at": "waiting", "how": "abort"}),
            "it ended before it could be stopped",
        ),
        ("stream-complete", "/endpoint", json!("refused"), "verdict: got NetworkError"),
    ];
    for (index, (name, pointer, value, said)) in wrong.into_iter().enumerate() {
        let text = std::fs::read_to_string(cases().join(format!("{name}.json"))).unwrap();
        let mut case: Value = serde_json::from_str(&text).unwrap();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        case.pointer_mut(parent).unwrap()[member] = value;
        let outcome = runner.run(&case, &format!("wrong-{index}")).await;
        assert!(outcome.wrong.iter().any(|line| line.starts_with(said)), "{pointer}: {:?}", outcome.wrong);
        assert!(table(&[outcome]).ends_with("1 cases, 0 passed"));
    }
}
