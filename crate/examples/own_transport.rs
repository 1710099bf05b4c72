//! A transport of one's own, without tokio and without reqwest: ureq in a thread. No async runtime is started.
//!
//! It opens a connection for every request, and it can't write and read a stream at once.
//!
//! ```sh
//! AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… \
//!     cargo run -p outcrop --no-default-features --features client,types --example own_transport
//! ```

mod environment;

use bytes::Bytes;
use futures::channel::{mpsc, oneshot};
use futures::{SinkExt, StreamExt};
use outcrop::failure::NetworkError;
use outcrop::time::Timestamp;
use outcrop::transport::{BoxFuture, HttpRequest, HttpResponse, Transport};
use outcrop::types::{ConverseStreamInput, Message};
use std::error::Error;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{Read, Write};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// 16 KiB at once: more than most events, and little to keep for each stream.
const CHUNK_BYTES: usize = 16 * 1024;

/// Sends each request in a thread of its own.
#[derive(Debug)]
struct Threads;

/// Ends the agent's connection when dropped, also while a thread waits at it for the next byte.
struct EndOnDrop(ureq::Agent);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.clone().shutdown();
    }
}

impl Transport for Threads {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        let agent = ureq::Agent::new_with_config(
            ureq::Agent::config_builder()
                // A status is the client's to judge, and a redirect would carry the signature to another host.
                .http_status_as_error(false)
                .max_redirects(0)
                // Only what was signed, and what HTTP itself needs.
                .user_agent("")
                .accept("")
                .accept_encoding("")
                // Ten seconds to connect; how long a model thinks is not the transport's to limit.
                .timeout_connect(Some(Duration::from_secs(10)))
                .build(),
        );
        let end = EndOnDrop(agent.clone());
        let (head, answered) = oneshot::channel();
        // At most one chunk waits: a reader that pauses makes the server pause.
        let (chunks, body) = mpsc::channel(0);
        thread::spawn(move || run(&agent, request, head, chunks));
        Box::pin(async move {
            let (status, headers) =
                answered.await.unwrap_or_else(|_| Err(NetworkError::new("the thread ended")))?;
            let body = body.map(move |chunk| {
                // Kept as long as the body: dropping either the call or the body ends the request.
                let _end = &end;
                chunk
            });
            Ok(HttpResponse { status, headers, body: Box::pin(body) })
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let (done, wait) = oneshot::channel();
            // Dropped with this future: then the thread wakes at once.
            let (_kept, dropped) = std::sync::mpsc::channel::<()>();
            thread::spawn(move || {
                let _ = dropped.recv_timeout(duration);
                let _ = done.send(());
            });
            let _ = wait.await;
        })
    }

    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_unix_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            .unwrap_or(Timestamp::EPOCH)
    }

    fn random(&self) -> Option<u64> {
        // The standard library seeds it from the operating system: enough to spread retries.
        Some(RandomState::new().build_hasher().finish())
    }
}

type Head = Result<(u16, Vec<(String, String)>), NetworkError>;

/// The thread's work: the answer's head, then its body until it ends or nobody reads it any more.
fn run(
    agent: &ureq::Agent,
    request: HttpRequest,
    head: oneshot::Sender<Head>,
    mut chunks: mpsc::Sender<Result<Bytes, NetworkError>>,
) {
    let mut reader = match call(agent, request) {
        Ok(response) => {
            let (parts, body) = response.into_parts();
            let headers = parts
                .headers
                .iter()
                .map(|(name, value)| {
                    (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .collect();
            if head.send(Ok((parts.status.as_u16(), headers))).is_err() {
                return;
            }
            body.into_reader()
        }
        Err(error) => {
            let _ = head.send(Err(NetworkError::new(error.to_string())));
            return;
        }
    };
    let mut buffer = vec![0; CHUNK_BYTES];
    loop {
        let chunk = match reader.read(&mut buffer) {
            Ok(0) => return,
            Ok(length) => Ok(Bytes::copy_from_slice(&buffer[..length])),
            Err(error) => Err(NetworkError::new(error.to_string())),
        };
        let last = chunk.is_err();
        if futures::executor::block_on(chunks.send(chunk)).is_err() || last {
            return;
        }
    }
}

fn call(agent: &ureq::Agent, request: HttpRequest) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
    let mut builder = ureq::http::Request::builder().method(request.method).uri(request.url);
    for (name, value) in request.headers {
        builder = builder.header(name, value);
    }
    agent.run(builder.body(&request.body[..])?)
}

fn main() -> ExitCode {
    match futures::executor::block_on(print()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error}");
            ExitCode::FAILURE
        }
    }
}

async fn print() -> Result<(), Box<dyn Error>> {
    let bedrock = environment::client()?.transport(Threads).build()?;
    let (prompt, model) = environment::prompt_and_model();
    let input = ConverseStreamInput::builder().model_id(model).messages([Message::user(prompt)]).build()?;
    let mut stream = bedrock.converse_stream(input).await?.output.stream;
    let mut out = std::io::stdout();
    while let Some(event) = stream.next().await {
        if let Some(text) = event?.text() {
            out.write_all(text.as_bytes())?;
            out.flush()?;
        }
    }
    writeln!(out)?;
    Ok(())
}
