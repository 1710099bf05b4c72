//! One text for all: what was generated, why it stopped and what it cost, out of any family's answer or chunk and out
//! of Converse's. It guesses nothing: what a body does not tell is not there.
//!
//! - **Text** is the model's, verbatim: nothing is trimmed, and tags such as `<think>` inside it stay. Text blocks of
//!   one message are joined and make one generation. Reasoning stands apart where the body has it apart.
//! - **A generation** is there when the body has a text for it (an empty one too), reasoning, or a stop reason;
//!   embeddings, images and rankings have none. In a chunk a text is what the chunk adds; `index` says to which.
//! - **The stop reason** is the family's own word.
//! - **Usage** is what the body tells, in the family's member names or Bedrock's `amazon-bedrock-invocationMetrics`;
//!   where both tell, the larger (recorded streams with tool calls have 144 output tokens in one and 108 in the other,
//!   and the same call unstreamed is billed what the body says).
//! - **The reader** is that of the model id's family; if the body has nothing of that family's, or the id says nothing,
//!   the body's shape decides.

use super::family::Family;
use super::readers::{READERS, reader_of};
use crate::types::{Blob, ConverseOutput, ConverseStreamEvent, InvokeModelOutput, PayloadPart};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// What was generated; or, out of a chunk, what the chunk adds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Generated {
    /// The text of each generation.
    pub texts: Vec<String>,
    /// Why each generation stopped, in the family's own word; as long as `texts`.
    pub stop_reasons: Vec<Option<String>>,
    /// The reasoning of the first generation, where the body has it apart from the text.
    pub reasoning: String,
    /// Tokens used, if the body tells any.
    pub usage: Option<Usage>,
}

/// Tokens used, as far as they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Usage {
    /// Tokens of the input; families with a cache leave out here what was read from it.
    pub input_tokens: Option<u64>,
    /// Tokens that were generated.
    pub output_tokens: Option<u64>,
    /// Tokens read from a cache.
    pub cache_read_input_tokens: Option<u64>,
    /// Tokens written to a cache.
    pub cache_write_input_tokens: Option<u64>,
}

impl Generated {
    /// The text of the first generation; empty when there is none.
    pub fn text(&self) -> &str {
        self.texts.first().map(String::as_str).unwrap_or_default()
    }

    /// Why the first generation stopped, if it is told.
    pub fn stop_reason(&self) -> Option<&str> {
        self.stop_reasons.first().and_then(Option::as_deref)
    }

    /// Adds what a chunk adds: texts are joined, a later stop reason replaces an earlier one, and of two counts of
    /// tokens the larger stays (those in chunks are running totals).
    pub fn add(&mut self, chunk: Self) {
        for (index, (text, reason)) in chunk.texts.iter().zip(&chunk.stop_reasons).enumerate() {
            self.append(index, text, reason.as_deref());
        }
        self.reasoning.push_str(&chunk.reasoning);
        if let Some(usage) = chunk.usage {
            let told = self.usage.get_or_insert_with(Usage::default);
            told.input_tokens = told.input_tokens.max(usage.input_tokens);
            told.output_tokens = told.output_tokens.max(usage.output_tokens);
            told.cache_read_input_tokens = told.cache_read_input_tokens.max(usage.cache_read_input_tokens);
            told.cache_write_input_tokens = told.cache_write_input_tokens.max(usage.cache_write_input_tokens);
        }
    }

    /// Adds to one generation, which is made if it is not there.
    fn append(&mut self, index: usize, text: &str, stop_reason: Option<&str>) {
        let count = self.texts.len().max(index.saturating_add(1));
        self.texts.resize_with(count, String::new);
        self.stop_reasons.resize(count, None);
        if let (Some(told), Some(stop)) = (self.texts.get_mut(index), self.stop_reasons.get_mut(index)) {
            told.push_str(text);
            if let Some(reason) = stop_reason {
                *stop = Some(reason.to_owned());
            }
        }
    }

    /// A generation, if there is anything to say of it.
    pub(super) fn tell(&mut self, index: usize, text: Option<&str>, stop_reason: Option<&str>) {
        // A body that names a generation far beyond what any family makes names none.
        if index < MOST_GENERATIONS && (text.is_some() || stop_reason.is_some()) {
            self.append(index, text.unwrap_or_default(), stop_reason);
        }
    }

    /// Reasoning of the first generation.
    pub(super) fn think(&mut self, reasoning: Option<&str>) {
        if let Some(reasoning) = reasoning {
            self.append(0, "", None);
            self.reasoning.push_str(reasoning);
        }
    }

    /// Tokens, of which the larger number stays.
    pub(super) fn count(&mut self, member: fn(&mut Usage) -> &mut Option<u64>, tokens: Option<u64>) {
        if tokens.is_some() {
            let told = member(self.usage.get_or_insert_with(Usage::default));
            *told = (*told).max(tokens);
        }
    }

    /// Tokens out of an object with members of these names: input, output, read from a cache, written to it.
    pub(super) fn count_all(&mut self, object: &Value, names: [&[&str]; 4]) {
        let [input, output, read, write] =
            names.map(|names| names.iter().filter_map(|name| object.get(name).and_then(Value::as_u64)).max());
        self.count(|usage| &mut usage.input_tokens, input);
        self.count(|usage| &mut usage.output_tokens, output);
        self.count(|usage| &mut usage.cache_read_input_tokens, read);
        self.count(|usage| &mut usage.cache_write_input_tokens, write);
    }
}

/// Generations in one body: no family makes more than 16 (Jamba); beyond this an index is not believed, as each one
/// below it costs memory.
const MOST_GENERATIONS: usize = 1024;

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
/// assert_eq!((told.text(), told.stop_reason()), ("Hello", Some("FINISH")));
/// assert_eq!(told.usage.and_then(|usage| usage.input_tokens), Some(7));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// When the body is bytes that are not JSON, as an image would be.
pub fn text_of<'b>(model_id: &str, body: impl Into<Body<'b>>) -> Result<Generated, serde_json::Error> {
    let body = body.into().0?;
    let preferred = Family::of(model_id).and_then(reader_of);
    let readers = preferred.into_iter().chain(READERS);
    let mut told = Generated::default();
    for read in readers {
        if read(&body, &mut told) {
            break;
        }
    }
    if let Some(metrics) = body.get("amazon-bedrock-invocationMetrics") {
        told.count_all(
            metrics,
            [
                &["inputTokenCount"],
                &["outputTokenCount"],
                &["cacheReadInputTokenCount"],
                &["cacheWriteInputTokenCount"],
            ],
        );
    }
    Ok(told)
}

/// What a chunk of InvokeModelWithResponseStream or an event of ConverseStream adds. Fold them with [`Generated::add`].
///
/// # Errors
/// When the chunk is bytes that are not JSON.
pub fn text_of_chunk<'b>(model_id: &str, chunk: impl Into<Body<'b>>) -> Result<Generated, serde_json::Error> {
    // The shapes of answers and chunks differ in every family, so one set of readers knows both.
    text_of(model_id, chunk)
}
