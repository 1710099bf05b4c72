//! The AWS event-stream framing by hand: frames in and out of bytes; it knows no model and opens no connection.
//!
//! Source: the Smithy specification, "Amazon Event Stream". A frame is a prelude (total length,
//! headers length, CRC-32 of both: 12 bytes), headers, payload, and CRC-32 of all before it.

mod crc;
mod decoder;
mod encoder;
mod frame;
mod header;
mod message;

pub use decoder::{Decoder, Truncated};
pub use encoder::{EncodeError, encode};
pub use frame::{DecodeError, Frame, MAX_HEADERS, MAX_HEADERS_BYTES, MAX_PAYLOAD_BYTES};
pub use header::{Header, Headers, Value};
pub use message::Message;
