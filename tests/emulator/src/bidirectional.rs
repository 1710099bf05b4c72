//! One conversation with a speech model: hears signed chunks, answers each as it comes, and goes wrong on request. It
//! knows nothing of HTTP/2 or WebSockets.

use std::time::{Duration, SystemTime};

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder, read_message_from};
use aws_smithy_types::event_stream::Message;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use serde_json::{Value, json};

use crate::bidirectional_chain::Chain;
use crate::bidirectional_wire::{Inbound, Outbound};
use crate::frames::{self, Field};
use crate::seen::{Ended, Handle};
use crate::server::shifted;
use crate::speech;

/// Answers before a fault that comes in the middle: enough to be in the middle.
const ANSWERS_BEFORE: usize = 2;
/// Milliseconds for the other side to end its half after ours has ended.
const FAREWELL_MS: u64 = 1_000;

/// A chunk of more bytes is answered by their number: enough for any text of a test.
const ECHOED_BYTES: usize = 4096;

/// How a conversation goes wrong, from the path's `/fault/NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// `clock-SECONDS`: the emulator's clock is so far off.
    Clock(i64),
    /// `secret`: the emulator has another secret.
    Secret,
    /// `throttled-N`, `unavailable-N`: the run's first N attempts get 429 or 503.
    Throttled(usize),
    Unavailable(usize),
    /// `no-answer`: the request is never answered.
    NoAnswer,
    /// `html`: 200, and a page instead of an event stream.
    Html,
    /// `late-head`: the head comes only when the first chunk has come.
    LateHead,
    /// `chunk-N`: the N-th chunk is found to be signed wrongly.
    Chunk(usize),
    /// `stall-MS`: nothing is read for so long after the first chunk.
    Stall(u64),
    /// `flood-N`: the first chunk is answered by N events.
    Flood(usize),
    /// `text`: over a WebSocket, base64 texts instead of binary messages.
    Text,
    /// `split`: every event comes in two pieces.
    Split,
    /// After two answers: `cut` (half an event, then the end), `reset`, `close-CODE`, `exception-NAME`, `error`,
    /// `corrupt` (a wrong checksum), `early-end` (a clean end), `silence`.
    Cut,
    Reset,
    Close(u16),
    Exception(String),
    Error,
    Corrupt,
    EarlyEnd,
    Silence,
}

impl Fault {
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, argument) = match text {
            "no-answer" | "late-head" | "early-end" => (text, ""),
            _ => text.split_once('-').unwrap_or((text, "")),
        };
        let unknown = || format!("no conversation has the fault '{text}'");
        let number = || argument.parse().map_err(|_| unknown());
        Ok(match name {
            "clock" => Self::Clock(argument.parse().map_err(|_| unknown())?),
            "secret" => Self::Secret,
            "throttled" => Self::Throttled(number()?),
            "unavailable" => Self::Unavailable(number()?),
            "no-answer" => Self::NoAnswer,
            "html" => Self::Html,
            "late-head" => Self::LateHead,
            "chunk" => Self::Chunk(number()?),
            "stall" => Self::Stall(argument.parse().map_err(|_| unknown())?),
            "flood" => Self::Flood(number()?),
            "text" => Self::Text,
            "split" => Self::Split,
            "cut" => Self::Cut,
            "reset" => Self::Reset,
            "close" => Self::Close(argument.parse().map_err(|_| unknown())?),
            "exception" => Self::Exception(argument.to_owned()),
            "error" => Self::Error,
            "corrupt" => Self::Corrupt,
            "early-end" => Self::EarlyEnd,
            "silence" => Self::Silence,
            _ => return Err(unknown()),
        })
    }
}

/// How the emulator ends its half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Clean,
    /// A WebSocket's code; over HTTP/2 a reset.
    Code(u16),
    Reset,
}

/// A conversation that has begun.
pub struct Conversation {
    pub model: String,
    pub input: Inbound,
    pub output: Outbound,
    pub chain: Chain,
    pub fault: Option<Fault>,
    pub pace: Duration,
    pub handle: Handle,
    pub listened: Listened,
}

/// How far a conversation was listened to.
#[derive(Default)]
pub struct Listened {
    decoder: MessageFrameDecoder,
    buffer: BytesMut,
    /// Chunks so far.
    pub number: usize,
}

/// What came.
pub enum Heard {
    Part(Bytes),
    /// The signed empty chunk.
    End,
    /// A chunk that is not signed as it should be, or none at all.
    Wrong(String),
    /// A chunk that is rightly signed and holds no event.
    Malformed(String),
    Gone,
}

/// What became of what was to be sent.
pub enum Step {
    On,
    Gone,
    Over(End),
}

impl Conversation {
    /// Talks to the end.
    pub async fn run(mut self) {
        let end = self.talk().await;
        let Self { input, output, mut handle, fault, .. } = self;
        match end {
            // Gone, and the handle tells so when it is dropped.
            None => {}
            Some(end) => {
                handle.end(match fault {
                    Some(
                        Fault::Cut
                        | Fault::Reset
                        | Fault::Close(_)
                        | Fault::Exception(_)
                        | Fault::Error
                        | Fault::Corrupt
                        | Fault::EarlyEnd,
                    ) => Ended::Script,
                    _ => Ended::Complete,
                });
                output.end(end).await;
                if end != End::Reset {
                    let farewell = Duration::from_millis(FAREWELL_MS);
                    let _ = tokio::time::timeout(farewell, input.drain(&handle)).await;
                }
            }
        }
    }

    /// The next chunk. What came of the one that follows is kept when this is dropped.
    pub async fn hear(&mut self) -> Heard {
        let chunk = loop {
            match self.listened.decoder.decode_frame(&mut self.listened.buffer) {
                Ok(DecodedFrame::Complete(message)) => break message,
                Ok(DecodedFrame::Incomplete) => {}
                Err(error) => {
                    self.listened.number += 1;
                    return Heard::Wrong(error.to_string());
                }
            }
            match self.input.next(&self.handle).await {
                Some(bytes) => self.listened.buffer.extend_from_slice(&bytes),
                None => return Heard::Gone,
            }
        };
        self.listened.number += 1;
        let offset = if let Some(Fault::Clock(offset)) = self.fault { offset } else { 0 };
        let wrong = self.fault == Some(Fault::Chunk(self.listened.number));
        if let Err(reason) = self.chain.check(&chunk, shifted(SystemTime::now(), offset), wrong) {
            return Heard::Wrong(reason);
        }
        if chunk.payload().is_empty() {
            self.handle.duplex(|duplex| duplex.half_closed = true);
            return Heard::End;
        }
        match heard(&chunk) {
            Ok(part) => {
                self.handle.duplex(|duplex| {
                    duplex.chunks += 1;
                    duplex.chunk_bytes += part.len();
                });
                Heard::Part(part)
            }
            Err(reason) => Heard::Malformed(reason),
        }
    }

    /// How to end, or nothing when the other side is gone.
    async fn talk(&mut self) -> Option<End> {
        loop {
            let heard = match self.hear().await {
                Heard::Part(part) => part,
                other => return self.no_part(other).await,
            };
            let number = self.listened.number;
            if let Some(event) = speech::event(&self.model, &heard) {
                return self.speak(event).await;
            }
            if let (1, Some(Fault::Stall(ms))) = (number, &self.fault) {
                tokio::time::sleep(Duration::from_millis(*ms)).await;
            }
            let times = if let (1, Some(Fault::Flood(times))) = (number, &self.fault) { *times } else { 1 };
            for _ in 0..times {
                let said = if heard.len() > ECHOED_BYTES {
                    json!({ "number": number, "bytes": heard.len() })
                } else {
                    json!({ "number": number, "heard": String::from_utf8_lossy(&heard) })
                };
                self.wait().await;
                match self.answer(number, frames::chunk(&said, number)).await {
                    Step::On => {}
                    Step::Gone => return None,
                    Step::Over(end) => return Some(end),
                }
            }
        }
    }

    /// How to end when what came is no part of a conversation that is echoed.
    async fn no_part(&mut self, heard: Heard) -> Option<End> {
        match heard {
            Heard::Gone => None,
            Heard::Wrong(reason) => Some(self.refuse(self.listened.number, &reason).await),
            Heard::Malformed(reason) => Some(self.invalid(&reason).await),
            Heard::End | Heard::Part(_) => {
                if self.fault == Some(Fault::Silence) {
                    while self.input.next(&self.handle).await.is_some() {}
                    self.output.given_up().await;
                    return None;
                }
                self.wait().await;
                let last = json!({ "done": true, "chunks": self.listened.number - 1 });
                match self.say(&frames::chunk(&last, self.listened.number)).await {
                    Step::Over(end) => Some(end),
                    Step::Gone => None,
                    Step::On => Some(End::Clean),
                }
            }
        }
    }

    /// What cannot be understood ends the conversation.
    pub async fn invalid(&mut self, reason: &str) -> End {
        self.say(&frames::exception("validationException", &json!({ "message": reason }))).await;
        End::Clean
    }

    /// Between two events. A timer's shortest wait would be a millisecond.
    async fn wait(&self) {
        if !self.pace.is_zero() {
            tokio::time::sleep(self.pace).await;
        }
    }

    /// The answer to chunk `number`, from 1, or what goes wrong instead.
    pub async fn answer(&mut self, number: usize, event: Bytes) -> Step {
        if number <= ANSWERS_BEFORE {
            return self.say(&event).await;
        }
        let (instead, end) = match &self.fault {
            Some(Fault::Cut) => (event.slice(..event.len() / 2), End::Clean),
            Some(Fault::Reset) => (Bytes::new(), End::Reset),
            Some(Fault::Close(code)) => (Bytes::new(), End::Code(*code)),
            Some(Fault::EarlyEnd) => (Bytes::new(), End::Clean),
            Some(Fault::Exception(name)) => {
                let body = json!({ "message": "the script says so", "originalStatusCode": 424 });
                (frames::exception(name, &body), End::Clean)
            }
            Some(Fault::Error) => (frames::error("InternalFailure", "the script says so"), End::Clean),
            Some(Fault::Corrupt) => (frames::corrupt(&event, Field::MessageCrc, None, false), End::Clean),
            Some(Fault::Silence) => return Step::On,
            _ => return self.say(&event).await,
        };
        match instead.is_empty() {
            true => Step::Over(end),
            false => match self.say(&instead).await {
                Step::On => Step::Over(end),
                other => other,
            },
        }
    }

    async fn say(&mut self, event: &Bytes) -> Step {
        let half = event.len() / 2;
        let pieces = match self.fault {
            Some(Fault::Split) => vec![event.slice(..half), event.slice(half..)],
            _ => vec![event.clone()],
        };
        for piece in pieces {
            let length = piece.len();
            let text = self.fault == Some(Fault::Text);
            if !self.output.send(piece, text).await {
                return Step::Gone;
            }
            self.handle.sent(length);
        }
        self.handle.duplex(|duplex| duplex.events += 1);
        Step::On
    }

    /// A chunk that is not as it should be ends the conversation.
    pub async fn refuse(&mut self, number: usize, reason: &str) -> End {
        self.handle.duplex(|duplex| duplex.refused = Some((number, reason.to_owned())));
        let message = json!({ "message": reason });
        self.say(&frames::exception("invalidSignatureException", &message)).await;
        // 1008: the message violates the endpoint's policy (RFC 6455 section 7.4.1).
        if self.output.is_web_socket() { End::Code(1008) } else { End::Clean }
    }
}

/// The bytes in a chunk.
fn heard(chunk: &Message) -> Result<Bytes, String> {
    let inner = read_message_from(&chunk.payload()[..]).map_err(|error| error.to_string())?;
    let text = |wanted: &str| {
        inner
            .headers()
            .iter()
            .find(|header| header.name().as_str() == wanted)
            .and_then(|header| header.value().as_string().ok())
            .map(|value| value.as_str().to_owned())
    };
    for (name, due) in
        [(":message-type", "event"), (":event-type", "chunk"), (":content-type", "application/json")]
    {
        if text(name).as_deref() != Some(due) {
            return Err(format!("'{name}' is '{due}'"));
        }
    }
    let value: Value = serde_json::from_slice(inner.payload()).map_err(|error| error.to_string())?;
    let bytes = value["bytes"].as_str().ok_or("'bytes' is a base64 text")?;
    STANDARD.decode(bytes).map(Bytes::from).map_err(|error| error.to_string())
}
