//! How a client is set up, for good or for single calls; it checks what it is given and opens nothing.

use super::{Config, Identity};
use crate::call::{Plan, State, Timeouts};
use crate::client::{Bedrock, Client};
use crate::credentials::{ApiKey, Cache, ProvideCredentials};
use crate::endpoint::Endpoint;
use crate::error::Invalid;
use crate::failure::Error;
use crate::flow::RetryMode;
use crate::observe::Observer;
use crate::region::Region;
use crate::service::Service;
use crate::signer::{SigV4Signer, Signer};
use crate::transport::Transport;
use core::fmt;
use core::marker::PhantomData;
use std::sync::Arc;

/// Settings of single calls, in place of the client's: `client.with(options)?.converse(input)`.
///
/// The client that `with` gives shares everything else: quota, clock, credentials, connections.
#[derive(Clone, Default)]
pub struct CallOptions {
    pub(super) region: Option<String>,
    pub(super) endpoint: Option<String>,
    pub(super) credentials: Option<Cache>,
    pub(super) api_key: Option<ApiKey>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) max_attempts: Option<u32>,
    pub(super) timeouts: Option<Timeouts>,
    pub(super) retry_mode: Option<RetryMode>,
    pub(super) observer: Option<Arc<dyn Observer>>,
}

/// Makes a client; only the region and one of credentials and API key must be given.
#[derive(Debug)]
pub struct ClientBuilder<C = Client> {
    own: CallOptions,
    fips: bool,
    dual_stack: bool,
    signer: Option<Arc<dyn Signer>>,
    transport: Option<Arc<dyn Transport>>,
    of: PhantomData<fn() -> C>,
}

/// A client that a [`ClientBuilder`] makes: [`Client`] or [`Bedrock`].
pub trait Opens: sealed::Sealed + Sized {
    /// Whose client it is.
    #[doc(hidden)]
    const SERVICE: Service;

    /// The client with these settings.
    #[doc(hidden)]
    fn open(client: Client) -> Self;
}

mod sealed {
    /// Only this crate has clients.
    pub trait Sealed {}
    impl Sealed for super::Client {}
    impl Sealed for super::Bedrock {}
}

impl Opens for Client {
    const SERVICE: Service = Service::BedrockRuntime;

    fn open(client: Client) -> Self {
        client
    }
}

impl Opens for Bedrock {
    const SERVICE: Service = Service::Bedrock;

    fn open(client: Client) -> Self {
        Self::of(client)
    }
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
            .field("endpoint", &self.endpoint.as_deref().map(crate::url::shown))
            .field("credentials", &self.credentials)
            .field("api_key", &self.api_key)
            .field("headers", &self.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("max_attempts", &self.max_attempts)
            .field("timeouts", &self.timeouts)
            .field("retry_mode", &self.retry_mode)
            .finish_non_exhaustive()
    }
}

impl<C> Default for ClientBuilder<C> {
    fn default() -> Self {
        Self {
            own: CallOptions::default(),
            fips: false,
            dual_stack: false,
            signer: None,
            transport: None,
            of: PhantomData,
        }
    }
}

impl<C: Opens> ClientBuilder<C> {
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
    pub fn build(self) -> Result<C, Error> {
        let missing = |message| Error::Invalid(Invalid::missing(message));
        let Self { mut own, fips, dual_stack, signer, transport, of: _ } = self;
        let service = C::SERVICE;
        let region = own.region.take().ok_or_else(|| missing("a region is needed, such as us-east-1"))?;
        let region = Region::new(region)?;
        let given_endpoint = own.endpoint.take().unwrap_or_default();
        let endpoint = Endpoint::choose(service, &region, &given_endpoint, fips, dual_stack)?;
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
        let mut config = Config { service, region, given_endpoint, fips, dual_stack, identity, signer, plan };
        config.apply(own)?;
        Ok(C::open(Client(Arc::new(config))))
    }
}
