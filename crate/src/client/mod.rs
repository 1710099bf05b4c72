//! What most users open: a client for Bedrock Runtime, and one for Bedrock's control plane; they keep nothing but their settings, their quota, their clock's error and their credentials.

mod bedrock;
mod duplex;
mod settings;
mod signing;

pub use crate::call::Timeouts;
pub use bedrock::Bedrock;
#[cfg(feature = "types")]
pub(crate) use duplex::frame;
pub use settings::{CallOptions, ClientBuilder, Opens};

use crate::call::{Answer, Authority, Given, Hidden, Plan, Whole, call, whole};
use crate::credentials::{ApiKey, Asker, Cache, ProvideCredentials};
use crate::decide::StreamKind;
use crate::endpoint::Endpoint;
use crate::error::Invalid;
use crate::failure::{CredentialsError, Error, Metadata};
use crate::operation::{Body, Operation};
use crate::region::Region;
use crate::secret::Credentials;
use crate::service::Service;
use crate::signer::Signer;
use crate::sigv4::{Payload, Request};
use crate::stream::{EventStream, FromEvent};
use crate::time::Timestamp;
use crate::transport::{BoxFuture, HttpRequest, header};
use bytes::Bytes;
use std::sync::Arc;

/// A client. Cloning it is cheap and shares everything.
///
/// A call ends when its future is dropped, and a stream when it is dropped: then nothing of it is left,
/// neither at the service nor here.
#[derive(Clone, Debug)]
pub struct Client(Arc<Config>);

/// What a client is, and what `with` makes another of.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub service: Service,
    pub region: Region,
    given_endpoint: String,
    fips: bool,
    dual_stack: bool,
    pub identity: Identity,
    pub signer: Arc<dyn Signer>,
    pub plan: Plan,
}

/// What requests are authorised with.
#[derive(Clone, Debug)]
pub(crate) enum Identity {
    SigV4(Cache),
    ApiKey(ApiKey),
}

/// Headers that are not the caller's to set: HTTP's own, and those that authorise.
const RESERVED: [&str; 11] = [
    "authorization",
    "connection",
    "content-length",
    "expect",
    "host",
    "te",
    "transfer-encoding",
    "upgrade",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
];

impl Config {
    /// By service, region and the rest.
    fn choose_endpoint(&mut self) -> Result<(), Invalid> {
        let given = &self.given_endpoint;
        self.plan.endpoint = Endpoint::choose(self.service, &self.region, given, self.fips, self.dual_stack)?;
        Ok(())
    }

    /// The operation of that name, if it is this client's service's: others have no use here.
    fn operation(&self, name: &str) -> Result<Operation<'static>, Invalid> {
        Operation::named(name)
            .ok()
            .filter(|operation| operation.service == self.service)
            .ok_or_else(|| Invalid::value("UnknownOperation", "no such operation", name))
    }

    /// Puts single settings in place of those that are there.
    fn apply(&mut self, options: CallOptions) -> Result<(), Invalid> {
        if options.region.is_some() || options.endpoint.is_some() {
            if let Some(region) = options.region {
                self.region = Region::new(region)?;
            }
            self.given_endpoint =
                options.endpoint.unwrap_or_else(|| core::mem::take(&mut self.given_endpoint));
            self.choose_endpoint()?;
        }
        match (options.api_key, options.credentials) {
            (Some(key), _) => self.identity = Identity::ApiKey(key),
            (None, Some(cache)) => self.identity = Identity::SigV4(cache),
            (None, None) => {}
        }
        for (name, value) in options.headers {
            let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
            let visible =
                |text: &str| text.bytes().all(|b| (b' '..=b'~').contains(&b)) && text.trim_ascii() == text;
            if name.is_empty() || !name.bytes().all(is_name) || value.is_empty() || !visible(&value) {
                return Err(Invalid::new("InvalidInput", "a header is a name and a value of visible ASCII"));
            }
            if RESERVED.contains(&name.as_str()) {
                return Err(Invalid::value("InvalidInput", "this header is not the caller's to set", &name));
            }
            self.plan.headers.retain(|(own, _)| *own != name);
            self.plan.headers.push((name, value));
        }
        let plan = &mut self.plan;
        plan.max_attempts = options.max_attempts.map_or(plan.max_attempts, |attempts| attempts.max(1));
        plan.timeouts = options.timeouts.unwrap_or(plan.timeouts);
        if let Some(mode) = options.retry_mode {
            plan.pace = mode.pace();
        }
        plan.observer = options.observer.or(plan.observer.take());
        Ok(())
    }

    /// The headers that authorise a request to the service of that signing name.
    fn authorise_for(
        &self,
        service: &str,
        request: &HttpRequest,
        credentials: Option<&Credentials>,
        time: Timestamp,
    ) -> Result<Vec<(String, String)>, Invalid> {
        match (&self.identity, credentials) {
            (Identity::ApiKey(key), _) => {
                Ok(vec![("authorization".to_owned(), ["Bearer ", key.secret().expose()].concat())])
            }
            (Identity::SigV4(_), None) => Err(Invalid::malformed("there are no credentials to sign with")),
            (Identity::SigV4(_), Some(credentials)) => {
                let headers: Vec<(&str, &str)> =
                    request.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
                let payload = Payload::Bytes(&request.body);
                let request =
                    Request { method: request.method, url: &request.url, headers: &headers, payload };
                self.signer.sign(&request, credentials, &self.region, service, time)
            }
        }
    }
}

impl Authority for Config {
    fn credentials<'a>(&'a self, plan: &'a Plan) -> BoxFuture<'a, Result<Option<Given>, CredentialsError>> {
        Box::pin(async move {
            match &self.identity {
                Identity::ApiKey(_) => Ok(None),
                Identity::SigV4(cache) => {
                    let asker = Asker { transport: &plan.transport, observer: plan.observer.as_ref() };
                    cache.get(&asker).await.map(Some)
                }
            }
        })
    }

    fn authorise(
        &self,
        request: &HttpRequest,
        credentials: Option<&Credentials>,
        time: Timestamp,
    ) -> Result<Vec<(String, String)>, Invalid> {
        self.authorise_for(self.service.signing_name(), request, credentials, time)
    }

    fn hidden(&self, credentials: Option<&Credentials>) -> Hidden {
        match &self.identity {
            Identity::ApiKey(key) => Hidden::new([key.secret().clone()]),
            Identity::SigV4(_) => Hidden::new(credentials.and_then(Credentials::session_token).cloned()),
        }
    }

    fn may_renew(&self) -> bool {
        matches!(&self.identity, Identity::SigV4(cache) if !cache.is_fixed())
    }

    fn renew(&self, used: &Credentials) {
        if let Identity::SigV4(cache) = &self.identity {
            cache.invalidate(used);
        }
    }
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

    /// The settings, for what is built on the client within this crate.
    pub(crate) fn config(&self) -> &Config {
        &self.0
    }

    /// The same client with other settings, for one call or for some.
    ///
    /// ```
    /// # async fn f(bedrock: outcrop::Client) -> Result<(), outcrop::Error> {
    /// use outcrop::client::{CallOptions, Timeouts};
    /// use std::time::Duration;
    /// let hasty = CallOptions::new().timeouts(Timeouts::default().total(Duration::from_secs(20)));
    /// let answer = bedrock
    ///     .with(hasty)?
    ///     .send("Converse", &[("modelId", "amazon.nova-lite-v1:0")], r#"{"messages":[]}"#)
    ///     .await?;
    /// # drop(answer);
    /// # Ok(()) }
    /// ```
    #[cfg_attr(
        target_arch = "wasm32",
        expect(clippy::arc_with_non_send_sync, reason = "one type for a client on every target")
    )]
    pub fn with(&self, options: CallOptions) -> Result<Self, Error> {
        let mut config = (*self.0).clone();
        config.apply(options)?;
        Ok(Self(Arc::new(config)))
    }

    /// Calls an operation by name with a body of your own making.
    ///
    /// `members` are those of the input that travel in the path, in the query or as headers, by AWS's names, such
    /// as `("modelId", "amazon.nova-lite-v1:0")`. An operation without a body, such as GetAsyncInvoke, takes `""`.
    pub async fn send(
        &self,
        operation_name: &str,
        members: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<RawAnswer, Error> {
        let operation = self.0.operation(operation_name)?;
        match operation.output_body() {
            Body::Stream(_) => {
                return Err(Error::Invalid(Invalid::missing("this operation streams: use send_stream")));
            }
            Body::Bidirectional => {
                return Err(Error::Invalid(Invalid::missing(
                    "this operation streams both ways: use send_bidirectional",
                )));
            }
            _ => {}
        }
        let body = body.into();
        if operation.input_body() == Body::None && !body.is_empty() {
            return Err(Error::Invalid(Invalid::missing("this operation has no body: it must be empty")));
        }
        let plan = &self.0.plan;
        let read = |arrived| whole(plan, &operation, arrived);
        let Whole { headers, body, metadata } =
            call(plan, &*self.0, &operation, members, body, read).await?.read();
        Ok(RawAnswer { members: bound_members(&operation, &headers), body, metadata })
    }

    /// As `send`, for an operation that streams its answer. It returns with the first event: what fails
    /// before that is a failed attempt, and tried again if that may help.
    pub async fn send_stream<E: FromEvent>(
        &self,
        operation_name: &str,
        members: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<RawStream<E>, Error> {
        let operation = self.0.operation(operation_name)?;
        let Body::Stream(kind) = operation.output_body() else {
            return Err(Error::Invalid(Invalid::missing("this operation does not stream: use send")));
        };
        self.stream(operation, kind, members, body.into()).await
    }

    async fn stream<E: FromEvent>(
        &self,
        operation: Operation<'static>,
        kind: StreamKind,
        members: &[(&str, &str)],
        body: Bytes,
    ) -> Result<RawStream<E>, Error> {
        let plan = &self.0.plan;
        let answer = call(plan, &*self.0, &operation, members, body, |arrived| async move {
            let members = bound_members(&operation, &arrived.headers);
            EventStream::open(plan, arrived, kind).await.map(|events| (events, members))
        })
        .await?;
        let Answer { value: (events, members), total, beside, watch } = answer;
        let metadata = events.metadata().clone();
        let events = events.lasting(plan, total, beside, watch);
        Ok(RawStream { events, members, metadata })
    }
}

fn bound_members(
    operation: &Operation<'static>,
    headers: &[(String, String)],
) -> Vec<(&'static str, String)> {
    let bindings = operation.output_headers();
    bindings.filter_map(|(name, member)| Some((member, header(headers, name)?.to_owned()))).collect()
}
