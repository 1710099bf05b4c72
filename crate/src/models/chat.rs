//! The chat bodies that several families share: Jamba, Mistral's chat models, and others with `choices`. It says which
//! members exist; which of them a family takes stands with the family. Sources: AWS's Bedrock user guide, pages
//! model-parameters-jamba and model-parameters-mistral-chat-completion, and recordings.

use super::shape::TextOrList;

structure! {
    /// A turn of a chat.
    ChatMessage => ChatMessageBuilder {
        role = "role": one(ChatRole), required;
        /// A text; Pixtral takes parts too.
        content = "content": one(TextOrList<ChatPart>);
        /// Calls of tools that the model asks for.
        tool_calls = "tool_calls": list(ChatToolCall, push_tool_call);
        /// In a turn of the role `tool`: which call this answers.
        tool_call_id = "tool_call_id": text();
        /// The model's reasoning, from families that tell it apart.
        reasoning_content = "reasoning_content": text();
    }
}

open_enum! {
    /// Who speaks.
    ChatRole {
        System = "system", User = "user", Assistant = "assistant", Tool = "tool",
    }
}

tagged! {
    /// A part of a turn.
    ChatPart {
        Text as_text = "text": ChatText;
        ImageUrl as_image_url = "image_url": ChatImage;
    }
}

structure! {
    /// A text part.
    ChatText => ChatTextBuilder {
        text = "text": text(), required;
    }
}

structure! {
    /// An image part.
    ChatImage => ChatImageBuilder {
        image_url = "image_url": one(ChatImageUrl), required;
    }
}

structure! {
    /// Where an image is.
    ChatImageUrl => ChatImageUrlBuilder {
        /// A `data:` URL, as recorded.
        url = "url": text(), required;
    }
}

structure! {
    /// A tool that the model may ask for.
    ChatTool => ChatToolBuilder {
        /// `function`.
        r#type = "type": text(), required;
        function = "function": one(ChatFunction), required;
    }
}

structure! {
    /// What a tool does and takes.
    ChatFunction => ChatFunctionBuilder {
        name = "name": text(), required;
        description = "description": text();
        /// A JSON schema.
        parameters = "parameters": document();
    }
}

structure! {
    /// A call of a tool.
    ChatToolCall => ChatToolCallBuilder {
        /// In a stream: which call this is a piece of.
        index = "index": number(i64);
        id = "id": text();
        r#type = "type": text();
        function = "function": one(ChatFunctionCall);
    }
}

structure! {
    /// The tool and its input.
    ChatFunctionCall => ChatFunctionCallBuilder {
        name = "name": text();
        /// JSON text; in a stream a piece of it.
        arguments = "arguments": text();
    }
}

answer! {
    /// What a chat model answers.
    ChatAnswer => ChatAnswerBuilder {
        id = "id": text();
        object = "object": text();
        /// Seconds since 1970.
        created = "created": number(i64);
        model = "model": text();
        choices = "choices": list(ChatChoice, push_choice);
        usage = "usage": one(ChatUsage);
        meta = "meta": one(ChatMeta);
    }
}

structure! {
    /// One of the answers.
    ChatChoice => ChatChoiceBuilder {
        index = "index": number(i64);
        message = "message": one(ChatMessage);
        /// Jamba.
        finish_reason = "finish_reason": text();
        /// Mistral: `stop`, `length` or `tool_calls`. Jamba: the number of a token, beside `finish_reason`.
        stop_reason = "stop_reason": document();
    }
}

chunk! {
    /// A chunk of a chat model's answer.
    ChatChunk => ChatChunkBuilder {
        id = "id": text();
        object = "object": text();
        /// Seconds since 1970.
        created = "created": number(i64);
        model = "model": text();
        choices = "choices": list(ChatChoiceDelta, push_choice);
        usage = "usage": one(ChatUsage);
        meta = "meta": one(ChatMeta);
    }
}

structure! {
    /// What is added to one of the answers.
    ChatChoiceDelta => ChatChoiceDeltaBuilder {
        index = "index": number(i64);
        delta = "delta": one(ChatDelta);
        /// Mistral streams whole messages, as in an answer.
        message = "message": one(ChatMessage);
        finish_reason = "finish_reason": text();
        stop_reason = "stop_reason": document();
    }
}

structure! {
    /// A piece of a turn.
    ChatDelta => ChatDeltaBuilder {
        role = "role": one(ChatRole);
        content = "content": one(TextOrList<ChatPart>);
        tool_calls = "tool_calls": list(ChatToolCall, push_tool_call);
        reasoning_content = "reasoning_content": text();
    }
}

structure! {
    /// Tokens used.
    ChatUsage => ChatUsageBuilder {
        prompt_tokens = "prompt_tokens": number(i64);
        completion_tokens = "completion_tokens": number(i64);
        total_tokens = "total_tokens": number(i64);
    }
}

structure! {
    /// What Jamba says of the request.
    ChatMeta => ChatMetaBuilder {
        /// Milliseconds.
        request_duration_millis = "requestDurationMillis": number(i64);
    }
}

impl ChatMessage {
    /// A turn.
    pub fn new(role: impl Into<ChatRole>, content: impl Into<TextOrList<ChatPart>>) -> Self {
        Self { role: Some(role.into()), content: Some(content.into()), ..Self::default() }
    }

    /// A user's turn.
    pub fn user(content: impl Into<TextOrList<ChatPart>>) -> Self {
        Self::new(ChatRole::User, content)
    }
}
