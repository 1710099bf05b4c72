//! The canonical request: what a signature is made over; it changes nothing that is sent.
//!
//! Over 400 lines with its tests, which stand beside each rule.

use super::encode::{percent_encode, percent_encode_path, push_hex, recode_query};
use super::hash::Sha256;
use crate::error::Invalid;
use crate::text::{cut, is_word_of, pieces};
use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;
use zeroize::Zeroizing;

/// The body, or what is known of it.
#[derive(Clone, Copy, Debug)]
pub enum Payload<'a> {
    /// The body itself; it is hashed here.
    Bytes(&'a [u8]),
    /// SHA-256 of the body, computed elsewhere.
    Sha256([u8; 32]),
    /// The body is not signed (`UNSIGNED-PAYLOAD`).
    Unsigned,
    /// The body is an event stream, its chunks signed one by one (`STREAMING-AWS4-HMAC-SHA256-EVENTS`).
    #[cfg(feature = "client")]
    Events,
}

impl Payload<'_> {
    /// As the canonical request says it.
    pub(super) fn hash(&self) -> String {
        let mut out = String::with_capacity(64);
        match self {
            Self::Bytes(bytes) => push_hex(&mut out, &Sha256::digest(bytes)),
            Self::Sha256(hash) => push_hex(&mut out, hash),
            Self::Unsigned => out.push_str("UNSIGNED-PAYLOAD"),
            #[cfg(feature = "client")]
            Self::Events => out.push_str("STREAMING-AWS4-HMAC-SHA256-EVENTS"),
        }
        out
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
    /// Whether the header form adds `x-amz-date` and the session token to what is signed, in the place of any that
    /// were given. Without them only the given headers are signed, and `host`.
    pub own_headers: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            path: PathEncoding::Again,
            normalize_path: true,
            content_sha256: false,
            sign_session_token: true,
            own_headers: true,
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
fn is_never_signed(name: &str) -> bool {
    matches!(
        name,
        "authorization"
            | "baggage"
            | "connection"
            | "expect"
            | "keep-alive"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "te"
            | "traceparent"
            | "tracestate"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "user-agent"
            | "x-amzn-trace-id"
    )
}

/// A name in lower case.
fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|b| b.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() }
}

/// Names in lower case, sorted by name; several values of one name stand side by side in their own order.
#[derive(Default)]
pub(super) struct Headers<'a>(Vec<(Cow<'a, str>, &'a str)>);

impl<'a> Headers<'a> {
    /// The caller's own, without those that the signature says itself (`own`, with a space between them).
    pub fn new(given: &[(&'a str, &'a str)], own: &str) -> Result<Self, Invalid> {
        let mut headers = Self::default();
        for (name, value) in given {
            headers.add(name, value, own)?;
        }
        Ok(headers)
    }

    /// Adds one, unless its name is among `but`.
    pub fn add(&mut self, name: &'a str, value: &'a str, but: &str) -> Result<(), Invalid> {
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(Invalid::value("InvalidHeader", "a header name is an HTTP token", name));
        }
        check_value(name, value)?;
        let name = lower(name);
        if !is_never_signed(&name) && !is_word_of(but, &name) {
            self.insert(name, value);
        }
        Ok(())
    }

    /// Adds the host, unless it was given.
    pub fn add_host(&mut self, authority: &'a str) -> Result<(), Invalid> {
        if !self.has("host") {
            check_value("host", authority)?;
            self.insert("host".into(), authority);
        }
        Ok(())
    }

    /// Adds one that is as it must be: the name in lower case. Sorted as they come: there are few, and the standard
    /// library's sorts are large in wasm.
    pub fn insert(&mut self, name: Cow<'a, str>, value: &'a str) {
        let at = self.0.iter().take_while(|(before, _)| *before <= name).count();
        self.0.insert(at, (name, value));
    }

    /// Whether there is one of that name, which is in lower case.
    pub fn has(&self, wanted: &str) -> bool {
        self.0.iter().any(|(name, _)| name == wanted)
    }

    /// Each name once, with a semicolon between them.
    pub fn names(&self) -> String {
        // Characters: five names of a usual length.
        let mut out = String::with_capacity(64);
        let mut before = "";
        for (name, _) in &self.0 {
            if name != before {
                if !out.is_empty() {
                    out.push_str(";");
                }
                out.push_str(name);
            }
            before = name;
        }
        out
    }

    /// A line for each name, its values trimmed and joined by commas. An empty line follows the last.
    fn put(&self, out: &mut String) {
        let mut before = "";
        for (name, value) in &self.0 {
            if name == before {
                out.push_str(",");
            } else {
                if !before.is_empty() {
                    out.push_str("\n");
                }
                out.push_str(name);
                out.push_str(":");
            }
            before = name;
            push_words(out, value);
        }
        out.push_str("\n\n");
    }
}

/// Appends the words of a header's value: of each run of white space (folded lines included) one space is left. Most
/// values are one word, a session token of 1,000 bytes among them: that is seen many bytes at a time.
fn push_words(out: &mut String, value: &str) {
    if value.bytes().fold(true, |word, byte| word & (byte > b' ')) {
        return out.push_str(value);
    }
    let mut space = "";
    for word in value.split([' ', '\t', '\n']).filter(|word| !word.is_empty()) {
        out.push_str(space);
        out.push_str(word);
        space = " ";
    }
}

/// Folded lines (`\n`) are the SigV4 suite's; no HTTP client sends the other control characters either.
fn check_value(name: &str, value: &str) -> Result<(), Invalid> {
    if value.bytes().any(|b| b.is_ascii_control() && !matches!(b, b'\t' | b'\n')) {
        return Err(Invalid::value("InvalidHeader", "a control character in the value of", name));
    }
    Ok(())
}

/// RFC 9110 section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'"' | b'(' | b')' | b',' | b'/' | b':'..=b'@' | b'['..=b']' | b'{' | b'}')
}

/// A name and its value, which may be a session token.
type Pair = (String, Zeroizing<String>);

/// Name and value pairs in canonical encoding, sorted by name, then value. What it made on the way is wiped.
pub(super) fn canonical_query(query: &str, extra: &[(&str, &str)]) -> String {
    let mut pairs: Vec<Pair> = Vec::new();
    for part in pieces(query, b'&').filter(|part| !part.is_empty()) {
        let (name, value) = cut(part, b'=');
        let mut pair = (String::new(), Zeroizing::default());
        recode_query(&mut pair.0, name);
        recode_query(&mut pair.1, value.unwrap_or_default());
        insert(&mut pairs, pair);
    }
    for (name, value) in extra {
        // Three characters for each byte at most: it is never moved.
        let value_room = String::with_capacity(value.len().saturating_mul(3));
        let mut pair = ((*name).to_owned(), Zeroizing::new(value_room));
        percent_encode(&mut pair.1, value);
        insert(&mut pairs, pair);
    }
    let room = pairs.iter().map(|(name, value)| name.len().saturating_add(value.len()).saturating_add(2));
    let mut out = String::with_capacity(room.fold(0, usize::saturating_add));
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
fn insert(pairs: &mut Vec<Pair>, pair: Pair) {
    let at = pairs.partition_point(|before| (&before.0, &*before.1) < (&pair.0, &*pair.1));
    pairs.insert(at, pair);
}

/// RFC 3986 section 5.2.4, and doubled slashes made one, as AWS does.
fn normalize(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut directory = true;
    for segment in pieces(path, b'/') {
        directory = matches!(segment, "" | "." | "..");
        if segment == ".." {
            let parent = out.bytes().rposition(|b| b == b'/');
            out.truncate(parent.unwrap_or(0));
        }
        if !directory {
            out.push('/');
            out.push_str(segment);
        }
    }
    if directory || out.is_empty() {
        out.push('/');
    }
    out
}

/// The canonical path of a request: most are in canonical form already, which is seen many bytes at a time.
pub(super) fn canonical_path<'a>(path: &'a str, settings: &Settings) -> Cow<'a, str> {
    if path.is_empty() {
        return Cow::Borrowed("/");
    }
    // Every dot segment but one in front, and every second slash, stands behind a slash.
    let behind = path.bytes().skip(1);
    let good = path.bytes().zip(behind).fold(path.starts_with('/'), |good, (before, byte)| {
        good & !((before == b'/') & ((byte == b'/') | (byte == b'.')))
    });
    if good || !settings.normalize_path { Cow::Borrowed(path) } else { Cow::Owned(normalize(path)) }
}

/// The canonical request of a line whose path and query are in canonical form, but for the path's encoding.
pub(super) fn canonical(
    line: &RequestLine<'_>,
    headers: &Headers<'_>,
    signed_headers: &str,
    payload_hash: &str,
    settings: &Settings,
) -> String {
    let mut text = String::with_capacity(room(line, headers, signed_headers, payload_hash));
    let out = &mut text;
    out.push_str(line.method);
    out.push_str("\n");
    match settings.path {
        PathEncoding::Again => percent_encode_path(out, line.path),
        PathEncoding::AsSent => out.push_str(line.path),
    }
    for part in &["\n", line.query, "\n"] {
        out.push_str(part);
    }
    headers.put(out);
    for part in &[signed_headers, "\n", payload_hash] {
        out.push_str(part);
    }
    text
}

/// As many bytes as it may have: it is never moved, as a session token is in it. A path's byte takes three at most; beside
/// a header stand three, and six line ends between the parts.
fn room(line: &RequestLine<'_>, headers: &Headers<'_>, signed_headers: &str, payload_hash: &str) -> usize {
    let headers = headers.0.iter().flat_map(|(name, value)| [name.len(), value.len(), 3]);
    let parts = [line.method, line.query, signed_headers, payload_hash].map(str::len);
    headers.chain(parts).chain([line.path.len().saturating_mul(3), 6]).fold(0, usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn tokens_are_the_rfcs() {
        for byte in 0..=255_u8 {
            let due = byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            assert_eq!(is_token(byte), due, "{byte}");
        }
    }

    /// What stands behind the request line, of headers given in this order.
    fn put(given: &[(&str, &str)], own: &str) -> Result<(String, String), Invalid> {
        let mut headers = Headers::new(given, own)?;
        headers.add_host("a.b:1")?;
        let mut out = String::new();
        headers.put(&mut out);
        Ok((headers.names(), out))
    }

    #[test]
    fn headers_are_sorted_joined_and_trimmed() {
        let given = [
            ("X-B", " two  words\t "),
            ("x-a", "1"),
            ("Accept", ""),
            ("x-b", "2\n 3"),
            ("Te", "t"),
            ("own", "o"),
        ];
        let due = "accept:\nhost:a.b:1\nx-a:1\nx-b:two words,2 3\n\n";
        assert_eq!(put(&given, "a own x").unwrap(), ("accept;host;x-a;x-b".into(), due.into()));
        // A host that was given stands, and no second one beside it.
        assert_eq!(put(&[("HOST", "c")], "").unwrap(), ("host".into(), "host:c\n\n".into()));
    }

    #[test]
    fn what_cannot_be_a_header_is_refused() {
        for bad in ["", " ", "a b", "a:", "\u{e9}", "a\n", "(", "a\0"] {
            assert!(put(&[(bad, "x")], "").is_err(), "{bad:?}");
            // Also where it would not be signed.
            assert!(put(&[(bad, "x")], bad).is_err(), "{bad:?}");
        }
        for code in 0..=127_u8 {
            let value = format!("a{}b", char::from(code));
            let bad = code == 127 || code < 32 && code != 9 && code != 10;
            assert_eq!(put(&[("x", &value)], "").is_err(), bad, "{code}");
            assert_eq!(put(&[("host", &value)], "").is_err(), bad, "{code}");
        }
        let mut headers = Headers::default();
        assert!(headers.add_host("a\r").is_err() && !headers.has("host"));
    }

    #[test]
    fn what_is_changed_on_the_way_is_not_signed() {
        for name in ["authorization", "User-Agent", "connection", "x-amzn-trace-id", "EXPECT", "traceparent"]
        {
            assert_eq!(put(&[(name, "x")], "").unwrap().0, "host", "{name}");
        }
        for name in ["x-amz-date", "content-type", "user-agents", "agent"] {
            assert_eq!(put(&[(name, "x")], "").unwrap().0.split(';').count(), 2, "{name}");
        }
    }

    #[test]
    fn a_query_is_sorted_by_name_then_value_and_empty_parts_go() {
        let told = canonical_query("b=2&&a&b=10&a=&%62=1&c=%2f+&d==&", &[("B", "x y")]);
        assert_eq!(told, "B=x%20y&a=&a=&b=1&b=10&b=2&c=%2F%2B&d=%3D");
        assert_eq!(canonical_query("", &[]), "");
    }

    #[test]
    fn a_path_is_made_canonical_only_where_that_is_wanted() {
        let raw = Settings { normalize_path: false, ..Settings::default() };
        for path in ["/a//b/../c", "/./", "/a/..", "x"] {
            assert_eq!(canonical_path(path, &raw), path);
            assert_eq!(canonical_path(path, &Settings::default()), normalize(path));
        }
        assert_eq!(canonical_path("", &raw), "/");
        assert_eq!(normalize("/a//b/../c"), "/a/c");
    }

    #[test]
    fn a_path_in_canonical_form_is_seen() {
        const PIECES: [&str; 5] = ["", "/", ".", "a", "%2e"];
        // Under Miri, which is some thousand times slower, every 997th.
        for number in (0..5_usize.pow(6)).step_by(if cfg!(miri) { 997 } else { 1 }) {
            let path: String = (0..6).map(|place| PIECES[number / 5_usize.pow(place) % 5]).collect();
            let due = normalize(&path);
            assert_eq!(canonical_path(&path, &Settings::default()), due, "{path}");
        }
    }
}
