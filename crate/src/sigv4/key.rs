//! The signing key of one day, region and service, zeroed when it goes; it never keeps the secret it came from.

use super::encode::push_hex;
#[cfg(not(target_arch = "wasm32"))]
use super::hash::Hmac;
use super::hash::{Sha256, hmac};
use alloc::string::String;
use zeroize::Zeroizing;

/// A derived key, ready to sign. It signs for one day, region and service only.
#[derive(Clone)]
pub struct SigningKey(
    #[cfg(not(target_arch = "wasm32"))] Hmac,
    #[cfg(target_arch = "wasm32")] Zeroizing<[u8; 32]>,
);

impl SigningKey {
    /// Derives the key: four HMACs, the secret going into the first.
    pub fn derive(secret: &str, date: &str, region: &str, service: &str) -> Self {
        let scope = [date, region, service, "aws4_request"];
        Self::of(secret.as_bytes(), scope.iter().map(|part| part.as_bytes()))
    }

    fn of<'a>(secret: &[u8], scope: impl Iterator<Item = &'a [u8]>) -> Self {
        let first = Zeroizing::new([b"AWS4", secret].concat());
        let mut key = Zeroizing::new([0; 32]);
        for (place, part) in scope.enumerate() {
            *key = hmac(if place == 0 { &first } else { key.as_slice() }, part);
        }
        #[cfg(not(target_arch = "wasm32"))]
        let key = Hmac::new(key.as_slice());
        Self(key)
    }

    /// HMAC of a text under this key.
    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn tag(&self, text: &[u8]) -> [u8; 32] {
        self.0.sign(text)
    }

    /// HMAC of a text under this key.
    #[cfg(target_arch = "wasm32")]
    pub(super) fn tag(&self, text: &[u8]) -> [u8; 32] {
        hmac(self.0.as_slice(), text)
    }

    /// The signature of a string to sign, in hexadecimal.
    pub fn sign(&self, string_to_sign: &str) -> String {
        let mut out = String::with_capacity(64);
        push_hex(&mut out, &self.tag(string_to_sign.as_bytes()));
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
    pub(super) fn of_scope(&mut self, secret: &[u8], scope: &[u8]) -> &SigningKey {
        let mut hash = Sha256::new();
        for part in [secret, b"\0", scope] {
            hash.put(part);
        }
        let of = Zeroizing::new(hash.finish());
        if self.0.as_ref().is_some_and(|cached| cached.of != of) {
            self.0 = None;
        }
        &self
            .0
            .get_or_insert_with(|| Cached {
                key: SigningKey::of(secret, scope.split(|byte| *byte == b'/')),
                of,
            })
            .key
    }

    /// Forgets the key now.
    pub fn clear(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_key_shows_nothing_of_itself() {
        let key = SigningKey::derive("secret", "20261130", "us-east-1", "bedrock");
        assert_eq!(format!("{key:?}"), "SigningKey(…)");
    }

    /// Kept is the last key, for as long as secret and scope are the same; what is derived anew is another.
    #[test]
    fn the_last_key_is_kept_and_no_other_is_given_out() {
        let mut keys = KeyCache::new();
        assert_eq!(format!("{keys:?}"), "KeyCache(empty)");
        let scopes = ["20261130/us-east-1/bedrock/aws4_request", "20261201/us-east-1/bedrock/aws4_request"];
        let derived = |secret: &str, scope: &str| {
            let parts: Vec<&str> = scope.split('/').collect();
            SigningKey::derive(secret, parts[0], parts[1], parts[2]).sign("text")
        };
        // Once under Miri: a block takes it a tenth of a second.
        for secret in ["secret", "other", "secret", "secret"].into_iter().take(if cfg!(miri) { 1 } else { 4 })
        {
            for scope in [scopes[0], scopes[0], scopes[1]] {
                let told = keys.of_scope(secret.as_bytes(), scope.as_bytes()).sign("text");
                assert_eq!(told, derived(secret, scope), "{secret} {scope}");
                assert_eq!(format!("{keys:?}"), "KeyCache(one key)");
            }
        }
        // What is kept is used: a wrong one in its place signs.
        let of = keys.0.as_ref().unwrap().of.clone();
        keys.0 = Some(Cached { of, key: SigningKey::derive("wrong", "a", "b", "c") });
        let told = keys.of_scope(b"secret", scopes[1].as_bytes()).sign("text");
        assert_eq!(told, SigningKey::derive("wrong", "a", "b", "c").sign("text"));
        keys.clear();
        assert_eq!(format!("{keys:?}"), "KeyCache(empty)");
        assert_eq!(keys.of_scope(b"secret", scopes[1].as_bytes()).sign("text"), derived("secret", scopes[1]));
    }
}
