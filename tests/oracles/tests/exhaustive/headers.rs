//! Headers: every text of a few bytes, every type with every length and every cut, against a parser that keeps positions
//! in a table instead of reading on; what is accepted, aws-smithy-eventstream reads the same.

use super::command;
use outcrop::event_stream::{DecodeError, Frame, Header, Headers, Value};
use outcrop_oracles::frames::{same, smithy_read};
use outcrop_oracles::tried::{Tried, all, on_every_core};
use std::collections::HashSet;
use std::ops::Range;

/// A frame around these headers, with good checksums; it keeps its memory from one to the next.
#[derive(Default)]
struct Envelope(Vec<u8>);

impl Envelope {
    fn around(&mut self, headers: &[u8]) -> &[u8] {
        let bytes = &mut self.0;
        bytes.clear();
        bytes.extend((headers.len() as u32 + 16).to_be_bytes());
        bytes.extend((headers.len() as u32).to_be_bytes());
        bytes.extend(crc32fast::hash(bytes).to_be_bytes());
        bytes.extend(headers);
        bytes.extend(crc32fast::hash(bytes).to_be_bytes());
        bytes
    }
}

/// Bytes of a value of each type, or of its length field where the type has one.
const FIXED: [usize; 10] = [0, 0, 1, 2, 4, 8, 2, 2, 8, 16];

/// Where a name lies, the type byte, where the value lies.
type Places = (Range<usize>, u8, Range<usize>);

/// Where the parts of each header lie, or what is wrong first.
fn places(bytes: &[u8]) -> Result<Vec<Places>, DecodeError> {
    let mut found: Vec<Places> = Vec::new();
    let mut names = HashSet::new();
    let mut at = 0;
    while at != bytes.len() {
        let name = at + 1..at + 1 + bytes[at] as usize;
        if name.is_empty() {
            return Err(DecodeError::EmptyHeaderName);
        }
        if name.end > bytes.len() {
            return Err(DecodeError::HeaderCutShort);
        }
        if std::str::from_utf8(&bytes[name.clone()]).is_err() {
            return Err(DecodeError::HeaderNotUtf8);
        }
        if name.end == bytes.len() {
            return Err(DecodeError::HeaderCutShort);
        }
        let kind = bytes[name.end];
        if kind > 9 {
            return Err(DecodeError::UnknownHeaderType(kind));
        }
        let mut value = name.end + 1..name.end + 1 + FIXED[kind as usize];
        if value.end > bytes.len() {
            return Err(DecodeError::HeaderCutShort);
        }
        if kind == 6 || kind == 7 {
            let length = bytes[value.start] as usize * 256 + bytes[value.start + 1] as usize;
            value = value.end..value.end + length;
            if value.end > bytes.len() {
                return Err(DecodeError::HeaderCutShort);
            }
            if kind == 7 && std::str::from_utf8(&bytes[value.clone()]).is_err() {
                return Err(DecodeError::HeaderNotUtf8);
            }
        }
        if found.len() == 1024 {
            return Err(DecodeError::TooManyHeaders);
        }
        if !names.insert(&bytes[name.clone()]) {
            return Err(DecodeError::DuplicateHeader);
        }
        at = value.end;
        found.push((name, kind, value));
    }
    Ok(found)
}

/// The value at that place, put together byte by byte.
fn value<'a>(kind: u8, bytes: &'a [u8]) -> Value<'a> {
    let number = bytes.iter().take(8).fold(0_u64, |number, byte| number * 256 + u64::from(*byte));
    match kind {
        0 => Value::Bool(true),
        1 => Value::Bool(false),
        2 => Value::Byte(number as i8),
        3 => Value::Short(number as i16),
        4 => Value::Integer(number as i32),
        5 => Value::Long(number as i64),
        6 => Value::ByteArray(bytes),
        7 => Value::String(std::str::from_utf8(bytes).expect("looked at before")),
        8 => Value::Timestamp(number as i64),
        _ => Value::Uuid(bytes.try_into().expect("16 bytes")),
    }
}

/// Holds the decoder to the parser above, and with what it accepts to aws-smithy-eventstream. Answers whether it did.
fn check(envelope: &mut Envelope, headers: &[u8]) -> bool {
    let bytes = envelope.around(headers);
    let told = Frame::read(&mut &*bytes).map(|frame| frame.expect("a whole frame"));
    match (told, places(headers)) {
        (Ok(frame), Ok(places)) => {
            let due = places.iter().map(|(name, kind, place)| Header {
                name: std::str::from_utf8(&headers[name.clone()]).expect("looked at before"),
                value: value(*kind, &headers[place.clone()]),
            });
            assert!(frame.headers().iter().eq(due.clone()), "{headers:02x?}");
            // Looking each of a thousand up takes half a million steps.
            for header in due.take(20) {
                assert_eq!(frame.headers().get(header.name), Some(header.value), "{headers:02x?}");
                assert_eq!(frame.headers().text(header.name), header.value.as_str(), "{headers:02x?}");
            }
            assert!(frame.payload().is_empty());
            let theirs = smithy_read(bytes).unwrap_or_else(|error| panic!("{error}: {headers:02x?}"));
            assert!(same(&frame, &theirs), "{headers:02x?}");
            // Behind a frame with these headers, and with others.
            for before in [Headers::trusted(headers), Headers::trusted(b"\x01a\x00"), Headers::default()] {
                let again = Frame::read_after(&mut &*bytes, before).map(|frame| frame.expect("a frame"));
                assert_eq!(again.map(|frame| frame.headers()), Ok(frame.headers()), "{headers:02x?}");
            }
            true
        }
        (told, due) => {
            assert_eq!(told.map(|_| ()).err(), due.map(|_| ()).err(), "{headers:02x?}");
            false
        }
    }
}

#[test]
fn every_text_of_a_few_bytes() {
    let mut tried = Tried::new("exhaustive", command());
    let against = "a parser of the test's own; aws-smithy-eventstream for what is accepted";
    let mut envelope = Envelope::default();
    let mut accepted = u64::from(check(&mut envelope, &[]));
    accepted += (0..=255).map(|a| u64::from(check(&mut envelope, &[a]))).sum::<u64>();
    accepted += on_every_core(1 << 16, |number| {
        let mut envelope = Envelope::default();
        let mut bytes = [(number >> 8) as u8, number as u8, 0];
        let mut accepted = u64::from(check(&mut envelope, &bytes[..2]));
        for last in 0..=255 {
            bytes[2] = last;
            accepted += u64::from(check(&mut envelope, &bytes));
        }
        accepted
    });
    // None; one byte of ASCII as a name and type 0 or 1.
    assert_eq!(accepted, 1 + 128 * 2);
    tried.row(
        "headers of 0 to 3 bytes",
        against,
        1 + 256 + (1 << 16) + (1 << 24),
        "headers",
        "all there are",
    );
    if all() {
        // In front of the other lengths four bytes are no whole name; 0 is refused at once, and is tried too.
        let accepted = on_every_core(5 << 16, |number| {
            let mut envelope = Envelope::default();
            let mut bytes = [(number >> 16) as u8, (number >> 8) as u8, number as u8, 0];
            let mut accepted = 0;
            for last in 0..=255 {
                bytes[3] = last;
                accepted += u64::from(check(&mut envelope, &bytes));
            }
            accepted
        });
        // Names of two bytes (ASCII, or one of the 1,920 characters of two) with types 0 and 1; none with a value.
        assert_eq!(accepted, (128 * 128 + 1920) * 2);
        let note = "all that begin with 0 to 4; behind any other byte four are no whole name";
        tried.row("headers of 4 bytes", against, 5 << 24, "headers", note);
    }
    // Longer ones of the bytes that mean something: lengths, all types, letters, halves of a character.
    const BYTES: [u8; 17] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, b'a', b'b', 0xC3, 0xA9, 0x80, 0xFF];
    let longest = if all() { 6 } else { 5 };
    let mut looked = 0;
    for length in 4..=longest {
        let count = (BYTES.len() as u64).pow(length);
        looked += count;
        on_every_core(count / 17, |number| {
            let mut envelope = Envelope::default();
            let mut bytes = [0; 6];
            let mut rest = number;
            for byte in &mut bytes[1..length as usize] {
                *byte = BYTES[(rest % 17) as usize];
                rest /= 17;
            }
            for first in BYTES {
                bytes[0] = first;
                check(&mut envelope, &bytes[..length as usize]);
            }
            0
        });
    }
    let note = format!("of 4 to {longest} bytes, each one of 17");
    tried.row("headers of bytes that mean something", against, looked, "headers", &note);
    tried.write("headers");
}

#[test]
fn every_type_with_every_length_and_cut() {
    let mut tried = Tried::new("exhaustive", command());
    // Each type byte behind names of every length, the value there, cut anywhere, and with a byte too many.
    let fixed = on_every_core(256, |kind| {
        let (mut envelope, mut count) = (Envelope::default(), 0);
        for name in [1, 2, 127, 128, 254, 255] {
            let mut whole = vec![name as u8];
            whole.extend(std::iter::repeat_n(b'n', name));
            whole.push(kind as u8);
            if kind == 6 || kind == 7 {
                whole.extend([0, 5]);
            }
            let value = b"value.value.valu";
            let size = FIXED.get(kind as usize).copied().unwrap_or(16);
            whole.extend(&value[..if kind == 6 || kind == 7 { 5 } else { size }]);
            for cut in 0..=whole.len() {
                check(&mut envelope, &whole[..cut]);
                count += 1;
            }
            for more in 0..=255 {
                whole.push(more);
                check(&mut envelope, &whole);
                whole.pop();
                count += 1;
            }
        }
        count
    });
    // Each length of the two types that have one, with as many bytes, one more, one fewer, half of them and none.
    let sized = on_every_core(1 << 16, |length| {
        let (mut envelope, length) = (Envelope::default(), length as usize);
        let step = if all() { 1 } else { 5 };
        if length > 1024 && length < 65_000 && length % step != 0 {
            return 0;
        }
        let mut count = 0;
        for kind in [6, 7] {
            let mut bytes = vec![1, b'n', kind, (length >> 8) as u8, length as u8];
            bytes.resize(5 + length + 1, b'v');
            for there in [0, length / 2, length.saturating_sub(1), length, length + 1] {
                check(&mut envelope, &bytes[..5 + there]);
                count += 1;
            }
        }
        count
    });
    let note = if all() { "" } else { "every fifth length between 1,024 and 65,000" };
    let against = "a parser of the test's own; aws-smithy-eventstream for what is accepted";
    tried.row("headers: types, lengths, cuts", against, fixed + sized, "headers", note);
    // Each number of headers around the limits of the search for a second one and of how many there may be, whole, and
    // with each of them a second time at the end.
    let counts: Vec<usize> = (0..=20).chain(1020..=1026).collect();
    let many = on_every_core(counts.len() as u64, |index| {
        let (mut envelope, many) = (Envelope::default(), counts[index as usize]);
        let header = |number: usize| {
            [
                4,
                b'n',
                b'0' + (number / 100) as u8,
                b'0' + (number / 10 % 10) as u8,
                b'0' + (number % 10) as u8,
                1,
            ]
        };
        let mut bytes: Vec<u8> = (0..many).flat_map(header).collect();
        check(&mut envelope, &bytes);
        let mut count = 1;
        for second in (0..many).step_by(if many > 20 { 31 } else { 1 }).chain(many.checked_sub(1)) {
            let whole = bytes.len();
            bytes.extend(header(second));
            check(&mut envelope, &bytes);
            bytes.truncate(whole);
            count += 1;
        }
        count
    });
    let note = "0 to 20 of them, each twice; 1,020 to 1,026, every 31st and the last twice";
    tried.row("headers: how many, and one twice", against, many, "headers", note);
    tried.write("headers-cut");
}
