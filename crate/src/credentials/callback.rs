//! A function that fetches credentials; what it throws away or logs is its own affair.

use super::{Credentials, ProvideCredentials};
use crate::failure::CredentialsError;
use crate::transport::{BoxFuture, Shared, Transport};
use core::fmt;
use std::sync::Arc;

/// Made by `from_fn`.
pub struct Callback<F>(F);

impl<F> fmt::Debug for Callback<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback(…)")
    }
}

/// A provider out of an async function.
///
/// ```
/// use outcrop::credentials::{Credentials, from_fn};
/// let provider = from_fn(|| Box::pin(async {
///     Ok(Credentials::new("AKIDEXAMPLE", "secret", None).unwrap())
/// }));
/// # let _ = provider;
/// ```
pub fn from_fn<F>(fetch: F) -> Callback<F>
where
    F: Fn() -> BoxFuture<'static, Result<Credentials, CredentialsError>> + Shared,
{
    Callback(fetch)
}

impl<F> ProvideCredentials for Callback<F>
where
    F: Fn() -> BoxFuture<'static, Result<Credentials, CredentialsError>> + Shared,
{
    fn provide<'a>(
        &'a self,
        _: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        (self.0)()
    }
}
