//! Built-in answers of Converse and ConverseStream: text, reasoning before it, a tool to be used; and what the service
//! would refuse. It invents no text but what `Reply` says and what a prompt, its images and its documents are.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::attached;
use crate::builtin::{Body, BuiltIn, Invalid, Reply, invalid, prompt, words as count_words};
use crate::families::LATENCY_MS;
use crate::frames;
use crate::route::Operation;

/// Words that make a prompt be thought about where the request does not ask for it.
const THINK: &str = "think first";
/// Tokens of thought that Anthropic's API wants at least, and says so in its refusal.
const LEAST_BUDGET_TOKENS: u64 = 1024;

/// Answers; `limit` is the request's in tokens, `words` a test's.
pub fn answer(
    operation: Operation,
    request: &Value,
    model: &str,
    words: Option<usize>,
    limit: Option<u64>,
) -> Result<BuiltIn, Invalid> {
    check_messages(request)?;
    let asked = prompt(request);
    let mut told = Vec::new();
    if !asked.trim().is_empty() {
        told.push(format!("You said: {}", asked.trim()));
    }
    told.extend(attached::told(request)?);
    let thought = thinks(request, &asked, limit)?.then(|| thought(&asked));
    let reply = Reply::saying(&told.join(" "), asked, model, words, limit);
    let said = Said { tool: tool(&reply, request), thought, reply };
    Ok(match operation {
        Operation::Converse => said.whole(),
        _ => said.stream(),
    })
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

/// Whether there is to be a thought: as Claude's `thinking` and `reasoning_config`, Nova's `reasoningConfig` and OpenAI's
/// `reasoning_effort` ask for one, or the prompt in words.
fn thinks(request: &Value, prompt: &str, limit: Option<u64>) -> Result<bool, Invalid> {
    let more = &request["additionalModelRequestFields"];
    for name in ["thinking", "reasoning_config", "reasoningConfig"] {
        let asked = &more[name];
        let adaptive = asked["type"] == "adaptive";
        if asked["type"] != "enabled" && !adaptive {
            continue;
        }
        if name != "reasoningConfig" && !adaptive {
            let budget = asked["budget_tokens"].as_u64().unwrap_or_default();
            if budget < LEAST_BUDGET_TOKENS {
                return Err(invalid(format!(
                    "The model returned the following errors: {name}.enabled.budget_tokens: Input should be \
                     greater than or equal to {LEAST_BUDGET_TOKENS}"
                )));
            }
            if limit.is_some_and(|limit| limit <= budget) {
                return Err(invalid(format!(
                    "The model returned the following errors: `max_tokens` must be greater than \
                     `{name}.budget_tokens`."
                )));
            }
        }
        return Ok(true);
    }
    let effort = more["reasoning_effort"].as_str().is_some_and(|effort| effort != "none");
    Ok(effort || prompt.to_lowercase().contains(THINK))
}

/// What is thought about a prompt, and what vouches for it.
struct Thought {
    words: Vec<String>,
    signature: String,
}

fn thought(prompt: &str) -> Thought {
    use base64::Engine as _;
    let text = format!("The question has {} words. I shall repeat it and say no more.", count_words(prompt));
    let seal = Sha256::digest(text.as_bytes());
    let words = text.split_inclusive(' ').map(ToOwned::to_owned).collect();
    Thought { words, signature: base64::engine::general_purpose::STANDARD.encode(seal) }
}

/// The tool that the prompt asks for with the words `use the tool NAME`, if the request offers it, and an input for
/// it: the prompt for every text member of its schema.
pub fn tool(reply: &Reply, request: &Value) -> Option<(String, Value)> {
    let (_, rest) = reply.prompt.split_once("use the tool ")?;
    let end = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let name = rest.split(end).next()?;
    let tools = request.pointer("/toolConfig/tools")?.as_array()?;
    let tool = tools.iter().find(|tool| tool["toolSpec"]["name"] == name)?;
    let mut input = Map::new();
    let properties = tool.pointer("/toolSpec/inputSchema/json/properties");
    for (member, schema) in properties.and_then(Value::as_object).into_iter().flatten() {
        if schema["type"] == "string" {
            input.insert(member.clone(), json!(reply.prompt));
        }
    }
    Some((name.to_owned(), Value::Object(input)))
}

/// What an answer has.
struct Said {
    thought: Option<Thought>,
    tool: Option<(String, Value)>,
    reply: Reply,
}

impl Said {
    fn stop(&self) -> &'static str {
        match self.tool {
            Some(_) => "tool_use",
            None if self.reply.limited => "max_tokens",
            None => "end_turn",
        }
    }

    fn usage(&self) -> Value {
        let thought = self.thought.as_ref().map_or(0, |thought| thought.words.len());
        let said = if self.tool.is_some() { 1 } else { self.reply.words.len() };
        let (tokens_in, tokens_out) = (self.reply.tokens_in(), thought + said);
        json!({ "inputTokens": tokens_in, "outputTokens": tokens_out, "totalTokens": tokens_in + tokens_out })
    }

    fn tool_use_id(&self) -> String {
        format!("tooluse_{}", self.reply.id)
    }

    fn whole(&self) -> BuiltIn {
        let mut content = Vec::new();
        if let Some(thought) = &self.thought {
            let text = json!({ "text": thought.words.concat(), "signature": thought.signature });
            content.push(json!({ "reasoningContent": { "reasoningText": text } }));
        }
        content.push(match &self.tool {
            Some((name, input)) => {
                json!({ "toolUse": { "toolUseId": self.tool_use_id(), "name": name, "input": input } })
            }
            None => json!({ "text": self.reply.text() }),
        });
        let answer = json!({
            "metrics": { "latencyMs": LATENCY_MS },
            "output": { "message": { "content": content, "role": "assistant" } },
            "stopReason": self.stop(),
            "usage": self.usage(),
        });
        BuiltIn {
            headers: vec![("content-type", "application/json".to_owned())],
            body: Body::Whole(answer.to_string().into()),
            pauses: 0,
        }
    }

    fn stream(&self) -> BuiltIn {
        let mut events = vec![("messageStart", json!({ "role": "assistant" }))];
        let mut block = 0;
        let delta = |block: usize, delta: Value| {
            ("contentBlockDelta", json!({ "contentBlockIndex": block, "delta": delta }))
        };
        let stop = |block: usize| ("contentBlockStop", json!({ "contentBlockIndex": block }));
        if let Some(thought) = &self.thought {
            let reasoning = |delta: Value| json!({ "reasoningContent": delta });
            events.extend(thought.words.iter().map(|word| delta(block, reasoning(json!({ "text": word })))));
            events.push(delta(block, reasoning(json!({ "signature": thought.signature }))));
            events.push(stop(block));
            block += 1;
        }
        if let Some((name, input)) = &self.tool {
            let start = json!({ "toolUse": { "toolUseId": self.tool_use_id(), "name": name } });
            events.push(("contentBlockStart", json!({ "contentBlockIndex": block, "start": start })));
            // The input arrives in pieces that are no JSON of their own.
            let text: Vec<char> = input.to_string().chars().collect();
            events.push(delta(block, json!({ "toolUse": { "input": "" } })));
            events.extend(text.chunks(8).map(|piece| {
                delta(block, json!({ "toolUse": { "input": piece.iter().collect::<String>() } }))
            }));
        } else {
            events.extend(self.reply.words.iter().map(|word| delta(block, json!({ "text": word }))));
        }
        events.push(stop(block));
        events.push(("messageStop", json!({ "stopReason": self.stop() })));
        events.push(("metadata", json!({ "metrics": { "latencyMs": LATENCY_MS }, "usage": self.usage() })));
        let frames = events
            .into_iter()
            .enumerate()
            .map(|(index, (kind, payload))| frames::event(kind, &frames::padded(payload, index)))
            .collect();
        BuiltIn {
            headers: vec![("content-type", "application/vnd.amazon.eventstream".to_owned())],
            body: Body::Frames(frames),
            pauses: 0,
        }
    }
}
