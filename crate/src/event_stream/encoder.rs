//! Frames from headers and a payload; it refuses what no decoder may accept.

use super::crc32;
use super::frame::{MAX_HEADERS, MAX_HEADERS_BYTES, MAX_PAYLOAD_BYTES, OVERHEAD_BYTES, PRELUDE_BYTES};
use super::header::{Header, Value};
use alloc::vec::Vec;
use core::fmt;

/// Why a frame can't be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// A header's name is empty or longer than 255 bytes.
    InvalidHeaderName,
    /// Two headers have one name.
    DuplicateHeader,
    /// A text or byte array is longer than 65,535 bytes.
    HeaderTooLong,
    /// More than 1,024 headers, or more than 128 KiB of them.
    TooManyHeaders,
    /// The payload is above 24 MiB.
    PayloadTooLong,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidHeaderName => "an event-stream header's name has 1 to 255 bytes",
            Self::DuplicateHeader => "two event-stream headers have one name",
            Self::HeaderTooLong => "an event-stream header's value has at most 65,535 bytes",
            Self::TooManyHeaders => "a frame has at most 1,024 headers in 128 KiB",
            Self::PayloadTooLong => "a frame's payload has at most 24 MiB",
        })
    }
}

impl core::error::Error for EncodeError {}

/// One frame.
pub fn encode(headers: &[Header<'_>], payload: &[u8]) -> Result<Vec<u8>, EncodeError> {
    if headers.len() > MAX_HEADERS {
        return Err(EncodeError::TooManyHeaders);
    }
    if payload.len() > MAX_PAYLOAD_BYTES {
        return Err(EncodeError::PayloadTooLong);
    }
    let mut encoded = Vec::new();
    let mut before: &[Header<'_>] = &[];
    for (index, header) in headers.iter().enumerate() {
        if before.iter().any(|other| other.name == header.name) {
            return Err(EncodeError::DuplicateHeader);
        }
        before = headers.get(..=index).unwrap_or_default();
        push_header(&mut encoded, header)?;
        if encoded.len() > MAX_HEADERS_BYTES {
            return Err(EncodeError::TooManyHeaders);
        }
    }
    // Both were checked against limits far below 4 GiB.
    let headers_length = u32::try_from(encoded.len()).map_err(|_| EncodeError::TooManyHeaders)?;
    let total = OVERHEAD_BYTES.saturating_add(encoded.len()).saturating_add(payload.len());
    let total_length = u32::try_from(total).map_err(|_| EncodeError::PayloadTooLong)?;

    let mut out = Vec::with_capacity(total.max(PRELUDE_BYTES));
    out.extend_from_slice(&total_length.to_be_bytes());
    out.extend_from_slice(&headers_length.to_be_bytes());
    out.extend_from_slice(&crc32(&out).to_be_bytes());
    out.extend_from_slice(&encoded);
    out.extend_from_slice(payload);
    out.extend_from_slice(&crc32(&out).to_be_bytes());
    Ok(out)
}

fn push_header(out: &mut Vec<u8>, header: &Header<'_>) -> Result<(), EncodeError> {
    let name = header.name.as_bytes();
    match u8::try_from(name.len()) {
        Ok(length) if length > 0 => out.push(length),
        _ => return Err(EncodeError::InvalidHeaderName),
    }
    out.extend_from_slice(name);
    match header.value {
        Value::Bool(value) => out.push(u8::from(!value)),
        Value::Byte(value) => push(out, 2, &value.to_be_bytes()),
        Value::Short(value) => push(out, 3, &value.to_be_bytes()),
        Value::Integer(value) => push(out, 4, &value.to_be_bytes()),
        Value::Long(value) => push(out, 5, &value.to_be_bytes()),
        Value::ByteArray(value) => push_sized(out, 6, value)?,
        Value::String(value) => push_sized(out, 7, value.as_bytes())?,
        Value::Timestamp(value) => push(out, 8, &value.to_be_bytes()),
        Value::Uuid(value) => push(out, 9, &value),
    }
    Ok(())
}

fn push(out: &mut Vec<u8>, kind: u8, value: &[u8]) {
    out.push(kind);
    out.extend_from_slice(value);
}

fn push_sized(out: &mut Vec<u8>, kind: u8, value: &[u8]) -> Result<(), EncodeError> {
    let length = u16::try_from(value.len()).map_err(|_| EncodeError::HeaderTooLong)?;
    out.push(kind);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[cfg(not(miri))]
    fn header<'a>(name: &'a str, value: &'a [u8]) -> Header<'a> {
        Header { name, value: Value::ByteArray(value) }
    }

    // Half a million comparisons of names, and 400 KiB of values.
    #[cfg(not(miri))]
    #[test]
    fn each_limit_is_the_last_that_is_taken() {
        let names: Vec<String> = (0..1025).map(|number| number.to_string()).collect();
        let headers: Vec<Header<'_>> = names.iter().map(|name| header(name, b"")).collect();
        assert!(encode(&headers[..1024], b"").is_ok());
        assert_eq!(encode(&headers, b""), Err(EncodeError::TooManyHeaders));

        let name = "n".repeat(256);
        assert!(encode(&[header(&name[..255], b"")], b"").is_ok());
        assert_eq!(encode(&[header(&name, b"")], b""), Err(EncodeError::InvalidHeaderName));
        assert_eq!(encode(&[header("", b"")], b""), Err(EncodeError::InvalidHeaderName));

        let value = vec![0; 65_536];
        assert!(encode(&[header("a", &value[..65_535])], b"").is_ok());
        assert_eq!(encode(&[header("a", &value)], b""), Err(EncodeError::HeaderTooLong));
        let text = "t".repeat(65_536);
        let text = Header { name: "a", value: Value::String(&text) };
        assert_eq!(encode(&[text], b""), Err(EncodeError::HeaderTooLong));

        // 128 KiB of headers: 5 bytes around each value.
        let most = [header("a", &value[..65_535]), header("b", &value[..65_527])];
        assert_eq!(encode(&most, b"").unwrap().len(), 16 + 131_072);
        let more = [header("a", &value[..65_535]), header("b", &value[..65_528])];
        assert_eq!(encode(&more, b""), Err(EncodeError::TooManyHeaders));

        assert_eq!(encode(&[header("a", b""), header("a", b"x")], b""), Err(EncodeError::DuplicateHeader));
    }

    // Two times 24 MiB.
    #[cfg(not(miri))]
    #[test]
    fn the_longest_payload() {
        let payload = vec![0; 25_165_825];
        assert_eq!(encode(&[], &payload[1..]).unwrap().len(), 16 + 25_165_824);
        assert_eq!(encode(&[], &payload), Err(EncodeError::PayloadTooLong));
    }

    #[test]
    fn each_error_has_its_words() {
        for (error, words) in [
            (EncodeError::InvalidHeaderName, "name has 1 to 255 bytes"),
            (EncodeError::DuplicateHeader, "two event-stream headers have one name"),
            (EncodeError::HeaderTooLong, "value has at most 65,535 bytes"),
            (EncodeError::TooManyHeaders, "at most 1,024 headers in 128 KiB"),
            (EncodeError::PayloadTooLong, "payload has at most 24 MiB"),
        ] {
            assert!(error.to_string().ends_with(words), "{error}");
        }
    }
}
