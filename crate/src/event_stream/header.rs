//! The headers of a frame, all ten types, read in place; it accepts no name twice and nothing cut short.

use super::frame::{DecodeError, MAX_HEADERS};
use super::is_plain;
use crate::bytes::Reader;
use alloc::vec::Vec;

/// Among up to so many headers a second one of a name is looked for by comparing it with each, which allocates
/// nothing: Bedrock's frames have three. 1,024 of them would take half a million comparisons.
const FEW: usize = 8;

/// A header's value. The type bytes 0 to 9 stand in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Types 0 (true) and 1 (false).
    Bool(bool),
    /// Type 2.
    Byte(i8),
    /// Type 3.
    Short(i16),
    /// Type 4.
    Integer(i32),
    /// Type 5.
    Long(i64),
    /// Type 6: at most 65,535 bytes, as its length field holds.
    ByteArray(&'a [u8]),
    /// Type 7: UTF-8.
    String(&'a str),
    /// Type 8: milliseconds since 1970, and before.
    Timestamp(i64),
    /// Type 9.
    Uuid([u8; 16]),
}

impl<'a> Value<'a> {
    /// The text of a string value.
    pub fn as_str(&self) -> Option<&'a str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}

/// A name and a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// 1 to 255 bytes of UTF-8. Names that begin with `:` belong to the protocol.
    pub name: &'a str,
    /// The value.
    pub value: Value<'a>,
}

/// The headers of one frame: checked when the frame was, walked again at each use. Equal are those that are equal byte
/// for byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Headers<'a>(&'a [u8]);

impl<'a> Headers<'a> {
    /// Headers that nobody checks: those of a constant. What is wrong in them is missed or not there when it is asked for.
    pub const fn trusted(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Checks them unless they are those before, which were checked.
    pub(super) fn parse_after(bytes: &'a [u8], before: Headers<'_>) -> Result<Self, DecodeError> {
        if bytes == before.0 { Ok(Self(bytes)) } else { Self::parse(bytes) }
    }

    /// Checks all of them. Every header is at least 2 bytes, so the loop ends.
    fn parse(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let mut count = 0_usize;
        let check = !is_plain(bytes);
        let mut few: [&[u8]; FEW] = [&[]; FEW];
        let mut names = Vec::new();
        while !reader.is_empty() {
            let header = next(&mut reader, check)?;
            if count == MAX_HEADERS {
                return Err(DecodeError::TooManyHeaders);
            }
            // Two values for one name would leave open which of them counts.
            let twice = if let Some(place) = few.get_mut(count) {
                *place = header.name;
                few.iter().take(count).any(|name| *name == header.name)
            } else {
                if names.is_empty() {
                    few.iter().for_each(|before| _ = is_second(&mut names, before));
                }
                is_second(&mut names, header.name)
            };
            if twice {
                return Err(DecodeError::DuplicateHeader);
            }
            count = count.saturating_add(1);
        }
        Ok(Self(bytes))
    }

    fn raw(&self) -> impl Iterator<Item = Raw<'a>> + use<'a> {
        let mut reader = Reader::new(self.0);
        core::iter::from_fn(move || next(&mut reader, false).ok())
    }

    fn find(&self, name: &[u8]) -> Option<Raw<'a>> {
        self.raw().find(|raw| raw.name == name)
    }

    /// In the order of the wire.
    pub fn iter(&self) -> impl Iterator<Item = Header<'a>> + use<'a> {
        self.raw().filter_map(|raw| {
            Some(Header { name: core::str::from_utf8(raw.name).ok()?, value: raw.value()? })
        })
    }

    /// The value of a name. Names are case-sensitive, as the specification's are.
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        self.find(name.as_bytes())?.value()
    }

    /// The text of a name, if its value is one.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        let raw = self.find(name.as_bytes()).filter(|raw| raw.kind == STRING)?;
        core::str::from_utf8(raw.bytes).ok()
    }
}

/// The type byte of a text.
const STRING: u8 = 7;

/// A header whose extent was found and whose value is not looked into.
#[derive(Clone, Copy)]
struct Raw<'a> {
    name: &'a [u8],
    kind: u8,
    bytes: &'a [u8],
}

impl<'a> Raw<'a> {
    fn value(&self) -> Option<Value<'a>> {
        let mut reader = Reader::new(self.bytes);
        Some(match self.kind {
            0 => Value::Bool(true),
            1 => Value::Bool(false),
            2 => Value::Byte(reader.array().map(i8::from_be_bytes)?),
            3 => Value::Short(reader.array().map(i16::from_be_bytes)?),
            4 => Value::Integer(reader.array().map(i32::from_be_bytes)?),
            5 => Value::Long(reader.array().map(i64::from_be_bytes)?),
            6 => Value::ByteArray(self.bytes),
            STRING => Value::String(core::str::from_utf8(self.bytes).ok()?),
            8 => Value::Timestamp(reader.array().map(i64::from_be_bytes)?),
            _ => Value::Uuid(reader.array()?),
        })
    }
}

/// Whether the name is among these, which are sorted; puts it there.
fn is_second<'a>(names: &mut Vec<&'a [u8]>, name: &'a [u8]) -> bool {
    match names.binary_search(&name) {
        Ok(_) => true,
        Err(place) => {
            names.insert(place, name);
            false
        }
    }
}

/// `check`: whether its texts are looked into, once.
fn next<'a>(reader: &mut Reader<'a>, check: bool) -> Result<Raw<'a>, DecodeError> {
    let text = |bytes| {
        let good = !check || core::str::from_utf8(bytes).is_ok();
        if good { Ok(()) } else { Err(DecodeError::HeaderNotUtf8) }
    };
    let cut = DecodeError::HeaderCutShort;
    let length = reader.u8().ok_or(cut)?;
    if length == 0 {
        return Err(DecodeError::EmptyHeaderName);
    }
    let name = reader.take(usize::from(length)).ok_or(cut)?;
    text(name)?;
    let kind = reader.u8().ok_or(cut)?;
    let size = match kind {
        0 | 1 => 0,
        2 => 1,
        3 => 2,
        4 => 4,
        5 | 8 => 8,
        6 | STRING => reader.u16().ok_or(cut)?,
        9 => 16,
        other => return Err(DecodeError::UnknownHeaderType(other)),
    };
    let bytes = reader.take(usize::from(size)).ok_or(cut)?;
    if kind == STRING {
        text(bytes)?;
    }
    Ok(Raw { name, kind, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_text_is_told_from_what_is_none() {
        assert_eq!(Value::String("text").as_str(), Some("text"));
        assert_eq!(Value::String("").as_str(), Some(""));
        assert_eq!(Value::ByteArray(b"text").as_str(), None);
        let headers = Headers::trusted(b"\x01a\x06\0\x01x\x01b\x07\0\x01y\x01c\x00");
        assert_eq!(["a", "b", "c", "d"].map(|name| headers.text(name)), [None, Some("y"), None, None]);
        assert_eq!(headers.get("a"), Some(Value::ByteArray(b"x")));
        assert_eq!(headers.get("c"), Some(Value::Bool(true)));
        assert_eq!(headers.get("d"), None);
        assert_eq!(headers.iter().count(), 3);
        // What nobody checked and is wrong is not there.
        assert_eq!(Headers::trusted(b"\x01a\x07\0\x01\xff").text("a"), None);
        assert_eq!(Headers::trusted(b"\x01a\x07\0\x01\xff").get("a"), None);
        assert_eq!(Headers::trusted(b"\x01a\x07\0\x02x").iter().count(), 0);
    }

    /// Headers that are none in front of them are looked into, and those that are the same are not: so it is told.
    #[test]
    fn headers_seen_before_are_not_looked_into() {
        let twice = b"\x01a\x00\x01a\x00";
        assert_eq!(Headers::parse_after(twice, Headers::default()), Err(DecodeError::DuplicateHeader));
        assert_eq!(
            Headers::parse_after(twice, Headers::trusted(b"\x01a\x00")),
            Err(DecodeError::DuplicateHeader)
        );
        assert_eq!(Headers::parse_after(twice, Headers::trusted(twice)), Ok(Headers::trusted(twice)));
    }

    #[test]
    fn a_second_one_is_found_among_few_and_many() {
        // Miri, some thousand times slower, ends where the search changes.
        let most = if cfg!(miri) { FEW + 1 } else { 100 };
        for count in [1, FEW - 1, FEW, FEW + 1, 2 * FEW, 100].into_iter().filter(|count| *count <= most) {
            let header = |number: usize| [2, b'A' + (number / 26) as u8, b'A' + (number % 26) as u8, 1];
            let mut bytes: Vec<u8> = (0..count).flat_map(header).collect();
            assert!(Headers::parse(&bytes).is_ok(), "{count}");
            for second in 0..count {
                bytes.extend(header(second));
                assert_eq!(Headers::parse(&bytes), Err(DecodeError::DuplicateHeader), "{second} of {count}");
                bytes.truncate(count * 4);
            }
        }
    }
}
