//! Anthropic Claude's Messages, version 3 and later: body and answer; the stream's events are `claude_stream`'s. It
//! checks no range. Sources: AWS's Bedrock user guide, page model-parameters-anthropic-claude-messages-request-response
//! ("guide"), Anthropic's Messages reference for documents, thinking, caching and citations, and recordings.

use super::shape::TextOrList;
use crate::types::Blob;

pub use super::claude_stream::*;

/// What `anthropic_version` must be on Bedrock (guide).
pub const ANTHROPIC_VERSION: &str = "bedrock-2023-05-31";

structure! {
    /// What Messages takes.
    ClaudeRequest => ClaudeRequestBuilder {
        /// [`ANTHROPIC_VERSION`].
        anthropic_version = "anthropic_version": text(), required;
        /// Names of beta features.
        anthropic_beta = "anthropic_beta": list(String, push_anthropic_beta);
        max_tokens = "max_tokens": number(i32), required;
        /// A text or text blocks. Claude 2.1 and later.
        system = "system": one(TextOrList<ClaudeBlock>);
        messages = "messages": list(ClaudeMessage, push_message), required;
        /// 0 to 1, default 1.
        temperature = "temperature": number(f64);
        /// 0 to 1, default 0.999. Claude 4.5 takes this or `temperature`, not both.
        top_p = "top_p": number(f64);
        /// 0 to 500; off by default.
        top_k = "top_k": number(i32);
        /// At most 8,191.
        stop_sequences = "stop_sequences": list(String, push_stop_sequence);
        tools = "tools": list(ClaudeTool, push_tool);
        tool_choice = "tool_choice": one(ClaudeToolChoice);
        thinking = "thinking": one(ClaudeThinkingConfig);
        metadata = "metadata": one(ClaudeMetadata);
        /// Effort and format of the output; free JSON.
        output_config = "output_config": document();
        /// Edits of a long context; a beta feature, free JSON.
        context_management = "context_management": document();
    }
}

structure! {
    /// A turn.
    ClaudeMessage => ClaudeMessageBuilder {
        role = "role": one(ClaudeRole), required;
        /// A text or blocks.
        content = "content": one(TextOrList<ClaudeBlock>), required;
    }
}

open_enum! {
    /// Who speaks.
    ClaudeRole {
        User = "user", Assistant = "assistant",
    }
}

tagged! {
    /// A piece of a turn, of the system prompt, or of a tool's result.
    ClaudeBlock {
        Text as_text = "text": ClaudeText;
        Image as_image = "image": ClaudeImage;
        Document as_document = "document": ClaudeDocument;
        ToolUse as_tool_use = "tool_use": ClaudeToolUse;
        ToolResult as_tool_result = "tool_result": ClaudeToolResult;
        Thinking as_thinking = "thinking": ClaudeThinking;
        RedactedThinking as_redacted_thinking = "redacted_thinking": ClaudeRedactedThinking;
        SearchResult as_search_result = "search_result": ClaudeSearchResult;
    }
}

structure! {
    /// A text.
    ClaudeText => ClaudeTextBuilder {
        text = "text": text(), required;
        /// What the text rests on; free JSON.
        citations = "citations": document();
        cache_control = "cache_control": one(ClaudeCacheControl);
    }
}

structure! {
    /// An image: JPEG, PNG, WebP or GIF, at most 3.75 MB and 8,000 pixels each way.
    ClaudeImage => ClaudeImageBuilder {
        source = "source": one(ClaudeSource), required;
        cache_control = "cache_control": one(ClaudeCacheControl);
    }
}

structure! {
    /// A document: a PDF or a text.
    ClaudeDocument => ClaudeDocumentBuilder {
        source = "source": one(ClaudeSource), required;
        title = "title": text();
        context = "context": text();
        citations = "citations": one(ClaudeCitations);
        cache_control = "cache_control": one(ClaudeCacheControl);
    }
}

structure! {
    /// Whether to cite.
    ClaudeCitations => ClaudeCitationsBuilder {
        enabled = "enabled": number(bool);
    }
}

tagged! {
    /// Where an image or a document comes from.
    ClaudeSource {
        Base64 as_base64 = "base64": ClaudeBase64Source;
        Text as_text = "text": ClaudeTextSource;
        Url as_url = "url": ClaudeUrlSource;
    }
}

structure! {
    /// Bytes.
    ClaudeBase64Source => ClaudeBase64SourceBuilder {
        /// Such as `image/png`, `application/pdf`.
        media_type = "media_type": text(), required;
        data = "data": one(Blob), required;
    }
}

structure! {
    /// A text.
    ClaudeTextSource => ClaudeTextSourceBuilder {
        /// `text/plain`.
        media_type = "media_type": text(), required;
        data = "data": text(), required;
    }
}

structure! {
    /// An address.
    ClaudeUrlSource => ClaudeUrlSourceBuilder {
        url = "url": text(), required;
    }
}

structure! {
    /// A call of a tool.
    ClaudeToolUse => ClaudeToolUseBuilder {
        id = "id": text(), required;
        name = "name": text(), required;
        /// Free JSON; in a stream it begins as `{}` and comes in pieces.
        input = "input": document(), required;
        cache_control = "cache_control": one(ClaudeCacheControl);
    }
}

structure! {
    /// What a tool answered.
    ClaudeToolResult => ClaudeToolResultBuilder {
        tool_use_id = "tool_use_id": text(), required;
        /// A text or blocks.
        content = "content": one(TextOrList<ClaudeBlock>);
        is_error = "is_error": number(bool);
        cache_control = "cache_control": one(ClaudeCacheControl);
    }
}

structure! {
    /// Reasoning. Send it back unchanged.
    ClaudeThinking => ClaudeThinkingBuilder {
        thinking = "thinking": text(), required;
        /// Proves to the model that the text is its own.
        signature = "signature": text();
    }
}

structure! {
    /// Reasoning that is encrypted. Send it back unchanged.
    ClaudeRedactedThinking => ClaudeRedactedThinkingBuilder {
        data = "data": text(), required;
    }
}

structure! {
    /// A result of a search, to be cited.
    ClaudeSearchResult => ClaudeSearchResultBuilder {
        source = "source": text(), required;
        title = "title": text(), required;
        content = "content": list(ClaudeBlock, push_content), required;
        citations = "citations": one(ClaudeCitations);
        cache_control = "cache_control": one(ClaudeCacheControl);
    }
}

structure! {
    /// Everything up to here may be cached.
    ClaudeCacheControl => ClaudeCacheControlBuilder {
        /// `ephemeral`.
        r#type = "type": text(), required;
        /// `5m` or `1h`.
        ttl = "ttl": text();
    }
}

structure! {
    /// A tool that the model may call: a caller's own, or one of Anthropic's by its `type`.
    ClaudeTool => ClaudeToolBuilder {
        /// `custom` or absent, `computer_…`, `bash_…`, `text_editor_…`.
        r#type = "type": text();
        name = "name": text(), required;
        description = "description": text();
        /// A JSON schema.
        input_schema = "input_schema": document();
        cache_control = "cache_control": one(ClaudeCacheControl);
        /// Computer: pixels, at least 1.
        display_height_px = "display_height_px": number(i32);
        /// Computer: pixels, at least 1.
        display_width_px = "display_width_px": number(i32);
        /// Computer: the X11 display.
        display_number = "display_number": number(i32);
    }
}

structure! {
    /// Which tool to use.
    ClaudeToolChoice => ClaudeToolChoiceBuilder {
        /// `auto`, `any`, `tool` or `none`.
        r#type = "type": text(), required;
        /// With `tool`.
        name = "name": text();
        disable_parallel_tool_use = "disable_parallel_tool_use": number(bool);
    }
}

structure! {
    /// Whether to think before answering.
    ClaudeThinkingConfig => ClaudeThinkingConfigBuilder {
        /// `enabled`, `disabled` or `adaptive`.
        r#type = "type": text(), required;
        /// With `enabled`: at least 1,024 tokens and fewer than `max_tokens` (Anthropic's reference).
        budget_tokens = "budget_tokens": number(i32);
    }
}

structure! {
    /// About the request.
    ClaudeMetadata => ClaudeMetadataBuilder {
        /// Opaque, no personal data.
        user_id = "user_id": text();
    }
}

answer! {
    /// What Messages answers. Send `content` back as the assistant's turn.
    ClaudeAnswer => ClaudeAnswerBuilder {
        id = "id": text();
        /// `message`.
        r#type = "type": text();
        role = "role": one(ClaudeRole);
        model = "model": text();
        content = "content": list(ClaudeBlock, push_content);
        stop_reason = "stop_reason": one(ClaudeStopReason);
        /// The sequence that was met.
        stop_sequence = "stop_sequence": text();
        usage = "usage": one(ClaudeUsage);
    }
}

open_enum! {
    /// Why Claude stopped.
    ClaudeStopReason {
        EndTurn = "end_turn", MaxTokens = "max_tokens", StopSequence = "stop_sequence", ToolUse = "tool_use",
        Refusal = "refusal", PauseTurn = "pause_turn", ModelContextWindowExceeded = "model_context_window_exceeded",
    }
}

structure! {
    /// Tokens used.
    ClaudeUsage => ClaudeUsageBuilder {
        /// Without those read from or written to a cache.
        input_tokens = "input_tokens": number(i64);
        output_tokens = "output_tokens": number(i64);
        cache_creation_input_tokens = "cache_creation_input_tokens": number(i64);
        cache_read_input_tokens = "cache_read_input_tokens": number(i64);
        /// Written to a cache, by lifetime.
        cache_creation = "cache_creation": one(ClaudeCacheCreation);
        service_tier = "service_tier": text();
    }
}

structure! {
    /// Tokens written to a cache.
    ClaudeCacheCreation => ClaudeCacheCreationBuilder {
        ephemeral_5m_input_tokens = "ephemeral_5m_input_tokens": number(i64);
        ephemeral_1h_input_tokens = "ephemeral_1h_input_tokens": number(i64);
    }
}

impl ClaudeRequest {
    /// A request in Bedrock's version, with the model's defaults.
    pub fn new(max_tokens: i32, messages: impl IntoIterator<Item = ClaudeMessage>) -> Self {
        Self {
            anthropic_version: Some(ANTHROPIC_VERSION.to_owned()),
            max_tokens: Some(max_tokens),
            messages: Some(messages.into_iter().collect()),
            ..Self::default()
        }
    }
}

impl ClaudeMessage {
    /// A turn.
    pub fn new(role: impl Into<ClaudeRole>, content: impl Into<TextOrList<ClaudeBlock>>) -> Self {
        Self { role: Some(role.into()), content: Some(content.into()), ..Self::default() }
    }

    /// A user's turn.
    pub fn user(content: impl Into<TextOrList<ClaudeBlock>>) -> Self {
        Self::new(ClaudeRole::User, content)
    }

    /// The model's turn.
    pub fn assistant(content: impl Into<TextOrList<ClaudeBlock>>) -> Self {
        Self::new(ClaudeRole::Assistant, content)
    }
}

impl ClaudeBlock {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(ClaudeText { text: Some(text.into()), ..ClaudeText::default() })
    }

    /// An image, given as bytes.
    pub fn image(media_type: impl Into<String>, data: impl Into<Blob>) -> Self {
        Self::Image(ClaudeImage { source: Some(ClaudeSource::bytes(media_type, data)), ..Default::default() })
    }

    /// A document such as a PDF, given as bytes.
    pub fn document(media_type: impl Into<String>, data: impl Into<Blob>) -> Self {
        Self::Document(ClaudeDocument {
            source: Some(ClaudeSource::bytes(media_type, data)),
            ..Default::default()
        })
    }

    /// What a tool answered.
    pub fn tool_result(tool_use_id: impl Into<String>, content: impl Into<TextOrList<ClaudeBlock>>) -> Self {
        Self::ToolResult(ClaudeToolResult {
            tool_use_id: Some(tool_use_id.into()),
            content: Some(content.into()),
            ..Default::default()
        })
    }
}

impl ClaudeSource {
    /// Bytes.
    pub fn bytes(media_type: impl Into<String>, data: impl Into<Blob>) -> Self {
        Self::Base64(ClaudeBase64Source {
            media_type: Some(media_type.into()),
            data: Some(data.into()),
            ..Default::default()
        })
    }
}

impl ClaudeCacheControl {
    /// A cache of the default lifetime, five minutes.
    pub fn ephemeral() -> Self {
        Self { r#type: Some("ephemeral".to_owned()), ..Self::default() }
    }
}
