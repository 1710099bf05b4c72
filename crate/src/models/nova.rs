//! Amazon Nova's understanding models through InvokeModel: Converse's messages and tools, with bodies of their own
//! around them. It checks no range. Source: AWS's Nova user guide, page complete-request-schema, and recordings.

use crate::types::{
    ContentBlockDeltaEvent, ContentBlockStartEvent, ContentBlockStopEvent, ConverseOutputUnion,
    ConverseStreamMetrics, ConverseStreamTrace, Message, MessageStartEvent, MessageStopEvent, StopReason,
    SystemContentBlock, ToolChoice, ToolConfiguration,
};

structure! {
    /// What a Nova model takes.
    NovaRequest => NovaRequestBuilder {
        /// `messages-v1`.
        schema_version = "schemaVersion": text();
        system = "system": list(SystemContentBlock, push_system);
        /// Converse's messages; bytes are base64 in JSON. A last turn of the assistant is continued.
        messages = "messages": list(Message, push_message), required;
        inference_config = "inferenceConfig": one(NovaInferenceConfig);
        tool_config = "toolConfig": one(ToolConfiguration);
        /// The page has it here; Converse has it inside `toolConfig`.
        tool_choice = "toolChoice": one(ToolChoice);
    }
}

structure! {
    /// How a Nova model is to sample.
    NovaInferenceConfig => NovaInferenceConfigBuilder {
        /// More than 0, at most 5,000 (the page says 5k).
        max_tokens = "maxTokens": number(i32);
        /// Another name of `maxTokens`, as recorded.
        max_new_tokens = "max_new_tokens": number(i32);
        /// 0.00001 to 1, default 0.7.
        temperature = "temperature": number(f64);
        /// 0 to 1, default 0.9.
        top_p = "topP": number(f64);
        /// 0 to 128; not used by default.
        top_k = "topK": number(i32);
        stop_sequences = "stopSequences": list(String, push_stop_sequence);
        reasoning_config = "reasoningConfig": one(NovaReasoningConfig);
    }
}

structure! {
    /// Whether and how much the model is to think first.
    NovaReasoningConfig => NovaReasoningConfigBuilder {
        /// `enabled` or `disabled`; default `disabled`.
        r#type = "type": text();
        /// `low`, `medium` or `high`.
        max_reasoning_effort = "maxReasoningEffort": text();
    }
}

answer! {
    /// What a Nova model answers.
    NovaAnswer => NovaAnswerBuilder {
        output = "output": one(ConverseOutputUnion);
        stop_reason = "stopReason": one(StopReason);
        usage = "usage": one(NovaUsage);
    }
}

structure! {
    /// Tokens used; names as recorded.
    NovaUsage => NovaUsageBuilder {
        input_tokens = "inputTokens": number(i64);
        output_tokens = "outputTokens": number(i64);
        total_tokens = "totalTokens": number(i64);
        cache_read_input_token_count = "cacheReadInputTokenCount": number(i64);
        cache_write_input_token_count = "cacheWriteInputTokenCount": number(i64);
    }
}

chunk! {
    /// A chunk of a Nova model's answer: one of ConverseStream's events, under its name.
    NovaChunk => NovaChunkBuilder {
        message_start = "messageStart": one(MessageStartEvent);
        content_block_start = "contentBlockStart": one(ContentBlockStartEvent);
        content_block_delta = "contentBlockDelta": one(ContentBlockDeltaEvent);
        content_block_stop = "contentBlockStop": one(ContentBlockStopEvent);
        message_stop = "messageStop": one(MessageStopEvent);
        metadata = "metadata": one(NovaMetadata);
    }
}

structure! {
    /// What the answer cost.
    NovaMetadata => NovaMetadataBuilder {
        usage = "usage": one(NovaUsage);
        metrics = "metrics": one(ConverseStreamMetrics);
        trace = "trace": one(ConverseStreamTrace);
    }
}

impl NovaRequest {
    /// A request with these messages and the model's defaults.
    pub fn new(messages: impl IntoIterator<Item = Message>) -> Self {
        Self { messages: Some(messages.into_iter().collect()), ..Self::default() }
    }
}
