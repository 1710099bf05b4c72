//! Frames as aws-smithy-eventstream reads and writes them, beside ours.

use aws_smithy_eventstream::frame::{read_message_from, write_message_to};
use aws_smithy_types::DateTime;
use aws_smithy_types::event_stream::{Header as SmithyHeader, HeaderValue, Message};
use bytes::{Buf, Bytes};
use outcrop::event_stream::{Frame, Header, Value};

/// Every frame of a body, and where each ends. An `Err` is smithy's word for what is wrong.
pub fn smithy_frames(body: &[u8]) -> Result<Vec<(Message, usize)>, String> {
    let mut rest = Bytes::copy_from_slice(body);
    let mut frames = Vec::new();
    while rest.has_remaining() {
        let message = read_message_from(&mut rest).map_err(|error| error.to_string())?;
        frames.push((message, body.len() - rest.remaining()));
    }
    Ok(frames)
}

/// One frame.
pub fn smithy_read(bytes: &[u8]) -> Result<Message, String> {
    let mut rest = Bytes::copy_from_slice(bytes);
    let message = read_message_from(&mut rest).map_err(|error| format!("{error:?}"))?;
    Ok(message)
}

/// One frame's bytes.
pub fn smithy_write(message: &Message) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    write_message_to(message, &mut out).map_err(|error| format!("{error:?}"))?;
    Ok(out)
}

/// Whether the two say the same.
pub fn same(ours: &Frame<'_>, theirs: &Message) -> bool {
    let mut rest = theirs.headers().iter();
    ours.payload() == theirs.payload().as_ref()
        && ours.headers().iter().all(|ours| rest.next().is_some_and(|theirs| same_header(&ours, theirs)))
        && rest.next().is_none()
}

fn same_header(ours: &Header<'_>, theirs: &SmithyHeader) -> bool {
    ours.name == theirs.name().as_str()
        && match (ours.value, theirs.value()) {
            (Value::Bool(a), HeaderValue::Bool(b)) => a == *b,
            (Value::Byte(a), HeaderValue::Byte(b)) => a == *b,
            (Value::Short(a), HeaderValue::Int16(b)) => a == *b,
            (Value::Integer(a), HeaderValue::Int32(b)) => a == *b,
            (Value::Long(a), HeaderValue::Int64(b)) => a == *b,
            (Value::ByteArray(a), HeaderValue::ByteArray(b)) => a == b.as_ref(),
            (Value::String(a), HeaderValue::String(b)) => a == b.as_str(),
            (Value::Timestamp(a), HeaderValue::Timestamp(b)) => *b == DateTime::from_millis(a),
            (Value::Uuid(a), HeaderValue::Uuid(b)) => a == b.to_be_bytes(),
            _ => false,
        }
}

/// A header of ours as one of theirs.
pub fn to_smithy(header: &Header<'_>) -> SmithyHeader {
    let value = match header.value {
        Value::Bool(value) => HeaderValue::Bool(value),
        Value::Byte(value) => HeaderValue::Byte(value),
        Value::Short(value) => HeaderValue::Int16(value),
        Value::Integer(value) => HeaderValue::Int32(value),
        Value::Long(value) => HeaderValue::Int64(value),
        Value::ByteArray(value) => HeaderValue::ByteArray(Bytes::copy_from_slice(value)),
        Value::String(value) => HeaderValue::String(value.to_owned().into()),
        Value::Timestamp(value) => HeaderValue::Timestamp(DateTime::from_millis(value)),
        Value::Uuid(value) => HeaderValue::Uuid(u128::from_be_bytes(value)),
        other => panic!("a new kind of value: {other:?}"),
    };
    SmithyHeader::new(header.name.to_owned(), value)
}
