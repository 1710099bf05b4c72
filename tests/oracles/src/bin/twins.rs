//! What the crate decides for random inputs: what follows on an attempt that failed, where a service answers, and how a
//! request is signed. The npm package has these decisions a second time, in JavaScript; `twins/twins.test.mjs` compares. It judges nothing itself.
//!
//! Arguments: a seed and how many of each kind. A line of JSON for each: the input, and Rust's answer.

use outcrop::decide::{Failed, Fault, Next, verdict};
use outcrop::endpoint::Endpoint;
use outcrop::region::Region;
use outcrop::secret::{Credentials, Secret};
use outcrop::service::Service;
use outcrop::sigv4::{KeyCache, Payload, Request, Scope, Settings, sign};
use outcrop::time::Timestamp;
use outcrop_oracles::random::Random;
use serde_json::{Value, json};

/// Names that mean something, names of which only a part does, and other texts of a header or a body.
const NAMES: &[&str] = &[
    "",
    "",
    "",
    "",
    " ",
    "#",
    ":",
    "ThrottlingException",
    "Throttling",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "Throttl",
    "SlowDownX",
    "throttlingException",
    "ModelNotReadyException",
    "IDPCommunicationError",
    "ExpiredTokenException",
    "ExpiredToken",
    "ExpiredTokens",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "RequestTimeTooSkewed",
    "RequestExpired",
    "RequestInTheFuture",
    "InvalidSignature",
    "AuthFailure",
    "Auth",
    "Request",
    "ValidationException",
    "AccessDeniedException",
    "InternalServerException",
    "ServiceUnavailableException",
    "ServiceUnavailable",
    "ModelStreamErrorException",
    "Fehler-ü",
];
/// What may stand around them.
const BEFORE: &[&str] = &["", "", "", "ns#", "aws.protocoltests.restjson#", "a#b#", " ", "#"];
const BEHIND: &[&str] = &["", "", "", ":http://internal.amazon.com/coral/", ":", " ", ":a#b", "#"];
const STATUSES: &[u16] =
    &[0, 200, 400, 401, 402, 403, 404, 408, 413, 424, 429, 500, 501, 502, 503, 504, 505, 529, 599];
const MESSAGES: &[&str] = &[
    "",
    "",
    "no",
    "The security token included in the request is expired",
    "The security token included in the request is",
    "x The security token included in the request is expired",
    "The security token included in the request is expired.",
];
const PREFIXES: &[&str] = &[
    "us", "us-gov", "cn", "eusc-de", "us-iso", "us-isob", "eu-isoe", "us-isof", "eu", "ap", "sa", "ca", "me",
    "af", "il", "mx", "xx", "us-isox", "eusc", "us-gov-x",
];
const WORDS: &[&str] = &["east", "west", "north", "gov", "central2", "", "southeast", "a-b"];
const PLACES: &[&str] = &[
    "aws-global",
    "aws-cn-global",
    "aws-us-gov-global",
    "aws-iso-global",
    "aws-iso-b-global",
    "aws-iso-e-global",
    "aws-iso-f-global",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "us-west-3",
    "",
    "-",
    "-us-east-1",
    "us-east-1-",
    "US-EAST-1",
    "us_east_1",
    "us-east-1\n",
    "x@evil:443/#",
    "us-east-1\0",
    "us east 1",
    "ü-east-1",
    "🎈-1",
    "us-east-1.evil.example",
];
const OWN: &[&str] = &[
    "https://proxy.example/base/",
    "https://proxy.example",
    "http://127.0.0.1:4567",
    "http://[::1]:8080/x",
    "https://EXAMPLE.com:8443",
    "http://localhost:1/a//",
    "http://a.localhost",
];

const METHODS: &[&str] = &["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];
const HOSTS: &[&str] = &[
    "https://bedrock-runtime.us-east-1.amazonaws.com",
    "https://a.example.com",
    "https://a.example.com:443",
    "https://A.example.com:8443",
    "http://127.0.0.1:4567",
    "http://[::1]:80",
    "http://localhost",
];
/// Pieces of a path as a URL parser leaves it.
const PIECES: &[&str] = &[
    "a", "Z", "0", "-", "_", "~", ".a", "a.", "...", "%3A", "%2F", "%25", "%C3%A9", "%2b", ":", "@", "!",
    "$", "&", "'", "(", ")", "*", "+", ",", ";", "=",
];
/// Pieces of a query as a caller may write it. (A `+` means two things there, and the package makes one of them.)
const PARTS: &[&str] = &[
    "a", "b", "B", "0", "=", "=", "&", "&", "%20", "%3a", "%3A", "%", "%z", "%C3%A9", "é", "🎈", "/", "?",
    ":", "~", "'", "(", "*", ",", "-", ".", "_",
];
const IDS: &[&str] = &["AKID", "AKID", "AKID", "AKID", "ASIA0", "ASIA0", "ASIA0", "ASIA0", "AK/ID", "A,B"];
const HEADERS: &[&str] = &[
    "content-type",
    "Accept",
    "X-Amz-Target",
    "x-amz-meta-b",
    "x-amz-meta",
    "x-amz-date",
    "X-Amz-Security-Token",
    "x-amzn-trace-id",
    "x-amzn-bedrock-trace",
    "User-Agent",
    "traceparent",
    "expect",
    "te",
    "a_b",
    "a-b",
    "A!b",
];
const VALUES: &[&str] =
    &["", "a", " a", "a ", "a  b", "\ta\t \tb ", "a, b", "\"a  b\"", "application/json", "1;2", "~", "Ä"];

fn one<'a>(random: &mut Random, of: &[&'a str]) -> &'a str {
    let found: &&str = random.pick(of);
    found
}

fn name(random: &mut Random) -> String {
    [one(random, BEFORE), one(random, NAMES), one(random, BEHIND)].concat()
}

/// A second between 1970 and the end of 9999; more often one of our time.
fn seconds(random: &mut Random) -> i64 {
    let all = if random.one_in(4) { 253_402_300_800 } else { 4_102_444_800 };
    i64::try_from(random.number() % all).unwrap()
}

fn date(random: &mut Random, seconds: i64) -> String {
    let mut text = Timestamp::from_unix_millis(seconds * 1000).unwrap().amz_date();
    if random.one_in(30) {
        // A byte that does not belong there.
        text.replace_range(4..5, "x");
    }
    text
}

fn message(random: &mut Random) -> String {
    if random.one_in(2) {
        return one(random, MESSAGES).to_owned();
    }
    let signed = seconds(random);
    let apart = i64::try_from(random.number() % 2_000_000).unwrap() - 1_000_000;
    let server = (signed + apart).clamp(0, 253_402_300_799);
    let (signed, between, server) = (date(random, signed), date(random, server), date(random, server));
    let text = if random.one_in(2) {
        format!("Signature expired: {signed} is now earlier than {between} ({server} - 5 min.)")
    } else {
        format!("Signature not yet current: {signed} is still later than {between} ({server} + 5 min.)")
    };
    match random.below(10) {
        0 => text.chars().take(random.below(text.len())).collect(),
        1 => format!("{}{text}", one(random, &["x", " ", "Signature expired: "])),
        2 => text.replacen('(', one(random, &["((", "[", "", "(x"]), 1),
        _ => text,
    }
}

fn judged(random: &mut Random) -> Value {
    let (header, code, type_, message) = (name(random), name(random), name(random), message(random));
    let now_ms = seconds(random) * 1000 + i64::try_from(random.number() % 1000).unwrap();
    let near = i64::try_from(random.number() % 2_000_000).unwrap() - 1_000_000;
    let failed = Failed {
        attempt: 1 + u32::try_from(random.below(7)).unwrap(),
        max_attempts: u32::try_from(random.below(8)).unwrap(),
        status: STATUSES[random.below(STATUSES.len())],
        header: &header,
        code: &code,
        type_: &type_,
        message: &message,
        retry_after: random.one_in(3).then(|| u32::try_from(random.number() % 40_000).unwrap()),
        random: u32::try_from(random.number() >> 32).unwrap(),
        tokens: u32::try_from(if random.one_in(3) { random.below(20) } else { 500 }).unwrap(),
        // Not 0, which stands for none in the package too; nor a year of five digits.
        date_ms: (!random.one_in(4)).then(|| (now_ms + near).clamp(1, 253_402_300_799_999)),
        now_ms,
        may_correct_clock: !random.one_in(3),
        may_renew: !random.one_in(3),
    };
    let told = verdict(&failed);
    let (action, milliseconds, cost) = match told.next {
        Next::Stop { .. } => ("", 0, 0),
        Next::Retry { delay_ms, cost } => ("retry", i64::from(delay_ms), cost),
        Next::CorrectClock { delta_ms } => ("skew", delta_ms, 0),
        Next::Renew => ("renew", 0, 0),
    };
    json!({
        "kind": "verdict",
        "attempt": failed.attempt, "most": failed.max_attempts, "status": failed.status,
        "header": header, "code": code, "type": type_, "message": message,
        "after": failed.retry_after, "random": failed.random, "tokens": failed.tokens,
        "date": failed.date_ms, "now": failed.now_ms,
        "maySkew": failed.may_correct_clock, "mayRenew": failed.may_renew,
        "due": {
            "name": told.error.name, "server": told.error.fault == Fault::Server,
            "retryable": told.retryable, "throttling": told.throttling,
            "action": action, "milliseconds": milliseconds, "cost": cost,
        },
    })
}

fn region(random: &mut Random) -> String {
    match random.below(8) {
        0 | 1 => one(random, PLACES).to_owned(),
        2 => "a".repeat(random.below(70)),
        3 => ["xn-", one(random, &["", "-"]), one(random, WORDS)].concat(),
        _ => {
            let number = one(random, &["1", "2", "12", "", "x", "1x"]);
            [one(random, PREFIXES), "-", one(random, WORDS), "-", number].concat()
        }
    }
}

fn answered(random: &mut Random) -> Value {
    const SERVICES: [Service; 4] =
        [Service::BedrockRuntime, Service::Bedrock, Service::CognitoIdentity, Service::Sts];
    let service = SERVICES[random.below(SERVICES.len())];
    let region = region(random);
    let own = if random.one_in(8) { one(random, OWN) } else { "" };
    let (fips, dual) = (random.one_in(2), random.one_in(2));
    let told = Region::new(region.clone())
        .and_then(|region| Endpoint::choose(service, &region, own, fips, dual))
        .map(|endpoint| endpoint.as_str().to_owned());
    let due = match told {
        Ok(url) => json!({ "url": url }),
        Err(error) => {
            json!({ "who": error.who().as_str(), "code": error.name(), "message": error.message() })
        }
    };
    json!({
        "kind": "endpoint", "service": service.host_name(),
        "region": region, "own": own, "fips": fips, "dual": dual, "due": due,
    })
}

/// A request as both may send it: each header once, dot segments or doubled slashes, as of both together a URL parser
/// makes another path than AWS does.
fn signed(random: &mut Random) -> Value {
    let pieces = |random: &mut Random, most: usize, of: &[&str]| -> String {
        (0..random.below(most)).map(|_| one(random, of)).collect()
    };
    let (doubled, mut path) = (random.one_in(2), String::new());
    for _ in 0..random.below(6) {
        path.push('/');
        match random.below(8) {
            0 if doubled => path.push('/'),
            0 => path.push_str(one(random, &[".", ".."])),
            _ => path.push_str(&["x", &pieces(random, 5, PIECES)].concat()),
        }
    }
    path.push_str(one(random, &["/", "/x"]));
    let query = if random.one_in(2) { ["?", &pieces(random, 12, PARTS)].concat() } else { String::new() };
    let url = [one(random, HOSTS), &path, &query].concat();
    let mut headers: Vec<(&str, &str)> = Vec::new();
    for name in HEADERS {
        if random.one_in(4) {
            headers.push((name, one(random, VALUES)));
        }
    }
    // What is not ASCII the package does not sign; the crate signs any text.
    headers.retain(|(_, value)| value.is_ascii());
    let region = if random.one_in(3) { region(random) } else { "us-east-1".to_owned() };
    let service = one(random, &["bedrock", "lambda", "execute-api", "dynamodb"]);
    let (id, key) = (one(random, IDS), format!("s{}", random.below(4)));
    let token = random.one_in(2).then(|| "t/+=".repeat(random.below(300) + 1));
    // 8,192 bytes: the package hashes longer ones with the host's own means.
    let length = if random.one_in(20) { 8_190 + random.below(6) } else { random.below(200) };
    let (body, unsigned) = (random.bytes(length), random.one_in(6));
    let ms = seconds(random) * 1000 + i64::try_from(random.number() % 1000).unwrap();
    let method = one(random, METHODS);

    let told = Region::new(region.clone()).and_then(|region| {
        let credentials = Credentials::new(id, &*key, token.as_deref().map(Secret::from))?;
        let scope = Scope::new(&region, service, Timestamp::from_unix_millis(ms)?);
        let settings = Settings { content_sha256: unsigned, ..Settings::default() };
        let payload = if unsigned { Payload::Unsigned } else { Payload::Bytes(&body) };
        let request = Request { method, url: &url, headers: &headers, payload };
        sign(&request, &credentials, &scope, &settings, &mut KeyCache::new())
    });
    let due = match told {
        Ok(signed) => json!({ "authorization": signed.authorization, "x-amz-date": signed.amz_date }),
        Err(error) => {
            json!({ "who": error.who().as_str(), "code": error.name(), "message": error.message() })
        }
    };
    json!({
        "kind": "sign", "method": method, "url": url, "headers": headers, "region": region, "service": service,
        "id": id, "key": key, "token": token, "body": body, "unsigned": unsigned, "ms": ms, "due": due,
    })
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>().expect("a number"));
    let (seed, count) = (arguments.next().expect("a seed"), arguments.next().expect("a count"));
    let mut random = Random::new(seed);
    for _ in 0..count {
        println!("{}", judged(&mut random));
        println!("{}", answered(&mut random));
        println!("{}", signed(&mut random));
    }
}
