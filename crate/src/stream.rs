//! An answer's event stream: body and decoder into events; dropping it ends the request, and bytes that merely stop are an error.

use crate::call::{Arrived, Beside, Hidden, Plan, Silence, Timer, Watch};
use crate::decide::{EndMark, Failed, StreamKind, exception_name, verdict};
use crate::event_stream::{DecodeError, Decoder, Message};
use crate::failure::{
    Error, EventStreamError, EventStreamFault, Limit, Metadata, ServiceError, TimeoutError, TruncatedStream,
};
use crate::secret::SecretJson;
use crate::transport::Body;
use bytes::{Buf, Bytes};
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;
use futures::future::poll_fn;
use futures::{FutureExt, Stream, StreamExt};

/// Something that an event is read into.
pub trait FromEvent: Sized {
    /// Reads one event. What is wrong with it is said without its content.
    fn from_event(event_type: &str, payload: &[u8]) -> Result<Self, String>;

    /// The stop reason, if this event has it.
    fn stop_reason(&self) -> Option<&str> {
        None
    }
}

/// An event as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawEvent {
    /// The union member's name, such as `contentBlockDelta`.
    pub event_type: String,
    /// Its payload: JSON.
    pub payload: Bytes,
}

impl FromEvent for RawEvent {
    fn from_event(event_type: &str, payload: &[u8]) -> Result<Self, String> {
        Ok(Self { event_type: event_type.to_owned(), payload: Bytes::copy_from_slice(payload) })
    }
}

/// Ten seconds for the beginning of an answer that is no event stream: enough to show what it is.
const BEGINS: Duration = Duration::from_secs(10);

/// The events of an answer, in order, each as soon as its last byte is there.
///
/// It ends with `None` only after the event that ends such a stream (`metadata`, or the chunk with the
/// invocation metrics). Everything else is an error, once, and then `None`: an exception that the
/// service sent, a broken frame, bytes that ended too early, a limit of time. Dropping it ends the request.
pub struct EventStream<E> {
    /// `None` once the stream has ended, in whichever way.
    body: Option<Body>,
    /// The first event: the call returns with it.
    first: Option<E>,
    chunk: Bytes,
    decoder: Decoder,
    end: EndMark,
    events: u64,
    bytes: u64,
    stop_reason: Option<String>,
    metadata: Metadata,
    hidden: Hidden,
    read: fn(&str, &[u8]) -> Result<E, String>,
    reason: fn(&E) -> Option<&str>,
    /// The call's own limits and duties, once the call is over and only the stream is left of it.
    lasting: Option<Lasting>,
}

struct Lasting {
    total: Timer,
    silence: Silence,
    beside: Option<Beside>,
    watch: Watch,
}

// No event is ever pinned: they are handed out by value.
impl<E> Unpin for EventStream<E> {}

impl<E: FromEvent> EventStream<E> {
    /// Takes over an answer and reads its first event.
    pub(crate) async fn open(plan: &Plan, arrived: Arrived, kind: StreamKind) -> Result<Self, Error> {
        let mut stream = Self::begin(plan, arrived, kind).await?;
        stream.first = poll_fn(|context| stream.poll_event(context)).await.transpose()?;
        Ok(stream)
    }

    /// Takes over an answer; one that is no event stream is an error that shows how it begins.
    pub(crate) async fn begin(plan: &Plan, arrived: Arrived, kind: StreamKind) -> Result<Self, Error> {
        let content_type = arrived.header("content-type").unwrap_or_default().to_owned();
        let Arrived { mut body, metadata, hidden, .. } = arrived;
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence != "application/vnd.amazon.eventstream" {
            let mut timer = Timer::start(&plan.transport, Some(BEGINS));
            let mut begins = Vec::new();
            // As many bytes as the longest beginning of 200 characters may have.
            while begins.len() < 800 {
                let Some(Some(Ok(chunk))) = timer.bound(body.next()).await else { break };
                begins.extend_from_slice(&chunk);
            }
            let kind = EventStreamFault::NotAnEventStream { content_type, begins: hidden.beginning(&begins) };
            return Err(Error::EventStream(EventStreamError { kind, events: 0, metadata }));
        }
        Ok(Self {
            body: Some(body),
            first: None,
            chunk: Bytes::new(),
            decoder: Decoder::new(),
            end: EndMark::new(kind, false),
            events: 0,
            bytes: 0,
            stop_reason: None,
            metadata,
            hidden,
            read: E::from_event,
            reason: E::stop_reason,
            lasting: None,
        })
    }
}

impl<E> EventStream<E> {
    /// The call is over and leaves this to the stream.
    pub(crate) fn lasting(mut self, plan: &Plan, total: Timer, beside: Option<Beside>, watch: Watch) -> Self {
        let silence = Silence::new(&plan.transport, plan.timeouts.idle);
        self.lasting = Some(Lasting { total, silence, beside, watch });
        self
    }

    /// What is known about the call.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The next event that is in the chunk at hand. `Ok(None)`: more bytes are needed.
    fn next_in_chunk(&mut self) -> Result<Option<E>, Error> {
        loop {
            let mut input: &[u8] = &self.chunk;
            let before = input.len();
            let decoded = self.decoder.decode(&mut input);
            let used = before.saturating_sub(input.len());
            let message = match decoded {
                Ok(None) => {
                    self.chunk.advance(used);
                    return Ok(None);
                }
                Ok(Some(frame)) => Message::of(&frame),
                Err(error) => Err(error),
            };
            let event = match message {
                Ok(Message::Event { event_type: "initial-response", .. }) => None,
                Ok(Message::Event { event_type, payload }) => {
                    self.end.observe(event_type, payload);
                    let payload = if payload.is_empty() { b"{}" } else { payload };
                    Some((self.read)(event_type, payload).map_err(EventStreamFault::Payload))
                }
                Ok(Message::Exception { exception_type, payload }) => {
                    let json = SecretJson::read(payload);
                    let (name, begins) = (exception_name(exception_type), self.hidden.beginning(payload));
                    let mut error = self.exception(&name);
                    error.fill(&json.0);
                    if error.message.is_empty() {
                        error.message = begins;
                    }
                    error.hide(&self.hidden);
                    return Err(Error::Service(Box::new(error)));
                }
                Ok(Message::Error { code, message }) => {
                    let (name, message) = (exception_name(code), message.to_owned());
                    let mut error = self.exception(&name);
                    error.message = message;
                    error.hide(&self.hidden);
                    return Err(Error::Service(Box::new(error)));
                }
                Err(error) => return Err(self.broken(error)),
            };
            self.chunk.advance(used);
            match event {
                None => {}
                Some(Ok(event)) => {
                    self.events = self.events.saturating_add(1);
                    if let Some(reason) = (self.reason)(&event) {
                        self.stop_reason = Some(reason.to_owned());
                    }
                    return Ok(Some(event));
                }
                Some(Err(kind)) => return Err(self.malformed(kind)),
            }
        }
    }

    /// In a stream the status is 200; the name alone tells.
    fn exception(&self, name: &str) -> ServiceError {
        let judged = verdict(&Failed { status: 200, header: name, ..Failed::default() });
        let mut error = ServiceError::new(name.to_owned(), judged.error.fault, self.metadata.clone());
        error.retryable = judged.retryable;
        error.throttling = judged.throttling;
        error.in_stream = true;
        error
    }

    fn late(&self, limit: Limit, after: Duration) -> Error {
        let mut error = TimeoutError::new(limit, after);
        error.events = self.events;
        error.metadata = self.metadata.clone();
        Error::Timeout(error)
    }

    fn broken(&self, error: DecodeError) -> Error {
        self.malformed(EventStreamFault::Frame(error))
    }

    fn malformed(&self, kind: EventStreamFault) -> Error {
        Error::EventStream(EventStreamError { kind, events: self.events, metadata: self.metadata.clone() })
    }

    /// The bytes have ended. `cause` is what the network said, if it did.
    fn ended(&mut self, cause: Option<String>) -> Option<Error> {
        let whole = core::mem::take(&mut self.decoder).finish().is_ok();
        // All that was to come has come; how the connection was closed after it changes nothing. Where no event is
        // known to be the last, that the bytes were ended and did not break off is all that there is to know.
        if whole && self.end.seen() && (cause.is_none() || self.end.is_known()) {
            return None;
        }
        Some(Error::Truncated(TruncatedStream {
            events: self.events,
            bytes: self.bytes,
            stop_reason: self.stop_reason.clone(),
            cause,
            metadata: self.metadata.clone(),
        }))
    }

    /// The next event, as the bytes come.
    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<E, Error>>> {
        let error = loop {
            let Some(body) = &mut self.body else { return Poll::Ready(None) };
            if !self.chunk.is_empty() {
                match self.next_in_chunk() {
                    Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                    Ok(None) => continue,
                    Err(error) => break Some(error),
                }
            }
            if let Some(Lasting { total, .. }) = &mut self.lasting {
                if total.poll(context).is_ready() {
                    let limit = total.limit;
                    break Some(self.late(Limit::Total, limit));
                }
            }
            match body.poll_next_unpin(context) {
                Poll::Ready(Some(Ok(chunk))) => {
                    if let Some(Lasting { silence, .. }) = &mut self.lasting {
                        silence.heard();
                    }
                    self.bytes = self.bytes.saturating_add(chunk.len() as u64);
                    self.chunk = chunk;
                }
                Poll::Ready(Some(Err(error))) => break self.ended(Some(error.message)),
                Poll::Ready(None) => break self.ended(None),
                Poll::Pending => {
                    let Some(Lasting { silence, beside, .. }) = &mut self.lasting else {
                        return Poll::Pending;
                    };
                    if silence.poll(context).is_ready() {
                        let limit = silence.limit;
                        break Some(self.late(Limit::Idle, limit));
                    }
                    if beside.as_mut().is_some_and(|beside| beside.poll_unpin(context).is_ready()) {
                        *beside = None;
                    }
                    return Poll::Pending;
                }
            }
        };
        // Nothing is read on: dropping the body ends the request.
        self.body = None;
        self.chunk = Bytes::new();
        if let Some(mut lasting) = self.lasting.take() {
            lasting.watch.end(error.as_ref());
        }
        Poll::Ready(error.map(Err))
    }
}

impl<E> Stream for EventStream<E> {
    type Item = Result<E, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        let event = ready!(this.poll_event(context));
        Poll::Ready(event)
    }
}

impl<E> fmt::Debug for EventStream<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("open", &self.body.is_some())
            .field("events", &self.events)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}
