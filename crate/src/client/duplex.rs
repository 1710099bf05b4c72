//! A stream that is written and read at once: the call's own loop, over a transport that takes the events as the request's body. It spawns nothing and keeps nothing that was said once the answer has begun.
//!
//! Each event travels wrapped: a chunk is a frame whose payload is the event's own frame, signed over the chunk before
//! it (`sigv4::sign_chunk`). The request itself is signed with `STREAMING-AWS4-HMAC-SHA256-EVENTS` for its body's hash.
//!
//! It is a little long because what attempts share, who signs, who sends and what is sent hold each other.

use super::{Client, Config, Identity, RawStream};
use crate::call::{Answer, Authority, Given, Plan, call};
use crate::decide::StreamKind;
use crate::error::Invalid;
use crate::event_stream::{EncodeError, Header, Value, encode};
use crate::failure::{CredentialsError, Error, NetworkError};
use crate::operation;
use crate::region::Region;
use crate::secret::{Credentials, Secret};
use crate::sigv4::{Payload, Request, sign_chunk};
use crate::stream::{EventStream, FromEvent, RawEvent};
use crate::time::Timestamp;
use crate::transport::{Body, BoxFuture, HttpRequest, HttpResponse, Sendable, Transport};
use bytes::Bytes;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use futures::{Stream, StreamExt};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Events that were sent before the answer began are kept for another attempt, up to so many bytes: 1 MiB is half a
/// minute of 16 kHz audio, and what a speech model wants to hear before it answers is far less.
const KEPT_BYTES: usize = 1024 * 1024;

/// The events as frames, ready to be wrapped; what can't be one ends the call.
type Source = Pin<Box<dyn SendStream<Item = Result<Bytes, Invalid>>>>;

/// A stream that can be handed to another thread where there are threads.
trait SendStream: Stream + Sendable {}
impl<S: Stream + Sendable> SendStream for S {}

impl Client {
    /// Calls an operation that streams both ways, by name, with events of your own making: `InvokeModelWithBidirectionalStream`.
    ///
    /// `events` is read only as fast as the connection takes it. Its end ends the request's half, and the answer goes
    /// on until the service ends it. Dropping the answer, or this future, ends both.
    ///
    /// It returns when the answer has begun. A service may want to hear something first: `events` is asked for what
    /// it has from the beginning, so have its first events in it before waiting here, or fill it from another task.
    ///
    /// An attempt that fails is tried again only if nothing of `events` was sent; or if the service refused it by
    /// name (throttled, a wrong clock, expired credentials) before its answer began, and what was sent till then is
    /// at most 1 MiB: that is sent again, signed anew. Once the answer has begun nothing is tried again.
    ///
    /// API keys can't sign events: it needs credentials. The transport must have
    /// [`Transport::open_duplex`]: of those here `ReqwestTransport` has it, natively.
    pub async fn send_bidirectional<E: FromEvent>(
        &self,
        operation_name: &str,
        members: &[(&str, &str)],
        events: impl Stream<Item = RawEvent> + Sendable + 'static,
    ) -> Result<RawStream<E>, Error> {
        let frames = events.map(|event| frame(&event.event_type, &event.payload));
        self.duplex(operation_name, members, Box::pin(frames)).await
    }

    /// As `send_bidirectional`, with events that may turn out to be none.
    #[cfg(feature = "types")]
    pub(crate) async fn duplex_frames<E: FromEvent>(
        &self,
        operation_name: &str,
        members: &[(&str, &str)],
        frames: impl Stream<Item = Result<Bytes, Invalid>> + Sendable + 'static,
    ) -> Result<RawStream<E>, Error> {
        self.duplex(operation_name, members, Box::pin(frames)).await
    }

    async fn duplex<E: FromEvent>(
        &self,
        operation_name: &str,
        members: &[(&str, &str)],
        source: Source,
    ) -> Result<RawStream<E>, Error> {
        let config = self.config();
        let operation = config.operation(operation_name)?;
        if operation.output_body() != operation::Body::Bidirectional {
            return Err(Error::Invalid(Invalid::missing("this operation does not stream both ways")));
        }
        if matches!(config.identity, Identity::ApiKey(_)) {
            return Err(Error::Invalid(Invalid::missing(
                "an API key can't sign a stream of events: credentials are needed",
            )));
        }
        let shared = shared(config, source);
        let mut plan: Plan = config.plan.clone();
        plan.transport = shared_transport(&shared);
        plan.headers.retain(|(name, _)| name != "content-type");
        for (name, value) in [
            ("content-type", "application/vnd.amazon.eventstream"),
            ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-EVENTS"),
        ] {
            plan.headers.push((name.to_owned(), value.to_owned()));
        }
        let authority = Conversing { config, shared: Arc::clone(&shared) };
        let answer = call(&plan, &authority, &operation, members, Bytes::new(), |arrived| {
            EventStream::begin(&plan, arrived, StreamKind::Bidirectional)
        })
        .await
        .map_err(|error| shared.lock().failure.take().map_or(error, Error::Invalid))?;
        let Answer { value: events, total, beside, watch } = answer;
        let metadata = events.metadata().clone();
        let events = events.lasting(&config.plan, total, beside, watch);
        Ok(RawStream { events, members: Vec::new(), metadata })
    }
}

#[cfg_attr(
    target_arch = "wasm32",
    expect(clippy::arc_with_non_send_sync, reason = "one type for a conversation on every target")
)]
fn shared(config: &Config, source: Source) -> Arc<Shared> {
    Arc::new(Shared {
        inner: Arc::clone(&config.plan.transport),
        region: config.region.clone(),
        service: config.service.signing_name(),
        said: Mutex::new(Said::new(source)),
    })
}

#[cfg_attr(
    target_arch = "wasm32",
    expect(clippy::arc_with_non_send_sync, reason = "one type for a transport on every target")
)]
fn shared_transport(shared: &Arc<Shared>) -> Arc<dyn Transport> {
    Arc::new(Conversation(Arc::clone(shared)))
}

/// An event as its own frame.
pub(crate) fn frame(event_type: &str, payload: &[u8]) -> Result<Bytes, Invalid> {
    let text = |name, value| Header { name, value: Value::String(value) };
    let headers = [
        text(":event-type", event_type),
        text(":content-type", "application/json"),
        text(":message-type", "event"),
    ];
    encode(&headers, payload).map(Bytes::from).map_err(|error| too_long(&error))
}

fn too_long(error: &EncodeError) -> Invalid {
    Invalid::missing(&format!("an event can't be sent: {error}"))
}

/// Signs what the chunks' chain begins with.
#[derive(Debug)]
struct Conversing<'c> {
    config: &'c Config,
    shared: Arc<Shared>,
}

impl Authority for Conversing<'_> {
    fn credentials<'a>(&'a self, plan: &'a Plan) -> BoxFuture<'a, Result<Option<Given>, CredentialsError>> {
        self.config.credentials(plan)
    }

    fn authorise(
        &self,
        request: &HttpRequest,
        credentials: Option<&Credentials>,
        time: Timestamp,
    ) -> Result<Vec<(String, String)>, Invalid> {
        let Some(credentials) = credentials else {
            return Err(Invalid::malformed("there are no credentials to sign with"));
        };
        let headers: Vec<(&str, &str)> =
            request.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        let asked = Request {
            method: request.method,
            url: &request.url,
            headers: &headers,
            payload: Payload::Events,
        };
        let Shared { region, service, inner, .. } = &*self.shared;
        let added = self.config.signer.sign(&asked, credentials, region, service, time)?;
        let signature = added
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("authorization"))
            .and_then(|(_, value)| value.rsplit_once("Signature="))
            .map(|(_, signature)| signature.to_owned())
            .ok_or_else(|| Invalid::malformed("a signed request has a signature"))?;
        let clock_ms = time.as_unix_millis().saturating_sub(inner.now().as_unix_millis());
        let secret = credentials.secret_access_key().clone();
        self.shared.lock().key = Some(Key { secret, clock_ms, prior: signature });
        Ok(added)
    }

    fn may_renew(&self) -> bool {
        self.config.may_renew()
    }

    fn renew(&self, used: &Credentials) {
        self.config.renew(used);
    }

    fn may_repeat(&self, error: &Error) -> bool {
        let said = self.shared.lock();
        let named = matches!(error, Error::Service(_));
        said.failure.is_none() && (said.pieces == 0 || named && said.kept.is_some())
    }
}

/// What an attempt's chunks are signed with and over.
struct Key {
    secret: Secret,
    /// How far the host's clock is off.
    clock_ms: i64,
    prior: String,
}

/// What attempts of one call share.
struct Shared {
    inner: Arc<dyn Transport>,
    region: Region,
    service: &'static str,
    said: Mutex<Said>,
}

/// The events, and how far they have come.
struct Said {
    source: Option<Source>,
    /// What was sent before the answer began; nothing once it has, or when that is too much.
    kept: Option<Vec<Bytes>>,
    kept_bytes: usize,
    /// How many events were taken from the source.
    pieces: u64,
    /// Attempts so far.
    attempts: u64,
    /// The one that may send, and what wakes it.
    attempt: Option<u64>,
    waker: Option<Waker>,
    key: Option<Key>,
    /// Why the events broke off.
    failure: Option<Invalid>,
}

impl Said {
    fn new(source: Source) -> Self {
        Self {
            source: Some(source),
            kept: Some(Vec::new()),
            kept_bytes: 0,
            pieces: 0,
            attempts: 0,
            attempt: None,
            waker: None,
            key: None,
            failure: None,
        }
    }

    /// The next event that was not sent in this attempt yet, `place` of which were.
    fn next(&mut self, place: usize, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Invalid>>> {
        if let Some(piece) = self.kept.as_ref().and_then(|kept| kept.get(place)) {
            return Poll::Ready(Some(Ok(piece.clone())));
        }
        let Some(source) = &mut self.source else { return Poll::Ready(None) };
        let next = source.as_mut().poll_next(context);
        match &next {
            Poll::Ready(Some(Ok(piece))) => {
                self.pieces = self.pieces.saturating_add(1);
                self.kept_bytes = self.kept_bytes.saturating_add(piece.len());
                match &mut self.kept {
                    Some(kept) if self.kept_bytes <= KEPT_BYTES => kept.push(piece.clone()),
                    kept => *kept = None,
                }
            }
            Poll::Ready(_) => self.source = None,
            Poll::Pending => {}
        }
        next
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Said> {
        // A thread that panicked in the caller's own stream left nothing half done here.
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why an answer broke off: the events may have been the reason.
    fn why(&self, error: NetworkError) -> NetworkError {
        match &self.lock().failure {
            Some(failure) => NetworkError::unsupported(failure.message()),
            None => error,
        }
    }

    /// Whoever sends for this attempt is to stop.
    fn end(&self, attempt: u64) {
        let mut said = self.lock();
        if said.attempt == Some(attempt) {
            said.attempt = None;
            // Nobody will ask again.
            if said.kept.is_none() {
                said.source = None;
            }
            let waker = said.waker.take();
            drop(said);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("inner", &self.inner).finish_non_exhaustive()
    }
}

/// The client's own transport, its requests opened both ways.
#[derive(Debug)]
struct Conversation(Arc<Shared>);

/// Ends an attempt when its answer is read no more.
struct Guard {
    shared: Arc<Shared>,
    attempt: u64,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.shared.end(self.attempt);
    }
}

impl Transport for Conversation {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        let shared = Arc::clone(&self.0);
        let mut said = shared.lock();
        let attempt = said.attempts.saturating_add(1);
        (said.attempts, said.attempt) = (attempt, Some(attempt));
        let key = said.key.take();
        drop(said);
        let guard = Guard { shared: Arc::clone(&shared), attempt };
        Box::pin(async move {
            let Some(key) = key else {
                return Err(NetworkError::unsupported("a conversation's request is signed first"));
            };
            let chunks = Chunks { shared: Arc::clone(&shared), attempt, key, place: 0, ended: false };
            #[cfg(not(target_arch = "wasm32"))]
            let input: Body = chunks.boxed();
            #[cfg(target_arch = "wasm32")]
            let input: Body = chunks.boxed_local();
            let response = shared.inner.open_duplex(request, input).await?;
            if (200..300).contains(&response.status) {
                // The answer has begun: nothing will be sent again.
                shared.lock().kept = None;
            }
            let HttpResponse { status, headers, body } = response;
            // The guard is held for as long as the body is.
            let body = body.map(move |chunk| chunk.map_err(|error| guard.shared.why(error)));
            #[cfg(not(target_arch = "wasm32"))]
            let body = body.boxed();
            #[cfg(target_arch = "wasm32")]
            let body = body.boxed_local();
            Ok(HttpResponse { status, headers, body })
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.inner.sleep(duration)
    }

    fn now(&self) -> Timestamp {
        self.0.inner.now()
    }

    fn random(&self) -> Option<u64> {
        self.0.inner.random()
    }
}

/// One attempt's body: the events, each wrapped and signed when the connection asks for it, and a signed chunk
/// without one at their end.
struct Chunks {
    shared: Arc<Shared>,
    attempt: u64,
    key: Key,
    /// How many events were sent in this attempt.
    place: usize,
    ended: bool,
}

impl Chunks {
    fn wrap(&mut self, payload: &[u8]) -> Result<Bytes, EncodeError> {
        let Shared { region, service, inner, .. } = &*self.shared;
        let now = inner.now().offset(self.key.clock_ms);
        // Whole seconds (1,000 ms), as AWS's own Rust signer dates chunks.
        let date = now.offset(now.as_unix_millis().checked_rem(1000).map_or(0, i64::saturating_neg));
        let signature = sign_chunk(self.key.secret.expose(), region, service, date, &self.key.prior, payload);
        let bytes = from_hex(&signature);
        let headers = [
            Header { name: ":date", value: Value::Timestamp(date.as_unix_millis()) },
            Header { name: ":chunk-signature", value: Value::ByteArray(&bytes) },
        ];
        self.key.prior = signature;
        encode(&headers, payload).map(Bytes::from)
    }
}

impl Stream for Chunks {
    type Item = Result<Bytes, NetworkError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        let shared = Arc::clone(&this.shared);
        let mut said = shared.lock();
        if said.attempt != Some(this.attempt) {
            this.ended = true;
            // Not an end: an end would say that all had been said.
            return Poll::Ready(Some(Err(NetworkError::new("the conversation was given up"))));
        }
        let next = said.next(this.place, context);
        let failed = |said: &mut MutexGuard<'_, Said>, error| {
            said.failure = Some(error);
            NetworkError::new("the events broke off")
        };
        match next {
            Poll::Pending => {
                said.waker = Some(context.waker().clone());
                Poll::Pending
            }
            Poll::Ready(Some(Ok(piece))) => {
                this.place = this.place.saturating_add(1);
                let wrapped = this.wrap(&piece).map_err(|error| failed(&mut said, too_long(&error)));
                this.ended = wrapped.is_err();
                Poll::Ready(Some(wrapped))
            }
            Poll::Ready(Some(Err(error))) => {
                this.ended = true;
                Poll::Ready(Some(Err(failed(&mut said, error))))
            }
            Poll::Ready(None) => {
                this.ended = true;
                let wrapped = this.wrap(&[]).map_err(|error| failed(&mut said, too_long(&error)));
                Poll::Ready(Some(wrapped))
            }
        }
    }
}

/// The bytes of a signature that was made here.
fn from_hex(text: &str) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.as_bytes()
        .chunks(2)
        .filter_map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        })
        .collect()
}
