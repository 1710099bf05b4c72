//! How a provider calls Cognito or STS: where, how often, how long, and through the same loop as Bedrock's calls; nothing is signed.

use crate::call::{Answer, Hidden, Plan, State, Timeouts, Unsigned, Whole, call, whole};
use crate::endpoint::Endpoint;
use crate::error::Invalid;
use crate::failure::{CredentialsError, Error};
use crate::observe::Observer;
use crate::operation::Operation;
use crate::region::Region;
use crate::secret::{Credentials, Secret, SecretBytes};
use crate::service::Service;
use crate::time::Timestamp;
use crate::transport::{Transport, header};
use bytes::Bytes;
use core::fmt;
use core::time::Duration;
use std::sync::Arc;

/// Ten seconds: these answers take no thinking.
const FIRST_BYTE: Duration = Duration::from_secs(10);

/// Four minutes, in milliseconds: a clock that is further off than this is told by an answer's `Date`, and
/// then the expiry is moved to the host's clock. (What is nearer may be the answer's way.)
const CLOCK_OFF_MS: i64 = 240_000;

/// Where and how a provider calls its service. What is not given is as the provider's documentation says.
#[derive(Clone, Default)]
pub struct ServiceConfig {
    region: Option<String>,
    endpoint: Option<String>,
    fips: bool,
    dual_stack: bool,
    max_attempts: Option<u32>,
    timeouts: Option<Timeouts>,
    transport: Option<Arc<dyn Transport>>,
    observer: Option<Arc<dyn Observer>>,
}

impl ServiceConfig {
    /// Nothing given.
    pub fn new() -> Self {
        Self::default()
    }

    /// The region.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// An endpoint of your own.
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

    /// How often a request is sent at most; 3 unless set.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts);
        self
    }

    /// Limits of time; ten seconds until an answer begins and ten of silence unless set.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = Some(timeouts);
        self
    }

    /// Another transport than the client's.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Is told what happens to these calls.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }
}

impl fmt::Debug for ServiceConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceConfig")
            .field("region", &self.region)
            .field("endpoint", &self.endpoint.as_deref().map(crate::url::shown))
            .field("max_attempts", &self.max_attempts)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

/// A service that gives credentials, ready to be called.
#[derive(Clone, Debug)]
pub(super) struct IdentityService {
    config: ServiceConfig,
    endpoint: Endpoint,
    state: Arc<State>,
}

impl IdentityService {
    /// In the configuration's region, or in `region`.
    pub fn new(service: Service, region: &str, config: &ServiceConfig) -> Result<Self, Invalid> {
        let region = Region::new(config.region.as_deref().unwrap_or(region))?;
        let given = config.endpoint.as_deref().unwrap_or_default();
        let endpoint = Endpoint::choose(service, &region, given, config.fips, config.dual_stack)?;
        Ok(Self { config: config.clone(), endpoint, state: Arc::new(State::new()) })
    }

    /// Calls it, as often as it takes. The body, with `tokens` in it, is wiped afterwards; no error tells them.
    pub async fn call(
        &self,
        transport: &Arc<dyn Transport>,
        operation: &str,
        body: String,
        tokens: impl IntoIterator<Item = Secret>,
    ) -> Result<Whole, Error> {
        let plan = Plan {
            transport: Arc::clone(self.config.transport.as_ref().unwrap_or(transport)),
            endpoint: self.endpoint.clone(),
            headers: Vec::new(),
            max_attempts: self.config.max_attempts.unwrap_or(3).max(1),
            timeouts: self
                .config
                .timeouts
                .unwrap_or_else(|| Timeouts::default().first_byte(FIRST_BYTE).idle(FIRST_BYTE)),
            pace: None,
            observer: self.config.observer.clone(),
            state: Arc::clone(&self.state),
        };
        let operation = Operation::named(operation)?;
        let body = Bytes::from_owner(SecretBytes::new(body));
        let authority = Unsigned(Hidden::new(tokens));
        call(&plan, &authority, &operation, &[], body, |arrived| whole(&plan, &operation, arrived))
            .await
            .map(Answer::read)
    }
}

/// A failed call as a provider tells of it. No error's words hold a secret.
pub(super) fn failed(operation: &str, error: &Error) -> CredentialsError {
    CredentialsError::new(format!("{operation}: {error}"))
}

/// An answer that can't be used.
pub(super) fn unreadable(operation: &str, what: &str) -> CredentialsError {
    CredentialsError::new(format!("{operation}: the answer can't be used: {what}"))
}

/// With the expiry by the host's clock, where the answer says that this is another than the service's.
pub(super) fn by_our_clock(
    given: Credentials,
    answer: &Whole,
    transport: &Arc<dyn Transport>,
) -> Credentials {
    let date = header(&answer.headers, "date").and_then(|text| Timestamp::from_http_date(text).ok());
    let (Some(date), Some(expiration)) = (date, given.expiration()) else { return given };
    let off = transport.now().as_unix_millis().saturating_sub(date.as_unix_millis());
    if off.saturating_abs() > CLOCK_OFF_MS { given.with_expiration(expiration.offset(off)) } else { given }
}
