//! The native loop: authorise, send, classify, wait, again; what a body means is not its business, nor where credentials come from.
//!
//! It is a little long because the loop stands here in one piece, beside the few types that it joins.

mod hidden;
mod limits;
mod refusal;
mod watch;

pub(crate) use hidden::Hidden;
pub use limits::Timeouts;
pub(crate) use limits::{Silence, Timer};
pub(crate) use watch::Watch;

use crate::decide::{Next, QUOTA_TOKENS, verdict};
use crate::endpoint::Endpoint;
use crate::error::Invalid;
use crate::failure::{AnswerError, CredentialsError, Error, Limit, Metadata, NetworkError, TimeoutError};
use crate::flow::{Outcome, Pace};
use crate::observe::Observer;
use crate::operation::{self, Operation};
use crate::secret::{Credentials, SecretBytes};
use crate::service::Service;
use crate::time::Timestamp;
use crate::transport::{Body, BoxFuture, HttpRequest, HttpResponse, Shared, Transport, header};
use bytes::{Bytes, BytesMut};
use core::fmt;
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use futures::future::poll_fn;
use futures::{FutureExt, StreamExt};
use refusal::Refusal;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

/// Something else that is driven while a call is waiting: a renewal of credentials.
pub(crate) type Beside = BoxFuture<'static, ()>;

/// What an attempt is signed with.
pub(crate) struct Given {
    pub credentials: Credentials,
    pub beside: Option<Beside>,
}

/// Who authorises attempts.
pub(crate) trait Authority: fmt::Debug + Shared {
    /// What to sign with now; nothing, where nothing is signed.
    fn credentials<'a>(&'a self, plan: &'a Plan) -> BoxFuture<'a, Result<Option<Given>, CredentialsError>>;

    /// The headers that authorise this request.
    fn authorise(
        &self,
        request: &HttpRequest,
        credentials: Option<&Credentials>,
        time: Timestamp,
    ) -> Result<Vec<(String, String)>, Invalid>;

    /// What of it must not be told, whoever repeats it.
    fn hidden(&self, credentials: Option<&Credentials>) -> Hidden {
        Hidden::new(credentials.and_then(Credentials::session_token).cloned())
    }

    /// Whether there may be others in place of those that the service calls expired.
    fn may_renew(&self) -> bool;

    /// These have expired, says the service.
    fn renew(&self, used: &Credentials);

    /// Whether the request can be sent again after this failure: a body that was streamed may be gone.
    fn may_repeat(&self, _: &Error) -> bool {
        true
    }
}

/// What a client's calls share: the tokens that retries are paid with (an outage is not answered by a
/// storm), and how far the host's clock is off.
#[derive(Debug)]
pub(crate) struct State {
    tokens: AtomicU32,
    clock_ms: AtomicI64,
}

impl State {
    pub fn new() -> Self {
        Self { tokens: AtomicU32::new(QUOTA_TOKENS), clock_ms: AtomicI64::new(0) }
    }

    /// What to add to the host's clock, in milliseconds.
    pub fn clock_ms(&self) -> i64 {
        self.clock_ms.load(Ordering::Relaxed)
    }

    fn take(&self, cost: u32) {
        self.count(|left| left.saturating_sub(cost));
    }

    /// A success gives back what its retry took, and one token otherwise.
    fn give(&self, cost: u32) {
        self.count(|left| left.saturating_add(cost.max(1)).min(QUOTA_TOKENS));
    }

    /// Changes the tokens at once for all threads. (`fetch_update` changes its name after 1.85.)
    fn count(&self, changed: impl Fn(u32) -> u32) {
        let mut left = self.tokens.load(Ordering::Relaxed);
        while let Err(now) =
            self.tokens.compare_exchange_weak(left, changed(left), Ordering::Relaxed, Ordering::Relaxed)
        {
            left = now;
        }
    }
}

/// How calls are made.
#[derive(Clone)]
pub(crate) struct Plan {
    pub transport: Arc<dyn Transport>,
    pub endpoint: Endpoint,
    /// Besides those that the operation binds.
    pub headers: Vec<(String, String)>,
    pub max_attempts: u32,
    pub timeouts: Timeouts,
    pub pace: Option<Arc<dyn Pace>>,
    pub observer: Option<Arc<dyn Observer>>,
    pub state: Arc<State>,
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("transport", &self.transport)
            .field("endpoint", &self.endpoint)
            .field("max_attempts", &self.max_attempts)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

/// A good answer's head, its body still to be read.
pub(crate) struct Arrived {
    pub headers: Vec<(String, String)>,
    pub body: Body,
    pub metadata: Metadata,
    pub hidden: Hidden,
}

impl Arrived {
    /// The first header of that lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

/// What was read of a good answer, and what goes on until it has been read to its end.
pub(crate) struct Answer<B> {
    pub value: B,
    pub total: Timer,
    pub beside: Option<Beside>,
    pub watch: Watch,
}

impl<B> Answer<B> {
    /// What was read, where that was all.
    pub fn read(mut self) -> B {
        self.watch.end(None);
        self.value
    }
}

/// The whole of a body.
pub(crate) struct Whole {
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
    pub metadata: Metadata,
}

/// 128 MiB, five times the 25,000,000 bytes of the longest body: no more of an answer is kept.
const MAX_ANSWER_BYTES: usize = 128 * 1024 * 1024;

/// Reads an answer to its end. One that breaks off is a failed attempt like any other.
pub(crate) async fn whole(plan: &Plan, operation: &Operation<'_>, arrived: Arrived) -> Result<Whole, Error> {
    let Arrived { headers, mut body, metadata, .. } = arrived;
    let mut silence = Silence::new(&plan.transport, plan.timeouts.idle);
    let mut all = BytesMut::new();
    // Credentials come from these.
    let secret = matches!(operation.service, Service::CognitoIdentity | Service::Sts);
    let mut wiped = SecretBytes::default();
    loop {
        match silence.bound(body.next()).await {
            None => return Err(Error::Timeout(TimeoutError::new(Limit::Idle, silence.limit))),
            Some(None) if secret => return Ok(Whole { headers, body: Bytes::from_owner(wiped), metadata }),
            Some(None) if operation.output_body() == operation::Body::Json => {
                return match refusal::unknown_operation(&all, &metadata) {
                    Some(error) => Err(error),
                    None => Ok(Whole { headers, body: all.freeze(), metadata }),
                };
            }
            Some(None) => return Ok(Whole { headers, body: all.freeze(), metadata }),
            Some(Some(chunk)) => {
                let chunk = chunk.map_err(Error::Network)?;
                if all.len().max(wiped.as_ref().len()).saturating_add(chunk.len()) > MAX_ANSWER_BYTES {
                    let message = "it is longer than 128 MiB".to_owned();
                    return Err(Error::Answer(AnswerError { message, metadata }));
                }
                if secret { wiped.extend(&chunk) } else { all.extend_from_slice(&chunk) }
            }
        }
    }
}

/// How far a call has come.
#[derive(Default)]
struct Progress {
    /// Requests sent.
    attempts: u32,
    /// Those of them that count against the most that are allowed.
    counted: u32,
    waited: Duration,
    /// What the last retry cost.
    paid: u32,
    corrected: bool,
    renewed: bool,
    beside: Option<Beside>,
}

/// Calls an operation, as often as the verdicts say. `read` takes a good answer; for a stream it returns with
/// the first event, and that is when the answer has begun.
pub(crate) async fn call<B, F: Future<Output = Result<B, Error>>>(
    plan: &Plan,
    authority: &dyn Authority,
    operation: &Operation<'static>,
    members: &[(&str, &str)],
    body: Bytes,
    read: impl Fn(Arrived) -> F,
) -> Result<Answer<B>, Error> {
    let bound = operation.bind(members)?;
    let mut headers: Vec<(String, String)> =
        bound.headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    headers.retain(|(name, _)| header(&plan.headers, name).is_none());
    headers.extend_from_slice(&plan.headers);
    let request = HttpRequest {
        method: operation.method,
        url: [plan.endpoint.as_str(), &bound.target].concat(),
        headers,
        body,
    };
    let mut watch = Watch::start(plan.observer.as_ref(), &plan.transport, operation, members, &plan.endpoint);
    let mut progress = Progress::default();
    let mut total = Timer::start(&plan.transport, plan.timeouts.total);
    let attempts = attempts(plan, authority, operation, &request, &mut watch, &mut progress, read);
    let result = total.bound(attempts).await;
    match result.unwrap_or_else(|| Err(Error::Timeout(TimeoutError::new(Limit::Total, total.limit)))) {
        Ok(value) => Ok(Answer { value, total, beside: progress.beside, watch }),
        Err(mut error) => {
            if let Some(metadata) = error.metadata_mut() {
                metadata.attempts = progress.attempts;
                metadata.total_retry_delay = progress.waited;
            }
            watch.end(Some(&error));
            Err(error)
        }
    }
}

async fn attempts<B, F: Future<Output = Result<B, Error>>>(
    plan: &Plan,
    authority: &dyn Authority,
    operation: &Operation<'static>,
    unsigned: &HttpRequest,
    watch: &mut Watch,
    progress: &mut Progress,
    read: impl Fn(Arrived) -> F,
) -> Result<B, Error> {
    loop {
        if let Some(pace) = &plan.pace {
            beside(&mut progress.beside, pace.before(&plan.transport)).await;
        }
        let given = authority.credentials(plan).await?;
        let credentials = given.map(|given| {
            progress.beside = given.beside.or(progress.beside.take());
            given.credentials
        });
        // Signed anew, by the clock as it is known now.
        let correction = plan.state.clock_ms();
        let mut request = unsigned.clone();
        let time = plan.transport.now().offset(correction);
        let added = authority.authorise(unsigned, credentials.as_ref(), time)?;
        request.headers.extend(added);

        progress.attempts = progress.attempts.saturating_add(1);
        progress.counted = progress.counted.saturating_add(1);
        watch.attempt_started(progress.attempts);
        let metadata = Metadata {
            attempts: progress.attempts,
            total_retry_delay: progress.waited,
            ..Metadata::default()
        };
        let hidden = authority.hidden(credentials.as_ref());
        let sent = attempt(plan, operation, request, metadata, hidden, watch, &read);
        let refusal = match beside(&mut progress.beside, sent).await {
            Ok(value) => {
                watch.attempt_ended(None);
                plan.state.give(progress.paid);
                tell_pace(plan, false, false);
                return Ok(value);
            }
            Err(refusal) => refusal,
        };
        let random = plan.transport.random().map_or(1 << 31, |bits| bits as u32); // Without any, the middle.
        let judged = verdict(&crate::decide::Failed {
            attempt: progress.counted,
            max_attempts: plan.max_attempts,
            random,
            tokens: plan.state.tokens.load(Ordering::Relaxed),
            now_ms: plan.transport.now().offset(correction).as_unix_millis(),
            may_correct_clock: credentials.is_some() && !progress.corrected,
            may_renew: credentials.is_some() && !progress.renewed && authority.may_renew(),
            ..refusal.failed()
        });
        let last = refusal.is_final() || !authority.may_repeat(refusal.error());
        let next = if last { Next::Stop { reason: "final error" } } else { judged.next };
        let throttling = judged.throttling;
        let error = refusal.into_error(judged);
        watch.attempt_ended(Some(error.name()));
        tell_pace(plan, throttling, !matches!(next, Next::Stop { .. }));
        match next {
            Next::Stop { .. } => return Err(error),
            Next::Retry { delay_ms, cost } => {
                plan.state.take(cost);
                progress.paid = cost;
                let delay = Duration::from_millis(delay_ms.into());
                progress.waited = progress.waited.saturating_add(delay);
                watch.retried(error.name(), "error", delay);
                beside(&mut progress.beside, plan.transport.sleep(delay)).await;
            }
            Next::CorrectClock { delta_ms } => {
                plan.state.clock_ms.store(correction.saturating_add(delta_ms), Ordering::Relaxed);
                progress.corrected = true;
                progress.counted = progress.counted.saturating_sub(1);
                watch.retried(error.name(), "skew", Duration::ZERO);
            }
            Next::Renew => {
                if let Some(used) = &credentials {
                    authority.renew(used);
                }
                progress.renewed = true;
                progress.counted = progress.counted.saturating_sub(1);
                watch.retried(error.name(), "renew", Duration::ZERO);
            }
        }
    }
}

fn tell_pace(plan: &Plan, throttled: bool, retried: bool) {
    if let Some(pace) = &plan.pace {
        pace.after(Outcome { throttled, retried }, plan.transport.now());
    }
}

/// One request and its answer.
async fn attempt<B, F: Future<Output = Result<B, Error>>>(
    plan: &Plan,
    operation: &Operation<'_>,
    request: HttpRequest,
    mut metadata: Metadata,
    hidden: Hidden,
    watch: &mut Watch,
    read: impl Fn(Arrived) -> F,
) -> Result<B, Refusal> {
    let mut first = Timer::start(&plan.transport, plan.timeouts.first_byte);
    let late = |first: &Timer| Refusal::of(Error::Timeout(TimeoutError::new(Limit::FirstByte, first.limit)));
    let response = match first.bound(plan.transport.send(request)).await {
        None => return Err(late(&first)),
        Some(response) => response.map_err(|mut error| {
            hidden.cut(&mut error.message);
            Refusal::of(Error::Network(error))
        })?,
    };
    metadata.http_status = Some(response.status);
    metadata.request_id = request_id(&response).map(str::to_owned);
    watch.answered(&metadata);
    if (300..400).contains(&response.status) {
        return Err(Refusal::of(Error::Network(NetworkError { metadata, ..NetworkError::redirected() })));
    }
    if is_error(&response) {
        return Err(Refusal::read(plan, operation, response, metadata, &hidden).await);
    }
    let HttpResponse { headers, body, .. } = response;
    let reading = read(Arrived { headers, body, metadata: metadata.clone(), hidden });
    let result = match operation.output_body() {
        operation::Body::Stream(_) => match first.bound(reading).await {
            None => return Err(late(&first)),
            Some(result) => result,
        },
        _ => reading.await,
    };
    result.map_err(|mut error| {
        if let Some(own) = error.metadata_mut() {
            *own = metadata;
        }
        Refusal::of(error)
    })
}

/// Bedrock's and STS's header, or Cognito's.
fn request_id(response: &HttpResponse) -> Option<&str> {
    response.header("x-amzn-requestid").or_else(|| response.header("x-amz-request-id"))
}

/// Whether an answer is an error. With a raw `/` in the path the service answers 200 and an
/// UnknownOperationException: the status alone does not tell.
fn is_error(response: &HttpResponse) -> bool {
    !(200..300).contains(&response.status) || response.header("x-amzn-errortype").is_some()
}

/// The future's output; `other` is driven on while it waits.
pub(crate) async fn beside<F: Future>(other: &mut Option<Beside>, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(output);
        }
        if other.as_mut().is_some_and(|other| other.poll_unpin(context).is_ready()) {
            *other = None;
        }
        Poll::Pending
    })
    .await
}

/// Authorises nothing: the operations that credentials come from are not signed. The tokens stand in their bodies.
#[derive(Debug)]
pub(crate) struct Unsigned(pub Hidden);

impl Authority for Unsigned {
    fn credentials<'a>(&'a self, _: &'a Plan) -> BoxFuture<'a, Result<Option<Given>, CredentialsError>> {
        Box::pin(async { Ok(None) })
    }

    fn authorise(
        &self,
        _: &HttpRequest,
        _: Option<&Credentials>,
        _: Timestamp,
    ) -> Result<Vec<(String, String)>, Invalid> {
        Ok(Vec::new())
    }

    fn hidden(&self, _: Option<&Credentials>) -> Hidden {
        self.0.clone()
    }

    fn may_renew(&self) -> bool {
        false
    }

    fn renew(&self, _: &Credentials) {}
}

/// A network error that is worth another try.
fn is_transient(error: &NetworkError) -> bool {
    !error.unsupported
}
