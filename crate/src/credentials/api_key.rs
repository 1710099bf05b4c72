//! A Bedrock API key, sent as a bearer token; nothing is signed with it.

use crate::error::Invalid;
use crate::secret::Secret;

/// A Bedrock API key (`AWS_BEARER_TOKEN_BEDROCK`).
#[derive(Clone, Debug)]
pub struct ApiKey(Secret);

impl ApiKey {
    /// Checks that it can stand in a header.
    pub fn new(key: impl Into<Secret>) -> Result<Self, Invalid> {
        let key = key.into();
        if key.expose().is_empty() || !key.expose().bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Invalid::new("InvalidToken", "an API key is visible ASCII and not empty"));
        }
        Ok(Self(key))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }
}
