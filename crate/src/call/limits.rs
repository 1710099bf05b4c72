//! Limits of time over any future and any body; they measure by the transport's timers and end nothing that is not theirs.

use crate::time::Timestamp;
use crate::transport::{BoxFuture, Transport};
use core::fmt;
use core::pin::pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;
use futures::FutureExt;
use futures::future::poll_fn;
use std::sync::Arc;

/// How long a call may take, each `None` for as long as it likes. A duration of zero is none either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// The whole call: waiting for credentials, all attempts, the waits between them, and a stream to its
    /// last event, the time that its reader takes included. Unlimited by default.
    ///
    /// A stream that nobody reads is ended when it is looked at again, or dropped: nothing runs besides.
    pub total: Option<Duration>,
    /// One attempt, from sending until its answer begins, for a stream until its first event is there. An
    /// attempt that takes longer failed like one that the network broke off, and is tried again. One hour
    /// by default: AWS's advice for models that think long.
    pub first_byte: Option<Duration>,
    /// Silence while an answer is read. Five minutes by default: models pause within an answer, and a
    /// connection that died says nothing for ever.
    pub idle: Option<Duration>,
}

impl Default for Timeouts {
    fn default() -> Self {
        let (hour, five_minutes) = (Duration::from_secs(3600), Duration::from_secs(300));
        Self { total: None, first_byte: Some(hour), idle: Some(five_minutes) }
    }
}

impl Timeouts {
    /// No limit at all.
    pub const NONE: Self = Self { total: None, first_byte: None, idle: None };

    /// With this limit of the whole call.
    #[must_use]
    pub fn total(self, limit: impl Into<Option<Duration>>) -> Self {
        Self { total: limit.into(), ..self }
    }

    /// With this limit until an answer begins.
    #[must_use]
    pub fn first_byte(self, limit: impl Into<Option<Duration>>) -> Self {
        Self { first_byte: limit.into(), ..self }
    }

    /// With this limit of silence.
    #[must_use]
    pub fn idle(self, limit: impl Into<Option<Duration>>) -> Self {
        Self { idle: limit.into(), ..self }
    }
}

/// A limit that runs from the moment it was made; without one it never fires.
pub(crate) struct Timer {
    pub limit: Duration,
    sleep: Option<BoxFuture<'static, ()>>,
    fired: bool,
}

impl Timer {
    pub fn start(transport: &Arc<dyn Transport>, limit: Option<Duration>) -> Self {
        let limit = limit.unwrap_or_default();
        let sleep = (!limit.is_zero()).then(|| transport.sleep(limit));
        Self { limit, sleep, fired: false }
    }

    /// Ready when the time is over, and from then on.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.fired {
            let Some(sleep) = &mut self.sleep else { return Poll::Pending };
            ready!(sleep.poll_unpin(context));
            self.sleep = None;
            self.fired = true;
        }
        Poll::Ready(())
    }

    /// The future's output, or `None` when the time was over first. What is ready counts, however late.
    pub async fn bound<F: Future>(&mut self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        poll_fn(|context| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
            self.poll(context).map(|()| None)
        })
        .await
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer").field("limit", &self.limit).field("fired", &self.fired).finish()
    }
}

/// A limit of silence, over as many waits as there are. One timer serves them all: a wait is a look at the
/// clock, and only a timer that fires finds out how long it has been quiet.
pub(crate) struct Silence {
    transport: Arc<dyn Transport>,
    pub limit: Duration,
    sleep: Option<BoxFuture<'static, ()>>,
    /// When this wait began; `None` while nobody waits. Time that a reader spends elsewhere is no silence.
    since: Option<Timestamp>,
}

impl Silence {
    pub fn new(transport: &Arc<dyn Transport>, limit: Option<Duration>) -> Self {
        Self { transport: Arc::clone(transport), limit: limit.unwrap_or_default(), sleep: None, since: None }
    }

    /// Something came.
    pub fn heard(&mut self) {
        self.since = None;
    }

    /// Ready when it was quiet for too long.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.limit.is_zero() {
            return Poll::Pending;
        }
        let since = *self.since.get_or_insert_with(|| self.transport.now());
        loop {
            let sleep = self.sleep.get_or_insert_with(|| self.transport.sleep(self.limit));
            ready!(sleep.poll_unpin(context));
            self.sleep = None;
            let now = self.transport.now();
            let quiet = now.as_unix_millis().saturating_sub(since.as_unix_millis());
            // A clock that was set back says nothing: from here on anew.
            let quiet = u64::try_from(quiet).map(Duration::from_millis).unwrap_or_else(|_| {
                self.since = Some(now);
                Duration::ZERO
            });
            let left = self.limit.saturating_sub(quiet);
            if left.is_zero() {
                return Poll::Ready(());
            }
            self.sleep = Some(self.transport.sleep(left));
        }
    }

    /// The future's output, or `None` when it was quiet for too long.
    pub async fn bound<F: Future>(&mut self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        let output = poll_fn(|context| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
            self.poll(context).map(|()| None)
        })
        .await;
        self.heard();
        output
    }
}
