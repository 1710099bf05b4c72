//! One text for all: what was generated, why it stopped and what it cost, out of any family's answer or chunk and out
//! of Converse's. It guesses nothing: what a body does not tell is not there.
//!
//! - **Text** is the model's, verbatim: nothing is trimmed, and tags such as `<think>` inside it stay. Text blocks of
//!   one message are joined and make one generation. Reasoning stands apart where the body has it apart.
//! - **The stop reason** is the family's own word.
//! - **Usage** is the model's own count, in the family's member names; what it leaves out comes from Bedrock's
//!   `amazon-bedrock-invocationMetrics`. (Recorded streams with tool calls have 144 output tokens in one and 108 in the
//!   other, and the same call unstreamed is billed what the model says.)
//! - **The reader** is that of the model id's family; if the body has nothing of that family's, or the id says nothing,
//!   the body's shape decides. A shape that is not known has no text, and is no error.

use super::readers::{self, Piece};
use crate::types::{Blob, ConverseOutput, ConverseStreamEvent, InvokeModelOutput, PayloadPart};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// What was generated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Generated {
    /// Every generation's text; none for embeddings, rankings and images.
    pub texts: Vec<String>,
    /// The reasoning of the first generation, where the body has it apart from the text.
    pub reasoning: Option<String>,
    /// Why the model stopped, in the family's own word: of the first generation that has a reason.
    pub stop_reason: Option<String>,
    /// Tokens used, if the body tells any.
    pub usage: Option<Usage>,
    /// How long it took, if the body tells.
    pub metrics: Option<Latency>,
}

/// What a chunk adds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct GeneratedChunk {
    /// More text; empty when the chunk has none.
    pub text: String,
    /// The generation that the text belongs to, from 0.
    pub index: usize,
    /// More reasoning.
    pub reasoning: Option<String>,
    /// Why the generation stopped.
    pub stop_reason: Option<String>,
    /// Tokens so far.
    pub usage: Option<Usage>,
    /// How long it took.
    pub metrics: Option<Latency>,
}

/// Tokens used, as far as they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Usage {
    /// Tokens of the input; families with a cache leave out here what was read from it.
    pub input_tokens: Option<u64>,
    /// Tokens that were generated.
    pub output_tokens: Option<u64>,
    /// Only where the body tells it: it is never added up.
    pub total_tokens: Option<u64>,
    /// Tokens read from a cache.
    pub cache_read_input_tokens: Option<u64>,
    /// Tokens written to a cache.
    pub cache_write_input_tokens: Option<u64>,
}

/// How long the model took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Latency {
    /// Until the end.
    pub latency_ms: Option<u64>,
    /// Until the first byte.
    pub first_byte_latency_ms: Option<u64>,
}

impl Generated {
    /// The text of the first generation; empty when there is none.
    pub fn text(&self) -> &str {
        self.texts.first().map(String::as_str).unwrap_or_default()
    }
}

impl Usage {
    /// These counts, and another's where there is none here.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.or(other.input_tokens),
            output_tokens: self.output_tokens.or(other.output_tokens),
            total_tokens: self.total_tokens.or(other.total_tokens),
            cache_read_input_tokens: self.cache_read_input_tokens.or(other.cache_read_input_tokens),
            cache_write_input_tokens: self.cache_write_input_tokens.or(other.cache_write_input_tokens),
        }
    }
}

impl Latency {
    fn or(self, other: Self) -> Self {
        Self {
            latency_ms: self.latency_ms.or(other.latency_ms),
            first_byte_latency_ms: self.first_byte_latency_ms.or(other.first_byte_latency_ms),
        }
    }
}

/// What is told, or nothing where nothing is.
fn told<T: Default + PartialEq>(value: T) -> Option<T> {
    (value != T::default()).then_some(value)
}

/// A body: bytes of JSON, a JSON value, or what this crate has read already.
#[derive(Debug)]
pub struct Body<'b>(Result<Cow<'b, Value>, serde_json::Error>);

impl<'b> From<&'b Value> for Body<'b> {
    fn from(value: &'b Value) -> Self {
        Self(Ok(Cow::Borrowed(value)))
    }
}

impl From<Value> for Body<'_> {
    fn from(value: Value) -> Self {
        Self(Ok(Cow::Owned(value)))
    }
}

impl From<&[u8]> for Body<'_> {
    fn from(bytes: &[u8]) -> Self {
        Self(serde_json::from_slice(bytes).map(Cow::Owned))
    }
}

impl From<&Vec<u8>> for Body<'_> {
    fn from(bytes: &Vec<u8>) -> Self {
        Self::from(bytes.as_slice())
    }
}

impl From<&str> for Body<'_> {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<&Blob> for Body<'_> {
    fn from(blob: &Blob) -> Self {
        Self::from(blob.as_bytes())
    }
}

impl From<&InvokeModelOutput> for Body<'_> {
    fn from(output: &InvokeModelOutput) -> Self {
        Self::from(&output.body)
    }
}

impl From<&PayloadPart> for Body<'_> {
    fn from(chunk: &PayloadPart) -> Self {
        Self::from(chunk.as_bytes())
    }
}

impl From<&ConverseOutput> for Body<'_> {
    fn from(output: &ConverseOutput) -> Self {
        Self(serde_json::to_value(output).map(Cow::Owned))
    }
}

impl From<&ConverseStreamEvent> for Body<'_> {
    fn from(event: &ConverseStreamEvent) -> Self {
        let payload = event.to_payload().and_then(|payload| serde_json::from_slice(&payload));
        Self(payload.map(|payload: Value| {
            Cow::Owned(Value::Object(Map::from_iter([(event.event_type().to_owned(), payload)])))
        }))
    }
}

/// What an answer of InvokeModel or Converse says.
///
/// ```
/// let body = br#"{"inputTextTokenCount":7,"results":[{"tokenCount":2,"outputText":"Hello","completionReason":"FINISH"}]}"#;
/// let told = outcrop::models::text_of("amazon.titan-text-lite-v1", body.as_slice())?;
/// assert_eq!((told.text(), told.stop_reason.as_deref()), ("Hello", Some("FINISH")));
/// assert_eq!(told.usage.and_then(|usage| usage.input_tokens), Some(7));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// When the body is bytes that are not JSON, as an image would be.
pub fn text_of<'b>(model_id: &str, body: impl Into<Body<'b>>) -> Result<Generated, serde_json::Error> {
    let body = body.into().0?;
    let pieces = readers::answer(model_id, &body);
    Ok(Generated {
        reasoning: pieces.first().and_then(|piece| piece.reasoning.clone()),
        stop_reason: pieces.iter().find_map(|piece| piece.stop_reason.clone()),
        texts: pieces.into_iter().map(|piece| piece.text.unwrap_or_default()).collect(),
        usage: told(readers::own_usage(&body).or(readers::metered(&body))),
        metrics: told(readers::latency(&body)),
    })
}

/// What a chunk of InvokeModelWithResponseStream or an event of ConverseStream adds. A [`Collector`] puts them together.
///
/// # Errors
/// When the chunk is bytes that are not JSON.
pub fn text_of_chunk<'b>(
    model_id: &str,
    chunk: impl Into<Body<'b>>,
) -> Result<GeneratedChunk, serde_json::Error> {
    let chunk = chunk.into().0?;
    let piece = readers::chunk(model_id, &chunk).into_iter().next().unwrap_or_default();
    Ok(GeneratedChunk {
        text: piece.text.unwrap_or_default(),
        index: piece.index.unwrap_or(0),
        reasoning: piece.reasoning,
        stop_reason: piece.stop_reason,
        usage: told(readers::own_usage(&chunk).or(readers::metered(&chunk))),
        metrics: told(readers::latency(&chunk)),
    })
}

/// Generations in one stream: no family makes more than 16 (Jamba); beyond this an index is not believed, as each one
/// below it costs memory.
const MOST_GENERATIONS: usize = 1024;

/// Puts the chunks of a stream together: texts are joined, later reasons and counts take the place of earlier ones. It
/// does not know whether the stream was whole: that is the stream's to say.
#[derive(Debug, Clone, Default)]
pub struct Collector {
    model_id: String,
    texts: Vec<String>,
    stop_reasons: Vec<Option<String>>,
    reasoning: Option<String>,
    own: Usage,
    metered: Usage,
    metrics: Latency,
}

impl Collector {
    /// Begins with nothing.
    pub fn new(model_id: impl Into<String>) -> Self {
        Self { model_id: model_id.into(), ..Self::default() }
    }

    /// Adds a chunk or an event.
    ///
    /// # Errors
    /// When the chunk is bytes that are not JSON; nothing is added then.
    pub fn push<'b>(&mut self, chunk: impl Into<Body<'b>>) -> Result<(), serde_json::Error> {
        let chunk = chunk.into().0?;
        for piece in readers::chunk(&self.model_id, &chunk) {
            self.add(piece);
        }
        self.own = readers::own_usage(&chunk).or(self.own);
        self.metered = readers::metered(&chunk).or(self.metered);
        self.metrics = readers::latency(&chunk).or(self.metrics);
        Ok(())
    }

    fn add(&mut self, piece: Piece) {
        let index = piece.index.unwrap_or(0);
        if index >= MOST_GENERATIONS {
            return;
        }
        let count = index.saturating_add(1);
        if let Some(text) = piece.text {
            self.texts.resize_with(self.texts.len().max(count), String::new);
            if let Some(told) = self.texts.get_mut(index) {
                told.push_str(&text);
            }
        }
        if piece.stop_reason.is_some() {
            self.stop_reasons.resize(self.stop_reasons.len().max(count), None);
            if let Some(told) = self.stop_reasons.get_mut(index) {
                *told = piece.stop_reason;
            }
        }
        if let (0, Some(reasoning)) = (index, piece.reasoning) {
            self.reasoning.get_or_insert_with(String::new).push_str(&reasoning);
        }
    }

    /// What the stream said. The stop reason is the first generation's, or that of the last one that has one.
    pub fn finish(self) -> Generated {
        let first = self.stop_reasons.first().cloned().flatten();
        Generated {
            stop_reason: first.or_else(|| self.stop_reasons.into_iter().flatten().next_back()),
            texts: self.texts,
            reasoning: self.reasoning,
            usage: told(self.own.or(self.metered)),
            metrics: told(self.metrics),
        }
    }
}
