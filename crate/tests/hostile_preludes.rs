//! Twelve hostile bytes: refused at the twelfth, and a buffer that grows with bytes received. It counts what is allocated.
//!
//! A test binary of its own with one test: the allocator counts for the whole process.

use outcrop::event_stream::{DecodeError, Decoder, MAX_HEADERS_BYTES, MAX_PAYLOAD_BYTES};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The system's allocator, counting bytes held now and the most at a time.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

fn grow(bytes: usize) {
    let held = HELD.fetch_add(bytes, Ordering::SeqCst) + bytes;
    MOST.fetch_max(held, Ordering::SeqCst);
}

// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: as the caller promised.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::SeqCst);
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Old and new may both be there for a moment.
        grow(size);
        // SAFETY: as the caller promised.
        let moved = unsafe { System.realloc(pointer, layout, size) };
        HELD.fetch_sub(layout.size(), Ordering::SeqCst);
        moved
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most bytes held at a time while `run` runs, above what was held before.
fn most_during<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let before = HELD.load(Ordering::SeqCst);
    MOST.store(before, Ordering::SeqCst);
    let answer = run();
    (answer, MOST.load(Ordering::SeqCst) - before)
}

/// CRC-32 one bit at a time, so that the crate's own builds nothing before it is measured.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 }
            },
        )
    })
}

fn prelude(total: u32, headers: u32) -> [u8; 12] {
    let mut out = [0; 12];
    out[..4].copy_from_slice(&total.to_be_bytes());
    out[4..8].copy_from_slice(&headers.to_be_bytes());
    let crc = crc32(&out[..8]);
    out[8..].copy_from_slice(&crc.to_be_bytes());
    out
}

/// Byte by byte; the error, and after how many bytes it came.
fn refused(bytes: &[u8]) -> Option<(DecodeError, usize)> {
    let mut decoder = Decoder::new();
    for (index, byte) in bytes.iter().enumerate() {
        let mut input = core::slice::from_ref(byte);
        if let Err(error) = decoder.decode(&mut input) {
            return Some((error, index + 1));
        }
    }
    None
}

/// What a decoder may hold to refuse a prelude, in bytes.
const LIMIT: usize = 4096;

#[test]
fn preludes_are_refused_at_byte_twelve_and_promises_allocate_nothing() {
    let (cold, cold_most) = most_during(|| refused(&[0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]));
    assert_eq!(cold, Some((DecodeError::PreludeChecksumMismatch, 12)));
    println!("the first prelude of a process: {cold_most} bytes allocated");
    assert!(cold_most <= LIMIT, "{cold_most} bytes");

    let most_payload = u32::try_from(MAX_PAYLOAD_BYTES).expect("below 4 GiB");
    let most_headers = u32::try_from(MAX_HEADERS_BYTES).expect("below 4 GiB");
    let mut done = 0_u64;
    let mut at_most = cold_most;
    for (total, headers, wanted) in [
        (u32::MAX, 0, DecodeError::PayloadTooLong),
        (u32::MAX, most_headers, DecodeError::PayloadTooLong),
        (u32::MAX, u32::MAX, DecodeError::InvalidHeadersLength),
        (0x8000_0000, 0, DecodeError::PayloadTooLong),
        (0x7fff_ffff, 0x7fff_ffef, DecodeError::InvalidHeadersLength),
        (most_payload + 17, 0, DecodeError::PayloadTooLong),
        (most_payload + 17 + most_headers, most_headers, DecodeError::PayloadTooLong),
        (most_headers + 17, most_headers + 1, DecodeError::InvalidHeadersLength),
        (16, 1, DecodeError::InvalidHeadersLength),
        (17, 2, DecodeError::InvalidHeadersLength),
        (16, u32::MAX, DecodeError::InvalidHeadersLength),
        (15, 0, DecodeError::FrameTooShort),
        (12, 0, DecodeError::FrameTooShort),
        (0, 0, DecodeError::FrameTooShort),
        (0, u32::MAX, DecodeError::FrameTooShort),
        (15, 15, DecodeError::FrameTooShort),
    ] {
        let bytes = prelude(total, headers);
        let (answer, most) = most_during(|| refused(&bytes));
        assert_eq!(answer, Some((wanted, 12)), "{total} {headers}");
        assert!(most <= LIMIT, "{total} {headers}: {most} bytes");
        at_most = at_most.max(most);
        // A wrong checksum, by one bit, is always found first.
        for bit in 0..96 {
            let mut spoiled = bytes;
            spoiled[bit / 8] ^= 1 << (bit % 8);
            let (answer, most) = most_during(|| refused(&spoiled));
            assert_eq!(
                answer,
                Some((DecodeError::PreludeChecksumMismatch, 12)),
                "{total} {headers} bit {bit}"
            );
            assert!(most <= LIMIT, "{most} bytes");
            at_most = at_most.max(most);
            done += 1;
        }
        done += 1;
    }
    println!(
        "{done} hostile preludes refused at byte 12 with at most {at_most} bytes allocated of {LIMIT} allowed"
    );

    // The largest promise that is allowed: what is held follows what was received, at most doubled.
    let bytes = prelude(most_payload + 16, 0);
    let mut decoder = Decoder::new();
    let before = HELD.load(Ordering::SeqCst);
    let chunk = [0_u8; 1000];
    let mut received = 0;
    for part in [bytes.as_slice()].into_iter().chain(core::iter::repeat_n(chunk.as_slice(), 2000)) {
        let ((), most) = most_during(|| {
            let mut input = part;
            assert!(decoder.decode(&mut input).expect("no error yet").is_none());
        });
        received += part.len();
        let held = HELD.load(Ordering::SeqCst) - before;
        // A Vec doubles; while it moves, old and new are both there.
        assert!(held <= 2 * received + 64, "{held} bytes held after {received} were received");
        assert!(most <= 2 * received + LIMIT, "{most} bytes at once after {received} were received");
    }
    assert_eq!(decoder.need(), MAX_PAYLOAD_BYTES + 16 - received);
    assert_eq!(decoder.finish().expect_err("cut short").pending, received);
    println!("a frame that promises 24 MiB: {received} bytes received, at most twice that held");
    #[cfg(not(target_arch = "wasm32"))]
    report(done, at_most);
}

/// A row for the table of what the code was put to.
#[cfg(not(target_arch = "wasm32"))]
fn report(preludes: u64, at_most: usize) {
    use std::path::PathBuf;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let now = i64::try_from(now.as_millis()).expect("before 9999");
    let date = outcrop::time::Timestamp::from_unix_millis(now).expect("before 9999").iso_8601();
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    let folder = std::env::var_os("OUTCROP_TRUST").map_or_else(|| target.join("trust"), PathBuf::from);
    std::fs::create_dir_all(&folder).expect("the folder of reports");
    let row = format!(
        r#"[{{"part":"preludes","what":"hostile preludes refused at byte 12, by the crate","against":"","count":{preludes},"unit":"preludes","findings":0,"seed":"","command":"cargo xtask test rust","seconds":0.0,"date":"{}","note":"at most {at_most} bytes allocated, by an allocator that counts; {LIMIT} are allowed"}}]"#,
        &date[..10]
    );
    std::fs::write(folder.join("preludes-rust.json"), row + "\n").expect("a report is written");
}
