//! The table of operations, the errors and a line in TypeScript against the facts of the two service models: each
//! of the 16 operations with its method, path, bindings and bodies, each error with its status, fault and members.
//! The shapes are compared in `crate/tests/types_facts.rs`.

use bytes::Bytes;
use futures::executor::block_on;
use outcrop::Error;
use outcrop::decide::Fault;
use outcrop::operation::OPERATIONS;
use outcrop::types::ConverseInput;
use outcrop_oracles::recorder::{Canned, Recorder};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// The services, the files of their facts, and how many operations of each the facts have.
const SERVICES: [(&str, &str, usize); 2] =
    [("bedrock-runtime", "bedrock-runtime.json", 11), ("bedrock", "bedrock-models.json", 5)];

/// Service and facts of each, or nothing after saying so.
fn facts() -> Vec<(&'static str, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/facts");
    if !folder.is_dir() {
        println!("{} skipped: no ../shared/facts", SERVICES.len());
        return Vec::new();
    }
    let read = |file: &str| serde_json::from_str(&std::fs::read_to_string(folder.join(file)).expect("reads"));
    SERVICES
        .iter()
        .map(|(service, file, count)| {
            let facts: Value = read(file).expect("is JSON");
            assert_eq!(facts["operations"].as_object().map(Map::len), Some(*count), "{file}");
            (*service, facts)
        })
        .collect()
}

/// The word for one side's body.
fn word(name: &str, side: &Value, other: &Value) -> &'static str {
    let streams = |side: &Value| side["payload_type"] == "event-stream";
    match side["payload_type"].as_str() {
        Some("event-stream") if streams(other) => "bidirectional",
        Some("event-stream") if name.starts_with("Converse") => "converse",
        Some("event-stream") => "invoke",
        Some("blob") => "blob",
        Some(odd) => panic!("{name}: {odd}"),
        None if side["body"].is_array() => "json",
        None => "none",
    }
}

fn pairs<'f>(side: &'f Value, place: &str) -> Vec<(&'f str, &'f str)> {
    let all = side[place].as_object().into_iter().flatten();
    all.map(|(member, name)| (member.as_str(), name.as_str().expect("text"))).collect()
}

/// The operation's line as the facts have it. Query members are sorted; headers are in the model's order.
fn line(service: &str, name: &str, operation: &Value) -> String {
    let (input, output) = (&operation["input"], &operation["output"]);
    let http = |member: &str| operation["http"][member].as_str().expect("text");
    let mut words = vec![
        name.to_owned(),
        service.to_owned(),
        http("method").to_owned(),
        http("requestUri").to_owned(),
        word(name, input, output).to_owned(),
        word(name, output, input).to_owned(),
    ];
    let lower = |name: &str| name.to_ascii_lowercase();
    words.extend(
        pairs(input, "header").iter().map(|(member, header)| format!("h:{member}={}", lower(header))),
    );
    let mut query = pairs(input, "querystring");
    query.sort_by_key(|(_, name)| *name);
    words.extend(query.iter().map(|(member, name)| format!("q:{member}={name}")));
    words.extend(
        pairs(output, "header").iter().map(|(member, header)| format!("o:{}={member}", lower(header))),
    );
    words.join(" ")
}

/// A line with its bindings as a set: headers have no order.
fn parts(line: &str) -> (Vec<&str>, BTreeSet<&str>) {
    let words: Vec<&str> = line.split(' ').collect();
    let (head, bindings) = words.split_at(6);
    (head.to_vec(), bindings.iter().copied().collect())
}

/// What a table lacks, has too much or has otherwise, by the facts.
fn complaints(table: &[&str], facts: &[(&'static str, Value)]) -> Vec<String> {
    let mut complaints = Vec::new();
    let of =
        |line: &str| line.split(' ').nth(1).is_some_and(|service| facts.iter().any(|one| one.0 == service));
    let mut ours: Vec<&str> = table.iter().copied().filter(|line| of(line)).collect();
    for (service, facts) in facts {
        for (name, operation) in facts["operations"].as_object().expect("operations") {
            let wanted = line(service, name, operation);
            let place = ours.iter().position(|line| line.split(' ').next() == Some(name));
            match place.map(|place| ours.remove(place)) {
                None => complaints.push(format!("there is no {name}")),
                Some(own) if parts(own) != parts(&wanted) => complaints.push(format!("{own}, not {wanted}")),
                Some(_) => {}
            }
        }
    }
    complaints.extend(ours.iter().map(|line| format!("no model has {line}")));
    complaints
}

#[test]
fn the_table_is_the_models() {
    let facts = facts();
    if facts.is_empty() {
        return;
    }
    assert_eq!(complaints(OPERATIONS, &facts), Vec::<String>::new());
    let counts = SERVICES.map(|(service, _, count)| format!("{count} of {service}"));
    println!("{} operations", counts.join(", "));
}

/// Every word of every line matters: without it, or with another, there is a complaint.
#[test]
fn a_change_of_the_table_is_noticed() {
    let facts = facts();
    let mut changes = 0;
    for (at, line) in OPERATIONS.iter().enumerate() {
        if !facts.iter().any(|(service, _)| line.contains(&format!(" {service} "))) {
            continue;
        }
        let words: Vec<&str> = line.split(' ').collect();
        for place in 0..words.len() {
            for with in ["", "x"] {
                let mut changed: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
                if with.is_empty() && place > 5 {
                    changed.remove(place);
                } else {
                    changed[place].push('x');
                }
                let changed = changed.join(" ");
                let mut table = OPERATIONS.to_vec();
                table[at] = &changed;
                assert!(!complaints(&table, &facts).is_empty(), "{changed}");
                changes += 1;
            }
        }
        let mut table = OPERATIONS.to_vec();
        table.remove(at);
        assert!(!complaints(&table, &facts).is_empty(), "without {line}");
    }
    println!("{changes} changes");
}

/// The lines that TypeScript hands to the wasm. Those of methods are compared in tests/facts; the one that is a
/// function's, here.
#[test]
fn the_bidirectional_line_is_the_same_in_typescript() {
    let wanted = OPERATIONS
        .iter()
        .find(|line| line.starts_with("InvokeModelWithBidirectionalStream "))
        .expect("is there");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bindings/js");
    let mut found = 0;
    for file in std::fs::read_dir(folder).expect("lists") {
        let path = file.expect("lists").path();
        if path.extension().is_some_and(|extension| extension == "ts") {
            let text = std::fs::read_to_string(&path).expect("reads");
            for (place, _) in text.match_indices("InvokeModelWithBidirectionalStream bedrock-runtime") {
                let end = text[place..].find(['"', '`', '\'']).expect("a text ends");
                assert_eq!(&text[place..place + end], *wanted, "{}", path.display());
                found += 1;
            }
        }
    }
    assert_eq!(found, 1);
}

/// What the client makes of an error answer.
fn error(name: &str, status: u16, members: Value) -> outcrop::failure::ServiceError {
    let canned = Canned {
        status,
        headers: vec![(
            "x-amzn-errortype".to_owned(),
            format!("{name}:http://internal.amazon.com/coral/com.amazon/"),
        )],
        body: Bytes::from(members.to_string()),
    };
    let client = Recorder::new(canned).client().expect("a client");
    let input = ConverseInput::builder().model_id("m").build().expect("an input");
    match block_on(client.converse(input)) {
        Err(Error::Service(error)) => *error,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn every_error_is_told_with_its_members() {
    let mut told = 0;
    for (service, facts) in facts() {
        for (name, fact) in facts["errors"].as_object().expect("errors") {
            let status =
                fact["http_status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status");
            let mut members = Map::new();
            for (member, kind) in fact["members"].as_object().expect("members") {
                let value = if kind == "integer" { json!(418) } else { json!(format!("the {member}")) };
                members.insert(member.clone(), value);
            }
            let error = error(name, status, members.clone().into());
            assert_eq!((error.name.as_str(), error.guessed), (name.as_str(), false), "{service}");
            assert_eq!(error.fault, if status >= 500 { Fault::Server } else { Fault::Client }, "{name}");
            let mut own = Map::from_iter([("message".to_owned(), Value::from(error.message))]);
            let mut put =
                |name: &str, value: Option<Value>| value.map(|value| own.insert(name.to_owned(), value));
            put("originalStatusCode", error.original_status_code.map(Value::from));
            put("originalMessage", error.original_message.map(Value::from));
            put("resourceName", error.resource_name.map(Value::from));
            assert_eq!(own, members, "{service} {name}");
            told += 1;
        }
    }
    println!("{told} errors");
}
