//! Signing in headers: string to sign, signature, and the headers to add; the request itself is not touched.

use super::canonical::{
    Headers, Payload, Request, RequestLine, Settings, canonical, canonical_path, canonical_query,
};
use super::encode::push_hex;
use super::hash::Sha256;
use super::key::{KeyCache, SigningKey};
use crate::error::Invalid;
use crate::region::Region;
use crate::secret::{Credentials, CredentialsRef, Secret};
use crate::text::{cut, joined};
use crate::time::Timestamp;
use crate::url::Url;
use alloc::string::String;
use alloc::vec::Vec;

/// The one algorithm spoken here.
pub(super) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Where and when a signature holds: five minutes around `time`, in one region, for one service.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    pub(super) amz_date: String,
}

impl<'a> Scope<'a> {
    /// `service` is the signing name: `bedrock`, not `bedrock-runtime`.
    pub fn new(region: &'a Region, service: &'a str, time: Timestamp) -> Self {
        Self { region: region.as_str(), service, amz_date: time.amz_date() }
    }

    /// `YYYYMMDD`
    pub(super) fn date(&self) -> &str {
        cut(&self.amz_date, b'T').0
    }

    pub(super) fn text(&self) -> String {
        let mut out = String::with_capacity(64);
        for part in &[self.date(), self.region, self.service] {
            out.push_str(part);
            out.push_str("/");
        }
        out.push_str("aws4_request");
        out
    }

    /// `YYYYMMDDTHHMMSSZ`
    pub fn amz_date(&self) -> &str {
        &self.amz_date
    }

    /// The key that signs here.
    pub(super) fn key(&self, secret: &str) -> SigningKey {
        SigningKey::derive(secret, self.date(), self.region, self.service)
    }

    /// `canonical` is the hash of the canonical request.
    pub(super) fn string_to_sign(&self, scope_text: &str, canonical: &[u8; 32]) -> String {
        let mut out = String::with_capacity(192);
        for part in &[ALGORITHM, &self.amz_date, scope_text] {
            out.push_str(part);
            out.push_str("\n");
        }
        push_hex(&mut out, canonical);
        out
    }
}

/// A signature in header form, and what it was made of.
///
/// `Debug` shows the signature's scope only: the canonical request holds the session token.
#[derive(Clone)]
pub struct Signed {
    /// The `authorization` header.
    pub authorization: String,
    /// The `x-amz-date` header.
    pub amz_date: String,
    /// The `x-amz-security-token` header, if there is a session token.
    pub security_token: Option<Secret>,
    /// The `x-amz-content-sha256` header, if the settings ask for it.
    pub content_sha256: Option<String>,
    /// The signature in hexadecimal, for those who sign what follows (event streams).
    pub signature: String,
    /// The canonical request, to compare with the one in an error text of AWS.
    pub canonical_request: Secret,
    /// The string to sign.
    pub string_to_sign: String,
}

impl core::fmt::Debug for Signed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let scope = self.string_to_sign.lines().nth(2).unwrap_or_default();
        f.debug_struct("Signed").field("scope", &scope).finish_non_exhaustive()
    }
}

impl Signed {
    /// The headers to add to the request.
    pub fn headers(&self) -> Vec<(&'static str, &str)> {
        let mut headers = Vec::with_capacity(4);
        headers.push(("authorization", self.authorization.as_str()));
        headers.push(("x-amz-date", self.amz_date.as_str()));
        if let Some(token) = &self.security_token {
            headers.push(("x-amz-security-token", token.expose()));
        }
        if let Some(hash) = &self.content_sha256 {
            headers.push(("x-amz-content-sha256", hash));
        }
        headers
    }
}

/// Signs `request` for its headers.
///
/// `x-amz-date` and `x-amz-security-token` among the given headers are replaced: every attempt is
/// signed anew.
pub fn sign(
    request: &Request<'_>,
    credentials: &Credentials,
    scope: &Scope<'_>,
    settings: &Settings,
    keys: &mut KeyCache,
) -> Result<Signed, Invalid> {
    let url = Url::parse(request.url)?;
    let line =
        RequestLine { method: request.method, authority: &url.authority, path: url.path, query: url.query };
    sign_line(&line, request.headers, request.payload, credentials, scope, settings, keys)
}

/// As `sign`, for a caller that has the URL in parts already, from the parser of the host that will send it.
pub fn sign_line(
    line: &RequestLine<'_>,
    headers: &[(&str, &str)],
    payload: Payload<'_>,
    credentials: &Credentials,
    scope: &Scope<'_>,
    settings: &Settings,
    keys: &mut KeyCache,
) -> Result<Signed, Invalid> {
    let payload_hash = payload.hash();
    let borrowed = credentials.borrowed();
    let headers = signed_headers(line, headers, &payload_hash, borrowed, scope, settings)?;
    let names = headers.names();
    let (path, query) = (canonical_path(line.path, settings), canonical_query(line.query, &[]));
    let line = RequestLine { path: &path, query: &query, ..*line };
    let canonical_request = canonical(&line, &headers, &names, &payload_hash, settings);
    let scope_text = scope.text();
    let string_to_sign = scope.string_to_sign(&scope_text, &Sha256::digest(canonical_request.as_bytes()));
    let signature =
        keys.of_scope(borrowed.secret_access_key.as_bytes(), scope_text.as_bytes()).sign(&string_to_sign);
    Ok(Signed {
        authorization: authorization(borrowed.access_key_id, &scope_text, &names, &signature),
        amz_date: scope.amz_date.clone(),
        security_token: credentials.session_token().cloned(),
        content_sha256: settings.content_sha256.then_some(payload_hash),
        signature,
        canonical_request: canonical_request.into(),
        string_to_sign,
    })
}

/// The given headers, and those that come with the signature.
fn signed_headers<'a>(
    line: &RequestLine<'a>,
    given: &[(&'a str, &'a str)],
    payload_hash: &'a str,
    credentials: CredentialsRef<'a>,
    scope: &'a Scope<'_>,
    settings: &Settings,
) -> Result<Headers<'a>, Invalid> {
    // An own value takes the place of a given one; a token is only ever the credentials' own.
    let own = match (settings.own_headers, settings.content_sha256) {
        (false, _) => "",
        (_, true) => "x-amz-date x-amz-security-token x-amz-content-sha256",
        _ => "x-amz-date x-amz-security-token",
    };
    let mut headers = Headers::new(given, own)?;
    if settings.own_headers {
        headers.insert("x-amz-date".into(), &scope.amz_date);
        if let Some(token) = credentials.session_token.filter(|_| settings.sign_session_token) {
            headers.insert("x-amz-security-token".into(), token);
        }
    }
    if settings.own_headers && settings.content_sha256 {
        headers.insert("x-amz-content-sha256".into(), payload_hash);
    }
    headers.add_host(line.authority)?;
    Ok(headers)
}

fn authorization(access_key_id: &str, scope: &str, names: &str, signature: &str) -> String {
    joined(&[
        ALGORITHM,
        " Credential=",
        access_key_id,
        "/",
        scope,
        ", SignedHeaders=",
        names,
        ", Signature=",
        signature,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_scope_is_shown_and_nothing_else() {
        let signed = Signed {
            authorization: "secret-a".into(),
            amz_date: "20261130T000000Z".into(),
            security_token: Some(Secret::from("secret-t")),
            content_sha256: Some("hash".into()),
            signature: "secret-s".into(),
            canonical_request: "secret-c".into(),
            string_to_sign: "a\nb\nscope\nsecret-h".into(),
        };
        assert_eq!(format!("{signed:?}"), "Signed { scope: \"scope\", .. }");
        let names: Vec<&str> = signed.headers().iter().map(|(name, _)| *name).collect();
        let all = ["authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"];
        assert_eq!(names, all);
        let values: Vec<&str> = signed.headers().iter().map(|(_, value)| *value).collect();
        assert_eq!(values, ["secret-a", "20261130T000000Z", "secret-t", "hash"]);
        let few = Signed { security_token: None, content_sha256: None, ..signed };
        assert_eq!(few.headers().len(), 2);
    }

    /// Which headers are signed, by what the settings want of them.
    #[test]
    fn own_headers_are_added_where_they_are_wanted() {
        let region = Region::new("us-east-1").unwrap();
        let scope = Scope::new(&region, "bedrock", Timestamp::EPOCH);
        assert_eq!(scope.amz_date(), "19700101T000000Z");
        let credentials = Credentials::new("AKID", "secret", Some(Secret::from("token"))).unwrap();
        let given =
            [("x-amz-date", "given"), ("x-amz-security-token", "given"), ("x-amz-content-sha256", "given")];
        let signed = |own_headers, content_sha256, sign_session_token| {
            let settings =
                Settings { own_headers, content_sha256, sign_session_token, ..Settings::default() };
            let request =
                Request { method: "GET", url: "https://a.b", headers: &given, payload: Payload::Unsigned };
            sign(&request, &credentials, &scope, &settings, &mut KeyCache::new()).unwrap()
        };
        let hash = "x-amz-content-sha256:";
        for (own, content, token, due) in [
            (false, false, false, ["given", "given", "given"]),
            (false, true, true, ["given", "given", "given"]),
            (true, false, true, ["19700101T000000Z", "token", "given"]),
            (true, false, false, ["19700101T000000Z", "", "given"]),
            (true, true, true, ["19700101T000000Z", "token", "UNSIGNED-PAYLOAD"]),
            (true, true, false, ["19700101T000000Z", "", "UNSIGNED-PAYLOAD"]),
        ] {
            let told = signed(own, content, token).canonical_request;
            let told = told.expose();
            let value =
                |name: &str| told.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            let values = [value("x-amz-date:"), value("x-amz-security-token:"), value(hash)];
            assert_eq!(values, due, "{own} {content} {token}");
        }
    }
}
