//! Mistral AI: the text bodies of Mistral 7B, Mixtral, Small and Large, and the chat bodies of Large and its successors.
//! It checks no range; the prompt's form is `prompt::mistral`. Source: AWS's Bedrock user guide, pages
//! model-parameters-mistral-text-completion and model-parameters-mistral-chat-completion.

use super::chat::{ChatAnswer, ChatChunk, ChatMessage, ChatTool};

structure! {
    /// What text completion takes.
    MistralRequest => MistralRequestBuilder {
        /// `<s>[INST] … [/INST]`.
        prompt = "prompt": text(), required;
        /// From 1 to 8,192 (7B), 4,096 (Mixtral), 8,192 (Large, Small); default 512 (7B, Mixtral), 8,192 (Large, Small).
        max_tokens = "max_tokens": number(i32);
        /// At most 10.
        stop = "stop": list(String, push_stop);
        /// 0 to 1; default 0.5 (7B, Mixtral), 0.7 (Large, Small).
        temperature = "temperature": number(f64);
        /// 0 to 1; default 0.9 (7B, Mixtral), 1 (Large, Small).
        top_p = "top_p": number(f64);
        /// 1 to 200; default 50 (7B, Mixtral), off (Large, Small).
        top_k = "top_k": number(i32);
    }
}

answer! {
    /// What text completion answers.
    MistralAnswer => MistralAnswerBuilder {
        outputs = "outputs": list(MistralOutput, push_output);
    }
}

chunk! {
    /// A chunk of a text completion.
    MistralChunk => MistralChunkBuilder {
        outputs = "outputs": list(MistralOutput, push_output);
    }
}

structure! {
    /// A text, or a piece of one.
    MistralOutput => MistralOutputBuilder {
        text = "text": text();
        stop_reason = "stop_reason": one(MistralStopReason);
    }
}

open_enum! {
    /// Why a Mistral model stopped.
    MistralStopReason {
        Stop = "stop", Length = "length", ToolCalls = "tool_calls",
    }
}

structure! {
    /// What chat takes.
    MistralChatRequest => MistralChatRequestBuilder {
        messages = "messages": list(ChatMessage, push_message), required;
        tools = "tools": list(ChatTool, push_tool);
        /// `auto`, `any` or `none`.
        tool_choice = "tool_choice": text();
        /// 1 to 8,192, default 8,192 (Large).
        max_tokens = "max_tokens": number(i32);
        /// 0 to 1, default 0.7 (Large).
        temperature = "temperature": number(f64);
        /// 0 to 1, default 1 (Large).
        top_p = "top_p": number(f64);
    }
}

/// What chat answers.
pub type MistralChatAnswer = ChatAnswer;

/// A chunk of a chat's answer.
pub type MistralChatChunk = ChatChunk;

impl MistralRequest {
    /// A request with a prompt that has the right form.
    pub fn new(prompt: impl Into<String>) -> Self {
        Self { prompt: Some(prompt.into()), ..Self::default() }
    }
}
