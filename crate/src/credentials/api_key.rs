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

    /// That of the environment variable `AWS_BEARER_TOKEN_BEDROCK`; an error where there is none.
    pub fn from_env() -> Result<Self, Invalid> {
        let name = "AWS_BEARER_TOKEN_BEDROCK";
        let missing = || Invalid::new("InvalidToken", &[name, " is not set"].concat());
        Self::new(std::env::var(name).map_err(|_| missing())?)
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}
