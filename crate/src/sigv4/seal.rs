//! The signature of a canonical request that the caller has written: hashes and HMACs; it checks and changes no text.

use super::canonical::Payload;
use super::encode::hex;
use super::hash::Sha256;
use super::key::KeyCache;
use super::sign::ALGORITHM;
use alloc::vec::Vec;

/// The digits of the signature over `canonical`, a canonical request up to its last line, which `payload` becomes here.
///
/// `date` is that of the header `x-amz-date`, `scope` is `YYYYMMDD/region/service/aws4_request`. What stands in them
/// and in `canonical` is the caller's business: a signature over anything else than what is sent is refused.
pub fn seal(
    secret: &[u8],
    date: &[u8],
    scope: &[u8],
    canonical: &[u8],
    payload: Payload<'_>,
    keys: &mut KeyCache,
) -> [u8; 64] {
    let mut hash = Sha256::new();
    hash.put(canonical);
    match payload {
        Payload::Bytes(bytes) => hash.put(&hex(&Sha256::digest(bytes))),
        Payload::Sha256(known) => hash.put(&hex(&known)),
        other => hash.put(other.hash().as_bytes()),
    }
    // Characters: 17, 17, fewer than 150, and 64.
    let mut text = Vec::with_capacity(256);
    for part in [ALGORITHM.as_bytes(), date, scope] {
        text.extend_from_slice(part);
        text.push(b'\n');
    }
    text.extend_from_slice(&hex(&hash.finish()));
    hex(&keys.of_scope(secret, scope).tag(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::Region;
    use crate::secret::{Credentials, Secret};
    use crate::sigv4::{Request, Scope, Settings, sign};
    use crate::time::Timestamp;
    use alloc::string::String;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_canonical_request_is_sealed_as_it_is_signed() {
        let mut kept = KeyCache::new();
        let regions = ["us-east-1", "eu-west-1"].map(|text| Region::new(text).unwrap());
        // A block takes Miri a tenth of a second.
        for region in regions.iter().take(if cfg!(miri) { 1 } else { 2 }) {
            for (secret, ms) in [("short", 1_700_000_000_000), (&"s".repeat(100), 1_700_086_400_000)] {
                let scope = Scope::new(region, "bedrock", Timestamp::from_unix_millis(ms).unwrap());
                let credentials = Credentials::new("AKID", secret, Some(Secret::from("token"))).unwrap();
                for payload in [Payload::Bytes(b"body"), Payload::Sha256([7; 32]), Payload::Unsigned] {
                    let headers = [("content-type", " a  b "), ("x-b", "1, 2")];
                    let request =
                        Request { method: "PUT", url: "https://a.b/c%3Ad?e=f", headers: &headers, payload };
                    let keys = &mut KeyCache::new();
                    let due = sign(&request, &credentials, &scope, &Settings::default(), keys).unwrap();
                    let (canonical, _) = due.canonical_request.expose().rsplit_once('\n').unwrap();
                    let canonical = [canonical, "\n"].concat();
                    let told = seal(
                        secret.as_bytes(),
                        due.amz_date.as_bytes(),
                        scope.text().as_bytes(),
                        canonical.as_bytes(),
                        payload,
                        &mut kept,
                    );
                    assert_eq!(String::from_utf8(told.to_vec()).unwrap(), due.signature, "{payload:?}");
                }
            }
        }
    }
}
