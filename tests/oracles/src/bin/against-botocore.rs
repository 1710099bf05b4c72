//! 1,000 requests (or `--requests N`) and a fifth as many presigned URLs as botocore signs them, and 2,000 frames read by
//! botocore's decoder.
//!
//! Python runs `python/compare.py`; the program is PYTHON, or else `python3`. It must have the packages
//! of `python/requirements.txt`: without them this fails, it does not skip. `cargo xtask test botocore` sees to it.

use aws_smithy_types::event_stream::Message;
use outcrop::event_stream::{Value, encode};
use outcrop::sigv4::{KeyCache, Payload, Request, Scope, Settings, presign, sign};
use outcrop_oracles::frames::{smithy_write, to_smithy};
use outcrop_oracles::messages::message;
use outcrop_oracles::random::Random;
use outcrop_oracles::requests::{Order, Wild, order};
use outcrop_oracles::side::{Side, number_after};
use outcrop_oracles::trust::{self, Row};
use outcrop_oracles::vectors::to_hex;
use serde_json::{Value as Json, json};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Requests signed in headers; a fifth as many are signed in the query.
const SIGNED: u64 = 1000;
/// Frames from each of the two encoders.
const FRAMES: usize = 1000;

fn line(check: &str, order: &Order) -> Json {
    json!({
        "check": check,
        "method": order.method,
        "url": order.url(),
        "headers": order.headers,
        "body": to_hex(&order.body),
        "accessKeyId": order.access_key_id,
        "secretAccessKey": order.secret_access_key,
        "sessionToken": order.session_token,
        "region": order.region,
        "service": order.service,
        "seconds": order.seconds,
    })
}

fn signed(check: &str, order: &Order, keys: &mut KeyCache) -> Json {
    let (url, headers, region) = (order.url(), order.headers(), order.region());
    let request =
        Request { method: order.method, url: &url, headers: &headers, payload: Payload::Bytes(&order.body) };
    let scope = Scope::new(&region, order.service, order.time());
    let signed = sign(&request, &order.credentials(), &scope, &Settings::default(), keys)
        .unwrap_or_else(|error| panic!("{error}: {order:?}"));
    let mut line = line(check, order);
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
    let mut line = line("presign", order);
    line["presigned"] = presigned.url.into();
    line["expires"] = expires.into();
    line
}

fn frames(random: &mut Random) -> [Json; 2] {
    let parts = message(random);
    let headers = parts.headers();
    let ours = encode(&headers, &parts.payload).expect("encodes");
    let theirs = smithy_write(&Message::new_from_parts(
        headers.iter().map(to_smithy).collect(),
        parts.payload.clone(),
    ));
    let stated: Json = headers
        .iter()
        .map(|header| {
            let (kind, value) = match header.value {
                Value::Bool(value) => ("bool", json!(value)),
                Value::Byte(value) => ("number", value.to_string().into()),
                Value::Short(value) => ("number", value.to_string().into()),
                Value::Integer(value) => ("number", value.to_string().into()),
                Value::Long(value) | Value::Timestamp(value) => ("number", value.to_string().into()),
                Value::ByteArray(value) => ("bytes", to_hex(value).into()),
                Value::String(value) => ("text", value.into()),
                Value::Uuid(value) => ("bytes", to_hex(&value).into()),
                other => panic!("a new kind of value: {other:?}"),
            };
            json!([header.name, kind, value])
        })
        .collect();
    [("frames of outcrop", ours), ("frames of aws-smithy-eventstream", theirs.expect("encodes"))].map(
        |(of, bytes)| {
            json!({
                "check": "frame",
                "of": of,
                "frame": to_hex(&bytes),
                "cut": random.below(bytes.len() + 1),
                "headers": stated,
                "payload": to_hex(&parts.payload),
            })
        },
    )
}

/// Requests that botocore signs otherwise: see DIFFERENCES.md.
fn differences() -> Vec<Order> {
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
    let query = |query: &str| Order { query: query.to_owned(), ..plain() };
    let header =
        |name: &str, value: &str| Order { headers: vec![(name.to_owned(), value.to_owned())], ..plain() };
    vec![
        path("/a/."),
        path("/a/b/.."),
        query("a=b:c"),
        query("a=%2f"),
        query("a=1&&b=2"),
        header("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
        header("date", "Mon, 01 Jan 2024 00:00:00 GMT"),
        header("x-a", "b\u{a0}c"),
    ]
}

fn main() {
    let began = Instant::now();
    let count = number_after("--requests").unwrap_or(SIGNED);
    let mut random = Random::from_environment("against botocore");
    let seed = random.state();
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/compare.py");
    let mut side = Side::start(
        Command::new(python).arg(script).env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUTF8", "1"),
    );
    let mut keys = KeyCache::new();
    for _ in 0..count {
        side.push(&signed("sign", &order(&mut random, Wild::Botocore), &mut keys));
    }
    let in_query = count / 5;
    for _ in 0..in_query {
        // botocore moves a body into the query, and keeps one value of each name there.
        let order = Order { body: Vec::new(), query: String::new(), ..order(&mut random, Wild::Botocore) };
        let expires = 1 + random.below(604_800) as u32;
        side.push(&presigned(&order, expires, &mut keys));
    }
    let different = differences();
    for order in &different {
        side.push(&signed("difference", order, &mut keys));
    }
    for _ in 0..FRAMES {
        frames(&mut random).iter().for_each(|line| side.push(line));
    }
    side.end(
        count + in_query + (different.len() + 2 * FRAMES) as u64,
        "set PYTHON to a Python that has the packages of tests/oracles/python/requirements.txt",
    );
    let command = format!("cargo xtask signing botocore --requests {count} --seed {seed}");
    let row = |what, count| Row {
        part: "signing",
        what,
        against: "botocore 1.44",
        count,
        unit: "requests",
        seed: Some(seed),
        command: &command,
        note: format!("{} known differences asserted", different.len()),
    };
    let rows = [row("requests, by the crate", count), row("presigned URLs, by the crate", in_query)];
    trust::write("signing-botocore.json", &rows, began);
}
