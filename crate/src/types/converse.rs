//! Converse: what goes in and what comes out. Inputs write the JSON body only: the model id is part of the path.

use super::guardrail::{GuardrailConfiguration, GuardrailStreamConfiguration, GuardrailTraceAssessment};
use super::message::{CacheTtl, Message, SystemContentBlock};
use super::tool::{ToolConfiguration, ToolUseBlock};

structure! {
    /// What Converse takes.
    ConverseInput => ConverseInputBuilder {
        /// A model, an inference profile, a prompt or an endpoint: id or ARN.
        model_id = "modelId": text(), label;
        messages = "messages": list(Message, push_message);
        system = "system": list(SystemContentBlock, push_system);
        inference_config = "inferenceConfig": one(InferenceConfiguration);
        tool_config = "toolConfig": one(ToolConfiguration);
        guardrail_config = "guardrailConfig": one(GuardrailConfiguration);
        /// Free JSON for the model.
        additional_model_request_fields = "additionalModelRequestFields": document();
        /// Only with a prompt as the model.
        prompt_variables = "promptVariables": map(PromptVariableValues);
        /// JSON pointers, at most 10.
        additional_model_response_field_paths = "additionalModelResponseFieldPaths": list(String, push_additional_model_response_field_path);
        /// For the invocation log, 1 to 16 entries.
        request_metadata = "requestMetadata": map(String);
        performance_config = "performanceConfig": one(PerformanceConfiguration);
        service_tier = "serviceTier": one(ServiceTier);
        output_config = "outputConfig": one(OutputConfig);
    }
}

structure! {
    /// What ConverseStream takes.
    ConverseStreamInput => ConverseStreamInputBuilder {
        /// A model, an inference profile, a prompt or an endpoint: id or ARN.
        model_id = "modelId": text(), label;
        messages = "messages": list(Message, push_message);
        system = "system": list(SystemContentBlock, push_system);
        inference_config = "inferenceConfig": one(InferenceConfiguration);
        tool_config = "toolConfig": one(ToolConfiguration);
        guardrail_config = "guardrailConfig": one(GuardrailStreamConfiguration);
        /// Free JSON for the model.
        additional_model_request_fields = "additionalModelRequestFields": document();
        /// Only with a prompt as the model.
        prompt_variables = "promptVariables": map(PromptVariableValues);
        /// JSON pointers, at most 10.
        additional_model_response_field_paths = "additionalModelResponseFieldPaths": list(String, push_additional_model_response_field_path);
        /// For the invocation log, 1 to 16 entries.
        request_metadata = "requestMetadata": map(String);
        performance_config = "performanceConfig": one(PerformanceConfiguration);
        service_tier = "serviceTier": one(ServiceTier);
        output_config = "outputConfig": one(OutputConfig);
    }
}

structure! {
    /// How the model is to sample.
    InferenceConfiguration => InferenceConfigurationBuilder {
        max_tokens = "maxTokens": number(i32);
        /// From 0 to 1.
        temperature = "temperature": number(f64);
        /// From 0 to 1.
        top_p = "topP": number(f64);
        stop_sequences = "stopSequences": list(String, push_stop_sequence);
    }
}

union! {
    /// The value of a prompt's variable.
    PromptVariableValues {
        Text as_text = "text": text(), from;
    }
}

structure! {
    /// Whether to trade money for speed.
    PerformanceConfiguration => PerformanceConfigurationBuilder {
        latency = "latency": one(PerformanceConfigLatency);
    }
}

open_enum! {
    /// Standard or optimised latency.
    PerformanceConfigLatency {
        Standard = "standard", Optimized = "optimized",
    }
}

structure! {
    /// The tier of a request.
    ServiceTier => ServiceTierBuilder {
        r#type = "type": one(ServiceTierType), required;
    }
}

open_enum! {
    /// A service tier.
    ServiceTierType {
        Priority = "priority", Default = "default", Flex = "flex", Reserved = "reserved",
    }
}

structure! {
    /// What the answer is to look like.
    OutputConfig => OutputConfigBuilder {
        text_format = "textFormat": one(OutputFormat);
        /// How much the model is to think, such as `low`.
        effort = "effort": text();
    }
}

structure! {
    /// The format of the answer's text.
    OutputFormat => OutputFormatBuilder {
        r#type = "type": one(OutputFormatType), required;
        structure = "structure": one(OutputFormatStructure), required;
    }
}

open_enum! {
    /// A format of text.
    OutputFormatType {
        JsonSchema = "json_schema",
    }
}

union! {
    /// The structure of the answer's text.
    OutputFormatStructure {
        JsonSchema as_json_schema = "jsonSchema": one(JsonSchemaDefinition), from;
    }
}

structure! {
    /// A JSON schema for the answer.
    JsonSchemaDefinition => JsonSchemaDefinitionBuilder {
        /// The schema as JSON text.
        schema = "schema": text(), required;
        name = "name": text();
        description = "description": text();
    }
}

structure! {
    /// What Converse answers.
    ConverseOutput => ConverseOutputBuilder {
        output = "output": one(ConverseOutputUnion), required;
        stop_reason = "stopReason": one(StopReason), required;
        usage = "usage": one(TokenUsage), required;
        metrics = "metrics": one(ConverseMetrics), required;
        /// Free JSON from the model.
        additional_model_response_fields = "additionalModelResponseFields": document();
        trace = "trace": one(ConverseTrace);
        performance_config = "performanceConfig": one(PerformanceConfiguration);
        service_tier = "serviceTier": one(ServiceTier);
    }
}

union! {
    /// The answer proper; the model's name for it is ConverseOutput.
    ConverseOutputUnion {
        Message as_message = "message": one(Message), from;
    }
}

open_enum! {
    /// Why the model stopped.
    StopReason {
        EndTurn = "end_turn", ToolUse = "tool_use", MaxTokens = "max_tokens",
        StopSequence = "stop_sequence", GuardrailIntervened = "guardrail_intervened",
        ContentFiltered = "content_filtered", MalformedModelOutput = "malformed_model_output",
        MalformedToolUse = "malformed_tool_use",
        ModelContextWindowExceeded = "model_context_window_exceeded",
    }
}

structure! {
    /// Tokens used. Real answers have more members than the model.
    TokenUsage => TokenUsageBuilder {
        input_tokens = "inputTokens": number(i32), required;
        output_tokens = "outputTokens": number(i32), required;
        total_tokens = "totalTokens": number(i32), required;
        cache_read_input_tokens = "cacheReadInputTokens": number(i32);
        cache_write_input_tokens = "cacheWriteInputTokens": number(i32);
        cache_details = "cacheDetails": list(CacheDetail, push_cache_detail);
    }
}

structure! {
    /// Tokens written to a cache, by lifetime.
    CacheDetail => CacheDetailBuilder {
        ttl = "ttl": one(CacheTtl), required;
        input_tokens = "inputTokens": number(i32), required;
    }
}

structure! {
    /// How long it took.
    ConverseMetrics => ConverseMetricsBuilder {
        latency_ms = "latencyMs": number(i64), required;
    }
}

structure! {
    /// What happened on the way.
    ConverseTrace => ConverseTraceBuilder {
        guardrail = "guardrail": one(GuardrailTraceAssessment);
        prompt_router = "promptRouter": one(PromptRouterTrace);
    }
}

structure! {
    /// What a prompt router chose.
    PromptRouterTrace => PromptRouterTraceBuilder {
        invoked_model_id = "invokedModelId": text();
    }
}

impl ConverseOutput {
    /// The model's message, if the answer has one: push it to the messages of the next request.
    pub fn message(&self) -> Option<&Message> {
        self.output.as_ref().and_then(ConverseOutputUnion::as_message)
    }

    /// The text of all text blocks, joined.
    pub fn text(&self) -> String {
        self.message().map(Message::text).unwrap_or_default()
    }

    /// The calls of tools in the answer, in order.
    pub fn tool_uses(&self) -> impl Iterator<Item = &ToolUseBlock> {
        self.message().into_iter().flat_map(Message::tool_uses)
    }
}

impl ServiceTier {
    /// This tier.
    pub fn new(tier: impl Into<ServiceTierType>) -> Self {
        Self { r#type: Some(tier.into()), ..Self::default() }
    }
}

impl PerformanceConfiguration {
    /// This latency.
    pub fn new(latency: impl Into<PerformanceConfigLatency>) -> Self {
        Self { latency: Some(latency.into()), ..Self::default() }
    }
}

impl From<ConverseInput> for ConverseStreamInput {
    /// The same request, streamed; the guardrail looks at text before it is sent, as Converse's does.
    fn from(input: ConverseInput) -> Self {
        Self {
            model_id: input.model_id,
            messages: input.messages,
            system: input.system,
            inference_config: input.inference_config,
            tool_config: input.tool_config,
            guardrail_config: input.guardrail_config.map(Into::into),
            additional_model_request_fields: input.additional_model_request_fields,
            prompt_variables: input.prompt_variables,
            additional_model_response_field_paths: input.additional_model_response_field_paths,
            request_metadata: input.request_metadata,
            performance_config: input.performance_config,
            service_tier: input.service_tier,
            output_config: input.output_config,
            other: input.other,
        }
    }
}
