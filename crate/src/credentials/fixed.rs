//! Credentials that are known already; they are never renewed.

use super::{Credentials, ProvideCredentials};
use crate::failure::CredentialsError;
use crate::transport::{BoxFuture, Transport};
use std::sync::Arc;

impl ProvideCredentials for Credentials {
    fn provide<'a>(
        &'a self,
        _: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        let own = self.clone();
        Box::pin(async move { Ok(own) })
    }

    fn is_fixed(&self) -> bool {
        true
    }
}
