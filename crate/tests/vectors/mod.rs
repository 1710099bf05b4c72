//! Reads test data that nobody on this project wrote, in place, from `../shared/vectors` beside the repository.
//! It never leaves out a case that is there: a folder without a file is a failure, only a missing folder is a skip.

#![allow(
    dead_code,
    missing_docs,
    reason = "compiled into several tests, each of which reads only some of the data"
)]

use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// `../shared/vectors`, seen from the repository's root, which is where Cargo.lock lies.
fn folder() -> Option<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().find(|folder| folder.join("Cargo.lock").exists())?.to_owned();
    Some(root.join("../shared/vectors")).filter(|vectors| vectors.is_dir())
}

/// The text of a file, or `None` after saying how many cases are skipped because there is no folder.
pub fn text(path: &str, cases: usize) -> Option<String> {
    let Some(folder) = folder() else {
        println!("{cases} skipped: no ../shared/vectors ({path})");
        return None;
    };
    let file = folder.join(path);
    Some(fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
}

/// A JSON file that is a list of exactly so many cases.
pub fn cases(path: &str, count: usize) -> Option<Vec<Value>> {
    let text = text(path, count)?;
    let Value::Array(list) = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
    else {
        panic!("{path} is no list");
    };
    assert_eq!(list.len(), count, "{path}: the number of cases has changed");
    Some(list)
}

/// A member that is a text.
#[track_caller]
pub fn string<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_else(|| panic!("{member} is no text in {value}"))
}

/// The bytes of hexadecimal digits.
#[track_caller]
pub fn hex(text: &str) -> Vec<u8> {
    assert!(text.len() & 1 == 0, "odd number of hexadecimal digits");
    let digit = |byte: u8| char::from(byte).to_digit(16).expect("a hexadecimal digit") as u8;
    text.as_bytes().chunks_exact(2).map(|pair| (digit(pair[0]) << 4) | digit(pair[1])).collect()
}

/// The hexadecimal digits of bytes.
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A recorded answer that is an event stream.
pub struct RecordedStream {
    pub id: String,
    pub operation: String,
    pub body: Vec<u8>,
    /// What the recording's own decoder found in it.
    pub events: Vec<Value>,
}

/// The sources of recordings, and how many of their exchanges are event streams.
const RECORDED: [(&str, usize); 5] = [
    ("dd-trace-js", 12),
    ("dd-trace-py", 10),
    ("openinference", 22),
    ("opentelemetry-java-instrumentation", 24),
    ("opentelemetry-python-contrib", 34),
];

/// Every recorded event stream: 102.
pub fn recorded_streams() -> Option<Vec<RecordedStream>> {
    let mut streams = Vec::new();
    for (source, count) in RECORDED {
        let text = text(&format!("recorded/{source}.jsonl"), count)?;
        let before = streams.len();
        for line in text.lines() {
            let record: Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{source}: {error}"));
            let Some(body) = record["response"]["body_hex"].as_str() else {
                continue;
            };
            streams.push(RecordedStream {
                id: string(&record, "id").to_owned(),
                operation: string(&record, "operation").to_owned(),
                body: hex(body),
                events: record["response"]["events"].as_array().cloned().unwrap_or_default(),
            });
        }
        assert_eq!(streams.len() - before, count, "{source}: the number of recorded streams has changed");
    }
    Some(streams)
}
