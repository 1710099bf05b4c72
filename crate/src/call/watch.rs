//! What an observer is told of one call, from its start to its end, whoever ends it; without an observer it does and keeps nothing.

use crate::endpoint::Endpoint;
use crate::failure::{Error, Metadata};
use crate::observe::{Event, Observer, Value};
use crate::operation::Operation;
use crate::service::Service;
use crate::time::Timestamp;
use crate::transport::Transport;
use core::fmt;
use core::time::Duration;
use std::sync::Arc;

/// One call's reports. Dropping it before `end` says that the caller gave up.
pub(crate) struct Watch(Option<Box<Watched>>);

struct Watched {
    observer: Arc<dyn Observer>,
    transport: Arc<dyn Transport>,
    /// Such as `BedrockRuntime/Converse`.
    method: String,
    model: Option<String>,
    server: String,
    started: Timestamp,
    attempt_started: Option<Timestamp>,
    attempts: u32,
    status: Option<u16>,
    request_id: Option<String>,
}

/// The service's part of `rpc.method`.
const fn service_id(service: Service) -> &'static str {
    match service {
        Service::BedrockRuntime => "BedrockRuntime",
        Service::Bedrock => "Bedrock",
        Service::CognitoIdentity => "CognitoIdentity",
        Service::Sts => "STS",
    }
}

impl Watch {
    pub fn start(
        observer: Option<&Arc<dyn Observer>>,
        transport: &Arc<dyn Transport>,
        operation: &Operation<'_>,
        members: &[(&str, &str)],
        endpoint: &Endpoint,
    ) -> Self {
        Self(observer.map(|observer| {
            let host = endpoint.as_str().split("://").nth(1).unwrap_or_default();
            let model = members.iter().find(|(name, _)| *name == "modelId");
            Box::new(Watched {
                observer: Arc::clone(observer),
                transport: Arc::clone(transport),
                method: [service_id(operation.service), "/", operation.name].concat(),
                model: model.map(|(_, value)| (*value).to_owned()),
                server: host.split('/').next().unwrap_or_default().to_owned(),
                started: transport.now(),
                attempt_started: None,
                attempts: 0,
                status: None,
                request_id: None,
            })
        }))
    }

    pub fn attempt_started(&mut self, number: u32) {
        if let Some(own) = &mut self.0 {
            own.attempts = number;
            own.attempt_started = Some(own.transport.now());
            (own.status, own.request_id) = (None, None);
            own.tell("outcrop.attempt.started", &[]);
        }
    }

    pub fn answered(&mut self, metadata: &Metadata) {
        if let Some(own) = &mut self.0 {
            (own.status, own.request_id) = (metadata.http_status, metadata.request_id.clone());
        }
    }

    pub fn attempt_ended(&mut self, error: Option<&str>) {
        if let Some(own) = &mut self.0 {
            own.attempt_ended(error);
        }
    }

    /// `reason` is `error`, `skew` or `renew`.
    pub fn retried(&self, error: &str, reason: &str, delay: Duration) {
        if let Some(own) = &self.0 {
            own.tell(
                "outcrop.call.retried",
                &[
                    ("error.type", Value::Text(error)),
                    ("outcrop.retry.reason", Value::Text(reason)),
                    ("outcrop.delay_ms", Value::Number(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX))),
                ],
            );
        }
    }

    pub fn end(&mut self, error: Option<&Error>) {
        if let Some(mut own) = self.0.take() {
            own.end(error.map(Error::name));
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // In a panic, which may be the observer's own, nothing is told: a second one would end the program.
        if let Some(mut own) = self.0.take().filter(|_| !std::thread::panicking()) {
            own.end(Some("AbortError"));
        }
    }
}

impl Watched {
    fn attempt_ended(&mut self, error: Option<&str>) {
        if let Some(started) = self.attempt_started.take() {
            self.ended("outcrop.attempt.ended", started, error);
        }
    }

    fn end(&mut self, error: Option<&str>) {
        self.attempt_ended(error);
        self.ended("outcrop.call.ended", self.started, error);
    }

    fn ended(&self, name: &'static str, started: Timestamp, error: Option<&str>) {
        let ms = self.transport.now().as_unix_millis().saturating_sub(started.as_unix_millis());
        let ms = ("outcrop.duration_ms", Value::Number(u64::try_from(ms).unwrap_or(0)));
        match error {
            Some(error) => self.tell(name, &[("error.type", Value::Text(error)), ms]),
            None => self.tell(name, &[ms]),
        }
    }

    fn tell(&self, name: &'static str, more: &[(&'static str, Value<'_>)]) {
        let mut attributes = vec![
            ("rpc.system.name", Value::Text("aws-api")),
            ("rpc.method", Value::Text(&self.method)),
            ("server.address", Value::Text(&self.server)),
            ("http.request.resend_count", Value::Number(self.attempts.saturating_sub(1).into())),
        ];
        attributes.extend(self.model.as_deref().map(|model| ("gen_ai.request.model", Value::Text(model))));
        attributes
            .extend(self.status.map(|status| ("http.response.status_code", Value::Number(status.into()))));
        attributes.extend(self.request_id.as_deref().map(|id| ("aws.request_id", Value::Text(id))));
        attributes.extend_from_slice(more);
        self.observer.observe(&Event::new(name, &attributes));
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Watch(open)" } else { "Watch" })
    }
}
