//! The chain of chunk signatures, each checked by signing the chunk again with aws-sigv4's `sign-eventstream`. It
//! holds no signing code of its own.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::event_stream::{SigningParams, sign_empty_message, sign_message};
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use aws_smithy_eventstream::frame::{read_message_from, write_headers_to};
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_types::DateTime;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use sha2::{Digest, Sha256};

use crate::auth::OTHER_SECRET;
use crate::claim::basic;

/// A chunk may be this many seconds older or newer than the clock, as a request may.
const ALLOWED_SKEW_SECONDS: u64 = 300;

/// What the next chunk is signed with and over.
pub struct Chain {
    pub secret: &'static str,
    pub region: String,
    pub service: String,
    /// The signature before, in hexadecimal: the request's own at first.
    pub prior: String,
}

impl Chain {
    /// Whether the chunk is signed as it should be; then it is the next one's prior. The text says what is wrong.
    pub fn check(&mut self, chunk: &Message, now: SystemTime, wrong_secret: bool) -> Result<(), String> {
        let header = |wanted: &str| {
            let mut found = chunk.headers().iter().filter(|header| header.name().as_str() == wanted);
            match (found.next(), found.next()) {
                (Some(header), None) => Ok(header.value()),
                _ => Err(format!("a chunk has the header {wanted} once")),
            }
        };
        let HeaderValue::Timestamp(date) = header(":date")? else {
            return Err("':date' is a timestamp".to_owned());
        };
        let HeaderValue::ByteArray(signature) = header(":chunk-signature")? else {
            return Err("':chunk-signature' is a byte array".to_owned());
        };
        let time = SystemTime::try_from(*date).map_err(|error| error.to_string())?;
        let apart = now.duration_since(time).unwrap_or_else(|earlier| earlier.duration());
        if apart > Duration::from_secs(ALLOWED_SKEW_SECONDS) {
            return Err(format!("Signature expired or not yet current: {} at {}", basic(time), basic(now)));
        }
        let due = self.expected(chunk.payload(), *date, time, wrong_secret)?;
        if due != hex::encode(signature) {
            return Err("The signature of the chunk does not match the one that was calculated.".to_owned());
        }
        self.prior = due;
        Ok(())
    }

    fn expected(
        &self,
        payload: &[u8],
        date: DateTime,
        time: SystemTime,
        wrong: bool,
    ) -> Result<String, String> {
        let secret = if wrong { OTHER_SECRET } else { self.secret };
        if date.subsec_nanos() != 0 {
            return Ok(self.to_the_millisecond(secret, payload, date, time));
        }
        let identity: Identity = Credentials::new("of the request", secret, None, None, "emulator").into();
        let params: SigningParams<'_> = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(&self.service)
            .time(time)
            .settings(())
            .build()
            .map_err(|error| error.to_string())?;
        let signed = if payload.is_empty() {
            sign_empty_message(&self.prior, &params)
        } else {
            let inner = read_message_from(payload).map_err(|error| format!("in the chunk: {error}"))?;
            sign_message(&inner, &self.prior, &params)
        };
        let (again, signature) = signed.map_err(|error| error.to_string())?.into_parts();
        if again.payload() != payload {
            return Err(
                "the message in the chunk is not encoded as aws-smithy-eventstream does it".to_owned()
            );
        }
        Ok(signature)
    }

    /// AWS's Rust signer dates chunks to the second, its JavaScript one to the millisecond, and the service takes
    /// both. For the latter only key, HMAC and the date's encoding can be asked of AWS's crates.
    fn to_the_millisecond(&self, secret: &str, payload: &[u8], date: DateTime, time: SystemTime) -> String {
        let mut encoded = Vec::new();
        write_headers_to(&[Header::new(":date", HeaderValue::Timestamp(date))], &mut encoded)
            .expect("a date can be encoded");
        let text = basic(time);
        let day = text.get(..8).unwrap_or_default();
        let string_to_sign = format!(
            "AWS4-HMAC-SHA256-PAYLOAD\n{text}\n{day}/{}/{}/aws4_request\n{}\n{}\n{}",
            self.region,
            self.service,
            self.prior,
            hex::encode(Sha256::digest(encoded)),
            hex::encode(Sha256::digest(payload)),
        );
        let key = generate_signing_key(secret, time, &self.region, &self.service);
        calculate_signature(key, string_to_sign.as_bytes())
    }
}
