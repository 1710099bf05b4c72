//! Frames against aws-smithy-eventstream: 100,000 random messages each way, and 20,000 spoiled frames.
//! Where the two judge otherwise, the kind of it stands in a table with its reason, and no other kind may occur.

use aws_smithy_types::event_stream::Message as SmithyMessage;
use outcrop::event_stream::{
    DecodeError, Decoder, Header, MAX_HEADERS_BYTES, MAX_PAYLOAD_BYTES, Value, encode,
};
use outcrop_oracles::frames::{same, smithy_read, smithy_write, to_smithy};
use outcrop_oracles::messages::message;
use outcrop_oracles::random::Random;
use outcrop_oracles::vectors::to_hex;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Messages in a run.
const RUN: usize = 100_000;
/// Spoiled frames in a run.
const SPOILED: usize = 20_000;

/// The first frame of the bytes, or our word for what is wrong.
fn read(bytes: &[u8], check: impl FnOnce(&outcrop::event_stream::Frame<'_>)) -> Result<(), String> {
    let mut decoder = Decoder::new();
    let mut input = bytes;
    match decoder.decode(&mut input) {
        Ok(Some(frame)) => {
            check(&frame);
            Ok(())
        }
        Ok(None) => Err("Incomplete".to_owned()),
        Err(error) => Err(error.name().to_owned()),
    }
}

fn on_every_core(count: usize, run: impl Fn(usize) + Sync) {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        let run = &run;
        for core in 0..cores {
            scope.spawn(move || (core..count).step_by(cores).for_each(run));
        }
    });
}

#[test]
fn random_messages_both_ways() {
    let started = std::time::Instant::now();
    let seed = Random::from_environment("messages against aws-smithy-eventstream").number();
    on_every_core(RUN, |index| {
        let parts = message(&mut Random::new(seed ^ (index as u64).wrapping_mul(0x9E37_79B9)));
        let headers = parts.headers();
        let theirs =
            SmithyMessage::new_from_parts(headers.iter().map(to_smithy).collect(), parts.payload.clone());

        let bytes = encode(&headers, &parts.payload).unwrap_or_else(|error| panic!("{error}: {parts:?}"));
        let their_bytes = smithy_write(&theirs).unwrap_or_else(|error| panic!("{error}: {parts:?}"));
        assert_eq!(bytes, their_bytes, "{parts:?}");

        assert_eq!(smithy_read(&bytes).as_ref(), Ok(&theirs), "{parts:?}");
        let answer = read(&their_bytes, |frame| {
            assert!(same(frame, &theirs), "{parts:?}");
            assert!(frame.headers().iter().eq(headers.iter().copied()), "{parts:?}");
            assert_eq!(frame.payload(), parts.payload);
        });
        assert_eq!(answer, Ok(()), "{parts:?}");
    });
    println!(
        "{RUN} messages each way between outcrop and aws-smithy-eventstream in {:.1} s",
        started.elapsed().as_secs_f64()
    );
}

/// CRC-32, one bit at a time: neither side's own.
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

/// Puts right checksums into a frame, as far as it has room for them.
fn mend(bytes: &mut [u8]) {
    if bytes.len() >= 12 {
        let crc = crc32(&bytes[..8]);
        bytes[8..12].copy_from_slice(&crc.to_be_bytes());
    }
    match bytes.split_last_chunk_mut::<4>() {
        Some((body, crc)) if body.len() >= 12 => *crc = crc32(body).to_be_bytes(),
        _ => {}
    }
}

/// A short message, so that what is spoiled is seldom its payload.
fn short(random: &mut Random) -> Vec<u8> {
    loop {
        let parts = message(random);
        let bytes = encode(&parts.headers(), &parts.payload[..parts.payload.len().min(20)]).expect("encodes");
        if bytes.len() < 400 {
            return bytes;
        }
    }
}

/// Where the headers of a frame begin: (length byte of the name, type byte), in the order of the wire.
fn header_places(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let headers = u32::from_be_bytes(bytes[4..8].try_into().expect("4 bytes")) as usize;
    let mut at = 12;
    while at < 12 + headers {
        let kind = at + 1 + usize::from(bytes[at]);
        places.push((at, kind));
        at = kind
            + 1
            + match bytes[kind] {
                0 | 1 => 0,
                2 => 1,
                3 => 2,
                4 => 4,
                5 | 8 => 8,
                9 => 16,
                _ => {
                    2 + usize::from(u16::from_be_bytes(
                        bytes[kind + 1..kind + 3].try_into().expect("2 bytes"),
                    ))
                }
            };
    }
    places
}

/// One to three changes, and mostly mended checksums: else nothing but checksums would be compared.
fn spoil(random: &mut Random) -> Vec<u8> {
    let mut bytes = short(random);
    let places = header_places(&bytes);
    for _ in 0..1 + random.below(3) {
        match random.below(10) {
            0 => {
                let at = random.below(8);
                if at < bytes.len() {
                    bytes[at] = random.number() as u8;
                }
            }
            // The lengths, by a little.
            1 => {
                let at = if random.one_in(2) { 3 } else { 7 };
                if at < bytes.len() {
                    bytes[at] = bytes[at].wrapping_add(random.below(7) as u8).wrapping_sub(3);
                }
            }
            2 if !places.is_empty() => {
                let (at, _) = places[random.below(places.len())];
                if at < bytes.len() {
                    bytes[at] =
                        *random.pick(&[0, 1, 255, bytes[at].wrapping_add(1), bytes[at].wrapping_sub(1)]);
                }
            }
            3 | 4 if !places.is_empty() => {
                let (_, at) = places[random.below(places.len())];
                if at < bytes.len() {
                    bytes[at] = random.below(12) as u8;
                }
            }
            // The bytes behind a type: the length of a text.
            5 if !places.is_empty() => {
                let at = places[random.below(places.len())].1 + 1 + random.below(2);
                if at < bytes.len() {
                    bytes[at] = random.number() as u8;
                }
            }
            // One name as another's.
            6 if places.len() > 1 => {
                let (from, to) = (places[0], places[1 + random.below(places.len() - 1)]);
                let (a, b) = (from.1 - from.0, to.1 - to.0);
                if a == b && to.1 < bytes.len() {
                    let name = bytes[from.0..from.1].to_vec();
                    bytes[to.0..to.1].copy_from_slice(&name);
                }
            }
            7 => {
                let length = random.below(bytes.len() + 1);
                bytes.truncate(length);
            }
            8 => {
                let more = random.below(20);
                bytes.extend(random.bytes(more));
            }
            _ => {
                let at = random.below(bytes.len().max(1));
                if at < bytes.len() {
                    bytes[at] ^= 1 << random.below(8);
                }
            }
        }
    }
    if bytes.len() >= 16 && random.one_in(2) {
        // The total length too, so that what comes after the prelude is looked at.
        let total = u32::try_from(bytes.len()).expect("short");
        bytes[..4].copy_from_slice(&total.to_be_bytes());
    }
    if !random.one_in(6) {
        mend(&mut bytes);
    }
    bytes
}

/// The word of smithy's error, without its numbers.
fn word(debug: &str) -> String {
    let inner = debug.strip_prefix("Error { kind: ").unwrap_or(debug);
    inner.chars().take_while(|c| c.is_alphanumeric()).collect()
}

/// Our verdict, those of smithy that may stand beside it, and why they are not one and the same.
///
/// Only two rows have a frame that one side takes and the other does not: we refuse it. There is no
/// row with a frame that we take and smithy refuses.
const VERDICTS: [(&str, &[&str], &str); 11] = [
    ("ok", &["ok"], "both read the same"),
    (
        "DuplicateHeader",
        &["ok", HEADER, NAME, VALUE, TYPE, UTF8],
        "two values for one name: refused by botocore and us, taken by smithy, which reads on",
    ),
    (
        "EmptyHeaderName",
        &["ok", HEADER, NAME, VALUE, TYPE, UTF8],
        "a name of no bytes: refused by us, taken by smithy, which reads on",
    ),
    ("Incomplete", &["InvalidMessageLength"], "the same: more bytes are wanted"),
    (
        "FrameTooShort",
        &["InvalidMessageLength", HEADER],
        "the same; smithy looks for a headers' length of 1 first",
    ),
    (
        "PreludeChecksumMismatch",
        &["PreludeChecksumMismatch", "InvalidMessageLength"],
        "smithy wants the whole frame before it looks at the prelude's checksum",
    ),
    ("InvalidHeadersLength", &[HEADER, "InvalidMessageLength"], "as above"),
    ("PayloadTooLong", &["InvalidMessageLength"], "smithy has no limit and waits for the promised bytes"),
    (
        "MessageChecksumMismatch",
        &["MessageChecksumMismatch", HEADER, NAME, VALUE, TYPE, UTF8],
        "smithy reads headers before it has checked the checksum",
    ),
    (
        "HeaderCutShort",
        &[HEADER, NAME, VALUE, TYPE, UTF8],
        "smithy reads on beyond the headers into the payload, and finds out afterwards",
    ),
    ("HeaderNotUtf8", &[UTF8], "the same"),
];
const HEADER: &str = "InvalidHeadersLength";
const NAME: &str = "InvalidHeaderNameLength";
const VALUE: &str = "InvalidHeaderValue";
const TYPE: &str = "InvalidHeaderValueType";
const UTF8: &str = "InvalidUtf8String";

fn is_listed(ours: &str, theirs: &str) -> bool {
    (ours, theirs) == ("UnknownHeaderType", TYPE)
        || VERDICTS.iter().any(|(own, others, _)| *own == ours && others.contains(&theirs))
}

#[test]
fn spoiled_frames_are_judged_alike_or_as_the_table_says() {
    let started = std::time::Instant::now();
    let seed = Random::from_environment("spoiled frames").number();
    let pairs: Mutex<BTreeMap<(String, String), usize>> = Mutex::default();
    on_every_core(SPOILED, |index| {
        let bytes = spoil(&mut Random::new(seed ^ (index as u64).wrapping_mul(0x9E37_79B9)));
        let theirs = smithy_read(&bytes);
        let ours = read(&bytes, |frame| {
            if let Ok(theirs) = &theirs {
                assert!(same(frame, theirs), "read otherwise: {}", to_hex(&bytes));
            }
        });
        let ours = ours.map_or_else(|error| error, |()| "ok".to_owned());
        let theirs = theirs.map_or_else(|error| word(&error), |_| "ok".to_owned());
        assert!(is_listed(&ours, &theirs), "we say {ours}, smithy says {theirs}: {}", to_hex(&bytes));
        *pairs.lock().expect("no panic while held").entry((ours, theirs)).or_insert(0) += 1;
    });
    let pairs = pairs.into_inner().expect("unlocked");
    // Every row must have been seen, or the frames are not spoiled well enough to mean anything.
    for (ours, ..) in VERDICTS {
        assert!(pairs.keys().any(|(own, _)| own == ours), "no frame was {ours}");
    }
    let of =
        |ours: &str, theirs: &str| pairs.get(&(ours.to_owned(), theirs.to_owned())).copied().unwrap_or(0);
    println!(
        "{SPOILED} spoiled frames in {:.1} s: {} read alike, {} refused by us alone ({} for a name twice, {} for an empty one), the rest refused by both",
        started.elapsed().as_secs_f64(),
        of("ok", "ok"),
        of("DuplicateHeader", "ok") + of("EmptyHeaderName", "ok"),
        of("DuplicateHeader", "ok"),
        of("EmptyHeaderName", "ok"),
    );
}

/// What `src/bin/hostile.rs` checks against is what DIFFERENCES.md shows.
#[test]
fn the_table_of_hostile_frames_is_the_one_that_is_checked() {
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/DIFFERENCES.md");
    let text = std::fs::read_to_string(place).expect("DIFFERENCES.md");
    let table = outcrop_oracles::classes::Classes::read().table();
    assert!(text.contains(&table), "`hostile --table` prints the table that is due:\n{table}");
}

/// Limits that we have and smithy has not, when reading.
#[test]
fn difference_limits() {
    let smithy_reads = |bytes: &[u8]| smithy_read(bytes).is_ok();
    let framed = |headers: &[u8], payload: usize| {
        let total = u32::try_from(16 + headers.len() + payload).expect("below 4 GiB");
        let mut bytes = total.to_be_bytes().to_vec();
        bytes.extend_from_slice(&u32::try_from(headers.len()).expect("below 4 GiB").to_be_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(headers);
        bytes.resize(bytes.len() + payload + 4, 0);
        mend(&mut bytes);
        bytes
    };
    // Names of two bytes, both ASCII.
    let many: Vec<u8> =
        (0..1025).flat_map(|number| [2, (number / 128) as u8, (number % 128) as u8, 0]).collect();
    let mut long = Vec::new();
    for name in [b'a', b'b', b'c'] {
        long.extend_from_slice(&[1, name, 6, 0xff, 0xff]);
        long.resize(long.len() + 65_535, 0);
    }
    assert!(long.len() > MAX_HEADERS_BYTES);
    for (bytes, wanted) in [
        (framed(&many, 0), DecodeError::TooManyHeaders),
        (framed(&long, 0), DecodeError::InvalidHeadersLength),
        (framed(&[], MAX_PAYLOAD_BYTES + 1), DecodeError::PayloadTooLong),
    ] {
        assert_eq!(read(&bytes, |_| ()), Err(wanted.name().to_owned()));
        assert!(smithy_reads(&bytes), "{}: no longer different", wanted.name());
    }
}

/// What only one of the two writes.
#[test]
fn difference_what_is_written() {
    let smithy_writes = |headers: &[Header<'_>]| {
        smithy_write(&SmithyMessage::new_from_parts(headers.iter().map(to_smithy).collect(), vec![])).is_ok()
    };
    let text = "x".repeat(65_535);
    let one = |name: &'static str, value| vec![Header { name, value }];
    for (headers, ours, theirs) in [
        // 32,767 bytes is smithy's own limit; the field holds 65,535, and smithy reads them.
        (one("a", Value::String(&text[..32_767])), true, true),
        (one("a", Value::String(&text[..32_768])), true, false),
        (one("a", Value::ByteArray(text.as_bytes())), true, false),
        (one("", Value::Bool(true)), false, true),
        ([one("a", Value::Bool(true)), one("a", Value::Bool(false))].concat(), false, true),
    ] {
        let written = encode(&headers, &[]);
        assert_eq!(
            (written.is_ok(), smithy_writes(&headers)),
            (ours, theirs),
            "{} bytes",
            headers[0].name.len()
        );
        if let Ok(bytes) = written {
            assert!(smithy_read(&bytes).is_ok());
        }
    }
}
