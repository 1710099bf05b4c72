//! One frame: prelude, limits and checksums, checked before anything in it is believed or stored.

use super::crc32;
use super::header::Headers;
use crate::bytes::Reader;
use core::fmt;

/// Bytes of the prelude: two lengths and their checksum.
pub(super) const PRELUDE_BYTES: usize = 12;
/// Bytes around headers and payload: the prelude and the closing checksum.
pub(super) const OVERHEAD_BYTES: usize = 16;
/// The most bytes of headers in a frame, botocore's limit.
pub const MAX_HEADERS_BYTES: usize = 128 * 1024;
/// The most headers in a frame, aws-c-event-stream's limit; it also bounds the search for duplicates.
pub const MAX_HEADERS: usize = 1024;
/// The most bytes of payload in a frame, botocore's limit.
pub const MAX_PAYLOAD_BYTES: usize = 24 * 1024 * 1024;

/// Why bytes are not an event stream. After one of these nothing more of that stream can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The prelude's checksum is wrong: its lengths can't be believed.
    PreludeChecksumMismatch,
    /// The frame's checksum is wrong.
    MessageChecksumMismatch,
    /// The total length is below 16 bytes.
    FrameTooShort,
    /// The headers' length does not fit the frame, or is above 128 KiB.
    InvalidHeadersLength,
    /// The payload is above 24 MiB.
    PayloadTooLong,
    /// More than 1,024 headers.
    TooManyHeaders,
    /// A header's name has no bytes.
    EmptyHeaderName,
    /// A header reaches beyond the headers.
    HeaderCutShort,
    /// A header's name or text is not UTF-8.
    HeaderNotUtf8,
    /// A header's type byte is above 9.
    UnknownHeaderType(u8),
    /// A header stands twice in a frame.
    DuplicateHeader,
    /// `:message-type` is missing, not a string, or not event, exception or error.
    InvalidMessageType,
    /// An event without `:event-type`, or an exception without `:exception-type`, as a string.
    InvalidEventType,
}

impl DecodeError {
    /// The variant's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreludeChecksumMismatch => "PreludeChecksumMismatch",
            Self::MessageChecksumMismatch => "MessageChecksumMismatch",
            Self::FrameTooShort => "FrameTooShort",
            Self::InvalidHeadersLength => "InvalidHeadersLength",
            Self::PayloadTooLong => "PayloadTooLong",
            Self::TooManyHeaders => "TooManyHeaders",
            Self::EmptyHeaderName => "EmptyHeaderName",
            Self::HeaderCutShort => "HeaderCutShort",
            Self::HeaderNotUtf8 => "HeaderNotUtf8",
            Self::UnknownHeaderType(_) => "UnknownHeaderType",
            Self::DuplicateHeader => "DuplicateHeader",
            Self::InvalidMessageType => "InvalidMessageType",
            Self::InvalidEventType => "InvalidEventType",
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer is no event stream from here on: ")?;
        f.write_str(self.name())
    }
}

impl core::error::Error for DecodeError {}

/// The two lengths of a prelude whose checksum and limits hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prelude {
    pub total: usize,
    pub headers: usize,
}

impl Prelude {
    pub fn parse(bytes: &[u8; PRELUDE_BYTES]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let (Some(total), Some(headers), Some(crc)) = (reader.u32(), reader.u32(), reader.u32()) else {
            return Err(DecodeError::FrameTooShort);
        };
        let (lengths, _) = bytes.split_at(8);
        if crc32(lengths) != crc {
            return Err(DecodeError::PreludeChecksumMismatch);
        }
        let (Ok(total), Ok(headers)) = (usize::try_from(total), usize::try_from(headers)) else {
            return Err(DecodeError::PayloadTooLong);
        };
        let inner = total.checked_sub(OVERHEAD_BYTES).ok_or(DecodeError::FrameTooShort)?;
        let payload = inner.checked_sub(headers).ok_or(DecodeError::InvalidHeadersLength)?;
        if headers > MAX_HEADERS_BYTES {
            return Err(DecodeError::InvalidHeadersLength);
        }
        if payload > MAX_PAYLOAD_BYTES {
            return Err(DecodeError::PayloadTooLong);
        }
        Ok(Self { total, headers })
    }
}

/// A whole, checked frame, borrowed from where it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    headers: Headers<'a>,
    payload: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The frame's headers.
    pub fn headers(&self) -> Headers<'a> {
        self.headers
    }

    /// The frame's payload.
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// The frame at the start of `input`, which is advanced past it; or how many bytes are missing, of the prelude
    /// or, once its 12 bytes are there and good, of the whole frame.
    pub fn read(input: &mut &'a [u8]) -> Result<Result<Self, usize>, DecodeError> {
        Self::read_after(input, Headers::default())
    }

    /// The same, where the headers of a frame before are at hand: they were checked, and those of most frames are
    /// theirs byte for byte.
    pub fn read_after(input: &mut &'a [u8], before: Headers<'_>) -> Result<Result<Self, usize>, DecodeError> {
        let missing = |wanted: usize| Ok(Err(wanted.saturating_sub(input.len())));
        let Some(bytes) = input.first_chunk() else { return missing(PRELUDE_BYTES) };
        let prelude = Prelude::parse(bytes)?;
        let Some((frame, rest)) = input.split_at_checked(prelude.total) else {
            return missing(prelude.total);
        };
        let frame = Self::parse(prelude, frame, before)?;
        *input = rest;
        Ok(Ok(frame))
    }

    /// `bytes` is one frame from first to last byte and `prelude` is its prelude.
    pub(super) fn parse(prelude: Prelude, bytes: &'a [u8], before: Headers<'_>) -> Result<Self, DecodeError> {
        let (body, crc) = bytes.split_last_chunk::<4>().ok_or(DecodeError::FrameTooShort)?;
        if crc32(body) != u32::from_be_bytes(*crc) {
            return Err(DecodeError::MessageChecksumMismatch);
        }
        let mut reader = Reader::new(body);
        let headers = reader
            .take(PRELUDE_BYTES)
            .and_then(|_| reader.take(prelude.headers))
            .ok_or(DecodeError::InvalidHeadersLength)?;
        Ok(Self { headers: Headers::parse_after(headers, before)?, payload: reader.rest() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn parse(total: u32, headers: u32) -> Result<usize, DecodeError> {
        let mut bytes = [0; PRELUDE_BYTES];
        bytes[..4].copy_from_slice(&total.to_be_bytes());
        bytes[4..8].copy_from_slice(&headers.to_be_bytes());
        let crc = crc32(&bytes[..8]);
        bytes[8..].copy_from_slice(&crc.to_be_bytes());
        Prelude::parse(&bytes).map(|prelude| prelude.total)
    }

    #[test]
    fn each_limit_is_the_last_that_is_taken() {
        let (short, headers, long) =
            (DecodeError::FrameTooShort, DecodeError::InvalidHeadersLength, DecodeError::PayloadTooLong);
        for (total, of_headers, due) in [
            (0, 0, Err(short)),
            (15, 0, Err(short)),
            (16, 0, Ok(16)),
            (16, 1, Err(headers)),
            (17, 1, Ok(17)),
            (131_088, 131_072, Ok(131_088)),
            (131_089, 131_073, Err(headers)),
            (25_165_840, 0, Ok(25_165_840)),
            (25_165_841, 0, Err(long)),
            (25_165_841, 1, Ok(25_165_841)),
            (25_296_912, 131_072, Ok(25_296_912)),
            (25_296_913, 131_072, Err(long)),
            (u32::MAX, u32::MAX, Err(headers)),
            (u32::MAX, 0, Err(long)),
        ] {
            assert_eq!(parse(total, of_headers), due, "{total} {of_headers}");
        }
        assert_eq!((MAX_HEADERS_BYTES, MAX_PAYLOAD_BYTES, MAX_HEADERS), (131_072, 25_165_824, 1024));
    }

    #[test]
    fn an_error_says_its_name_and_no_more() {
        let error = DecodeError::UnknownHeaderType(77);
        assert_eq!(error.to_string(), "the answer is no event stream from here on: UnknownHeaderType");
        assert_eq!(DecodeError::FrameTooShort.name(), "FrameTooShort");
    }
}
