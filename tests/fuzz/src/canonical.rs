//! Canonical requests and their signatures, as headers and in the query, against a second writer of them: crate
//! percent-encoding, RustCrypto's HMAC and SHA-256. Whatever is in a request, the signer refuses it or signs it; it never
//! panics.
//!
//! It is long because the second writer is whole.

use std::cell::RefCell;
use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use outcrop::region::Region;
use outcrop::secret::{Credentials, Secret};
use outcrop::sigv4::{
    KeyCache, PathEncoding, Payload, Presigned, Request, RequestLine, Scope, Settings, Signed, presign, sign,
    sign_line,
};
use outcrop::time::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use sha2::{Digest, Sha256};

use crate::input::Input;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const OF_PATHS: &AsciiSet = &UNRESERVED.remove(b'/');

const HOSTS: [&str; 4] =
    ["bedrock-runtime.us-east-1.amazonaws.com", "localhost:4567", "127.0.0.1:8080", "[::1]:80"];

/// Pieces of paths and queries.
const OF_URLS: [&str; 24] = [
    "/",
    "//",
    "/.",
    "/..",
    "/../",
    "%2F",
    "%2f",
    "%3A",
    "%25",
    "%",
    "%zz",
    "%e9",
    "?",
    "&",
    "=",
    "&&",
    "a=b",
    "+",
    "~",
    "é",
    "model/",
    "X-Amz-Date=1",
    "%00",
    " ",
];

const NAMES: [&str; 20] = [
    "host",
    "Host",
    "content-type",
    "Content-Type",
    "x-amz-date",
    "X-Amz-Date",
    "x-amz-security-token",
    "x-amz-a",
    "X-AMZ-B",
    "x-amz-content-sha256",
    "user-agent",
    "Authorization",
    "expect",
    "traceparent",
    "x-amzn-trace-id",
    "a",
    "b",
    "te",
    "",
    "x y",
];

const VALUES: [&str; 14] = [
    "",
    " ",
    "  a  b ",
    "\ta\t",
    "a\n b",
    "\r\n",
    "application/json",
    "é",
    "\u{7f}",
    "\u{a0}x",
    "a,b",
    "\"a  b\"",
    "\0",
    "x",
];

/// Credentials and scopes between which the key changes, and what never changes of them.
struct Known {
    keys: KeyCache,
    credentials: [Credentials; 3],
    scopes: Vec<(Scope<'static>, &'static str)>,
    /// Derived once for each pair of both: by RustCrypto.
    signers: BTreeMap<(usize, usize), Hmac<Sha256>>,
}

const SECRETS: [&str; 3] =
    ["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "short", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"];
const IDS: [&str; 3] = ["AKIDEXAMPLE", "ASIA", "AKIDEXAMPLE"];
const TOKENS: [Option<&str>; 3] = [None, Some("a+/=&token"), Some("IQoJb3JpZ2luX2VjEJr")];
/// Time, region, service; then the same as a scope writes it.
const SCOPES: [(i64, &str, &str, &str); 3] = [
    (1_440_938_160_000, "us-east-1", "service", "20150830/us-east-1/service/aws4_request"),
    (1_440_938_160_000, "us-east-1", "bedrock", "20150830/us-east-1/bedrock/aws4_request"),
    (1_796_083_200_999, "eu-central-2", "bedrock", "20261201/eu-central-2/bedrock/aws4_request"),
];
const DATES: [&str; 3] = ["20150830T123600Z", "20150830T123600Z", "20261201T000000Z"];

impl Known {
    fn new() -> Self {
        let credentials = [0, 1, 2].map(|at| {
            Credentials::new(IDS[at], SECRETS[at], TOKENS[at].map(Secret::from)).expect("good credentials")
        });
        let scopes = SCOPES
            .iter()
            .map(|(ms, region, service, text)| {
                let region: &'static Region = Box::leak(Box::new(Region::new(*region).expect("a region")));
                (Scope::new(region, service, Timestamp::from_unix_millis(*ms).expect("a time")), *text)
            })
            .collect();
        Self { keys: KeyCache::new(), credentials, scopes, signers: BTreeMap::new() }
    }

    fn signature(&mut self, who: usize, at: usize, to_sign: &str) -> String {
        let signer = self.signers.entry((who, at)).or_insert_with(|| {
            let mut key = format!("AWS4{}", SECRETS[who]).into_bytes();
            for part in SCOPES[at].3.split('/') {
                let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
                mac.update(part.as_bytes());
                key = mac.finalize().into_bytes().to_vec();
            }
            Hmac::new_from_slice(&key).expect("any length")
        });
        let mut mac = signer.clone();
        mac.update(to_sign.as_bytes());
        hex(&mac.finalize().into_bytes())
    }
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::new(Known::new());
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(64);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

/// One request.
struct Made<'a> {
    method: &'static str,
    url: String,
    authority: String,
    /// Where in the URL the path begins, and where it ends.
    path: (usize, usize),
    headers: Vec<(String, String)>,
    settings: Settings,
    payload: Payload<'a>,
    who: usize,
    at: usize,
    expires: u32,
    /// Whether it is also signed from its URL: each time would be a third of the work.
    whole: bool,
}

impl<'a> Made<'a> {
    fn new(input: &mut Input<'a>) -> Self {
        let flags = input.byte();
        let settings = Settings {
            path: if flags & 1 == 0 { PathEncoding::Again } else { PathEncoding::AsSent },
            normalize_path: flags & 2 == 0,
            content_sha256: flags & 4 != 0,
            sign_session_token: flags & 8 == 0,
            own_headers: flags & 16 == 0,
        };
        let places = input.byte();
        let (who, at) = (usize::from(places & 15) % 3, usize::from(places >> 4) % 3);
        let host = input.pick(&HOSTS);
        let scheme = if flags & 32 == 0 { "https" } else { "http" };
        let mut url = format!("{scheme}://{host}");
        // A port that is the scheme's own is neither sent nor signed.
        let authority = if scheme == "http" { host.strip_suffix(":80").unwrap_or(host) } else { host };
        let from = url.len();
        if !input.one_in(8) {
            url.push('/');
            input.push_text(&mut url, 12, &OF_URLS);
        }
        let end = url[from..].find('?').map_or(url.len(), |at| from + at);
        let headers = (0..input.below(6))
            .map(|_| {
                let name =
                    if input.one_in(4) { input.text(3, &NAMES) } else { input.pick(&NAMES).to_owned() };
                let value =
                    if input.one_in(2) { input.text(4, &VALUES) } else { input.pick(&VALUES).to_owned() };
                (name, value)
            })
            .collect();
        let payload = match input.byte() & 7 {
            0 => Payload::Unsigned,
            1 => Payload::Events,
            2 => Payload::Sha256([input.byte(); 32]),
            _ => Payload::Bytes(input.sized()),
        };
        Self {
            method: input.pick(&["GET", "POST", "PUT"]),
            authority: authority.to_owned(),
            path: (from, end),
            url,
            headers,
            settings,
            payload,
            who,
            at,
            expires: u32::from(input.short()) * 10,
            whole: flags & 0xC0 == 0,
        }
    }

    fn path(&self) -> &str {
        &self.url[self.path.0..self.path.1]
    }

    fn query(&self) -> &str {
        self.url[self.path.1..].strip_prefix('?').unwrap_or("")
    }

    /// Whether the URL is one that can be sent.
    fn sent(&self) -> bool {
        let target = &self.url[self.path.0..];
        (target.is_empty() || target.starts_with(['/', '?']))
            && !target.contains('#')
            && !target.contains(|c: char| c.is_ascii_control())
    }

    /// Whether a header can be.
    fn good_headers(&self) -> bool {
        let token = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
        };
        let value = |value: &str| !value.bytes().any(|b| (b < 32 && b != b'\t' && b != b'\n') || b == 127);
        self.headers.iter().all(|(name, given)| token(name) && value(given))
    }

    /// The canonical path.
    fn canonical_path(&self) -> String {
        let path = self.path();
        let path = if path.is_empty() { "/" } else { path };
        let mut normal = path.to_owned();
        if self.settings.normalize_path {
            let mut kept = Vec::new();
            for segment in path.split('/') {
                match segment {
                    "" | "." => {}
                    ".." => _ = kept.pop(),
                    other => kept.push(other),
                }
            }
            let last = path.rsplit('/').next().unwrap_or("");
            normal = format!("/{}", kept.join("/"));
            if matches!(last, "" | "." | "..") && normal != "/" {
                normal.push('/');
            }
        }
        match self.settings.path {
            PathEncoding::Again => percent_encode(normal.as_bytes(), OF_PATHS).to_string(),
            PathEncoding::AsSent => normal,
        }
    }

    fn payload_hash(&self) -> String {
        match self.payload {
            Payload::Bytes(bytes) => hex(&Sha256::digest(bytes)),
            Payload::Sha256(hash) => hex(&hash),
            Payload::Unsigned => "UNSIGNED-PAYLOAD".to_owned(),
            Payload::Events => "STREAMING-AWS4-HMAC-SHA256-EVENTS".to_owned(),
        }
    }

    /// The canonical request, and its signed headers; `own` are the names that given headers may not have, `added` come
    /// with the signature.
    fn canonical(&self, own: &[&str], added: &[(&str, &str)], query: &str) -> (String, String) {
        // botocore's list of those that are changed on the way, and the signature itself.
        const NEVER: [&str; 15] = [
            "connection",
            "expect",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent",
            "x-amzn-trace-id",
            "traceparent",
            "tracestate",
            "baggage",
            "authorization",
        ];
        let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let given = self.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()));
        let given =
            given.filter(|(name, _)| !NEVER.contains(&name.as_str()) && !own.contains(&name.as_str()));
        for (name, value) in given.chain(added.iter().map(|(name, value)| ((*name).to_owned(), *value))) {
            let words: Vec<&str> = value.split_ascii_whitespace().collect();
            headers.entry(name).or_default().push(words.join(" "));
        }
        if !headers.contains_key("host") {
            headers.insert("host".to_owned(), vec![self.authority.clone()]);
        }
        let names: Vec<&str> = headers.keys().map(String::as_str).collect();
        let names = names.join(";");
        let lines: String =
            headers.iter().map(|(name, values)| format!("{name}:{}\n", values.join(","))).collect();
        let (method, path, hash) = (self.method, self.canonical_path(), self.payload_hash());
        (format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{hash}"), names)
    }
}

/// The canonical query.
fn canonical_query(query: &str, extra: &[(&str, String)]) -> String {
    let again = |text: &str| {
        let plain: Vec<u8> = percent_decode_str(text).collect();
        percent_encode(&plain, UNRESERVED).to_string()
    };
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (again(name), again(value))
        })
        .collect();
    pairs.extend(extra.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    pairs.sort();
    let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// One input: a request, signed in its headers or in its query.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let in_query = input.one_in(4);
    let made = Made::new(&mut input);
    KNOWN.with_borrow_mut(
        |known| if in_query { in_its_query(&made, known) } else { in_headers(&made, known) },
    );
}

fn to_sign(made: &Made<'_>, canonical: &str) -> String {
    let hash = hex(&Sha256::digest(canonical.as_bytes()));
    format!("AWS4-HMAC-SHA256\n{}\n{}\n{hash}", DATES[made.at], SCOPES[made.at].3)
}

fn in_headers(made: &Made<'_>, known: &mut Known) {
    let headers: Vec<(&str, &str)> = made.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let request = Request { method: made.method, url: &made.url, headers: &headers, payload: made.payload };
    let (credentials, (scope, _)) = (&known.credentials[made.who], &known.scopes[made.at]);
    let line = RequestLine {
        method: made.method,
        authority: &made.authority,
        path: made.path(),
        query: made.query(),
    };
    let parted =
        sign_line(&line, &headers, made.payload, credentials, scope, &made.settings, &mut known.keys);
    assert_eq!(parted.is_ok(), made.good_headers(), "{headers:?}");
    if made.whole {
        let told = sign(&request, credentials, scope, &made.settings, &mut known.keys);
        assert_eq!(told.is_ok(), made.good_headers() && made.sent(), "{:?} {headers:?}", made.url);
        let all = |signed: Signed| (signed.authorization, signed.canonical_request);
        assert!(told.is_err() || told.map(all).ok() == parted.clone().map(all).ok());
    }
    let Ok(parted) = parted else { return };
    let hash = made.payload_hash();
    let mut own = Vec::new();
    let mut added = Vec::new();
    if made.settings.own_headers {
        own = vec!["x-amz-date", "x-amz-security-token"];
        added = vec![("x-amz-date", DATES[made.at])];
        added.extend(
            TOKENS[made.who]
                .filter(|_| made.settings.sign_session_token)
                .map(|t| ("x-amz-security-token", t)),
        );
        if made.settings.content_sha256 {
            own.push("x-amz-content-sha256");
            added.push(("x-amz-content-sha256", &hash));
        }
    }
    let (canonical, names) = made.canonical(&own, &added, &canonical_query(made.query(), &[]));
    assert_eq!(parted.canonical_request.expose(), canonical);
    let to_sign = to_sign(made, &canonical);
    assert_eq!(parted.string_to_sign, to_sign);
    let signature = known.signature(made.who, made.at, &to_sign);
    assert_eq!(parted.signature, signature);
    let (id, scope) = (IDS[made.who], SCOPES[made.at].3);
    let due =
        format!("AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}");
    assert_eq!(parted.authorization, due);
    assert_eq!(parted.content_sha256.is_some(), made.settings.content_sha256);
    assert_eq!(parted.security_token.as_ref().map(Secret::expose), TOKENS[made.who]);
}

fn in_its_query(made: &Made<'_>, known: &mut Known) {
    let headers: Vec<(&str, &str)> = made.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let request = Request { method: made.method, url: &made.url, headers: &headers, payload: made.payload };
    let (credentials, (scope, _)) = (&known.credentials[made.who], &known.scopes[made.at]);
    let told = presign(&request, credentials, scope, made.expires, &made.settings, &mut known.keys);
    let good = made.good_headers() && made.sent() && (1..=604_800).contains(&made.expires);
    assert_eq!(told.is_ok(), good, "{:?} {headers:?}", made.url);
    let Ok(Presigned { url, signature, canonical_request, .. }) = told else { return };
    let (_, names) = made.canonical(&["x-amz-date", "x-amz-security-token"], &[], "");
    let encoded = |text: &str| percent_encode(text.as_bytes(), UNRESERVED).to_string();
    let credential = format!("{}/{}", IDS[made.who], SCOPES[made.at].3);
    let mut extra = vec![
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
        ("X-Amz-Credential", encoded(&credential)),
        ("X-Amz-Date", DATES[made.at].to_owned()),
        ("X-Amz-Expires", made.expires.to_string()),
        ("X-Amz-SignedHeaders", encoded(&names)),
    ];
    let token = TOKENS[made.who].map(|token| ("X-Amz-Security-Token", encoded(token)));
    if made.settings.sign_session_token {
        extra.extend(token.clone());
    }
    let query = canonical_query(made.query(), &extra);
    let (canonical, _) = made.canonical(&["x-amz-date", "x-amz-security-token"], &[], &query);
    assert_eq!(canonical_request.expose(), canonical);
    assert_eq!(signature, known.signature(made.who, made.at, &to_sign(made, &canonical)));
    // What is sent, without the signature, and without a token that was not signed, is what was signed.
    let (line, sent) = url.split_once('?').expect("a query");
    assert!(line.starts_with(&made.url[..made.path.1]), "{line}");
    let suffix = format!("&X-Amz-Signature={signature}");
    let sent = sent.strip_suffix(&suffix).expect("it ends with its signature");
    let sent = match (made.settings.sign_session_token, &token) {
        (false, Some((name, token))) => {
            sent.strip_suffix(&format!("&{name}={token}")).expect("the token before it")
        }
        _ => sent,
    };
    assert_eq!(canonical_query(sent, &[]), query);
}
