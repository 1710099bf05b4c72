//! Signatures of event-stream chunks, each made over the one before it; it writes no frame and keeps no signature.
//!
//! Source: Amazon Transcribe's developer guide, "Event stream encoding", and the published signers of AWS.

use super::encode::push_hex;
use super::hash::Sha256;
use super::sign::Scope;
use crate::region::Region;
use crate::time::Timestamp;
use alloc::string::String;

/// The signature of a chunk, in hexadecimal.
///
/// `payload` is the chunk's payload: the encoded message that it carries, or nothing for the chunk that ends a
/// stream. `prior` is the signature before it, in hexadecimal: the request's own for the first chunk. `time` is what
/// the chunk's `:date` header says, to the millisecond. AWS's own Rust signer signs and checks whole seconds only, so
/// those are what one had better give. `service` is the signing name, `bedrock`.
pub fn sign_chunk(
    secret: &str,
    region: &Region,
    service: &str,
    time: Timestamp,
    prior: &str,
    payload: &[u8],
) -> String {
    let scope = Scope::new(region, service, time);
    scope.key(secret).sign(&string_to_sign(&scope, time, prior, payload))
}

fn string_to_sign(scope: &Scope<'_>, time: Timestamp, prior: &str, payload: &[u8]) -> String {
    // The header `:date` as a frame has it: the name behind its length, then type 8 and the time in Unix milliseconds.
    let mut date = Sha256::new();
    date.put(b"\x05:date\x08");
    date.put(&time.as_unix_millis().to_be_bytes());
    // Three hashes of 64 characters, and some 100 for the rest.
    let mut out = String::with_capacity(320);
    for part in ["AWS4-HMAC-SHA256-PAYLOAD", scope.amz_date(), &scope.text(), prior] {
        out.push_str(part);
        out.push('\n');
    }
    push_hex(&mut out, &date.finish());
    out.push('\n');
    push_hex(&mut out, &Sha256::digest(payload));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_stream::{Header, Value, encode};
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// The whole signature, by the crate hmac from the key's four steps on.
    #[test]
    fn a_chunk_is_signed_with_the_key_of_its_day() {
        use hmac::{Hmac, KeyInit, Mac};
        let tag = |key: &[u8], text: &[u8]| {
            let mut hmac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
            hmac.update(text);
            hmac.finalize().into_bytes().to_vec()
        };
        let region = Region::new("eu-west-1").unwrap();
        for (ms, day) in [(123_456_789_000, "19731129"), (1_700_000_000_999, "20231114")] {
            let time = Timestamp::from_unix_millis(ms).unwrap();
            // A block takes Miri a tenth of a second.
            for payload in [&b"payload"[..], b""].into_iter().take(if cfg!(miri) { 1 } else { 2 }) {
                let text = string_to_sign(&Scope::new(&region, "bedrock", time), time, "prior", payload);
                let steps: [&[u8]; 4] = [day.as_bytes(), b"eu-west-1", b"bedrock", b"aws4_request"];
                let key = steps.iter().fold(b"AWS4secret".to_vec(), |key, step| tag(&key, step));
                let due: String =
                    tag(&key, text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
                assert_eq!(sign_chunk("secret", &region, "bedrock", time, "prior", payload), due);
            }
        }
    }

    /// The example in aws-sigv4's own tests (1.6.4, `event_stream.rs`).
    #[test]
    fn the_string_to_sign_is_as_aws_sigv4_has_it() {
        let region = Region::new("us-east-1").unwrap();
        let time = Timestamp::from_unix_millis(123_456_789_000).unwrap();
        let scope = Scope::new(&region, "testservice", time);
        let header = Header { name: "some-header", value: Value::String("value") };
        let payload = encode(&[header], b"test payload").unwrap();
        let mut prior = String::new();
        push_hex(&mut prior, &Sha256::digest(b"last message sts"));
        assert_eq!(
            string_to_sign(&scope, time, &prior, &payload),
            "AWS4-HMAC-SHA256-PAYLOAD\n\
            19731129T213309Z\n\
            19731129/us-east-1/testservice/aws4_request\n\
            be1f8c7d79ef8e1abc5254a2c70e4da3bfaf4f07328f527444e1fc6ea67273e2\n\
            0c0e3b3bf66b59b976181bd7d401927bbd624107303c713fd1e5f3d3c8dd1b1e\n\
            f2eba0f2e95967ee9fbc6db5e678d2fd599229c0d04b11e4fc8e0f2a02a806c6"
        );
    }
}
