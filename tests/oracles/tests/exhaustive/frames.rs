//! Preludes at every boundary, and every frame that differs from a good one in a few bits: which is refused, at which
//! byte, as what.

use super::{command, numbers_of_32_bits};
use outcrop::event_stream::{DecodeError, Decoder, Frame, Header, Value, encode};
use outcrop_oracles::tried::{Tried, all, on_every_core};

/// Bytes of a prelude.
const PRELUDE: usize = 12;

fn prelude(total: u32, headers: u32) -> [u8; PRELUDE] {
    let mut bytes = [0; PRELUDE];
    bytes[..4].copy_from_slice(&total.to_be_bytes());
    bytes[4..8].copy_from_slice(&headers.to_be_bytes());
    let crc = crc32fast::hash(&bytes[..8]);
    bytes[8..].copy_from_slice(&crc.to_be_bytes());
    bytes
}

/// What a prelude with a good checksum is worth, in whole numbers that nothing overflows: how many bytes are still
/// missing, or what is wrong. The limits are written out: 16 bytes around, 128 KiB of headers, 24 MiB of payload.
fn due(total: u32, headers: u32) -> Result<usize, DecodeError> {
    let (total, headers) = (i128::from(total), i128::from(headers));
    let payload = total - 16 - headers;
    if total - 16 < 0 {
        Err(DecodeError::FrameTooShort)
    } else if payload < 0 || headers > 131_072 {
        Err(DecodeError::InvalidHeadersLength)
    } else if payload > 25_165_824 {
        Err(DecodeError::PayloadTooLong)
    } else {
        Ok(usize::try_from(total - 12).expect("below 26 MiB"))
    }
}

fn told(bytes: &[u8]) -> Result<usize, DecodeError> {
    let mut input = bytes;
    match Frame::read(&mut input) {
        Ok(Ok(_)) => panic!("a frame in {} bytes", bytes.len()),
        Ok(Err(missing)) => Ok(missing),
        Err(error) => Err(error),
    }
}

fn check(total: u32, headers: u32) {
    assert_eq!(told(&prelude(total, headers)), due(total, headers), "total {total}, headers {headers}");
}

/// Lengths at which the verdict may change, and 20 on both sides of each.
fn lengths() -> Vec<u32> {
    const LIMITS: [u32; 12] = [
        0,
        12,
        16,
        131_072,
        131_072 + 16,
        25_165_824,
        25_165_824 + 16,
        25_165_824 + 131_072,
        25_165_824 + 131_072 + 16,
        i32::MAX as u32,
        u32::MAX - 16,
        u32::MAX,
    ];
    let around = |limit: &u32| limit.saturating_sub(20)..=limit.saturating_add(20);
    let mut all: Vec<u32> = LIMITS.iter().flat_map(around).chain(numbers_of_32_bits()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[test]
fn every_prelude_at_a_boundary() {
    let mut tried = Tried::new("exhaustive", command());
    let lengths = lengths();
    let pairs = on_every_core(lengths.len() as u64, |index| {
        lengths.iter().for_each(|headers| check(lengths[index as usize], *headers));
        lengths
            .iter()
            .for_each(|total| check(*total, total.wrapping_sub(lengths[index as usize].wrapping_add(16))));
        2 * lengths.len() as u64
    });
    // The first 65,536 of one against the boundaries of the other.
    let grid = on_every_core(1 << 16, |first| {
        let first = first as u32;
        lengths.iter().for_each(|second| check(first, *second));
        lengths.iter().for_each(|second| check(*second, first));
        2 * lengths.len() as u64
    });
    let note = "pairs of lengths, all within 20 of a limit or at a power of two; one below 65,536, the other of these";
    tried.row("preludes", "a model in 128 bits", pairs + grid, "preludes", note);
    if all() {
        // The verdict as a function of one length, the other fixed, over all that 32 bits hold.
        let fixed = [0, 1, 16, 17, 131_071, 131_072, 131_073, 25_165_840, 25_296_912, u32::MAX];
        let numbers = on_every_core(1 << 16, |high| {
            for low in 0..1 << 16 {
                let number = (high << 16 | low) as u32;
                check(number, fixed[(number % 10) as usize]);
                check(25_296_912, number);
            }
            2 << 16
        });
        let note = "every total of 32 bits with one of ten headers' lengths; every headers' length with the longest total";
        tried.row("preludes, all of one length", "a model in 128 bits", numbers, "preludes", note);
    }
    tried.write("preludes");
}

/// A small frame, and Bedrock's own commonest.
fn frames() -> Vec<Vec<u8>> {
    let header = |name, text| Header { name, value: Value::String(text) };
    let event = [
        header(":event-type", "contentBlockDelta"),
        header(":content-type", "application/json"),
        header(":message-type", "event"),
    ];
    let payload = br#"{"contentBlockIndex":0,"delta":{"text":" rock"},"p":"abcdefghijkl"}"#;
    let every_type = [
        Header { name: "a", value: Value::Bool(true) },
        Header { name: "b", value: Value::Byte(-1) },
        Header { name: "c", value: Value::Short(2) },
        Header { name: "d", value: Value::Integer(3) },
        Header { name: "e", value: Value::Long(4) },
        Header { name: "f", value: Value::ByteArray(&[5]) },
        Header { name: "g", value: Value::String("é") },
        Header { name: "h", value: Value::Timestamp(7) },
        Header { name: "i", value: Value::Uuid([8; 16]) },
    ];
    [(&[][..], &b""[..]), (&[], b"{}"), (&event, payload), (&every_type, b"x")]
        .map(|(headers, payload)| encode(headers, payload).expect("a frame"))
        .into()
}

fn flip(bytes: &mut [u8], bit: usize) {
    bytes[bit / 8] ^= 1 << (bit % 8);
}

/// A frame with some bits turned over is refused, and where one of them is in the prelude, by that and at byte 12:
/// CRC-32 notices any 4 bits within 371 bytes.
fn refused(bytes: &[u8], in_prelude: bool) {
    let told = Frame::read(&mut &*bytes).map(|frame| frame.map(|_| ()));
    if in_prelude {
        assert_eq!(told, Err(DecodeError::PreludeChecksumMismatch), "{bytes:02x?}");
        let mut decoder = Decoder::new();
        let first = decoder.decode(&mut &bytes[..PRELUDE]).map(|_| ());
        assert_eq!(first, Err(DecodeError::PreludeChecksumMismatch), "{bytes:02x?}");
    } else {
        assert_eq!(told, Err(DecodeError::MessageChecksumMismatch), "{bytes:02x?}");
    }
}

#[test]
fn every_frame_with_a_few_bits_turned_over() {
    let mut tried = Tried::new("exhaustive", command());
    for frame in frames() {
        let bits = frame.len() * 8;
        // Of the three or four bits one is given to each worker.
        let count = on_every_core(bits as u64, |first| {
            let (first, mut bytes) = (first as usize, frame.clone());
            let in_prelude = first < PRELUDE * 8;
            flip(&mut bytes, first);
            refused(&bytes, in_prelude);
            let mut count = 1;
            for second in first + 1..bits {
                flip(&mut bytes, second);
                refused(&bytes, in_prelude);
                count += 1;
                // A third in the small ones, a fourth in the smallest.
                if bits <= 144 || all() {
                    for third in second + 1..bits {
                        flip(&mut bytes, third);
                        refused(&bytes, in_prelude);
                        count += 1;
                        if bits <= 128 && all() {
                            for fourth in third + 1..bits {
                                flip(&mut bytes, fourth);
                                refused(&bytes, in_prelude);
                                flip(&mut bytes, fourth);
                                count += 1;
                            }
                        }
                        flip(&mut bytes, third);
                    }
                }
                flip(&mut bytes, second);
            }
            count
        });
        let note = if bits <= 128 && all() {
            "every 1 to 4 bits"
        } else if bits <= 144 || all() {
            "every 1 to 3 bits"
        } else {
            "every 1 or 2 bits"
        };
        let what = format!("a frame of {} bytes, bits turned over", frame.len());
        tried.row(&what, "", count, "frames", note);
    }
    // Every prelude of the boundaries with one or two of its 96 bits turned over.
    let lengths = lengths();
    let every = if all() { 1 } else { 37 };
    let count = on_every_core((lengths.len() * lengths.len() / every) as u64, |index| {
        let index = index as usize * every;
        let mut bytes = prelude(lengths[index / lengths.len()], lengths[index % lengths.len()]);
        let bad = Err(DecodeError::PreludeChecksumMismatch);
        for first in 0..96 {
            flip(&mut bytes, first);
            assert_eq!(told(&bytes), bad);
            for second in first + 1..96 {
                flip(&mut bytes, second);
                assert_eq!(told(&bytes), bad);
                flip(&mut bytes, second);
            }
            flip(&mut bytes, first);
        }
        96 + 96 * 95 / 2
    });
    tried.row("preludes, bits turned over", "", count, "preludes", "every 1 or 2 of 96 bits");
    tried.write("bits");
}
