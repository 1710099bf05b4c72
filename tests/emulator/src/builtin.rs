//! The emulator's own answers to the four operations, from `families.json`; knows no model and no signature.
//!
//! An answer depends on the request alone: the same prompt gets the same text.

use bytes::Bytes;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::converse;
use crate::families::{family, invoke_stream, invoke_whole};
use crate::media;
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
    /// How many events' pauses it takes before it comes: making a picture takes a while.
    pub pauses: u32,
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
        return converse::answer(operation, &request, model, words, limit);
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
        match family.makes {
            Some(makes) => media::answer(makes, model, &request),
            None => Ok(invoke_whole(family, &reply)),
        }
    } else {
        match &family.stream {
            Some(stream) => Ok(invoke_stream(family, stream, &reply)),
            None => Err(invalid("The model is unsupported for streaming.")),
        }
    }
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
        Self::saying(&echo, prompt, model, words, limit)
    }

    /// An answer that begins with `echo`.
    pub fn saying(echo: &str, prompt: String, model: &str, words: Option<usize>, limit: Option<u64>) -> Self {
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
}

/// How many input tokens an answer to this request says that it had.
pub fn tokens_in(request: &Value) -> usize {
    words(&prompt(request))
}

pub fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// What was asked, wherever the family keeps it.
pub fn prompt(request: &Value) -> String {
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
