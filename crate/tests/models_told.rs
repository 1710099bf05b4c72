//! What `tests/models/told.json` says that both languages tell of the same bodies, streams, prompts, ids and costs:
//! this is Rust's half, `tests/runtimes/node/told.mjs` the package's. It calls nothing.
#![cfg(all(feature = "models", feature = "catalog"))]

use outcrop::catalog::{Images, Quantity, Rates, estimate_cost, model};
use outcrop::models::prompt::{self, Role, Turn};
use outcrop::models::{Collector, Generated, Latency, Usage, text_of};
use serde_json::{Map, Value, json};

fn told() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/models/told.json");
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).expect("is JSON")
}

fn list<'v>(told: &'v Value, name: &str) -> &'v [Value] {
    let list = told[name].as_array().expect("a list");
    assert!(!list.is_empty(), "{name}");
    list
}

/// What is there of named members; null when nothing is.
fn members(members: impl IntoIterator<Item = (&'static str, Option<u64>)>) -> Value {
    let there: Map<String, Value> = members
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name.to_owned(), value.into())))
        .collect();
    if there.is_empty() { Value::Null } else { Value::Object(there) }
}

/// In the file's form: absent members are left out.
fn form(generated: Generated) -> Value {
    let Usage { input_tokens, output_tokens, total_tokens, .. } = generated.usage.unwrap_or_default();
    let Usage { cache_read_input_tokens, cache_write_input_tokens, .. } = generated.usage.unwrap_or_default();
    let Latency { latency_ms, first_byte_latency_ms, .. } = generated.metrics.unwrap_or_default();
    let mut form = json!({
        "texts": generated.texts,
        "reasoning": generated.reasoning,
        "stopReason": generated.stop_reason,
        "usage": members([
            ("inputTokens", input_tokens),
            ("outputTokens", output_tokens),
            ("totalTokens", total_tokens),
            ("cacheReadInputTokens", cache_read_input_tokens),
            ("cacheWriteInputTokens", cache_write_input_tokens),
        ]),
        "metrics": members([("latencyMs", latency_ms), ("firstByteLatencyMs", first_byte_latency_ms)]),
    });
    form.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
    form
}

#[test]
fn answers_and_streams() {
    let told = told();
    for case in list(&told, "answers") {
        let (name, id) = (&case["name"], case["model"].as_str().expect("a model"));
        let bytes = case["body"].to_string();
        assert_eq!(form(text_of(id, &case["body"]).expect("a value")), case["told"], "{name}");
        assert_eq!(form(text_of(id, bytes.as_bytes()).expect("is JSON")), case["told"], "{name}, bytes");
    }
    for case in list(&told, "streams") {
        let mut collector = Collector::new(case["model"].as_str().expect("a model"));
        for chunk in case["chunks"].as_array().expect("chunks") {
            collector.push(chunk).expect("a value");
        }
        assert_eq!(form(collector.finish()), case["told"], "{}", case["name"]);
    }
    println!("{} answers, {} streams", list(&told, "answers").len(), list(&told, "streams").len());
}

#[test]
fn prompts() {
    let told = told();
    for case in list(&told, "prompts") {
        let turn = |turn: &Value| Turn {
            role: match turn["role"].as_str().expect("a role") {
                "system" => Role::System,
                "user" => Role::User,
                "assistant" => Role::Assistant,
                other => panic!("{other}"),
            },
            text: turn["content"].as_str().expect("a text").to_owned().into(),
        };
        let turns: Vec<Turn<'_>> = case["turns"].as_array().expect("turns").iter().map(turn).collect();
        for (name, prompt) in [
            ("claudeText", prompt::claude_text(&turns)),
            ("llama2", prompt::llama2(&turns)),
            ("llama3", prompt::llama3(&turns)),
            ("mistral", prompt::mistral(&turns)),
            ("deepseek", prompt::deepseek(&turns)),
        ] {
            assert_eq!(prompt.is_err(), case["refused"] == true, "{} {name}", case["name"]);
            assert_eq!(prompt.ok().as_deref(), case[name].as_str(), "{} {name}", case["name"]);
        }
    }
}

#[test]
fn ids_and_costs() {
    let told = told();
    for pair in list(&told, "ids") {
        let id = pair[0].as_str().expect("an id");
        assert_eq!(model(id).map(|model| model.id.as_str()), pair[1].as_str(), "{id}");
    }
    for case in list(&told, "costs") {
        let count = |name: &str| case["quantity"][name].as_u64().unwrap_or(0);
        let images = &case["quantity"]["images"];
        let quantity = Quantity {
            input_tokens: count("inputTokens"),
            output_tokens: count("outputTokens"),
            cache_read_input_tokens: count("cacheReadInputTokens"),
            cache_write_input_tokens: count("cacheWriteInputTokens"),
            images: images.is_object().then(|| Images {
                count: images["count"].as_u64().expect("a count"),
                size: images["size"].as_str().map(str::to_owned),
                quality: images["quality"].as_str().map(str::to_owned),
            }),
        };
        let rate = |name: &str| case["rates"][name].as_f64();
        let rates = Rates {
            input: rate("input"),
            output: rate("output"),
            cache_read: rate("cacheRead"),
            cache_write: rate("cacheWrite"),
            image: rate("image"),
        };
        let estimate = estimate_cost(case["model"].as_str().expect("a model"), &quantity, &rates);
        let near = |left: f64, right: f64| (left - right).abs() < 1e-12;
        match (estimate, case["amount"].as_f64()) {
            (Some(estimate), Some(amount)) => assert!(near(estimate.amount, amount), "{case}: {estimate:?}"),
            (estimate, amount) => assert!(estimate.is_none() && amount.is_none(), "{case}: {estimate:?}"),
        }
        assert_eq!(estimate.and_then(|estimate| estimate.date), case["date"].as_str(), "{case}");
    }
}
