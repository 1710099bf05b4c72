//! The events of ConverseStream, one by one. It does not join deltas, and exceptions are errors, not events.

use super::blob::Blob;
use super::citation::CitationLocation;
use super::converse::{PerformanceConfiguration, PromptRouterTrace, ServiceTier, StopReason, TokenUsage};
use super::guardrail::GuardrailTraceAssessment;
use super::media::{ErrorBlock, ImageFormat, ImageSource};
use super::message::ConversationRole;
use super::tool::{ToolResultStatus, ToolUseType};

structure! {
    /// A message begins.
    MessageStartEvent => MessageStartEventBuilder {
        role = "role": one(ConversationRole), required;
    }
}

structure! {
    /// A block begins; plain text has no such event.
    ContentBlockStartEvent => ContentBlockStartEventBuilder {
        start = "start": one(ContentBlockStart), required;
        content_block_index = "contentBlockIndex": number(i32), required;
    }
}

union! {
    /// What kind of block begins.
    ContentBlockStart {
        ToolUse as_tool_use = "toolUse": one(ToolUseBlockStart), from;
        ToolResult as_tool_result = "toolResult": one(ToolResultBlockStart), from;
        Image as_image = "image": one(ImageBlockStart), from;
    }
}

structure! {
    /// A call of a tool begins.
    ToolUseBlockStart => ToolUseBlockStartBuilder {
        tool_use_id = "toolUseId": text(), required;
        name = "name": text(), required;
        r#type = "type": one(ToolUseType);
    }
}

structure! {
    /// A tool's result begins.
    ToolResultBlockStart => ToolResultBlockStartBuilder {
        tool_use_id = "toolUseId": text(), required;
        r#type = "type": text();
        status = "status": one(ToolResultStatus);
    }
}

structure! {
    /// An image begins.
    ImageBlockStart => ImageBlockStartBuilder {
        format = "format": one(ImageFormat), required;
    }
}

structure! {
    /// More of a block.
    ContentBlockDeltaEvent => ContentBlockDeltaEventBuilder {
        delta = "delta": one(ContentBlockDelta), required;
        content_block_index = "contentBlockIndex": number(i32), required;
    }
}

union! {
    /// What is added to a block.
    ContentBlockDelta {
        Text as_text = "text": text(), from;
        ToolUse as_tool_use = "toolUse": one(ToolUseBlockDelta), from;
        ToolResult as_tool_result = "toolResult": list(ToolResultBlockDelta, push_tool_result);
        ReasoningContent as_reasoning_content = "reasoningContent": one(ReasoningContentBlockDelta), from;
        Citation as_citation = "citation": one(CitationsDelta), from;
        Image as_image = "image": one(ImageBlockDelta), from;
    }
}

structure! {
    /// More of a call's input.
    ToolUseBlockDelta => ToolUseBlockDeltaBuilder {
        /// A piece of JSON text: join the pieces before parsing.
        input = "input": text(), required;
    }
}

union! {
    /// More of a tool's result.
    ToolResultBlockDelta {
        Text as_text = "text": text(), from;
        Json as_json = "json": document();
    }
}

union! {
    /// More of the reasoning.
    ReasoningContentBlockDelta {
        Text as_text = "text": text();
        RedactedContent as_redacted_content = "redactedContent": one(Blob), from;
        Signature as_signature = "signature": text();
    }
}

structure! {
    /// A citation of the block.
    CitationsDelta => CitationsDeltaBuilder {
        title = "title": text();
        source = "source": text();
        source_content = "sourceContent": list(CitationSourceContentDelta, push_source_content);
        location = "location": one(CitationLocation);
    }
}

structure! {
    /// A cited piece of a source.
    CitationSourceContentDelta => CitationSourceContentDeltaBuilder {
        text = "text": text();
    }
}

structure! {
    /// More of an image.
    ImageBlockDelta => ImageBlockDeltaBuilder {
        source = "source": one(ImageSource);
        error = "error": one(ErrorBlock);
    }
}

structure! {
    /// A block ends.
    ContentBlockStopEvent => ContentBlockStopEventBuilder {
        content_block_index = "contentBlockIndex": number(i32), required;
    }
}

structure! {
    /// The message ends; `metadata` follows.
    MessageStopEvent => MessageStopEventBuilder {
        stop_reason = "stopReason": one(StopReason), required;
        additional_model_response_fields = "additionalModelResponseFields": document();
    }
}

structure! {
    /// What the answer cost: the last event of a complete stream.
    ConverseStreamMetadataEvent => ConverseStreamMetadataEventBuilder {
        usage = "usage": one(TokenUsage), required;
        metrics = "metrics": one(ConverseStreamMetrics), required;
        trace = "trace": one(ConverseStreamTrace);
        performance_config = "performanceConfig": one(PerformanceConfiguration);
        service_tier = "serviceTier": one(ServiceTier);
    }
}

structure! {
    /// How long it took.
    ConverseStreamMetrics => ConverseStreamMetricsBuilder {
        latency_ms = "latencyMs": number(i64), required;
    }
}

structure! {
    /// What happened on the way.
    ConverseStreamTrace => ConverseStreamTraceBuilder {
        guardrail = "guardrail": one(GuardrailTraceAssessment);
        prompt_router = "promptRouter": one(PromptRouterTrace);
    }
}

/// An event of ConverseStream.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "a box would be in every user's way")]
pub enum ConverseStreamEvent {
    /// `messageStart`.
    MessageStart(MessageStartEvent),
    /// `contentBlockStart`.
    ContentBlockStart(ContentBlockStartEvent),
    /// `contentBlockDelta`.
    ContentBlockDelta(ContentBlockDeltaEvent),
    /// `contentBlockStop`.
    ContentBlockStop(ContentBlockStopEvent),
    /// `messageStop`.
    MessageStop(MessageStopEvent),
    /// `metadata`.
    Metadata(ConverseStreamMetadataEvent),
    /// An event that this version does not know.
    Unknown {
        /// Its `:event-type`.
        event_type: String,
        /// Its payload as it came.
        payload: Blob,
    },
}

impl ConverseStreamEvent {
    /// Reads an event from its `:event-type` and its payload.
    ///
    /// # Errors
    /// When the payload of a known event is not JSON of that event's shape.
    pub fn from_event(event_type: &str, payload: &[u8]) -> Result<Self, serde_json::Error> {
        use serde_json::from_slice;
        Ok(match event_type {
            "messageStart" => Self::MessageStart(from_slice(payload)?),
            "contentBlockStart" => Self::ContentBlockStart(from_slice(payload)?),
            "contentBlockDelta" => Self::ContentBlockDelta(from_slice(payload)?),
            "contentBlockStop" => Self::ContentBlockStop(from_slice(payload)?),
            "messageStop" => Self::MessageStop(from_slice(payload)?),
            "metadata" => Self::Metadata(from_slice(payload)?),
            _ => Self::Unknown { event_type: event_type.to_owned(), payload: payload.into() },
        })
    }

    /// Its `:event-type`.
    pub fn event_type(&self) -> &str {
        match self {
            Self::MessageStart(_) => "messageStart",
            Self::ContentBlockStart(_) => "contentBlockStart",
            Self::ContentBlockDelta(_) => "contentBlockDelta",
            Self::ContentBlockStop(_) => "contentBlockStop",
            Self::MessageStop(_) => "messageStop",
            Self::Metadata(_) => "metadata",
            Self::Unknown { event_type, .. } => event_type,
        }
    }

    /// Its payload: what it came from, up to the order of members and padding of an unknown one.
    ///
    /// # Errors
    /// When a number is not finite.
    pub fn to_payload(&self) -> Result<Vec<u8>, serde_json::Error> {
        use serde_json::to_vec;
        match self {
            Self::MessageStart(event) => to_vec(event),
            Self::ContentBlockStart(event) => to_vec(event),
            Self::ContentBlockDelta(event) => to_vec(event),
            Self::ContentBlockStop(event) => to_vec(event),
            Self::MessageStop(event) => to_vec(event),
            Self::Metadata(event) => to_vec(event),
            Self::Unknown { payload, .. } => Ok(payload.as_bytes().to_vec()),
        }
    }

    /// The text that this event adds, if it adds text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::ContentBlockDelta(event) => {
                event.delta.as_ref().and_then(ContentBlockDelta::as_text).map(String::as_str)
            }
            _ => None,
        }
    }

    /// Why the model stopped, if this is the event that tells.
    pub fn stop_reason(&self) -> Option<&StopReason> {
        match self {
            Self::MessageStop(event) => event.stop_reason.as_ref(),
            _ => None,
        }
    }

    /// The tokens used, if this is the event that tells.
    pub fn usage(&self) -> Option<&TokenUsage> {
        match self {
            Self::Metadata(event) => event.usage.as_ref(),
            _ => None,
        }
    }
}
