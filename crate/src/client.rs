//! What most users open: a client for Bedrock Runtime; it keeps nothing but its settings, its quota, its clock's error and its credentials.
//!
//! It is long because every setting stands here twice: for a client, and for single calls.

pub use crate::call::Timeouts;

use crate::call::{Answer, Authority, Given, Plan, State, Whole, call, whole};
use crate::credentials::{ApiKey, Asker, Cache, ProvideCredentials};
use crate::decide::StreamKind;
use crate::endpoint::Endpoint;
use crate::error::Invalid;
use crate::failure::{CredentialsError, Error, Metadata};
use crate::flow::RetryMode;
use crate::observe::Observer;
use crate::operation::{Body, Operation};
use crate::region::Region;
use crate::secret::Credentials;
use crate::service::Service;
use crate::signer::{SigV4Signer, Signer};
use crate::sigv4::{Payload, Request};
use crate::stream::{EventStream, FromEvent};
use crate::time::Timestamp;
use crate::transport::{BoxFuture, HttpRequest, Transport, header};
use bytes::Bytes;
use core::fmt;
use std::sync::Arc;

/// A client. Cloning it is cheap and shares everything.
///
/// A call ends when its future is dropped, and a stream when it is dropped: then nothing of it is left,
/// neither at the service nor here.
#[derive(Clone, Debug)]
pub struct Client(Arc<Config>);

/// What a client is, and what `with` makes another of.
#[derive(Clone, Debug)]
struct Config {
    region: Region,
    given_endpoint: String,
    fips: bool,
    dual_stack: bool,
    identity: Identity,
    signer: Arc<dyn Signer>,
    plan: Plan,
}

/// What requests are authorised with.
#[derive(Clone, Debug)]
enum Identity {
    SigV4(Cache),
    ApiKey(ApiKey),
}

/// Settings of single calls, in place of the client's: `client.with(options)?.converse(input)`.
///
/// The client that `with` gives shares everything else: quota, clock, credentials, connections.
#[derive(Clone, Default)]
pub struct CallOptions {
    region: Option<String>,
    endpoint: Option<String>,
    credentials: Option<Cache>,
    api_key: Option<ApiKey>,
    headers: Vec<(String, String)>,
    max_attempts: Option<u32>,
    timeouts: Option<Timeouts>,
    retry_mode: Option<RetryMode>,
    observer: Option<Arc<dyn Observer>>,
}

/// Makes a client; only the region and one of credentials and API key must be given.
#[derive(Debug, Default)]
pub struct ClientBuilder {
    own: CallOptions,
    fips: bool,
    dual_stack: bool,
    signer: Option<Arc<dyn Signer>>,
    transport: Option<Arc<dyn Transport>>,
}

/// The settings that a client and a single call both have.
macro_rules! settings {
    ($own:ident => $options:expr) => {
        /// Such as `us-east-1`: where the request goes, and what it is signed for.
        #[must_use]
        pub fn region(mut self, region: impl Into<String>) -> Self {
            let $own = &mut self;
            $options.region = Some(region.into());
            self
        }

        /// An endpoint of your own, with a base path if need be: a proxy, a test server.
        #[must_use]
        pub fn endpoint(mut self, url: impl Into<String>) -> Self {
            let $own = &mut self;
            $options.endpoint = Some(url.into());
            self
        }

        /// Credentials, or anything that gives them. A [`Cache`] is shared with others that have it; before
        /// anything else one is put.
        #[must_use]
        pub fn credentials(mut self, provider: impl ProvideCredentials + 'static) -> Self {
            let $own = &mut self;
            $options.credentials = Some(Cache::new(provider));
            self
        }

        /// A Bedrock API key; it is used instead of credentials.
        #[must_use]
        pub fn api_key(mut self, key: ApiKey) -> Self {
            let $own = &mut self;
            $options.api_key = Some(key);
            self
        }

        /// How often a request is sent at most; 3 unless set, as AWS's SDKs do. An attempt that corrects the
        /// clock or renews credentials is not counted.
        #[must_use]
        pub fn max_attempts(mut self, attempts: u32) -> Self {
            let $own = &mut self;
            $options.max_attempts = Some(attempts);
            self
        }

        /// Limits of time.
        #[must_use]
        pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
            let $own = &mut self;
            $options.timeouts = Some(timeouts);
            self
        }

        /// What paces attempts.
        #[must_use]
        pub fn retry_mode(mut self, mode: RetryMode) -> Self {
            let $own = &mut self;
            $options.retry_mode = Some(mode);
            self
        }

        /// Is told what happens to calls.
        #[must_use]
        pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
            let $own = &mut self;
            $options.observer = Some(Arc::new(observer));
            self
        }
    };
}

impl CallOptions {
    /// Nothing given: all as the client has it.
    pub fn new() -> Self {
        Self::default()
    }

    settings!(own => own);

    /// A header to send besides, signed like the others. Those that authorise, and those that are HTTP's
    /// own, are refused.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into().to_ascii_lowercase(), value.into()));
        self
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("region", &self.region)
            .field("endpoint", &self.endpoint)
            .field("credentials", &self.credentials)
            .field("api_key", &self.api_key)
            .field("headers", &self.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("max_attempts", &self.max_attempts)
            .field("timeouts", &self.timeouts)
            .field("retry_mode", &self.retry_mode)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    settings!(own => own.own);

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

    /// Another signer than outcrop's own.
    #[must_use]
    pub fn signer(mut self, signer: impl Signer + 'static) -> Self {
        self.signer = Some(Arc::new(signer));
        self
    }

    /// Another transport than the default one.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Checks all settings.
    #[cfg_attr(
        target_arch = "wasm32",
        expect(clippy::arc_with_non_send_sync, reason = "one type for a client on every target")
    )]
    pub fn build(self) -> Result<Client, Error> {
        let missing = |message| Error::Invalid(Invalid::missing(message));
        let Self { mut own, fips, dual_stack, signer, transport } = self;
        let region = own.region.take().ok_or_else(|| missing("a region is needed, such as us-east-1"))?;
        let region = Region::new(region)?;
        let given_endpoint = own.endpoint.take().unwrap_or_default();
        let endpoint = Endpoint::choose(SERVICE, &region, &given_endpoint, fips, dual_stack)?;
        let identity = match (own.api_key.take(), own.credentials.take()) {
            (Some(key), _) => Identity::ApiKey(key),
            (None, Some(cache)) => Identity::SigV4(cache),
            (None, None) => return Err(missing("credentials or an API key are needed")),
        };
        let transport = match transport {
            Some(transport) => transport,
            None => crate::transport::default().map_err(Error::Network)?,
        };
        let plan = Plan {
            transport,
            endpoint,
            headers: Vec::new(),
            max_attempts: 3,
            timeouts: Timeouts::default(),
            pace: None,
            observer: None,
            state: Arc::new(State::new()),
        };
        let signer = signer.unwrap_or_else(|| Arc::new(SigV4Signer::default()));
        let mut config = Config { region, given_endpoint, fips, dual_stack, identity, signer, plan };
        config.apply(own)?;
        Ok(Client(Arc::new(config)))
    }
}

/// Whose client this is.
const SERVICE: Service = Service::BedrockRuntime;

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
    /// Puts single settings in place of those that are there.
    fn apply(&mut self, options: CallOptions) -> Result<(), Invalid> {
        if options.region.is_some() || options.endpoint.is_some() {
            if let Some(region) = options.region {
                self.region = Region::new(region)?;
            }
            self.given_endpoint =
                options.endpoint.unwrap_or_else(|| core::mem::take(&mut self.given_endpoint));
            self.plan.endpoint =
                Endpoint::choose(SERVICE, &self.region, &self.given_endpoint, self.fips, self.dual_stack)?;
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
        match (&self.identity, credentials) {
            (Identity::ApiKey(key), _) => {
                Ok(vec![("authorization".to_owned(), ["Bearer ", key.expose()].concat())])
            }
            (Identity::SigV4(_), None) => Err(Invalid::malformed("there are no credentials to sign with")),
            (Identity::SigV4(_), Some(credentials)) => {
                let headers: Vec<(&str, &str)> =
                    request.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
                let payload = Payload::Bytes(&request.body);
                let request =
                    Request { method: request.method, url: &request.url, headers: &headers, payload };
                self.signer.sign(&request, credentials, &self.region, SERVICE.signing_name(), time)
            }
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
    /// `members` are those of the input that travel in the path or as headers, by AWS's names, such as
    /// `("modelId", "amazon.nova-lite-v1:0")`.
    pub async fn send(
        &self,
        operation_name: &str,
        members: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<RawAnswer, Error> {
        let operation = operation(operation_name)?;
        match operation.output_body() {
            Body::Stream(_) => {
                return Err(Error::Invalid(Invalid::missing("this operation streams: use send_stream")));
            }
            Body::Bidirectional => {
                return Err(Error::Invalid(Invalid::missing("this operation streams both ways")));
            }
            _ => {}
        }
        let plan = &self.0.plan;
        let read = |arrived| whole(plan, &operation, arrived);
        let Whole { headers, body, metadata } =
            call(plan, &*self.0, &operation, members, body.into(), read).await?.read();
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
        let operation = operation(operation_name)?;
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

/// Those of this client's service: the others have no signature and no use here.
fn operation(name: &str) -> Result<Operation<'static>, Invalid> {
    Operation::named(name)
        .ok()
        .filter(|operation| operation.service == SERVICE)
        .ok_or_else(|| Invalid::value("UnknownOperation", "no such operation", name))
}

fn bound_members(
    operation: &Operation<'static>,
    headers: &[(String, String)],
) -> Vec<(&'static str, String)> {
    let bindings = operation.output_headers();
    bindings.filter_map(|(name, member)| Some((member, header(headers, name)?.to_owned()))).collect()
}
