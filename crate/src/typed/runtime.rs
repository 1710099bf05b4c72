//! Bedrock Runtime's operations as methods; the one that streams both ways is not here.

use super::{Pages, Paginated, Response, body, json, outside, place};
use crate::client::{Client, RawAnswer, RawStream};
use crate::error::Invalid;
use crate::failure::Error;
use crate::stream::{EventStream, FromEvent};
use crate::transport::Transport;
use crate::types::{
    ApplyGuardrailInput, ApplyGuardrailOutput, AsyncInvokeSummary, BidirectionalOutputEvent, Blob,
    ConverseInput, ConverseOutput, ConverseStreamEvent, ConverseStreamInput, CountTokensInput,
    CountTokensOutput, GetAsyncInvokeInput, GetAsyncInvokeOutput, InvokeGuardrailChecksInput,
    InvokeGuardrailChecksOutput, InvokeModelInput, InvokeModelOutput, InvokeModelWithResponseStreamInput,
    ListAsyncInvokesInput, ListAsyncInvokesOutput, PayloadPart, PerformanceConfigLatency, ServiceTierType,
    StartAsyncInvokeInput, StartAsyncInvokeOutput,
};
use bytes::Bytes;

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

impl FromEvent for BidirectionalOutputEvent {
    fn from_event(event_type: &str, payload: &[u8]) -> Result<Self, String> {
        Self::from_event(event_type, payload).map_err(|error| place(&error))
    }
}

fn member(members: &[(&'static str, String)], wanted: &str) -> Option<String> {
    members.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.clone())
}

impl Client {
    /// Converse: a conversation in one shape for every model, answered whole.
    pub async fn converse(&self, input: ConverseInput) -> Result<Response<ConverseOutput>, Error> {
        json(self, "Converse", &input, body(&input)?).await
    }

    /// ConverseStream: as `converse`, answered as it is written.
    pub async fn converse_stream(
        &self,
        input: ConverseStreamInput,
    ) -> Result<Response<ConverseStreamOutput>, Error> {
        let body = body(&input)?;
        let RawStream { events, metadata, .. } =
            outside!(&input, members => self.send_stream("ConverseStream", &members, body).await)?;
        Ok(Response { output: ConverseStreamOutput { stream: events }, metadata })
    }

    /// InvokeModel: the model family's own body, answered whole.
    pub async fn invoke_model(&self, input: InvokeModelInput) -> Result<Response<InvokeModelOutput>, Error> {
        let sent = input.body.clone().unwrap_or_default().into_vec();
        let RawAnswer { body, members, metadata } =
            outside!(&input, members => self.send("InvokeModel", &members, sent).await)?;
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
        let operation = "InvokeModelWithResponseStream";
        let RawStream { events, members, metadata } =
            outside!(&input, members => self.send_stream(operation, &members, sent).await)?;
        let output = InvokeModelWithResponseStreamOutput {
            body: events,
            content_type: member(&members, "contentType"),
            performance_config_latency: member(&members, "performanceConfigLatency")
                .map(|text| text.as_str().into()),
            service_tier: member(&members, "serviceTier").map(|text| text.as_str().into()),
        };
        Ok(Response { output, metadata })
    }

    /// CountTokens: how many input tokens a request would cost, as the model counts them. It costs nothing.
    pub async fn count_tokens(&self, input: CountTokensInput) -> Result<Response<CountTokensOutput>, Error> {
        json(self, "CountTokens", &input, body(&input)?).await
    }

    /// ApplyGuardrail: a guardrail's judgement of content, without a model.
    pub async fn apply_guardrail(
        &self,
        input: ApplyGuardrailInput,
    ) -> Result<Response<ApplyGuardrailOutput>, Error> {
        json(self, "ApplyGuardrail", &input, body(&input)?).await
    }

    /// InvokeGuardrailChecks: single checks of messages, without a guardrail resource.
    pub async fn invoke_guardrail_checks(
        &self,
        input: InvokeGuardrailChecksInput,
    ) -> Result<Response<InvokeGuardrailChecksOutput>, Error> {
        json(self, "InvokeGuardrailChecks", &input, body(&input)?).await
    }

    /// StartAsyncInvoke: starts an invocation whose result goes to S3, and does not wait for it.
    ///
    /// Without a `client_request_token` a random one is sent, the same with every attempt of this call: an
    /// attempt whose answer was lost starts nothing twice. A transport without randomness can't make one, and
    /// then it is an error not to give it.
    pub async fn start_async_invoke(
        &self,
        mut input: StartAsyncInvokeInput,
    ) -> Result<Response<StartAsyncInvokeOutput>, Error> {
        if input.client_request_token.is_none() {
            input.client_request_token = Some(random_token(&*self.config().plan.transport)?);
        }
        json(self, "StartAsyncInvoke", &input, body(&input)?).await
    }

    /// GetAsyncInvoke: how far an invocation is.
    pub async fn get_async_invoke(
        &self,
        input: GetAsyncInvokeInput,
    ) -> Result<Response<GetAsyncInvokeOutput>, Error> {
        json(self, "GetAsyncInvoke", &input, Bytes::new()).await
    }

    /// ListAsyncInvokes: one page of this account's invocations in this region.
    pub async fn list_async_invokes(
        &self,
        input: ListAsyncInvokesInput,
    ) -> Result<Response<ListAsyncInvokesOutput>, Error> {
        json(self, "ListAsyncInvokes", &input, Bytes::new()).await
    }

    /// ListAsyncInvokes, page after page; `.items()` gives the invocations one by one.
    pub fn paginate_list_async_invokes(&self, input: ListAsyncInvokesInput) -> Pages<ListAsyncInvokesInput> {
        Pages::new(self.clone(), input)
    }
}

impl Paginated for ListAsyncInvokesInput {
    const OPERATION: &'static str = "ListAsyncInvokes";
    type Output = ListAsyncInvokesOutput;
    type Item = AsyncInvokeSummary;

    fn token_mut(&mut self) -> &mut Option<String> {
        &mut self.next_token
    }

    fn next_token(page: &ListAsyncInvokesOutput) -> Option<&str> {
        page.next_token()
    }

    fn items(page: ListAsyncInvokesOutput) -> Vec<AsyncInvokeSummary> {
        page.async_invoke_summaries.unwrap_or_default()
    }
}

/// A UUID of version 4 (RFC 9562), as AWS's clients send it.
fn random_token(transport: &dyn Transport) -> Result<String, Invalid> {
    let (Some(high), Some(low)) = (transport.random(), transport.random()) else {
        return Err(Invalid::missing(
            "clientRequestToken must be given: this transport has no randomness to make one of",
        ));
    };
    // Four bits say the version, two the variant.
    let low = low & (u64::MAX >> 2) | 1 << 63;
    Ok(format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48,
        low & 0xffff_ffff_ffff
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::NetworkError;
    use crate::time::Timestamp;
    use crate::transport::{BoxFuture, HttpRequest, HttpResponse};
    use core::time::Duration;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Its random bits, all the same, or none.
    #[derive(Debug)]
    struct Bits(Option<u64>);

    impl Transport for Bits {
        fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
            Box::pin(async { Err(NetworkError::new("not used")) })
        }

        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            Box::pin(async {})
        }

        fn now(&self) -> Timestamp {
            Timestamp::EPOCH
        }

        fn random(&self) -> Option<u64> {
            self.0
        }
    }

    #[test]
    fn tokens_are_uuids() {
        let token = |bits| random_token(&Bits(bits));
        assert_eq!(token(Some(0)).unwrap(), "00000000-0000-4000-8000-000000000000");
        assert_eq!(token(Some(u64::MAX)).unwrap(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(token(Some(0x0123_4567_89ab_cdef)).unwrap(), "01234567-89ab-4def-8123-456789abcdef");
        assert_eq!(token(None).unwrap_err().name(), "InvalidInput");
    }
}
