//! Hostile frames: both checksums are right, and everything else may be wrong. It builds a message that a service could
//! send and spoils it where a decoder has to decide: lengths, types, names, texts, what the message says it is. The same
//! seed and number give the same frame on every machine; what is right about one is not said here.

use crate::random::Random;

/// Names that mean something to a language, to the protocol, or to somebody who compares too loosely.
const NAMES: [&str; 22] = [
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "then",
    "0",
    "4294967295",
    "-0",
    ":message-type",
    ":Message-Type",
    ":event-type",
    "\u{feff}:event-type",
    ":exception-type",
    ":error-code",
    ":error-message",
    ":content-type",
    " ",
    "a\0b",
    "é",
    "e\u{301}",
    "名前",
    "🦀",
];
/// Bytes that are no UTF-8: alone, too long for what they are, half of a pair, above the last character, cut short.
const NO_UTF8: [&[u8]; 8] = [
    b"\xff",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xe2\x82",
    b"\x80",
    b"event\xff",
    b":message-type\xc3",
];
const WORDS: [&str; 14] = [
    "event",
    "exception",
    "error",
    "Event",
    "event ",
    "events",
    "",
    "initial-response",
    "__proto__",
    "event\0",
    "\u{feff}event",
    "metadata",
    "throttlingException",
    "éclair",
];
const PAYLOADS: [&[u8]; 12] = [
    b"",
    b"{}",
    b"{\"message\":\"no\"}",
    b"{\"message\":{\"toString\":1}}",
    b"null",
    b"{\"contentBlockIndex\":0,\"delta\":{\"text\":\"a\"}}",
    b"{\"contentBlockIndex\":0,\"delta\":{\"text\":\"a\"},\"p\":\"abc\"}",
    b"{\"__proto__\":{\"a\":1}}",
    b"{",
    b"[]",
    b"\xff\xfe",
    b"{}{}",
];

/// A header as it will stand in the frame, right or wrong.
#[derive(Clone)]
struct Raw {
    /// What the length byte says of the name, where that is not its length.
    says: Option<u8>,
    name: Vec<u8>,
    kind: u8,
    /// All that follows the type byte: the length of a text too.
    value: Vec<u8>,
}

impl Raw {
    fn text(name: &str, value: &[u8]) -> Self {
        Self { says: None, name: name.into(), kind: 7, value: sized(value) }
    }

    fn random(random: &mut Random) -> Self {
        let kind = random.below(10) as u8;
        let name = match random.below(3) {
            0 => (*random.pick(&NAMES)).into(),
            1 => format!("x{}", random.below(4)).into_bytes(),
            _ => b"n".repeat([1, 2, 3, 254, 255][random.below(5)]),
        };
        Self { says: None, name, kind, value: value(random, kind) }
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.says.unwrap_or(self.name.len() as u8));
        out.extend_from_slice(&self.name);
        out.push(self.kind);
        out.extend_from_slice(&self.value);
    }
}

/// With its length before it, as far as two bytes hold it.
fn sized(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat()
}

/// A value of a type, at its edges more often than not.
fn value(random: &mut Random, kind: u8) -> Vec<u8> {
    // 8.64e15 ms is the last time that JavaScript's Date holds.
    const EDGES: [i64; 10] =
        [0, 1, -1, i64::MAX, i64::MIN, 1 << 53, 8_640_000_000_000_000, 8_640_000_000_000_001, -1_000, 256];
    let number = if random.one_in(3) { random.number() as i64 } else { *random.pick(&EDGES) };
    match kind {
        0 | 1 => Vec::new(),
        2 => vec![number as u8],
        3 => (number as i16).to_be_bytes().into(),
        4 => (number as i32).to_be_bytes().into(),
        5 | 8 => number.to_be_bytes().into(),
        6 => {
            let length = random.below(20);
            sized(&random.bytes(length))
        }
        7 => sized(random.pick(&WORDS).as_bytes()),
        _ => random.bytes(16),
    }
}

/// What a service could have sent.
fn good(random: &mut Random) -> Vec<Raw> {
    let mut headers = match random.below(10) {
        0..6 => vec![
            Raw::text(":event-type", [&b"contentBlockDelta"[..], b"messageStop", b"chunk"][random.below(3)]),
            Raw::text(":content-type", b"application/json"),
            Raw::text(":message-type", b"event"),
        ],
        6 | 7 => vec![
            Raw::text(":exception-type", b"throttlingException"),
            Raw::text(":content-type", b"application/json"),
            Raw::text(":message-type", b"exception"),
        ],
        8 => vec![
            Raw::text(":error-code", b"InternalFailure"),
            Raw::text(":error-message", "é".as_bytes()),
            Raw::text(":message-type", b"error"),
        ],
        _ => Vec::new(),
    };
    if random.one_in(2) {
        headers.extend((0..1 + random.below(3)).map(|_| Raw::random(random)));
    }
    headers
}

/// A change to one header, or to which there are.
fn spoil(random: &mut Random, headers: &mut Vec<Raw>) {
    if headers.is_empty() {
        headers.push(Raw::random(random));
    }
    let at = random.below(headers.len());
    // A cut at the end runs into the payload, one before it into the next header.
    let end = if random.one_in(2) { headers.len() - 1 } else { at };
    match random.below(20) {
        0 => headers[at].name = (*random.pick(&NAMES)).into(),
        1 => headers[at].name.clear(),
        2 => {
            let mut second = headers[at].clone();
            if random.one_in(2) {
                second = Raw { name: second.name, ..Raw::random(random) };
            }
            headers.push(second);
        }
        3 => headers[at].name = random.pick::<&[u8]>(&NO_UTF8).to_vec(),
        4 | 5 => {
            let length = headers[end].name.len() as u8;
            let near = length.wrapping_add(random.below(7) as u8).wrapping_sub(3);
            let any = random.number() as u8;
            headers[end].says = Some(*random.pick(&[0, 1, 255, near, near, any]));
        }
        6 => headers[at].kind = 10 + random.below(246) as u8,
        7 => headers[at].kind = random.below(10) as u8,
        8 | 9 => {
            if let Some(length) = headers[end].value.first_chunk_mut::<2>() {
                let had = u16::from_be_bytes(*length);
                let near = had.wrapping_add(random.below(9) as u16).wrapping_sub(4);
                *length =
                    random.pick(&[0, near, near, 0x7fff, 0x8000, 0xffff, had.wrapping_add(60)]).to_be_bytes();
            }
        }
        10 | 11 => {
            let left = random.below(headers[end].value.len() + 1);
            headers[end].value.truncate(left);
        }
        12 => {
            headers[at] =
                Raw { name: headers[at].name.clone(), ..Raw::text("", random.pick::<&[u8]>(&NO_UTF8)) }
        }
        13 => headers.push(Raw::random(random)),
        14..17 => {
            let name = [":message-type", ":event-type", ":exception-type", ":error-code"][random.below(4)];
            let its = headers.iter_mut().find(|header| header.name == name.as_bytes());
            match (its, random.below(3)) {
                (Some(header), 0) => *header = Raw::text(name, random.pick(&WORDS).as_bytes()),
                (Some(header), 1) => *header = Raw { name: name.into(), ..Raw::random(random) },
                (Some(_), _) => headers.retain(|header| header.name != name.as_bytes()),
                (None, _) => headers.push(Raw::text(name, random.pick(&WORDS).as_bytes())),
            }
        }
        17 => headers.reverse(),
        18 if random.one_in(15) => {
            // Around the 1,024 that aws-c-event-stream takes.
            let count = 1020 + random.below(10);
            *headers = (0..count)
                .map(|number| Raw {
                    says: None,
                    name: vec![b'a' + (number / 64) as u8, b'0' + (number % 64) as u8],
                    kind: 0,
                    value: Vec::new(),
                })
                .collect();
        }
        18 if random.one_in(100) => {
            // Around the 128 KiB that botocore takes.
            for name in ["a", "b", "c"] {
                let value = sized(&vec![b'x'; if name == "c" { random.below(5) } else { 65_535 }]);
                headers.push(Raw { says: None, name: name.into(), kind: 6, value });
            }
        }
        18 => headers.clear(),
        _ => headers.truncate(at),
    }
}

/// CRC-32 of IEEE 802.3, eight bits at a time, from a table of this function's own: no decoder's.
pub fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            let mut crc = byte as u32;
            let mut bit = 0;
            while bit < 8 {
                crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
                bit += 1;
            }
            table[byte] = crc;
            byte += 1;
        }
        table
    };
    !bytes.iter().fold(u32::MAX, |crc, byte| (crc >> 8) ^ TABLE[((crc ^ u32::from(*byte)) & 255) as usize])
}

/// The frame of this number.
pub fn frame(seed: u64, number: u64) -> Vec<u8> {
    let random = &mut Random::new(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut headers = good(random);
    let in_block = random.below(4);
    for _ in 0..(1 + random.below(3)).saturating_sub(usize::from(in_block == 0)) {
        spoil(random, &mut headers);
    }
    let mut block = Vec::new();
    headers.iter().for_each(|header| header.write(&mut block));
    let mut says_headers = None;
    let mut says_total = None;
    let mut cut = None;
    let mut payload = random.pick::<&[u8]>(&PAYLOADS).to_vec();
    if random.one_in(3) {
        payload.extend_from_slice(b"                                ");
    }
    let length = |block: &[u8], payload: &[u8]| 16 + block.len() + payload.len();
    match in_block {
        0 => match random.below(8) {
            0 => {
                let more = 1 + random.below(5);
                block.extend(random.bytes(more));
            }
            1 | 2 => {
                let near = (block.len() as u32).wrapping_add(random.below(17) as u32).wrapping_sub(8);
                says_headers = Some(*random.pick(&[0, 1, near, near, near, near]));
            }
            3 => {
                let total = length(&block, &payload) as u32;
                let far = [total - 15, total, 131_072, 131_073, 0x7fff_ffff, u32::MAX, total - 16];
                says_headers = Some(*random.pick(&far));
            }
            4 => {
                let near = (length(&block, &payload) as u32).wrapping_add(random.below(17) as u32);
                says_total = Some(near.wrapping_sub(8));
            }
            5 => says_total = Some(random.below(24) as u32),
            6 => {
                let most = 24 * 1024 * 1024 + 16 + block.len() as u32;
                says_total =
                    Some(*random.pick(&[most, most + 1, 0x7fff_ffff, 0x8000_0000, u32::MAX, 1 << 20]));
            }
            _ => cut = Some(random.below(length(&block, &payload) + 1)),
        },
        1 if random.one_in(8) => payload = random.bytes(300),
        _ => {}
    }
    let total = says_total.unwrap_or(length(&block, &payload) as u32);
    let mut bytes = total.to_be_bytes().to_vec();
    bytes.extend(says_headers.unwrap_or(block.len() as u32).to_be_bytes());
    bytes.extend(crc32(&bytes).to_be_bytes());
    bytes.extend(block);
    bytes.extend(payload);
    // Where a decoder looks for it that believes the total.
    let end = usize::try_from(total).ok().and_then(|total| total.checked_sub(4));
    match end.filter(|end| (12..=bytes.len()).contains(end)) {
        Some(end) => {
            let crc = crc32(&bytes[..end]).to_be_bytes();
            let after = bytes.split_off(end);
            bytes.extend(crc);
            bytes.extend(after.get(4..).unwrap_or_default());
        }
        None => bytes.extend(crc32(&bytes).to_be_bytes()),
    }
    if let Some(cut) = cut {
        bytes.truncate(cut);
    }
    bytes
}
