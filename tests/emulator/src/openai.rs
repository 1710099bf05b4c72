//! OpenAI's Chat Completions, Responses and list of models, as bedrock-runtime serves them under `/openai/v1`: whole or as
//! server-sent events. It keeps no conversation, and takes what it does not know as the service's clients send it.
//!
//! Shapes: OpenAI's published API reference, as the package `openai` reads them.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::builtin::{Body, BuiltIn, Reply};
use crate::converse;

/// Seconds since 1970, of every answer: an answer depends on the request alone.
const CREATED: u64 = 1_760_000_000;

/// What the list of models names.
const MODELS: [&str; 2] = ["openai.gpt-oss-20b-1:0", "openai.gpt-oss-120b-1:0"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Chat,
    Responses,
    Models,
}

/// The operation of that method and path, its segments decoded.
pub fn operation(method: &str, rest: &[String]) -> Option<Operation> {
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    match (method, &rest[..]) {
        ("POST", ["openai", "v1", "chat", "completions"]) => Some(Operation::Chat),
        ("POST", ["openai", "v1", "responses"]) => Some(Operation::Responses),
        ("GET", ["openai", "v1", "models"]) => Some(Operation::Models),
        _ => None,
    }
}

/// Whether the request asks for events.
pub fn streams(body: &[u8]) -> bool {
    serde_json::from_slice::<Value>(body).is_ok_and(|request| request["stream"] == true)
}

/// A refusal's body, in OpenAI's form; always HTTP 400.
fn refusal(message: &str) -> Value {
    json!({
        "error": { "message": message, "type": "invalid_request_error", "param": null, "code": "validation_error" },
    })
}

/// Answers; a refusal is a body too.
pub fn answer(operation: Operation, body: &[u8], words: Option<usize>) -> Result<BuiltIn, Value> {
    if operation == Operation::Models {
        let models: Vec<Value> = MODELS
            .iter()
            .map(|id| json!({ "id": id, "object": "model", "created": CREATED, "owned_by": "openai" }))
            .collect();
        return Ok(whole(&json!({ "object": "list", "data": models })));
    }
    let request: Value = serde_json::from_slice(body).map_err(|error| refusal(&error.to_string()))?;
    let model = request["model"].as_str().filter(|model| !model.is_empty());
    let model = model.ok_or_else(|| refusal("you must provide a model parameter"))?;
    let (asked, limit) = match operation {
        Operation::Chat => (&request["messages"], ["max_completion_tokens", "max_tokens"]),
        _ => (&request["input"], ["max_output_tokens", "max_output_tokens"]),
    };
    let limit = limit.iter().find_map(|name| request[*name].as_u64());
    let prompt = prompt(asked).ok_or_else(|| refusal("there is no message of the user's"))?;
    // As Converse has it, which the built-in texts are made from.
    let like_converse = json!({
        "messages": [{ "role": "user", "content": [{ "text": prompt }] }],
        "toolConfig": { "tools": tools(&request["tools"]) },
    });
    let reply = Reply::new(&like_converse, model, words, limit);
    let streams = request["stream"] == true;
    Ok(match (operation, streams) {
        (Operation::Chat, false) => whole(&chat(&reply, &like_converse)),
        (Operation::Chat, true) => {
            let with_usage = request["stream_options"]["include_usage"] == true;
            events(chat_stream(&reply, &like_converse, with_usage))
        }
        (_, false) => whole(&response(&reply, "completed")),
        (_, true) => events(response_stream(&reply)),
    })
}

/// The last text of the user's: a text itself, or in a list of messages, in either API's form.
fn prompt(asked: &Value) -> Option<String> {
    if let Some(text) = asked.as_str() {
        return Some(text.to_owned());
    }
    let message = asked.as_array()?.iter().rfind(|item| item["role"] == "user")?;
    match &message["content"] {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => {
            let texts: Vec<&str> = parts.iter().filter_map(|part| part["text"].as_str()).collect();
            Some(texts.join(" "))
        }
        _ => None,
    }
}

/// Chat's tools as Converse's.
fn tools(given: &Value) -> Vec<Value> {
    let functions = given.as_array().into_iter().flatten().map(|tool| &tool["function"]);
    functions
        .map(|function| {
            let schema = json!({ "json": function["parameters"] });
            json!({ "toolSpec": { "name": function["name"], "inputSchema": schema } })
        })
        .collect()
}

fn whole(body: &Value) -> BuiltIn {
    BuiltIn {
        headers: vec![("content-type", "application/json".to_owned())],
        body: Body::Whole(body.to_string().into()),
        pauses: 0,
    }
}

/// Server-sent events (WHATWG HTML, section 9.2).
fn events(events: Vec<(Option<&str>, String)>) -> BuiltIn {
    let frames = events.into_iter().map(|(kind, data)| {
        let kind = kind.map_or_else(String::new, |kind| format!("event: {kind}\n"));
        Bytes::from(format!("{kind}data: {data}\n\n"))
    });
    BuiltIn {
        headers: vec![
            ("content-type", "text/event-stream; charset=utf-8".to_owned()),
            ("cache-control", "no-cache".to_owned()),
        ],
        body: Body::Frames(frames.collect()),
        pauses: 0,
    }
}

fn chat_usage(reply: &Reply, tokens_out: usize) -> Value {
    let tokens_in = reply.tokens_in();
    json!({
        "prompt_tokens": tokens_in,
        "completion_tokens": tokens_out,
        "total_tokens": tokens_in + tokens_out,
    })
}

fn finish(reply: &Reply) -> &'static str {
    if reply.limited { "length" } else { "stop" }
}

/// A call of a tool, if the prompt asks for one.
fn tool_call(reply: &Reply, like_converse: &Value) -> Option<Value> {
    let (name, input) = converse::tool(reply, like_converse)?;
    let function = json!({ "name": name, "arguments": input.to_string() });
    Some(json!({ "id": format!("call_{}", reply.id), "type": "function", "function": function }))
}

fn chat(reply: &Reply, like_converse: &Value) -> Value {
    let (message, reason, tokens_out) = match tool_call(reply, like_converse) {
        Some(call) => (
            json!({ "role": "assistant", "content": null, "refusal": null, "tool_calls": [call] }),
            "tool_calls",
            1,
        ),
        None => (
            json!({ "role": "assistant", "content": reply.text(), "refusal": null }),
            finish(reply),
            reply.words.len(),
        ),
    };
    json!({
        "id": format!("chatcmpl-{}", reply.id),
        "object": "chat.completion",
        "created": CREATED,
        "model": reply.model,
        "choices": [{ "index": 0, "message": message, "logprobs": null, "finish_reason": reason }],
        "usage": chat_usage(reply, tokens_out),
    })
}

fn chat_stream(
    reply: &Reply,
    like_converse: &Value,
    with_usage: bool,
) -> Vec<(Option<&'static str>, String)> {
    let chunk = |choices: Value, usage: Value| {
        let chunk = json!({
            "id": format!("chatcmpl-{}", reply.id),
            "object": "chat.completion.chunk",
            "created": CREATED,
            "model": reply.model,
            "choices": choices,
            "usage": usage,
        });
        (None, chunk.to_string())
    };
    let delta = |delta: Value, reason: Option<&str>| {
        chunk(json!([{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": reason }]), Value::Null)
    };
    let mut all = vec![delta(json!({ "role": "assistant", "content": "" }), None)];
    let mut tokens_out = reply.words.len();
    match tool_call(reply, like_converse) {
        Some(mut call) => {
            call["index"] = json!(0);
            all.push(delta(json!({ "tool_calls": [call] }), None));
            all.push(delta(json!({}), Some("tool_calls")));
            tokens_out = 1;
        }
        None => {
            all.extend(reply.words.iter().map(|word| delta(json!({ "content": word }), None)));
            all.push(delta(json!({}), Some(finish(reply))));
        }
    }
    if with_usage {
        all.push(chunk(json!([]), chat_usage(reply, tokens_out)));
    }
    all.push((None, "[DONE]".to_owned()));
    all
}

/// The answer's one message.
fn item(reply: &Reply, text: Option<&str>) -> Value {
    let status = if text.is_some() { "completed" } else { "in_progress" };
    let content: Vec<Value> = text.map(output_text).into_iter().collect();
    json!({
        "id": format!("msg_{}", reply.id),
        "type": "message",
        "status": status,
        "role": "assistant",
        "content": content,
    })
}

fn output_text(text: &str) -> Value {
    json!({ "type": "output_text", "text": text, "annotations": [] })
}

fn response(reply: &Reply, status: &str) -> Value {
    let done = status == "completed";
    let cut = done && reply.limited;
    let (tokens_in, tokens_out) = (reply.tokens_in(), reply.words.len());
    let usage = json!({
        "input_tokens": tokens_in,
        "input_tokens_details": { "cached_tokens": 0 },
        "output_tokens": tokens_out,
        "output_tokens_details": { "reasoning_tokens": 0 },
        "total_tokens": tokens_in + tokens_out,
    });
    json!({
        "id": format!("resp_{}", reply.id),
        "object": "response",
        "created_at": CREATED,
        "status": if cut { "incomplete" } else { status },
        "error": null,
        "incomplete_details": if cut { json!({ "reason": "max_output_tokens" }) } else { Value::Null },
        "instructions": null,
        "metadata": {},
        "model": reply.model,
        "output": if done { vec![item(reply, Some(&reply.text()))] } else { vec![] },
        "parallel_tool_calls": true,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": if done { usage } else { Value::Null },
    })
}

fn response_stream(reply: &Reply) -> Vec<(Option<&'static str>, String)> {
    let (id, text) = (format!("msg_{}", reply.id), reply.text());
    let part = |mut more: Value| {
        more["item_id"] = json!(id);
        more["output_index"] = json!(0);
        more["content_index"] = json!(0);
        more
    };
    let mut all: Vec<(&'static str, Value)> = vec![
        ("response.created", json!({ "response": response(reply, "in_progress") })),
        ("response.in_progress", json!({ "response": response(reply, "in_progress") })),
        ("response.output_item.added", json!({ "output_index": 0, "item": item(reply, None) })),
        ("response.content_part.added", part(json!({ "part": output_text("") }))),
    ];
    all.extend(
        reply
            .words
            .iter()
            .map(|word| ("response.output_text.delta", part(json!({ "delta": word, "logprobs": [] })))),
    );
    let last = if reply.limited { "response.incomplete" } else { "response.completed" };
    all.extend([
        ("response.output_text.done", part(json!({ "text": text, "logprobs": [] }))),
        ("response.content_part.done", part(json!({ "part": output_text(&text) }))),
        ("response.output_item.done", json!({ "output_index": 0, "item": item(reply, Some(&text)) })),
        (last, json!({ "response": response(reply, "completed") })),
    ]);
    all.into_iter()
        .enumerate()
        .map(|(number, (kind, mut data))| {
            data["type"] = json!(kind);
            data["sequence_number"] = json!(number);
            (Some(kind), data.to_string())
        })
        .collect()
}
