//! Tokens that say who the user is, known or fetched anew each time; what is in them is never looked at.

use super::Secret;
use crate::failure::CredentialsError;
use crate::transport::{BoxFuture, Shared, Transport};
use core::fmt;
use std::sync::Arc;

/// Gives a token when asked: at each renewal of credentials, since tokens expire too.
pub trait ProvideToken: fmt::Debug + Shared {
    /// The token to send now. `transport` is the client's.
    fn token<'a>(
        &'a self,
        transport: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Secret, CredentialsError>>;
}

impl ProvideToken for Secret {
    fn token<'a>(&'a self, _: &'a Arc<dyn Transport>) -> BoxFuture<'a, Result<Secret, CredentialsError>> {
        let own = self.clone();
        Box::pin(async move { Ok(own) })
    }
}

impl<T: ProvideToken + ?Sized> ProvideToken for Arc<T> {
    fn token<'a>(
        &'a self,
        transport: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Secret, CredentialsError>> {
        (**self).token(transport)
    }
}

/// Made by `token_fn`.
pub struct TokenCallback<F>(F);

impl<F> fmt::Debug for TokenCallback<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenCallback(…)")
    }
}

/// A token out of an async function.
///
/// ```
/// use outcrop::credentials::{Secret, token_fn};
/// let token = token_fn(|| Box::pin(async { Ok(Secret::from("eyJ…")) }));
/// # let _ = token;
/// ```
pub fn token_fn<F>(fetch: F) -> TokenCallback<F>
where
    F: Fn() -> BoxFuture<'static, Result<Secret, CredentialsError>> + Shared,
{
    TokenCallback(fetch)
}

impl<F> ProvideToken for TokenCallback<F>
where
    F: Fn() -> BoxFuture<'static, Result<Secret, CredentialsError>> + Shared,
{
    fn token<'a>(&'a self, _: &'a Arc<dyn Transport>) -> BoxFuture<'a, Result<Secret, CredentialsError>> {
        (self.0)()
    }
}
