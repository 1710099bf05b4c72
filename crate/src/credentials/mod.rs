//! Providers of what a request is signed with, one a file; none looks around for credentials that it was not told of.

mod api_key;
mod cache;
mod callback;
mod fixed;

pub use api_key::ApiKey;
pub use cache::Cache;
pub use callback::{Callback, from_fn};

pub use crate::secret::{Credentials, Secret};

use crate::failure::CredentialsError;
use crate::transport::{BoxFuture, Shared};
use core::fmt;
use std::sync::Arc;

/// Gives credentials when asked. It is asked again when those that it gave are about to expire, by one
/// caller at a time.
pub trait ProvideCredentials: fmt::Debug + Shared {
    /// The credentials to sign with now.
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>>;
}

impl<T: ProvideCredentials + ?Sized> ProvideCredentials for Arc<T> {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        (**self).provide()
    }
}
