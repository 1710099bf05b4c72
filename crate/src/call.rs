//! The native loop: credentials, sign, send, classify, wait, again; what a body means is not its business.

use crate::credentials::{ApiKey, Cache};
use crate::decide::{Failure, QUOTA_TOKENS, Retry, retry, service_error_name};
use crate::endpoint::Endpoint;
use crate::failure::{Error, Metadata, NetworkError, ServiceError};
use crate::operation::Operation;
use crate::region::Region;
use crate::signer::Signer;
use crate::sigv4::{Payload, Request};
use crate::transport::{Body, HttpRequest, HttpResponse, Transport, header};
use bytes::{Bytes, BytesMut};
use core::time::Duration;
use futures::StreamExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The signing name of every Bedrock endpoint.
const SERVICE: &str = "bedrock";

/// The most bytes of an error answer that are read: 1 MiB holds any message and no attack.
const MAX_ERROR_BYTES: usize = 1024 * 1024;

/// What requests are authorised with.
#[derive(Debug)]
pub(crate) enum Identity {
    SigV4(Cache),
    ApiKey(ApiKey),
}

/// Everything that calls of one client share.
#[derive(Debug)]
pub(crate) struct Config {
    pub region: Region,
    pub endpoint: Endpoint,
    pub identity: Identity,
    pub signer: Arc<dyn Signer>,
    pub transport: Arc<dyn Transport>,
    pub max_attempts: u32,
    pub quota: Quota,
}

/// The tokens that retries are paid with, shared by all calls: an outage is not answered by a storm.
#[derive(Debug)]
pub(crate) struct Quota(AtomicU32);

impl Quota {
    pub fn new() -> Self {
        Self(AtomicU32::new(QUOTA_TOKENS))
    }

    fn left(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    fn take(&self, cost: u32) {
        let _ =
            self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_sub(cost)));
    }

    /// A success gives back what its retry took, and one token otherwise.
    fn give(&self, cost: u32) {
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            Some(left.saturating_add(cost.max(1)).min(QUOTA_TOKENS))
        });
    }
}

/// An answer of 2xx, its body read as the call asked.
#[derive(Debug)]
pub(crate) struct Answer<B> {
    pub headers: Vec<(String, String)>,
    pub body: B,
    pub metadata: Metadata,
}

impl<B> Answer<B> {
    /// The first header of that lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

/// Reads a body to its end. One that breaks off is a failed attempt like any other.
pub(crate) async fn whole(mut body: Body) -> Result<Bytes, NetworkError> {
    let mut all = BytesMut::new();
    while let Some(chunk) = body.next().await {
        all.extend_from_slice(&chunk?);
    }
    Ok(all.freeze())
}

/// Leaves a body as it is, to be read as it comes.
pub(crate) async fn open(body: Body) -> Result<Body, NetworkError> {
    Ok(body)
}

/// Calls an operation, as often as the verdicts say. `read` takes the body of a good answer.
pub(crate) async fn call<B, F: Future<Output = Result<B, NetworkError>>>(
    config: &Config,
    operation: &'static Operation,
    members: &[(&str, &str)],
    body: Bytes,
    read: impl Fn(Body) -> F,
) -> Result<Answer<B>, Error> {
    let bound = operation.bind(members)?;
    let url = [config.endpoint.as_str(), &bound.target].concat();
    let mut attempt = 0_u32;
    let mut waited = Duration::ZERO;
    let mut paid = 0_u32;
    loop {
        attempt = attempt.saturating_add(1);
        let request = HttpRequest {
            method: operation.method,
            url: url.clone(),
            headers: authorised(config, operation, &url, &bound.headers, &body).await?,
            body: body.clone(),
        };
        let mut metadata = Metadata { attempts: attempt, total_retry_delay: waited, ..Metadata::default() };
        let (error, retry_after) = match config.transport.send(request).await {
            Ok(response) => {
                metadata.http_status = Some(response.status);
                metadata.request_id = response.header("x-amzn-requestid").map(str::to_owned);
                if is_error(&response) {
                    let retry_after =
                        response.header("retry-after").and_then(|text| text.trim().parse::<u32>().ok());
                    (service_error(response, metadata).await, retry_after)
                } else {
                    let HttpResponse { headers, body, .. } = response;
                    match read(body).await {
                        Ok(body) => {
                            config.quota.give(paid);
                            return Ok(Answer { headers, body, metadata });
                        }
                        Err(mut error) => {
                            error.metadata = metadata;
                            (Error::Network(error), None)
                        }
                    }
                }
            }
            Err(mut error) => {
                error.metadata = metadata;
                (Error::Network(error), None)
            }
        };
        let failure = match &error {
            Error::Service(error) => {
                Failure::Service { status: error.metadata.http_status.unwrap_or(0), name: &error.name }
            }
            Error::Network(NetworkError { unsupported: false, .. }) => Failure::Network,
            _ => return Err(error),
        };
        let after_ms = retry_after.map(|seconds| seconds.saturating_mul(1000));
        // Without randomness, the middle.
        let random = config.transport.random().map_or(1 << 31, |bits| bits as u32);
        match retry(attempt, config.max_attempts, failure, after_ms, random, config.quota.left()) {
            Retry::Stop { .. } => return Err(error),
            Retry::After { delay_ms, cost } => {
                config.quota.take(cost);
                paid = cost;
                let delay = Duration::from_millis(delay_ms.into());
                waited = waited.saturating_add(delay);
                config.transport.sleep(delay).await;
            }
        }
    }
}

/// The request's headers, authorisation included. Every attempt is signed anew.
async fn authorised(
    config: &Config,
    operation: &Operation,
    url: &str,
    bound: &[(&'static str, String)],
    body: &Bytes,
) -> Result<Vec<(String, String)>, Error> {
    let mut headers: Vec<(String, String)> =
        bound.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    match &config.identity {
        Identity::ApiKey(key) => {
            headers.push(("authorization".to_owned(), ["Bearer ", key.expose()].concat()));
        }
        Identity::SigV4(cache) => {
            let credentials = cache.get(config.transport.now()).await?;
            let view: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (&**name, &**value)).collect();
            let request =
                Request { method: operation.method, url, headers: &view, payload: Payload::Bytes(body) };
            let added = config.signer.sign(
                &request,
                &credentials,
                &config.region,
                SERVICE,
                config.transport.now(),
            )?;
            headers.extend(added);
        }
    }
    Ok(headers)
}

/// Whether an answer is an error. With a raw `/` in the path the service answers 200 and an
/// UnknownOperationException: the status alone does not tell.
fn is_error(response: &HttpResponse) -> bool {
    !(200..300).contains(&response.status) || response.header("x-amzn-errortype").is_some()
}

/// Reads an error answer to its end, or to its limit; what can't be read of it does not hide the rest.
async fn service_error(mut response: HttpResponse, metadata: Metadata) -> Error {
    let mut body = Vec::new();
    while let Some(Ok(chunk)) = response.body.next().await {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ERROR_BYTES {
            break;
        }
    }
    let json: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name: &str| json.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let header = response.header("x-amzn-errortype").unwrap_or_default();
    let named = service_error_name(response.status, header, text("code"), text("__type"));
    let retryable = Failure::Service { status: response.status, name: &named.name }.is_retryable();
    let mut error = ServiceError::new(named.name, named.fault, retryable, metadata);
    error.guessed = named.guessed;
    error.fill(&json);
    if error.message.is_empty() {
        error.message = beginning(&body);
    }
    Error::Service(Box::new(error))
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
}

/// The most characters of an unexpected body that an error shows.
const BEGINNING: usize = 200;

/// How a body begins, as printable text.
pub(crate) fn beginning(body: &[u8]) -> String {
    String::from_utf8_lossy(body)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(BEGINNING)
        .collect()
}
