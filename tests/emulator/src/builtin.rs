//! The emulator's own answers to the four operations, from `families.json`; knows no model and no signature.
//!
//! An answer depends on the request alone: the same prompt gets the same text.

use bytes::Bytes;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::families::{LATENCY_MS, family, invoke_stream, invoke_whole};
use crate::frames;
use crate::route::Operation;

/// What follows the echo of the prompt, and is repeated when more words are asked for.
const FILLER: &str = "This answer comes from a Bedrock on localhost, one word at a time.";

/// A refusal in the service's words; always HTTP 400.
#[derive(Debug)]
pub struct Invalid {
    pub name: &'static str,
    pub message: String,
}

pub fn invalid(message: impl Into<String>) -> Invalid {
    Invalid { name: "ValidationException", message: message.into() }
}

/// A built-in answer, without what every answer has.
pub struct BuiltIn {
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
}

pub enum Body {
    Whole(Bytes),
    Frames(Vec<Bytes>),
}

/// Answers `operation` for the decoded model id; `words` sets the exact length of the text in words.
pub fn answer(
    operation: Operation,
    model: &str,
    body: &[u8],
    words: Option<usize>,
) -> Result<BuiltIn, Invalid> {
    let family = family(model)?;
    let converse = matches!(operation, Operation::Converse | Operation::ConverseStream);
    let request: Value = serde_json::from_slice(body).map_err(|error| {
        if converse {
            Invalid { name: "SerializationException", message: error.to_string() }
        } else {
            invalid("Malformed input request, please reformat your input and try again.")
        }
    })?;
    if !request.is_object() {
        return Err(invalid("Malformed input request: #: expected type: JSONObject"));
    }
    let limit = if converse { Some("/inferenceConfig/maxTokens") } else { family.limit.as_deref() };
    let limit = limit.and_then(|pointer| request.pointer(pointer)).and_then(Value::as_u64);
    if converse {
        if family.stops.is_none() {
            return Err(invalid(
                "This action doesn't support the model that you provided. Try again with a supported \
                 text or chat model.",
            ));
        }
        check_messages(&request)?;
        let reply = Reply::new(&request, model, words, limit);
        let tool = reply.tool(&request);
        return Ok(match operation {
            Operation::Converse => converse_whole(&reply, tool),
            _ => converse_stream(&reply, tool),
        });
    }
    for name in &family.required {
        if request.get(name).is_none() {
            return Err(invalid(format!(
                "Malformed input request: #: required key [{name}] not found, please reformat your \
                 input and try again."
            )));
        }
    }
    let reply = Reply::new(&request, model, words, limit);
    if operation == Operation::InvokeModel {
        Ok(invoke_whole(family, &reply, &request))
    } else {
        match &family.stream {
            Some(stream) => Ok(invoke_stream(family, stream, &reply)),
            None => Err(invalid("The model is unsupported for streaming.")),
        }
    }
}

fn check_messages(request: &Value) -> Result<(), Invalid> {
    let messages = match request.get("messages") {
        None | Some(Value::Null) => &Vec::new(),
        Some(Value::Array(messages)) => messages,
        Some(_) => {
            return Err(Invalid {
                name: "SerializationException",
                message: "Start of list or null expected".to_owned(),
            });
        }
    };
    if messages.first().and_then(|message| message["role"].as_str()) != Some("user") {
        return Err(invalid(
            "A conversation must start with a user message. Try again with a conversation that starts \
             with a user message.",
        ));
    }
    for (index, message) in messages.iter().enumerate() {
        let content = message["content"].as_array();
        if content.is_none_or(|blocks| blocks.is_empty()) {
            return Err(invalid(format!(
                "The content field in the Message object at messages.{index} is empty. Add a \
                 ContentBlock object to the content field and try again."
            )));
        }
        for (block, value) in content.into_iter().flatten().enumerate() {
            if value["text"].as_str().is_some_and(|text| text.trim().is_empty()) {
                return Err(invalid(format!(
                    "The text field in the ContentBlock object at messages.{index}.content.{block} is \
                     blank. Add text to the text field, and try again."
                )));
            }
        }
    }
    Ok(())
}

/// The text of an answer and its counts.
pub struct Reply {
    pub prompt: String,
    pub words: Vec<String>,
    pub limited: bool,
    pub model: String,
    pub id: String,
}

impl Reply {
    pub fn new(request: &Value, model: &str, words: Option<usize>, limit: Option<u64>) -> Self {
        let prompt = prompt(request);
        let echo = format!("You said: {}", prompt.trim());
        let said = echo.split_whitespace().chain(FILLER.split_whitespace());
        let mut chosen: Vec<&str> = match words {
            None => said.collect(),
            Some(count) => said.chain(FILLER.split_whitespace().cycle()).take(count).collect(),
        };
        let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
        // An explicit number of words is a test's wish and outdoes the request's limit.
        let limited = words.is_none() && chosen.len() > limit;
        if limited {
            chosen.truncate(limit);
        }
        let words = chosen
            .iter()
            .enumerate()
            .map(|(index, word)| if index == 0 { (*word).to_owned() } else { format!(" {word}") })
            .collect();
        let id = hex::encode(&Sha256::digest(prompt.as_bytes())[..12]);
        Self { prompt, words, limited, model: model.to_owned(), id }
    }

    pub fn text(&self) -> String {
        self.words.concat()
    }

    pub fn tokens_in(&self) -> usize {
        words(&self.prompt)
    }

    fn usage(&self, tokens_out: usize) -> Value {
        json!({
            "inputTokens": self.tokens_in(),
            "outputTokens": tokens_out,
            "totalTokens": self.tokens_in() + tokens_out,
        })
    }

    fn converse_stop(&self) -> &'static str {
        if self.limited { "max_tokens" } else { "end_turn" }
    }

    /// The tool that the prompt asks for with the words `use the tool NAME`, if the request offers it, and
    /// an input for it: the prompt for every text member of its schema.
    pub fn tool(&self, request: &Value) -> Option<(String, Value)> {
        let (_, rest) = self.prompt.split_once("use the tool ")?;
        let end = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let name = rest.split(end).next()?;
        let tools = request.pointer("/toolConfig/tools")?.as_array()?;
        let tool = tools.iter().find(|tool| tool["toolSpec"]["name"] == name)?;
        let mut input = Map::new();
        let properties = tool.pointer("/toolSpec/inputSchema/json/properties");
        for (member, schema) in properties.and_then(Value::as_object).into_iter().flatten() {
            if schema["type"] == "string" {
                input.insert(member.clone(), json!(self.prompt));
            }
        }
        Some((name.to_owned(), Value::Object(input)))
    }
}

/// How many input tokens an answer to this request says that it had.
pub fn tokens_in(request: &Value) -> usize {
    words(&prompt(request))
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// What was asked, wherever the family keeps it.
fn prompt(request: &Value) -> String {
    let texts = |value: &Value| -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Array(blocks) => {
                let texts: Vec<&str> = blocks.iter().filter_map(|block| block["text"].as_str()).collect();
                Some(texts.join(" "))
            }
            _ => None,
        }
    };
    let last_user = || {
        let messages = request.get("messages")?.as_array()?;
        texts(&messages.iter().rfind(|message| message["role"] == "user")?["content"])
    };
    let member = |pointer: &str| request.pointer(pointer).and_then(texts);
    last_user()
        .or_else(|| {
            ["/prompt", "/inputText", "/message", "/texts/0", "/text_prompts", "/textToImageParams/text"]
                .into_iter()
                .find_map(member)
        })
        .unwrap_or_default()
}

fn converse_whole(reply: &Reply, tool: Option<(String, Value)>) -> BuiltIn {
    let (content, stop, tokens_out) = match tool {
        Some((name, input)) => (
            json!({ "toolUse": { "toolUseId": format!("tooluse_{}", reply.id), "name": name, "input": input } }),
            "tool_use",
            1,
        ),
        None => (json!({ "text": reply.text() }), reply.converse_stop(), reply.words.len()),
    };
    let answer = json!({
        "metrics": { "latencyMs": LATENCY_MS },
        "output": { "message": { "content": [content], "role": "assistant" } },
        "stopReason": stop,
        "usage": reply.usage(tokens_out),
    });
    BuiltIn {
        headers: vec![("content-type", "application/json".to_owned())],
        body: Body::Whole(answer.to_string().into()),
    }
}

fn converse_stream(reply: &Reply, tool: Option<(String, Value)>) -> BuiltIn {
    let mut events = vec![("messageStart", json!({ "role": "assistant" }))];
    let delta = |delta: Value| ("contentBlockDelta", json!({ "contentBlockIndex": 0, "delta": delta }));
    let (stop, tokens_out) = match tool {
        Some((name, input)) => {
            let id = format!("tooluse_{}", reply.id);
            events.push((
                "contentBlockStart",
                json!({ "contentBlockIndex": 0, "start": { "toolUse": { "toolUseId": id, "name": name } } }),
            ));
            // The input arrives in pieces that are no JSON of their own.
            let text: Vec<char> = input.to_string().chars().collect();
            events.push(delta(json!({ "toolUse": { "input": "" } })));
            events.extend(
                text.chunks(8)
                    .map(|piece| delta(json!({ "toolUse": { "input": piece.iter().collect::<String>() } }))),
            );
            ("tool_use", 1)
        }
        None => {
            events.extend(reply.words.iter().map(|word| delta(json!({ "text": word }))));
            (reply.converse_stop(), reply.words.len())
        }
    };
    events.push(("contentBlockStop", json!({ "contentBlockIndex": 0 })));
    events.push(("messageStop", json!({ "stopReason": stop })));
    events.push((
        "metadata",
        json!({ "metrics": { "latencyMs": LATENCY_MS }, "usage": reply.usage(tokens_out) }),
    ));
    let frames = events
        .into_iter()
        .enumerate()
        .map(|(index, (kind, payload))| frames::event(kind, &frames::padded(payload, index)))
        .collect();
    BuiltIn {
        headers: vec![("content-type", "application/vnd.amazon.eventstream".to_owned())],
        body: Body::Frames(frames),
    }
}
