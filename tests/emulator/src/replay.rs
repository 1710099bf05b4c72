//! Serves recorded exchanges: status, headers and body bytes as they were recorded; invents nothing but a
//! content-type where the recorder kept no headers.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::answer::{Answer, Length, paced};

/// Headers that belong to a connection, or that the emulator writes itself.
const OWN: [&str; 5] =
    ["content-length", "transfer-encoding", "connection", "keep-alive", "content-encoding"];

#[derive(Deserialize)]
struct Record {
    id: String,
    operation: String,
    model: Option<String>,
    response: Recorded,
}

#[derive(Deserialize)]
struct Recorded {
    status: u16,
    headers: Option<Map<String, Value>>,
    body: Option<Value>,
    body_hex: Option<String>,
}

struct Exchange {
    id: String,
    operation: String,
    model: Option<String>,
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
    stream: bool,
}

/// Recorded exchanges by key.
#[derive(Default)]
pub struct Replay {
    order: Vec<String>,
    exchanges: HashMap<String, Exchange>,
}

/// The key of a record: the first 16 hex digits of the SHA-256 of its id.
pub fn key(id: &str) -> String {
    hex::encode(&Sha256::digest(id.as_bytes())[..8])
}

impl Replay {
    /// Reads files of one JSON record a line.
    pub fn load(files: &[PathBuf]) -> Result<Self, String> {
        let mut replay = Self::default();
        for file in files {
            let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
            for (number, line) in text.lines().enumerate() {
                if line.trim().is_empty() {
                    continue;
                }
                replay.add(line).map_err(|error| place(file, number, &error))?;
            }
        }
        Ok(replay)
    }

    fn add(&mut self, line: &str) -> Result<(), String> {
        let record: Record = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let stream = record.response.body_hex.is_some();
        let body = match (&record.response.body_hex, &record.response.body) {
            (Some(hex), _) => hex::decode(hex).map_err(|error| error.to_string())?,
            (None, Some(body)) => body_bytes(body)?,
            (None, None) => return Err("the record has no response body".to_owned()),
        };
        let mut headers: Vec<(String, String)> = record
            .response
            .headers
            .iter()
            .flatten()
            .filter(|(name, _)| !OWN.contains(&name.to_ascii_lowercase().as_str()))
            .map(|(name, value)| (name.to_ascii_lowercase(), header_text(value)))
            .collect();
        if !headers.iter().any(|(name, _)| name == "content-type") {
            let kind = if stream { "application/vnd.amazon.eventstream" } else { "application/json" };
            headers.push(("content-type".to_owned(), kind.to_owned()));
        }
        let key = key(&record.id);
        let exchange = Exchange {
            id: record.id,
            operation: record.operation,
            model: record.model,
            status: record.response.status,
            headers,
            body: body.into(),
            stream,
        };
        if let Some(other) = self.exchanges.insert(key.clone(), exchange) {
            return Err(format!("two records have the key {key}: {}", other.id));
        }
        self.order.push(key);
        Ok(())
    }

    /// The answer of `/_replay`.
    pub fn list(&self) -> Value {
        self.order
            .iter()
            .map(|key| {
                let exchange = &self.exchanges[key];
                json!({
                    "key": key,
                    "id": exchange.id,
                    "operation": exchange.operation,
                    "model": exchange.model,
                    "status": exchange.status,
                })
            })
            .collect()
    }

    /// The recorded answer; a stream is cut into its frames, `pace` apart.
    pub fn answer(&self, key: &str, pace: Duration) -> Option<Answer> {
        let exchange = self.exchanges.get(key)?;
        let mut answer = Answer::whole(exchange.status, "", exchange.body.clone());
        if exchange.stream {
            answer.pieces = paced(frames(exchange.body.clone()), pace);
            answer.length = Length::Chunked;
        }
        answer.headers.clone_from(&exchange.headers);
        Some(answer)
    }
}

fn place(file: &Path, number: usize, error: &str) -> String {
    format!("{} line {}: {error}", file.display(), number + 1)
}

fn header_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(header_text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// A recorded body is `{json}`, `{text}` or `{base64}`; JSON is written compactly, because the recorders kept
/// its meaning and not its bytes.
fn body_bytes(body: &Value) -> Result<Vec<u8>, String> {
    if let Some(text) = body["base64"].as_str() {
        return STANDARD.decode(text).map_err(|error| error.to_string());
    }
    if let Some(text) = body["text"].as_str() {
        return Ok(text.as_bytes().to_vec());
    }
    match body.get("json") {
        Some(json) => Ok(json.to_string().into_bytes()),
        None => Err("the body is neither json nor text nor base64".to_owned()),
    }
}

/// Cuts a body at the lengths its frames tell; what does not fit stays whole at the end.
fn frames(mut body: Bytes) -> Vec<Bytes> {
    let mut frames = Vec::new();
    while let Some(prelude) = body.get(..4) {
        let total = u32::from_be_bytes(prelude.try_into().expect("four bytes")) as usize;
        // 16 bytes are the shortest frame: prelude and two checksums.
        if total < 16 || total > body.len() {
            break;
        }
        frames.push(body.split_to(total));
    }
    if !body.is_empty() {
        frames.push(body);
    }
    frames
}
