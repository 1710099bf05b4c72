//! SHA-256 in pieces and HMAC (RFC 2104) over a block function; both wipe what they held of what they were given.
//!
//! The generic buffering of the `digest` crates would be 1 kB of the compressed wasm, and HMAC half of another.

#[cfg(target_arch = "wasm32")]
use super::block::compress;
use zeroize::{Zeroize, Zeroizing};

/// Bytes that the block function takes at a time.
const BLOCK_BYTES: usize = 64;

/// The square roots of the first eight primes (FIPS 180-4 section 5.3.3).
const START: [u32; 8] =
    [0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19];

/// What stands behind a text: a bit, then none (FIPS 180-4 section 5.1.1).
static PADDING: [u8; BLOCK_BYTES] = {
    let mut padding = [0; BLOCK_BYTES];
    let [first, ..] = &mut padding;
    *first = 0x80;
    padding
};

#[cfg(not(target_arch = "wasm32"))]
fn compress(state: &mut [u32; 8], block: &[u8; BLOCK_BYTES]) {
    sha2::block_api::compress256(state, core::slice::from_ref(block));
}

/// A hash that is not finished.
pub(super) struct Sha256 {
    state: [u32; 8],
    block: [u8; BLOCK_BYTES],
    /// Bytes in `block`, always fewer than it holds.
    filled: usize,
    /// Bytes so far.
    length: u64,
}

impl Sha256 {
    pub fn new() -> Self {
        Self { state: START, block: [0; BLOCK_BYTES], filled: 0, length: 0 }
    }

    /// One that is in that state after its first block.
    #[cfg(not(target_arch = "wasm32"))]
    fn behind_a_block(state: [u32; 8]) -> Self {
        Self { state, block: [0; BLOCK_BYTES], filled: 0, length: BLOCK_BYTES as u64 }
    }

    /// SHA-256 of `bytes`: many blocks in one call are a twelfth quicker than one by one.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn digest(bytes: &[u8]) -> [u8; 32] {
        <sha2::Sha256 as sha2::Digest>::digest(bytes).into()
    }

    /// SHA-256 of `bytes`.
    #[cfg(target_arch = "wasm32")]
    pub fn digest(bytes: &[u8]) -> [u8; 32] {
        let mut hash = Self::new();
        hash.put(bytes);
        hash.finish()
    }

    pub fn finish(&mut self) -> [u8; 32] {
        let bits = self.length.wrapping_mul(8);
        // The length stands in the last eight bytes of a block.
        let padding = (55_usize.wrapping_sub(self.filled) & 63).wrapping_add(1);
        self.put(PADDING.get(..padding).unwrap_or_default());
        self.put(&bits.to_be_bytes());
        let mut out = [0; 32];
        for (to, word) in out.chunks_exact_mut(4).zip(&self.state) {
            to.copy_from_slice(&word.to_be_bytes());
        }
        out
    }

    #[inline(never)]
    pub fn put(&mut self, bytes: &[u8]) {
        self.length = self.length.wrapping_add(bytes.len() as u64);
        let mut rest = bytes;
        loop {
            match rest.split_first_chunk() {
                // Whole blocks are read in place.
                Some((block, tail)) if self.filled == 0 => {
                    compress(&mut self.state, block);
                    rest = tail;
                }
                _ => {
                    let end = BLOCK_BYTES.min(self.filled.wrapping_add(rest.len()));
                    let Some(room) = self.block.get_mut(self.filled..end) else { return };
                    let (head, tail) = rest.split_at_checked(room.len()).unwrap_or_default();
                    room.copy_from_slice(head);
                    rest = tail;
                    self.filled = end;
                    if self.filled != BLOCK_BYTES {
                        return;
                    }
                    compress(&mut self.state, &self.block);
                    self.filled = 0;
                }
            }
        }
    }
}

impl Drop for Sha256 {
    #[inline(never)]
    fn drop(&mut self) {
        self.state.zeroize();
        self.block.zeroize();
    }
}

/// HMAC-SHA256 under a key of any length.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    Hmac::new(key).sign(message)
}

#[cfg(target_arch = "wasm32")]
pub(super) use hmac_small as hmac;

/// As `hmac`, in 100 bytes of wasm less.
#[cfg(any(test, target_arch = "wasm32"))]
pub(super) fn hmac_small(key: &[u8], message: &[u8]) -> [u8; 32] {
    let hashed;
    let key = if key.len() > BLOCK_BYTES {
        hashed = Zeroizing::new(Sha256::digest(key));
        hashed.as_slice()
    } else {
        key
    };
    let mut pad = Zeroizing::new([0x36; BLOCK_BYTES]);
    for (to, from) in pad.iter_mut().zip(key) {
        *to ^= from;
    }
    let mut inner = Sha256::new();
    inner.put(pad.as_slice());
    inner.put(message);
    for to in pad.iter_mut() {
        *to ^= 0x36 ^ 0x5C;
    }
    let mut outer = Sha256::new();
    outer.put(pad.as_slice());
    outer.put(&inner.finish());
    outer.finish()
}

/// HMAC-SHA256 under one key, which is not kept, but the two hashes' states behind its pads: a message costs two blocks
/// less.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone)]
pub(super) struct Hmac {
    inner: [u32; 8],
    outer: [u32; 8],
}

#[cfg(not(target_arch = "wasm32"))]
impl Hmac {
    pub fn new(key: &[u8]) -> Self {
        let hashed;
        let key = if key.len() > BLOCK_BYTES {
            hashed = Zeroizing::new(Sha256::digest(key));
            hashed.as_slice()
        } else {
            key
        };
        let mut pad = Zeroizing::new([0x36; BLOCK_BYTES]);
        for (to, from) in pad.iter_mut().zip(key) {
            *to ^= from;
        }
        let mut keyed = Self { inner: START, outer: START };
        compress(&mut keyed.inner, &pad);
        for to in pad.iter_mut() {
            *to ^= 0x36 ^ 0x5C;
        }
        compress(&mut keyed.outer, &pad);
        keyed
    }

    pub fn sign(&self, message: &[u8]) -> [u8; 32] {
        let mut inner = Sha256::behind_a_block(self.inner);
        inner.put(message);
        let mut outer = Sha256::behind_a_block(self.outer);
        outer.put(&inner.finish());
        outer.finish()
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Drop for Hmac {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::{KeyInit, Mac};
    use sha2::Digest;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Bytes without a pattern that a block could hide.
    fn bytes(length: usize) -> Vec<u8> {
        (0..length as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
    }

    #[test]
    fn every_length_and_every_cut_is_as_sha2_has_it() {
        // Under Miri, which is some thousand times slower, lengths around a block's end and few cuts.
        let (lengths, cuts) = if cfg!(miri) { (63..=65, 32) } else { (0..=300, 1) };
        for length in lengths {
            let text = bytes(length);
            let due: [u8; 32] = sha2::Sha256::digest(&text).into();
            assert_eq!(Sha256::digest(&text), due, "{length}");
            for cut in (0..=length).step_by(cuts) {
                let (head, tail) = text.split_at(cut);
                let mut hash = Sha256::new();
                hash.put(head);
                hash.put(tail);
                assert_eq!(hash.finish(), due, "{length} cut at {cut}");
            }
        }
        let long = bytes(if cfg!(miri) { 200 } else { 1 << 20 });
        for step in [1, 63, 64, 65, 1000, 1 << 20] {
            let mut hash = Sha256::new();
            long.chunks(step).for_each(|chunk| hash.put(chunk));
            assert_eq!(hash.finish(), <[u8; 32]>::from(sha2::Sha256::digest(&long)), "{step}");
        }
    }

    #[test]
    fn hmac_is_as_the_hmac_crate_has_it() {
        // One alone under Miri: a block takes it a tenth of a second.
        let messages = if cfg!(miri) { 1 } else { 11 };
        for key in (0..=200).step_by(if cfg!(miri) { 65 } else { 1 }).map(bytes) {
            for message in
                [64, 0, 1, 55, 56, 63, 65, 119, 120, 128, 1000].into_iter().take(messages).map(bytes)
            {
                let mut due = hmac::Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
                due.update(&message);
                let due: [u8; 32] = due.finalize().into_bytes().into();
                assert_eq!(hmac(&key, &message), due, "{} {}", key.len(), message.len());
                assert_eq!(hmac_small(&key, &message), due, "{} {}", key.len(), message.len());
            }
        }
    }

    #[test]
    fn hmac_is_as_rfc_4231_has_it() {
        let (a, b): (&[u8], &[u8]) = (b"Test Using Larger Than Block-Size Key - Hash Key First", &[0xDD; 50]);
        let long: &[u8] =
            b"This is a test using a larger than block-size key and a larger than block-size data. \
            The key needs to be hashed before being used by the HMAC algorithm.";
        let counted: Vec<u8> = (1..=25).collect();
        for (key, message, due) in [
            (
                &[0x0B; 20][..],
                &b"Hi There"[..],
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (&[0xAA; 20], b, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (&counted, &[0xCD; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
            (&[0xAA; 131], a, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
            (&[0xAA; 131], long, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
        ] {
            let told: String = hmac(key, message).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(told, due);
        }
    }
}
