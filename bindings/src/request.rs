//! From a call's members to a signed request; the body's JSON is made in JavaScript and only hashed here.

use alloc::string::String;

use crate::Parts;
use crate::verdict::malformed;
use outcrop::decide::StreamKind;
use outcrop::endpoint::Endpoint;
use outcrop::error::Invalid;
use outcrop::json::push_string;
use outcrop::operation::{Body, Operation};
use outcrop::region::Region;
use outcrop::secret::{Credentials, Secret};
use outcrop::sigv4::{self, KeyCache, Payload, Request, Scope, Settings};
use outcrop::time::Timestamp;
use spin::Mutex;
use zeroize::Zeroizing;

/// The signing name of every Bedrock endpoint.
const SERVICE: &str = "bedrock";

static KEYS: Mutex<KeyCache> = Mutex::new(KeyCache::new());

pub fn prepare(text: &str) -> Result<String, Invalid> {
    let mut parts = Parts::new(text);
    let operation = Operation::named(parts.next()?)?;
    let region = Region::new(parts.next()?)?;
    let given = parts.next()?;
    let flags = parts.next()?;
    let has = |wanted| flags.split(' ').any(|flag| flag == wanted);
    let (fips, dual_stack) = (has("fips"), has("dualstack"));
    let endpoint = Endpoint::choose("bedrock-runtime", &region, given, fips, dual_stack)?;
    let bound = operation.bind(&parts.pairs()?)?;

    let mut out = String::with_capacity(512);
    let mut member = |name: &str, value: &str| {
        out.push(if out.is_empty() { '{' } else { ',' });
        push_string(&mut out, name);
        out.push(':');
        push_string(&mut out, value);
    };
    member("method", operation.method);
    member("url", &[endpoint.as_str(), &bound.target].concat());
    member("payload", body(operation.input));
    member("answer", body(operation.output));
    member("region", region.as_str());
    member("service", SERVICE);
    out.push_str(",\"used\":[");
    for (index, name) in bound.used.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_string(&mut out, name);
    }
    out.push_str("],\"headers\":");
    push_pairs(&mut out, bound.headers.iter().map(|(name, value)| (*name, value.as_str())));
    out.push_str(",\"out\":");
    push_pairs(&mut out, operation.output_headers.iter().copied());
    out.push('}');
    Ok(out)
}

fn push_pairs<'a>(out: &mut String, pairs: impl Iterator<Item = (&'a str, &'a str)>) {
    out.push('[');
    for (index, (first, second)) in pairs.enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push('[');
        push_string(out, first);
        out.push(',');
        push_string(out, second);
        out.push(']');
    }
    out.push(']');
}

fn body(kind: Body) -> &'static str {
    match kind {
        Body::Json => "json",
        Body::Blob => "blob",
        Body::Stream(StreamKind::Converse) => "converse",
        Body::Stream(StreamKind::Invoke) => "invoke",
        _ => "none",
    }
}

fn payload<'a>(hash: &str, body: &'a [u8]) -> Result<Payload<'a>, Invalid> {
    if hash.is_empty() {
        return Ok(Payload::Bytes(body));
    }
    let wrong = || malformed("a payload hash has 64 hexadecimal digits");
    let mut bytes = [0_u8; 32];
    let mut digits = hash.chars();
    for byte in &mut bytes {
        let mut digit = || digits.next().and_then(|c| c.to_digit(16)).ok_or_else(wrong);
        let value = (digit()? << 4) | digit()?;
        *byte = u8::try_from(value).map_err(|_| wrong())?;
    }
    match digits.next() {
        None => Ok(Payload::Sha256(bytes)),
        Some(_) => Err(wrong()),
    }
}

pub fn sign(text: String, body: &[u8]) -> Result<String, Invalid> {
    let text = Zeroizing::new(text);
    let mut parts = Parts::new(&text);
    let (method, url) = (parts.next()?, parts.next()?);
    let region = Region::new(parts.next()?)?;
    let service = parts.next()?;
    let (access_key_id, secret_access_key, token) = (parts.next()?, parts.next()?, parts.next()?);
    let token = (!token.is_empty()).then(|| Secret::from(token));
    let credentials = Credentials::new(access_key_id, secret_access_key, token)?;
    let time = Timestamp::from_unix_millis(i64::try_from(parts.number()?).unwrap_or(i64::MAX))?;
    let payload = payload(parts.next()?, body)?;
    let headers = parts.pairs()?;
    let request = Request { method, url, headers: &headers, payload };
    let scope = Scope::new(&region, service, time);
    let signed = sigv4::sign(&request, &credentials, &scope, &Settings::default(), &mut KEYS.lock())?;
    let mut out = String::with_capacity(512);
    for (name, value) in signed.headers() {
        if !out.is_empty() {
            out.push('\0');
        }
        out.push_str(name);
        out.push('\0');
        out.push_str(value);
    }
    Ok(out)
}
