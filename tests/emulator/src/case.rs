//! Reads case files, strictly: what is unknown or makes no sense is refused with the file's name.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::script::Step;

/// Runtimes a case may apply to.
const RUNTIMES: [&str; 6] = ["rust", "node", "workerd", "page", "deno", "bun"];

const OPERATIONS: [&str; 4] = ["Converse", "ConverseStream", "InvokeModel", "InvokeModelWithResponseStream"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    name: String,
    /// One sentence for people.
    about: String,
    applies: Vec<String>,
    request: CaseRequest,
    #[serde(rename = "preflight", default)]
    pub preflight: PreflightRule,
    /// Headers a page may read, instead of the usual ones.
    #[serde(default)]
    pub expose: Option<Vec<String>>,
    script: Vec<Step>,
    verdict: Verdicts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseRequest {
    operation: String,
    input: serde_json::Map<String, Value>,
    /// Client options by their names in the npm package.
    #[serde(default)]
    options: serde_json::Map<String, Value>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PreflightRule {
    #[default]
    Usual,
    Refuse,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Verdicts {
    page: Verdict,
    other: Verdict,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Verdict {
    #[serde(default)]
    ok: Option<bool>,
    #[serde(default)]
    error: Option<String>,
    /// Events delivered before the end; only for streams.
    #[serde(default)]
    events: Option<u64>,
    /// Attempts as the emulator counts them.
    attempts: u64,
}

/// All cases of a folder, by name.
pub fn load(folder: &Path) -> Result<HashMap<String, Case>, String> {
    let mut cases = HashMap::new();
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let case = std::fs::read_to_string(&path)
            .map_err(|error| error.to_string())
            .and_then(|text| Case::parse(&text, &stem))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        cases.insert(stem, case);
    }
    Ok(cases)
}

impl Case {
    fn parse(text: &str, stem: &str) -> Result<Self, String> {
        let case: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let wrong = |what: String| Err(what);
        if case.name != stem {
            return wrong(format!("is named '{}', but its file is '{stem}.json'", case.name));
        }
        if case.about.trim().is_empty() {
            return wrong("says nothing about itself".to_owned());
        }
        if case.applies.is_empty() {
            return wrong("applies to no runtime".to_owned());
        }
        if let Some(other) = case.applies.iter().find(|name| !RUNTIMES.contains(&name.as_str())) {
            return wrong(format!("applies to '{other}', which is none of {RUNTIMES:?}"));
        }
        let operation = case.request.operation.as_str();
        if !OPERATIONS.contains(&operation) {
            return wrong(format!("'{operation}' is none of {OPERATIONS:?}"));
        }
        if !case.request.input.get("modelId").is_some_and(Value::is_string) {
            return wrong("its input has no modelId".to_owned());
        }
        if case.request.options.keys().any(|name| name == "endpoint") {
            return wrong("sets an endpoint; the endpoint is the emulator's".to_owned());
        }
        for (index, step) in case.script.iter().enumerate() {
            step.check().map_err(|error| format!("step {}: {error}", index + 1))?;
        }
        if case.script.is_empty() {
            return wrong("has no step".to_owned());
        }
        let streams = operation.ends_with("Stream");
        for verdict in [&case.verdict.page, &case.verdict.other] {
            match (verdict.ok, &verdict.error) {
                (Some(true), None) | (None, Some(_)) => {}
                _ => return wrong("a verdict is {\"ok\":true,…} or {\"error\":NAME,…}".to_owned()),
            }
            if verdict.events.is_some() != streams {
                return wrong("a verdict counts events if, and only if, it is a stream's".to_owned());
            }
            // A refused preflight makes none.
            if verdict.attempts == 0 && case.preflight == PreflightRule::Usual {
                return wrong("a verdict has no attempts".to_owned());
            }
        }
        Ok(case)
    }

    /// Step for the attempt with this index; the last one repeats.
    pub fn step(&self, index: usize) -> &Step {
        &self.script[index.min(self.script.len() - 1)]
    }
}
