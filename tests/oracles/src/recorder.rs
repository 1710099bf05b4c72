//! A transport that sends nothing: it keeps each request and gives back the answer that it was made with. Its clock
//! stands still.

use bytes::Bytes;
use futures::stream;
use outcrop::failure::NetworkError;
use outcrop::secret::Credentials;
use outcrop::time::Timestamp;
use outcrop::transport::{BoxFuture, HttpRequest, HttpResponse, Transport};
use outcrop::{Client, Error};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What every request of a recording client begins with.
pub const ENDPOINT: &str = "https://endpoint.example";

/// An answer for every request.
#[derive(Clone, Debug)]
pub struct Canned {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Bytes,
}

/// Keeps requests; clones keep them together.
#[derive(Clone, Debug)]
pub struct Recorder {
    sent: Arc<Mutex<Vec<HttpRequest>>>,
    answer: Canned,
}

impl Recorder {
    /// Answers every request so.
    pub fn new(answer: Canned) -> Self {
        Self { sent: Arc::default(), answer }
    }

    /// Refuses every request, in a way that is not tried again.
    pub fn refusing() -> Self {
        Self::new(Canned { status: 400, headers: Vec::new(), body: Bytes::from_static(b"{}") })
    }

    /// The requests since the last time.
    pub fn take(&self) -> Vec<HttpRequest> {
        std::mem::take(&mut *self.sent.lock().expect("not poisoned"))
    }

    /// A client that sends through this.
    pub fn client(&self) -> Result<Client, Error> {
        let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None)?;
        Client::builder()
            .region("us-east-1")
            .endpoint(ENDPOINT)
            .credentials(credentials)
            .max_attempts(1)
            .transport(self.clone())
            .build()
    }
}

impl Transport for Recorder {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        self.sent.lock().expect("not poisoned").push(request);
        let Canned { status, headers, body } = self.answer.clone();
        let body = Box::pin(stream::iter([Ok(body)]));
        Box::pin(async move { Ok(HttpResponse { status, headers, body }) })
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        // Never over: a limit of time must not end a call whose answer is there.
        Box::pin(std::future::pending())
    }

    fn now(&self) -> Timestamp {
        Timestamp::EPOCH.offset(1_700_000_000_000)
    }

    fn random(&self) -> Option<u64> {
        // As wide a pattern as a random one.
        Some(0x0123_4567_89ab_cdef)
    }
}
