//! The model families against recordings: every body, answer and chunk is read and written back with nothing lost and
//! nothing unknown, and `text_of` tells what a table of JSON pointers, made without it, finds. It calls nothing.
//! Over 400 lines, as the table is one of every family.
#![cfg(feature = "models")]

use outcrop::models::claude::{ClaudeAnswer, ClaudeChunk, ClaudeRequest};
use outcrop::models::claude_text::{ClaudeTextAnswer, ClaudeTextChunk, ClaudeTextRequest};
use outcrop::models::command::{CommandAnswer, CommandChunk, CommandRequest};
use outcrop::models::command_r::{CommandRAnswer, CommandRChunk, CommandRRequest};
use outcrop::models::embed::{EmbedAnswer, EmbedRequest};
use outcrop::models::jamba::{JambaAnswer, JambaChunk, JambaRequest};
use outcrop::models::jurassic::{JurassicAnswer, JurassicRequest};
use outcrop::models::llama::{LlamaAnswer, LlamaChunk, LlamaRequest};
use outcrop::models::mistral::{MistralAnswer, MistralChatRequest, MistralChunk, MistralRequest};
use outcrop::models::nova::{NovaAnswer, NovaChunk, NovaRequest};
use outcrop::models::rerank::{RerankAnswer, RerankRequest};
use outcrop::models::titan_embeddings::{TitanEmbeddingsAnswer, TitanEmbeddingsRequest};
use outcrop::models::titan_text::{TitanTextAnswer, TitanTextChunk, TitanTextRequest};
use outcrop::models::{Collector, text_of, text_of_chunk};
use outcrop::types::{ConverseOutput, ConverseStreamEvent, PayloadPart};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// The sources, and how many exchanges each has.
const SOURCES: [(&str, usize); 5] = [
    ("dd-trace-js", 24),
    ("dd-trace-py", 30),
    ("openinference", 75),
    ("opentelemetry-java-instrumentation", 48),
    ("opentelemetry-python-contrib", 74),
];

fn records() -> Option<Vec<Value>> {
    let mut all = Vec::new();
    for (source, count) in SOURCES {
        let text = crate::vectors::text(&format!("recorded/{source}.jsonl"), count)?;
        let before = all.len();
        all.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a record is JSON")));
        assert_eq!(all.len() - before, count, "{source}: the number of exchanges has changed");
    }
    Some(all)
}

/// Why `written` is not what `original` was, if it is not: null is absent, and 1 is 1.0.
fn lost(original: &Value, written: &Value, path: &str) -> Option<String> {
    match (original, written) {
        (Value::Object(original), Value::Object(written)) => {
            original.keys().chain(written.keys()).find_map(|name| {
                let side =
                    |object: &serde_json::Map<String, Value>| object.get(name).cloned().unwrap_or_default();
                lost(&side(original), &side(written), &format!("{path}.{name}"))
            })
        }
        (Value::Array(original), Value::Array(written)) if original.len() == written.len() => original
            .iter()
            .zip(written)
            .enumerate()
            .find_map(|(index, (before, after))| lost(before, after, &format!("{path}[{index}]"))),
        (Value::Number(before), Value::Number(after)) if before.as_f64() == after.as_f64() => None,
        _ => (original != written).then(|| format!("{path}: {original} became {written}")),
    }
}

/// Members that a recording has and no document of AWS's or of the model's maker that is at hand names.
const UNDOCUMENTED: [&str; 0] = [];

/// Reads, writes, compares; nothing may be unknown.
fn kept<T: DeserializeOwned + Serialize + Debug>(original: &Value, what: &str) {
    let read: T = serde_json::from_str(&original.to_string())
        .unwrap_or_else(|error| panic!("{what}: {error}: {original}"));
    let written = serde_json::to_value(&read).expect("writes");
    if let Some(loss) = lost(original, &written, "") {
        panic!("{what}: {loss}");
    }
    let debug = format!("{read:?}");
    for at in debug.match_indices("other: {\"").map(|(at, found)| at + found.len()) {
        let name: String = debug[at..].chars().take_while(|c| *c != '"').collect();
        assert!(UNDOCUMENTED.contains(&name.as_str()), "{what}: the member {name} is unknown");
    }
    assert!(!debug.contains("Unknown("), "{what}: a value is unknown: {debug}");
}

type Check = fn(&Value, &str);

/// What reads body, answer and chunk of a recording. The recordings' own word for the family, so ours is not asked.
fn shapes(record: &Value) -> Option<(Check, Check, Check)> {
    let chat = record["request"]["body"]["json"]["messages"].is_array();
    Some(match record["family"].as_str().expect("a family") {
        "titan-text" => (kept::<TitanTextRequest>, kept::<TitanTextAnswer>, kept::<TitanTextChunk>),
        "titan-embed" => (kept::<TitanEmbeddingsRequest>, kept::<TitanEmbeddingsAnswer>, never),
        "nova" => (kept::<NovaRequest>, kept::<NovaAnswer>, kept::<NovaChunk>),
        "claude-3+" => (kept::<ClaudeRequest>, kept::<ClaudeAnswer>, kept::<ClaudeChunk>),
        "claude-v2-text" if chat => (kept::<ClaudeRequest>, kept::<ClaudeAnswer>, kept::<ClaudeChunk>),
        "claude-v2-text" | "claude-instant-text" => {
            (kept::<ClaudeTextRequest>, kept::<ClaudeTextAnswer>, kept::<ClaudeTextChunk>)
        }
        "ai21-j2" => (kept::<JurassicRequest>, kept::<JurassicAnswer>, never),
        "ai21-jamba" => (kept::<JambaRequest>, kept::<JambaAnswer>, kept::<JambaChunk>),
        "cohere-command" => (kept::<CommandRequest>, kept::<CommandAnswer>, kept::<CommandChunk>),
        "cohere-command-r" => (kept::<CommandRRequest>, kept::<CommandRAnswer>, kept::<CommandRChunk>),
        "cohere-embed" => (kept::<EmbedRequest>, kept::<EmbedAnswer>, never),
        "cohere-rerank" => (kept::<RerankRequest>, kept::<RerankAnswer>, never),
        "llama2" | "llama3" => (kept::<LlamaRequest>, kept::<LlamaAnswer>, kept::<LlamaChunk>),
        "mistral" if chat => (kept::<MistralChatRequest>, never, never),
        "mistral" => (kept::<MistralRequest>, kept::<MistralAnswer>, kept::<MistralChunk>),
        // Requests that were refused, whose model does not exist.
        "other" if record["response"]["status"] != 200 => return None,
        family => panic!("{}: the family {family} has no shapes", record["id"]),
    })
}

fn never(body: &Value, what: &str) {
    panic!("{what}: such a body is not recorded: {body}");
}

/// The chunks of a streamed answer, and its exceptions left out.
fn chunks(record: &Value) -> Vec<&Value> {
    let events = record["response"]["events"].as_array().expect("a stream has events");
    events.iter().filter(|event| event["message_type"] == "event").map(chunk).collect()
}

fn chunk(event: &Value) -> &Value {
    let chunk = &event["chunk"];
    assert!(chunk.is_object(), "a chunk is JSON");
    chunk.get("json").unwrap_or(chunk)
}

#[test]
fn every_recorded_body_is_kept() {
    let Some(records) = records() else {
        return;
    };
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for record in &records {
        let id = record["id"].as_str().expect("an id");
        if !record["operation"].as_str().expect("an operation").starts_with("InvokeModel") {
            continue;
        }
        let Some((body_of, answer_of, chunk_of)) = shapes(record) else {
            continue;
        };
        let count = counts.entry(record["family"].as_str().expect("a family")).or_default();
        let body = &record["request"]["body"]["json"];
        // Nova refused these with 400: their content has a member that is not Nova's.
        let refused = record["response"]["status"] != 200 && body.to_string().contains("inputText");
        if !refused {
            body_of(body, id);
            count[0] += 1;
        }
        if record["response"]["status"] != 200 {
            continue;
        }
        if record["response"]["events"].is_array() {
            for chunk in chunks(record) {
                chunk_of(chunk, id);
                count[2] += 1;
            }
        } else {
            answer_of(&record["response"]["body"]["json"], id);
            count[1] += 1;
        }
    }
    println!("bodies, answers, chunks: {counts:?}");
    let sum = |column: usize| counts.values().map(|count| count[column]).sum::<usize>();
    assert_eq!(counts.len(), 15, "families");
    assert!(sum(0) > 100 && sum(1) > 60 && sum(2) > 1000, "{} {} {}", sum(0), sum(1), sum(2));
}

/// Where an answer's text, stop reason, input and output tokens stand, by JSON pointer. `*` is every item.
type Pointers = [&'static str; 4];

fn answer_pointers(record: &Value) -> Option<Pointers> {
    let body = &record["response"]["body"]["json"];
    Some(match record["family"].as_str().expect("a family") {
        "titan-text" => [
            "/results/0/outputText",
            "/results/0/completionReason",
            "/inputTextTokenCount",
            "/results/0/tokenCount",
        ],
        "titan-embed" => ["", "", "/inputTextTokenCount", ""],
        "nova" => {
            ["/output/message/content/*/text", "/stopReason", "/usage/inputTokens", "/usage/outputTokens"]
        }
        "claude-3+" | "claude-v2-text" if body["type"] == "message" => {
            ["/content/*/text", "/stop_reason", "/usage/input_tokens", "/usage/output_tokens"]
        }
        "claude-v2-text" | "claude-instant-text" => ["/completion", "/stop_reason", "", ""],
        "ai21-j2" => [
            "/completions/0/data/text",
            "/completions/0/finishReason/reason",
            "#/prompt/tokens",
            "#/completions/0/data/tokens",
        ],
        "ai21-jamba" => [
            "/choices/0/message/content",
            "/choices/0/finish_reason",
            "/usage/prompt_tokens",
            "/usage/completion_tokens",
        ],
        "cohere-command" => ["/generations/0/text", "/generations/0/finish_reason", "", ""],
        "cohere-command-r" => ["/text", "/finish_reason", "", ""],
        "cohere-embed" | "cohere-rerank" => ["", "", "", ""],
        "llama2" | "llama3" => {
            ["/generation", "/stop_reason", "/prompt_token_count", "/generation_token_count"]
        }
        "mistral" => ["/outputs/0/text", "/outputs/0/stop_reason", "", ""],
        _ => return None,
    })
}

const METRICS_IN: &str = "/amazon-bedrock-invocationMetrics/inputTokenCount";
const METRICS_OUT: &str = "/amazon-bedrock-invocationMetrics/outputTokenCount";

/// The same for a stream, out of all chunks: texts one after the other, the last reason, the largest numbers.
type ChunkPointers = (Vec<&'static str>, &'static str, Vec<&'static str>, Vec<&'static str>);

fn chunk_pointers(record: &Value) -> Option<ChunkPointers> {
    let first = chunks(record).into_iter().next()?;
    Some(match record["family"].as_str().expect("a family") {
        "titan-text" => (
            vec!["/outputText"],
            "/completionReason",
            vec![METRICS_IN, "/inputTextTokenCount"],
            vec![METRICS_OUT, "/totalOutputTextTokenCount"],
        ),
        "nova" => (
            vec!["/contentBlockDelta/delta/text"],
            "/messageStop/stopReason",
            vec![METRICS_IN, "/metadata/usage/inputTokens"],
            vec![METRICS_OUT, "/metadata/usage/outputTokens"],
        ),
        "claude-3+" | "claude-v2-text" if first["type"] == "message_start" => (
            vec!["/content_block/text", "/delta/text"],
            "/delta/stop_reason",
            vec![METRICS_IN, "/message/usage/input_tokens"],
            vec![METRICS_OUT, "/message/usage/output_tokens", "/usage/output_tokens"],
        ),
        "claude-v2-text" | "claude-instant-text" => {
            (vec!["/completion"], "/stop_reason", vec![METRICS_IN], vec![METRICS_OUT])
        }
        "ai21-jamba" => (
            vec!["/choices/0/delta/content"],
            "/choices/0/finish_reason",
            vec![METRICS_IN, "/usage/prompt_tokens"],
            vec![METRICS_OUT, "/usage/completion_tokens"],
        ),
        "cohere-command" => (vec!["/text"], "/finish_reason", vec![METRICS_IN], vec![METRICS_OUT]),
        "cohere-command-r" => (
            vec!["/text"],
            "/finish_reason",
            vec![METRICS_IN, "/response/meta/billed_units/input_tokens"],
            vec![METRICS_OUT, "/response/meta/billed_units/output_tokens"],
        ),
        "llama2" | "llama3" => (
            vec!["/generation"],
            "/stop_reason",
            vec![METRICS_IN, "/prompt_token_count"],
            vec![METRICS_OUT, "/generation_token_count"],
        ),
        "mistral" => (vec!["/outputs/0/text"], "/outputs/0/stop_reason", vec![METRICS_IN], vec![METRICS_OUT]),
        _ => return None,
    })
}

/// What stands at a pointer, whose one `*` is every item.
fn at<'v>(value: &'v Value, pointer: &str) -> Vec<&'v Value> {
    match pointer.split_once("/*") {
        Some((list, rest)) => value
            .pointer(list)
            .and_then(Value::as_array)
            .map(|items| items.iter().filter_map(|item| item.pointer(rest)).collect())
            .unwrap_or_default(),
        None if pointer.is_empty() => Vec::new(),
        None => value.pointer(pointer).into_iter().collect(),
    }
}

/// The number at a pointer, or with `#` in front of it how many items there are.
fn number(value: &Value, pointer: &str) -> Option<u64> {
    match pointer.strip_prefix('#') {
        Some(list) => value.pointer(list)?.as_array().map(|items| items.len() as u64),
        None => at(value, pointer).first().and_then(|number| number.as_u64()),
    }
}

fn joined(found: &[&Value]) -> String {
    found.iter().filter_map(|value| value.as_str()).collect()
}

#[test]
fn the_text_of_every_recorded_answer_is_told() {
    let Some(records) = records() else {
        return;
    };
    let (mut answers, mut streams, mut converse) = (0, 0, 0);
    for record in records.iter().filter(|record| record["response"]["status"] == 200) {
        let id = record["id"].as_str().expect("an id");
        let model = record["model"].as_str().expect("a model");
        // The id helps, and no id does not hinder.
        for model in
            [model, "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/1arbu5hu2sjr"]
        {
            match record["operation"].as_str().expect("an operation") {
                "InvokeModel" => {
                    let body = &record["response"]["body"]["json"];
                    let told = text_of(model, body.to_string().as_bytes()).expect("is JSON");
                    let [text, reason, input, output] = answer_pointers(record).expect("a known family");
                    assert_eq!(told.text(), joined(&at(body, text)), "{id}");
                    assert_eq!(
                        told.stop_reason.as_deref().unwrap_or_default(),
                        joined(&at(body, reason)),
                        "{id}"
                    );
                    let usage = told.usage.unwrap_or_default();
                    assert_eq!(usage.input_tokens, number(body, input), "{id}");
                    assert_eq!(usage.output_tokens, number(body, output), "{id}");
                    let embeds = text.is_empty();
                    let several = body["generations"].as_array().map_or(1, Vec::len);
                    assert_eq!(told.texts.len(), if embeds { 0 } else { several }, "{id}");
                    answers += 1;
                }
                "InvokeModelWithResponseStream" => {
                    streams += usize::from(stream_is_told(record, model, id));
                }
                "Converse" => {
                    let body = &record["response"]["body"]["json"];
                    let told = text_of(model, body).expect("is JSON");
                    assert_eq!(told.text(), joined(&at(body, "/output/message/content/*/text")), "{id}");
                    assert_eq!(told.stop_reason.as_deref(), body["stopReason"].as_str(), "{id}");
                    let usage = told.usage.unwrap_or_default();
                    assert_eq!(usage.input_tokens, body["usage"]["inputTokens"].as_u64(), "{id}");
                    assert_eq!(usage.output_tokens, body["usage"]["outputTokens"].as_u64(), "{id}");
                    let read: ConverseOutput = serde_json::from_value(body.clone()).expect("reads");
                    assert_eq!(text_of(model, &read).expect("writes").texts, told.texts, "{id}");
                    converse += 1;
                }
                "ConverseStream" => {
                    converse_stream_is_told(record, model, id);
                    converse += 1;
                }
                _ => {}
            }
        }
    }
    println!("{answers} answers, {streams} streams, {converse} of Converse, each with two ids");
    assert!(answers > 120 && streams > 100 && converse > 80);
}

fn stream_is_told(record: &Value, model: &str, id: &str) -> bool {
    let Some((texts, reason, input, output)) = chunk_pointers(record) else {
        return false;
    };
    let chunks = chunks(record);
    let mut collector = Collector::new(model);
    let mut pieces = String::new();
    for event in record["response"]["events"].as_array().expect("events") {
        if event["message_type"] == "event" {
            let part: PayloadPart = serde_json::from_value(event["payload"].clone()).expect("reads");
            let told = text_of_chunk(model, &part).expect("is JSON");
            if told.index == 0 {
                pieces.push_str(&told.text);
            }
            collector.push(&part).expect("is JSON");
        }
    }
    let told = collector.finish();
    assert_eq!(told.text(), pieces, "{id}");
    let generations = chunks.iter().filter_map(|chunk| chunk["index"].as_u64()).max();
    let several = record["family"] == "cohere-command" && generations.is_some();
    if several {
        for (index, text) in told.texts.iter().enumerate() {
            let own = chunks.iter().filter(|chunk| chunk["index"].as_u64() == Some(index as u64));
            let expected: String = own.filter_map(|chunk| chunk["text"].as_str()).collect();
            assert_eq!(*text, expected, "{id}");
        }
        assert_eq!(told.texts.len() as u64, generations.unwrap_or(0) + 1, "{id}");
    } else {
        let found: Vec<&Value> =
            chunks.iter().flat_map(|chunk| texts.iter().flat_map(|pointer| at(chunk, pointer))).collect();
        assert_eq!(told.text(), joined(&found), "{id}");
    }
    let last = chunks.iter().flat_map(|chunk| at(chunk, reason)).filter_map(Value::as_str).next_back();
    assert_eq!(told.stop_reason.as_deref(), last, "{id}");
    // The end of a Command R stream has the whole text once more.
    if let Some(whole) = chunks.iter().find_map(|chunk| chunk["response"]["text"].as_str()) {
        assert_eq!(told.text(), whole, "{id}");
    }
    let largest = |pointers: &[&str]| {
        let all = chunks.iter().flat_map(|chunk| pointers.iter().flat_map(|pointer| at(chunk, pointer)));
        all.filter_map(Value::as_u64).max()
    };
    let usage = told.usage.unwrap_or_default();
    // Bedrock's own count, the first of the pointers, only where the model tells none.
    assert_eq!(usage.input_tokens, largest(&input[1..]).or(largest(&input[..1])), "{id}");
    assert_eq!(usage.output_tokens, largest(&output[1..]).or(largest(&output[..1])), "{id}");
    true
}

fn converse_stream_is_told(record: &Value, model: &str, id: &str) {
    let (mut collector, mut text, mut reasoning) = (Collector::new(model), String::new(), String::new());
    let (mut reason, mut input) = (None, None);
    for event in record["response"]["events"].as_array().expect("events") {
        let (name, payload) = (event["event_type"].as_str().expect("a name"), &event["payload"]);
        let read = ConverseStreamEvent::from_event(name, payload.to_string().as_bytes()).expect("reads");
        collector.push(&read).expect("writes");
        text.push_str(payload["delta"]["text"].as_str().unwrap_or_default());
        reasoning.push_str(payload["delta"]["reasoningContent"]["text"].as_str().unwrap_or_default());
        reason = payload["stopReason"].as_str().or(reason);
        input = payload["usage"]["inputTokens"].as_u64().or(input);
    }
    let told = collector.finish();
    let thought = told.reasoning.as_deref().unwrap_or_default();
    assert_eq!((told.text(), thought), (text.as_str(), reasoning.as_str()), "{id}");
    assert_eq!(told.stop_reason.as_deref(), reason, "{id}");
    assert_eq!(told.usage.and_then(|usage| usage.input_tokens), input, "{id}");
}
