//! A host for tests: its clock stands still until everybody waits, and then leaps to the next timer; nothing touches a network.

#![allow(dead_code, reason = "each test takes what it needs")]

use bytes::Bytes;
use futures::stream;
use outcrop::event_stream::{Header, Value, encode};
use outcrop::failure::NetworkError;
use outcrop::time::Timestamp;
use outcrop::transport::{BoxFuture, HttpRequest, HttpResponse, Sendable, Shared, Transport};
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// 2026-11-21T09:30:00Z in Unix milliseconds: when every test begins.
pub const START_MS: i64 = 1_795_253_400_000;

type Answering = BoxFuture<'static, Result<HttpResponse, NetworkError>>;
#[cfg(not(target_arch = "wasm32"))]
type Handler = dyn Fn(World, HttpRequest, u32) -> Answering + Send + Sync;
// What the tests close over is not asked to be Send where there is one thread.
#[cfg(target_arch = "wasm32")]
type Handler = dyn Fn(World, HttpRequest, u32) -> Answering;

/// Clones are the same world.
#[derive(Clone)]
pub struct World(Arc<Inner>);

struct Inner {
    now: AtomicI64,
    timers: Mutex<Vec<(i64, Waker)>>,
    handler: Box<Handler>,
    /// Requests sent, and those of them whose answer is still being made or read.
    sent: AtomicU32,
    open: AtomicU32,
    random: u64,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}

/// Counts a request as open until it is dropped.
pub struct Open(World);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

impl World {
    /// `answer` is given each request and its number, from 1.
    pub fn new<F>(answer: impl Fn(World, HttpRequest, u32) -> F + Shared + 'static) -> Self
    where
        F: Future<Output = Result<HttpResponse, NetworkError>> + Sendable + 'static,
    {
        Self::with_random(1 << 31, answer)
    }

    /// With other random bits than those of the middle.
    pub fn with_random<F>(
        random: u64,
        answer: impl Fn(World, HttpRequest, u32) -> F + Shared + 'static,
    ) -> Self
    where
        F: Future<Output = Result<HttpResponse, NetworkError>> + Sendable + 'static,
    {
        Self(Arc::new(Inner {
            now: AtomicI64::new(START_MS),
            timers: Mutex::default(),
            handler: Box::new(move |world, request, number| Box::pin(answer(world, request, number))),
            sent: AtomicU32::new(0),
            open: AtomicU32::new(0),
            random,
        }))
    }

    pub fn now_ms(&self) -> i64 {
        self.0.now.load(Ordering::SeqCst)
    }

    /// Milliseconds since the test began.
    pub fn elapsed(&self) -> i64 {
        self.now_ms() - START_MS
    }

    pub fn sent(&self) -> u32 {
        self.0.sent.load(Ordering::SeqCst)
    }

    pub fn open(&self) -> u32 {
        self.0.open.load(Ordering::SeqCst)
    }

    /// The clock goes on, and nobody is looking.
    pub fn pass(&self, ms: i64) {
        self.0.now.fetch_add(ms, Ordering::SeqCst);
        self.wake();
    }

    fn wake(&self) {
        let now = self.now_ms();
        let mut due = Vec::new();
        self.0.timers.lock().unwrap().retain(|(at, waker)| {
            let later = *at > now;
            if !later {
                due.push(waker.clone());
            }
            later
        });
        due.iter().for_each(Waker::wake_by_ref);
    }

    pub fn wait(&self, ms: i64) -> Sleep {
        Sleep { world: self.clone(), at: self.now_ms().saturating_add(ms) }
    }

    /// Runs to its end. Panics when all wait and no timer runs: it would hang.
    pub fn run<F: Future>(&self, future: F) -> F::Output {
        struct Flag(AtomicBool);
        impl Wake for Flag {
            fn wake(self: Arc<Self>) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&flag));
        let mut context = Context::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            while flag.0.swap(false, Ordering::SeqCst) {
                if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                    return output;
                }
            }
            let next = self.0.timers.lock().unwrap().iter().map(|(at, _)| *at).min();
            let next = next.unwrap_or_else(|| panic!("all wait for ever, after {} ms", self.elapsed()));
            self.0.now.fetch_max(next, Ordering::SeqCst);
            self.wake();
        }
    }

    /// An answer that counts as open until it was read or dropped.
    pub fn answer(&self, status: u16, headers: &[(&str, &str)], chunks: Vec<Chunk>) -> HttpResponse {
        self.0.open.fetch_add(1, Ordering::SeqCst);
        let open = Open(self.clone());
        let world = self.clone();
        let body = stream::unfold((chunks.into_iter(), open), move |(mut chunks, open)| {
            let world = world.clone();
            async move {
                loop {
                    match chunks.next()? {
                        Chunk::Wait(ms) => world.wait(ms).await,
                        Chunk::Bytes(bytes) => return Some((Ok(Bytes::from(bytes)), (chunks, open))),
                        Chunk::Reset => {
                            return Some((Err(NetworkError::new("reset")), (Vec::new().into_iter(), open)));
                        }
                    }
                }
            }
        });
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        HttpResponse { status, headers, body: Box::pin(body) }
    }

    pub fn json(&self, text: &str) -> HttpResponse {
        self.answer(200, &[("content-type", "application/json")], vec![Chunk::Bytes(text.into())])
    }

    pub fn error(&self, status: u16, name: &str, message: &str) -> HttpResponse {
        let body = serde_json::json!({"message": message}).to_string();
        self.answer(status, &[("x-amzn-errortype", name)], vec![Chunk::Bytes(body.into())])
    }

    pub fn stream(&self, chunks: Vec<Chunk>) -> HttpResponse {
        self.answer(200, &[("content-type", "application/vnd.amazon.eventstream")], chunks)
    }
}

/// A part of a body.
#[derive(Clone)]
pub enum Chunk {
    Bytes(Vec<u8>),
    /// Milliseconds of silence.
    Wait(i64),
    /// The connection breaks.
    Reset,
}

/// One event's frame, by the crate's own encoder: the emulator's tests have another one's.
pub fn event(event_type: &str, payload: &str) -> Chunk {
    frame(
        &[(":event-type", event_type), (":content-type", "application/json"), (":message-type", "event")],
        payload,
    )
}

pub fn exception(name: &str, payload: &str) -> Chunk {
    frame(
        &[(":exception-type", name), (":content-type", "application/json"), (":message-type", "exception")],
        payload,
    )
}

fn frame(headers: &[(&str, &str)], payload: &str) -> Chunk {
    let headers: Vec<Header<'_>> =
        headers.iter().map(|(name, value)| Header { name, value: Value::String(value) }).collect();
    Chunk::Bytes(encode(&headers, payload.as_bytes()).unwrap())
}

/// Until the world's clock says so.
pub struct Sleep {
    world: World,
    at: i64,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.world.now_ms() >= self.at {
            return Poll::Ready(());
        }
        let mut timers = self.world.0.timers.lock().unwrap();
        timers.retain(|(at, waker)| *at != self.at || !waker.will_wake(context.waker()));
        timers.push((self.at, context.waker().clone()));
        Poll::Pending
    }
}

impl Transport for World {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        let number = self.0.sent.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.open.fetch_add(1, Ordering::SeqCst);
        let open = Open(self.clone());
        let answer = (self.0.handler)(self.clone(), request, number);
        Box::pin(async move {
            let answer = answer.await;
            drop(open);
            answer
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(self.wait(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.now_ms()).unwrap()
    }

    fn random(&self) -> Option<u64> {
        Some(self.0.random)
    }
}
