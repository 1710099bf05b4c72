//! ApplyGuardrail with the emulator's one guardrail: the word `forbidden` blocks, an e-mail address is made
//! unreadable. It looks at no image.

use serde_json::{Value, json};

use super::async_invoke::ACCOUNT;
use super::{Refused, emails, items, one_of, text_units};

const BLOCKED: &str = "Sorry, the model cannot answer this question.";
const WORD: &str = "forbidden";
/// Milliseconds that the guardrail claims to have taken: any constant will do.
const LATENCY_MS: u64 = 7;

/// Answers as recorded answers look: `null` for what does not apply, and members that the model does not have.
pub fn apply(guardrail: &str, version: &str, region: &str, body: &Value) -> Result<Value, Refused> {
    let id = guardrail.rsplit('/').next().unwrap_or(guardrail);
    let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let numbered = version.parse::<u32>().is_ok_and(|number| number > 0);
    if id.is_empty() || !id.chars().all(lower) {
        return Err(Refused::invalid("The guardrail identifier provided is not valid."));
    }
    if id == "missing" || !(numbered || version == "DRAFT") {
        return Err(Refused::not_found("The guardrail identifier or version provided is not valid."));
    }
    one_of(body, "source", &["INPUT", "OUTPUT"])?;
    let full = match &body["outputScope"] {
        Value::Null => false,
        _ => one_of(body, "outputScope", &["INTERVENTIONS", "FULL"])? == "FULL",
    };
    let mut texts = Vec::new();
    let mut images = 0;
    for block in items(body, "content")? {
        match block.as_object().map(|union| union.iter().collect::<Vec<_>>()).as_deref() {
            Some([(name, text)]) if *name == "text" && text["text"].is_string() => {
                texts.push(text["text"].as_str().unwrap_or_default());
            }
            Some([(name, image)]) if *name == "image" && super::blob(&image["source"]["bytes"]).is_some() => {
                images += 1;
            }
            _ => {
                return Err(Refused::serialization(
                    "Unexpected or no member of the union GuardrailContentBlock",
                ));
            }
        }
    }
    let blocked = texts.iter().any(|text| text.to_lowercase().contains(WORD));
    let found: Vec<String> = texts.iter().flat_map(|text| emails(text)).map(|(_, email)| email).collect();
    let intervened = blocked || !found.is_empty();
    let outputs: Vec<Value> = if blocked {
        vec![json!({ "text": BLOCKED })]
    } else if intervened {
        let hidden =
            |text: &&str| found.iter().fold((*text).to_owned(), |text, email| text.replace(email, "{EMAIL}"));
        texts.iter().map(|text| json!({ "text": hidden(text) })).collect()
    } else {
        Vec::new()
    };
    let characters: usize = texts.iter().map(|text| text.chars().count()).sum();
    let usage = json!({
        "topicPolicyUnits": 0,
        "contentPolicyUnits": 0,
        "wordPolicyUnits": text_units(characters),
        "sensitiveInformationPolicyUnits": text_units(characters),
        "sensitiveInformationPolicyFreeUnits": 0,
        "contextualGroundingPolicyUnits": 0,
        "contentPolicyImageUnits": images,
        "automatedReasoningPolicyUnits": 0,
        "automatedReasoningPolicies": 0,
    });
    let coverage = json!({
        "textCharacters": { "guarded": characters, "total": characters },
        "images": if images > 0 { json!({ "guarded": 0, "total": images }) } else { Value::Null },
    });
    let word = |detected: bool| {
        let action = if detected { "BLOCKED" } else { "NONE" };
        json!({ "match": WORD, "action": action, "detected": detected })
    };
    let words = if blocked || full { vec![word(blocked)] } else { Vec::new() };
    let email =
        |email: &String| json!({ "match": email, "type": "EMAIL", "action": "ANONYMIZED", "detected": true });
    let assessment = json!({
        "topicPolicy": null,
        "contentPolicy": null,
        "wordPolicy": if words.is_empty() { Value::Null } else { json!({ "customWords": words, "managedWordLists": [] }) },
        "sensitiveInformationPolicy": if found.is_empty() {
            Value::Null
        } else {
            json!({ "piiEntities": found.iter().map(email).collect::<Vec<_>>(), "regexes": null })
        },
        "contextualGroundingPolicy": null,
        "automatedReasoningPolicy": null,
        "invocationMetrics": {
            "guardrailProcessingLatency": LATENCY_MS,
            "usage": usage,
            "guardrailCoverage": coverage,
        },
        "appliedGuardrailDetails": {
            "guardrailId": id,
            "guardrailVersion": version,
            "guardrailArn": format!("arn:aws:bedrock:{region}:{ACCOUNT}:guardrail/{id}"),
            "guardrailOrigin": ["REQUEST"],
            "guardrailOwnership": "SELF",
        },
    });
    Ok(json!({
        "usage": usage,
        "action": if intervened { "GUARDRAIL_INTERVENED" } else { "NONE" },
        "actionReason": match (blocked, intervened) {
            (true, _) => "Guardrail blocked.",
            (_, true) => "Guardrail masked.",
            _ => "No action.",
        },
        "outputs": outputs,
        "output": outputs,
        "blockedResponse": if blocked { json!(BLOCKED) } else { Value::Null },
        "assessments": [assessment],
        "guardrailCoverage": coverage,
    }))
}
