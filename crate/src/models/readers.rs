//! One reader a form of answers, and one a form of chunks: each says what it finds of its own, or that the body is of
//! another form. None guesses: a member of a wrong JSON type counts as absent.

use super::family::Family;
use super::text::{Latency, Usage};
use serde_json::Value;

/// What a body tells of one generation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Piece {
    pub(super) text: Option<String>,
    pub(super) reasoning: Option<String>,
    pub(super) stop_reason: Option<String>,
    pub(super) index: Option<usize>,
}

/// The generations in a body, or that it is of another form.
type Reader = fn(&Value) -> Option<Vec<Piece>>;

/// A form: how its answers are read, and how its chunks.
struct Form {
    answer: Reader,
    chunk: Reader,
}

const CONVERSE: Form = Form { answer: converse_answer, chunk: converse_chunk };
const MESSAGES: Form = Form { answer: messages_answer, chunk: messages_chunk };
const CLAUDE_TEXT: Form = Form { answer: claude_text, chunk: claude_text };
const TITAN: Form = Form { answer: titan_answer, chunk: titan_chunk };
const JURASSIC: Form = Form { answer: jurassic_answer, chunk: unknown };
const CHAT: Form = Form { answer: chat_answer, chunk: chat_chunk };
const COMMAND: Form = Form { answer: command_answer, chunk: cohere_chunk };
const COMMAND_R: Form = Form { answer: command_r_answer, chunk: cohere_chunk };
const LLAMA: Form = Form { answer: llama, chunk: llama };
const MISTRAL: Form = Form { answer: mistral_answer, chunk: mistral_chunk };

/// In the order in which a body of an unknown model is offered to them.
const FORMS: [Form; 10] =
    [CONVERSE, MESSAGES, CLAUDE_TEXT, TITAN, JURASSIC, CHAT, COMMAND, COMMAND_R, LLAMA, MISTRAL];

fn form_of(family: Family) -> Option<Form> {
    Some(match family {
        Family::TitanText => TITAN,
        Family::Nova => CONVERSE,
        Family::ClaudeText => CLAUDE_TEXT,
        Family::Claude => MESSAGES,
        Family::Jurassic => JURASSIC,
        Family::Jamba | Family::DeepSeek => CHAT,
        Family::Command => COMMAND,
        Family::CommandR => COMMAND_R,
        Family::Llama => LLAMA,
        Family::Mistral => MISTRAL,
        Family::TitanEmbeddings
        | Family::TitanMultimodal
        | Family::TitanImage
        | Family::NovaCanvas
        | Family::NovaReel
        | Family::NovaEmbeddings
        | Family::Embed
        | Family::Rerank
        | Family::StableDiffusion
        | Family::StableImage => return None,
    })
}

fn forms(model_id: &str) -> impl Iterator<Item = Form> {
    Family::of(model_id).and_then(form_of).into_iter().chain(FORMS)
}

/// The generations of an answer.
pub(super) fn answer(model_id: &str, body: &Value) -> Vec<Piece> {
    forms(model_id).find_map(|form| (form.answer)(body)).unwrap_or_default()
}

/// What a chunk adds to generations.
pub(super) fn chunk(model_id: &str, chunk: &Value) -> Vec<Piece> {
    forms(model_id).find_map(|form| (form.chunk)(chunk)).unwrap_or_default()
}

/// A member that is a text.
fn text(object: &Value, name: &str) -> Option<String> {
    object.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// A member that is a list.
fn list<'v>(object: &'v Value, name: &str) -> Option<&'v [Value]> {
    object.get(name).and_then(Value::as_array).map(Vec::as_slice)
}

/// A member of a member, or null.
fn within<'v>(object: &'v Value, names: &[&str]) -> &'v Value {
    names.iter().fold(object, |object, name| object.get(name).unwrap_or(&Value::Null))
}

/// Texts as one; none if there are none.
fn joined(texts: impl Iterator<Item = Option<String>>) -> Option<String> {
    texts.flatten().reduce(|mut all, more| {
        all.push_str(&more);
        all
    })
}

/// A form with one text; the body is of another form if that is no text.
fn one(text: Option<String>, stop_reason: Option<String>) -> Option<Vec<Piece>> {
    text.map(|text| vec![Piece { text: Some(text), stop_reason, ..Piece::default() }])
}

/// A form with a list of generations; the body is of another form if none of them has a text.
fn every(
    items: Option<&[Value]>,
    text: impl Fn(&Value) -> Option<String>,
    stop_reason: impl Fn(&Value) -> Option<String>,
) -> Option<Vec<Piece>> {
    let pieces: Vec<Piece> = items?
        .iter()
        .map(|item| Piece { text: text(item), stop_reason: stop_reason(item), ..Piece::default() })
        .collect();
    pieces.iter().any(|piece| piece.text.is_some()).then_some(pieces)
}

fn unknown(_: &Value) -> Option<Vec<Piece>> {
    None
}

/// Converse and Nova: a message of blocks.
fn converse_answer(body: &Value) -> Option<Vec<Piece>> {
    let blocks = list(within(body, &["output", "message"]), "content")?;
    let block_text = |block: &Value| {
        let cited = list(within(block, &["citationsContent"]), "content").unwrap_or_default();
        text(block, "text").or_else(|| joined(cited.iter().map(|piece| text(piece, "text"))))
    };
    let reasoning = |block| text(within(block, &["reasoningContent", "reasoningText"]), "text");
    Some(vec![Piece {
        text: joined(blocks.iter().map(block_text)),
        reasoning: joined(blocks.iter().map(reasoning)),
        stop_reason: text(body, "stopReason"),
        index: None,
    }])
}

/// Converse and Nova: an event under its name.
fn converse_chunk(event: &Value) -> Option<Vec<Piece>> {
    const OTHERS: [&str; 4] = ["messageStart", "contentBlockStart", "contentBlockStop", "metadata"];
    if let Some(delta) = event.get("contentBlockDelta").filter(|event| event.is_object()) {
        let delta = within(delta, &["delta"]);
        let reasoning = text(within(delta, &["reasoningContent"]), "text");
        return Some(vec![Piece { text: text(delta, "text"), reasoning, ..Piece::default() }]);
    }
    if let Some(stop) = event.get("messageStop").filter(|event| event.is_object()) {
        return Some(vec![Piece { stop_reason: text(stop, "stopReason"), ..Piece::default() }]);
    }
    OTHERS.iter().any(|name| event.get(name).is_some_and(Value::is_object)).then(Vec::new)
}

/// Claude's Messages: blocks with a `type`.
fn messages_answer(body: &Value) -> Option<Vec<Piece>> {
    let blocks = list(body, "content")?;
    let all = |kind: &'static str| {
        let of_kind = move |block: &&Value| block.get("type").and_then(Value::as_str) == Some(kind);
        joined(blocks.iter().filter(of_kind).map(|block| text(block, kind)))
    };
    Some(vec![Piece {
        text: all("text"),
        reasoning: all("thinking"),
        stop_reason: text(body, "stop_reason"),
        index: None,
    }])
}

/// Claude's Messages: an event with a `type`.
fn messages_chunk(event: &Value) -> Option<Vec<Piece>> {
    let kind = event.get("type").and_then(Value::as_str)?;
    let block = match kind {
        "content_block_start" => within(event, &["content_block"]),
        "content_block_delta" => within(event, &["delta"]),
        "message_delta" => {
            let stop_reason = text(within(event, &["delta"]), "stop_reason");
            return Some(vec![Piece { stop_reason, ..Piece::default() }]);
        }
        _ => {
            let ours = kind.starts_with("message_") || kind.starts_with("content_block_") || kind == "ping";
            return ours.then(Vec::new);
        }
    };
    Some(vec![Piece { text: text(block, "text"), reasoning: text(block, "thinking"), ..Piece::default() }])
}

fn claude_text(body: &Value) -> Option<Vec<Piece>> {
    one(text(body, "completion"), text(body, "stop_reason"))
}

fn titan_answer(body: &Value) -> Option<Vec<Piece>> {
    every(
        list(body, "results"),
        |result| text(result, "outputText"),
        |result| text(result, "completionReason"),
    )
}

/// A chunk's `index` is the chunk's number, not a generation's.
fn titan_chunk(chunk: &Value) -> Option<Vec<Piece>> {
    one(text(chunk, "outputText"), text(chunk, "completionReason"))
}

fn jurassic_answer(body: &Value) -> Option<Vec<Piece>> {
    every(
        list(body, "completions"),
        |completion| text(within(completion, &["data"]), "text"),
        |completion| text(within(completion, &["finishReason"]), "reason"),
    )
}

/// Everything with `choices`: Jamba, Mistral's chat, DeepSeek, and what speaks OpenAI's chat completions.
fn chat_answer(body: &Value) -> Option<Vec<Piece>> {
    let choices = list(body, "choices")?;
    Some(choices.iter().map(|choice| Piece { index: None, ..chat_piece(choice, "message") }).collect())
}

fn chat_chunk(chunk: &Value) -> Option<Vec<Piece>> {
    let choices = list(chunk, "choices")?;
    let piece = |choice: &Value| {
        let member =
            if choice.get("delta").is_some_and(|delta| !delta.is_null()) { "delta" } else { "message" };
        chat_piece(choice, member)
    };
    Some(choices.iter().map(piece).collect())
}

fn chat_piece(choice: &Value, member: &str) -> Piece {
    let turn = within(choice, &[member]);
    let parts = list(turn, "content").and_then(|parts| joined(parts.iter().map(|part| text(part, "text"))));
    Piece {
        text: text(turn, "content").or(parts).or_else(|| text(choice, "text")),
        reasoning: text(turn, "reasoning_content").or_else(|| text(turn, "reasoning")),
        stop_reason: text(choice, "finish_reason").or_else(|| text(choice, "stop_reason")),
        index: place(choice),
    }
}

/// A generation's number.
fn place(object: &Value) -> Option<usize> {
    count(object, "index").and_then(|index| usize::try_from(index).ok())
}

fn command_answer(body: &Value) -> Option<Vec<Piece>> {
    every(
        list(body, "generations"),
        |generation| text(generation, "text"),
        |generation| text(generation, "finish_reason"),
    )
}

fn command_r_answer(body: &Value) -> Option<Vec<Piece>> {
    one(text(body, "text"), text(body, "finish_reason"))
}

/// Command's chunks, and Command R's with an `event_type`, whose last one repeats the whole answer in `response`.
fn cohere_chunk(chunk: &Value) -> Option<Vec<Piece>> {
    if chunk.get("event_type").is_none() && chunk.get("is_finished").is_none() {
        return None;
    }
    let stop_reason =
        text(chunk, "finish_reason").or_else(|| text(within(chunk, &["response"]), "finish_reason"));
    Some(vec![Piece { text: text(chunk, "text"), stop_reason, index: place(chunk), reasoning: None }])
}

fn llama(body: &Value) -> Option<Vec<Piece>> {
    one(text(body, "generation"), text(body, "stop_reason"))
}

fn mistral_answer(body: &Value) -> Option<Vec<Piece>> {
    every(list(body, "outputs"), |output| text(output, "text"), |output| text(output, "stop_reason"))
}

fn mistral_chunk(chunk: &Value) -> Option<Vec<Piece>> {
    let outputs = list(chunk, "outputs")?;
    let piece = |output| Piece {
        text: text(output, "text"),
        stop_reason: text(output, "stop_reason"),
        ..Piece::default()
    };
    Some(outputs.iter().map(piece).collect())
}

/// The largest count that is believed: the last that JavaScript, and so the npm package, holds exactly (2^53 - 1).
const MOST: f64 = 9_007_199_254_740_991.0;

/// A member that is a count; 7.0 is one too.
fn count(object: &Value, name: &str) -> Option<u64> {
    let number = object.get(name).and_then(Value::as_f64)?;
    ((0.0..=MOST).contains(&number) && number.fract() == 0.0).then_some(number as u64)
}

/// The first of several members that is a count.
fn first(object: &Value, names: &[&str]) -> Option<u64> {
    names.iter().find_map(|name| count(object, name))
}

/// Counts added up; none if there are none.
fn sum(counts: impl Iterator<Item = Option<u64>>) -> Option<u64> {
    counts.flatten().reduce(u64::saturating_add)
}

/// The model's own count, in whatever words.
pub(super) fn own_usage(body: &Value) -> Usage {
    let present = |path: &[&str]| Some(within(body, path)).filter(|value| !value.is_null());
    let null = &Value::Null;
    let usage = present(&["usage"])
        .or_else(|| present(&["message", "usage"]))
        .or_else(|| present(&["metadata", "usage"]))
        .unwrap_or(null);
    let meta = present(&["meta"]).or_else(|| present(&["response", "meta"])).unwrap_or(null);
    let billed = match within(meta, &["billed_units"]) {
        Value::Null => within(meta, &["tokens"]),
        billed => billed,
    };
    // Jurassic-2's answer lists the tokens themselves.
    let completions = list(body, "completions");
    let tokens = |text: &Value| list(text, "tokens").map(|tokens| tokens.len() as u64);
    let generated = |completion: &Value| tokens(within(completion, &["data"]));
    let results = list(body, "results").unwrap_or_default();
    Usage {
        input_tokens: first(usage, &["inputTokens", "input_tokens", "prompt_tokens"])
            .or_else(|| first(body, &["inputTextTokenCount", "prompt_token_count"]))
            .or_else(|| count(billed, "input_tokens"))
            .or_else(|| completions.and_then(|_| tokens(within(body, &["prompt"])))),
        output_tokens: first(usage, &["outputTokens", "output_tokens", "completion_tokens"])
            .or_else(|| sum(results.iter().map(|result| count(result, "tokenCount"))))
            .or_else(|| first(body, &["totalOutputTextTokenCount", "generation_token_count"]))
            .or_else(|| count(billed, "output_tokens"))
            .or_else(|| sum(completions.unwrap_or_default().iter().map(generated))),
        total_tokens: first(usage, &["totalTokens", "total_tokens"]),
        cache_read_input_tokens: first(
            usage,
            &["cacheReadInputTokens", "cacheReadInputTokenCount", "cache_read_input_tokens"],
        ),
        cache_write_input_tokens: first(
            usage,
            &["cacheWriteInputTokens", "cacheWriteInputTokenCount", "cache_creation_input_tokens"],
        ),
    }
}

/// What Bedrock counted, in the last chunk of a stream.
pub(super) fn metered(body: &Value) -> Usage {
    let metrics = within(body, &["amazon-bedrock-invocationMetrics"]);
    Usage {
        input_tokens: count(metrics, "inputTokenCount"),
        output_tokens: count(metrics, "outputTokenCount"),
        cache_read_input_tokens: count(metrics, "cacheReadInputTokenCount"),
        cache_write_input_tokens: count(metrics, "cacheWriteInputTokenCount"),
        ..Usage::default()
    }
}

/// How long it took: what Bedrock measured in a stream, or what Converse tells.
pub(super) fn latency(body: &Value) -> Latency {
    let metrics = within(body, &["amazon-bedrock-invocationMetrics"]);
    let converse = body.get("metadata").filter(|metadata| !metadata.is_null()).unwrap_or(body);
    Latency {
        latency_ms: count(metrics, "invocationLatency")
            .or_else(|| count(within(converse, &["metrics"]), "latencyMs")),
        first_byte_latency_ms: count(metrics, "firstByteLatency"),
    }
}
