//! Requests as HTTP/2 has them: the host under its other name, and bodies whose chunks are signed one by one. It
//! reads no header that `claim` has not read.

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::auth::Received;
use crate::claim::Claim;

/// The name of the host in HTTP/2.
pub const AUTHORITY: &str = ":authority";
/// In place of the body's hash, when its chunks are signed one by one.
pub const STREAMING: &str = "STREAMING-AWS4-HMAC-SHA256-EVENTS";

/// Whether the body is an event stream whose chunks are signed on their own; it is not among the bytes received.
pub fn streams(request: &Received<'_>) -> bool {
    request.body.is_empty()
        && request.headers.get("x-amz-content-sha256").is_some_and(|value| value == STREAMING)
}

impl Claim {
    /// As `expected`, with `:authority` among the signed headers, which aws-sigv4's HTTP part can't be told: the key
    /// and the HMAC are its own still.
    pub fn expected_of_http2(
        &self,
        request: &Received<'_>,
        query: &str,
        headers: &[(&str, &str)],
        wrong_secret: bool,
    ) -> String {
        let path = request.target.split_once('?').map_or(request.target, |(path, _)| path);
        let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
        pairs.sort_unstable();
        let mut lines: Vec<(&str, String)> = Vec::new();
        for (name, value) in headers {
            let value = value.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
            match lines.iter_mut().find(|(other, _)| other == name) {
                Some((_, values)) => *values = format!("{values},{value}"),
                None => lines.push((name, value)),
            }
        }
        lines.sort_unstable();
        let hash = match streams(request) {
            true => STREAMING.to_owned(),
            false => hex::encode(Sha256::digest(request.body)),
        };
        let canonical = format!(
            "{}\n{}\n{}\n{}\n{}\n{hash}",
            request.method,
            utf8_percent_encode(path, ONCE_MORE),
            pairs.join("&"),
            lines.iter().map(|(name, value)| format!("{name}:{value}\n")).collect::<String>(),
            self.signed_headers.join(";"),
        );
        let scope = format!("{}/{}/{}/{}", self.day, self.region, self.service, self.terminator);
        let string_to_sign = format!(
            "AWS4-HMAC-SHA256\n{}\n{scope}\n{}",
            self.time_text,
            hex::encode(Sha256::digest(canonical))
        );
        let key = generate_signing_key(self.secret(wrong_secret), self.time, &self.region, &self.service);
        calculate_signature(key, string_to_sign.as_bytes())
    }
}

/// What is encoded in a path that is encoded once more: all but RFC 3986's unreserved characters and the slash.
const ONCE_MORE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
