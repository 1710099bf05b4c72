//! Asynchronous invocations of one run: started once per token, in progress when first asked for, completed ever
//! after. It calls no model and writes no file.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use time::format_description::well_known::Rfc3339;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::query::Query;
use super::{Refused, member};

/// When a run's first invocation is submitted; each later one comes a minute later, so that listings can be cut
/// and sorted by time without waiting.
const FIRST_SUBMITTED: OffsetDateTime = datetime!(2025-01-02 03:04:05 UTC);
/// How long an invocation claims to have taken.
const TOOK: Duration = Duration::milliseconds(42_500);
/// The account that everything belongs to.
pub const ACCOUNT: &str = "123456789012";

struct Invocation {
    arn: String,
    model_arn: String,
    token: String,
    /// What was asked, to be compared when the token comes again.
    input: Value,
    output: Value,
    submitted: OffsetDateTime,
    /// How often GetAsyncInvoke was asked for it.
    asked: usize,
    fails: bool,
}

impl Invocation {
    fn status(&self) -> &'static str {
        match (self.asked, self.fails) {
            (0 | 1, _) => "InProgress",
            (_, false) => "Completed",
            (_, true) => "Failed",
        }
    }

    fn summary(&self) -> Value {
        let text =
            |time: OffsetDateTime| Value::from(time.format(&Rfc3339).expect("a time of four-digit years"));
        let mut summary = Map::from_iter([
            ("invocationArn".to_owned(), json!(self.arn)),
            ("modelArn".to_owned(), json!(self.model_arn)),
            ("clientRequestToken".to_owned(), json!(self.token)),
            ("status".to_owned(), json!(self.status())),
            ("submitTime".to_owned(), text(self.submitted)),
            ("outputDataConfig".to_owned(), self.output.clone()),
        ]);
        if self.status() == "InProgress" {
            summary.insert("lastModifiedTime".to_owned(), text(self.submitted));
        } else {
            summary.insert("lastModifiedTime".to_owned(), text(self.submitted + TOOK));
            summary.insert("endTime".to_owned(), text(self.submitted + TOOK));
        }
        if self.status() == "Failed" {
            summary.insert("failureMessage".to_owned(), json!("The prompt asked for a failure."));
        }
        summary.into()
    }
}

/// The invocations of a run, in the order in which they were started.
#[derive(Default)]
pub struct Invocations(Vec<Invocation>);

impl Invocations {
    /// StartAsyncInvoke. A token that was used for the same input answers the same invocation. A `modelInput` with
    /// the words `fail this` in it fails when it is done.
    pub fn start(&mut self, region: &str, body: &Value) -> Result<Value, Refused> {
        let model = member(body, "modelId")?.as_str().unwrap_or_default();
        let odd = |c: char| !(c.is_ascii_alphanumeric() || "-:._/".contains(c));
        if model.is_empty() || model.contains(odd) {
            return Err(Refused::invalid("The provided model identifier is invalid."));
        }
        let input = member(body, "modelInput")?;
        let output = member(body, "outputDataConfig")?;
        let uri = output["s3OutputDataConfig"]["s3Uri"].as_str().unwrap_or_default();
        if uri.strip_prefix("s3://").is_none_or(|bucket| bucket.is_empty()) {
            return Err(Refused::constraint(
                "outputDataConfig.s3OutputDataConfig.s3Uri",
                r"Member must satisfy regular expression pattern: s3://[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9](/.*)?",
            ));
        }
        // A client fills the token in; the service makes one up for those that don't.
        let token = match &body["clientRequestToken"] {
            Value::Null => format!("made-up-by-the-service-{}", self.0.len()),
            Value::String(token) if !token.is_empty() && token.len() <= 256 => token.clone(),
            _ => return Err(Refused::constraint("clientRequestToken", "Member must have length 1 to 256")),
        };
        let mut asked = body.clone();
        if let Some(asked) = asked.as_object_mut() {
            asked.remove("clientRequestToken");
        }
        if let Some(other) = self.0.iter().find(|other| other.token == token) {
            if other.input != asked {
                return Err(Refused::new(
                    400,
                    "ConflictException",
                    "The clientRequestToken was used already, with another input.",
                ));
            }
            return Ok(json!({ "invocationArn": other.arn }));
        }
        // 12 small letters and digits, from the number in this run.
        let id = &hex::encode(Sha256::digest(self.0.len().to_string()))[..12];
        let model_arn = match model.starts_with("arn:") {
            true => model.to_owned(),
            false => format!("arn:aws:bedrock:{region}::foundation-model/{model}"),
        };
        let minutes = i64::try_from(self.0.len()).unwrap_or(i64::MAX);
        let invocation = Invocation {
            arn: format!("arn:aws:bedrock:{region}:{ACCOUNT}:async-invoke/{id}"),
            model_arn,
            token,
            fails: input.to_string().contains("fail this"),
            input: asked,
            output: output.clone(),
            submitted: FIRST_SUBMITTED.saturating_add(Duration::minutes(minutes)),
            asked: 0,
        };
        let answer = json!({ "invocationArn": invocation.arn });
        self.0.push(invocation);
        Ok(answer)
    }

    /// GetAsyncInvoke: the first time in progress, later done.
    pub fn get(&mut self, arn: &str) -> Result<Value, Refused> {
        // The model gives this operation no ResourceNotFoundException.
        let found = self.0.iter_mut().find(|invocation| invocation.arn == arn);
        let invocation =
            found.ok_or_else(|| Refused::invalid("Invalid ARN: there is no such invocation."))?;
        invocation.asked += 1;
        Ok(invocation.summary())
    }

    /// ListAsyncInvokes: the last submitted first, unless another order is asked for.
    pub fn list(&self, mut query: Query) -> Result<Value, Refused> {
        let after = query.time("submitTimeAfter")?;
        let before = query.time("submitTimeBefore")?;
        let status = query.one_of("statusEquals", &["InProgress", "Completed", "Failed"])?;
        query.one_of("sortBy", &["SubmissionTime"])?;
        let order = query.one_of("sortOrder", &["Ascending", "Descending"])?;
        let page = query.page()?;
        query.end()?;
        let mut found: Vec<&Invocation> = self
            .0
            .iter()
            .filter(|one| after.is_none_or(|after| one.submitted > after))
            .filter(|one| before.is_none_or(|before| one.submitted < before))
            .filter(|one| status.as_deref().is_none_or(|status| one.status() == status))
            .collect();
        if order.as_deref() != Some("Ascending") {
            found.reverse();
        }
        let (results, next) = page.of(found.into_iter().map(Invocation::summary).collect());
        let mut answer = json!({ "asyncInvokeSummaries": results });
        if let Some(next) = next {
            answer["nextToken"] = next.into();
        }
        Ok(answer)
    }
}
