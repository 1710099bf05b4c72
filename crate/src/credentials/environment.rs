//! Credentials out of environment variables, read anew each time; it reads the process's only when told to, and no files.

use super::{Credentials, ProvideCredentials, Secret};
use crate::failure::CredentialsError;
use crate::time::Timestamp;
use crate::transport::{BoxFuture, Shared, Transport};
use core::fmt;
use std::sync::Arc;

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, and if they are set `AWS_SESSION_TOKEN` and
/// `AWS_CREDENTIAL_EXPIRATION`.
pub struct Environment<F>(F);

impl Environment<fn(&str) -> Option<String>> {
    /// This process's variables.
    pub fn of_process() -> Self {
        Self(|name| std::env::var(name).ok())
    }
}

impl<F: Fn(&str) -> Option<String> + Shared> Environment<F> {
    /// Variables from elsewhere: an edge worker's bindings, a test.
    pub fn new(variable: F) -> Self {
        Self(variable)
    }

    fn read(&self) -> Result<Credentials, CredentialsError> {
        let get = |name: &str| (self.0)(name).filter(|value| !value.is_empty());
        let needed = |name: &str| {
            get(name).ok_or_else(|| CredentialsError::new(format!("the variable {name} is not set")))
        };
        let key = needed("AWS_ACCESS_KEY_ID")?;
        let secret = Secret::new(needed("AWS_SECRET_ACCESS_KEY")?);
        let wrong = |error: crate::error::Invalid| CredentialsError::new(error.message());
        let credentials =
            Credentials::new(key, secret, get("AWS_SESSION_TOKEN").map(Secret::new)).map_err(wrong)?;
        Ok(match get("AWS_CREDENTIAL_EXPIRATION") {
            Some(text) => credentials.with_expiration(Timestamp::from_iso_8601(&text).map_err(wrong)?),
            None => credentials,
        })
    }
}

impl<F: Fn(&str) -> Option<String> + Shared> ProvideCredentials for Environment<F> {
    fn provide<'a>(
        &'a self,
        _: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        let read = self.read();
        Box::pin(async move { read })
    }
}

impl<F> fmt::Debug for Environment<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment(…)")
    }
}
