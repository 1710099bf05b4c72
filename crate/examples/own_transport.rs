//! A transport of one's own: it passes every request on to the default one, and tells what each took and brought.
//! It changes no request, as that would break its signature.
//!
//! ```sh
//! AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… cargo run -p outcrop --example own_transport
//! ```

mod environment;

use futures::StreamExt;
use outcrop::failure::NetworkError;
use outcrop::time::Timestamp;
use outcrop::transport::{BoxFuture, HttpRequest, HttpResponse, Transport};
use outcrop::types::{ConverseStreamInput, Message};
use std::error::Error;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Another transport, with a clock beside it.
#[derive(Debug)]
struct Watched(Arc<dyn Transport>);

/// What is known of one request. It tells when it is dropped, so that a stream that is left early is told of too.
struct Seen {
    sent: Instant,
    head: Duration,
    status: u16,
    bytes: usize,
    chunks: usize,
}

impl Drop for Seen {
    fn drop(&mut self) {
        eprintln!(
            "[{} after {:?}; {} bytes in {} chunks; over after {:?}]",
            self.status,
            self.head,
            self.bytes,
            self.chunks,
            self.sent.elapsed()
        );
    }
}

impl Transport for Watched {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        Box::pin(async move {
            let sent = Instant::now();
            let answer = self.0.send(request).await.inspect_err(|error| {
                eprintln!("[no answer after {:?}: {}]", sent.elapsed(), error.message);
            })?;
            let mut seen = Seen { sent, head: sent.elapsed(), status: answer.status, bytes: 0, chunks: 0 };
            let body = answer.body.inspect(move |chunk| {
                // All of it, not the two numbers alone: it is to be dropped with the body.
                let seen = &mut seen;
                seen.chunks += 1;
                seen.bytes += chunk.as_ref().map_or(0, |bytes| bytes.len());
            });
            // Nothing is gathered: dropping this body drops the other, which ends the request.
            Ok(HttpResponse { body: Box::pin(body), ..answer })
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(duration)
    }

    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn random(&self) -> Option<u64> {
        self.0.random()
    }
}

// For reqwest, the default transport natively. With `--no-default-features --features types,ureq` any executor will do,
// such as `futures::executor::block_on`.
#[tokio::main]
async fn main() -> ExitCode {
    match print().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error}");
            ExitCode::FAILURE
        }
    }
}

async fn print() -> Result<(), Box<dyn Error>> {
    let bedrock = environment::client()?.transport(Watched(outcrop::transport::default()?)).build()?;
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
