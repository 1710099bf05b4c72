//! Credentials kept until shortly before they expire, fetched by one caller at a time; an expired set is never given out.

use super::{Credentials, ProvideCredentials};
use crate::failure::CredentialsError;
use crate::time::Timestamp;
use futures::lock::Mutex;
use std::sync::Arc;

/// Five minutes, in milliseconds: how long before their expiry credentials are renewed. AWS's SDKs use
/// the same.
const RENEW_BEFORE_MS: i64 = 300_000;

/// Wraps a provider.
#[derive(Debug)]
pub struct Cache {
    provider: Arc<dyn ProvideCredentials>,
    kept: Mutex<Option<Credentials>>,
}

impl Cache {
    /// An empty cache before `provider`.
    pub fn new(provider: Arc<dyn ProvideCredentials>) -> Self {
        Self { provider, kept: Mutex::new(None) }
    }

    /// Those kept, or new ones. Whoever comes while one caller fetches waits for what it gets.
    ///
    /// When renewal fails, those kept are used while they last.
    pub async fn get(&self, now: Timestamp) -> Result<Credentials, CredentialsError> {
        let mut kept = self.kept.lock().await;
        if let Some(fresh) = kept.as_ref().filter(|own| lasts(own, now.offset(RENEW_BEFORE_MS))) {
            return Ok(fresh.clone());
        }
        let fetched = self.provider.provide().await.and_then(|new| {
            if lasts(&new, now) {
                Ok(new)
            } else {
                Err(CredentialsError::new("the provider gave expired ones"))
            }
        });
        match (fetched, kept.as_ref().filter(|own| lasts(own, now))) {
            (Ok(new), _) => {
                *kept = Some(new.clone());
                Ok(new)
            }
            (Err(_), Some(old)) => Ok(old.clone()),
            (Err(error), None) => Err(error),
        }
    }
}

fn lasts(credentials: &Credentials, until: Timestamp) -> bool {
    credentials.expiration().is_none_or(|expiration| expiration > until)
}
