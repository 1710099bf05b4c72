//! A failed attempt, read as far as the verdict needs it; its name and what follows from it are the verdict's to say.

use super::{Hidden, Plan, Timer, is_transient};
use crate::decide::{Failed, Fault, Verdict, service_error_name};
use crate::failure::{Error, Limit, Metadata, ServiceError, TimeoutError};
use crate::identity::sts;
use crate::operation::{Body, Operation};
use crate::secret::{SecretBytes, SecretJson};
use crate::time::Timestamp;
use crate::transport::HttpResponse;
use core::time::Duration;
use futures::StreamExt;

/// The most bytes of an error answer that are read: 1 MiB holds any message and no attack.
const MAX_ERROR_BYTES: usize = 1024 * 1024;

/// Ten seconds for the body of an error answer: its head has said what it is, and the body is a sentence.
/// What has come by then is used.
const ERROR_BODY: Duration = Duration::from_secs(10);

/// Why an attempt failed.
pub(super) struct Refusal {
    error: Error,
    status: u16,
    header: String,
    code: String,
    type_: String,
    retry_after: Option<u32>,
    date: Option<Timestamp>,
}

impl Refusal {
    /// Anything but an error answer.
    pub fn of(error: Error) -> Self {
        let (status, header) = match &error {
            Error::Service(error) => (200, error.name.clone()),
            _ => (0, String::new()),
        };
        Self {
            error,
            status,
            header,
            code: String::new(),
            type_: String::new(),
            retry_after: None,
            date: None,
        }
    }

    /// An error answer, to its end or to its limits; what can't be read of it does not hide the rest.
    pub async fn read(
        plan: &Plan,
        operation: &Operation<'_>,
        mut response: HttpResponse,
        metadata: Metadata,
        hidden: &Hidden,
    ) -> Self {
        let limit =
            plan.timeouts.idle.filter(|idle| !idle.is_zero()).map_or(ERROR_BODY, |idle| idle.min(ERROR_BODY));
        let mut timer = Timer::start(&plan.transport, Some(limit));
        let mut body = SecretBytes::default();
        while let Some(Some(Ok(chunk))) = timer.bound(response.body.next()).await {
            body.extend(&chunk);
            if body.as_ref().len() > MAX_ERROR_BYTES {
                break;
            }
        }
        hidden.cut_body(&mut body);
        let body = body.as_ref();
        let json = SecretJson::read(body);
        let text =
            |name: &str| json.0.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
        // The name and the fault are filled in by the verdict.
        let mut error = ServiceError::new(String::new(), Fault::Client, metadata);
        error.fill(&json.0);
        let mut code = text("code");
        if operation.output_body() == Body::Xml {
            if let Some((stated, message)) = sts::error(body) {
                (code, error.message) = (stated, message);
            }
        }
        if error.message.is_empty() {
            error.message = hidden.beginning(body);
        }
        error.hide(hidden);
        Self {
            status: response.status,
            header: response.header("x-amzn-errortype").unwrap_or_default().to_owned(),
            code,
            type_: text("__type"),
            retry_after: asked_ms(plan, &response),
            date: date(&response, "date"),
            error: Error::Service(Box::new(error)),
        }
    }

    /// What the verdict needs to know of it.
    pub fn failed(&self) -> Failed<'_> {
        let message = match &self.error {
            Error::Service(error) => error.message.as_str(),
            _ => "",
        };
        Failed {
            status: self.status,
            header: &self.header,
            code: &self.code,
            type_: &self.type_,
            message,
            retry_after: self.retry_after,
            date_ms: self.date.map(Timestamp::as_unix_millis),
            ..Failed::default()
        }
    }

    /// What it is so far: a service's error has no name yet.
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// Whether nothing can follow, whatever the verdict: an answer that is none, silence within one.
    pub fn is_final(&self) -> bool {
        match &self.error {
            Error::Service(_) | Error::Truncated(_) => false,
            Error::Network(error) => !is_transient(error),
            Error::Timeout(TimeoutError { limit, .. }) => *limit != Limit::FirstByte,
            _ => true,
        }
    }

    /// The error, named as the verdict has it.
    pub fn into_error(self, verdict: Verdict) -> Error {
        let mut error = self.error;
        if let Error::Service(error) = &mut error {
            error.name = verdict.error.name;
            error.fault = verdict.error.fault;
            error.guessed = verdict.error.guessed;
            error.retryable = verdict.retryable;
            error.throttling = verdict.throttling;
        }
        error
    }
}

/// The longest answer that may be a refusal: 512 bytes, four times what the service sends.
const MAX_REFUSAL_BYTES: usize = 512;

/// To a path that it does not know the service answers 200 and
/// `{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}`, and a page
/// can't read the header that names it. No operation's answer has an `Output`.
pub(super) fn unknown_operation(body: &[u8], metadata: &Metadata) -> Option<Error> {
    if body.len() > MAX_REFUSAL_BYTES {
        return None;
    }
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    let type_ = json.get("Output")?.get("__type")?.as_str()?;
    let named = service_error_name(400, "", "", type_);
    let mut error = ServiceError::new(named.name, named.fault, metadata.clone());
    error.message = "the service knows no such operation".to_owned();
    Some(Error::Service(Box::new(error)))
}

/// How long the service asks to wait: x-amz-retry-after in milliseconds, or Retry-After in seconds or as a date.
fn asked_ms(plan: &Plan, response: &HttpResponse) -> Option<u32> {
    let number = |name: &str| response.header(name).and_then(|text| text.trim().parse::<u32>().ok());
    number("x-amz-retry-after")
        .or_else(|| number("retry-after").map(|seconds| seconds.saturating_mul(1000)))
        .or_else(|| {
            // By the service's own clock where it may be read.
            let now = date(response, "date").unwrap_or_else(|| plan.transport.now());
            let until = date(response, "retry-after")?.as_unix_millis().saturating_sub(now.as_unix_millis());
            u32::try_from(until.max(0)).ok()
        })
}

fn date(response: &HttpResponse, name: &str) -> Option<Timestamp> {
    Timestamp::from_http_date(response.header(name)?.trim()).ok()
}

impl ServiceError {
    /// Takes the members that error shapes have.
    pub(crate) fn fill(&mut self, json: &serde_json::Value) {
        let text = |name: &str| json.get(name).and_then(|value| value.as_str()).map(str::to_owned);
        self.message = text("message").or_else(|| text("Message")).unwrap_or_default();
        self.original_status_code = json.get("originalStatusCode").and_then(serde_json::Value::as_i64);
        self.original_message = text("originalMessage");
        self.resource_name = text("resourceName");
    }

    /// Cuts out what must not be told.
    pub(crate) fn hide(&mut self, hidden: &Hidden) {
        for text in [Some(&mut self.message), self.original_message.as_mut(), self.resource_name.as_mut()] {
            text.into_iter().for_each(|text| hidden.cut(text));
        }
    }
}
