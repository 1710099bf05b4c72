//! The signing key of one day, region and service, zeroed when it goes; it never keeps the secret it came from.

use super::encode::push_hex;
use super::hash::{Sha256, hmac};
use alloc::string::String;
use zeroize::Zeroizing;

/// A derived key. It signs for one day, region and service only.
#[derive(Clone)]
pub struct SigningKey(Zeroizing<[u8; 32]>);

impl SigningKey {
    /// Derives the key: four HMACs, the secret going into the first.
    pub fn derive(secret: &str, date: &str, region: &str, service: &str) -> Self {
        let first = Zeroizing::new(crate::text::joined(&["AWS4", secret]));
        let mut key = Zeroizing::new(hmac(first.as_bytes(), date.as_bytes()));
        for part in [region, service, "aws4_request"] {
            *key = hmac(key.as_slice(), part.as_bytes());
        }
        Self(key)
    }

    /// The signature of a string to sign, in hexadecimal.
    pub fn sign(&self, string_to_sign: &str) -> String {
        let mut out = String::with_capacity(64);
        push_hex(&mut out, &hmac(self.0.as_slice(), string_to_sign.as_bytes()));
        out
    }
}

impl core::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// Keeps the last derived key. Of the secret it keeps SHA-256, with the scope behind it, to see whether both are still
/// the same.
#[derive(Default)]
pub struct KeyCache(Option<Cached>);

impl core::fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(if self.0.is_some() { "KeyCache(one key)" } else { "KeyCache(empty)" })
    }
}

struct Cached {
    of: Zeroizing<[u8; 32]>,
    key: SigningKey,
}

impl KeyCache {
    /// An empty cache.
    pub const fn new() -> Self {
        Self(None)
    }

    /// The key for this secret and this scope (`date/region/service/aws4_request`).
    pub(super) fn key(&mut self, secret: &str, scope: &super::Scope<'_>, scope_text: &str) -> &SigningKey {
        let mut hash = Sha256::new();
        for part in [secret, "\0", scope_text] {
            hash.put(part.as_bytes());
        }
        let of = Zeroizing::new(hash.finish());
        if self.0.as_ref().is_some_and(|cached| cached.of != of) {
            self.0 = None;
        }
        &self.0.get_or_insert_with(|| Cached { key: scope.key(secret), of }).key
    }

    /// Forgets the key now.
    pub fn clear(&mut self) {
        self.0 = None;
    }
}
