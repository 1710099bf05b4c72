//! What the Rust crate makes of recorded answers: the text it tells, and what comes out again of an answer or a chunk
//! that was read into its family's own shape. Lines of `text/recorded_text.py` on stdin, a line for each on stdout:
//! `{id, told, kept}`. It judges nothing; `text/text.test.mjs` does.

use outcrop::models::claude::{ClaudeAnswer, ClaudeChunk};
use outcrop::models::claude_text::{ClaudeTextAnswer, ClaudeTextChunk};
use outcrop::models::command::{CommandAnswer, CommandChunk};
use outcrop::models::command_r::{CommandRAnswer, CommandRChunk};
use outcrop::models::embed::EmbedAnswer;
use outcrop::models::jamba::{JambaAnswer, JambaChunk};
use outcrop::models::jurassic::JurassicAnswer;
use outcrop::models::llama::{LlamaAnswer, LlamaChunk};
use outcrop::models::mistral::{MistralAnswer, MistralChunk};
use outcrop::models::nova::{NovaAnswer, NovaChunk};
use outcrop::models::rerank::RerankAnswer;
use outcrop::models::titan_embeddings::TitanEmbeddingsAnswer;
use outcrop::models::titan_text::{TitanTextAnswer, TitanTextChunk};
use outcrop::models::{Collector, Generated, text_of, text_of_chunk};
use outcrop::types::{ConverseOutput, ConverseStreamEvent};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::io::BufRead;

type Failed = Box<dyn std::error::Error>;
type Keep = fn(&Value) -> Result<Value, Failed>;

/// From JSON text to a shape to JSON text: nothing of the value itself can slip by.
fn keep<T: DeserializeOwned + Serialize>(value: &Value) -> Result<Value, Failed> {
    let read: T = serde_json::from_str(&value.to_string())?;
    Ok(serde_json::from_str(&serde_json::to_string(&read)?)?)
}

/// An event, as `{name: payload}`.
fn keep_event(value: &Value) -> Result<Value, Failed> {
    let (name, payload) =
        value.as_object().and_then(|event| event.iter().next()).ok_or("an event has a name")?;
    let event = ConverseStreamEvent::from_event(name, payload.to_string().as_bytes())?;
    let payload: Value = serde_json::from_slice(&event.to_payload()?)?;
    Ok(json!({ event.event_type(): payload }))
}

fn never(_: &Value) -> Result<Value, Failed> {
    Err("such a body is not recorded".into())
}

/// What keeps an answer and a chunk of a family; the recording's own word for it.
fn shapes(operation: &str, family: &str, messages: bool) -> Result<(Keep, Keep), Failed> {
    if operation.starts_with("Converse") {
        return Ok((keep::<ConverseOutput>, keep_event));
    }
    Ok(match family {
        "ai21-j2" => (keep::<JurassicAnswer>, never),
        "ai21-jamba" => (keep::<JambaAnswer>, keep::<JambaChunk>),
        "claude-3+" => (keep::<ClaudeAnswer>, keep::<ClaudeChunk>),
        // Some of Claude 2's recordings are Messages.
        "claude-v2-text" if messages => (keep::<ClaudeAnswer>, keep::<ClaudeChunk>),
        "claude-v2-text" | "claude-instant-text" => (keep::<ClaudeTextAnswer>, keep::<ClaudeTextChunk>),
        "cohere-command" => (keep::<CommandAnswer>, keep::<CommandChunk>),
        "cohere-command-r" => (keep::<CommandRAnswer>, keep::<CommandRChunk>),
        "cohere-embed" => (keep::<EmbedAnswer>, never),
        "cohere-rerank" => (keep::<RerankAnswer>, never),
        "llama2" | "llama3" => (keep::<LlamaAnswer>, keep::<LlamaChunk>),
        "mistral" => (keep::<MistralAnswer>, keep::<MistralChunk>),
        "nova" => (keep::<NovaAnswer>, keep::<NovaChunk>),
        "titan-embed" => (keep::<TitanEmbeddingsAnswer>, never),
        "titan-text" => (keep::<TitanTextAnswer>, keep::<TitanTextChunk>),
        other => return Err(format!("the family {other} has no shapes").into()),
    })
}

fn told(generated: &Generated) -> Value {
    let mut usage = Map::new();
    if let Some(own) = &generated.usage {
        let members = [
            ("inputTokens", own.input_tokens),
            ("outputTokens", own.output_tokens),
            ("totalTokens", own.total_tokens),
            ("cacheReadInputTokens", own.cache_read_input_tokens),
            ("cacheWriteInputTokens", own.cache_write_input_tokens),
        ];
        usage.extend(members.into_iter().filter_map(|(name, count)| Some((name.to_owned(), count?.into()))));
    }
    json!({
        "text": generated.text(),
        "texts": generated.texts,
        "stopReason": generated.stop_reason,
        "reasoning": generated.reasoning,
        "usage": usage,
    })
}

fn line(record: &Value) -> Result<Value, Failed> {
    let text = |member: &str| record[member].as_str().ok_or_else(|| format!("no {member}"));
    let (id, model) = (text("id")?, text("model")?);
    let first =
        record.get("answer").or_else(|| record["chunks"].get(0)).ok_or("neither answer nor chunks")?;
    let (answer, chunk) = shapes(text("operation")?, text("family")?, first.get("completion").is_none())?;
    if let Some(body) = record.get("answer") {
        let generated = text_of(model, body.to_string().as_bytes())?;
        return Ok(json!({ "id": id, "told": told(&generated), "kept": answer(body)? }));
    }
    let chunks = record["chunks"].as_array().ok_or("chunks are a list")?;
    let mut collector = Collector::new(model);
    let mut pieces = Vec::new();
    for body in chunks {
        let text = body.to_string();
        collector.push(text.as_bytes())?;
        let piece = text_of_chunk(model, text.as_bytes())?;
        pieces.push(json!([piece.index, piece.text]));
    }
    let kept = chunks.iter().map(chunk).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "id": id, "told": told(&collector.finish()), "pieces": pieces, "kept": kept }))
}

fn main() -> Result<(), Failed> {
    for text in std::io::stdin().lock().lines() {
        let record: Value = serde_json::from_str(&text?)?;
        println!("{}", line(&record).map_err(|error| format!("{}: {error}", record["id"]))?);
    }
    Ok(())
}
