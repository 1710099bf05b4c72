//! Reads case files strictly and turns a step of a script into an answer; README.md beside the cases is its manual.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Duration;

use aws_smithy_types::event_stream::HeaderValue;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, End, Length, Piece};
use crate::builtin::{Body, BuiltIn};
use crate::frames::{self, Field};
use crate::server::service_error;

/// The longest pause of a script, in milliseconds: a case that needs more than two minutes is no test.
const LONGEST_PAUSE_MS: u64 = 120_000;

/// Runtimes a case may apply to.
const RUNTIMES: [&str; 6] = ["rust", "node", "workerd", "page", "deno", "bun"];

const OPERATIONS: [&str; 4] = [
    "Converse",
    "ConverseStream",
    "InvokeModel",
    "InvokeModelWithResponseStream",
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    name: String,
    /// One sentence for people.
    about: String,
    applies: Vec<String>,
    request: CaseRequest,
    #[serde(rename = "preflight", default)]
    pub preflight: PreflightRule,
    /// Headers a page may read, instead of the usual ones.
    #[serde(default)]
    pub expose: Option<Vec<String>>,
    script: Vec<Step>,
    verdict: Verdicts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseRequest {
    operation: String,
    input: serde_json::Map<String, Value>,
    /// Client options by their names in the npm package.
    #[serde(default)]
    options: serde_json::Map<String, Value>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PreflightRule {
    #[default]
    Usual,
    Refuse,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Verdicts {
    page: Verdict,
    other: Verdict,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Verdict {
    #[serde(default)]
    ok: Option<bool>,
    #[serde(default)]
    error: Option<String>,
    /// Events delivered before the end; only for streams.
    #[serde(default)]
    events: Option<u64>,
    /// Attempts as the emulator counts them.
    attempts: u64,
}

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

/// One entry of `events`: exactly one of its kinds.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Item {
    event: Option<String>,
    exception: Option<String>,
    error: Option<String>,
    chunk: Option<Value>,
    headers: Option<Vec<RawHeader>>,
    hex: Option<String>,
    builtin: Option<(usize, usize)>,
    pause_ms: Option<u64>,
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

/// All cases of a folder, by name.
pub fn load(folder: &Path) -> Result<HashMap<String, Case>, String> {
    let mut cases = HashMap::new();
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let stem = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let case = std::fs::read_to_string(&path)
            .map_err(|error| error.to_string())
            .and_then(|text| Case::parse(&text, &stem))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        cases.insert(stem, case);
    }
    Ok(cases)
}

impl Case {
    fn parse(text: &str, stem: &str) -> Result<Self, String> {
        let case: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let wrong = |what: String| Err(what);
        if case.name != stem {
            return wrong(format!(
                "is named '{}', but its file is '{stem}.json'",
                case.name
            ));
        }
        if case.about.trim().is_empty() {
            return wrong("says nothing about itself".to_owned());
        }
        if case.applies.is_empty() {
            return wrong("applies to no runtime".to_owned());
        }
        if let Some(other) = case
            .applies
            .iter()
            .find(|name| !RUNTIMES.contains(&name.as_str()))
        {
            return wrong(format!(
                "applies to '{other}', which is none of {RUNTIMES:?}"
            ));
        }
        let operation = case.request.operation.as_str();
        if !OPERATIONS.contains(&operation) {
            return wrong(format!("'{operation}' is none of {OPERATIONS:?}"));
        }
        if !case
            .request
            .input
            .get("modelId")
            .is_some_and(Value::is_string)
        {
            return wrong("its input has no modelId".to_owned());
        }
        if case.request.options.keys().any(|name| name == "endpoint") {
            return wrong("sets an endpoint; the endpoint is the emulator's".to_owned());
        }
        for (index, step) in case.script.iter().enumerate() {
            step.check()
                .map_err(|error| format!("step {}: {error}", index + 1))?;
        }
        if case.script.is_empty() {
            return wrong("has no step".to_owned());
        }
        let streams = operation.ends_with("Stream");
        for verdict in [&case.verdict.page, &case.verdict.other] {
            match (verdict.ok, &verdict.error) {
                (Some(true), None) | (None, Some(_)) => {}
                _ => return wrong("a verdict is {\"ok\":true,…} or {\"error\":NAME,…}".to_owned()),
            }
            if verdict.events.is_some() != streams {
                return wrong(
                    "a verdict counts events if, and only if, it is a stream's".to_owned(),
                );
            }
            // A refused preflight makes none.
            if verdict.attempts == 0 && case.preflight == PreflightRule::Usual {
                return wrong("a verdict has no attempts".to_owned());
            }
        }
        Ok(case)
    }

    /// Step for the attempt with this index; the last one repeats.
    pub fn step(&self, index: usize) -> &Step {
        &self.script[index.min(self.script.len() - 1)]
    }
}

impl Step {
    fn check(&self) -> Result<(), String> {
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
        let pauses = self
            .events
            .iter()
            .flatten()
            .filter_map(|item| item.pause_ms);
        if self.chunk_bytes.is_some() && pauses.clone().count() > 0 {
            return Err("chunkBytes cuts anew, so pauseMs has no place".to_owned());
        }
        let times = [self.delay_ms, self.silence_ms, self.pace_ms.unwrap_or(0)];
        if pauses.chain(times).any(|ms| ms > LONGEST_PAUSE_MS) {
            return Err(format!("a pause is longer than {LONGEST_PAUSE_MS} ms"));
        }
        if self
            .status
            .is_some_and(|status| !(200..600).contains(&status))
        {
            return Err("the status is none of an answer".to_owned());
        }
        if let Some(text) = &self.hex {
            hex::decode(text).map_err(|error| format!("hex: {error}"))?;
        }
        for (index, item) in self.events.iter().flatten().enumerate() {
            item.check()
                .map_err(|error| format!("event {index}: {error}"))?;
        }
        Ok(())
    }

    /// Whether the answer needs the built-in one.
    pub fn needs_builtin(&self) -> bool {
        match &self.events {
            Some(items) => items.iter().any(|item| item.builtin.is_some()),
            None => {
                self.json.is_none()
                    && self.text.is_none()
                    && self.hex.is_none()
                    && self.error.is_none()
            }
        }
    }

    /// The answer of this step. `streams` says whether the operation answers an event stream, `pace` how
    /// far apart events are unless the step says otherwise.
    pub fn answer(
        &self,
        builtin: Option<BuiltIn>,
        streams: bool,
        pace: Duration,
    ) -> Result<Answer, String> {
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
            piece.bytes = frames::corrupt(
                &piece.bytes,
                corruption.field,
                corruption.value,
                corruption.mend,
            );
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
        answer.head =
            self.reset != Some(Place::BeforeHeaders) && self.close != Some(Place::BeforeHeaders);
        answer.end = match (self.reset, self.close) {
            (Some(_), _) => End::Reset,
            (None, Some(_)) => End::Close,
            (None, None) => End::Clean,
        };
        // A body shorter than its content-length can't end cleanly.
        if self
            .content_length
            .is_some_and(|length| length > answer.bytes() as u64)
            && answer.end == End::Clean
        {
            answer.end = End::Close;
        }
        if let Some(status) = self.status {
            answer.status = status;
        }
        Ok(answer)
    }

    /// The step's own headers, over those that every answer has.
    pub fn dress(&self, answer: &mut Answer, date: impl FnOnce(i64) -> String) {
        match self.date {
            Some(DateRule::OffsetSeconds(offset)) => answer.set("date", date(offset)),
            Some(DateRule::Word(DateWord::Hidden)) => answer.remove("date"),
            None => {}
        }
        for name in &self.remove_headers {
            answer.remove(name);
        }
        for (name, value) in &self.headers {
            answer.set(name, value.clone());
        }
    }
}

fn now(bytes: impl Into<Bytes>) -> Piece {
    Piece {
        wait: Duration::ZERO,
        bytes: bytes.into(),
    }
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
    let bytes: Vec<u8> = pieces
        .iter()
        .flat_map(|piece| piece.bytes.iter().copied())
        .collect();
    let chunks = bytes.chunks(size).map(Bytes::copy_from_slice).collect();
    crate::answer::paced(chunks, pace)
}

fn encode(
    items: &[Item],
    builtin: Option<BuiltIn>,
    answer: &mut Answer,
    pace: Duration,
) -> Result<Vec<Piece>, String> {
    let mut ready = Vec::new();
    if let Some(BuiltIn {
        headers,
        body: Body::Frames(frames),
    }) = builtin
    {
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
            let usual = if pieces.is_empty() {
                Duration::ZERO
            } else {
                pace
            };
            pieces.push(Piece {
                wait: pause.take().unwrap_or(usual),
                bytes,
            });
        }
    }
    if let Some(wait) = pause {
        pieces.push(Piece {
            wait,
            bytes: Bytes::new(),
        });
    }
    Ok(pieces)
}

impl Cut {
    fn offset(&self, whole: usize, starts: &[usize]) -> Result<usize, String> {
        match self {
            Self::Bytes(bytes) => {
                let bytes = if *bytes < 0 {
                    whole as i64 + bytes
                } else {
                    *bytes
                };
                usize::try_from(bytes)
                    .ok()
                    .filter(|bytes| *bytes <= whole)
                    .ok_or_else(|| format!("the body has {whole} bytes, fewer than the cut wants"))
            }
            Self::Frame(CutInFrame { frame, byte }) => {
                let start = starts
                    .get(*frame)
                    .ok_or("the cut is behind the last frame")?;
                Ok(start + byte)
            }
        }
    }
}

impl Item {
    fn check(&self) -> Result<(), String> {
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
                "exactly one of event, exception, error, chunk, headers, hex, builtin, pauseMs"
                    .to_owned(),
            );
        }
        let with_payload =
            self.event.is_some() || self.exception.is_some() || self.headers.is_some();
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
            return Ok(frames::error(
                code,
                self.message.as_deref().unwrap_or_default(),
            ));
        }
        if let Some(inner) = &self.chunk {
            return Ok(frames::chunk(inner, seed));
        }
        if let Some(text) = &self.hex {
            return hex::decode(text)
                .map(Bytes::from)
                .map_err(|error| error.to_string());
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
            RawValue::TimestampMs(ms) => {
                HeaderValue::Timestamp(aws_smithy_types::DateTime::from_millis(*ms))
            }
            RawValue::Uuid(uuid) => HeaderValue::Uuid(uuid.as_u128()),
        };
        Ok((self.name.clone(), value))
    }
}
