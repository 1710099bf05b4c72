//! Requests of the Rust client for generated inputs of every operation, against botocore's for the same inputs:
//! method, path and query to the letter, headers, bodies as parsed JSON.
//!
//! It reads the lines of `requests/botocore_requests.py` from stdin. What is compared with what, and what is left
//! out, is in DIFFERENCES.md; `requests/requests.test.mjs` does the same with the npm package.

use outcrop::operation::Operation;
use outcrop::transport::HttpRequest;
use outcrop_oracles::inputs::call;
use outcrop_oracles::recorder::{ENDPOINT, Recorder};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::BufRead;

/// Botocore's own headers, and those that the transport sets.
const THEIRS: [&str; 4] = ["user-agent", "amz-sdk-invocation-id", "amz-sdk-request", "content-length"];
/// What signing adds. That is compared with botocore by `against-botocore`.
const SIGNING: [&str; 2] = ["authorization", "x-amz-date"];

/// Whether two JSON values mean the same: 1 and 1.0 do.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(name, value)| b.get(name).is_some_and(|other| same(value, other)))
        }
        _ => a == b,
    }
}

fn base64(text: &Value) -> Vec<u8> {
    let blob: outcrop::types::Blob = serde_json::from_value(text.clone()).expect("base64");
    blob.into_vec()
}

/// Takes a token that the client has made out of a body that was given none.
fn without_token(body: &mut Value) {
    let token = body.as_object_mut().and_then(|body| body.remove("clientRequestToken"));
    let token = token.as_ref().and_then(Value::as_str).unwrap_or_default();
    let shape: String =
        token.chars().map(|c| if matches!(c, '0'..='9' | 'a'..='f') { 'x' } else { c }).collect();
    assert_eq!(shape, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "a UUID");
    assert_eq!(token.as_bytes()[14], b'4', "version 4");
}

fn headers(all: impl Iterator<Item = (String, String)>, but: &[&str]) -> BTreeMap<String, String> {
    all.filter(|(name, _)| !but.contains(&name.as_str())).collect()
}

fn compare(
    operation: &Operation<'_>,
    input: &Value,
    ours: &HttpRequest,
    theirs: &Value,
) -> Result<(), String> {
    let check = |what: &str, ours: &dyn std::fmt::Debug, theirs: &dyn std::fmt::Debug, good: bool| {
        if good { Ok(()) } else { Err(format!("{what}: ours {ours:?}, botocore's {theirs:?}")) }
    };
    check("method", &ours.method, &theirs["method"], theirs["method"] == ours.method)?;
    let target = ours.url.strip_prefix(ENDPOINT).expect("the endpoint given");
    check("path and query", &target, &theirs["target"], theirs["target"] == target)?;
    let pairs = theirs["headers"].as_array().expect("a list").iter();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let mut wanted = headers(pairs.map(|pair| (text(&pair[0]), text(&pair[1]))), &THEIRS);
    if operation.input != "none" {
        // Where botocore leaves it out.
        wanted.entry("content-type".to_owned()).or_insert_with(|| "application/json".to_owned());
    }
    let own = headers(ours.headers.iter().cloned(), &SIGNING);
    check("headers", &own, &wanted, own == wanted)?;
    let sent = base64(&theirs["body"]);
    if operation.input == "json" {
        let parsed = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).map_err(|error| error.to_string());
        let (mut own, mut wanted) = (parsed(&ours.body)?, parsed(&sent)?);
        if operation.name == "StartAsyncInvoke" && input.get("clientRequestToken").is_none() {
            without_token(&mut own);
            without_token(&mut wanted);
        }
        check("body", &own, &wanted, same(&own, &wanted))
    } else {
        check("body", &ours.body, &sent, ours.body == sent)
    }
}

/// What is sent otherwise, or refused: see DIFFERENCES.md. `None` when it is still so.
fn difference(name: &str, sent: &[HttpRequest], theirs: &Value) -> Option<String> {
    let target = sent.first().and_then(|ours| ours.url.strip_prefix(ENDPOINT));
    let wanted = theirs["target"].as_str().expect("text");
    let good = match name {
        "order" => target.is_some_and(|target| {
            let (path, query) = wanted.split_once('?').expect("a query");
            let mut parts: Vec<&str> = query.split('&').collect();
            parts.sort_unstable();
            target != wanted && target == format!("{path}?{}", parts.join("&"))
        }),
        "U+0000" => target == Some(wanted),
        "dots" | "empty header" | "beyond ASCII" => sent.is_empty(),
        _ => false,
    };
    (!good).then(|| format!("the difference {name} is another one: {target:?}, {wanted}"))
}

fn main() {
    let recorder = Recorder::refusing();
    let client = recorder.client().expect("a client");
    let bedrock = client.bedrock().expect("a client of the control plane");
    let mut counts = BTreeMap::new();
    let (mut failed, mut differences) = (0, 0);
    for line in std::io::stdin().lock().lines() {
        let line: Value = serde_json::from_str(&line.expect("reads")).expect("a line is JSON");
        let name = line["operation"].as_str().expect("a name");
        let operation = Operation::named(name).expect("an operation of outcrop's");
        // Refused by the recorder, always.
        let outcome = futures::executor::block_on(call(&client, &bedrock, name, &line["input"]));
        if let Some(different) = line["difference"].as_str() {
            if let Some(wrong) = difference(different, &recorder.take(), &line["request"]) {
                failed += 1;
                println!("{wrong}");
            }
            differences += 1;
            continue;
        }
        let wrong = match recorder.take().as_slice() {
            [ours] => compare(&operation, &line["input"], ours, &line["request"]).err(),
            sent => Some(format!("{} requests: {outcome:?}", sent.len())),
        };
        if let Some(wrong) = wrong {
            failed += 1;
            println!("{name}: {wrong}\n  in {}", line["input"]);
        }
        *counts.entry(name.to_owned()).or_insert(0) += 1;
    }
    let passed = counts.values().sum::<usize>().saturating_sub(failed);
    println!("Rust: {counts:?}");
    println!("Rust: {passed} passed, {failed} failed");
    assert!(
        failed == 0 && passed >= 200 && counts.len() == 15 && differences == 5,
        "200 of 15 operations are wanted"
    );
}
