//! The operations that answer JSON to JSON or to a query, of Bedrock Runtime and of the control plane: their paths,
//! and who answers. It streams nothing and knows no signature.

mod async_invoke;
mod checks;
mod control;
mod guardrail;
mod query;

pub use async_invoke::Invocations;

use http::HeaderMap;
use serde_json::{Value, json};

use crate::builtin::{self, Body, BuiltIn, Invalid};
use crate::claim;
use crate::route::decode;
use query::Query;

/// An operation's path with its decoded labels. Two operations may share one: the method tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plain {
    CountTokens {
        model: String,
    },
    ApplyGuardrail {
        guardrail: String,
        version: String,
    },
    InvokeGuardrailChecks,
    /// POST: StartAsyncInvoke; GET: ListAsyncInvokes.
    AsyncInvokes,
    GetAsyncInvoke {
        arn: String,
    },
    ListFoundationModels,
    GetFoundationModel {
        id: String,
    },
    GetFoundationModelAvailability {
        id: String,
    },
    ListInferenceProfiles,
    GetInferenceProfile {
        id: String,
    },
}

/// A refusal in the service's words.
#[derive(Debug)]
pub struct Refused {
    pub status: u16,
    pub name: &'static str,
    pub message: String,
}

impl Refused {
    fn new(status: u16, name: &'static str, message: impl Into<String>) -> Self {
        Self { status, name, message: message.into() }
    }

    fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, "ResourceNotFoundException", message)
    }

    /// What the framework says of a member that breaks the model's rule.
    fn constraint(member: &str, rule: &str) -> Self {
        Self::invalid(format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: {rule}"
        ))
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationException", message)
    }

    fn serialization(message: impl Into<String>) -> Self {
        Self::new(400, "SerializationException", message)
    }
}

impl From<Invalid> for Refused {
    fn from(invalid: Invalid) -> Self {
        Self::new(400, invalid.name, invalid.message)
    }
}

/// A request, as far as these operations look at it.
pub struct Asked<'a> {
    pub method: &'a str,
    /// Path and query as on the wire.
    pub target: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

impl Asked<'_> {
    fn query(&self) -> Query {
        Query::parse(self.target.split_once('?').map_or("", |(_, query)| query))
    }

    /// The region that the request was signed for; an API key names none.
    fn region(&self) -> String {
        let header = self.headers.get("authorization").and_then(|value| value.to_str().ok());
        let credential = match header {
            Some(header) => header
                .split_once("Credential=")
                .map(|(_, rest)| rest.split(',').next().unwrap_or(rest).to_owned()),
            None => self
                .target
                .split_once('?')
                .and_then(|(_, query)| claim::query_value(query, "X-Amz-Credential")),
        };
        let region = credential.and_then(|text| text.split('/').nth(2).map(str::to_owned));
        region.unwrap_or_else(|| "us-east-1".to_owned())
    }

    fn json(&self) -> Result<Value, Refused> {
        let body: Value =
            serde_json::from_slice(self.body).map_err(|error| Refused::serialization(error.to_string()))?;
        if body.is_object() { Ok(body) } else { Err(Refused::serialization("Start of structure expected")) }
    }
}

/// Reads a service's path, split at its slashes.
pub fn parse(segments: &[&str]) -> Option<Plain> {
    let label = |segment: &str| (!segment.is_empty()).then(|| decode(segment));
    Some(match segments {
        ["model", model, "count-tokens"] => Plain::CountTokens { model: label(model)? },
        ["guardrail", guardrail, "version", version, "apply"] => {
            Plain::ApplyGuardrail { guardrail: label(guardrail)?, version: label(version)? }
        }
        ["guardrail-checks", "invoke"] => Plain::InvokeGuardrailChecks,
        ["async-invoke"] => Plain::AsyncInvokes,
        ["async-invoke", arn] => Plain::GetAsyncInvoke { arn: label(arn)? },
        ["foundation-models"] => Plain::ListFoundationModels,
        ["foundation-models", id] => Plain::GetFoundationModel { id: label(id)? },
        ["foundation-model-availability", id] => Plain::GetFoundationModelAvailability { id: label(id)? },
        ["inference-profiles"] => Plain::ListInferenceProfiles,
        ["inference-profiles", id] => Plain::GetInferenceProfile { id: label(id)? },
        _ => return None,
    })
}

impl Plain {
    /// Whether an operation of that method has this path.
    pub fn takes(&self, method: &str) -> bool {
        match self {
            Self::CountTokens { .. } | Self::ApplyGuardrail { .. } | Self::InvokeGuardrailChecks => {
                method == "POST"
            }
            Self::AsyncInvokes => matches!(method, "GET" | "POST"),
            _ => method == "GET",
        }
    }

    /// Answers; `invocations` are those of the request's run.
    pub fn answer(&self, asked: &Asked<'_>, invocations: &mut Invocations) -> Result<BuiltIn, Refused> {
        let answer = match self {
            Self::CountTokens { model } => count_tokens(model, &asked.json()?)?,
            Self::ApplyGuardrail { guardrail, version } => {
                guardrail::apply(guardrail, version, &asked.region(), &asked.json()?)?
            }
            Self::InvokeGuardrailChecks => checks::invoke(&asked.json()?)?,
            Self::AsyncInvokes if asked.method == "POST" => {
                invocations.start(&asked.region(), &asked.json()?)?
            }
            Self::AsyncInvokes => invocations.list(asked.query())?,
            Self::GetAsyncInvoke { arn } => invocations.get(arn)?,
            Self::ListFoundationModels => control::list_models(&asked.region(), asked.query())?,
            Self::GetFoundationModel { id } => control::model(&asked.region(), id)?,
            Self::GetFoundationModelAvailability { id } => control::availability(id)?,
            Self::ListInferenceProfiles => control::list_profiles(&asked.region(), asked.query())?,
            Self::GetInferenceProfile { id } => control::profile(&asked.region(), id)?,
        };
        Ok(BuiltIn {
            headers: vec![("content-type", "application/json".to_owned())],
            body: Body::Whole(answer.to_string().into()),
            pauses: 0,
        })
    }
}

/// Counts as the answers do: `usage.inputTokens` of the same request is the same number.
fn count_tokens(model: &str, body: &Value) -> Result<Value, Refused> {
    crate::families::family(model)?;
    let input = member(body, "input")?;
    let request = match input.as_object().map(|union| union.iter().collect::<Vec<_>>()).as_deref() {
        Some([(name, request)]) if *name == "converse" => (*request).clone(),
        Some([(name, request)]) if *name == "invokeModel" => {
            let bytes = blob(&request["body"])
                .ok_or_else(|| Refused::serialization("input.invokeModel.body is no base64"))?;
            serde_json::from_slice(&bytes).map_err(|_| {
                Refused::invalid("Malformed input request, please reformat your input and try again.")
            })?
        }
        _ => return Err(Refused::serialization("Unexpected or no member of the union CountTokensInput")),
    };
    Ok(json!({ "inputTokens": builtin::tokens_in(&request) }))
}

fn blob(value: &Value) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(value.as_str()?).ok()
}

/// A required member of a body.
fn member<'a>(body: &'a Value, name: &str) -> Result<&'a Value, Refused> {
    match &body[name] {
        Value::Null => Err(Refused::constraint(name, "Member must not be null")),
        value => Ok(value),
    }
}

/// A required list with at least one item.
fn items<'a>(body: &'a Value, name: &str) -> Result<&'a [Value], Refused> {
    match member(body, name)?.as_array() {
        Some(list) if list.is_empty() => {
            Err(Refused::constraint(name, "Member must have length greater than or equal to 1"))
        }
        Some(list) => Ok(list),
        None => Err(Refused::serialization("Start of list or null expected")),
    }
}

/// A required member with one of these values.
fn one_of<'a>(body: &'a Value, name: &str, values: &[&str]) -> Result<&'a str, Refused> {
    let text = member(body, name)?.as_str().ok_or_else(|| Refused::serialization("Expected a string"))?;
    if values.contains(&text) { Ok(text) } else { Err(not_one_of(name, text, values)) }
}

fn not_one_of(name: &str, text: &str, values: &[&str]) -> Refused {
    Refused::invalid(format!(
        "1 validation error detected: Value '{text}' at '{name}' failed to satisfy constraint: Member must \
         satisfy enum value set: [{}]",
        values.join(", ")
    ))
}

/// Characters per unit that guardrails are billed in, from the service's price list.
const UNIT_CHARACTERS: usize = 1000;

fn text_units(characters: usize) -> usize {
    characters.div_ceil(UNIT_CHARACTERS)
}

/// The words with an `@` between two letters or digits, as places in `text` counted in characters, and how each
/// looks.
fn emails(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut place = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let inside = word.trim_matches(|c: char| !c.is_alphanumeric());
        let at = word.find(inside).unwrap_or(0);
        if !inside.is_empty() && inside.split_once('@').is_some_and(|(_, host)| host.contains('.')) {
            found.push((place + word[..at].chars().count(), inside.to_owned()));
        }
        place += word.chars().count();
    }
    found
}
