//! The canonical request: what a signature is made over; it changes nothing that is sent.

use super::encode::{percent_encode_path, push_hex, recode_query};
use crate::error::Invalid;
use crate::text::{cut, pieces};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use sha2::{Digest, Sha256};

/// The body, or what is known of it.
#[derive(Clone, Copy, Debug)]
pub enum Payload<'a> {
    /// The body itself; it is hashed here.
    Bytes(&'a [u8]),
    /// SHA-256 of the body, computed elsewhere.
    Sha256([u8; 32]),
    /// The body is not signed (`UNSIGNED-PAYLOAD`).
    Unsigned,
}

impl Payload<'_> {
    pub(super) fn hash_into(&self, out: &mut String) {
        match self {
            Self::Bytes(bytes) => push_hex(out, &Sha256::digest(bytes)),
            Self::Sha256(hash) => push_hex(out, hash),
            Self::Unsigned => out.push_str("UNSIGNED-PAYLOAD"),
        }
    }
}

/// How the canonical path follows from the path on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PathEncoding {
    /// Encoded once more: every AWS service but S3. `%3A` on the wire is signed as `%253A`.
    #[default]
    Again,
    /// As it is on the wire (S3).
    AsSent,
}

/// What a service wants differently.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// See `PathEncoding`.
    pub path: PathEncoding,
    /// Whether dot segments and doubled slashes are taken out of the canonical path (all but S3).
    pub normalize_path: bool,
    /// Whether `x-amz-content-sha256` is added and signed, in the header form. Bedrock does not need it.
    pub content_sha256: bool,
    /// Whether the session token is part of what is signed. Bedrock wants it signed; a few services
    /// want it added afterwards.
    pub sign_session_token: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            path: PathEncoding::Again,
            normalize_path: true,
            content_sha256: false,
            sign_session_token: true,
        }
    }
}

/// A request's line and host, exactly as they go over the wire. Nothing in it is checked or changed:
/// what is not what is sent makes a signature that is refused.
#[derive(Clone, Copy, Debug)]
pub struct RequestLine<'a> {
    /// The HTTP method in upper case.
    pub method: &'a str,
    /// `host` or `host:port`, without a port that is the scheme's default.
    pub authority: &'a str,
    /// From its first slash; empty means `/`.
    pub path: &'a str,
    /// Without its question mark, or empty.
    pub query: &'a str,
}

/// A request as it will be sent.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The HTTP method in upper case.
    pub method: &'a str,
    /// The whole URL, its path and query encoded as they go over the wire.
    pub url: &'a str,
    /// The headers to sign, in any order and case. `host` is derived from the URL unless it is here.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub payload: Payload<'a>,
}

/// Headers that a proxy, a browser or a tracer may change on the way; signing one would break the
/// request. botocore's list, and `authorization` itself.
const NEVER_SIGNED: [&str; 15] = [
    "authorization",
    "baggage",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
];

/// Lower-cased, trimmed, sorted by name; several values of one name are joined by commas.
pub(super) struct Headers(Vec<(String, String)>);

impl Headers {
    pub fn new(headers: &[(&str, &str)]) -> Result<Self, Invalid> {
        let mut list: Vec<(String, String)> = Vec::new();
        for (name, value) in headers {
            if name.is_empty() || !name.bytes().all(is_token) {
                return Err(Invalid::value("InvalidHeader", "a header name is an HTTP token", name));
            }
            // Folded lines (`\n`) are the SigV4 suite's; no HTTP client sends the others either.
            if value.bytes().any(|b| b.is_ascii_control() && !matches!(b, b'\t' | b'\n')) {
                return Err(Invalid::value("InvalidHeader", "a control character in the value of", name));
            }
            let name = name.to_ascii_lowercase();
            if NEVER_SIGNED.iter().any(|never| *never == name) {
                continue;
            }
            let value = collapse(value);
            // Sorted as they come: there are few, and the standard library's sorts are large in wasm.
            let at = list.partition_point(|(before, _)| *before < name);
            match list.get_mut(at) {
                // Values of one name keep their order.
                Some((same, values)) if *same == name => {
                    values.push(',');
                    values.push_str(&value);
                }
                _ => list.insert(at, (name, value)),
            }
        }
        Ok(Self(list))
    }

    pub fn names(&self) -> String {
        let mut out = String::new();
        for (name, _) in &self.0 {
            if !out.is_empty() {
                out.push(';');
            }
            out.push_str(name);
        }
        out
    }
}

/// RFC 9110 section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Trims, and makes one space of each run of white space (folded lines included).
fn collapse(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut space = false;
    for c in value.chars() {
        if matches!(c, ' ' | '\t' | '\n') {
            space = !out.is_empty();
        } else {
            if space {
                out.push(' ');
            }
            space = false;
            out.push(c);
        }
    }
    out
}

/// Name and value pairs in canonical encoding, sorted by name, then value.
pub(super) fn canonical_query(query: &str, extra: &[(&str, &str)]) -> String {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for part in pieces(query, b'&').filter(|part| !part.is_empty()) {
        let (name, value) = cut(part, b'=');
        let mut pair = (String::new(), String::new());
        recode_query(&mut pair.0, name);
        recode_query(&mut pair.1, value.unwrap_or_default());
        insert(&mut pairs, pair);
    }
    for (name, value) in extra {
        let mut pair = ((*name).to_owned(), String::new());
        super::encode::percent_encode(&mut pair.1, value);
        insert(&mut pairs, pair);
    }
    let mut out = String::new();
    for (name, value) in &pairs {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        out.push_str(value);
    }
    out
}

/// Keeps the pairs sorted by name, then value.
fn insert(pairs: &mut Vec<(String, String)>, pair: (String, String)) {
    let at = pairs.partition_point(|before| *before < pair);
    pairs.insert(at, pair);
}

/// RFC 3986 section 5.2.4, and doubled slashes made one, as AWS does.
fn normalize(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut directory = false;
    for segment in pieces(path, b'/') {
        directory = matches!(segment, "" | "." | "..");
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    let mut out = String::with_capacity(path.len());
    for segment in &kept {
        out.push('/');
        out.push_str(segment);
    }
    if directory || out.is_empty() {
        out.push('/');
    }
    out
}

/// The canonical request's text.
pub(super) fn canonical_request(
    line: &RequestLine<'_>,
    query: &str,
    headers: &Headers,
    signed_headers: &str,
    payload_hash: &str,
    settings: &Settings,
) -> String {
    // Room for what is copied; the rest (line ends, encoded bytes) seldom grows past another 512 bytes.
    let path = if line.path.is_empty() { "/" } else { line.path };
    let mut out = String::with_capacity(path.len().saturating_add(query.len()).saturating_add(512));
    out.push_str(line.method);
    out.push('\n');
    let normalized;
    let path = if settings.normalize_path {
        normalized = normalize(path);
        normalized.as_str()
    } else {
        path
    };
    match settings.path {
        PathEncoding::Again => percent_encode_path(&mut out, path),
        PathEncoding::AsSent => out.push_str(path),
    }
    out.push('\n');
    out.push_str(query);
    out.push('\n');
    for (name, value) in &headers.0 {
        out.push_str(name);
        out.push(':');
        out.push_str(value);
        out.push('\n');
    }
    out.push('\n');
    out.push_str(signed_headers);
    out.push('\n');
    out.push_str(payload_hash);
    out
}
