//! Providers in a row, the first that has some; it remembers nothing, and when all fail it says what each said.

use super::{Credentials, ProvideCredentials};
use crate::failure::CredentialsError;
use crate::transport::{BoxFuture, Transport};
use std::sync::Arc;

/// Asks one provider after another.
///
/// ```
/// use outcrop::credentials::{Chain, CognitoIdentityPool, Environment};
/// # fn f() -> Result<(), outcrop::error::Invalid> {
/// let provider = Chain::new(Environment::of_process())
///     .then(CognitoIdentityPool::new("us-east-1:00000000-0000-0000-0000-000000000000")?);
/// # drop(provider); Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Chain(Vec<Arc<dyn ProvideCredentials>>);

impl Chain {
    /// The first to ask.
    pub fn new(first: impl ProvideCredentials + 'static) -> Self {
        Self(vec![shared(first)])
    }

    /// Asked when none before it has any.
    #[must_use]
    pub fn then(mut self, next: impl ProvideCredentials + 'static) -> Self {
        self.0.push(shared(next));
        self
    }
}

fn shared(provider: impl ProvideCredentials + 'static) -> Arc<dyn ProvideCredentials> {
    Arc::new(provider)
}

impl ProvideCredentials for Chain {
    fn provide<'a>(
        &'a self,
        transport: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async move {
            let mut said: Vec<String> = Vec::new();
            for provider in &self.0 {
                match provider.provide(transport).await {
                    Ok(credentials) => return Ok(credentials),
                    Err(error) => said.push(error.message().to_owned()),
                }
            }
            Err(CredentialsError::new(said.join("; ")))
        })
    }

    fn invalidate(&self, expired: &Credentials) {
        for provider in &self.0 {
            provider.invalidate(expired);
        }
    }

    fn is_fixed(&self) -> bool {
        self.0.first().is_some_and(ProvideCredentials::is_fixed)
    }
}
