//! Signing in headers: string to sign, signature, and the headers to add; the request itself is not touched.

use super::canonical::{
    Headers, Payload, Request, RequestLine, Settings, canonical_query, canonical_request,
};
use super::encode::push_hex;
use super::key::KeyCache;
use crate::error::Invalid;
use crate::region::Region;
use crate::secret::{Credentials, Secret};
use crate::text::cut;
use crate::time::Timestamp;
use crate::url::Url;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use sha2::{Digest, Sha256};

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
        for part in [self.date(), self.region, self.service] {
            out.push_str(part);
            out.push('/');
        }
        out.push_str("aws4_request");
        out
    }

    pub(super) fn string_to_sign(&self, scope_text: &str, canonical: &str) -> String {
        let mut out = String::with_capacity(192);
        for part in [ALGORITHM, &self.amz_date, scope_text] {
            out.push_str(part);
            out.push('\n');
        }
        push_hex(&mut out, &Sha256::digest(canonical.as_bytes()));
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
    pub canonical_request: String,
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
        let mut headers =
            vec![("authorization", self.authorization.as_str()), ("x-amz-date", self.amz_date.as_str())];
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
    let mut payload_hash = String::with_capacity(64);
    payload.hash_into(&mut payload_hash);

    let token = credentials.session_token();
    let mut signed: Vec<(&str, &str)> = Vec::with_capacity(headers.len().saturating_add(4));
    signed.push(("x-amz-date", &scope.amz_date));
    if let Some(token) = token.filter(|_| settings.sign_session_token) {
        signed.push(("x-amz-security-token", token.expose()));
    }
    if settings.content_sha256 {
        signed.push(("x-amz-content-sha256", &payload_hash));
    }
    if !has(headers, "host") {
        signed.push(("host", line.authority));
    }
    let own = signed.len();
    for header in headers {
        // An own value takes the place of a given one; a token is only ever the credentials' own.
        let replaced = has(signed.get(..own).unwrap_or_default(), header.0);
        if !replaced && !header.0.eq_ignore_ascii_case("x-amz-security-token") {
            signed.push(*header);
        }
    }
    let headers = Headers::new(&signed)?;

    let signed_headers = headers.names();
    let query = canonical_query(line.query, &[]);
    let canonical = canonical_request(line, &query, &headers, &signed_headers, &payload_hash, settings);
    let scope_text = scope.text();
    let string_to_sign = scope.string_to_sign(&scope_text, &canonical);
    let signature =
        keys.key(credentials.secret_access_key().expose(), scope, &scope_text).sign(&string_to_sign);

    let mut authorization = String::with_capacity(320);
    for part in [
        ALGORITHM,
        " Credential=",
        credentials.access_key_id(),
        "/",
        &scope_text,
        ", SignedHeaders=",
        &signed_headers,
        ", Signature=",
        &signature,
    ] {
        authorization.push_str(part);
    }
    Ok(Signed {
        authorization,
        amz_date: scope.amz_date.clone(),
        security_token: token.cloned(),
        content_sha256: settings.content_sha256.then_some(payload_hash),
        signature,
        canonical_request: canonical,
        string_to_sign,
    })
}

pub(super) fn has(headers: &[(&str, &str)], wanted: &str) -> bool {
    headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted))
}
