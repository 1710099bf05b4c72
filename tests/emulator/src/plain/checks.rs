//! InvokeGuardrailChecks: a category that a text names scores high, all others low; e-mail addresses are found with
//! their places. It judges nothing else.

use serde_json::{Map, Value, json};

use super::{Refused, emails, items, member, one_of, text_units};

const CONTENT: [&str; 5] = ["VIOLENCE", "HATE", "SEXUAL", "MISCONDUCT", "INSULTS"];
const ATTACK: [&str; 3] = ["JAILBREAK", "PROMPT_INJECTION", "PROMPT_LEAKAGE"];

/// Scores are between 0 and 1; the exact ones mean nothing.
const HIGH: f64 = 0.875;
const LOW: f64 = 0.125;

pub fn invoke(body: &Value) -> Result<Value, Refused> {
    let mut texts = Vec::new();
    for (message, value) in items(body, "messages")?.iter().enumerate() {
        one_of(value, "role", &["user", "assistant", "system"])?;
        for (content, block) in items(value, "content")?.iter().enumerate() {
            let text = block["text"].as_str();
            let text = text.ok_or_else(|| {
                Refused::serialization("Unexpected or no member of the union GuardrailChecksContentBlock")
            })?;
            texts.push((message, content, text));
        }
    }
    let checks = member(body, "checks")?;
    let units = text_units(texts.iter().map(|(.., text)| text.chars().count()).sum());
    let mut results = Map::new();
    let mut usage = Map::new();
    let mut put = |name: &str, result: Value| {
        results.insert(name.to_owned(), result);
        usage.insert(name.to_owned(), json!({ "textUnits": units }));
    };
    for (name, values) in [("contentFilter", &CONTENT[..]), ("promptAttack", &ATTACK[..])] {
        if checks[name].is_null() {
            continue;
        }
        let mut entries = Vec::new();
        for asked in items(&checks[name], "categories")? {
            let category = one_of(asked, "category", values)?;
            let words = category.to_lowercase().replace('_', " ");
            let named = texts.iter().any(|(.., text)| text.to_lowercase().contains(&words));
            entries.push(json!({ "category": category, "severityScore": if named { HIGH } else { LOW } }));
        }
        put(name, json!({ "results": entries }));
    }
    if !checks["sensitiveInformation"].is_null() {
        let mut asked = Vec::new();
        for entity in items(&checks["sensitiveInformation"], "entities")? {
            asked.push(member(entity, "type")?.as_str().unwrap_or_default());
        }
        let mut entries = Vec::new();
        if asked.contains(&"EMAIL") {
            for (message, content, text) in &texts {
                for (begin, email) in emails(text) {
                    entries.push(json!({
                        "type": "EMAIL",
                        "confidenceScore": HIGH,
                        "beginOffset": begin,
                        "endOffset": begin + email.chars().count(),
                        "messageIndex": message,
                        "contentIndex": content,
                    }));
                }
            }
        }
        put("sensitiveInformation", json!({ "results": entries, "truncated": false }));
    }
    Ok(json!({ "results": results, "usage": usage }))
}
