//! Frames of an event stream as the targets make them, right and wrong, their checksums mended; and a second reader of
//! them, written from the specification, that shares nothing with ours but the checksum (crc32fast's own).

use std::collections::HashSet;

use outcrop::event_stream::{Frame, Value};

use crate::input::Input;

/// A header: name, type byte, bytes of its value.
pub type Raw<'a> = (&'a [u8], u8, &'a [u8]);

/// Where something lies in a stream: from here to before there.
pub type Place = (usize, usize);

/// A header: where its name lies, its type byte, where its value lies.
type Placed = (Place, u8, Place);

/// What ends a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// So many bytes of a frame, none of them between two.
    Bytes(usize),
    /// What is wrong, by the name that ours has for it.
    Wrong(&'static str),
}

/// What the second reader finds in a stream.
#[derive(Debug, Default)]
pub struct Found {
    /// Of each frame: where it ends, where its headers are among all, where its payload lies.
    pub frames: Vec<(usize, Place, Place)>,
    /// Of all frames' headers: where name and value lie, and the type.
    headers: Vec<Placed>,
}

pub(crate) fn word(bytes: &[u8], at: usize) -> usize {
    usize::from(bytes[at]) << 24
        | usize::from(bytes[at + 1]) << 16
        | usize::from(bytes[at + 2]) << 8
        | usize::from(bytes[at + 3])
}

impl Found {
    /// Reads all frames of `stream`.
    pub fn read(&mut self, stream: &[u8]) -> End {
        self.frames.clear();
        self.headers.clear();
        let mut at = 0;
        loop {
            match self.frame(&stream[at..], at) {
                Ok(Some(size)) => at += size,
                Ok(None) => return End::Bytes(stream.len() - at),
                Err(wrong) => return End::Wrong(wrong),
            }
        }
    }

    /// The frame at the start of `bytes`, `at` that place of the stream: how many bytes it has.
    fn frame(&mut self, bytes: &[u8], at: usize) -> Result<Option<usize>, &'static str> {
        if bytes.len() < 12 {
            return Ok(None);
        }
        if crc32fast::hash(&bytes[..8]) as usize != word(bytes, 8) {
            return Err("PreludeChecksumMismatch");
        }
        let (total, headers) = (word(bytes, 0), word(bytes, 4));
        if total < 16 {
            return Err("FrameTooShort");
        }
        if headers > 128 * 1024 || headers > total - 16 {
            return Err("InvalidHeadersLength");
        }
        if total - 16 - headers > 24 * 1024 * 1024 {
            return Err("PayloadTooLong");
        }
        if bytes.len() < total {
            return Ok(None);
        }
        if crc32fast::hash(&bytes[..total - 4]) as usize != word(bytes, total - 4) {
            return Err("MessageChecksumMismatch");
        }
        let first = self.headers.len();
        read_headers(&bytes[12..12 + headers], at + 12, &mut self.headers)?;
        let (from, to) = (at + 12 + headers, at + total - 4);
        self.frames.push((at + total, (first, self.headers.len()), (from, to)));
        Ok(Some(total))
    }

    /// Headers and payload of a frame.
    pub fn of<'s>(&'s self, frame: usize, stream: &'s [u8]) -> (impl Iterator<Item = Raw<'s>>, &'s [u8]) {
        let (_, (first, last), (from, to)) = self.frames[frame];
        let raw = move |((a, b), kind, (c, d)): &Placed| (&stream[*a..*b], *kind, &stream[*c..*d]);
        (self.headers[first..last].iter().map(raw), &stream[from..to])
    }

    /// That a frame of ours says what was found.
    pub fn same(&self, frame: usize, stream: &[u8], ours: &Frame<'_>) {
        let (mut due, payload) = self.of(frame, stream);
        assert_eq!(ours.payload(), payload);
        for header in ours.headers().iter() {
            let (name, kind, bytes) = due.next().expect("a header too many");
            assert_eq!(header.name.as_bytes(), name);
            match header.value {
                // The usual ones without a copy.
                Value::String(text) => assert!(kind == 7 && text.as_bytes() == bytes, "{header:?}"),
                Value::ByteArray(value) => assert!(kind == 6 && value == bytes, "{header:?}"),
                value => assert_eq!(written(value), (kind, bytes.to_vec())),
            }
        }
        assert!(due.next().is_none(), "a header is missing");
    }
}

/// Reads a frame's headers, which begin at `start` of a stream.
fn read_headers(bytes: &[u8], start: usize, found: &mut Vec<Placed>) -> Result<(), &'static str> {
    let first = found.len();
    // Only where there are many: most frames have three.
    let mut names = HashSet::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = usize::from(bytes[at]);
        if length == 0 {
            return Err("EmptyHeaderName");
        }
        let name = bytes.get(at + 1..at + 1 + length).ok_or("HeaderCutShort")?;
        std::str::from_utf8(name).map_err(|_| "HeaderNotUtf8")?;
        let named = (start + at + 1, start + at + 1 + length);
        at += 1 + length;
        let kind = *bytes.get(at).ok_or("HeaderCutShort")?;
        at += 1;
        let size = match kind {
            0 | 1 => 0,
            2 => 1,
            3 => 2,
            4 => 4,
            5 | 8 => 8,
            9 => 16,
            6 | 7 => {
                let length = bytes.get(at..at + 2).ok_or("HeaderCutShort")?;
                at += 2;
                usize::from(length[0]) * 256 + usize::from(length[1])
            }
            _ => return Err("UnknownHeaderType"),
        };
        let value = bytes.get(at..at + size).ok_or("HeaderCutShort")?;
        let valued = (start + at, start + at + size);
        at += size;
        if kind == 7 {
            std::str::from_utf8(value).map_err(|_| "HeaderNotUtf8")?;
        }
        let count = found.len() - first;
        if count == 1024 {
            return Err("TooManyHeaders");
        }
        let of = |((from, to), ..): &Placed| &bytes[*from - start..*to - start];
        let second = if count < 16 {
            found[first..].iter().any(|before| of(before) == name)
        } else {
            if names.is_empty() {
                names.extend(found[first..].iter().map(of));
            }
            !names.insert(name)
        };
        if second {
            return Err("DuplicateHeader");
        }
        found.push((named, kind, valued));
    }
    Ok(())
}

/// A value as the specification writes it.
pub fn written(value: Value<'_>) -> (u8, Vec<u8>) {
    match value {
        Value::Bool(true) => (0, Vec::new()),
        Value::Bool(false) => (1, Vec::new()),
        Value::Byte(value) => (2, value.to_be_bytes().into()),
        Value::Short(value) => (3, value.to_be_bytes().into()),
        Value::Integer(value) => (4, value.to_be_bytes().into()),
        Value::Long(value) => (5, value.to_be_bytes().into()),
        Value::ByteArray(value) => (6, value.into()),
        Value::String(value) => (7, value.as_bytes().into()),
        Value::Timestamp(value) => (8, value.to_be_bytes().into()),
        Value::Uuid(value) => (9, value.into()),
        other => panic!("a new kind of value: {other:?}"),
    }
}

/// Appends a frame of these headers and this payload, with right lengths and checksums.
pub fn push(out: &mut Vec<u8>, headers: &[u8], payload: &[u8]) {
    let total = (16 + headers.len() + payload.len()) as u32;
    push_with(out, [total, headers.len() as u32], headers, payload);
}

/// The same with lengths of any kind.
fn push_with(out: &mut Vec<u8>, lengths: [u32; 2], headers: &[u8], payload: &[u8]) {
    let from = out.len();
    for length in lengths {
        out.extend_from_slice(&length.to_be_bytes());
    }
    let crc = crc32fast::hash(&out[from..]);
    out.extend_from_slice(&crc.to_be_bytes());
    out.extend_from_slice(headers);
    out.extend_from_slice(payload);
    let crc = crc32fast::hash(&out[from..]);
    out.extend_from_slice(&crc.to_be_bytes());
}

/// Appends a header.
pub fn push_header(out: &mut Vec<u8>, name: &[u8], kind: u8, value: &[u8]) {
    out.push(name.len() as u8);
    out.extend_from_slice(name);
    out.push(kind);
    if matches!(kind, 6 | 7) {
        out.extend_from_slice(&(value.len() as u16).to_be_bytes());
    }
    out.extend_from_slice(value);
}

/// Names that mean something, here or to a careless program.
const NAMES: [&[u8]; 12] = [
    b":event-type",
    b":message-type",
    b":content-type",
    b":exception-type",
    b":error-code",
    b":error-message",
    b":date",
    b":chunk-signature",
    b"__proto__",
    b"constructor",
    b"a",
    b"\xc3\xa9",
];

/// Texts of headers that mean something.
const TEXTS: [&[u8]; 12] = [
    b"event",
    b"exception",
    b"error",
    b"initial-response",
    b"contentBlockDelta",
    b"messageStop",
    b"metadata",
    b"chunk",
    b"throttlingException",
    b"modelStreamErrorException",
    b"application/json",
    b"",
];

/// Payloads that a service sends.
const PAYLOADS: [&[u8]; 8] = [
    b"{}",
    b"",
    br#"{"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"ab"}"#,
    br#"{"contentBlockIndex":1,"delta":{"text":"\"}\\"}}"#,
    br#"{"stopReason":"end_turn"}"#,
    br#"{"message":"slow down"}"#,
    br#"{"bytes":"e30="}"#,
    b"{}{}",
];

/// Appends the headers of an event, an exception or an error, as Bedrock writes them.
pub fn push_usual(out: &mut Vec<u8>, input: &mut Input<'_>) {
    let kind = input.below(3);
    let names = [(NAMES[0], NAMES[1]), (NAMES[3], NAMES[1]), (NAMES[4], NAMES[1])];
    push_header(out, names[kind].0, 7, input.pick(&TEXTS));
    if input.one_in(2) {
        push_header(out, NAMES[2], 7, TEXTS[10]);
    }
    push_header(out, names[kind].1, 7, TEXTS[kind]);
}

/// Appends one header that may be anything a frame can hold.
pub fn push_any(out: &mut Vec<u8>, input: &mut Input<'_>) {
    let kind = input.below(12) as u8;
    let own = input.take(3);
    let name = if input.one_in(4) { own } else { input.pick(&NAMES) };
    let bytes = input.take(match kind {
        0 | 1 => 0,
        2 => 1,
        3 => 2,
        4 => 4,
        5 | 8 => 8,
        9 => 16,
        6 => 5,
        _ => 0,
    });
    push_header(out, name, kind, if kind == 7 { input.pick(&TEXTS) } else { bytes });
}

/// Appends up to four frames or what looks like some. `at` is for the headers of one, kept from input to input.
pub fn push_stream(out: &mut Vec<u8>, at: &mut Vec<u8>, input: &mut Input<'_>) {
    let from = out.len();
    for _ in 0..=input.below(4) {
        let recipe = input.byte();
        if recipe & 0x80 == 0 {
            at.clear();
            match recipe & 3 {
                0 | 1 => push_usual(at, input),
                2 => (0..input.below(6)).for_each(|_| push_any(at, input)),
                _ => {
                    push_usual(at, input);
                    push_any(at, input);
                }
            }
        }
        let payload = if recipe & 4 == 0 { input.pick(&PAYLOADS) } else { input.sized() };
        // What is wrong with it, if anything.
        match recipe >> 3 & 15 {
            8 => {
                // A header or more of any bytes.
                let bytes = input.sized();
                push(out, &[at, bytes].concat(), payload);
            }
            9 => {
                // More headers than are looked at in one way only. (That there are too many is for the target `headers`: it
                // would be most of the work here.)
                let many = input.below(20);
                for number in 0..many {
                    push_header(at, &[b'x', number as u8], 0, &[]);
                }
                push(out, at, payload);
            }
            10 => {
                // Lengths that promise something else, under a right checksum.
                let (total, length) = (16 + at.len() + payload.len(), at.len());
                let near = |input: &mut Input<'_>, length: usize| {
                    let by = i64::from(input.byte() as i8);
                    (length as i64 + by).max(0) as u32
                };
                let lengths = match input.below(6) {
                    0 => [near(input, total), length as u32],
                    1 => [total as u32, near(input, length)],
                    2 => [input.word(), length as u32],
                    3 => [total as u32, input.word()],
                    4 => [near(input, 24 * 1024 * 1024 + 16 + length), length as u32],
                    _ => [near(input, 400 * 1024), near(input, 128 * 1024)],
                };
                push_with(out, lengths, at, payload);
            }
            11 => {
                // A byte of it is another.
                let start = out.len();
                push(out, at, payload);
                let place = start + usize::from(input.short()) % (out.len() - start);
                out[place] ^= input.byte();
            }
            12 => {
                // It is cut.
                let start = out.len();
                push(out, at, payload);
                let length = out.len() - start;
                out.truncate(start + usize::from(input.short()) % length);
            }
            13 => {
                // Bytes, with the checksums that they would have.
                let start = out.len();
                out.extend_from_slice(input.sized());
                mend(&mut out[start..]);
            }
            14 => out.extend_from_slice(input.sized()),
            _ => push(out, at, payload),
        }
        if input.is_empty() && out.len() > from {
            break;
        }
    }
}

/// Mends the checksums of the frames that these bytes would be, as far as they go.
pub fn mend(mut bytes: &mut [u8]) {
    while bytes.len() >= 12 {
        let crc = crc32fast::hash(&bytes[..8]);
        bytes[8..12].copy_from_slice(&crc.to_be_bytes());
        let total = word(bytes, 0);
        if total < 16 || total > bytes.len() {
            return;
        }
        let crc = crc32fast::hash(&bytes[..total - 4]);
        bytes[total - 4..total].copy_from_slice(&crc.to_be_bytes());
        bytes = &mut bytes[total..];
    }
}
