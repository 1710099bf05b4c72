//! The entries of a script's `events`: frames of every kind, raw bytes, and pauses.

use std::time::Duration;

use aws_smithy_types::event_stream::HeaderValue;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, Piece};
use crate::builtin::{Body, BuiltIn};
use crate::frames;

/// One entry of `events`: exactly one of its kinds.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Item {
    event: Option<String>,
    exception: Option<String>,
    error: Option<String>,
    pub chunk: Option<Value>,
    headers: Option<Vec<RawHeader>>,
    hex: Option<String>,
    pub builtin: Option<(usize, usize)>,
    pub pause_ms: Option<u64>,
    payload: Option<Value>,
    payload_text: Option<String>,
    message: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHeader {
    name: String,
    value: RawValue,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
enum RawValue {
    String(String),
    Bool(bool),
    Byte(i8),
    Short(i16),
    Integer(i32),
    Long(i64),
    BytesHex(String),
    TimestampMs(i64),
    Uuid(uuid::Uuid),
}

/// The entries as pieces, `pace` apart but for their own pauses; the built-in answer lends its events and headers.
pub fn encode(
    items: &[Item],
    builtin: Option<BuiltIn>,
    answer: &mut Answer,
    pace: Duration,
) -> Result<Vec<Piece>, String> {
    let mut ready = Vec::new();
    if let Some(BuiltIn { headers, body: Body::Frames(frames), .. }) = builtin {
        for (name, value) in headers {
            answer.set(name, value);
        }
        ready = frames;
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut pause = None;
    for item in items {
        if let Some(ms) = item.pause_ms {
            pause = Some(Duration::from_millis(ms));
            continue;
        }
        let bytes = match item.builtin {
            Some((from, to)) => ready
                .get(from..to)
                .ok_or_else(|| format!("the built-in answer has {} events", ready.len()))?
                .to_vec(),
            None => vec![item.frame(pieces.len())?],
        };
        for bytes in bytes {
            let usual = if pieces.is_empty() { Duration::ZERO } else { pace };
            pieces.push(Piece { wait: pause.take().unwrap_or(usual), bytes });
        }
    }
    if let Some(wait) = pause {
        pieces.push(Piece { wait, bytes: Bytes::new() });
    }
    Ok(pieces)
}

impl Item {
    /// Whether the entry is of exactly one kind, with only what belongs to it.
    pub fn check(&self) -> Result<(), String> {
        let kinds = [
            self.event.is_some(),
            self.exception.is_some(),
            self.error.is_some(),
            self.chunk.is_some(),
            self.headers.is_some(),
            self.hex.is_some(),
            self.builtin.is_some(),
            self.pause_ms.is_some(),
        ];
        if kinds.into_iter().filter(|given| *given).count() != 1 {
            return Err(
                "exactly one of event, exception, error, chunk, headers, hex, builtin, pauseMs".to_owned()
            );
        }
        let with_payload = self.event.is_some() || self.exception.is_some() || self.headers.is_some();
        if (self.payload.is_some() || self.payload_text.is_some()) && !with_payload {
            return Err("only event, exception and headers have a payload".to_owned());
        }
        if self.payload.is_some() && self.payload_text.is_some() {
            return Err("both payload and payloadText".to_owned());
        }
        if self.message.is_some() && self.error.is_none() {
            return Err("only error has a message".to_owned());
        }
        if self.payload_text.is_some() && self.headers.is_none() {
            return Err("only headers have a payloadText".to_owned());
        }
        if self.pause_ms.is_none() && self.builtin.is_none() {
            self.frame(0)?;
        }
        Ok(())
    }

    fn frame(&self, seed: usize) -> Result<Bytes, String> {
        let payload = self.payload.clone().unwrap_or_else(|| json!({}));
        if let Some(kind) = &self.event {
            return Ok(frames::event(kind, &payload));
        }
        if let Some(kind) = &self.exception {
            return Ok(frames::exception(kind, &payload));
        }
        if let Some(code) = &self.error {
            return Ok(frames::error(code, self.message.as_deref().unwrap_or_default()));
        }
        if let Some(inner) = &self.chunk {
            return Ok(frames::chunk(inner, seed));
        }
        if let Some(text) = &self.hex {
            return hex::decode(text).map(Bytes::from).map_err(|error| error.to_string());
        }
        let headers = self.headers.iter().flatten().map(RawHeader::encode);
        let payload = match (&self.payload_text, &self.payload) {
            (Some(text), _) => text.clone().into(),
            (None, Some(payload)) => payload.to_string().into(),
            (None, None) => Bytes::new(),
        };
        Ok(frames::frame(headers.collect::<Result<_, _>>()?, payload))
    }
}

impl RawHeader {
    fn encode(&self) -> Result<(String, HeaderValue), String> {
        let value = match &self.value {
            RawValue::String(text) => HeaderValue::String(text.clone().into()),
            RawValue::Bool(value) => HeaderValue::Bool(*value),
            RawValue::Byte(value) => HeaderValue::Byte(*value),
            RawValue::Short(value) => HeaderValue::Int16(*value),
            RawValue::Integer(value) => HeaderValue::Int32(*value),
            RawValue::Long(value) => HeaderValue::Int64(*value),
            RawValue::BytesHex(text) => {
                let bytes = hex::decode(text).map_err(|error| error.to_string())?;
                HeaderValue::ByteArray(bytes.into())
            }
            RawValue::TimestampMs(ms) => HeaderValue::Timestamp(aws_smithy_types::DateTime::from_millis(*ms)),
            RawValue::Uuid(uuid) => HeaderValue::Uuid(uuid.as_u128()),
        };
        Ok((self.name.clone(), value))
    }
}
