//! SHA-256's block function for wasm, small before all else: its constants are computed, not stored; it pads nothing.
//!
//! Source: FIPS 180-4, sections 4.1.2, 4.2.2 and 6.2.2. Natively sha2's is used, which knows the processor's own
//! instructions. Unrolled by four or by eight rounds it is larger by a tenth and a fifth, and no quicker in wasm.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// One for each round. They do not compress, and as data would be an eighth of a kilobyte more than what computes them.
/// Atomic, as a static that is written must be; whoever comes while another thread writes them writes the same.
static CONSTANTS: [AtomicU32; 64] = [const { AtomicU32::new(0) }; 64];

/// The first 32 bits behind the point of the cube roots of the first 64 primes.
#[inline(never)]
fn constants() {
    let (mut prime, mut root) = (1_u32, 1_f64);
    for place in &CONSTANTS {
        loop {
            prime = prime.wrapping_add(1);
            // The last of them is 311, so a number without a factor below 18 is prime.
            if (2..prime.min(18)).all(|factor| prime.checked_rem(factor) != Some(0)) {
                break;
            }
        }
        // Newton's steps from the root before it: the first takes all five, to 50 bits behind the point.
        for _ in 0..5 {
            root = (root + root + f64::from(prime) / (root * root)) / 3.0;
        }
        // 2^32
        place.store((root * 4_294_967_296.0) as u64 as u32, Relaxed);
    }
}

/// Takes one block in.
#[inline(never)]
pub(super) fn compress(state: &mut [u32; 8], block: &[u8; 64]) {
    // Written in order: when the last is there, all are.
    let [.., last] = &CONSTANTS;
    if last.load(Relaxed) == 0 {
        constants();
    }
    let mut schedule = [0_u32; 64];
    let mut rest = block.as_slice();
    for word in &mut schedule {
        let Some((bytes, tail)) = rest.split_first_chunk() else { break };
        *word = u32::from_be_bytes(*bytes);
        rest = tail;
    }
    let mut at = 0_usize;
    while let Some([a, b, _, _, _, _, _, _, _, c, _, _, _, _, d, _, to]) =
        schedule.get_mut(at..at.wrapping_add(17))
    {
        *to = a
            .wrapping_add(b.rotate_right(7) ^ b.rotate_right(18) ^ (*b >> 3))
            .wrapping_add(*c)
            .wrapping_add(d.rotate_right(17) ^ d.rotate_right(19) ^ (*d >> 10));
        at = at.wrapping_add(1);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (constant, word) in CONSTANTS.iter().zip(&schedule) {
        let one = h
            .wrapping_add(e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25))
            .wrapping_add(g ^ (e & (f ^ g)))
            .wrapping_add(constant.load(Relaxed))
            .wrapping_add(*word);
        let two = (a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22))
            .wrapping_add((a & b) | (c & (a | b)));
        (h, g, f, e) = (g, f, e, d.wrapping_add(one));
        (d, c, b, a) = (c, b, a, one.wrapping_add(two));
    }
    for (word, more) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn it_is_sha2s() {
        let mut block = [0_u8; 64];
        let (mut ours, mut due) = ([0_u32; 8], [0_u32; 8]);
        // Miri is some thousand times slower.
        for round in 0..if cfg!(miri) { 8 } else { 1000_u32 } {
            for (place, byte) in block.iter_mut().zip(0_u32..) {
                *place = (round.wrapping_mul(2_654_435_761).wrapping_add(byte * 40_503) >> 11) as u8;
            }
            compress(&mut ours, &block);
            sha2::block_api::compress256(&mut due, core::slice::from_ref(&block));
            assert_eq!(ours, due, "{round}");
        }
    }

    #[test]
    fn the_constants_are_the_standards() {
        constants();
        let told: Vec<u32> = CONSTANTS.iter().map(|constant| constant.load(Relaxed)).collect();
        assert_eq!(told[..4], [0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5]);
        assert_eq!(told[60..], [0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2]);
    }
}
