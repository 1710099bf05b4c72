//! AI21 Labs Jamba: what its chat takes; answers and chunks are `chat`'s. It checks no range.
//! Source: AWS's Bedrock user guide, page model-parameters-jamba.

use super::chat::{ChatAnswer, ChatChunk, ChatMessage, ChatTool};
use super::shape::TextOrList;

structure! {
    /// What Jamba takes.
    JambaRequest => JambaRequestBuilder {
        /// Oldest first; about 256,000 tokens in all.
        messages = "messages": list(ChatMessage, push_message), required;
        /// 0 to 2, default 1.
        temperature = "temperature": number(f64);
        /// 0.01 to 1.
        top_p = "top_p": number(f64);
        /// 0 to 4,096, default 4,096.
        max_tokens = "max_tokens": number(i32);
        /// One sequence or several, each up to 64,000 characters (the page says 64K).
        stop = "stop": one(TextOrList<String>);
        /// 1 to 16, default 1; 1 in a stream.
        n = "n": number(i32);
        /// Grows with every repetition.
        frequency_penalty = "frequency_penalty": number(f64);
        /// The same however often a word has come.
        presence_penalty = "presence_penalty": number(f64);
        /// Tools that the model may ask for (AI21's API reference).
        tools = "tools": list(ChatTool, push_tool);
        /// Documents that the answer may rest on; free JSON (AI21's API reference).
        documents = "documents": list(serde_json::Value, push_document);
        /// `{"type": "json_object"}` asks for JSON; free JSON (AI21's API reference).
        response_format = "response_format": document();
    }
}

/// What Jamba answers.
pub type JambaAnswer = ChatAnswer;

/// A chunk of Jamba's answer.
pub type JambaChunk = ChatChunk;
