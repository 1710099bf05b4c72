//! Random requests, presigned URLs and chunks as AWS's JavaScript signer (@smithy/signature-v4) and `outcrop/sign` sign
//! them: 5,000, or `--requests N`, of which one in ten is presigned and one in twenty a chunk.
//!
//! Node runs `signing/compare.mjs` on the packed package and on what `clients/package-lock.json` names: without them this
//! fails, it does not skip. `cargo xtask test signing` sees to it.

use outcrop::sigv4::{KeyCache, Payload, Request, Scope, Settings, presign, sign, sign_chunk};
use outcrop_oracles::random::Random;
use outcrop_oracles::requests::{Order, Wild, order};
use outcrop_oracles::side::{Side, number_after};
use outcrop_oracles::trust::{self, Row};
use outcrop_oracles::vectors::to_hex;
use serde_json::{Value as Json, json};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Requests of a run in CI: 2 s.
const REQUESTS: u64 = 5000;

fn line(check: &str, order: &Order, payload: &str) -> Json {
    json!({
        "check": check,
        "method": order.method,
        "url": order.url(),
        "path": order.path,
        "query": order.query,
        "headers": order.headers,
        "body": to_hex(&order.body),
        "payload": payload,
        "accessKeyId": order.access_key_id,
        "secretAccessKey": order.secret_access_key,
        "sessionToken": order.session_token,
        "region": order.region,
        "service": order.service,
        "seconds": order.seconds,
    })
}

fn signed(check: &str, order: &Order, payload: &str, keys: &mut KeyCache) -> Json {
    let (url, headers, region) = (order.url(), order.headers(), order.region());
    let told = match payload {
        "unsigned" => Payload::Unsigned,
        _ => Payload::Bytes(&order.body),
    };
    let request = Request { method: order.method, url: &url, headers: &headers, payload: told };
    let scope = Scope::new(&region, order.service, order.time());
    let settings = Settings { content_sha256: payload != "body", ..Settings::default() };
    let signed = sign(&request, &order.credentials(), &scope, &settings, keys)
        .unwrap_or_else(|error| panic!("{error}: {order:?}"));
    let mut line = line(check, order, payload);
    line["added"] = signed.headers().into_iter().map(|(name, value)| json!([name, value])).collect();
    line
}

fn presigned(order: &Order, expires: u32, keys: &mut KeyCache) -> Json {
    let (url, headers, region) = (order.url(), order.headers(), order.region());
    let request =
        Request { method: order.method, url: &url, headers: &headers, payload: Payload::Bytes(&order.body) };
    let scope = Scope::new(&region, order.service, order.time());
    let presigned = presign(&request, &order.credentials(), &scope, expires, &Settings::default(), keys)
        .unwrap_or_else(|error| panic!("{error}: {order:?}"));
    let mut line = line("presign", order, "body");
    line["presigned"] = presigned.url.into();
    line["expires"] = expires.into();
    line
}

fn chunk(order: &Order, random: &mut Random) -> Json {
    let prior = to_hex(&random.bytes(32));
    let (region, secret) = (order.region(), &order.secret_access_key);
    let signature = sign_chunk(secret, &region, order.service, order.time(), &prior, &order.body);
    let mut line = line("chunk", order, "body");
    line["prior"] = prior.into();
    line["signature"] = signature.into();
    line
}

/// A method that carries a body to all, or no body: `fetch` takes none with GET.
fn order_of_a_page(random: &mut Random) -> Order {
    let order = order(random, Wild::JavaScript);
    match order.method {
        "GET" => Order { body: Vec::new(), ..order },
        _ => order,
    }
}

/// Requests that not all three sign alike, and who signs them as the crate: see DIFFERENCES.md.
fn differences() -> Vec<(Order, &'static [&'static str])> {
    let plain = || Order {
        method: "POST",
        origin: "https://bedrock-runtime.us-east-1.amazonaws.com".to_owned(),
        path: "/model/m%3A0/converse".to_owned(),
        query: String::new(),
        headers: Vec::new(),
        body: b"{}".to_vec(),
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
        session_token: None,
        region: "us-east-1".to_owned(),
        service: "bedrock",
        seconds: 1_700_000_000,
    };
    let path = |path: &str| Order { path: path.to_owned(), ..plain() };
    let header =
        |name: &str, value: &str| Order { headers: vec![(name.to_owned(), value.to_owned())], ..plain() };
    let query = |query: &str| Order { query: query.to_owned(), ..plain() };
    const PACKAGE: &[&str] = &["outcrop/sign"];
    const SMITHY: &[&str] = &["@smithy/signature-v4"];
    vec![
        (path("/a/."), PACKAGE),
        (path("/a/b/.."), PACKAGE),
        (query("a"), PACKAGE),
        (query("a&b=1"), PACKAGE),
        (header("cache-control", "no-store"), PACKAGE),
        (header("from", "a"), PACKAGE),
        (header("max-forwards", "1"), PACKAGE),
        (header("pragma", "a"), PACKAGE),
        (header("referer", "a"), PACKAGE),
        (header("sec-fetch-mode", "cors"), PACKAGE),
        (header("date", "Mon, 01 Jan 2024 00:00:00 GMT"), PACKAGE),
        // A URL parser has resolved it before outcrop/sign sees it: `/a/b`.
        (path("/a//../b"), SMITHY),
        (header("content-length", "2"), SMITHY),
        (header("x-a", "é"), SMITHY),
    ]
}

fn main() {
    let began = Instant::now();
    let count = number_after("--requests").unwrap_or(REQUESTS);
    let mut random = Random::from_environment("against @smithy/signature-v4");
    let seed = random.state();
    let node = std::env::var_os("NODE").unwrap_or_else(|| "node".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("signing/compare.mjs");
    let mut side = Side::start(Command::new(node).arg(script));
    let mut keys = KeyCache::new();
    for number in 0..count {
        let order = order_of_a_page(&mut random);
        side.push(&match number % 20 {
            0 | 10 => presigned(&order, 1 + random.below(604_800) as u32, &mut keys),
            5 => chunk(&order, &mut random),
            other => {
                let payload = ["body", "checksum", "unsigned", "body"][other as usize % 4];
                signed("sign", &order, payload, &mut keys)
            }
        });
    }
    let different = differences();
    for (order, alike) in &different {
        let mut line = signed("difference", order, "body", &mut keys);
        line["alike"] = json!(alike);
        side.push(&line);
    }
    side.end(count + different.len() as u64, "the packages are installed by `cargo xtask test signing`");
    let command = format!("cargo xtask signing smithy-js --requests {count} --seed {seed}");
    let row = Row {
        part: "signing",
        what: "requests, presigned URLs and chunks, by the crate and by outcrop/sign",
        against: "@smithy/signature-v4 5.7",
        count,
        unit: "requests",
        seed: Some(seed),
        command: &command,
        note: format!("{} known differences asserted", different.len()),
    };
    trust::write("signing-smithy-js.json", &[row], began);
}
