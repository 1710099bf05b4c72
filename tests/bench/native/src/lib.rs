//! The work that outcrop and AWS's own crates do natively, each as its user would write it. It measures nothing, and
//! ends the program where one of them refuses its input.

use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder, write_message_to};
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use bytes::Bytes;
use outcrop::event_stream::Decoder;
use outcrop::region::Region;
use outcrop::secret::{Credentials, Secret};
use outcrop::sigv4::{self, KeyCache, Payload, Request, Scope, Settings};
use outcrop::time::Timestamp;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const URL: &str = "https://bedrock-runtime.us-east-1.amazonaws.com\
    /model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse";
const HEADERS: [(&str, &str); 1] = [("content-type", "application/json")];
const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// Characters: about what AWS's temporary credentials have.
const TOKEN_LENGTH: usize = 900;
/// Seconds since 1970: 2026-11-21, about noon.
const TIME: u64 = 1_795_262_400;

/// A JSON body of that many bytes.
#[must_use]
pub fn body(bytes: usize) -> Vec<u8> {
    let (start, end) = (r#"{"messages":[{"role":"user","content":[{"text":""#, r#""}]}]}"#);
    let text = bytes.checked_sub(start.len() + end.len()).expect("a body is longer than its frame");
    [start, &"a".repeat(text), end].concat().into_bytes()
}

/// An answer of so many text events, 171 to 232 bytes each with Bedrock's padding, as AWS's own encoder writes it.
#[must_use]
pub fn answer(events: usize) -> Bytes {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut out = Vec::new();
    for at in 0..events {
        // 977 texts and 62 lengths of padding: neither repeats with the other, as in real answers.
        let padding = LETTERS.get(..(at * 7) % 62).unwrap_or_default();
        let text = at % 977;
        let payload =
            format!(r#"{{"contentBlockIndex":0,"delta":{{"text":" token{text}"}},"p":"{padding}"}}"#);
        let string = |text: &'static str| HeaderValue::String(text.into());
        let message = Message::new(payload.into_bytes())
            .add_header(Header::new(":event-type", string("contentBlockDelta")))
            .add_header(Header::new(":content-type", string("application/json")))
            .add_header(Header::new(":message-type", string("event")));
        write_message_to(&message, &mut out).expect("AWS's encoder writes such a frame");
    }
    out.into()
}

/// Signs with outcrop, which keeps the day's key.
#[derive(Debug)]
pub struct Outcrop {
    credentials: Credentials,
    region: Region,
    keys: KeyCache,
}

impl Default for Outcrop {
    fn default() -> Self {
        let token = Some(Secret::from("x".repeat(TOKEN_LENGTH)));
        Self {
            credentials: Credentials::new(ACCESS_KEY_ID, SECRET, token).expect("such are AWS's credentials"),
            region: Region::new("us-east-1").expect("such is a region"),
            keys: KeyCache::new(),
        }
    }
}

impl Outcrop {
    /// The headers to add, sorted.
    pub fn sign(&mut self, body: &[u8]) -> Vec<(String, String)> {
        self.sign_with(body, |headers| {
            let owned = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            sorted(owned.collect())
        })
    }

    /// Signs, and shows the headers to add.
    pub fn sign_with<T>(&mut self, body: &[u8], show: impl FnOnce(&[(&'static str, &str)]) -> T) -> T {
        let time = Timestamp::from_unix_millis(i64::try_from(TIME * 1000).expect("it is this century"));
        let scope = Scope::new(&self.region, "bedrock", time.expect("it is this century"));
        let request = Request { method: "POST", url: URL, headers: &HEADERS, payload: Payload::Bytes(body) };
        let signed = sigv4::sign(&request, &self.credentials, &scope, &Settings::default(), &mut self.keys);
        show(&signed.expect("such a request can be signed").headers())
    }
}

/// Signs with aws-sigv4's HTTP signing, told to do what Bedrock wants.
#[derive(Debug)]
pub struct AwsSigV4(Identity);

impl Default for AwsSigV4 {
    fn default() -> Self {
        let token = Some("x".repeat(TOKEN_LENGTH));
        Self(aws_credential_types::Credentials::new(ACCESS_KEY_ID, SECRET, token, None, "bench").into())
    }
}

impl AwsSigV4 {
    /// The headers to add, sorted.
    #[must_use]
    pub fn sign(&self, body: &[u8]) -> Vec<(String, String)> {
        self.sign_with(body, |headers| {
            sorted(headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
        })
    }

    /// Signs, and shows the headers to add.
    pub fn sign_with<T>(
        &self,
        body: &[u8],
        show: impl FnOnce(&mut dyn Iterator<Item = (&str, &str)>) -> T,
    ) -> T {
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Double;
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        let time: SystemTime = UNIX_EPOCH + Duration::from_secs(TIME);
        let params = v4::SigningParams::builder()
            .identity(&self.0)
            .region("us-east-1")
            .name("bedrock")
            .time(time)
            .settings(settings)
            .build()
            .expect("nothing is missing")
            .into();
        let request = SignableRequest::new("POST", URL, HEADERS.into_iter(), SignableBody::Bytes(body));
        let signed = sign(request.expect("such a request is well formed"), &params);
        let (instructions, _) = signed.expect("such a request can be signed").into_parts();
        show(&mut instructions.headers())
    }
}

fn sorted(mut headers: Vec<(String, String)>) -> Vec<(String, String)> {
    headers.sort();
    headers
}

/// Decodes an answer with outcrop and shows the type and the payload of each event.
pub fn outcrop_frames(answer: &Bytes, mut show: impl FnMut(&str, &[u8])) {
    let mut decoder = Decoder::new();
    let mut input: &[u8] = answer;
    while let Some(frame) = decoder.decode(&mut input).expect("AWS's own frames are good") {
        show(frame.headers().text(":event-type").expect("an event has a type"), frame.payload());
    }
    decoder.finish().expect("the answer is whole");
}

/// The same with aws-smithy-eventstream. The answer is in one piece of shared bytes, of which it copies nothing.
pub fn smithy_frames(answer: &Bytes, mut show: impl FnMut(&str, &[u8])) {
    let mut decoder = MessageFrameDecoder::new();
    let mut input = answer.clone();
    while let DecodedFrame::Complete(message) =
        decoder.decode_frame(&mut input).expect("AWS's own frames are good")
    {
        let header = message.headers().iter().find(|header| header.name().as_str() == ":event-type");
        let value = header.expect("an event has a type").value().as_string().expect("it is a string");
        show(value.as_str(), message.payload());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_do_the_same_work() {
        for bytes in [1024, 1 << 20] {
            let body = body(bytes);
            assert_eq!(body.len(), bytes);
            let (mut ours, theirs) = (Outcrop::default(), AwsSigV4::default());
            let due = theirs.sign(&body);
            assert_eq!(due.len(), 3, "{due:?}");
            assert_eq!(ours.sign(&body), due);
            assert_eq!(ours.sign(&body), due, "with the key that was kept");
        }
        let answer = answer(1000);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        outcrop_frames(&answer, |kind, payload| ours.push((kind.to_owned(), payload.to_vec())));
        smithy_frames(&answer, |kind, payload| theirs.push((kind.to_owned(), payload.to_vec())));
        assert_eq!(ours.len(), 1000);
        assert_eq!(ours, theirs);
    }
}
