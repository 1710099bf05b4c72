//! Providers of what a request is signed with, one a file; none looks around for credentials that it was not told of.
//!
//! A provider is built without a transport: it is handed the client's, and asks Cognito or STS with the
//! same loop that calls Bedrock (retries, limits of time), unsigned.

mod api_key;
mod cache;
mod callback;
mod chain;
mod cognito;
mod environment;
mod fixed;
mod service;
mod token;
mod web_identity;

pub use api_key::ApiKey;
pub(crate) use cache::Asker;
pub use cache::Cache;
pub use callback::{Callback, from_fn};
pub use chain::Chain;
pub use cognito::{CognitoIdentity, CognitoIdentityPool, CognitoOpenIdToken, IdentityCache};
pub use environment::Environment;
pub use service::ServiceConfig;
pub use token::{ProvideToken, TokenCallback, token_fn};
pub use web_identity::WebIdentity;

pub use crate::secret::{Credentials, Secret};

use crate::failure::CredentialsError;
use crate::transport::{BoxFuture, Shared, Transport};
use core::fmt;
use std::sync::Arc;

/// Gives credentials when asked. It is asked again when those that it gave are about to expire, by one
/// caller at a time.
pub trait ProvideCredentials: fmt::Debug + Shared {
    /// The credentials to sign with now. `transport` is the client's.
    fn provide<'a>(
        &'a self,
        transport: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>>;

    /// AWS says that these have expired: whoever keeps some drops them, if they are the ones.
    fn invalidate(&self, expired: &Credentials) {
        let _ = expired;
    }

    /// Whether it always gives the same: then it is of no use to ask again.
    fn is_fixed(&self) -> bool {
        false
    }

    /// The cache that this is already; a client puts one before anything else.
    fn as_cache(&self) -> Option<&Cache> {
        None
    }
}

impl<T: ProvideCredentials + ?Sized> ProvideCredentials for Arc<T> {
    fn provide<'a>(
        &'a self,
        transport: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        (**self).provide(transport)
    }

    fn invalidate(&self, expired: &Credentials) {
        (**self).invalidate(expired);
    }

    fn is_fixed(&self) -> bool {
        (**self).is_fixed()
    }

    fn as_cache(&self) -> Option<&Cache> {
        (**self).as_cache()
    }
}
