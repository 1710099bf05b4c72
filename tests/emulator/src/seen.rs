//! Remembers what arrived under each run's name and how each answer ended; keeps no bodies.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What a run's name has at its end where a redirect led to.
pub const ELSEWHERE: &str = ".elsewhere";

/// How an answer ended.
#[derive(Debug, Clone, Copy, Serialize)]
pub enum Ended {
    #[serde(rename = "complete")]
    Complete,
    #[serde(rename = "client closed")]
    ClientClosed,
    /// The script reset or closed the connection.
    #[serde(rename = "reset by script")]
    Script,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Attempt {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body_bytes: usize,
    body_sha256: Option<String>,
    signature: &'static str,
    reason: Option<String>,
    status: Option<u16>,
    started: f64,
    response_ended: Option<Ended>,
    ended: Option<f64>,
    bytes_sent: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    duplex: Option<Duplex>,
}

/// What was said in a conversation: a stream that is written and read at once.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Duplex {
    /// `http2` or `websocket`.
    pub form: &'static str,
    /// Chunks that came, rightly signed and not empty, and the bytes of their payloads.
    pub chunks: usize,
    pub chunk_bytes: usize,
    /// Whether the signed empty chunk came.
    pub half_closed: bool,
    /// Which chunk was refused, from 1, and why.
    pub refused: Option<(usize, String)>,
    /// Bytes of sound that a speech model heard and said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sound_bytes: Option<(usize, usize)>,
    /// Events sent.
    pub events: usize,
    /// The code with which the other side closed the WebSocket.
    pub close_code: Option<u16>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Preflight {
    path: String,
    origin: Option<String>,
    asked: Option<String>,
    allowed: bool,
    started: f64,
}

#[derive(Debug, Default)]
struct Run {
    attempts: Vec<Attempt>,
    preflights: Vec<Preflight>,
}

/// Everything seen so far, by run.
#[derive(Debug, Default)]
pub struct Seen {
    runs: Mutex<HashMap<String, Run>>,
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1000.0
}

fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

impl Seen {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Run>> {
        // A poisoned lock only means that another request's thread panicked; the list is still true.
        self.runs.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Begins an attempt; it counts as closed by the client if the handle is dropped before an end is told.
    pub fn begin(
        self: &Arc<Self>,
        run: Option<&str>,
        method: &str,
        path: &str,
        headers: &HeaderMap,
    ) -> Handle {
        let place = run.map(|run| {
            let mut runs = self.lock();
            let attempts = &mut runs.entry(run.to_owned()).or_default().attempts;
            attempts.push(Attempt {
                method: method.to_owned(),
                path: path.to_owned(),
                headers: pairs(headers),
                body_bytes: 0,
                body_sha256: None,
                signature: "none",
                reason: None,
                status: None,
                started: now(),
                response_ended: None,
                ended: None,
                bytes_sent: 0,
                duplex: None,
            });
            (run.to_owned(), attempts.len() - 1)
        });
        Handle { seen: Arc::clone(self), place, ended: false }
    }

    pub fn preflight(&self, run: &str, path: &str, headers: &HeaderMap, allowed: bool) {
        let one = |name: &str| {
            headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let preflight = Preflight {
            path: path.to_owned(),
            origin: one("origin"),
            asked: one("access-control-request-headers"),
            allowed,
            started: now(),
        };
        self.lock().entry(run.to_owned()).or_default().preflights.push(preflight);
    }

    /// The answer of `/_seen/<run>`; a run nobody used has no attempts.
    pub fn report(&self, run: &str) -> Value {
        let runs = self.lock();
        let (attempts, preflights) =
            runs.get(run).map(|run| (run.attempts.clone(), run.preflights.clone())).unwrap_or_default();
        let open = attempts.iter().filter(|attempt| attempt.ended.is_none()).count();
        // Requests, preflights included, that followed a redirect of this run.
        let elsewhere = runs
            .get(&format!("{run}{ELSEWHERE}"))
            .map_or(0, |followed| followed.attempts.len() + followed.preflights.len());
        json!({
            "run": run,
            "attempts": attempts,
            "open": open,
            "preflights": preflights,
            "elsewhere": elsewhere,
        })
    }
}

/// One attempt in progress.
#[derive(Debug)]
pub struct Handle {
    seen: Arc<Seen>,
    place: Option<(String, usize)>,
    ended: bool,
}

impl Handle {
    fn change(&self, change: impl FnOnce(&mut Attempt)) {
        if let Some((run, index)) = &self.place
            && let Some(attempt) = self.seen.lock().get_mut(run).and_then(|run| run.attempts.get_mut(*index))
        {
            change(attempt);
        }
    }

    pub fn body(&self, body: &[u8]) {
        self.change(|attempt| {
            attempt.body_bytes = body.len();
            attempt.body_sha256 = Some(hex::encode(Sha256::digest(body)));
        });
    }

    pub fn signature(&self, kind: &'static str, reason: Option<String>) {
        self.change(|attempt| {
            attempt.signature = kind;
            attempt.reason = reason;
        });
    }

    /// Notes something of a conversation.
    pub fn duplex(&self, note: impl FnOnce(&mut Duplex)) {
        self.change(|attempt| note(attempt.duplex.get_or_insert_default()));
    }

    pub fn status(&self, status: u16) {
        self.change(|attempt| attempt.status = Some(status));
    }

    pub fn sent(&self, bytes: usize) {
        self.change(|attempt| attempt.bytes_sent += bytes);
    }

    pub fn end(&mut self, how: Ended) {
        if !self.ended {
            self.ended = true;
            self.change(|attempt| {
                attempt.response_ended = Some(how);
                attempt.ended = Some(now());
            });
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.end(Ended::ClientClosed);
    }
}
