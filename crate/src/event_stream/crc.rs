//! CRC-32 (ISO-HDLC, the one of gzip) sixteen bytes at a step, for wasm32; its tables are built at the first use.

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Atomic, as a static that is written must be; read as if they were not (each is one plain load).
type Table = [AtomicU32; 256];

/// 16 KiB of tables, nothing in the file: written when first needed, as data they would make the wasm larger by as
/// much, and they do not compress. Whoever comes while another thread writes them writes the same.
static TABLES: [Table; 16] = [const { [const { AtomicU32::new(0) }; 256] }; 16];
static WRITTEN: AtomicBool = AtomicBool::new(false);

/// The reflected polynomial of CRC-32/ISO-HDLC.
const POLYNOMIAL: u32 = 0xEDB8_8320;

/// The remainder of one byte.
fn remainder(byte: u32) -> u32 {
    (0..8).fold(byte, |value, _| if value & 1 == 1 { (value >> 1) ^ POLYNOMIAL } else { value >> 1 })
}

/// The tables, written.
#[inline(always)]
fn tables() -> &'static [Table; 16] {
    if !WRITTEN.load(Ordering::Acquire) {
        write();
    }
    &TABLES
}

#[cold]
#[inline(never)]
fn write() {
    for byte in 0..256 {
        let mut value = remainder(byte);
        for table in &TABLES {
            if let Some(entry) = table.get(byte as usize) {
                entry.store(value, Ordering::Relaxed);
            }
            value = (value >> 8) ^ remainder(value & 255);
        }
    }
    WRITTEN.store(true, Ordering::Release);
}

/// The entry for the low byte of `index`.
#[inline(always)]
#[expect(clippy::indexing_slicing, reason = "a value below 256 indexes an array of 256")]
fn lookup(table: &Table, index: u32) -> u32 {
    table[(index & 255) as usize].load(Ordering::Relaxed)
}

/// The CRC-32 of `bytes`.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let [t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15] = tables();
    let mut crc = u32::MAX;
    let mut rest = bytes;
    while let Some((block, tail)) = rest.split_first_chunk::<16>() {
        rest = tail;
        let [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15] = *block;
        let a = u32::from_le_bytes([b0, b1, b2, b3]) ^ crc;
        let b = u32::from_le_bytes([b4, b5, b6, b7]);
        let c = u32::from_le_bytes([b8, b9, b10, b11]);
        let d = u32::from_le_bytes([b12, b13, b14, b15]);
        crc = lookup(t15, a)
            ^ lookup(t14, a >> 8)
            ^ lookup(t13, a >> 16)
            ^ lookup(t12, a >> 24)
            ^ lookup(t11, b)
            ^ lookup(t10, b >> 8)
            ^ lookup(t9, b >> 16)
            ^ lookup(t8, b >> 24)
            ^ lookup(t7, c)
            ^ lookup(t6, c >> 8)
            ^ lookup(t5, c >> 16)
            ^ lookup(t4, c >> 24)
            ^ lookup(t3, d)
            ^ lookup(t2, d >> 8)
            ^ lookup(t1, d >> 16)
            ^ lookup(t0, d >> 24);
    }
    for &byte in rest {
        crc = (crc >> 8) ^ lookup(t0, crc ^ u32::from(byte));
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// One bit at a time, from the definition: the check that the tables are those of the polynomial.
    fn bitwise(bytes: &[u8]) -> u32 {
        let mut crc = u32::MAX;
        for &byte in bytes {
            crc ^= u32::from(byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 { (crc >> 1) ^ POLYNOMIAL } else { crc >> 1 };
            }
        }
        !crc
    }

    #[test]
    fn the_tables_hold_what_is_computed_without_them() {
        let [first, ..] = tables();
        for index in 0..256 {
            assert_eq!(lookup(first, index), remainder(index), "{index}");
        }
    }

    #[test]
    fn check_value_and_every_length() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        let bytes: Vec<u8> = (0..200_u32).map(|i| (i.wrapping_mul(167) >> 2) as u8).collect();
        // Under Miri, which is some thousand times slower, few of them.
        for length in (0..bytes.len()).step_by(if cfg!(miri) { 17 } else { 1 }) {
            assert_eq!(crc32(&bytes[..length]), bitwise(&bytes[..length]), "{length}");
            #[cfg(not(target_arch = "wasm32"))]
            assert_eq!(crc32fast::hash(&bytes[..length]), crc32(&bytes[..length]), "{length}");
        }
    }

    /// All there are of one and two bytes, and natively of three: 2^24 of them.
    #[test]
    fn every_text_of_a_few_bytes() {
        let few = |bytes: &[u8]| {
            #[cfg(not(target_arch = "wasm32"))]
            assert_eq!(crc32fast::hash(bytes), crc32(bytes), "{bytes:?}");
            #[cfg(target_arch = "wasm32")]
            assert_eq!(bitwise(bytes), crc32(bytes), "{bytes:?}");
        };
        // Neither Miri nor a browser has the time for all.
        let step = if cfg!(any(miri, target_arch = "wasm32")) { 65_521 } else { 1 };
        for number in (0..1_u32 << 24).step_by(step) {
            let [_, first, second, third] = number.to_be_bytes();
            few(&[first, second, third]);
            if third == 0 {
                few(&[first, second]);
                few(&[second]);
            }
        }
    }

    /// The checksum is affine, as each of its steps is if the tables are linear: the exclusive or of three texts of one
    /// length has that of their checksums. So two that agree on no bit and on each single one agree on every text of
    /// that length, and this is a proof for all of them, up to six steps and the rest.
    #[test]
    fn every_text_of_up_to_a_hundred_bytes_by_its_bits() {
        for table in tables().iter().step_by(if cfg!(miri) { 15 } else { 1 }) {
            assert_eq!(lookup(table, 0), 0);
            for (one, other) in (0..256).flat_map(|one| (0..8).map(move |bit| (one, 1 << bit))) {
                assert_eq!(lookup(table, one ^ other), lookup(table, one) ^ lookup(table, other));
            }
        }
        for length in (0..=100).step_by(if cfg!(miri) { 35 } else { 1 }) {
            let mut text = vec![0; length];
            assert_eq!(crc32(&text), bitwise(&text), "{length}");
            for bit in (0..length * 8).step_by(if cfg!(miri) { 97 } else { 1 }) {
                text[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(crc32(&text), bitwise(&text), "{length} {bit}");
                text[bit / 8] ^= 1 << (bit % 8);
            }
        }
    }
}
