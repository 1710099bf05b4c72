//! 100,000 random requests signed as aws-sigv4's HTTP signing signs them, in headers and in the query.
//! What the two do differently is kept out of the generator and pinned here, one test each: see DIFFERENCES.md.
//!
//! It is long because of those tests.

use aws_credential_types::Credentials as SmithyCredentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest,
    SignatureLocation, SigningInstructions, SigningParams, SigningSettings, UriPathNormalizationMode,
    sign as smithy_sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use outcrop::sigv4::{
    KeyCache, PathEncoding, Payload, Presigned, Request, Scope, Settings, Signed, percent_encode, presign,
    sign,
};
use outcrop_oracles::random::Random;
use outcrop_oracles::requests::{Order, Wild, order};
use outcrop_oracles::trust::{self, Row};
use outcrop_oracles::vectors::to_hex;
use std::time::{Duration, SystemTime};

/// Requests in a run; OUTCROP_REQUESTS asks for others (`cargo xtask signing aws-sigv4`).
const RUN: usize = 100_000;

/// What of the body the signers are told.
#[derive(Clone, Copy, Debug)]
enum Told {
    Body,
    Hash([u8; 32]),
    Nothing,
}

fn ours(order: &Order, told: Told, settings: &Settings, keys: &mut KeyCache) -> Signed {
    try_ours(order, told, settings, keys).unwrap_or_else(|error| panic!("{error}: {order:?}"))
}

fn try_ours(
    order: &Order,
    told: Told,
    settings: &Settings,
    keys: &mut KeyCache,
) -> Result<Signed, outcrop::error::Invalid> {
    let (url, headers, region) = (order.url(), order.headers(), order.region());
    let request =
        Request { method: order.method, url: &url, headers: &headers, payload: payload(order, told) };
    sign(&request, &order.credentials(), &Scope::new(&region, order.service, order.time()), settings, keys)
}

fn ours_in_query(
    order: &Order,
    told: Told,
    settings: &Settings,
    expires: u32,
    keys: &mut KeyCache,
) -> Presigned {
    let (url, headers, region) = (order.url(), order.headers(), order.region());
    let request =
        Request { method: order.method, url: &url, headers: &headers, payload: payload(order, told) };
    presign(
        &request,
        &order.credentials(),
        &Scope::new(&region, order.service, order.time()),
        expires,
        settings,
        keys,
    )
    .unwrap_or_else(|error| panic!("{error}: {order:?}"))
}

fn payload(order: &Order, told: Told) -> Payload<'_> {
    match told {
        Told::Body => Payload::Bytes(&order.body),
        Told::Hash(hash) => Payload::Sha256(hash),
        Told::Nothing => Payload::Unsigned,
    }
}

/// aws-sigv4's answer: what to add, and the signature.
fn theirs(
    order: &Order,
    told: Told,
    settings: &Settings,
    expires: Option<u32>,
) -> Result<(SigningInstructions, String), String> {
    let mut wanted = SigningSettings::default();
    wanted.percent_encoding_mode = match settings.path {
        PathEncoding::Again => PercentEncodingMode::Double,
        PathEncoding::AsSent => PercentEncodingMode::Single,
    };
    wanted.uri_path_normalization_mode = match settings.normalize_path {
        true => UriPathNormalizationMode::Enabled,
        false => UriPathNormalizationMode::Disabled,
    };
    wanted.payload_checksum_kind = match settings.content_sha256 {
        true => PayloadChecksumKind::XAmzSha256,
        false => PayloadChecksumKind::NoHeader,
    };
    wanted.session_token_mode = match settings.sign_session_token {
        true => SessionTokenMode::Include,
        false => SessionTokenMode::Exclude,
    };
    if let Some(seconds) = expires {
        wanted.signature_location = SignatureLocation::QueryParams;
        wanted.expires_in = Some(Duration::from_secs(seconds.into()));
    }
    let identity: Identity = SmithyCredentials::new(
        order.access_key_id.as_str(),
        order.secret_access_key.as_str(),
        order.session_token.clone(),
        None,
        "test",
    )
    .into();
    let params: SigningParams<'_> = v4::SigningParams::builder()
        .identity(&identity)
        .region(&order.region)
        .name(order.service)
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(order.seconds.unsigned_abs()))
        .settings(wanted)
        .build()
        .expect("all parameters")
        .into();
    let body = match told {
        Told::Body => SignableBody::Bytes(&order.body),
        Told::Hash(hash) => SignableBody::Precomputed(to_hex(&hash)),
        Told::Nothing => SignableBody::UnsignedPayload,
    };
    let request = SignableRequest::new(order.method, order.url(), order.headers().into_iter(), body)
        .map_err(|error| format!("{error:?}"))?;
    let output = smithy_sign(request, &params).map_err(|error| format!("{error:?}"))?;
    Ok(output.into_parts())
}

fn settings(random: &mut Random) -> Settings {
    Settings {
        path: if random.one_in(10) { PathEncoding::AsSent } else { PathEncoding::Again },
        normalize_path: !random.one_in(10),
        content_sha256: random.one_in(5),
        sign_session_token: !random.one_in(10),
        own_headers: true,
    }
}

fn told(random: &mut Random) -> Told {
    match random.below(10) {
        0 => Told::Hash(random.bytes(32).try_into().expect("32 bytes")),
        1 => Told::Nothing,
        _ => Told::Body,
    }
}

/// Name and encoded value of the parameters that were added to a URL.
fn added<'u>(url: &'u str, before: &str) -> Vec<(&'u str, &'u str)> {
    let rest = url.split_once('?').expect("a query").1;
    let rest = rest.strip_prefix(before).expect("the query that was there");
    let rest = match before {
        "" => rest,
        _ if before.ends_with('&') => rest,
        _ => rest.strip_prefix('&').expect("a parameter of its own"),
    };
    let mut pairs: Vec<_> = rest.split('&').map(|pair| pair.split_once('=').expect("a value")).collect();
    pairs.sort_unstable();
    pairs
}

fn compare_in_query(order: &Order, told: Told, settings: &Settings, expires: u32, keys: &mut KeyCache) {
    let ours = ours_in_query(order, told, settings, expires, keys);
    let (instructions, signature) =
        theirs(order, told, settings, Some(expires)).unwrap_or_else(|error| panic!("{error}: {order:?}"));
    assert_eq!(ours.signature, signature, "{order:?} {settings:?}\n{}", ours.canonical_request.expose());
    let mut wanted: Vec<(&str, String)> = instructions
        .params()
        .iter()
        .map(|(name, value)| {
            let mut encoded = String::new();
            percent_encode(&mut encoded, value);
            (*name, encoded)
        })
        .collect();
    wanted.sort_unstable();
    let wanted: Vec<(&str, &str)> = wanted.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(added(&ours.url, &order.query), wanted, "{order:?}");
}

fn compare_in_headers(order: &Order, told: Told, settings: &Settings, keys: &mut KeyCache) {
    let ours = ours(order, told, settings, keys);
    let (instructions, signature) =
        theirs(order, told, settings, None).unwrap_or_else(|error| panic!("{error}: {order:?}"));
    assert_eq!(ours.signature, signature, "{order:?} {settings:?}\n{}", ours.canonical_request.expose());
    let mut wanted: Vec<(&str, &str)> = instructions.headers().collect();
    let mut headers: Vec<(&str, &str)> = ours.headers().into_iter().collect();
    wanted.sort_unstable();
    headers.sort_unstable();
    assert_eq!(headers, wanted, "{order:?}");
}

/// Some headers that the signers add are given already: both must put their own in place of them.
fn given_already(order: &mut Order, random: &mut Random, in_query: bool) {
    let mut give = |name: &str| order.headers.push((name.to_owned(), "given".to_owned()));
    match random.below(20) {
        0 => give("user-agent"),
        1 => give("Authorization"),
        2 => give("X-Amzn-Trace-Id"),
        3 => give("host"),
        4 => give("x-amz-content-sha256"),
        5 if !in_query => give("X-Amz-Date"),
        6 if !in_query && order.session_token.is_some() => give("x-amz-security-token"),
        _ => {}
    }
}

#[test]
fn random_requests_are_signed_as_aws_sigv4_signs_them() {
    let started = std::time::Instant::now();
    let mut begin = Random::from_environment("requests against aws-sigv4");
    let (told_seed, seed) = (begin.state(), begin.number());
    let run =
        std::env::var("OUTCROP_REQUESTS").map_or(RUN, |text| text.parse().expect("a number of requests"));
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for core in 0..cores {
            scope.spawn(move || {
                let mut keys = KeyCache::new();
                for index in (core..run).step_by(cores) {
                    let random = &mut Random::new(seed ^ (index as u64).wrapping_mul(0x9E37_79B9));
                    let in_query = index % 10 == 0;
                    let mut order = order(random, Wild::Smithy);
                    given_already(&mut order, random, in_query);
                    let (settings, told) = (settings(random), told(random));
                    if in_query {
                        compare_in_query(
                            &order,
                            told,
                            &settings,
                            1 + random.below(604_800) as u32,
                            &mut keys,
                        );
                    } else {
                        compare_in_headers(&order, told, &settings, &mut keys);
                    }
                }
            });
        }
    });
    println!(
        "{run} requests signed as aws-sigv4 signs them ({} in the query) in {:.1} s",
        run.div_ceil(10),
        started.elapsed().as_secs_f64()
    );
    let command = format!("cargo xtask signing aws-sigv4 --requests {run} --seed {told_seed}");
    let row = Row {
        part: "signing",
        what: "requests, one in ten presigned, by the crate",
        against: "aws-sigv4 1.6",
        count: run as u64,
        unit: "requests",
        seed: Some(told_seed),
        command: &command,
        note: "10 known differences asserted, one test each".to_owned(),
    };
    trust::write("signing-aws-sigv4.json", &[row], started);
}

/// A query that ends with a question mark: the first parameter that is added once stuck to it.
#[test]
fn a_presigned_query_that_ends_with_a_question_mark() {
    for query in ["a=b?", "?", "a=b&", "a=?&", "&"] {
        compare_in_query(&with_query(query), Told::Body, &Settings::default(), 60, &mut KeyCache::new());
    }
}

/// A plain request to make one thing different in.
fn plain() -> Order {
    Order {
        method: "POST",
        origin: "https://bedrock-runtime.us-east-1.amazonaws.com".to_owned(),
        path: "/model/m%3A0/converse".to_owned(),
        query: String::new(),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: b"{}".to_vec(),
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
        session_token: None,
        region: "us-east-1".to_owned(),
        service: "bedrock",
        seconds: 1_700_000_000,
    }
}

/// Our signature of `given` is not theirs of it, but is theirs of `alike`.
fn signed_by_them_as(given: &Order, alike: &Order) {
    let ours = ours(given, Told::Body, &Settings::default(), &mut KeyCache::new()).signature;
    let theirs_of = |order: &Order| theirs(order, Told::Body, &Settings::default(), None).expect("signed").1;
    assert_ne!(ours, theirs_of(given), "no longer different: {given:?}");
    assert_eq!(ours, theirs_of(alike), "different in more than this: {given:?}");
}

fn with_header(name: &str, value: &str) -> Order {
    let mut order = plain();
    order.headers.push((name.to_owned(), value.to_owned()));
    order
}

fn with_query(query: &str) -> Order {
    Order { query: query.to_owned(), ..plain() }
}

#[test]
fn the_plain_request_is_signed_alike() {
    compare_in_headers(&plain(), Told::Body, &Settings::default(), &mut KeyCache::new());
}

/// `+` in a query: a plus to us (RFC 3986), a space to them (HTML forms).
#[test]
fn difference_plus_in_a_query() {
    signed_by_them_as(&with_query("a=b+c"), &with_query("a=b%2Bc"));
}

/// Escapes that are no UTF-8: kept by us, replaced by U+FFFD by them.
#[test]
fn difference_escapes_that_are_no_utf8() {
    let order = with_query("a=%FF");
    let signed = ours(&order, Told::Body, &Settings::default(), &mut KeyCache::new());
    assert!(signed.canonical_request.expose().contains("\na=%FF\n"));
    let theirs_of = |order: &Order| theirs(order, Told::Body, &Settings::default(), None).expect("signed").1;
    assert_ne!(signed.signature, theirs_of(&order));
    assert_eq!(theirs_of(&order), theirs_of(&with_query("a=%EF%BF%BD")));
}

/// Tabs in a value: white space to us and to botocore, a character like others to them.
#[test]
fn difference_tabs_in_a_header() {
    signed_by_them_as(&with_header("x-a", "b\t \tc"), &with_header("x-a", "b c"));
}

/// Headers that we never sign and they do: botocore's list is longer than theirs.
#[test]
fn difference_headers_never_signed() {
    for name in [
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
        "upgrade",
    ] {
        signed_by_them_as(&with_header(name, "x"), &plain());
    }
    // And those of both lists.
    for name in ["authorization", "transfer-encoding", "user-agent", "x-amzn-trace-id"] {
        compare_in_headers(&with_header(name, "x"), Told::Body, &Settings::default(), &mut KeyCache::new());
    }
}

/// A session token given as a header, with credentials that have none: a stale one to us, and left out.
#[test]
fn difference_a_stale_session_token() {
    signed_by_them_as(&with_header("x-amz-security-token", "stale"), &plain());
}

/// The host in upper case: HTTP clients send it in lower case, and so we sign it.
#[test]
fn difference_upper_case_in_the_host() {
    let upper = Order { origin: "https://Bedrock-Runtime.us-east-1.AMAZONAWS.com".to_owned(), ..plain() };
    signed_by_them_as(&upper, &plain());
}

/// Presigning: headers that they leave out, and a date that we leave out.
#[test]
fn difference_headers_of_a_presigned_url() {
    for (name, we_sign_it) in
        [("x-amz-user-agent", true), ("x-amz-checksum-mode", true), ("x-amz-date", false)]
    {
        let given = with_header(name, "x");
        let ours = ours_in_query(&given, Told::Body, &Settings::default(), 60, &mut KeyCache::new());
        assert_eq!(ours.url.contains(name), we_sign_it, "{name}");
        let theirs_of =
            |order: &Order| theirs(order, Told::Body, &Settings::default(), Some(60)).expect("signed").1;
        assert_ne!(ours.signature, theirs_of(&given), "{name}: no longer different");
        let plain_ours = ours_in_query(&plain(), Told::Body, &Settings::default(), 60, &mut KeyCache::new());
        assert_eq!(plain_ours.signature, theirs_of(&plain()));
        // The side that leaves it out signs as if it were not there.
        if we_sign_it {
            assert_eq!(theirs_of(&given), theirs_of(&plain()), "{name}");
        } else {
            assert_eq!(ours.signature, plain_ours.signature, "{name}");
        }
    }
}

/// What only one of the two takes.
#[test]
fn difference_what_is_refused() {
    let we_take =
        |order: &Order| try_ours(order, Told::Body, &Settings::default(), &mut KeyCache::new()).is_ok();
    let they_take = |order: &Order| theirs(order, Told::Body, &Settings::default(), None).is_ok();
    let at = |origin: &str| Order { origin: origin.to_owned(), ..plain() };
    for (order, ours, theirs) in [
        // A fragment is not sent; they cut it off.
        (Order { path: "/a#b".to_owned(), ..plain() }, false, true),
        // A user before the host would go to an Authorization header of its own.
        (at("https://user@example.com"), false, true),
        (at("https://user:word@example.com"), false, true),
        // Ports that URL libraries write otherwise.
        (at("https://example.com:0443"), false, true),
        (at("https://example.com:"), false, true),
        (at("https://example.com:99999"), false, true),
        (at("https://ex%61mple.com"), false, false),
        // Folded lines, as in the SigV4 suite.
        (with_header("x-a", "b\n c"), true, false),
        (with_header("x-a", "b\rc"), false, false),
        (with_header("x-a", "b\u{1}c"), false, false),
        (with_header("x a", "b"), false, false),
        // The SigV4 suite's raw space in a path.
        (Order { path: "/a b".to_owned(), ..plain() }, true, false),
    ] {
        assert_eq!((we_take(&order), they_take(&order)), (ours, theirs), "{order:?}");
    }
}
