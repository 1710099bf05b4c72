//! Whether a stream has said all it had to say; bytes that merely stop are never a good end.

use base64ct::{Base64, Encoding};

/// Which stream is read, and with it which event must have come before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamKind {
    /// ConverseStream: `metadata` is its last event.
    Converse,
    /// InvokeModelWithResponseStream: its last `chunk` has `amazon-bedrock-invocationMetrics`.
    Invoke,
}

/// Watches for the event without which a stream was cut short.
///
/// Source: all recorded streams that ended well have it; the service model does not say so.
#[derive(Clone, Copy, Debug)]
pub struct EndMark {
    kind: StreamKind,
    seen: bool,
}

impl EndMark {
    /// `seen` is true for a stream whose mark was seen by a decoder that this one takes over from.
    pub const fn new(kind: StreamKind, seen: bool) -> Self {
        Self { kind, seen }
    }

    /// Looks at one event.
    pub fn observe(&mut self, event_type: &str, payload: &[u8]) {
        self.seen = self.seen
            || match self.kind {
                StreamKind::Converse => event_type == "metadata",
                StreamKind::Invoke => event_type == "chunk" && has_metrics(payload),
            };
    }

    /// Whether the mark was seen.
    pub fn seen(&self) -> bool {
        self.seen
    }
}

/// The key, with the quote that ends it: within a JSON string a quote is escaped, so these bytes
/// followed by a colon are a key and never a model's words.
const METRICS: &[u8] = b"amazon-bedrock-invocationMetrics\"";

/// Whether the base64 in a chunk's `bytes` decodes to JSON with the invocation metrics.
fn has_metrics(payload: &[u8]) -> bool {
    encoded_bytes(payload).is_some_and(|text| {
        // The key begins within the encoded text at one of three offsets from a group of three
        // bytes. Looking for the part of it that each offset fixes costs less than decoding
        // every chunk, and only a chunk that has one is decoded.
        text_may_hold_metrics(text) && Base64::decode_vec(text).is_ok_and(|json| holds_key(&json))
    })
}

/// The value of the member `bytes`: base64 has no quote and no escape in it.
fn encoded_bytes(payload: &[u8]) -> Option<&str> {
    let text = core::str::from_utf8(payload).ok()?;
    // Where no colon follows, `"bytes"` is the text of another member.
    let value = text
        .split("\"bytes\"")
        .skip(1)
        .find_map(|after| after.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"'))?;
    value.split_once('"').map(|(encoded, _)| encoded)
}

fn text_may_hold_metrics(text: &str) -> bool {
    MARKS.iter().any(|mark| text.contains(mark))
}

/// base64 of `amazon-bedrock-invocationMetrics`, as far as it is fixed, when it starts 0, 1 or 2 bytes
/// into a group of three.
const MARKS: [&str; 3] = [
    "YW1hem9uLWJlZHJvY2staW52b2NhdGlvbk1ldHJpY3",
    "FtYXpvbi1iZWRyb2NrLWludm9jYXRpb25NZXRyaWNz",
    "hbWF6b24tYmVkcm9jay1pbnZvY2F0aW9uTWV0cmljc",
];

fn holds_key(json: &[u8]) -> bool {
    json.windows(METRICS.len())
        .zip(METRICS.len()..)
        .filter(|(window, _)| *window == METRICS)
        .filter_map(|(_, end)| json.get(end..))
        .any(|after| after.trim_ascii_start().first() == Some(&b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(json: &str) -> Vec<u8> {
        format!("{{\"bytes\":\"{}\",\"p\":\"abc\"}}", Base64::encode_string(json.as_bytes())).into_bytes()
    }

    #[test]
    fn the_metrics_are_found_at_every_offset_and_only_as_a_key() {
        for pad in 0..12 {
            let text = "x".repeat(pad);
            let end = format!("{{\"a\":\"{text}\",\"amazon-bedrock-invocationMetrics\" : {{}}}}");
            assert!(has_metrics(&chunk(&end)), "{pad}");
            let words = format!("{{\"a\":\"{text}\\\"amazon-bedrock-invocationMetrics\\\":\"}}");
            assert!(!has_metrics(&chunk(&words)), "{pad}");
        }
        let end = chunk("{\"amazon-bedrock-invocationMetrics\":{}}");
        assert!(has_metrics(&[b"{\"kind\":\"bytes\",", &end[1..]].concat()));
        assert!(!has_metrics(b"{\"bytes\":"));
        assert!(!has_metrics(b"\xff"));
    }
}
