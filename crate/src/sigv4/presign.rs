//! Signing in the query: a URL that carries its own signature; only the headers that it names must be sent with it.

use super::canonical::{Headers, Request, RequestLine, Settings, canonical, canonical_path, canonical_query};
use super::encode::percent_encode;
use super::hash::Sha256;
use super::key::KeyCache;
use super::sign::{ALGORITHM, Scope};
use crate::error::Invalid;
use crate::secret::{Credentials, Secret};
use crate::url::Url;
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::string::ToString;
use alloc::vec;
use zeroize::Zeroizing;

/// The longest time that AWS lets a presigned URL live: seven days, in seconds.
pub const MAX_EXPIRES_SECONDS: u32 = 604_800;

/// A presigned URL, and what its signature was made of.
///
/// `Debug` shows the signature's scope only: whoever has the URL may use it, and it holds the session token. It
/// is the caller's, and not zeroed on drop.
#[derive(Clone)]
pub struct Presigned {
    /// The URL to use.
    pub url: String,
    /// The signature in hexadecimal.
    pub signature: String,
    /// The canonical request.
    pub canonical_request: Secret,
    /// The string to sign.
    pub string_to_sign: String,
}

impl core::fmt::Debug for Presigned {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let scope = self.string_to_sign.lines().nth(2).unwrap_or_default();
        f.debug_struct("Presigned").field("scope", &scope).finish_non_exhaustive()
    }
}

/// Signs `request` for its query, to be used within `expires_seconds` (1 to 604,800).
///
/// The given headers are signed and must be sent as they are; `host` always is. With
/// `sign_session_token: false` the token is appended after signing.
pub fn presign(
    request: &Request<'_>,
    credentials: &Credentials,
    scope: &Scope<'_>,
    expires_seconds: u32,
    settings: &Settings,
    keys: &mut KeyCache,
) -> Result<Presigned, Invalid> {
    if !(1..=MAX_EXPIRES_SECONDS).contains(&expires_seconds) {
        return Err(Invalid::new("InvalidExpires", "a presigned URL lives for 1 to 604800 seconds"));
    }
    let url = Url::parse(request.url)?;
    let payload_hash = request.payload.hash();
    let line =
        RequestLine { method: request.method, authority: &url.authority, path: url.path, query: url.query };
    let mut headers = Headers::new(request.headers, "x-amz-date x-amz-security-token")?;
    headers.add_host(line.authority)?;
    let signed_headers = headers.names();
    let scope_text = scope.text();

    let mut credential = credentials.access_key_id().to_owned();
    credential.push('/');
    credential.push_str(&scope_text);
    let expires = expires_seconds.to_string();
    let mut parameters = vec![
        ("X-Amz-Algorithm", ALGORITHM),
        ("X-Amz-Credential", &credential),
        ("X-Amz-Date", &scope.amz_date),
        ("X-Amz-Expires", &expires),
        ("X-Amz-SignedHeaders", &signed_headers),
    ];
    let token = credentials.session_token().map(|token| ("X-Amz-Security-Token", token.expose()));
    if settings.sign_session_token {
        parameters.extend(token);
    }
    let query = Zeroizing::new(canonical_query(url.query, &parameters));
    let path = canonical_path(line.path, settings);
    let line = RequestLine { path: &path, query: &query, ..line };
    let canonical_request = canonical(&line, &headers, &signed_headers, &payload_hash, settings);
    let string_to_sign = scope.string_to_sign(&scope_text, &Sha256::digest(canonical_request.as_bytes()));
    let secret = credentials.secret_access_key();
    let signature = keys.of_scope(secret.expose().as_bytes(), scope_text.as_bytes()).sign(&string_to_sign);

    let values = parameters.iter().chain(&token).flat_map(|(name, value)| [name.len(), value.len()]);
    // A byte takes three characters at most, so it is never moved: a session token is in it. 128 are room for the
    // signature and its name, 32 for what stands between the parameters.
    let room = values.fold(0, usize::saturating_add).saturating_mul(3).saturating_add(128 + 32);
    let mut out = String::with_capacity(request.url.len().saturating_add(room));
    let path = if url.path.is_empty() { "/" } else { url.path };
    for part in [url.origin, path, "?", url.query] {
        out.push_str(part);
    }
    if !settings.sign_session_token {
        parameters.extend(token);
    }
    parameters.push(("X-Amz-Signature", &signature));
    // A query may end with a question mark of its own: what stands there says nothing about what is to follow.
    let mut between = if url.query.is_empty() || url.query.ends_with('&') { "" } else { "&" };
    for (name, value) in parameters {
        out.push_str(between);
        between = "&";
        out.push_str(name);
        out.push('=');
        percent_encode(&mut out, value);
    }
    Ok(Presigned { url: out, signature, canonical_request: canonical_request.into(), string_to_sign })
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_scope_is_shown_and_nothing_else() {
        let signed = Presigned {
            url: "secret-u".into(),
            signature: "secret-s".into(),
            canonical_request: "secret-c".into(),
            string_to_sign: "a\nb\nscope\nsecret-h".into(),
        };
        assert_eq!(format!("{signed:?}"), "Presigned { scope: \"scope\", .. }");
    }

    #[test]
    fn a_url_lives_for_a_second_to_a_week() {
        let region = crate::region::Region::new("us-east-1").unwrap();
        let scope = Scope::new(&region, "bedrock", crate::time::Timestamp::EPOCH);
        let credentials = Credentials::new("AKID", "secret", Some("to/ken".into())).unwrap();
        let presigned = |url, seconds, sign_session_token| {
            let payload = super::super::Payload::Unsigned;
            let request =
                Request { method: "GET", url, headers: &[("a", "b"), ("x-amz-date", "c")], payload };
            let settings = Settings { sign_session_token, ..Settings::default() };
            presign(&request, &credentials, &scope, seconds, &settings, &mut KeyCache::new())
        };
        for (seconds, good) in [(0, false), (1, true), (604_800, true), (604_801, false)] {
            assert_eq!(presigned("https://c.d", seconds, true).is_ok(), good, "{seconds}");
        }
        let parameters = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F19700101%2Fus-east-1%2Fbedrock%2Faws4_request\
            &X-Amz-Date=19700101T000000Z&X-Amz-Expires=9&X-Amz-SignedHeaders=a%3Bhost&X-Amz-Security-Token=to%2Fken&X-Amz-Signature=";
        for (url, shown, path, query) in [
            ("https://c.d", "https://c.d/?", "/", ""),
            ("https://c.d/e%2F?", "https://c.d/e%2F?", "/e%252F", ""),
            ("https://c.d/?z=1", "https://c.d/?z=1&", "/", "&z=1"),
        ] {
            // Of each kind one under Miri: a block takes it a tenth of a second.
            if cfg!(miri) && query.is_empty() {
                continue;
            }
            for signs in [true, false] {
                let told = presigned(url, 9, signs).unwrap();
                assert_eq!(told.url, format!("{shown}{parameters}{}", told.signature));
                let mut lines = told.canonical_request.expose().lines().skip(1);
                assert_eq!(lines.next(), Some(path));
                let line = lines.next().unwrap();
                assert_eq!(line.contains("X-Amz-Security-Token=to%2Fken"), signs, "{line}");
                assert!(line.ends_with(query) && line.contains("&X-Amz-Expires=9&"), "{line}");
            }
        }
    }
}
