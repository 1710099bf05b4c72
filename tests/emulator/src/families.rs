//! Answers of InvokeModel by model family, filled into the templates of `families.json`; decides no text.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::builtin::{Body, BuiltIn, Invalid, Reply, invalid};
use crate::frames;
use crate::media::Makes;

/// Milliseconds that built-in answers claim to have taken: any constant will do.
pub const LATENCY_MS: u64 = 42;
const FIRST_BYTE_MS: u64 = 21;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Family {
    #[serde(rename = "family")]
    _family: String,
    /// Beginnings of model ids, without a region's prefix.
    ids: Vec<String>,
    pub required: Vec<String>,
    /// JSON pointer to the request's limit of output tokens.
    #[serde(default)]
    pub limit: Option<String>,
    /// Stop reasons: at the end, at the limit. Absent for models that write no text.
    #[serde(default)]
    pub stops: Option<(String, String)>,
    /// Whether the answer has headers with cache token counts.
    #[serde(default)]
    cache: bool,
    /// What an answer of the model is made by, if not by a template.
    #[serde(default)]
    pub makes: Option<Makes>,
    #[serde(default)]
    answer: Value,
    #[serde(default)]
    pub stream: Option<Stream>,
    /// Whether the metrics come in a last chunk of their own.
    #[serde(default)]
    metrics_alone: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    #[serde(default)]
    before: Vec<Value>,
    word: Value,
    after: Vec<Value>,
}

static FAMILIES: LazyLock<Vec<Family>> =
    LazyLock::new(|| serde_json::from_str(include_str!("families.json")).expect("families.json is right"));

/// Finds the family by the id's beginning, after an ARN's resource type and a region's prefix. An ARN whose
/// resource has an opaque name, like an application inference profile, is answered as Claude.
pub fn family(model: &str) -> Result<&'static Family, Invalid> {
    let name = model.rsplit('/').next().unwrap_or(model);
    let starts =
        |name: &str| FAMILIES.iter().find(|family| family.ids.iter().any(|id| name.starts_with(id.as_str())));
    let found = starts(name).or_else(|| name.split_once('.').and_then(|(_, rest)| starts(rest)));
    match found {
        Some(family) => Ok(family),
        None if model.starts_with("arn:") => Ok(starts("anthropic.").expect("Claude is listed")),
        None => Err(invalid("The provided model identifier is invalid.")),
    }
}

pub fn invoke_whole(family: &Family, reply: &Reply) -> BuiltIn {
    let tokens_out = if family.stops.is_some() { reply.words.len() } else { 0 };
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        ("x-amzn-bedrock-invocation-latency", LATENCY_MS.to_string()),
        ("x-amzn-bedrock-input-token-count", reply.tokens_in().to_string()),
    ];
    if family.stops.is_some() {
        headers.push(("x-amzn-bedrock-output-token-count", tokens_out.to_string()));
    }
    if family.cache {
        headers.push(("x-amzn-bedrock-cache-read-input-token-count", "0".to_owned()));
        headers.push(("x-amzn-bedrock-cache-write-input-token-count", "0".to_owned()));
    }
    let answer = fill(&family.answer, &Filling::new(family, reply));
    BuiltIn { headers, body: Body::Whole(answer.to_string().into()), pauses: 0 }
}

pub fn invoke_stream(family: &Family, stream: &Stream, reply: &Reply) -> BuiltIn {
    let mut filling = Filling::new(family, reply);
    let mut chunks: Vec<Value> = stream.before.iter().map(|template| fill(template, &filling)).collect();
    for (index, word) in reply.words.iter().enumerate() {
        filling.word = word;
        filling.index = index;
        chunks.push(fill(&stream.word, &filling));
    }
    chunks.extend(stream.after.iter().map(|template| fill(template, &filling)));
    let metrics = json!({
        "inputTokenCount": reply.tokens_in(),
        "outputTokenCount": reply.words.len(),
        "invocationLatency": LATENCY_MS,
        "firstByteLatency": FIRST_BYTE_MS,
    });
    if family.metrics_alone {
        chunks.push(json!({}));
    }
    if let Some(Value::Object(last)) = chunks.last_mut() {
        last.insert("amazon-bedrock-invocationMetrics".to_owned(), metrics);
    }
    let frames = chunks.iter().enumerate().map(|(index, inner)| frames::chunk(inner, index)).collect();
    BuiltIn {
        headers: vec![
            ("content-type", "application/vnd.amazon.eventstream".to_owned()),
            ("x-amzn-bedrock-content-type", "application/json".to_owned()),
        ],
        body: Body::Frames(frames),
        pauses: 0,
    }
}

/// What stands for a template's `$` words.
struct Filling<'a> {
    reply: &'a Reply,
    text: String,
    stop: &'a str,
    word: &'a str,
    index: usize,
}

impl<'a> Filling<'a> {
    fn new(family: &'a Family, reply: &'a Reply) -> Self {
        let stop = family
            .stops
            .as_ref()
            .map_or("", |(end, limit)| if reply.limited { limit.as_str() } else { end.as_str() });
        Self { reply, text: reply.text(), stop, word: "", index: 0 }
    }

    fn value(&self, name: &str) -> Option<Value> {
        let reply = self.reply;
        Some(match name {
            "$text" => json!(self.text),
            "$word" => json!(self.word),
            "$prompt" => json!(reply.prompt),
            "$stop" => json!(self.stop),
            "$id" => json!(reply.id),
            "$model" => json!(reply.model),
            "$in" => json!(reply.tokens_in()),
            "$inFirst" if self.index == 0 => json!(reply.tokens_in()),
            "$inFirst" => Value::Null,
            "$out" => json!(reply.words.len()),
            "$total" => json!(reply.tokens_in() + reply.words.len()),
            "$count" => json!(self.index + 1),
            _ => return None,
        })
    }
}

fn fill(template: &Value, filling: &Filling<'_>) -> Value {
    match template {
        Value::String(text) => {
            filling.value(text).unwrap_or_else(|| json!(text.replace("$id", &filling.reply.id)))
        }
        Value::Array(items) => items.iter().map(|item| fill(item, filling)).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), fill(value, filling))).collect())
        }
        other => other.clone(),
    }
}
