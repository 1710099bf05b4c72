//! A transport over wasi-http, for components of WASI 0.2: the host does HTTP, TLS, the clock and randomness. It follows
//! no redirect (wasi-http never does), keeps nothing of an answer that is not read, and can't write and read a stream at
//! once.

use futures::StreamExt;
use outcrop::failure::NetworkError;
use outcrop::time::Timestamp;
use outcrop::transport::{BoxFuture, HttpRequest, HttpResponse, Transport};
use std::time::{Duration, SystemTime};
use wstd::http::body::{Bytes, util::BodyExt};
use wstd::http::error::{Error, ErrorCode};
use wstd::http::{Body, Client, HeaderValue, Request};

/// Sends through the component's import `wasi:http/outgoing-handler`; only inside `wstd`'s runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct WasiTransport;

/// One day at once: a host counts in nanoseconds of 64 bits, and the longest `Duration` has more.
const MOST_AT_ONCE: Duration = Duration::from_secs(86_400);

impl Transport for WasiTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        Box::pin(async move {
            // Without it the host would send the body in chunks, which not every service takes.
            let length = request.body.len();
            let mut builder =
                Request::builder().method(request.method).uri(&request.url).header("content-length", length);
            for (name, value) in &request.headers {
                let mut value = HeaderValue::from_str(value)
                    .map_err(|_| NetworkError::unsupported("a header value can't be sent"))?;
                // So that no error's text shows it.
                value.set_sensitive(true);
                builder = builder.header(name, value);
            }
            let request = builder
                .body(Body::from(request.body.clone()))
                .map_err(|_| NetworkError::unsupported("a URL or a header's name can't be sent"))?;
            let answer =
                Client::new().send(request).await.map_err(|error| told("the request failed", &error))?;
            let (parts, body) = answer.into_parts();
            let headers = parts
                .headers
                .iter()
                .map(|(name, value)| {
                    (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .collect();
            // Frame by frame, as they come; what is no data are trailers. Dropping this drops the host's body.
            let body = body.into_boxed_body().into_data_stream();
            let body = body
                .map(|chunk: Result<Bytes, Error>| chunk.map_err(|error| told("the body broke off", &error)));
            Ok(HttpResponse { status: parts.status.as_u16(), headers, body: Box::pin(body) })
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let mut left = duration;
            while !left.is_zero() {
                let piece = left.min(MOST_AT_ONCE);
                wstd::task::sleep(piece.into()).await;
                left = left.saturating_sub(piece);
            }
        })
    }

    fn now(&self) -> Timestamp {
        Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::EPOCH)
    }

    fn random(&self) -> Option<u64> {
        let mut bytes = [0; 8];
        wstd::rand::get_random_bytes(&mut bytes);
        Some(u64::from_le_bytes(bytes))
    }
}

/// The host's code for what went wrong, such as `ConnectionRefused`, without the words that may come with it.
fn told(what: &str, error: &Error) -> NetworkError {
    let code = error.downcast_ref::<ErrorCode>().map(|code| format!("{code:?}"));
    let name = code
        .as_deref()
        .and_then(|code| code.split([' ', '(', '{']).next())
        .unwrap_or("the host says no more");
    NetworkError::new(format!("{what}: {}", name.trim_start_matches("ErrorCode::")))
}
