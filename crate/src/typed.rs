//! The client's methods in the API's own shapes; a shape that this version does not know is kept, not refused.

use crate::client::{Client, RawAnswer, RawStream};
use crate::error::Invalid;
use crate::failure::{AnswerError, Error, Metadata};
use crate::stream::{EventStream, FromEvent};
use crate::types::{
    Blob, ConverseInput, ConverseOutput, ConverseStreamEvent, ConverseStreamInput, InvokeModelInput,
    InvokeModelOutput, InvokeModelWithResponseStreamInput, PayloadPart, PerformanceConfigLatency,
    ServiceTierType,
};
use core::ops::Deref;

/// An output and what is known about the call. It can be used as the output itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response<T> {
    /// What the operation answers.
    pub output: T,
    /// What is known about the call.
    pub metadata: Metadata,
}

impl<T> Deref for Response<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.output
    }
}

/// What ConverseStream answers.
#[derive(Debug)]
#[non_exhaustive]
pub struct ConverseStreamOutput {
    /// Its events.
    pub stream: EventStream<ConverseStreamEvent>,
}

/// What InvokeModelWithResponseStream answers.
#[derive(Debug)]
#[non_exhaustive]
pub struct InvokeModelWithResponseStreamOutput {
    /// Its chunks.
    pub body: EventStream<PayloadPart>,
    /// The type of what is in the chunks.
    pub content_type: Option<String>,
    /// The latency setting that was used.
    pub performance_config_latency: Option<PerformanceConfigLatency>,
    /// The service tier that was used.
    pub service_tier: Option<ServiceTierType>,
}

impl FromEvent for ConverseStreamEvent {
    fn from_event(event_type: &str, payload: &[u8]) -> Result<Self, String> {
        Self::from_event(event_type, payload).map_err(|error| place(&error))
    }

    fn stop_reason(&self) -> Option<&str> {
        self.stop_reason().map(crate::types::StopReason::as_str)
    }
}

/// A chunk. An event of another type, none of which is known, is a part without `bytes` and with its
/// members in `other`.
impl FromEvent for PayloadPart {
    fn from_event(_: &str, payload: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(payload).map_err(|error| place(&error))
    }
}

/// Where JSON went wrong. serde_json's own words may quote the content, which errors here never hold.
fn place(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "a value of another type",
        serde_json::error::Category::Eof => "it ends too early",
        _ => "no JSON",
    };
    format!("{what} at line {}, column {}", error.line(), error.column())
}

fn body(input: &impl serde::Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(input).map_err(|error| Error::Invalid(Invalid::unserialisable(&place(&error))))
}

/// The invoke operations' members that travel outside the body.
macro_rules! bound {
    ($input:expr) => {
        [
            ("modelId", $input.model_id.as_deref()),
            ("contentType", $input.content_type.as_deref()),
            ("accept", $input.accept.as_deref()),
            ("trace", $input.trace.as_ref().map(|own| own.as_str())),
            ("guardrailIdentifier", $input.guardrail_identifier.as_deref()),
            ("guardrailVersion", $input.guardrail_version.as_deref()),
            ("performanceConfigLatency", $input.performance_config_latency.as_ref().map(|own| own.as_str())),
            ("serviceTier", $input.service_tier.as_ref().map(|own| own.as_str())),
            ("requestMetadata", $input.request_metadata.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect::<Vec<(&str, &str)>>()
    };
}

fn member(members: &[(&'static str, String)], wanted: &str) -> Option<String> {
    members.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.clone())
}

impl Client {
    /// Converse: a conversation in one shape for every model, answered whole.
    pub async fn converse(&self, input: ConverseInput) -> Result<Response<ConverseOutput>, Error> {
        let model_id = input.model_id.as_deref().unwrap_or_default();
        let RawAnswer { body, metadata, .. } =
            self.send("Converse", &[("modelId", model_id)], body(&input)?).await?;
        match serde_json::from_slice(&body) {
            Ok(output) => Ok(Response { output, metadata }),
            Err(error) => Err(Error::Answer(AnswerError { message: place(&error), metadata })),
        }
    }

    /// ConverseStream: as `converse`, answered as it is written.
    pub async fn converse_stream(
        &self,
        input: ConverseStreamInput,
    ) -> Result<Response<ConverseStreamOutput>, Error> {
        let model_id = input.model_id.as_deref().unwrap_or_default();
        let RawStream { events, metadata, .. } =
            self.send_stream("ConverseStream", &[("modelId", model_id)], body(&input)?).await?;
        Ok(Response { output: ConverseStreamOutput { stream: events }, metadata })
    }

    /// InvokeModel: the model family's own body, answered whole.
    pub async fn invoke_model(&self, input: InvokeModelInput) -> Result<Response<InvokeModelOutput>, Error> {
        let sent = input.body.clone().unwrap_or_default().into_vec();
        let RawAnswer { body, members, metadata } = self.send("InvokeModel", &bound!(input), sent).await?;
        let mut output = InvokeModelOutput::new(Blob::new(body));
        output.content_type = member(&members, "contentType");
        output.performance_config_latency =
            member(&members, "performanceConfigLatency").map(|text| text.as_str().into());
        output.service_tier = member(&members, "serviceTier").map(|text| text.as_str().into());
        Ok(Response { output, metadata })
    }

    /// InvokeModelWithResponseStream: as `invoke_model`, answered as it is written.
    pub async fn invoke_model_with_response_stream(
        &self,
        input: InvokeModelWithResponseStreamInput,
    ) -> Result<Response<InvokeModelWithResponseStreamOutput>, Error> {
        let sent = input.body.clone().unwrap_or_default().into_vec();
        let RawStream { events, members, metadata } =
            self.send_stream("InvokeModelWithResponseStream", &bound!(input), sent).await?;
        let output = InvokeModelWithResponseStreamOutput {
            body: events,
            content_type: member(&members, "contentType"),
            performance_config_latency: member(&members, "performanceConfigLatency")
                .map(|text| text.as_str().into()),
            service_tier: member(&members, "serviceTier").map(|text| text.as_str().into()),
        };
        Ok(Response { output, metadata })
    }
}
