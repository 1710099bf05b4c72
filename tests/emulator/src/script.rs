//! Turns a step of a case's script into an answer; README.md beside the cases is its manual.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

use crate::answer::{Answer, End, Length, Piece};
use crate::builtin::{Body, BuiltIn};
use crate::events::{Item, encode};
use crate::frames::{self, Field};
use crate::server::service_error;

/// The longest pause of a script, in milliseconds: a case that needs more than two minutes is no test.
const LONGEST_PAUSE_MS: u64 = 120_000;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Step {
    // The head.
    status: Option<u16>,
    headers: BTreeMap<String, String>,
    remove_headers: Vec<String>,
    date: Option<DateRule>,
    content_length: Option<u64>,
    // The body: at most one.
    builtin: Option<bool>,
    json: Option<Value>,
    text: Option<String>,
    hex: Option<String>,
    events: Option<Vec<Item>>,
    error: Option<ServiceError>,
    // Damage.
    corrupt: Option<Corruption>,
    cut_at: Option<Cut>,
    // Time.
    delay_ms: u64,
    pace_ms: Option<u64>,
    chunk_bytes: Option<usize>,
    silence_ms: u64,
    // The end.
    reset: Option<Place>,
    close: Option<Place>,
    // The signature check.
    pub clock_offset_seconds: i64,
    pub skip_signature_check: bool,
    pub wrong_secret: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum DateRule {
    OffsetSeconds(i64),
    Word(DateWord),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
enum DateWord {
    Hidden,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceError {
    name: String,
    message: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Corruption {
    frame: usize,
    field: Field,
    #[serde(default)]
    value: Option<u32>,
    #[serde(default, rename = "mendChecksums")]
    mend: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Cut {
    Bytes(i64),
    Frame(CutInFrame),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct CutInFrame {
    frame: usize,
    byte: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Place {
    BeforeHeaders,
    AfterHeaders,
    AfterBody,
}

impl Step {
    /// Whether the step makes sense.
    pub fn check(&self) -> Result<(), String> {
        let bodies = [
            self.builtin.is_some(),
            self.json.is_some(),
            self.text.is_some(),
            self.hex.is_some(),
            self.events.is_some(),
            self.error.is_some(),
        ];
        if bodies.into_iter().filter(|given| *given).count() > 1 {
            return Err("more than one of builtin, json, text, hex, events, error".to_owned());
        }
        if self.builtin == Some(false) {
            return Err("builtin is true or absent".to_owned());
        }
        if self.reset.is_some() && self.close.is_some() {
            return Err("both reset and close".to_owned());
        }
        if self.chunk_bytes == Some(0) {
            return Err("chunkBytes is at least 1".to_owned());
        }
        let pauses = self.events.iter().flatten().filter_map(|item| item.pause_ms);
        if self.chunk_bytes.is_some() && pauses.clone().count() > 0 {
            return Err("chunkBytes cuts anew, so pauseMs has no place".to_owned());
        }
        let times = [self.delay_ms, self.silence_ms, self.pace_ms.unwrap_or(0)];
        if pauses.chain(times).any(|ms| ms > LONGEST_PAUSE_MS) {
            return Err(format!("a pause is longer than {LONGEST_PAUSE_MS} ms"));
        }
        if self.status.is_some_and(|status| !(200..600).contains(&status)) {
            return Err("the status is none of an answer".to_owned());
        }
        if let Some(text) = &self.hex {
            hex::decode(text).map_err(|error| format!("hex: {error}"))?;
        }
        for (index, item) in self.events.iter().flatten().enumerate() {
            item.check().map_err(|error| format!("event {index}: {error}"))?;
        }
        Ok(())
    }

    /// Whether the answer needs the built-in one.
    pub fn needs_builtin(&self) -> bool {
        match &self.events {
            Some(items) => items.iter().any(|item| item.builtin.is_some()),
            None => self.json.is_none() && self.text.is_none() && self.hex.is_none() && self.error.is_none(),
        }
    }

    /// The answer of this step. `streams` says whether the operation answers an event stream, `pace` how
    /// far apart events are unless the step says otherwise.
    pub fn answer(&self, builtin: Option<BuiltIn>, streams: bool, pace: Duration) -> Result<Answer, String> {
        let pace = self.pace_ms.map_or(pace, Duration::from_millis);
        let mut answer = Answer::whole(200, "application/json", Bytes::new());
        let mut pieces = Vec::new();
        // Streams and raw bytes are chunked: their cut ends leave HTTP whole.
        let mut chunked = false;
        if let Some(json) = &self.json {
            pieces.push(now(json.to_string()));
        } else if let Some(text) = &self.text {
            answer.set("content-type", "text/plain");
            pieces.push(now(text.clone()));
        } else if let Some(error) = &self.error {
            answer = service_error(400, &error.name, &error.message);
            pieces.append(&mut answer.pieces);
        } else if let Some(text) = &self.hex {
            if streams {
                answer.set("content-type", "application/vnd.amazon.eventstream");
            }
            chunked = true;
            pieces.push(now(hex::decode(text).map_err(|error| error.to_string())?));
        } else if let Some(items) = &self.events {
            answer.set("content-type", "application/vnd.amazon.eventstream");
            if items.iter().any(|item| item.chunk.is_some()) {
                answer.set("x-amzn-bedrock-content-type", "application/json");
            }
            chunked = true;
            pieces = encode(items, builtin, &mut answer, pace)?;
        } else {
            let builtin = builtin.ok_or("the built-in answer is missing")?;
            for (name, value) in builtin.headers {
                answer.set(name, value);
            }
            match builtin.body {
                Body::Whole(bytes) => pieces.push(now(bytes)),
                Body::Frames(frames) => {
                    chunked = true;
                    pieces = crate::answer::paced(frames, pace);
                }
            }
        }
        let whole: usize = pieces.iter().map(|piece| piece.bytes.len()).sum();
        let starts = starts(&pieces);
        if let Some(corruption) = &self.corrupt {
            let piece = pieces
                .get_mut(corruption.frame)
                .filter(|piece| piece.bytes.len() >= 16)
                .ok_or_else(|| format!("there is no frame {} to corrupt", corruption.frame))?;
            piece.bytes = frames::corrupt(&piece.bytes, corruption.field, corruption.value, corruption.mend);
        }
        if let Some(cut) = &self.cut_at {
            truncate(&mut pieces, cut.offset(whole, &starts)?);
        }
        if let Some(size) = self.chunk_bytes {
            pieces = rechunk(&pieces, size, pace);
        }
        if self.reset == Some(Place::AfterHeaders) || self.close == Some(Place::AfterHeaders) {
            pieces.clear();
        }
        let breaks = self.reset.is_some() || self.close.is_some();
        answer.length = match self.content_length {
            Some(length) => Length::Claimed(length),
            None if chunked => Length::Chunked,
            // A body that breaks off was promised whole.
            None if breaks => Length::Claimed(whole as u64),
            None => Length::Counted,
        };
        answer.pieces = pieces;
        answer.delay = Duration::from_millis(self.delay_ms);
        answer.silence = Duration::from_millis(self.silence_ms);
        answer.head = self.reset != Some(Place::BeforeHeaders) && self.close != Some(Place::BeforeHeaders);
        answer.end = match (self.reset, self.close) {
            (Some(_), _) => End::Reset,
            (None, Some(_)) => End::Close,
            (None, None) => End::Clean,
        };
        // A body shorter than its content-length can't end cleanly.
        if self.content_length.is_some_and(|length| length > answer.bytes() as u64)
            && answer.end == End::Clean
        {
            answer.end = End::Close;
        }
        if let Some(status) = self.status {
            answer.status = status;
        }
        Ok(answer)
    }

    /// The step's own headers, over those that every answer has. `{elsewhere}` in a value is this run's place at
    /// the other port.
    pub fn dress(&self, answer: &mut Answer, date: impl FnOnce(i64) -> String, elsewhere: &str) {
        match self.date {
            Some(DateRule::OffsetSeconds(offset)) => answer.set("date", date(offset)),
            Some(DateRule::Word(DateWord::Hidden)) => answer.remove("date"),
            None => {}
        }
        for name in &self.remove_headers {
            answer.remove(name);
        }
        for (name, value) in &self.headers {
            answer.set(name, value.replace("{elsewhere}", elsewhere));
        }
    }
}

fn now(bytes: impl Into<Bytes>) -> Piece {
    Piece { wait: Duration::ZERO, bytes: bytes.into() }
}

fn starts(pieces: &[Piece]) -> Vec<usize> {
    pieces
        .iter()
        .scan(0, |offset, piece| {
            let start = *offset;
            *offset += piece.bytes.len();
            Some(start)
        })
        .collect()
}

fn truncate(pieces: &mut Vec<Piece>, mut left: usize) {
    pieces.retain_mut(|piece| {
        let length = piece.bytes.len().min(left);
        left -= length;
        piece.bytes.truncate(length);
        length > 0
    });
}

fn rechunk(pieces: &[Piece], size: usize, pace: Duration) -> Vec<Piece> {
    let bytes: Vec<u8> = pieces.iter().flat_map(|piece| piece.bytes.iter().copied()).collect();
    let chunks = bytes.chunks(size).map(Bytes::copy_from_slice).collect();
    crate::answer::paced(chunks, pace)
}

impl Cut {
    fn offset(&self, whole: usize, starts: &[usize]) -> Result<usize, String> {
        match self {
            Self::Bytes(bytes) => {
                let bytes = if *bytes < 0 { whole as i64 + bytes } else { *bytes };
                usize::try_from(bytes)
                    .ok()
                    .filter(|bytes| *bytes <= whole)
                    .ok_or_else(|| format!("the body has {whole} bytes, fewer than the cut wants"))
            }
            Self::Frame(CutInFrame { frame, byte }) => {
                let start = starts.get(*frame).ok_or("the cut is behind the last frame")?;
                Ok(start + byte)
            }
        }
    }
}
