//! Credentials that are known already; they are never renewed.

use super::{Credentials, ProvideCredentials};
use crate::failure::CredentialsError;
use crate::transport::BoxFuture;

impl ProvideCredentials for Credentials {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        let own = self.clone();
        Box::pin(async move { Ok(own) })
    }
}
