//! InvokeAgent of bedrock-agent-runtime: an event stream of another API than Bedrock Runtime's, for those who read any.
//! It has no agents: whatever their ids, the answer echoes the text.
//!
//! Shapes: AWS's API reference of InvokeAgent and of its ResponseStream.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::builtin::{Body, BuiltIn, Invalid, Reply, invalid};
use crate::frames;

/// Events before an exception that the text asks for.
const BEFORE_EXCEPTION: usize = 2;

/// Whether it is this operation, by method and path, whose segments are decoded.
pub fn is_invoke(method: &str, rest: &[String]) -> bool {
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    matches!((method, &rest[..]), ("POST", ["agents", _, "agentAliases", _, "sessions", _, "text"]))
}

/// `throw NAME` in the text, such as `throw throttlingException`, ends the stream with that exception.
pub fn answer(rest: &[String], body: &[u8], words: Option<usize>) -> Result<BuiltIn, Invalid> {
    let request: Value = serde_json::from_slice(body)
        .map_err(|error| Invalid { name: "SerializationException", message: error.to_string() })?;
    let text = request["inputText"].as_str().ok_or_else(|| invalid("inputText must not be null"))?;
    let asked = json!({ "messages": [{ "role": "user", "content": [{ "text": text }] }] });
    let reply = Reply::new(&asked, "agent", words, None);
    let mut all: Vec<_> = reply
        .words
        .iter()
        .map(|word| frames::event("chunk", &json!({ "bytes": STANDARD.encode(word) })))
        .collect();
    if request["enableTrace"] == true {
        let trace = json!({ "agentId": rest.get(1), "sessionId": rest.get(5), "trace": {} });
        all.insert(0, frames::event("trace", &trace));
    }
    if let Some((_, name)) = text.split_once("throw ") {
        let name = name.split_whitespace().next().unwrap_or_default();
        all.truncate(BEFORE_EXCEPTION);
        all.push(frames::exception(name, &json!({ "message": "as the text asked" })));
    }
    Ok(BuiltIn {
        headers: vec![
            ("content-type", "application/vnd.amazon.eventstream".to_owned()),
            ("x-amzn-bedrock-agent-content-type", "application/json".to_owned()),
            ("x-amz-bedrock-agent-session-id", rest.get(5).cloned().unwrap_or_default()),
        ],
        body: Body::Frames(all),
        pauses: 0,
    })
}
