//! The AWS event-stream framing by hand: frames in and out of bytes; it knows no model and opens no connection.
//!
//! Source: the Smithy specification, "Amazon Event Stream". A frame is a prelude (total length,
//! headers length, CRC-32 of both: 12 bytes), headers, payload, and CRC-32 of all before it.

#[cfg(any(test, target_arch = "wasm32"))]
mod crc;
mod decoder;
mod encoder;
mod frame;
mod header;
mod message;

#[cfg(target_arch = "wasm32")]
use crc::crc32;
// By the processor's own instructions where it has some. Its tables would be 15 kB of the compressed wasm.
#[cfg(not(target_arch = "wasm32"))]
use crc32fast::hash as crc32;

/// Whether a glance tells that all texts in there are UTF-8. `false` says nothing, and is all that is said where a
/// glance is not cheap.
fn is_plain(bytes: &[u8]) -> bool {
    cfg!(not(target_arch = "wasm32")) && bytes.is_ascii()
}

pub use decoder::{Decoder, Truncated};
pub use encoder::{EncodeError, encode};
pub use frame::{DecodeError, Frame, MAX_HEADERS, MAX_HEADERS_BYTES, MAX_PAYLOAD_BYTES};
pub use header::{Header, Headers, Value};
pub use message::Message;
