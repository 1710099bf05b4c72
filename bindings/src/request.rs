//! A request's signature: its canonical form is written in JavaScript (bindings/js/signature.ts), and only signed here.

use alloc::vec::Vec;

use outcrop::sigv4::{self, KeyCache, Payload};

/// The parts are told apart by the first four NULs.
pub fn sign(text: &[u8], body: &[u8], keys: &mut KeyCache) -> Vec<u8> {
    let mut parts = text.splitn(5, |byte| *byte == 0);
    let mut next = || parts.next().unwrap_or_default();
    let (secret, date, scope) = (next(), next(), next());
    let payload = match (next(), <[u8; 32]>::try_from(body)) {
        ([], _) => Payload::Bytes(body),
        (_, Ok(hash)) => Payload::Sha256(hash),
        _ => Payload::Unsigned,
    };
    sigv4::seal(secret, date, scope, next(), payload, keys).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use outcrop::region::Region;
    use outcrop::secret::{Credentials, Secret};
    use outcrop::sigv4::{Request, Scope, Settings};
    use outcrop::time::Timestamp;

    #[test]
    fn a_signature_is_the_crates_own() {
        let region = Region::new("us-east-1").unwrap();
        let time = Timestamp::from_unix_millis(1_700_000_000_000).unwrap();
        let scope = Scope::new(&region, "bedrock", time);
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let credentials = Credentials::new("AKID", secret, Some(Secret::from("to/ken"))).unwrap();
        for (payload, hashed, body) in [
            (Payload::Bytes(b"body"), "", &b"body"[..]),
            (Payload::Bytes(b""), "", b""),
            (Payload::Sha256([7; 32]), "1", &[7; 32]),
            (Payload::Unsigned, "1", b""),
        ] {
            let headers = [("x-other", "a  b")];
            let request =
                Request { method: "PUT", url: "https://a.b/x%3Ay//z?b=c", headers: &headers, payload };
            let settings = Settings::default();
            let due = sigv4::sign(&request, &credentials, &scope, &settings, &mut KeyCache::new()).unwrap();
            let (canonical, _) = due.canonical_request.expose().rsplit_once('\n').unwrap();
            let date = scope.amz_date();
            let parts = [secret, date, "20231114/us-east-1/bedrock/aws4_request", hashed, canonical];
            let text = [&parts.join("\0"), "\n"].concat();
            assert_eq!(sign(text.as_bytes(), body, &mut KeyCache::new()), due.signature.as_bytes());
        }
    }
}
