//! One reader a family: each takes out of a body what is its family's, and says whether anything was. None guesses: a
//! member of a wrong JSON type counts as absent.

use super::family::Family;
use super::text::Generated;
use serde_json::Value;

/// Reads what is its family's, and says whether anything was.
pub(super) type Reader = fn(&Value, &mut Generated) -> bool;

/// All readers, in the order in which a body of an unknown model is offered to them.
pub(super) const READERS: [Reader; 11] = [
    converse,
    claude,
    claude_text,
    titan_text,
    embeddings,
    jurassic,
    chat,
    command,
    llama,
    mistral,
    command_r,
];

pub(super) fn reader_of(family: Family) -> Option<Reader> {
    Some(match family {
        Family::TitanText => titan_text,
        Family::TitanEmbeddings | Family::TitanMultimodal => embeddings,
        Family::Nova => converse,
        Family::ClaudeText => claude_text,
        Family::Claude => claude,
        Family::Jurassic => jurassic,
        Family::Jamba | Family::DeepSeek => chat,
        Family::Command => command,
        Family::CommandR => command_r,
        Family::Llama => llama,
        Family::Mistral => mistral,
        Family::TitanImage
        | Family::NovaCanvas
        | Family::NovaReel
        | Family::NovaEmbeddings
        | Family::Embed
        | Family::Rerank
        | Family::StableDiffusion
        | Family::StableImage => return None,
    })
}

/// A member that is a text.
fn text<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object.get(name).and_then(Value::as_str)
}

/// A member that is a list; `None` when it is not.
fn list<'v>(object: &'v Value, name: &str) -> Option<&'v [Value]> {
    object.get(name).and_then(Value::as_array).map(Vec::as_slice)
}

/// A generation's number.
fn index(object: &Value) -> Option<usize> {
    object.get("index").and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok())
}

/// Converse and Nova: a message of blocks, or an event under its name.
fn converse(body: &Value, told: &mut Generated) -> bool {
    const NAMES: [&[&str]; 4] = [
        &["inputTokens"],
        &["outputTokens"],
        &["cacheReadInputTokens", "cacheReadInputTokenCount"],
        &["cacheWriteInputTokens", "cacheWriteInputTokenCount"],
    ];
    const EVENTS: [&str; 6] = [
        "messageStart",
        "contentBlockStart",
        "contentBlockDelta",
        "contentBlockStop",
        "messageStop",
        "metadata",
    ];
    let null = Value::Null;
    if let Some(message) = body.get("output").and_then(|output| output.get("message")) {
        for block in list(message, "content").unwrap_or_default() {
            told.tell(0, text(block, "text"), None);
            let cited = block.get("citationsContent").and_then(|cited| list(cited, "content"));
            for piece in cited.unwrap_or_default() {
                told.tell(0, text(piece, "text"), None);
            }
            let reasoning =
                block.get("reasoningContent").and_then(|reasoning| reasoning.get("reasoningText"));
            told.think(text(reasoning.unwrap_or(&null), "text"));
        }
        told.tell(0, None, text(body, "stopReason"));
        told.count_all(body.get("usage").unwrap_or(&null), NAMES);
        return true;
    }
    let delta = body.get("contentBlockDelta").and_then(|event| event.get("delta")).unwrap_or(&null);
    told.tell(0, text(delta, "text"), None);
    told.think(text(delta.get("reasoningContent").unwrap_or(&null), "text"));
    told.tell(0, None, text(body.get("messageStop").unwrap_or(&null), "stopReason"));
    told.count_all(body.get("metadata").and_then(|event| event.get("usage")).unwrap_or(&null), NAMES);
    EVENTS.iter().any(|name| body.get(name).is_some_and(Value::is_object))
}

/// Claude's Messages: a message of blocks, or an event with its `type`.
fn claude(body: &Value, told: &mut Generated) -> bool {
    const NAMES: [&[&str]; 4] = [
        &["input_tokens"],
        &["output_tokens"],
        &["cache_read_input_tokens"],
        &["cache_creation_input_tokens"],
    ];
    let null = Value::Null;
    let kind = text(body, "type").unwrap_or_default();
    if let Some(blocks) = list(body, "content") {
        for block in blocks {
            claude_block(block, told);
        }
        told.tell(0, None, text(body, "stop_reason"));
    } else {
        match kind {
            "content_block_start" => claude_block(body.get("content_block").unwrap_or(&null), told),
            "content_block_delta" => {
                let delta = body.get("delta").unwrap_or(&null);
                told.tell(0, text(delta, "text"), None);
                told.think(text(delta, "thinking"));
            }
            "message_delta" => told.tell(0, None, text(body.get("delta").unwrap_or(&null), "stop_reason")),
            "message_start" => {
                let message = body.get("message").unwrap_or(&null);
                told.count_all(message.get("usage").unwrap_or(&null), NAMES);
            }
            "content_block_stop" | "message_stop" | "ping" | "error" => {}
            _ => return false,
        }
    }
    told.count_all(body.get("usage").unwrap_or(&null), NAMES);
    true
}

fn claude_block(block: &Value, told: &mut Generated) {
    match text(block, "type") {
        Some("text") => told.tell(0, text(block, "text"), None),
        Some("thinking") => told.think(text(block, "thinking")),
        _ => {}
    }
}

/// Claude's text completions.
fn claude_text(body: &Value, told: &mut Generated) -> bool {
    let Some(completion) = text(body, "completion") else {
        return false;
    };
    told.tell(0, Some(completion), text(body, "stop_reason"));
    true
}

/// Titan Text. A chunk's `index` is the chunk's number, not a generation's.
fn titan_text(body: &Value, told: &mut Generated) -> bool {
    let results = list(body, "results").unwrap_or_default();
    let of_titan = |result: &&Value| result.get("outputText").is_some();
    let mut tokens: Option<u64> = None;
    for (place, result) in results.iter().filter(of_titan).enumerate() {
        told.tell(place, text(result, "outputText"), text(result, "completionReason"));
        if let Some(count) = result.get("tokenCount").and_then(Value::as_u64) {
            tokens = Some(tokens.unwrap_or(0).saturating_add(count));
        }
    }
    told.count(|usage| &mut usage.output_tokens, tokens);
    told.tell(0, text(body, "outputText"), text(body, "completionReason"));
    let known = !told.texts.is_empty() || body.get("totalOutputTextTokenCount").is_some();
    if known {
        told.count_all(body, [&["inputTextTokenCount"], &["totalOutputTextTokenCount"], &[], &[]]);
    }
    known
}

/// Titan's embeddings: no text, but tokens.
fn embeddings(body: &Value, told: &mut Generated) -> bool {
    let known = body.get("embedding").is_some() || body.get("embeddingsByType").is_some();
    if known {
        told.count_all(body, [&["inputTextTokenCount"], &[], &[], &[]]);
    }
    known
}

/// Jurassic-2, which tells no tokens used.
fn jurassic(body: &Value, told: &mut Generated) -> bool {
    let Some(completions) = list(body, "completions") else {
        return false;
    };
    let null = Value::Null;
    for (place, completion) in completions.iter().enumerate() {
        let reason = completion.get("finishReason").unwrap_or(&null);
        told.tell(place, text(completion.get("data").unwrap_or(&null), "text"), text(reason, "reason"));
    }
    true
}

/// Everything with `choices`: Jamba, Mistral's chat, DeepSeek, and what speaks OpenAI's chat completions.
fn chat(body: &Value, told: &mut Generated) -> bool {
    let Some(choices) = list(body, "choices") else {
        return false;
    };
    let null = Value::Null;
    for (place, choice) in choices.iter().enumerate() {
        let place = index(choice).unwrap_or(place);
        let turn = choice.get("message").or_else(|| choice.get("delta")).unwrap_or(&null);
        told.tell(
            place,
            text(choice, "text"),
            text(choice, "finish_reason").or_else(|| text(choice, "stop_reason")),
        );
        told.tell(place, text(turn, "content"), None);
        for part in list(turn, "content").unwrap_or_default() {
            told.tell(place, text(part, "text"), None);
        }
        if place == 0 {
            told.think(text(turn, "reasoning_content").or_else(|| text(turn, "reasoning")));
        }
    }
    told.count_all(
        body.get("usage").unwrap_or(&null),
        [&["prompt_tokens"], &["completion_tokens"], &[], &[]],
    );
    true
}

/// Command: several generations, or a piece of one.
fn command(body: &Value, told: &mut Generated) -> bool {
    if let Some(generations) = list(body, "generations") {
        for (place, generation) in generations.iter().enumerate() {
            told.tell(place, text(generation, "text"), text(generation, "finish_reason"));
        }
        cohere_tokens(body, told);
        return true;
    }
    if body.get("is_finished").is_none() || body.get("event_type").is_some() {
        return false;
    }
    told.tell(index(body).unwrap_or(0), text(body, "text"), text(body, "finish_reason"));
    true
}

/// Command R. The `response` of a stream's end repeats the whole text, so only its reason and tokens are taken.
fn command_r(body: &Value, told: &mut Generated) -> bool {
    let null = Value::Null;
    let response = body.get("response").unwrap_or(&null);
    let reason = text(body, "finish_reason").or_else(|| text(response, "finish_reason"));
    told.tell(0, text(body, "text"), reason);
    cohere_tokens(body, told);
    cohere_tokens(response, told);
    text(body, "text").is_some() || body.get("event_type").is_some() || body.get("generation_id").is_some()
}

/// What Cohere bills, or else what the model saw and wrote.
fn cohere_tokens(body: &Value, told: &mut Generated) {
    let meta = body.get("meta");
    let tokens = meta.and_then(|meta| meta.get("billed_units").or_else(|| meta.get("tokens")));
    told.count_all(tokens.unwrap_or(&Value::Null), [&["input_tokens"], &["output_tokens"], &[], &[]]);
}

/// Llama.
fn llama(body: &Value, told: &mut Generated) -> bool {
    let Some(generation) = text(body, "generation") else {
        return false;
    };
    told.tell(0, Some(generation), text(body, "stop_reason"));
    told.count_all(body, [&["prompt_token_count"], &["generation_token_count"], &[], &[]]);
    true
}

/// Mistral's text completions.
fn mistral(body: &Value, told: &mut Generated) -> bool {
    let Some(outputs) = list(body, "outputs") else {
        return false;
    };
    for (place, output) in outputs.iter().enumerate() {
        told.tell(place, text(output, "text"), text(output, "stop_reason"));
    }
    true
}
