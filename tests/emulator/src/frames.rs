//! Encodes event-stream frames with AWS's own encoder and damages them on request; decodes nothing.

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

/// The service pads every event with a member of varying length, at most this many characters
/// (the longest seen in recorded traffic).
const PADDING: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// One frame as the service sends it: three string headers, then the payload.
pub fn frame(headers: Vec<(String, HeaderValue)>, payload: Bytes) -> Bytes {
    let headers = headers.into_iter().map(|(name, value)| Header::new(name, value)).collect();
    let mut out = Vec::new();
    write_message_to(&Message::new_from_parts(headers, payload), &mut out)
        .expect("a frame of an emulator's answer can be encoded");
    out.into()
}

fn text(value: &str) -> HeaderValue {
    HeaderValue::String(value.to_owned().into())
}

fn json_frame(kind_header: &str, kind: &str, message_type: &str, payload: &Value) -> Bytes {
    frame(
        vec![
            (kind_header.to_owned(), text(kind)),
            (":content-type".to_owned(), text("application/json")),
            (":message-type".to_owned(), text(message_type)),
        ],
        payload.to_string().into(),
    )
}

/// An ordinary event.
pub fn event(kind: &str, payload: &Value) -> Bytes {
    json_frame(":event-type", kind, "event", payload)
}

/// A modelled exception inside a stream, named in lowerCamel as the union's member.
pub fn exception(kind: &str, payload: &Value) -> Bytes {
    json_frame(":exception-type", kind, "exception", payload)
}

/// An unmodelled error inside a stream: no payload.
pub fn error(code: &str, message: &str) -> Bytes {
    frame(
        vec![
            (":error-code".to_owned(), text(code)),
            (":error-message".to_owned(), text(message)),
            (":message-type".to_owned(), text("error")),
        ],
        Bytes::new(),
    )
}

/// Adds the padding member `p` to an event's payload; `seed` chooses its length.
pub fn padded(mut payload: Value, seed: usize) -> Value {
    // 37 is coprime to the 62 lengths, so consecutive seeds walk through all of them.
    let length = seed.wrapping_mul(37) % PADDING.len() + 1;
    if let Value::Object(members) = &mut payload {
        members.insert("p".to_owned(), json!(&PADDING[..length]));
    }
    payload
}

/// The event of an invoke stream that carries one JSON text of the model.
pub fn chunk(inner: &Value, seed: usize) -> Bytes {
    let bytes = STANDARD.encode(inner.to_string());
    event("chunk", &padded(json!({ "bytes": bytes }), seed))
}

/// Which part of a frame to damage.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// Bytes 0–3.
    TotalLength,
    /// Bytes 4–7.
    HeadersLength,
    /// Bytes 8–11.
    PreludeCrc,
    /// The first header byte.
    Headers,
    /// The first payload byte.
    Payload,
    /// The last four bytes.
    MessageCrc,
}

/// Sets `field` to `value`, or flips its lowest bits when no value is given; with `mend` both checksums
/// are made right again, so that only the field itself is wrong. A frame too short for the field stays.
pub fn corrupt(frame: &Bytes, field: Field, value: Option<u32>, mend: bool) -> Bytes {
    let mut bytes = frame.to_vec();
    let length = bytes.len();
    let headers = u32::from_be_bytes(bytes[4..8].try_into().expect("four bytes")) as usize;
    // 12 bytes of prelude, 4 of closing checksum: the frame's fixed layout.
    let (start, width) = match field {
        Field::TotalLength => (0, 4),
        Field::HeadersLength => (4, 4),
        Field::PreludeCrc => (8, 4),
        Field::Headers => (12, 1),
        Field::Payload => (12 + headers, 1),
        Field::MessageCrc => (length - 4, 4),
    };
    match (value, width) {
        (Some(value), 4) => bytes[start..start + 4].copy_from_slice(&value.to_be_bytes()),
        (Some(value), _) => bytes[start] = value.to_be_bytes()[3],
        (None, _) => bytes[start + width - 1] ^= 1,
    }
    if mend {
        let prelude = crc32fast::hash(&bytes[..8]);
        bytes[8..12].copy_from_slice(&prelude.to_be_bytes());
        let message = crc32fast::hash(&bytes[..length - 4]);
        bytes[length - 4..].copy_from_slice(&message.to_be_bytes());
    }
    bytes.into()
}
