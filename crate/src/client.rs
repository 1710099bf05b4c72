//! What most users open: a client for Bedrock Runtime; it keeps nothing but its settings, its quota and its credentials.

use crate::call::{Answer, Config, Identity, Quota, call, open, whole};
use crate::credentials::{ApiKey, Cache, ProvideCredentials};
use crate::decide::StreamKind;
use crate::endpoint::Endpoint;
use crate::error::Invalid;
use crate::failure::{Error, Metadata, NetworkError};
use crate::operation::{Body, Operation};
use crate::region::Region;
use crate::signer::{SigV4Signer, Signer};
use crate::stream::{EventStream, FromEvent};
use crate::transport::Transport;
use bytes::Bytes;
use std::sync::Arc;

/// A client. Cloning it is cheap and shares everything.
#[derive(Clone, Debug)]
pub struct Client(Arc<Config>);

/// Makes a client; only the region and one of credentials and API key must be given.
#[derive(Debug, Default)]
pub struct ClientBuilder {
    region: Option<String>,
    endpoint: Option<String>,
    fips: bool,
    dual_stack: bool,
    credentials: Option<Arc<dyn ProvideCredentials>>,
    api_key: Option<ApiKey>,
    signer: Option<Arc<dyn Signer>>,
    transport: Option<Arc<dyn Transport>>,
    max_attempts: Option<u32>,
}

impl ClientBuilder {
    /// Such as `us-east-1`: where the request goes, and what it is signed for.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// An endpoint of your own, with a base path if need be: a proxy, a test server.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// The FIPS 140 endpoint.
    #[must_use]
    pub fn use_fips_endpoint(mut self, yes: bool) -> Self {
        self.fips = yes;
        self
    }

    /// The endpoint that IPv6 reaches too.
    #[must_use]
    pub fn use_dualstack_endpoint(mut self, yes: bool) -> Self {
        self.dual_stack = yes;
        self
    }

    /// Credentials, or anything that gives them.
    #[must_use]
    pub fn credentials(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(Arc::new(provider));
        self
    }

    /// A Bedrock API key; it is used instead of credentials.
    #[must_use]
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.api_key = Some(key);
        self
    }

    /// Another signer than outcrop's own.
    #[must_use]
    pub fn signer(mut self, signer: impl Signer + 'static) -> Self {
        self.signer = Some(Arc::new(signer));
        self
    }

    /// Another transport than reqwest.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// How often a request is sent at most; 3 unless set, as AWS's SDKs do.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts);
        self
    }

    /// Checks all settings.
    #[cfg_attr(
        target_arch = "wasm32",
        expect(clippy::arc_with_non_send_sync, reason = "one type for a client on every target")
    )]
    pub fn build(self) -> Result<Client, Error> {
        let missing = |message| Error::Invalid(Invalid::missing(message));
        let region =
            Region::new(self.region.ok_or_else(|| missing("a region is needed, such as us-east-1"))?)?;
        let given = self.endpoint.as_deref().unwrap_or_default();
        let endpoint = Endpoint::choose(
            crate::service::Service::BedrockRuntime,
            &region,
            given,
            self.fips,
            self.dual_stack,
        )?;
        let identity = match (self.api_key, self.credentials) {
            (Some(key), _) => Identity::ApiKey(key),
            (None, Some(provider)) => Identity::SigV4(Cache::new(provider)),
            (None, None) => return Err(missing("credentials or an API key are needed")),
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport().map_err(Error::Network)?,
        };
        Ok(Client(Arc::new(Config {
            region,
            endpoint,
            identity,
            signer: self.signer.unwrap_or_else(|| Arc::new(SigV4Signer::default())),
            transport,
            max_attempts: self.max_attempts.unwrap_or(3).max(1),
            quota: Quota::new(),
        })))
    }
}

#[cfg(feature = "reqwest")]
fn default_transport() -> Result<Arc<dyn Transport>, NetworkError> {
    Ok(Arc::new(crate::transport::ReqwestTransport::new()?))
}

#[cfg(not(feature = "reqwest"))]
fn default_transport() -> Result<Arc<dyn Transport>, NetworkError> {
    Err(NetworkError::unsupported("without the feature reqwest a transport must be given"))
}

/// The answer of an operation that does not stream.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RawAnswer {
    /// The whole body.
    pub body: Bytes,
    /// Output members that travelled as headers: (member, value).
    pub members: Vec<(&'static str, String)>,
    /// What is known about the call.
    pub metadata: Metadata,
}

/// A streamed answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct RawStream<E> {
    /// Its events.
    pub events: EventStream<E>,
    /// Output members that travelled as headers: (member, value).
    pub members: Vec<(&'static str, String)>,
    /// What is known about the call.
    pub metadata: Metadata,
}

impl Client {
    /// Settings first.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Calls an operation by name with a body of your own making.
    ///
    /// `members` are those of the input that travel in the path or as headers, by AWS's names, such as
    /// `("modelId", "amazon.nova-lite-v1:0")`.
    pub async fn send(
        &self,
        operation_name: &str,
        members: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<RawAnswer, Error> {
        let operation = Operation::named(operation_name)?;
        if matches!(operation.output, Body::Stream(_)) {
            return Err(Error::Invalid(Invalid::missing("this operation streams: use send_stream")));
        }
        let answer = call(&self.0, operation, members, body.into(), whole).await?;
        let members = bound_members(operation.output_headers, &answer);
        Ok(RawAnswer { body: answer.body, members, metadata: answer.metadata })
    }

    /// As `send`, for an operation that streams its answer.
    pub async fn send_stream<E: FromEvent>(
        &self,
        operation_name: &str,
        members: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<RawStream<E>, Error> {
        let operation = Operation::named(operation_name)?;
        let Body::Stream(kind) = operation.output else {
            return Err(Error::Invalid(Invalid::missing("this operation does not stream: use send")));
        };
        self.stream(operation, kind, members, body.into()).await
    }

    async fn stream<E: FromEvent>(
        &self,
        operation: &'static Operation,
        kind: StreamKind,
        members: &[(&str, &str)],
        body: Bytes,
    ) -> Result<RawStream<E>, Error> {
        let answer = call(&self.0, operation, members, body, open).await?;
        let members = bound_members(operation.output_headers, &answer);
        let metadata = answer.metadata.clone();
        let events = EventStream::open(answer, kind).await?;
        Ok(RawStream { events, members, metadata })
    }
}

fn bound_members<B>(bindings: &[(&str, &'static str)], answer: &Answer<B>) -> Vec<(&'static str, String)> {
    bindings
        .iter()
        .filter_map(|(header, member)| Some((*member, answer.header(header)?.to_owned())))
        .collect()
}
