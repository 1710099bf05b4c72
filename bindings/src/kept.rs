//! The one thing that outlives a call: the signing key of the last signature. It keeps no secret, and nothing on the heap.

use core::cell::UnsafeCell;
use outcrop::sigv4::KeyCache;

/// Keys for whoever signs, one after the other.
pub struct Kept(UnsafeCell<KeyCache>);

// SAFETY: this module is built for one thread (without atomics), and its instances share no memory.
unsafe impl Sync for Kept {}

impl Kept {
    pub const fn new() -> Self {
        Self(UnsafeCell::new(KeyCache::new()))
    }

    /// Hands the keys to `sign`, which calls nothing that would ask for them again.
    pub fn lend<T>(&self, sign: impl FnOnce(&mut KeyCache) -> T) -> T {
        // SAFETY: one thread, one call at a time.
        sign(unsafe { &mut *self.0.get() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use outcrop::sigv4::{Payload, seal};

    #[test]
    fn the_keys_are_the_same_from_call_to_call() {
        static KEYS: Kept = Kept::new();
        let sign = |secret: &str| {
            let scope = b"20261130/us-east-1/bedrock/aws4_request";
            let seal =
                |keys: &mut KeyCache| seal(secret.as_bytes(), b"d", scope, b"c", Payload::Unsigned, keys);
            (KEYS.lend(seal), seal(&mut KeyCache::new()))
        };
        for secret in ["one", "one", "two", "one"] {
            let (kept, anew) = sign(secret);
            assert_eq!(kept, anew);
            assert_eq!(KEYS.lend(|keys| format!("{keys:?}")), "KeyCache(one key)");
        }
    }
}
