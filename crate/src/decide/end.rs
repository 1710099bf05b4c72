//! Whether a stream has said all it had to say; bytes that merely stop are never a good end.

use alloc::vec::Vec;

/// Which stream is read, and with it which event must have come before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamKind {
    /// ConverseStream: `metadata` is its last event.
    Converse,
    /// InvokeModelWithResponseStream: its last `chunk` has `amazon-bedrock-invocationMetrics`.
    Invoke,
    /// InvokeModelWithBidirectionalStream: no event is known to be its last. It ends where HTTP/2 or the WebSocket
    /// says that it does, which neither says of a connection that merely broke.
    #[cfg(feature = "client")]
    Bidirectional,
}

/// Watches for the event without which a stream was cut short.
///
/// Source: all recorded streams that ended well have it; the service model does not say so.
#[derive(Clone, Debug)]
pub struct EndMark {
    kind: StreamKind,
    seen: bool,
    /// The last chunk of an invoke stream. It is looked into only when somebody asks, once for all the
    /// chunks that came together.
    last: Vec<u8>,
}

/// 4 KiB: a longer chunk is looked into at once, instead of being kept.
const KEEP_BYTES: usize = 4096;

impl EndMark {
    /// `seen` is true for a stream whose mark was seen by a decoder that this one takes over from.
    pub const fn new(kind: StreamKind, seen: bool) -> Self {
        Self { kind, seen, last: Vec::new() }
    }

    /// Looks at one event.
    pub fn observe(&mut self, event_type: &str, payload: &[u8]) {
        match self.kind {
            #[cfg(feature = "client")]
            StreamKind::Bidirectional => {}
            StreamKind::Converse => self.seen = self.seen || event_type == "metadata",
            StreamKind::Invoke if event_type != "chunk" => {}
            StreamKind::Invoke => {
                self.last.clear();
                self.seen = payload.len() > KEEP_BYTES && has_metrics(payload);
                if payload.len() <= KEEP_BYTES {
                    self.last.extend_from_slice(payload);
                }
            }
        }
    }

    /// Whether there is such a mark.
    #[cfg(feature = "client")]
    pub fn is_known(&self) -> bool {
        self.kind != StreamKind::Bidirectional
    }

    /// Whether the mark was seen; in an invoke stream, whether the last chunk has it. Where none is known, always.
    pub fn seen(&self) -> bool {
        #[cfg(feature = "client")]
        if !self.is_known() {
            return true;
        }
        self.seen || has_metrics(&self.last)
    }
}

/// The key, with the quote that ends it: within a JSON string a quote is escaped, so these bytes
/// followed by a colon are a key and never a model's words.
const METRICS: &[u8] = b"amazon-bedrock-invocationMetrics\"";

/// Whether the base64 in a chunk's `bytes` decodes to JSON with the invocation metrics.
fn has_metrics(payload: &[u8]) -> bool {
    member(payload, b"\"bytes\"")
        .and_then(|value| value.trim_ascii_start().strip_prefix(b"\""))
        .is_some_and(|encoded| member(&decode_base64(encoded), METRICS).is_some())
}

/// What follows the colon of a key. Where no colon follows, the same text is a value.
fn member<'a>(json: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let mut rest = json;
    loop {
        let at = rest.windows(key.len()).position(|window| window == key)?;
        rest = rest.get(at.checked_add(key.len())?..)?;
        if let Some(value) = rest.trim_ascii_start().strip_prefix(b":") {
            return Some(value);
        }
    }
}

/// RFC 4648 section 4, up to the first byte that is none of its letters. (A library for it would be
/// 2.7 kB of wasm; the chunks themselves are decoded by one, or by the host.)
fn decode_base64(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bits = 0_u32;
    let mut count = 0_u32;
    for byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte.wrapping_sub(b'A'),
            b'a'..=b'z' => byte.wrapping_sub(b'a').wrapping_add(26),
            b'0'..=b'9' => byte.wrapping_sub(b'0').wrapping_add(52),
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = (bits << 6) | u32::from(value);
        count = count.wrapping_add(6);
        if count >= 8 {
            count = count.wrapping_sub(8);
            out.extend(u8::try_from((bits >> count) & 255));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn base64_as_the_rfc_has_it() {
        for (text, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(decode_base64(encoded.as_bytes()), text.as_bytes());
        }
    }

    #[test]
    fn base64_of_every_byte() {
        let bytes: Vec<u8> = (0..=255).flat_map(|byte: u8| [byte, byte ^ 0x55, !byte]).collect();
        for length in [0, 1, 2, 3, 4, 5, 767, 768] {
            assert_eq!(
                decode_base64(STANDARD.encode(&bytes[..length]).as_bytes()),
                bytes[..length],
                "{length}"
            );
        }
        // It ends at what is no letter of its alphabet, and takes no byte that was not whole before.
        for end in ['=', '-', '_', '@', '[', '`', '{', ':', '.', '"'] {
            assert_eq!(decode_base64(format!("Zm9v{end}Zm9v").as_bytes()), b"foo", "{end}");
            assert_eq!(decode_base64(format!("Zm9vZ{end}").as_bytes()), b"foo", "{end}");
        }
    }

    /// The key as it stands in a chunk that ends an invoke stream.
    const END: &str = "{\"amazon-bedrock-invocationMetrics\":{}}";

    #[test]
    fn the_last_chunk_counts_and_no_other() {
        let mut mark = EndMark::new(StreamKind::Invoke, false);
        assert!(!mark.seen());
        mark.observe("chunk", &chunk("{}"));
        assert!(!mark.seen());
        mark.observe("chunk", &chunk(END));
        assert!(mark.seen());
        // What is no chunk changes nothing, whatever it holds; a chunk after the last one does.
        mark.observe("other", &chunk("{}"));
        assert!(mark.seen());
        mark.observe("chunk", &chunk("{}"));
        mark.observe("other", &chunk(END));
        mark.observe("metadata", b"{}");
        assert!(!mark.seen());
        assert!(EndMark::new(StreamKind::Invoke, true).seen());
    }

    #[test]
    fn a_chunk_of_any_size_counts() {
        // All sizes around the one above which a chunk is not kept; one on each side under Miri, which is slow.
        let around = (KEEP_BYTES - 90..KEEP_BYTES - 50).step_by(if cfg!(miri) { 39 } else { 1 });
        for pad in (0..KEEP_BYTES).step_by(if cfg!(miri) { KEEP_BYTES } else { 1000 }).chain(around) {
            let whole = format!("{{\"p\":\"{}\",\"bytes\":\"{}\"}}", "x".repeat(pad), STANDARD.encode(END));
            let mut mark = EndMark::new(StreamKind::Invoke, false);
            mark.observe("chunk", whole.as_bytes());
            assert!(mark.seen(), "{pad}");
            // Too long to be kept, and nothing is: neither it nor the one before.
            assert_eq!(mark.last.len(), if whole.len() > KEEP_BYTES { 0 } else { whole.len() });
            mark.observe("chunk", whole.replace("bytes", "others").as_bytes());
            assert!(!mark.seen(), "{pad}");
        }
    }

    #[test]
    fn the_metadata_count_once_and_for_all() {
        let mut mark = EndMark::new(StreamKind::Converse, false);
        mark.observe("messageStop", b"{}");
        mark.observe("chunk", &chunk(END));
        assert!(!mark.seen());
        mark.observe("metadata", b"{}");
        assert!(mark.seen());
        mark.observe("contentBlockDelta", b"{}");
        assert!(mark.seen());
        assert!(EndMark::new(StreamKind::Converse, true).seen());
    }

    #[cfg(feature = "client")]
    #[test]
    fn a_conversation_has_no_mark() {
        let known = |kind| EndMark::new(kind, false).is_known();
        assert!(
            known(StreamKind::Converse) && known(StreamKind::Invoke) && !known(StreamKind::Bidirectional)
        );
        assert!(EndMark::new(StreamKind::Bidirectional, false).seen());
        assert!(!EndMark::new(StreamKind::Converse, false).seen());
    }

    fn chunk(json: &str) -> Vec<u8> {
        format!("{{\"bytes\":\"{}\",\"p\":\"abc\"}}", STANDARD.encode(json)).into_bytes()
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
