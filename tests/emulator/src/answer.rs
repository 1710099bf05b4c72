//! One answer as a plan: head, pieces with pauses, and one of three ends. Decides nothing about its content.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::seen::{Ended, Handle};
use crate::socket::Control;

/// Milliseconds between the last byte and a deliberate break of the connection, so that the bytes are out of
/// the kernel's buffer, which a reset throws away.
pub const BEFORE_BREAK_MS: u64 = 30;

/// How the connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As HTTP wants it.
    Clean,
    /// The connection is closed with the body unfinished.
    Close,
    /// The connection is reset (RST).
    Reset,
}

/// How long the body is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// A content-length that is true.
    Counted,
    /// Chunked transfer, no content-length.
    Chunked,
    /// This content-length, true or not.
    Claimed(u64),
}

/// Some bytes, after a pause.
#[derive(Debug, Clone)]
pub struct Piece {
    pub wait: Duration,
    pub bytes: Bytes,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub pieces: Vec<Piece>,
    pub length: Length,
    /// Before the head is sent.
    pub delay: Duration,
    /// Whether the head is sent at all; if not, `end` comes right after the delay.
    pub head: bool,
    /// After the last piece, before the end.
    pub silence: Duration,
    pub end: End,
}

impl Answer {
    /// A whole body with a content-length.
    pub fn whole(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            pieces: vec![Piece { wait: Duration::ZERO, bytes: body.into() }],
            length: Length::Counted,
            delay: Duration::ZERO,
            head: true,
            silence: Duration::ZERO,
            end: End::Clean,
        }
    }

    /// Pieces with `pace` between them, chunked.
    pub fn stream(frames: Vec<Bytes>, pace: Duration) -> Self {
        let mut answer = Self::whole(200, "application/vnd.amazon.eventstream", Bytes::new());
        answer.pieces = paced(frames, pace);
        answer.length = Length::Chunked;
        answer
    }

    /// Sets a header; the last one set under a name counts.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
    }

    pub fn remove(&mut self, name: &str) {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    }

    pub fn bytes(&self) -> usize {
        self.pieces.iter().map(|piece| piece.bytes.len()).sum()
    }
}

pub fn paced(frames: Vec<Bytes>, pace: Duration) -> Vec<Piece> {
    frames
        .into_iter()
        .enumerate()
        .map(|(index, bytes)| Piece { wait: if index == 0 { Duration::ZERO } else { pace }, bytes })
        .collect()
}

/// The error that makes hyper drop the connection; the socket's `Control` says how.
pub fn broken() -> io::Error {
    io::Error::other("the script ends the connection here")
}

/// A body that follows the plan and tells the run how it went.
pub struct Planned {
    pieces: VecDeque<Piece>,
    silence: Duration,
    end: End,
    /// The pause in progress, and whether the next step's pause is over.
    pause: Option<Pin<Box<Sleep>>>,
    paused: bool,
    control: Arc<Control>,
    handle: Handle,
}

impl Planned {
    pub fn new(answer: Answer, control: Arc<Control>, handle: Handle) -> Self {
        Self {
            pieces: answer.pieces.into(),
            silence: answer.silence,
            end: answer.end,
            pause: None,
            paused: false,
            control,
            handle,
        }
    }

    fn nothing_left(&self) -> bool {
        self.pieces.is_empty() && self.silence.is_zero() && self.end == End::Clean
    }

    /// Waits once before the next step; true when the wait is over.
    fn waited(&mut self, wait: Duration, context: &mut Context<'_>) -> Poll<()> {
        if !self.paused && !wait.is_zero() {
            let pause = self.pause.get_or_insert_with(|| Box::pin(sleep(wait)));
            ready!(pause.as_mut().poll(context));
            self.pause = None;
            self.paused = true;
        }
        Poll::Ready(())
    }
}

impl Body for Planned {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        if let Some(piece) = this.pieces.front() {
            let wait = piece.wait;
            ready!(this.waited(wait, context));
            this.paused = false;
            let bytes = this.pieces.pop_front().map(|piece| piece.bytes).unwrap_or_default();
            this.handle.sent(bytes.len());
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        let mut wait = this.silence;
        if this.end != End::Clean {
            wait += Duration::from_millis(BEFORE_BREAK_MS);
        }
        ready!(this.waited(wait, context));
        match this.end {
            End::Clean => {
                this.handle.end(Ended::Complete);
                return Poll::Ready(None);
            }
            End::Reset => this.control.reset(),
            End::Close => {}
        }
        this.handle.end(Ended::Script);
        Poll::Ready(Some(Err(broken())))
    }

    fn is_end_stream(&self) -> bool {
        self.nothing_left()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

impl Drop for Planned {
    fn drop(&mut self) {
        // hyper stops asking once content-length bytes are through.
        if self.nothing_left() {
            self.handle.end(Ended::Complete);
        }
    }
}
