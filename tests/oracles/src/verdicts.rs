//! What a decoder makes of a frame, in a form that decoders of several languages can be compared in: taken with these
//! headers and this payload and said to be this message, refused with a word, or waited for. It says where two differ
//! and by what name the difference goes, not who is right.

use crate::random::Random;
use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use aws_smithy_eventstream::smithy::parse_response_headers;
use aws_smithy_types::event_stream::{HeaderValue, Message as SmithyMessage};
use outcrop::event_stream::{Frame, Message, Value};

/// A header: its name, a letter for its type, its value's bytes.
///
/// Types: `b` truth, `1` `2` `4` `8` numbers of so many bytes, `n` a number of a language that knows one kind of them,
/// `t` milliseconds, `y` bytes, `s` text, `u` UUID. Numbers are eight bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// UTF-8.
    pub name: Vec<u8>,
    /// The letter.
    pub kind: u8,
    /// As above.
    pub value: Vec<u8>,
}

/// Of a frame, before anything is made of its headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// Headers in any order, and the payload.
    Taken(Vec<Entry>, Vec<u8>),
    /// In the decoder's own words.
    Refused(String),
    /// For more bytes.
    Waits,
}

/// Of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// `event`, `exception`, `error`, or why it is none of them.
    pub kind: String,
    /// The name of the event or the exception; code, NUL and text of an error.
    pub label: Vec<u8>,
}

/// Both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Of the frame.
    pub read: Read,
    /// Of a frame that was taken.
    pub said: Option<Said>,
}

/// What a language keeps of a header's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// All.
    Types,
    /// Python: a timestamp is a number, a UUID bytes.
    Python,
    /// Plain JavaScript values: a long is a bigint, a UUID its text.
    JavaScript,
}

impl Entry {
    /// As such a language has it.
    fn kept(mut self, keeps: Keeps) -> Self {
        self.kind = match (keeps, self.kind) {
            (Keeps::Types, kind) => kind,
            (Keeps::Python, b'1' | b'2' | b'4' | b'8' | b't') => b'n',
            (Keeps::Python, b'u') => b'y',
            (Keeps::JavaScript, b'1' | b'2' | b'4') => b'n',
            (Keeps::JavaScript, b'u') => {
                let hex = crate::vectors::to_hex(&self.value);
                let part = |range| hex.get(range).unwrap_or_default();
                self.value =
                    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-").into();
                b's'
            }
            (_, kind) => kind,
        };
        self
    }
}

/// All of them, by name.
fn kept(entries: &[Entry], keeps: Keeps) -> Vec<Entry> {
    let mut list: Vec<Entry> = entries.iter().map(|entry| entry.clone().kept(keeps)).collect();
    list.sort_unstable();
    list
}

fn entry(name: &str, kind: u8, value: &[u8]) -> Entry {
    Entry { name: name.into(), kind, value: value.into() }
}

fn number(name: &str, kind: u8, value: i64) -> Entry {
    entry(name, kind, &value.to_be_bytes())
}

fn said(kind: &str, label: impl Into<Vec<u8>>) -> Said {
    Said { kind: kind.to_owned(), label: label.into() }
}

/// An error's two texts.
pub fn error_label(code: &str, message: &str) -> Vec<u8> {
    [code, "\0", message].concat().into()
}

/// outcrop, in Rust.
pub fn outcrop(bytes: &[u8]) -> Verdict {
    let mut input = bytes;
    let frame = match Frame::read(&mut input) {
        Ok(Ok(frame)) => frame,
        Ok(Err(_)) => return Verdict { read: Read::Waits, said: None },
        Err(error) => return Verdict { read: Read::Refused(error.name().to_owned()), said: None },
    };
    let headers = frame.headers();
    let entries = headers.iter().map(|header| match header.value {
        Value::Bool(value) => entry(header.name, b'b', &[u8::from(value)]),
        Value::Byte(value) => number(header.name, b'1', value.into()),
        Value::Short(value) => number(header.name, b'2', value.into()),
        Value::Integer(value) => number(header.name, b'4', value.into()),
        Value::Long(value) => number(header.name, b'8', value),
        Value::ByteArray(value) => entry(header.name, b'y', value),
        Value::String(value) => entry(header.name, b's', value.as_bytes()),
        Value::Timestamp(value) => number(header.name, b't', value),
        Value::Uuid(value) => entry(header.name, b'u', &value),
        other => panic!("a new kind of value: {other:?}"),
    });
    let said = match Message::of(&frame) {
        Ok(Message::Event { event_type, .. }) => said("event", event_type),
        Ok(Message::Exception { exception_type, .. }) => said("exception", exception_type),
        Ok(Message::Error { code, message }) => said("error", error_label(code, message)),
        Err(error) => said(error.name(), ""),
    };
    Verdict { read: Read::Taken(entries.collect(), frame.payload().into()), said: Some(said) }
}

/// The word of smithy's error, without its numbers.
pub fn smithy_word(debug: &str) -> String {
    let inner = debug.strip_prefix("Error { kind: ").unwrap_or(debug);
    inner.chars().take_while(|c| c.is_alphanumeric()).collect()
}

/// aws-smithy-eventstream, as a generated client uses it.
pub fn smithy(bytes: &[u8]) -> Verdict {
    let mut input = bytes;
    let message = match MessageFrameDecoder::new().decode_frame(&mut input) {
        Ok(DecodedFrame::Complete(message)) => message,
        Ok(DecodedFrame::Incomplete) => return Verdict { read: Read::Waits, said: None },
        Err(error) => {
            return Verdict { read: Read::Refused(smithy_word(&format!("{error:?}"))), said: None };
        }
    };
    let entries = message.headers().iter().map(|header| {
        let name = header.name().as_str();
        match header.value() {
            HeaderValue::Bool(value) => entry(name, b'b', &[u8::from(*value)]),
            HeaderValue::Byte(value) => number(name, b'1', (*value).into()),
            HeaderValue::Int16(value) => number(name, b'2', (*value).into()),
            HeaderValue::Int32(value) => number(name, b'4', (*value).into()),
            HeaderValue::Int64(value) => number(name, b'8', *value),
            HeaderValue::ByteArray(value) => entry(name, b'y', value),
            HeaderValue::String(value) => entry(name, b's', value.as_str().as_bytes()),
            // A time of milliseconds: it has no more of them than 64 bits hold.
            HeaderValue::Timestamp(value) => number(name, b't', value.to_millis().expect("milliseconds")),
            HeaderValue::Uuid(value) => entry(name, b'u', &value.to_be_bytes()),
            other => panic!("a new kind of value: {other:?}"),
        }
    });
    let read = Read::Taken(entries.collect(), message.payload().to_vec());
    Verdict { read, said: Some(smithy_said(&message)) }
}

fn smithy_said(message: &SmithyMessage) -> Said {
    match parse_response_headers(message) {
        Ok(headers) => said(headers.message_type.as_str(), headers.smithy_type.as_str()),
        Err(error) => said(&smithy_word(&format!("{error:?}")), ""),
    }
}

/// Reads what a judge of another language has written: see hostile/judge.mjs.
pub fn parse(mut record: &[u8]) -> Option<Verdict> {
    let record = &mut record;
    let read = match take(record, 1)?[0] {
        b'W' => Read::Waits,
        b'X' => Read::Refused(String::from_utf8(record.to_vec()).ok()?),
        b'T' => {
            let count = length(record)?;
            let mut entries = Vec::new();
            for _ in 0..count {
                let name = sized(record)?.to_vec();
                let kind = take(record, 1)?[0];
                entries.push(Entry { name, kind, value: sized(record)?.to_vec() });
            }
            let payload = sized(record)?.to_vec();
            let kind = String::from_utf8(sized(record)?.to_vec()).ok()?;
            let said = Said { kind, label: sized(record)?.to_vec() };
            return record
                .is_empty()
                .then_some(Verdict { read: Read::Taken(entries, payload), said: Some(said) });
        }
        _ => return None,
    };
    Some(Verdict { read, said: None })
}

fn take<'a>(from: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (head, tail) = from.split_at_checked(count)?;
    *from = tail;
    Some(head)
}

fn length(from: &mut &[u8]) -> Option<usize> {
    let bytes = take(from, 4)?;
    usize::try_from(u32::from_be_bytes(bytes.try_into().ok()?)).ok()
}

fn sized<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let count = length(from)?;
    take(from, count)
}

/// The name of what two make of a frame: ours and theirs. Alike is ("taken", "taken") or the like.
pub fn reading(ours: &Read, theirs: &Read, keeps: Keeps) -> (String, String) {
    let word = |read: &Read| match read {
        Read::Taken(..) => "taken".to_owned(),
        Read::Refused(word) => word.clone(),
        Read::Waits => "waits".to_owned(),
    };
    let mut theirs_word = word(theirs);
    if let (Read::Taken(our_headers, our_payload), Read::Taken(their_headers, their_payload)) = (ours, theirs)
        && let Some(difference) = contents(our_headers, their_headers, keeps)
            .or_else(|| (our_payload != their_payload).then(|| "another payload".to_owned()))
    {
        theirs_word = format!("taken, {difference}");
    }
    (word(ours), theirs_word)
}

/// The name of the first difference between headers.
fn contents(ours: &[Entry], theirs: &[Entry], keeps: Keeps) -> Option<String> {
    let (ours, theirs) = (kept(ours, keeps), kept(theirs, keeps));
    if ours == theirs {
        return None;
    }
    for own in &ours {
        let Some(other) = theirs.iter().find(|other| other.name == own.name) else {
            let name = if own.name == b"__proto__" { "__proto__" } else { "a header" };
            return Some(format!("{name} missing"));
        };
        if own != other && other.value == b"NaN" {
            return Some("a time that Date does not hold".to_owned());
        }
        if own != other {
            return Some(format!("another value of type {}", char::from(own.kind)));
        }
    }
    Some("a header more".to_owned())
}

/// The name of what two say a message is.
pub fn saying(ours: &Said, theirs: &Said) -> (String, String) {
    let mut word = theirs.kind.clone();
    if ours.kind == theirs.kind && ours.label != theirs.label {
        word.push_str(" of another name");
    }
    (ours.kind.clone(), word)
}

/// Whether two official decoders read the same, where types are those of the poorer language.
pub fn alike(one: &Read, other: &Read) -> bool {
    match (one, other) {
        (Read::Taken(a, b), Read::Taken(c, d)) => b == d && kept(a, Keeps::Python) == kept(c, Keeps::Python),
        (Read::Taken(..), _) | (_, Read::Taken(..)) => false,
        // In whatever words, neither has taken it.
        _ => true,
    }
}

/// The seed that is asked for, or the one of every run in CI.
pub fn seed_or(text: Option<&str>, usual: u64) -> u64 {
    match text {
        Some("random") => Random::from_environment("seed").number(),
        Some(text) => text.parse().expect("a seed is a number below 2^64, or `random`"),
        None => usual,
    }
}
