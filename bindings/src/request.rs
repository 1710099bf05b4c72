//! A request's signature; where it goes, path, query and body are made in JavaScript, and only signed here.

use alloc::string::String;

use crate::Parts;
use outcrop::error::Invalid;
use outcrop::region::Region;
use outcrop::secret::CredentialsRef;
use outcrop::sigv4::{self, KeyCache, Payload, RequestLine, Scope, Settings};

/// A name and a value, each with a NUL before it.
fn push_pair(out: &mut String, name: &str, value: &str) {
    for part in &[name, value] {
        out.push_str("\0");
        out.push_str(part);
    }
}

pub fn sign(text: &str, body: &[u8], keys: &mut KeyCache) -> Result<String, Invalid> {
    let mut parts = Parts::new(text);
    let line = RequestLine {
        method: parts.next(),
        authority: parts.next(),
        path: parts.next(),
        query: parts.next(),
    };
    let region = Region::new(parts.next())?;
    let service = parts.next();
    let (access_key_id, secret_access_key, token) = (parts.next(), parts.next(), parts.next());
    let token = (!token.is_empty()).then_some(token);
    let credentials = CredentialsRef::new(access_key_id, secret_access_key, token)?;
    let time = parts.time();
    let own = parts.next().is_empty();
    let payload = match (parts.next(), <[u8; 32]>::try_from(body)) {
        ("", _) => Payload::Bytes(body),
        (_, Ok(hash)) => Payload::Sha256(hash),
        _ => Payload::Unsigned,
    };
    let scope = Scope::new(&region, service, time);
    let headers = parts.pairs();
    let settings = Settings { own_headers: own, normalize_path: own, ..Settings::default() };
    let authorization = sigv4::authorize(&line, &headers, payload, credentials, &scope, &settings, keys)?;
    let mut out = String::with_capacity(512);
    push_pair(&mut out, "authorization", &authorization);
    push_pair(&mut out, "x-amz-date", scope.amz_date());
    if let Some(token) = token {
        push_pair(&mut out, "x-amz-security-token", token);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use outcrop::secret::{Credentials, Secret};
    use outcrop::sigv4::{Request, presign};
    use outcrop::time::Timestamp;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    const NOW: &str = "1700000000000";

    fn time() -> Timestamp {
        Timestamp::from_unix_millis(NOW.parse().unwrap()).unwrap()
    }

    /// The signature of a request with these headers, as a caller gets at it.
    fn signature(parts: &[&str], headers: &[&str], body: &[u8]) -> String {
        let text = [parts, headers].concat().join("\0");
        let told = sign(&text, body, &mut KeyCache::new()).unwrap();
        let authorization = told.split('\0').nth(2).unwrap();
        authorization.split_once("Signature=").unwrap().1.to_owned()
    }

    #[test]
    fn bare_is_what_a_presigned_url_is_signed_with() {
        let region = Region::new("us-east-1").unwrap();
        let scope = Scope::new(&region, "bedrock", time());
        let credentials = Credentials::new("AKID", SECRET, Some(Secret::from("to/ken"))).unwrap();
        let headers = [("x-amz-date", "the caller's"), ("x-other", "a  b")];
        for (payload, hashed, body) in [
            (Payload::Bytes(b"body"), "", &b"body"[..]),
            (Payload::Sha256([7; 32]), "1", &[7; 32]),
            (Payload::Unsigned, "1", b""),
        ] {
            let url = "https://a.b/x%3Ay//z";
            let settings = Settings { normalize_path: false, ..Settings::default() };
            // What is signed of the headers beside it is not the presigned form's own.
            let request = Request { method: "PUT", url, headers: &headers[1..], payload };
            let due = presign(&request, &credentials, &scope, 60, &settings, &mut KeyCache::new()).unwrap();
            let query = due.canonical_request.lines().nth(2).unwrap();
            let line =
                ["PUT", "a.b", "/x%3Ay//z", query, "us-east-1", "bedrock", "AKID", SECRET, "to/ken", NOW];
            let parts = [&line[..], &["1", hashed]].concat();
            assert_eq!(signature(&parts, &["x-other", "a  b"], body), due.signature);
            // A header that is given is signed, whatever its name.
            assert_ne!(
                signature(&parts, &["x-other", "a  b", headers[0].0, headers[0].1], body),
                due.signature
            );
            // Not bare, the path is another and the date and the token are headers too.
            let parts = [&line[..], &["", hashed]].concat();
            assert_ne!(signature(&parts, &["x-other", "a  b"], body), due.signature);
        }
    }
}
