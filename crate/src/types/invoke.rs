//! InvokeModel, plain and streamed: parameters, the answer's body, the chunks. A body's shape is the model family's.

use super::blob::Blob;
use super::converse::{PerformanceConfigLatency, ServiceTierType};
use serde::Serialize;
use serde::de::DeserializeOwned;

parameters! {
    /// What InvokeModel takes: a body, and parameters that travel as headers.
    InvokeModelInput => InvokeModelInputBuilder {
        body = "body": one(Blob);
        content_type = "contentType": text(), bound;
        accept = "accept": text(), bound;
        model_id = "modelId": text(), label;
        trace = "trace": one(Trace), bound;
        guardrail_identifier = "guardrailIdentifier": text(), bound;
        guardrail_version = "guardrailVersion": text(), bound;
        performance_config_latency = "performanceConfigLatency": one(PerformanceConfigLatency), bound;
        service_tier = "serviceTier": one(ServiceTierType), bound;
        request_metadata = "requestMetadata": text(), bound;
    }
}

parameters! {
    /// What InvokeModelWithResponseStream takes.
    InvokeModelWithResponseStreamInput => InvokeModelWithResponseStreamInputBuilder {
        body = "body": one(Blob);
        content_type = "contentType": text(), bound;
        accept = "accept": text(), bound;
        model_id = "modelId": text(), label;
        trace = "trace": one(Trace), bound;
        guardrail_identifier = "guardrailIdentifier": text(), bound;
        guardrail_version = "guardrailVersion": text(), bound;
        performance_config_latency = "performanceConfigLatency": one(PerformanceConfigLatency), bound;
        service_tier = "serviceTier": one(ServiceTierType), bound;
        request_metadata = "requestMetadata": text(), bound;
    }
}

open_enum! {
    /// Whether the answer's body tells what the guardrail found.
    Trace {
        Enabled = "ENABLED", Disabled = "DISABLED", EnabledFull = "ENABLED_FULL",
    }
}

structure! {
    /// A chunk of the streamed answer.
    PayloadPart => PayloadPartBuilder {
        /// JSON of the model family's own shape.
        bytes = "bytes": one(Blob);
    }
}

impl InvokeModelInput {
    /// A model and a body that is written as JSON.
    ///
    /// # Errors
    /// When the body cannot be JSON.
    pub fn json(model_id: impl Into<String>, body: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self {
            model_id: Some(model_id.into()),
            body: Some(serde_json::to_vec(body)?.into()),
            ..Self::default()
        })
    }
}

impl From<InvokeModelInput> for InvokeModelWithResponseStreamInput {
    /// The same request, streamed.
    fn from(input: InvokeModelInput) -> Self {
        Self {
            body: input.body,
            content_type: input.content_type,
            accept: input.accept,
            model_id: input.model_id,
            trace: input.trace,
            guardrail_identifier: input.guardrail_identifier,
            guardrail_version: input.guardrail_version,
            performance_config_latency: input.performance_config_latency,
            service_tier: input.service_tier,
            request_metadata: input.request_metadata,
        }
    }
}

/// What InvokeModel answers: the body as it came, and what the headers say.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct InvokeModelOutput {
    /// The answer, in the model family's own shape.
    pub body: Blob,
    /// `contentType`. Required.
    pub content_type: Option<String>,
    /// `performanceConfigLatency`.
    pub performance_config_latency: Option<PerformanceConfigLatency>,
    /// `serviceTier`.
    pub service_tier: Option<ServiceTierType>,
}

impl InvokeModelOutput {
    /// An answer with this body; the other members are set one by one.
    pub fn new(body: impl Into<Blob>) -> Self {
        Self { body: body.into(), ..Self::default() }
    }

    /// The body, read as JSON.
    ///
    /// # Errors
    /// When the body is not JSON of that shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(self.body.as_bytes())
    }

    /// The body as text.
    ///
    /// # Errors
    /// When the body is not UTF-8, as an image would not be.
    pub fn text(&self) -> Result<&str, std::str::Utf8Error> {
        std::str::from_utf8(self.body.as_bytes())
    }
}

impl PayloadPart {
    /// The chunk's bytes; empty when absent.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_ref().map(Blob::as_bytes).unwrap_or_default()
    }

    /// The chunk, read as JSON.
    ///
    /// # Errors
    /// When the chunk is not JSON of that shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(self.as_bytes())
    }
}
