//! A stream's frames as JSON; it keeps nothing from one call to the next.

use alloc::string::String;
use outcrop::decide::exception_name;
use outcrop::event_stream::{DecodeError, Frame, Headers, Message};
use outcrop::json::{is_one_object, push_number, push_string};

/// The type of most events, and the headers that Bedrock gives it, byte for byte: before the first event of a call they
/// stand for those of the last one.
const DELTA: &str = "contentBlockDelta";
const HEADERS: &[u8] = b"\x0b:event-type\x07\0\x11contentBlockDelta\x0d:content-type\x07\0\x10application/json\x0d:message-type\x07\0\x05event";

/// What the frames before have left: most are as the last one was.
struct Last<'a> {
    /// The headers of the last event, and the type that they name.
    headers: Headers<'a>,
    event_type: &'a str,
    /// The content block of the last text.
    block: &'a [u8],
}

/// Writes what a frame says. Whether the stream has ended with it.
fn tell<'a>(message: Result<Message<'a>, DecodeError>, last: &mut Last<'a>, out: &mut String) -> bool {
    match message {
        // Protocols without HTTP bindings begin so; here it would say nothing (TRAPS: none seen).
        Ok(Message::Event { event_type: "initial-response", .. }) => false,
        Ok(Message::Event { event_type, payload }) => {
            if let Some((block, text)) = delta(event_type, payload) {
                if block != last.block {
                    last.block = block;
                    out.push_str(core::str::from_utf8(block).unwrap_or_default());
                    out.push_str(",");
                }
                out.push_str(text);
                out.push_str(",");
                return false;
            }
            let payload = if payload.is_empty() { b"{}" } else { payload };
            let Some(text) = core::str::from_utf8(payload).ok().filter(|text| is_one_object(text.as_bytes()))
            else {
                push_error(out, "InvalidPayload");
                return true;
            };
            out.push_str("{");
            push_string(out, event_type);
            for part in &[":", text, "},"] {
                out.push_str(part);
            }
            false
        }
        Ok(Message::Exception { exception_type, payload }) => {
            push_members(
                out,
                &[
                    ("exception", &exception_name(exception_type)),
                    ("wire", exception_type),
                    ("payload", core::str::from_utf8(payload).unwrap_or_default()),
                ],
            );
            true
        }
        Ok(Message::Error { code, message }) => {
            push_members(out, &[("exception", &exception_name(code)), ("wire", code), ("text", message)]);
            true
        }
        Err(error) => {
            push_error(out, error.name());
            true
        }
    }
}

/// Of an event that is a piece of text and nothing more, which most of an answer's are, the content block's number and
/// the text with its quotes, both as they stand: parsed with thousands of others they cost a third of the time. The
/// padding is left out. Whatever is written in another way is not seen here.
fn delta<'a>(event_type: &str, payload: &'a [u8]) -> Option<(&'a [u8], &'a str)> {
    if event_type != DELTA {
        return None;
    }
    // A number, or whatever JSON says to it.
    let (block, rest) = word(after(payload, b"{\"contentBlockIndex\":")?);
    let rest = after(rest, b",\"delta\":{\"text\":")?;
    let mut bytes = after(rest, b"\"")?.iter();
    loop {
        match bytes.next()? {
            b'"' => break,
            b'\\' => _ = bytes.next(),
            _ => {}
        }
    }
    let behind = bytes.as_slice();
    let (text, _) = rest.split_at_checked(rest.len().saturating_sub(behind.len()))?;
    let mut end = after(behind, b"}")?;
    if let Some(padding) = after(end, b",\"p\":\"") {
        end = after(word(padding).1, b"\"")?;
    }
    if end == b"}" { Some((block, core::str::from_utf8(text).ok()?)) } else { None }
}

/// What comes after this beginning.
#[inline(never)]
fn after<'a>(bytes: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    bytes.strip_prefix(start)
}

/// Letters and digits, and what comes after them.
#[inline(never)]
fn word(bytes: &[u8]) -> (&[u8], &[u8]) {
    let length = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    bytes.split_at_checked(length).unwrap_or_default()
}

fn push_members(out: &mut String, members: &[(&str, &str)]) {
    let mut before = "{";
    for (name, value) in members {
        out.push_str(before);
        before = ",";
        push_string(out, name);
        out.push_str(":");
        push_string(out, value);
    }
    out.push_str("}");
}

fn push_error(out: &mut String, name: &str) {
    push_members(out, &[("error", name)]);
}

pub fn decode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().saturating_add(64));
    out.push_str("[");
    let mut last = Last { headers: Headers::trusted(HEADERS), event_type: DELTA, block: b"-" };
    let mut rest = bytes;
    loop {
        match Frame::read_after(&mut rest, last.headers) {
            Ok(Ok(frame)) => {
                let (headers, payload) = (frame.headers(), frame.payload());
                let message = if headers == last.headers {
                    Ok(Message::Event { event_type: last.event_type, payload })
                } else {
                    Message::of(&frame)
                };
                if let Ok(Message::Event { event_type, .. }) = message {
                    (last.headers, last.event_type) = (headers, event_type);
                }
                if tell(message, &mut last, &mut out) {
                    break;
                }
            }
            Ok(Err(missing)) => {
                // Both are below 2^26: a frame has at most 24 MiB and 128 KiB.
                let number = |bytes| u32::try_from(bytes).unwrap_or(u32::MAX).into();
                push_number(&mut out, number(missing));
                out.push_str(",");
                push_number(&mut out, number(rest.len()));
                break;
            }
            Err(error) => {
                push_error(&mut out, error.name());
                break;
            }
        }
    }
    out.push_str("]");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use outcrop::event_stream::{Header, Value, encode};

    fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
        let headers: Vec<_> =
            headers.iter().map(|(name, text)| Header { name, value: Value::String(text) }).collect();
        encode(&headers, payload).unwrap()
    }

    fn event(name: &str, payload: &[u8]) -> Vec<u8> {
        frame(&[(":event-type", name), (":message-type", "event")], payload)
    }

    #[expect(clippy::arithmetic_side_effects, reason = "lengths of a test")]
    /// As the host does it: the rest of the last call and what has come since, once enough has come.
    fn driven(chunks: &[&[u8]]) -> (String, String) {
        let (mut events, mut status) = (String::new(), String::from("0"));
        let (mut held, mut wanted) = (Vec::new(), 0);
        for chunk in chunks {
            held.extend_from_slice(chunk);
            if held.is_empty() || held.len() < wanted {
                continue;
            }
            let told = decode(&held);
            let told = told.strip_prefix('[').unwrap().strip_suffix(']').unwrap();
            let Some((before, end)) = told.rsplit_once(',').filter(|_| !told.ends_with('}')) else {
                return (events, told.to_owned());
            };
            let (sent, missing) = before.rsplit_once(',').unwrap_or(("", before));
            if !events.is_empty() && !sent.is_empty() {
                events.push(',');
            }
            events.push_str(sent);
            let (missing, end): (usize, usize) = (missing.parse().unwrap(), end.parse().unwrap());
            held.drain(..held.len() - end);
            wanted = held.len() + missing;
            status = end.to_string();
        }
        (events, status)
    }

    #[test]
    fn every_cut_says_the_same() {
        let frames = [
            event("initial-response", b"{}"),
            event("messageStart", b"{\"role\":\"assistant\"}"),
            event("contentBlockStop", b""),
            event("metadata", "{\"é\":[\"}\"]}".as_bytes()),
            event("later", b"{}"),
        ];
        let bytes = frames.concat();
        let ends: Vec<usize> = (0..=frames.len()).map(|count| frames[..count].concat().len()).collect();
        let due = driven(&[&bytes]);
        assert_eq!(due.1, "0");
        // Miri takes half a second for one: it is shown some. All are cut natively and as wasm.
        for cut in (0..=bytes.len()).step_by(if cfg!(miri) { 5 } else { 1 }) {
            let (head, tail) = bytes.split_at(cut);
            let (events, status) = driven(&[head, tail]);
            assert_eq!((events, status), due, "{cut}");
            let (_, status) = driven(&[head]);
            let held: usize = status.parse().unwrap();
            assert_eq!(held, cut - ends.iter().filter(|end| **end <= cut).max().unwrap(), "{cut}");
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(driven(&single), due);
    }

    #[test]
    fn texts_are_told_short() {
        let text = |block: &str, text: &str, more: &str| {
            let payload = format!("{{\"contentBlockIndex\":{block},\"delta\":{{\"text\":{text}}}{more}}}");
            (event("contentBlockDelta", payload.as_bytes()), payload)
        };
        let short = [
            ("0", "\"a\"", "", "0,\"a\","),
            ("0", "\"\"", ",\"p\":\"abC9\"", "\"\","),
            ("10", "\"\\\"}}\\\\\"", ",\"p\":\"\"", "10,\"\\\"}}\\\\\","),
            ("0", "\"\u{e9}\"", "", "0,\"\u{e9}\","),
            ("0", "\"b\"", "", "\"b\","),
            // No JSON, and so an error where it is parsed.
            ("", "\"b\"", "", ",\"b\","),
            ("01", "\"b\"", "", "01,\"b\","),
        ];
        let frames: Vec<_> = short.iter().map(|(block, words, more, _)| text(block, words, more).0).collect();
        let told: String = short.iter().map(|(.., told)| *told).collect();
        assert_eq!(decode(&frames.concat()), format!("[{told}12,0]"));
        // Whatever is not written just so is told as it stands.
        for (block, words, more) in [
            ("-1", "\"a\"", ""),
            ("0", "null", ""),
            ("0", "\"a\",\"b\":1", ""),
            ("0", "\"a\"", ",\"p\":\"\\\"\""),
            ("0", "\"a\"", ",\"p\":1"),
            ("0", "\"a\"", ",\"q\":\"a\""),
            ("0", "\"a\"", " "),
        ] {
            let (frame, payload) = text(block, words, more);
            assert_eq!(decode(&frame), format!("[{{\"contentBlockDelta\":{payload}}},12,0]"));
        }
        // Another event's, and one that is cut short.
        let (_, payload) = text("0", "\"a\"", "");
        assert_eq!(decode(&event("other", payload.as_bytes())), format!("[{{\"other\":{payload}}},12,0]"));
        for bad in [
            "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"a",
            "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"\\",
        ] {
            let told = "[{\"error\":\"InvalidPayload\"}]";
            assert_eq!(decode(&event("contentBlockDelta", bad.as_bytes())), told);
        }
    }

    #[test]
    fn headers_like_those_before_are_not_taken_for_others() {
        let exception = |kind| frame(&[(":event-type", "x"), (":message-type", kind)], b"{}");
        let frames = [event("x", b"{}"), event("x", b"{}"), event("y", b"{}"), exception("exception")];
        let due = "[{\"x\":{}},{\"x\":{}},{\"y\":{}},{\"error\":\"InvalidEventType\"}]";
        assert_eq!(decode(&frames.concat()), due);
    }

    #[test]
    fn what_ends_a_stream_says_why() {
        let exception = frame(
            &[(":exception-type", "throttlingException"), (":message-type", "exception")],
            b"{\"message\":\"slow\"}",
        );
        let told = "{\"exception\":\"ThrottlingException\",\"wire\":\"throttlingException\",\"payload\":\"{\\\"message\\\":\\\"slow\\\"}\"}";
        assert_eq!(decode(&exception), format!("[{told}]"));
        let start = event("messageStart", b"{}");
        assert_eq!(decode(&[&start[..], &exception].concat()), format!("[{{\"messageStart\":{{}}}},{told}]"));
        let error = frame(&[(":error-message", "no"), (":message-type", "error")], b"");
        assert_eq!(decode(&error), "[{\"exception\":\"UnknownError\",\"wire\":\"\",\"text\":\"no\"}]");
        for bad in [&b"{}{}"[..], b"[]", b"\xff", b"{\"a\":1}}"] {
            assert_eq!(decode(&event("x", bad)), "[{\"error\":\"InvalidPayload\"}]");
        }
        let mut spoiled = start.clone();
        spoiled[20] ^= 1;
        assert_eq!(decode(&spoiled), "[{\"error\":\"MessageChecksumMismatch\"}]");
        // A prelude is judged before the rest has come.
        spoiled[8] ^= 1;
        assert_eq!(decode(&spoiled[..12]), "[{\"error\":\"PreludeChecksumMismatch\"}]");
        assert_eq!(decode(&spoiled[..11]), "[1,11]");
        assert_eq!(decode(&start[..12]), format!("[{},12]", start.len() - 12));
    }
}
