//! An answer's event stream: body and decoder into events; dropping it ends the request, and bytes that merely stop are an error.

use crate::call::{Answer, beginning};
use crate::decide::{EndMark, Failure, Fault, StreamKind, exception_name};
use crate::event_stream::{DecodeError, Decoder, Message};
use crate::failure::{Error, EventStreamError, EventStreamFault, Metadata, ServiceError, TruncatedStream};
use crate::transport::Body;
use bytes::{Buf, Bytes};
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use futures::{Stream, StreamExt};

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

/// The events of an answer, in order, each as soon as its last byte is there.
///
/// It ends with `None` only after the event that ends such a stream (`metadata`, or the chunk with the
/// invocation metrics). Everything else is an error, once, and then `None`: an exception that the
/// service sent, a broken frame, bytes that ended too early. Dropping it ends the request.
pub struct EventStream<E> {
    /// `None` once the stream has ended, in whichever way.
    body: Option<Body>,
    chunk: Bytes,
    decoder: Decoder,
    end: EndMark,
    events: u64,
    bytes: u64,
    stop_reason: Option<String>,
    metadata: Metadata,
    read: fn(&str, &[u8]) -> Result<E, String>,
    reason: fn(&E) -> Option<&str>,
}

impl<E: FromEvent> EventStream<E> {
    /// Takes over an answer; one that is no event stream is an error that shows how it begins.
    pub(crate) async fn open(answer: Answer<Body>, kind: StreamKind) -> Result<Self, Error> {
        let content_type = answer.header("content-type").unwrap_or_default().to_owned();
        let Answer { mut body, metadata, .. } = answer;
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence != "application/vnd.amazon.eventstream" {
            let mut begins = Vec::new();
            // As many bytes as the longest beginning of 200 characters may have.
            while begins.len() < 800 {
                let Some(Ok(chunk)) = body.next().await else { break };
                begins.extend_from_slice(&chunk);
            }
            let kind = EventStreamFault::NotAnEventStream { content_type, begins: beginning(&begins) };
            return Err(Error::EventStream(EventStreamError { kind, events: 0, metadata }));
        }
        Ok(Self {
            body: Some(body),
            chunk: Bytes::new(),
            decoder: Decoder::new(),
            end: EndMark::new(kind, false),
            events: 0,
            bytes: 0,
            stop_reason: None,
            metadata,
            read: E::from_event,
            reason: E::stop_reason,
        })
    }
}

impl<E> EventStream<E> {
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
                    let json: serde_json::Value = serde_json::from_slice(payload).unwrap_or_default();
                    let (name, begins) = (exception_name(exception_type), beginning(payload));
                    let mut error = self.exception(&name);
                    error.fill(&json);
                    if error.message.is_empty() {
                        error.message = begins;
                    }
                    return Err(Error::Service(Box::new(error)));
                }
                Ok(Message::Error { code, message }) => {
                    let (name, message) = (exception_name(code), message.to_owned());
                    let mut error = self.exception(&name);
                    error.message = message;
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
        let server = matches!(name, "InternalServerException" | "ServiceUnavailableException");
        let retryable = server || Failure::Service { status: 0, name }.is_retryable();
        let fault = if server { Fault::Server } else { Fault::Client };
        let mut error = ServiceError::new(name.to_owned(), fault, retryable, self.metadata.clone());
        error.in_stream = true;
        error
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
        if whole && self.end.seen() {
            // All that was to come has come; how the connection was closed after it changes nothing.
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
}

impl<E> Stream for EventStream<E> {
    type Item = Result<E, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let error = loop {
            let Some(body) = &mut this.body else { return Poll::Ready(None) };
            match this.chunk.is_empty() {
                false => match this.next_in_chunk() {
                    Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                    Ok(None) => {}
                    Err(error) => break Some(error),
                },
                true => match ready!(body.poll_next_unpin(context)) {
                    Some(Ok(chunk)) => {
                        this.bytes = this.bytes.saturating_add(chunk.len() as u64);
                        this.chunk = chunk;
                    }
                    Some(Err(error)) => break this.ended(Some(error.message)),
                    None => break this.ended(None),
                },
            }
        };
        // Nothing is read on: dropping the body ends the request.
        this.body = None;
        this.chunk = Bytes::new();
        Poll::Ready(error.map(Err))
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
