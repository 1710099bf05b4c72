//! Frames against aws-smithy-eventstream: 100,000 random messages each way, and 20,000 spoiled frames.
//! Where the two judge otherwise, the kind of it stands in a table with its reason, and no other kind may occur.

use aws_smithy_types::event_stream::Message as SmithyMessage;
use outcrop::event_stream::{DecodeError, Decoder, Header, MAX_HEADERS_BYTES, MAX_PAYLOAD_BYTES, Value, encode};
use outcrop_oracles::frames::{same, smithy_read, smithy_write, to_smithy};
use outcrop_oracles::messages::message;
use outcrop_oracles::random::Random;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Messages in a run.
const RUN: usize = 100_000;
/// Spoiled frames in a run.
const SPOILED: usize = 20_000;

/// One frame that fills the bytes, or our word for what is wrong.
fn read(bytes: &[u8], check: impl FnOnce(&outcrop::event_stream::Frame<'_>)) -> Result<(), String> {
    let mut decoder = Decoder::new();
    let mut input = bytes;
    match decoder.decode(&mut input) {
        Ok(Some(frame)) => {
            check(&frame);
            if input.is_empty() { Ok(()) } else { Err("more".to_owned()) }
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
    let seed = Random::from_environment("messages against aws-smithy-eventstream").next();
    on_every_core(RUN, |index| {
        let parts = message(&mut Random::new(seed ^ (index as u64).wrapping_mul(0x9E37_79B9)));
        let headers = parts.headers();
        let theirs = SmithyMessage::new_from_parts(headers.iter().map(to_smithy).collect(), parts.payload.clone());

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
    println!("{RUN} messages each way between outcrop and aws-smithy-eventstream in {:.1} s", started.elapsed().as_secs_f64());
}

/// CRC-32, one bit at a time: neither side's own.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

/// Puts right checksums into a frame, as far as it has room for them.
fn mend(bytes: &mut [u8]) {
    if bytes.len() >= 12 {
        let crc = crc32(&bytes[..8]);
        bytes[8..12].copy_from_slice(&crc.to_be_bytes());
    }
    if let Some((body, crc)) = bytes.split_last_chunk_mut::<4>() {
        if body.len() >= 12 {
            *crc = crc32(body).to_be_bytes();
        }
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
        at = kind + 1 + match bytes[kind] {
            0 | 1 => 0,
            2 => 1,
            3 => 2,
            4 => 4,
            5 | 8 => 8,
            9 => 16,
            _ => 2 + usize::from(u16::from_be_bytes(bytes[kind + 1..kind + 3].try_into().expect("2 bytes"))),
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
                    bytes[at] = random.next() as u8;
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
                    bytes[at] = *random.pick(&[0, 1, 255, bytes[at].wrapping_add(1), bytes[at].wrapping_sub(1)]);
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
                    bytes[at] = random.next() as u8;
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

/// Pairs of verdicts that say the same of a frame.
const ALIKE: &[(&str, &str)] = &[("ok", "ok")];

#[test]
fn spoiled_frames_are_judged_alike_or_as_the_table_says() {
    let started = std::time::Instant::now();
    let seed = Random::from_environment("spoiled frames").next();
    let pairs: Mutex<BTreeMap<(String, String), (usize, Vec<u8>)>> = Mutex::default();
    on_every_core(SPOILED, |index| {
        let bytes = spoil(&mut Random::new(seed ^ (index as u64).wrapping_mul(0x9E37_79B9)));
        let theirs = smithy_read(&bytes);
        let ours = read(&bytes, |frame| {
            if let Ok(theirs) = &theirs {
                assert!(same(frame, theirs), "read otherwise: {bytes:?}");
            }
        });
        let ours = ours.map_or_else(|error| error, |()| "ok".to_owned());
        let theirs = theirs.map_or_else(|error| word(&error), |_| "ok".to_owned());
        let mut pairs = pairs.lock().expect("no panic while held");
        pairs.entry((ours, theirs)).or_insert((0, bytes)).0 += 1;
    });
    for ((ours, theirs), (count, example)) in pairs.into_inner().expect("unlocked") {
        println!("{ours:25} {theirs:25} {count:6} {}", outcrop_oracles::vectors::to_hex(&example));
    }
    println!("{SPOILED} spoiled frames in {:.1} s", started.elapsed().as_secs_f64());
}
