//! Signing against the three public SigV4 suites and 100 requests signed by botocore; it compares every text on the way.

use crate::vectors::{cases, hex, string};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use outcrop::region::Region;
use outcrop::secret::{Credentials, Secret};
use outcrop::sigv4::{
    KeyCache, PathEncoding, Payload, Presigned, Request, Scope, Settings, Signed, presign, sign,
};
use outcrop::time::Timestamp;
use serde_json::Value;

/// What a case of a suite says, with what it leaves out filled in.
struct Case {
    name: String,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    credentials: Credentials,
    region: Region,
    service: String,
    time: Timestamp,
    settings: Settings,
    expires: u32,
}

impl Case {
    fn sign(&self) -> Signed {
        self.with_request(|request, scope| {
            sign(request, &self.credentials, scope, &self.settings, &mut KeyCache::new())
        })
        .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    fn presign(&self) -> Presigned {
        self.with_request(|request, scope| {
            presign(request, &self.credentials, scope, self.expires, &self.settings, &mut KeyCache::new())
        })
        .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    fn with_request<T>(&self, run: impl FnOnce(&Request<'_>, &Scope<'_>) -> T) -> T {
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let request = Request {
            method: &self.method,
            url: &self.url,
            headers: &headers,
            payload: Payload::Bytes(&self.body),
        };
        run(&request, &Scope::new(&self.region, &self.service, self.time))
    }
}

/// `2015-08-30T12:36:00Z` or `20150830T123600Z`.
fn time(text: &str) -> Timestamp {
    let compact: String = text.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    Timestamp::parse_amz_date(&compact).expect("a time")
}

fn pairs(value: &Value) -> Vec<(String, String)> {
    let list = value.as_array().expect("a list of headers");
    let text = |value: &Value| value.as_str().expect("a header's text").to_owned();
    list.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

fn credentials(value: &Value, token: &str) -> Credentials {
    let token = value[token].as_str().map(Secret::from);
    Credentials::new(string(value, "access_key_id"), string(value, "secret_access_key"), token)
        .expect("credentials")
}

/// botocore's copy gives the session token only in the signed request, and whether it is signed only in
/// the canonical one.
fn suite_credentials(case: &Value) -> (Credentials, bool) {
    let mut given = case["context"]["credentials"].clone();
    if string(case, "source") == "botocore" {
        let sent = string(&case["header"], "signed_request").lines();
        if let Some(token) = sent.filter_map(|line| line.strip_prefix("X-Amz-Security-Token:")).next() {
            given["token"] = token.into();
        }
        let signed = string(&case["header"], "canonical_request").contains("\nx-amz-security-token:");
        return (credentials(&given, "token"), signed);
    }
    (credentials(&given, "token"), !case["context"]["omit_session_token"].as_bool().unwrap_or(false))
}

fn suite_case(case: &Value) -> Case {
    let (request, context) = (&case["request"], &case["context"]);
    let headers = pairs(&request["headers"]);
    // The host stands in a header only; the URL's own does not count beside it, and must be the same.
    let host = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host")).expect("a host").1.clone();
    let body = string(request, "body_hex");
    let name = string(case, "name").to_owned();
    let (credentials, sign_session_token) = suite_credentials(case);
    Case {
        method: string(request, "method").to_owned(),
        url: format!("https://{host}{}", string(request, "target")),
        body: if body.is_empty() { string(request, "body_text").as_bytes().to_vec() } else { hex(body) },
        credentials,
        headers,
        region: Region::new(string(context, "region")).expect("a region"),
        service: string(context, "service").to_owned(),
        time: time(string(context, "timestamp")),
        settings: Settings {
            path: path_encoding(string(case, "source"), &name),
            normalize_path: context["normalize"].as_bool().expect("normalize"),
            content_sha256: context["sign_body"].as_bool().expect("sign_body"),
            sign_session_token,
            own_headers: true,
        },
        expires: context["expiration_in_seconds"]
            .as_u64()
            .map_or(3600, |s| u32::try_from(s).expect("seconds")),
        name,
    }
}

/// The suites give raw paths, so that their canonical path, encoded once, is ours encoded "again".
/// One case of smithy-rs's copy gives its path encoded already, and expects it as sent.
fn path_encoding(source: &str, name: &str) -> PathEncoding {
    match (source, name) {
        ("smithy-rs", "get-space-normalized") => PathEncoding::AsSent,
        _ => PathEncoding::Again,
    }
}

/// Where a suite's signed request has a signature that is not the one that its own string to sign gives:
/// (suite, case, the stale signature). Everything else in those cases is compared as in all others.
const STALE: [(&str, &str, &str); 1] = [
    // The signature of the same request without its token.
    (
        "botocore",
        "get-vanilla-with-session-token",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
];

/// The parameters of a URL, sorted: the suites write them in an order of their own.
fn parameters(target: &str) -> Vec<&str> {
    let mut list: Vec<&str> = target.split_once('?').map_or("", |(_, query)| query).split('&').collect();
    list.sort_unstable();
    list
}

/// Checks one suite; answers how many header and how many query forms were compared.
fn run_suite(suite: &str, count: usize) -> Option<(usize, usize)> {
    let (mut in_headers, mut in_query) = (0, 0);
    for value in cases(&format!("sigv4/{suite}.json"), count)? {
        // Two cases of smithy-rs have no context: see `encoded_twice`.
        if value["context"].is_null() {
            continue;
        }
        let case = suite_case(&value);
        let wanted = &value["header"];
        let signed = case.sign();
        assert_eq!(
            signed.canonical_request.expose(),
            string(wanted, "canonical_request"),
            "{suite} {}",
            case.name
        );
        assert_eq!(signed.string_to_sign, string(wanted, "string_to_sign"), "{suite} {}", case.name);
        assert_eq!(signed.signature, string(wanted, "signature"), "{suite} {}", case.name);
        if let Some(authorization) = wanted["authorization"].as_str() {
            assert_eq!(signed.authorization, authorization, "{suite} {}", case.name);
        }
        let mut line = format!("Authorization:{}", signed.authorization);
        if let Some((_, _, stale)) = STALE.iter().find(|(s, name, _)| *s == suite && *name == case.name) {
            assert_ne!(signed.signature, *stale, "{suite} {}: no longer different", case.name);
            line = line.replace(&signed.signature, stale);
        }
        let sent = string(wanted, "signed_request").replace("Authorization: ", "Authorization:");
        assert!(sent.lines().any(|sent| sent == line), "{suite} {}: {line}\nis not in\n{sent}", case.name);
        in_headers += 1;

        let wanted = &value["query"];
        if wanted.is_null() {
            continue;
        }
        let presigned = case.presign();
        assert_eq!(
            presigned.canonical_request.expose(),
            string(wanted, "canonical_request"),
            "{suite} {} query",
            case.name
        );
        assert_eq!(presigned.string_to_sign, string(wanted, "string_to_sign"), "{suite} {} query", case.name);
        assert_eq!(presigned.signature, string(wanted, "signature"), "{suite} {} query", case.name);
        let line = string(wanted, "signed_request").lines().next().expect("a request line");
        let target = line.split_once(' ').expect("a target").1.rsplit_once(' ').expect("a target").0;
        assert_eq!(parameters(&presigned.url), parameters(target), "{suite} {}: url", case.name);
        let path = |target: &str| target.split('?').next().unwrap_or_default().to_owned();
        let our_path = path(presigned.url.strip_prefix("https://example.amazonaws.com").expect("the host"));
        // That one case again: its request line has `%20` in the request and a raw space once signed.
        assert_eq!(our_path.replace("%20", " "), path(target), "{suite} {}: path", case.name);
        in_query += 1;
    }
    Some((in_headers, in_query))
}

#[test]
fn aws_c_auth() {
    if let Some(done) = run_suite("aws-c-auth", 38) {
        assert_eq!(done, (38, 38));
        println!("sigv4 suite of aws-c-auth: 38 header forms, 38 query forms");
    }
}

#[test]
fn smithy_rs() {
    if let Some(done) = run_suite("smithy-rs", 40) {
        assert_eq!(done, (38, 38));
        println!("sigv4 suite of smithy-rs: 38 header forms, 38 query forms");
    }
}

#[test]
fn botocore() {
    if let Some(done) = run_suite("botocore", 34) {
        assert_eq!(done, (34, 0));
        println!("sigv4 suite of botocore: 34 header forms");
    }
}

/// smithy-rs's two cases without a context: paths that come encoded and are signed encoded twice, as
/// Bedrock wants its model ids. The date is that of the canonical request; the other date of
/// `double-encode-path` fits nothing else in it.
#[test]
fn encoded_twice() {
    let Some(list) = cases("sigv4/smithy-rs.json", 40) else {
        return;
    };
    let mut done = 0;
    for value in list.iter().filter(|case| case["context"].is_null()) {
        let name = string(value, "name");
        let (region, service, date) = match name {
            "double-encode-path" => ("us-east-1", "execute-api", "20210511T154045Z"),
            "double-url-encode" => ("us-east-2", "lambda", "20210511T154045Z"),
            other => panic!("a new case without a context: {other}"),
        };
        let headers = pairs(&value["request"]["headers"]);
        let case = Case {
            name: name.to_owned(),
            method: string(&value["request"], "method").to_owned(),
            url: format!("https://{}{}", headers[0].1, string(&value["request"], "target")),
            headers,
            body: Vec::new(),
            credentials: Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None)
                .expect("credentials"),
            region: Region::new(region).expect("a region"),
            service: service.to_owned(),
            time: time(date),
            settings: Settings::default(),
            expires: 3600,
        };
        let signed = case.sign();
        assert_eq!(
            signed.canonical_request.expose(),
            string(&value["header"], "canonical_request"),
            "{name}"
        );
        if let Some(wanted) = value["header"]["string_to_sign"].as_str() {
            assert_eq!(signed.string_to_sign, wanted.trim_end(), "{name}");
        }
        done += 1;
    }
    assert_eq!(done, 2);
    println!("sigv4 suite of smithy-rs: 2 partial cases, paths encoded twice");
}

/// A cache must never serve a key to another secret, day, region or service; and nothing that it or a signature
/// shows of itself may hold a secret.
#[test]
fn one_key_for_one_scope_and_secret() {
    let mut keys = KeyCache::new();
    let secrets = ["a".repeat(40), "b".repeat(40)];
    let scopes = [
        ("20260101T000000Z", "us-east-1", "bedrock"),
        ("20260102T000000Z", "us-east-1", "bedrock"),
        ("20260102T000000Z", "us-east-2", "bedrock"),
        ("20260102T000000Z", "us-east-2", "sts"),
    ];
    // From one to the next the secret alone differs, or one part of the scope alone, or nothing.
    let mut order: Vec<_> = secrets.iter().flat_map(|secret| scopes.map(|scope| (secret, scope))).collect();
    order.extend(scopes.iter().flat_map(|scope| secrets.iter().map(|secret| (secret, *scope))));
    for (secret, (date, region, service)) in order.iter().flat_map(|step| [step, step]) {
        let region = Region::new(*region).expect("a region");
        let scope = Scope::new(&region, service, time(date));
        let token = "session-token";
        let credentials =
            Credentials::new("AKIDEXAMPLE", secret.as_str(), Some(token.into())).expect("credentials");
        let request = Request {
            method: "GET",
            url: "https://example.com/",
            headers: &[],
            payload: Payload::Bytes(b""),
        };
        let settings = Settings::default();
        let cached = sign(&request, &credentials, &scope, &settings, &mut keys).expect("signed");
        let fresh = sign(&request, &credentials, &scope, &settings, &mut KeyCache::new()).expect("signed");
        assert_eq!(cached.signature, fresh.signature, "{secret} {scope:?}");
        let presigned = presign(&request, &credentials, &scope, 60, &settings, &mut keys).expect("signed");
        let shown = format!("{credentials:?} {cached:?} {presigned:?} {keys:?} {scope:?}");
        for hidden in [secret.as_str(), token, &cached.signature, &presigned.signature] {
            assert!(!shown.contains(hidden), "{shown}");
        }
    }
}

/// 50 requests of a whole botocore client and 50 of its signer, all confirmed by aws-c-auth.
#[test]
fn bedrock_requests_signed_by_botocore() {
    let Some(list) = cases("generated/signing/signing.json", 100) else {
        return;
    };
    // One cache for all: a key must never serve another secret, day, region or service.
    let mut keys = KeyCache::new();
    for value in &list {
        let (name, request, wanted) = (string(value, "name"), &value["request"], &value["expected"]);
        let body = BASE64.decode(string(request, "body_base64")).expect("base64");
        // Of the given headers botocore never signs User-Agent, and neither do we.
        let headers = pairs(&request["headers"]);
        // The hash of the body is a header in some: then it is signed as given.
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let credentials = credentials(&value["credentials"], "session_token");
        let region = Region::new(string(value, "region")).expect("a region");
        let scope = Scope::new(&region, string(value, "service"), time(string(value, "time")));
        let hash = <[u8; 32]>::try_from(hex(string(wanted, "payload_sha256"))).expect("a hash");
        for payload in [Payload::Bytes(&body), Payload::Sha256(hash)] {
            let request = Request {
                method: string(request, "method"),
                url: string(request, "url"),
                headers: &headers,
                payload,
            };
            let signed = sign(&request, &credentials, &scope, &Settings::default(), &mut keys)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(signed.canonical_request.expose(), string(wanted, "canonical_request"), "{name}");
            assert_eq!(signed.string_to_sign, string(wanted, "string_to_sign"), "{name}");
            assert_eq!(signed.signature, string(wanted, "signature"), "{name}");
            let added: Vec<(&str, &str)> = signed.headers().into_iter().collect();
            let all = wanted["headers"].as_object().expect("headers");
            for (header, value) in all {
                let value = value.as_str().expect("a value");
                let header = header.to_ascii_lowercase();
                assert!(
                    added.contains(&(header.as_str(), value))
                        || headers.iter().any(|(n, v)| n.eq_ignore_ascii_case(&header) && *v == value),
                    "{name}: {header}: {value} is not among {added:?}",
                );
            }
            assert_eq!(
                added.len(),
                if credentials.session_token().is_some() { 3 } else { 2 },
                "{name}: {added:?}"
            );
        }
    }
    println!("requests signed by botocore: {}, each with its body and with its body's hash", list.len());
}
