//! JSON as a service might answer it, made of the names that mean something to outcrop, each value of any kind: most of it
//! has the right shape somewhere and the wrong one elsewhere.

use serde_json::{Map, Number, Value};

use crate::input::Input;

/// Names of members: of answers, events, models' bodies.
const NAMES: [&str; 96] = [
    "output",
    "message",
    "role",
    "content",
    "text",
    "stopReason",
    "usage",
    "inputTokens",
    "outputTokens",
    "totalTokens",
    "metrics",
    "latencyMs",
    "toolUse",
    "toolUseId",
    "name",
    "input",
    "toolResult",
    "status",
    "json",
    "image",
    "format",
    "source",
    "bytes",
    "reasoningContent",
    "reasoningText",
    "signature",
    "redactedContent",
    "citationsContent",
    "delta",
    "contentBlockIndex",
    "start",
    "trace",
    "guardrail",
    "additionalModelResponseFields",
    "performanceConfig",
    "latency",
    "cacheReadInputTokens",
    "cacheWriteInputTokens",
    "type",
    "index",
    "content_block",
    "stop_reason",
    "completion",
    "generation",
    "generations",
    "results",
    "outputText",
    "completionReason",
    "tokenCount",
    "inputTextTokenCount",
    "outputs",
    "choices",
    "finish_reason",
    "prompt_token_count",
    "generation_token_count",
    "thinking",
    "partial_json",
    "input_tokens",
    "output_tokens",
    "amazon-bedrock-invocationMetrics",
    "inputTokenCount",
    "outputTokenCount",
    "invocationLatency",
    "firstByteLatency",
    "embedding",
    "embeddings",
    "images",
    "artifacts",
    "base64",
    "seeds",
    "finish_reasons",
    "prompt",
    "completions",
    "data",
    "finishReason",
    "reason",
    "is_finished",
    "event_type",
    "messageStart",
    "contentBlockStart",
    "contentBlockDelta",
    "contentBlockStop",
    "messageStop",
    "metadata",
    "error",
    "p",
    "__proto__",
    "invocationArn",
    "submitTime",
    "asyncInvokeSummaries",
    "modelSummaries",
    "modelArn",
    "inferenceProfileSummaries",
    "createdAt",
    "models",
    "nextToken",
];

const TEXTS: [&str; 22] = [
    "",
    "assistant",
    "user",
    "end_turn",
    "tool_use",
    "max_tokens",
    "text",
    "text_delta",
    "thinking_delta",
    "content_block_delta",
    "message_start",
    "message_delta",
    "e30=",
    "AAEC",
    "!",
    "2026-11-21T09:30:00Z",
    "FINISH",
    "COMPLETE",
    "stop",
    "us-east-1",
    "é\u{1f600}",
    "\u{0}",
];

/// A value, `depth` levels deep at most.
pub fn value(input: &mut Input<'_>, depth: usize) -> Value {
    let kind = if input.is_empty() { 8 } else { input.below(if depth == 0 { 10 } else { 20 }) };
    match kind {
        0 => Value::Null,
        1 => Value::Bool(input.one_in(2)),
        2 => Value::from(input.byte()),
        3 => Value::from(input.long()),
        4 => Value::from(input.long() as i64),
        5 => Number::from_f64(f64::from_bits(input.long())).map_or(Value::Null, Value::Number),
        6 => Value::from(input.text(6, &TEXTS)),
        7..10 => Value::from(input.pick(&TEXTS)),
        10..13 => Value::Array((0..input.below(4)).map(|_| value(input, depth - 1)).collect()),
        _ => Value::Object(object(input, depth)),
    }
}

/// An object, `depth` levels deep at most.
pub fn object(input: &mut Input<'_>, depth: usize) -> Map<String, Value> {
    (0..1 + input.below(4))
        .map(|_| {
            let name = input.pick(&NAMES).to_owned();
            (name, value(input, depth.saturating_sub(1)))
        })
        .collect()
}

/// JSON in bytes: any, or such a value, or one whose bytes are spoiled.
pub fn bytes(input: &mut Input<'_>) -> Vec<u8> {
    let kind = input.byte();
    if kind & 7 == 0 {
        return input.take(400).to_vec();
    }
    let mut bytes = serde_json::to_vec(&object(input, 5)).unwrap_or_default();
    if kind & 7 == 1 && !bytes.is_empty() {
        for _ in 0..1 + input.below(3) {
            let at = usize::from(input.short()) % bytes.len();
            bytes[at] = input.byte();
        }
    }
    bytes
}
