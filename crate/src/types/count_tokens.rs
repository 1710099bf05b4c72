//! CountTokens: how many input tokens a request would cost. It asks the service, it does not count.

use super::blob::Blob;
use super::converse::ConverseInput;
use super::invoke::InvokeModelInput;
use super::message::{Message, SystemContentBlock};
use super::tool::ToolConfiguration;

structure! {
    /// What CountTokens takes.
    CountTokensInput => CountTokensInputBuilder {
        model_id = "modelId": text(), label;
        input = "input": one(CountTokensInputUnion), required;
    }
}

union! {
    /// The request to count; the model's name for it is CountTokensInput.
    CountTokensInputUnion {
        InvokeModel as_invoke_model = "invokeModel": one(InvokeModelTokensRequest), from;
        Converse as_converse = "converse": one(ConverseTokensRequest), from;
    }
}

structure! {
    /// An InvokeModel body to count.
    InvokeModelTokensRequest => InvokeModelTokensRequestBuilder {
        body = "body": one(Blob), required;
    }
}

structure! {
    /// A Converse request to count.
    ConverseTokensRequest => ConverseTokensRequestBuilder {
        messages = "messages": list(Message, push_message);
        system = "system": list(SystemContentBlock, push_system);
        tool_config = "toolConfig": one(ToolConfiguration);
        additional_model_request_fields = "additionalModelRequestFields": document();
    }
}

structure! {
    /// What CountTokens answers.
    CountTokensOutput => CountTokensOutputBuilder {
        input_tokens = "inputTokens": number(i32), required;
    }
}

impl From<ConverseInput> for CountTokensInput {
    /// Asks what this request would cost. What does not count (limits, guardrail, tier) is left out.
    fn from(input: ConverseInput) -> Self {
        let request = ConverseTokensRequest {
            messages: input.messages,
            system: input.system,
            tool_config: input.tool_config,
            additional_model_request_fields: input.additional_model_request_fields,
            ..Default::default()
        };
        Self { model_id: input.model_id, input: Some(request.into()), ..Default::default() }
    }
}

impl From<InvokeModelInput> for CountTokensInput {
    /// Asks what this request would cost.
    fn from(input: InvokeModelInput) -> Self {
        let request = InvokeModelTokensRequest { body: input.body, ..Default::default() };
        Self { model_id: input.model_id, input: Some(request.into()), ..Default::default() }
    }
}
