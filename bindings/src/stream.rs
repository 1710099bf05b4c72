//! A stream's frames as JSON; it keeps nothing from one call to the next.

use alloc::string::String;
use outcrop::decide::{EndMark, StreamKind, exception_name};
use outcrop::event_stream::{DecodeError, Frame, Message};
use outcrop::json::{is_one_object, push_number, push_string};

/// Writes what a frame says. Whether the stream has ended with it.
fn tell(message: Result<Message<'_>, DecodeError>, end: &mut EndMark, out: &mut String) -> bool {
    match message {
        // Protocols without HTTP bindings begin so; here it would say nothing (TRAPS: none seen).
        Ok(Message::Event { event_type: "initial-response", .. }) => false,
        Ok(Message::Event { event_type, payload }) => {
            let payload = if payload.is_empty() { b"{}" } else { payload };
            let Some(text) = core::str::from_utf8(payload).ok().filter(|text| is_one_object(text.as_bytes()))
            else {
                push_error(out, "InvalidPayload");
                return true;
            };
            end.observe(event_type, payload);
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

pub fn decode(kind: u32, bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().saturating_add(64));
    out.push_str("[");
    let kind_of = if kind < 2 { StreamKind::Converse } else { StreamKind::Invoke };
    let mut end = EndMark::new(kind_of, kind & 1 == 1);
    let mut rest = bytes;
    loop {
        match Frame::read(&mut rest) {
            Ok(Ok(frame)) => {
                if tell(Message::of(&frame), &mut end, &mut out) {
                    break;
                }
            }
            Ok(Err(missing)) => {
                // Both are below 2^26: a frame has at most 24 MiB and 128 KiB.
                let number = |bytes| u32::try_from(bytes).unwrap_or(u32::MAX);
                push_number(&mut out, number(missing).into());
                out.push_str(",");
                push_number(&mut out, (number(rest.len()).wrapping_mul(2) | u32::from(end.seen())).into());
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
    fn driven(kind: u32, chunks: &[&[u8]]) -> (String, String) {
        let (mut events, mut status) = (String::new(), String::from("0,0"));
        let (mut held, mut wanted, mut seen) = (Vec::new(), 0, 0);
        for chunk in chunks {
            held.extend_from_slice(chunk);
            if held.is_empty() || held.len() < wanted {
                continue;
            }
            let told = decode(kind + seen, &held);
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
            held.drain(..held.len() - end / 2);
            (wanted, seen) = (held.len() + missing, (end & 1) as u32);
            status = format!("{},{seen}", held.len());
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
        let due = driven(0, &[&bytes]);
        assert_eq!(due.1, "0,1");
        for cut in 0..=bytes.len() {
            let (head, tail) = bytes.split_at(cut);
            let (events, status) = driven(0, &[head, tail]);
            assert_eq!((events, status), due, "{cut}");
            let (_, status) = driven(0, &[head]);
            let held: usize = status.split(',').next().unwrap().parse().unwrap();
            assert_eq!(held, cut - ends.iter().filter(|end| **end <= cut).max().unwrap(), "{cut}");
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(driven(0, &single), due);
    }

    #[test]
    fn the_end_mark_is_the_streams_own() {
        let metrics = b"{\"bytes\":\"eyJhbWF6b24tYmVkcm9jay1pbnZvY2F0aW9uTWV0cmljcyI6e319\"}";
        let (last, other) = (event("chunk", metrics), event("chunk", b"{\"bytes\":\"e30=\"}"));
        for (chunks, seen) in [
            (vec![&other[..]], "0,0"),
            (vec![&other[..], &last[..]], "0,1"),
            (vec![&last[..], &other[..]], "0,0"),
            (vec![&last[..], b""], "0,1"),
        ] {
            assert_eq!(driven(2, &chunks).1, seen);
            assert_eq!(driven(2, &[&chunks.concat()]).1, seen);
        }
        // Bytes of a frame that is not whole yet leave it as it was.
        assert_eq!(driven(2, &[&last, &other[..20]]).1, "20,1");
        assert_eq!(driven(0, &[&last]).1, "0,0");
    }

    #[test]
    fn what_ends_a_stream_says_why() {
        let exception = frame(
            &[(":exception-type", "throttlingException"), (":message-type", "exception")],
            b"{\"message\":\"slow\"}",
        );
        let told = "{\"exception\":\"ThrottlingException\",\"wire\":\"throttlingException\",\"payload\":\"{\\\"message\\\":\\\"slow\\\"}\"}";
        assert_eq!(decode(0, &exception), format!("[{told}]"));
        let start = event("messageStart", b"{}");
        assert_eq!(
            decode(0, &[&start[..], &exception].concat()),
            format!("[{{\"messageStart\":{{}}}},{told}]")
        );
        let error = frame(&[(":error-message", "no"), (":message-type", "error")], b"");
        assert_eq!(decode(0, &error), "[{\"exception\":\"UnknownError\",\"wire\":\"\",\"text\":\"no\"}]");
        for bad in [&b"{}{}"[..], b"[]", b"\xff", b"{\"a\":1}}"] {
            assert_eq!(decode(0, &event("x", bad)), "[{\"error\":\"InvalidPayload\"}]");
        }
        let mut spoiled = start.clone();
        spoiled[20] ^= 1;
        assert_eq!(decode(0, &spoiled), "[{\"error\":\"MessageChecksumMismatch\"}]");
        // A prelude is judged before the rest has come.
        spoiled[8] ^= 1;
        assert_eq!(decode(0, &spoiled[..12]), "[{\"error\":\"PreludeChecksumMismatch\"}]");
        assert_eq!(decode(0, &spoiled[..11]), "[1,22]");
        assert_eq!(decode(0, &start[..12]), format!("[{},24]", start.len() - 12));
    }
}
