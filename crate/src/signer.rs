//! Who signs a request: outcrop's own hand by default, another if the caller wants one; a signer sends nothing.

use crate::error::Invalid;
use crate::region::Region;
use crate::secret::Credentials;
use crate::sigv4::{KeyCache, Request, Scope, Settings, sign};
use crate::time::Timestamp;
use crate::transport::Shared;
use core::fmt;
use std::sync::{Mutex, PoisonError};

/// Signs requests in their headers.
pub trait Signer: fmt::Debug + Shared {
    /// The headers to add, `authorization` among them.
    fn sign(
        &self,
        request: &Request<'_>,
        credentials: &Credentials,
        region: &Region,
        service: &str,
        time: Timestamp,
    ) -> Result<Vec<(String, String)>, Invalid>;
}

/// The default: SigV4 by hand, with the derived key of the day kept.
#[derive(Debug, Default)]
pub struct SigV4Signer {
    keys: Mutex<KeyCache>,
}

impl Signer for SigV4Signer {
    fn sign(
        &self,
        request: &Request<'_>,
        credentials: &Credentials,
        region: &Region,
        service: &str,
        time: Timestamp,
    ) -> Result<Vec<(String, String)>, Invalid> {
        let scope = Scope::new(region, service, time);
        // A thread that panicked while it held the lock left at worst an old key, which is checked.
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let signed = sign(request, credentials, &scope, &Settings::default(), &mut keys)?;
        Ok(signed.headers().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}
