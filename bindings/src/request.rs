//! From a call's members to a signed request; the body's JSON is made in JavaScript and only hashed here.

use alloc::string::String;

use crate::Parts;
use outcrop::endpoint::Endpoint;
use outcrop::error::Invalid;
use outcrop::operation::Operation;
use outcrop::region::Region;
use outcrop::secret::CredentialsRef;
use outcrop::sigv4::{self, Payload, RequestLine, Scope, Settings};

pub fn prepare(text: &str) -> Result<String, Invalid> {
    let mut parts = Parts::new(text);
    let operation = Operation::parse(parts.next())?;
    let region = Region::new(parts.next())?;
    let (base, fips, dual_stack) = (parts.next(), parts.next(), parts.next());
    let endpoint = match base {
        "" => Endpoint::of(operation.service, &region, !fips.is_empty(), !dual_stack.is_empty()),
        _ => Endpoint::checked(base, !fips.is_empty() || !dual_stack.is_empty())?,
    };
    let bound = operation.bind(&parts.pairs())?;

    let mut out = String::with_capacity(512);
    out.push_str(endpoint.as_str());
    out.push_str(&bound.target);
    for (name, value) in &bound.headers {
        push_pair(&mut out, name, value);
    }
    Ok(out)
}

/// A name and a value, each with a NUL before it.
fn push_pair(out: &mut String, name: &str, value: &str) {
    for part in [name, value] {
        out.push('\0');
        out.push_str(part);
    }
}

pub fn sign(text: &str, body: &[u8]) -> Result<String, Invalid> {
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
    let authorization = sigv4::authorize(&line, &headers, payload, credentials, &scope, &settings)?;
    let mut out = String::with_capacity(512);
    push_pair(&mut out, "authorization", &authorization);
    push_pair(&mut out, "x-amz-date", scope.amz_date());
    if let Some(token) = token {
        push_pair(&mut out, "x-amz-security-token", token);
    }
    Ok(out)
}

pub fn chunk(text: &str, payload: &[u8]) -> Result<String, Invalid> {
    let mut parts = Parts::new(text);
    let (secret, region) = (parts.next(), Region::new(parts.next())?);
    let (service, time, prior) = (parts.next(), parts.time(), parts.next());
    Ok(sigv4::sign_chunk(secret, &region, service, time, prior, payload))
}
