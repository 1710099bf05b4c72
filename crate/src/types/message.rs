//! Messages and the blocks that they are made of. It does not check which blocks a model accepts.

use super::blob::Blob;
use super::citation::{CitationsContentBlock, SearchResultBlock};
use super::guardrail::GuardrailConverseContentBlock;
use super::media::{
    AudioBlock, DocumentBlock, DocumentFormat, DocumentSource, ImageBlock, ImageFormat, ImageSource,
    VideoBlock,
};
use super::tool::{
    ToolAdditionBlock, ToolRemovalBlock, ToolResultBlock, ToolResultContentBlock, ToolUseBlock,
};

open_enum! {
    /// Who speaks.
    ConversationRole {
        User = "user", Assistant = "assistant", System = "system",
    }
}

structure! {
    /// One turn of a conversation.
    Message => MessageBuilder {
        role = "role": one(ConversationRole), required;
        content = "content": list(ContentBlock, push_content), required;
    }
}

union! {
    /// A piece of a message.
    ContentBlock {
        Text as_text = "text": text(), from;
        Image as_image = "image": one(ImageBlock), from;
        Document as_document = "document": one(DocumentBlock), from;
        Video as_video = "video": one(VideoBlock), from;
        Audio as_audio = "audio": one(AudioBlock), from;
        ToolUse as_tool_use = "toolUse": one(ToolUseBlock), from;
        ToolResult as_tool_result = "toolResult": one(ToolResultBlock), from;
        GuardContent as_guard_content = "guardContent": one(GuardrailConverseContentBlock), from;
        CachePoint as_cache_point = "cachePoint": one(CachePointBlock), from;
        ReasoningContent as_reasoning_content = "reasoningContent": one(ReasoningContentBlock), from;
        CitationsContent as_citations_content = "citationsContent": one(CitationsContentBlock), from;
        SearchResult as_search_result = "searchResult": one(SearchResultBlock), from;
        ToolAddition as_tool_addition = "toolAddition": one(ToolAdditionBlock), from;
        ToolRemoval as_tool_removal = "toolRemoval": one(ToolRemovalBlock), from;
    }
}

union! {
    /// A piece of the system prompt.
    SystemContentBlock {
        Text as_text = "text": text(), from;
        GuardContent as_guard_content = "guardContent": one(GuardrailConverseContentBlock), from;
        CachePoint as_cache_point = "cachePoint": one(CachePointBlock), from;
    }
}

structure! {
    /// Everything before this block may be cached.
    CachePointBlock => CachePointBlockBuilder {
        r#type = "type": one(CachePointType), required;
        ttl = "ttl": one(CacheTtl);
    }
}

open_enum! {
    /// The kind of a cache point.
    CachePointType {
        Default = "default",
    }
}

open_enum! {
    /// How long a cached prefix lives.
    CacheTtl {
        FiveMinutes = "5m", OneHour = "1h",
    }
}

union! {
    /// A model's reasoning, readable or redacted. Send it back unchanged in the next turn.
    ReasoningContentBlock {
        ReasoningText as_reasoning_text = "reasoningText": one(ReasoningTextBlock), from;
        /// Encrypted by the model's provider.
        RedactedContent as_redacted_content = "redactedContent": one(Blob), from;
    }
}

structure! {
    /// Reasoning as text.
    ReasoningTextBlock => ReasoningTextBlockBuilder {
        text = "text": text(), required;
        /// Proves to the model that the text is its own.
        signature = "signature": text();
    }
}

impl Message {
    /// A message of one or several blocks.
    pub fn new(
        role: impl Into<ConversationRole>,
        content: impl IntoIterator<Item = impl Into<ContentBlock>>,
    ) -> Self {
        Self {
            role: Some(role.into()),
            content: Some(content.into_iter().map(Into::into).collect()),
            ..Self::default()
        }
    }

    /// A user's message with one block; text will do.
    pub fn user(block: impl Into<ContentBlock>) -> Self {
        Self::new(ConversationRole::User, [block])
    }

    /// A model's message with one block; text will do.
    pub fn assistant(block: impl Into<ContentBlock>) -> Self {
        Self::new(ConversationRole::Assistant, [block])
    }

    /// The text of all its text blocks, joined.
    pub fn text(&self) -> String {
        self.content().iter().filter_map(ContentBlock::as_text).map(String::as_str).collect()
    }

    /// The calls of tools in it, in order.
    pub fn tool_uses(&self) -> impl Iterator<Item = &ToolUseBlock> {
        self.content().iter().filter_map(ContentBlock::as_tool_use)
    }
}

impl ContentBlock {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// An image, given as bytes.
    pub fn image(format: impl Into<ImageFormat>, bytes: impl Into<Blob>) -> Self {
        Self::Image(ImageBlock::new(format, ImageSource::Bytes(bytes.into())))
    }

    /// A document, given as bytes. The model reads the name.
    pub fn document(
        name: impl Into<String>,
        format: impl Into<DocumentFormat>,
        bytes: impl Into<Blob>,
    ) -> Self {
        Self::Document(DocumentBlock::new(name, format, DocumentSource::Bytes(bytes.into())))
    }

    /// The result of a call of a tool, as free JSON.
    pub fn tool_result(tool_use_id: impl Into<String>, json: impl Into<serde_json::Value>) -> Self {
        Self::ToolResult(ToolResultBlock::new(tool_use_id, [ToolResultContentBlock::Json(json.into())]))
    }

    /// A cache point.
    pub fn cache_point() -> Self {
        Self::CachePoint(CachePointBlock::new())
    }
}

impl SystemContentBlock {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A cache point.
    pub fn cache_point() -> Self {
        Self::CachePoint(CachePointBlock::new())
    }
}

impl CachePointBlock {
    /// A cache point of the default kind and lifetime.
    pub fn new() -> Self {
        Self { r#type: Some(CachePointType::Default), ..Self::default() }
    }
}
