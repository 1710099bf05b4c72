//! The REST-JSON 1 suites of botocore and of Smithy through outcrop's bindings: paths, queries, headers, what is left
//! for the body, the names of errors, times. `restjson/cases.json` says which cases concern them, as operations'
//! lines that are written for the suites, and why the others are left out: not one is missing from it.

use bytes::Bytes;
use futures::executor::block_on;
use outcrop::Error;
use outcrop::operation::Operation;
use outcrop::time::Timestamp;
use outcrop::types::{Blob, ConverseInput, ConverseOutput, GetAsyncInvokeInput};
use outcrop_oracles::recorder::{Canned, Recorder};
use outcrop_oracles::vectors::{cases, string};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Both suites, with the numbers of their cases.
const SUITES: [(&str, usize); 2] = [("botocore", 204), ("smithy", 566)];
/// Cases that are run, by suite and group: a group that shrinks is noticed.
const RUN: [(&str, &str, usize); 14] = [
    ("botocore", "requests", 39),
    ("botocore", "errors", 12),
    ("botocore", "answers", 4),
    ("botocore", "times", 8),
    ("botocore", "documents", 6),
    ("botocore", "blobs", 1),
    ("botocore", "different", 2),
    ("smithy", "requests", 41),
    ("smithy", "errors", 14),
    ("smithy", "answers", 6),
    ("smithy", "times", 8),
    ("smithy", "documents", 6),
    ("smithy", "blobs", 1),
    ("smithy", "different", 4),
];
/// Whole kinds that are no client's, and where they are tested if they are: requests that a server must refuse
/// (nowhere), event streams (crate/tests/event_stream_suite.rs).
const OTHER_KINDS: [(&str, usize); 2] = [("malformed", 191), ("eventstream", 100)];

fn chosen() -> Value {
    serde_json::from_str(include_str!("../restjson/cases.json")).expect("cases.json is right")
}

/// A suite's request or answer, whichever way the suite writes it.
struct Case {
    suite: &'static str,
    id: String,
    kind: String,
    case: Value,
}

impl Case {
    fn text(&self, pointers: [&str; 2]) -> Option<&str> {
        pointers.iter().find_map(|pointer| self.case.pointer(pointer)?.as_str())
    }

    fn map(&self, pointers: [&str; 2]) -> Map<String, Value> {
        let found = pointers.iter().find_map(|pointer| self.case.pointer(pointer)?.as_object());
        found.cloned().unwrap_or_default()
    }

    /// The operation's line: by method and path template.
    fn line(&self, lines: &[Value]) -> String {
        let path = self.text(["/http/requestUri", "/operation_http/uri"]).expect("a path");
        let method = self.text(["/http/method", "/operation_http/method"]).expect("a method");
        let found = lines.iter().filter_map(Value::as_str).find(|line| {
            let operation = Operation::parse(line).expect("a line");
            operation.method == method && operation.path == path
        });
        found.unwrap_or_else(|| panic!("{}: no line for {method} {path}", self.id)).to_owned()
    }

    /// Members as the client hands them over: texts.
    fn members(&self) -> Vec<(String, String)> {
        let params = self.map(["/params", "/params"]);
        let text = |(name, value): (&String, &Value)| {
            let text = match value {
                Value::String(text) => text.clone(),
                // Times are seconds in the suites.
                Value::Number(seconds) if name.to_lowercase().ends_with("timestamp") => {
                    let ms = seconds.as_i64().expect("seconds") * 1000;
                    Timestamp::from_unix_millis(ms).expect("after 1970").iso_8601()
                }
                Value::Number(number) => number.to_string(),
                Value::Bool(flag) => flag.to_string(),
                // Not bound: it stays for the body.
                _ => return None,
            };
            Some((name.clone(), text))
        };
        params.iter().filter_map(text).collect()
    }

    /// Path, and the query's members, sorted.
    fn target(&self) -> (String, Vec<String>) {
        let uri = self.text(["/expected/uri", "/uri"]).expect("a path");
        let (path, query) = split(uri);
        let listed = self.case["queryParams"].as_array().cloned().unwrap_or_default();
        let listed = listed.iter().filter_map(|part| part.as_str().map(str::to_owned));
        let mut query: Vec<String> = query.into_iter().chain(listed).collect();
        query.sort();
        (path, query)
    }
}

fn split(uri: &str) -> (String, Vec<String>) {
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let mut parts: Vec<String> =
        query.split('&').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    parts.sort();
    (path.to_owned(), parts)
}

/// The cases of a group, of both suites.
fn group(name: &str) -> Vec<Case> {
    let chosen = chosen();
    let kind = if matches!(name, "requests" | "different") { "request" } else { "response" };
    let mut found = Vec::new();
    for (suite, count) in SUITES {
        let Some(all) = cases(&format!("restjson/{suite}.json"), count) else { continue };
        let ids = chosen["cases"][suite][name].as_array().expect("a list").clone();
        let wanted = RUN.iter().find(|row| (row.0, row.1) == (suite, name)).expect("counted").2;
        assert_eq!(ids.len(), wanted, "{suite} {name}");
        for id in ids {
            let of_id =
                |case: &&Value| case["id"] == id && case["kind"] == kind && case["appliesTo"] != "server";
            let case = all.iter().find(of_id).unwrap_or_else(|| panic!("{suite} has no {kind} {id}")).clone();
            let id = id.as_str().expect("text").to_owned();
            found.push(Case { suite, id, kind: kind.to_owned(), case });
        }
    }
    println!("{name}: {}", found.len());
    found
}

#[test]
fn every_case_is_run_or_left_out_for_a_reason() {
    let chosen = chosen();
    for (suite, count) in SUITES {
        let Some(all) = cases(&format!("restjson/{suite}.json"), count) else { continue };
        let mut told = Vec::new();
        for (group, ids) in chosen["cases"][suite].as_object().expect("groups") {
            let kind =
                if matches!(group.as_str(), "requests" | "different") { "request" } else { "response" };
            told.extend(
                ids.as_array()
                    .expect("ids")
                    .iter()
                    .map(|id| format!("{kind} {}", id.as_str().expect("text"))),
            );
        }
        println!("{suite}: {} run", told.len());
        for (reason, ids) in chosen["leftOut"][suite].as_object().expect("reasons") {
            let ids = ids.as_array().expect("ids");
            println!("{suite}: {} left out: {reason}", ids.len());
            told.extend(ids.iter().map(|id| id.as_str().expect("text").to_owned()));
        }
        let mut kinds = BTreeMap::new();
        let mut there = Vec::new();
        for case in &all {
            let kind = string(case, "kind");
            match OTHER_KINDS.iter().any(|(other, _)| *other == kind) {
                true => *kinds.entry(kind).or_insert(0) += 1,
                false => there.push(format!("{kind} {}", string(case, "id"))),
            }
        }
        if suite == "smithy" {
            assert_eq!(kinds, BTreeMap::from(OTHER_KINDS));
        }
        told.sort();
        there.sort();
        assert_eq!(told, there, "{suite}");
    }
}

#[test]
fn requests_are_bound_as_the_suites_say() {
    let lines = chosen()["operations"].as_array().expect("lines").clone();
    for case in group("requests") {
        let about = format!("{} {}", case.suite, case.id);
        let line = case.line(&lines);
        let operation = Operation::parse(&line).expect("a line");
        let members = case.members();
        let members: Vec<(&str, &str)> = members.iter().map(|(name, value)| (&**name, &**value)).collect();
        let bound = operation.bind(&members).unwrap_or_else(|error| panic!("{about}: {error}"));
        assert_eq!(split(&bound.target), case.target(), "{about}");
        let header = |name: &str| {
            let name = name.to_ascii_lowercase();
            bound.headers.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str())
        };
        for (name, value) in case.map(["/expected/headers", "/headers"]) {
            assert_eq!(header(&name), value.as_str(), "{about}: {name}");
        }
        let forbidden =
            case.case.pointer("/expected/forbidHeaders").or_else(|| case.case.get("forbidHeaders"));
        for name in forbidden.and_then(Value::as_array).into_iter().flatten() {
            assert_eq!(header(name.as_str().expect("text")), None, "{about}");
        }
        // What is left is the body.
        let mut left = case.map(["/params", "/params"]);
        left.retain(|name, value| !bound.used.contains(&name.as_str()) && !value.is_null());
        // A map in the query that says the same as the named members.
        left.remove("queryParamsMapOfStringList");
        let expected = case.text(["/expected/body", "/body"]).unwrap_or_default();
        if operation.name == "JsonBlobs" {
            let bytes = Blob::new(left["data"].as_str().expect("text"));
            left.insert("data".to_owned(), serde_json::to_value(bytes).expect("writes"));
        }
        match operation.input {
            "json" => {
                let expected: Value = serde_json::from_str(expected).expect("JSON");
                assert_eq!(Value::Object(left), expected, "{about}");
            }
            _ => {
                let left: Vec<&str> = left.values().filter_map(Value::as_str).collect();
                assert_eq!(left.concat(), expected, "{about}");
            }
        }
    }
}

/// See DIFFERENCES.md.
#[test]
fn differences() {
    let lines = chosen()["operations"].as_array().expect("lines").clone();
    let mut seen = BTreeSet::new();
    for case in group("different") {
        let line = case.line(&lines);
        let operation = Operation::parse(&line).expect("a line");
        let members = case.members();
        let members: Vec<(&str, &str)> = members.iter().map(|(name, value)| (&**name, &**value)).collect();
        let expected = case.map(["/expected/headers", "/headers"]);
        if case.id == "RestJsonNullAndEmptyHeaders" {
            assert_eq!(expected["X-B"], "");
            assert_eq!(operation.bind(&members).expect_err("refused").name(), "InvalidInput");
        } else {
            let bound = operation.bind(&members).expect("binds");
            assert_eq!(expected["Content-Type"], "application/octet-stream", "{}", case.id);
            let own: Vec<_> = bound.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(own, [("x-foo", "Foo"), ("content-type", "application/json")], "{}", case.id);
        }
        seen.insert(case.id);
    }
    assert!(seen.is_empty() || seen.len() == 4);
}

/// An answer of a suite's, in lower-case headers.
fn canned(case: &Case) -> Canned {
    let status = case.case.pointer("/response/status_code").unwrap_or(&case.case["code"]);
    let headers = case.map(["/response/headers", "/headers"]);
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    Canned {
        status: status.as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status"),
        headers: headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), text(value))).collect(),
        body: Bytes::from(case.text(["/response/body", "/body"]).unwrap_or_default().to_owned()),
    }
}

#[test]
fn errors_have_the_names_that_the_suites_say() {
    for case in group("errors") {
        let about = format!("{} {}", case.suite, case.id);
        let canned = canned(&case);
        let status = canned.status;
        let client = Recorder::new(canned).client().expect("a client");
        let input = ConverseInput::builder().model_id("m").build().expect("an input");
        let Err(Error::Service(error)) = block_on(client.converse(input)) else {
            panic!("{about}: no error of the service");
        };
        assert_eq!(Some(error.name.as_str()), case.text(["/errorCode", "/shape"]), "{about}");
        assert!(!error.guessed, "{about}");
        assert_eq!(error.metadata.http_status, Some(status), "{about}");
        if case.id == "RestJsonInvalidGreetingError" {
            assert_eq!(error.message, "Hi");
        }
    }
}

#[test]
fn answers_give_headers_and_bytes() {
    let lines = chosen()["operations"].as_array().expect("lines").clone();
    for case in group("answers") {
        let line = case.line(&lines);
        let operation = Operation::parse(&line).expect("a line");
        let Canned { headers, body, .. } = canned(&case);
        let mut read: Map<String, Value> = operation
            .output_headers()
            .filter_map(|(header, member)| {
                let (_, value) = headers.iter().find(|(name, _)| name == header)?;
                Some((member.to_owned(), value.as_str().into()))
            })
            .collect();
        if operation.output == "blob" && !body.is_empty() {
            read.insert("blob".to_owned(), String::from_utf8(body.to_vec()).expect("text").into());
        }
        let mut expected = case.map(["/result", "/params"]);
        expected.retain(|_, value| value != "");
        assert_eq!(read, expected, "{} {}", case.suite, case.id);
    }
}

/// What Converse answers, with a body made of a case's.
fn conversed(mut canned: Canned, body: Value) -> ConverseOutput {
    canned.body = body.to_string().into();
    let client = Recorder::new(canned).client().expect("a client");
    let input = ConverseInput::builder().model_id("m").build().expect("an input");
    block_on(client.converse(input)).expect("answers").output
}

#[test]
fn documents_are_read_as_the_suites_say() {
    for case in group("documents") {
        let canned = canned(&case);
        let body: Value = serde_json::from_slice(&canned.body).expect("JSON");
        // In the place of a document that Bedrock has.
        let output = conversed(canned, serde_json::json!({ "additionalModelResponseFields": body }));
        let expected = Value::Object(case.map(["/result", "/params"]));
        assert_eq!(output.additional_model_response_fields, Some(expected), "{} {}", case.suite, case.id);
    }
}

#[test]
fn blobs_are_read_as_the_suites_say() {
    for case in group("blobs") {
        let canned = canned(&case);
        let body: Value = serde_json::from_slice(&canned.body).expect("JSON");
        let block = serde_json::json!({ "reasoningContent": { "redactedContent": body["data"] } });
        let output =
            conversed(canned, serde_json::json!({ "output": { "message": { "content": [block] } } }));
        let blocks = output.message().map(|message| message.content()).unwrap_or_default();
        let reasoning = blocks.first().and_then(|block| block.as_reasoning_content());
        let bytes = reasoning.and_then(|reasoning| reasoning.as_redacted_content()).map(Blob::as_bytes);
        let expected = case.map(["/result", "/params"]);
        assert_eq!(bytes, expected["data"].as_str().map(str::as_bytes), "{} {}", case.suite, case.id);
    }
}

#[test]
fn times_are_read_as_the_suites_say() {
    for case in group("times") {
        let about = format!("{} {} ({})", case.suite, case.id, case.kind);
        let mut canned = canned(&case);
        let body: Value = serde_json::from_slice(&canned.body).expect("JSON");
        let time = body.as_object().and_then(|body| body.values().next()).expect("a time");
        let expected = case.map(["/result", "/params"]);
        let seconds = expected.values().next().and_then(Value::as_f64).expect("seconds");
        // In the place of a time that Bedrock has.
        canned.body = serde_json::json!({ "submitTime": time }).to_string().into();
        let client = Recorder::new(canned).client().expect("a client");
        let input = GetAsyncInvokeInput::builder().invocation_arn("arn").build().expect("an input");
        let answer =
            block_on(client.get_async_invoke(input)).unwrap_or_else(|error| panic!("{about}: {error}"));
        let ms = answer.submit_time().map(|time| time.as_unix_millis());
        assert_eq!(ms, Some((seconds * 1000.0).round() as i64), "{about}");
    }
}
