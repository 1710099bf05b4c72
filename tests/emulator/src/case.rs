//! Reads case files, strictly: what is unknown or makes no sense is refused with the file's name.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::script::Step;

/// Runtimes a case may apply to.
const RUNTIMES: [&str; 6] = ["rust", "node", "workerd", "page", "deno", "bun"];
/// Those that a case must speak of: it applies to each, or says why not.
const EXPECTED: [&str; 4] = ["rust", "node", "workerd", "page"];
/// Where a case may not apply though it does to the runtime's family: Rust as wasm, Rust over ureq; as Node, the newest
/// one and Vercel's.
const KINDS: [&str; 4] = ["rust-wasm", "rust-ureq", "node-newest", "edge-runtime"];

const OPERATIONS: [&str; 4] = ["Converse", "ConverseStream", "InvokeModel", "InvokeModelWithResponseStream"];

/// Options that every runner knows. The endpoint and the credentials are the runner's.
const CLIENT_OPTIONS: [&str; 3] = ["maxAttempts", "retryMode", "timeouts"];
const CALL_OPTIONS: [&str; 3] = ["maxAttempts", "requestTimeout", "timeouts"];

const STAGES: [&str; 5] = ["start", "credentials", "sent", "waiting", "head"];

/// The longest time limit of a case, in milliseconds: two of them must fit into a minute's run.
const LONGEST_LIMIT_MS: u64 = 30_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Case {
    name: String,
    /// One sentence for people.
    about: String,
    applies: Vec<String>,
    /// Why it does not apply to a runtime.
    #[serde(default)]
    except: BTreeMap<String, String>,
    request: CaseRequest,
    #[serde(default)]
    endpoint: Option<Place>,
    #[serde(default)]
    stop: Option<Stop>,
    #[serde(rename = "preflight", default)]
    pub preflight: PreflightRule,
    /// Headers a page may read, instead of the usual ones.
    #[serde(default)]
    pub expose: Option<Vec<String>>,
    /// Added to that of every step.
    #[serde(default)]
    pub clock_offset_seconds: i64,
    /// How long a runner lets it take, in milliseconds.
    #[serde(default)]
    limit_ms: Option<u64>,
    script: Vec<Step>,
    verdict: Verdicts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CaseRequest {
    operation: String,
    input: Map<String, Value>,
    /// Client options by their names in the npm package.
    #[serde(default)]
    options: Map<String, Value>,
    /// Options of the call.
    #[serde(default)]
    call: Map<String, Value>,
    /// What the provider does, call by call.
    #[serde(default)]
    provider: Option<Vec<Provided>>,
    /// Fixed credentials other than the usual ones.
    #[serde(default)]
    credentials: Option<Fixed>,
    #[serde(default)]
    api_key: Option<bool>,
    #[serde(default)]
    before: Option<Before>,
}

/// A runner reads these; the emulator only knows that there are no others.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Provided {
    Good,
    Temporary,
    ExpiredToken,
    Fails,
    Hangs,
    Expired,
    Short,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Fixed {
    Temporary,
    ExpiredToken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Place {
    Refused,
}

/// Calls of the same client before the one that is judged.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Before {
    calls: u32,
    #[serde(default)]
    then_wait_ms: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stop {
    at: Stage,
    how: Way,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Stage {
    Named(String),
    Event(AtEvent),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename_all = "camelCase")]
struct AtEvent {
    event: u64,
    /// Milliseconds later, while the next event is awaited.
    #[serde(default)]
    then_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Way {
    Abort,
    Break,
    Return,
    Dispose,
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
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Verdict {
    #[serde(default)]
    ok: Option<bool>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    who: Option<Who>,
    /// Events delivered before the end; only for streams.
    #[serde(default)]
    events: Option<u64>,
    /// Requests sent, as the client tells.
    attempts: u64,
    /// Requests of the run as the emulator counts them, where that differs.
    #[serde(default)]
    seen: Option<u64>,
    /// The most of them, where calls that run at once decide it.
    #[serde(default)]
    seen_at_most: Option<u64>,
    #[serde(default)]
    provider_calls: Option<u64>,
    #[serde(default)]
    min_delay_ms: Option<u64>,
    #[serde(default)]
    max_delay_ms: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Who {
    Caller,
    Aws,
    Network,
    Outcrop,
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
        case.check_runtimes()?;
        case.check_request()?;
        case.check_stop()?;
        if case.limit_ms.is_some_and(|ms| ms == 0 || ms > LONGEST_LIMIT_MS) {
            return wrong(format!("its time limit is 0 or above {LONGEST_LIMIT_MS} ms"));
        }
        for (index, step) in case.script.iter().enumerate() {
            step.check().map_err(|error| format!("step {}: {error}", index + 1))?;
        }
        if case.script.is_empty() {
            return wrong("has no step".to_owned());
        }
        case.check_verdict(&case.verdict.page)?;
        case.check_verdict(&case.verdict.other)?;
        Ok(case)
    }

    fn check_runtimes(&self) -> Result<(), String> {
        if self.applies.is_empty() {
            return Err("applies to no runtime".to_owned());
        }
        if let Some(other) = self.applies.iter().find(|name| !RUNTIMES.contains(&name.as_str())) {
            return Err(format!("applies to '{other}', which is none of {RUNTIMES:?}"));
        }
        for (name, reason) in &self.except {
            if !RUNTIMES.contains(&name.as_str()) && !KINDS.contains(&name.as_str()) {
                return Err(format!("excepts '{name}', which is none of {RUNTIMES:?} and {KINDS:?}"));
            }
            if self.applies.contains(name) || reason.trim().is_empty() {
                return Err(format!("excepts '{name}' without a reason, or applies to it all the same"));
            }
        }
        let silent =
            |name: &&&str| !self.applies.iter().any(|own| own == **name) && !self.except.contains_key(**name);
        if let Some(name) = EXPECTED.iter().find(silent) {
            return Err(format!("neither applies to '{name}' nor says why not"));
        }
        Ok(())
    }

    fn check_request(&self) -> Result<(), String> {
        let request = &self.request;
        let operation = request.operation.as_str();
        if !OPERATIONS.contains(&operation) {
            return Err(format!("'{operation}' is none of {OPERATIONS:?}"));
        }
        if !request.input.get("modelId").is_some_and(Value::is_string) {
            return Err("its input has no modelId".to_owned());
        }
        let unknown = |options: &Map<String, Value>, known: &[&str]| {
            options.keys().find(|name| !known.contains(&name.as_str())).cloned()
        };
        if let Some(name) = unknown(&request.options, &CLIENT_OPTIONS) {
            return Err(format!("the client option '{name}' is none of {CLIENT_OPTIONS:?}"));
        }
        if let Some(name) = unknown(&request.call, &CALL_OPTIONS) {
            return Err(format!("the call's option '{name}' is none of {CALL_OPTIONS:?}"));
        }
        if request.provider.as_ref().is_some_and(Vec::is_empty) || request.api_key == Some(false) {
            return Err("an empty provider, or apiKey that is not true".to_owned());
        }
        let given = [request.provider.is_some(), request.credentials.is_some(), request.api_key.is_some()];
        if given.into_iter().filter(|given| *given).count() > 1 {
            return Err("more than one of provider, credentials, apiKey".to_owned());
        }
        if request
            .before
            .as_ref()
            .is_some_and(|before| before.calls == 0 || before.then_wait_ms > LONGEST_LIMIT_MS)
        {
            return Err("no calls before, or a wait beyond any time limit".to_owned());
        }
        Ok(())
    }

    fn check_stop(&self) -> Result<(), String> {
        let Some(Stop { at, how }) = &self.stop else {
            return Ok(());
        };
        match at {
            Stage::Named(stage) if !STAGES.contains(&stage.as_str()) => {
                Err(format!("stops at '{stage}', which is none of {STAGES:?}"))
            }
            Stage::Named(_) if *how != Way::Abort => {
                Err("before its first event a call can only be aborted".to_owned())
            }
            Stage::Event(AtEvent { event, .. }) if *event == 0 || !self.streams() => {
                Err("stops at an event that no answer has".to_owned())
            }
            Stage::Event(AtEvent { then_ms, .. })
                if *then_ms > LONGEST_LIMIT_MS || *then_ms > 0 && *how != Way::Abort =>
            {
                Err("only an abort comes later, and within the time limit".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn check_verdict(&self, verdict: &Verdict) -> Result<(), String> {
        match (verdict.ok, &verdict.error) {
            (Some(true), None) | (None, Some(_)) => {}
            _ => return Err("a verdict is {\"ok\":true,…} or {\"error\":NAME,…}".to_owned()),
        }
        if verdict.events.is_some() != self.streams() {
            return Err("a verdict counts events if, and only if, it is a stream's".to_owned());
        }
        if verdict.who.is_some() && verdict.error.is_none() {
            return Err("says whose fault a success is".to_owned());
        }
        if verdict.provider_calls.is_some() != self.request.provider.is_some() {
            return Err("a verdict counts the provider's calls if, and only if, there is one".to_owned());
        }
        if verdict.attempts == 0 && verdict.error.is_none() {
            return Err("succeeds without an attempt".to_owned());
        }
        // Where none arrives, there is a reason in the case.
        let kept_away = self.endpoint == Some(Place::Refused)
            || self.preflight == PreflightRule::Refuse
            || self.stop.is_some()
            || self.request.provider.is_some();
        if verdict.seen.is_some() && verdict.seen_at_most.is_some() {
            return Err("a verdict counts requests once".to_owned());
        }
        if verdict.seen.or(verdict.seen_at_most).unwrap_or(verdict.attempts) == 0 && !kept_away {
            return Err("a verdict has no attempts".to_owned());
        }
        if let (Some(min), Some(max)) = (verdict.min_delay_ms, verdict.max_delay_ms)
            && min > max
        {
            return Err("the least delay is above the longest".to_owned());
        }
        Ok(())
    }

    fn streams(&self) -> bool {
        self.request.operation.ends_with("Stream")
    }

    /// Step for the attempt with this index; the last one repeats.
    pub fn step(&self, index: usize) -> &Step {
        &self.script[index.min(self.script.len() - 1)]
    }
}
