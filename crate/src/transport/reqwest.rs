//! The native default transport: reqwest, which is hyper on tokio; it follows no redirect and sends no cookie.
//!
//! Natively reqwest needs a tokio runtime around the calls. A program without one takes `UreqTransport`.
//!
//! On wasm32 reqwest is the host's `fetch` behind a narrow door: it can't be told not to follow a redirect. A 301,
//! 302 or 303 is asked for again at the other address with the headers that `fetch` keeps there, in Node
//! `x-amz-security-token` among them; only then can the answer be refused. So `FetchTransport` is the default there,
//! and this one is for programs that must share a `reqwest::Client`.

use super::{BoxFuture, HttpRequest, HttpResponse, Transport, host};
use crate::failure::NetworkError;
use crate::time::Timestamp;
use core::time::Duration;
use futures::StreamExt;

/// Sends through a `reqwest::Client`.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// A client of its own: no redirects, no idle limit of its own on answers, HTTP/2 where the server has it.
    pub fn new() -> Result<Self, NetworkError> {
        let builder = reqwest::Client::builder();
        #[cfg(not(target_arch = "wasm32"))]
        let builder = builder
            .redirect(reqwest::redirect::Policy::none())
            // Ten seconds: AWS's SDKs give up a connection attempt after one to six.
            .connect_timeout(Duration::from_secs(10));
        builder.build().map(Self::with_client).map_err(|error| told(FAILED, &error))
    }

    /// Through a client made elsewhere, with its proxies and certificates. Build it with
    /// `redirect(Policy::none())`: a redirect would carry a signature to another host.
    pub fn with_client(client: reqwest::Client) -> Self {
        Self { client }
    }
}

const FAILED: &str = "the request failed";

/// reqwest's words without the URL, and the causes behind them: the outermost says little.
fn told(what: &str, error: &reqwest::Error) -> NetworkError {
    let mut message = String::from(if error.is_timeout() { "timed out" } else { what });
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        message.push_str(": ");
        message.push_str(plain(&inner.to_string()));
        cause = inner.source();
    }
    NetworkError::new(message)
}

/// A cause's first line. What fetch throws comes with its stack, as `JsValue(TypeError: …\n…)`.
fn plain(cause: &str) -> &str {
    let line = cause.lines().next().unwrap_or_default();
    line.strip_prefix("JsValue(").map_or(line, |inner| inner.strip_suffix(')').unwrap_or(inner))
}

impl Transport for ReqwestTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        Box::pin(async move {
            // hyper would panic.
            #[cfg(not(target_arch = "wasm32"))]
            if tokio::runtime::Handle::try_current().is_err() {
                return Err(NetworkError::unsupported(
                    "reqwest needs a tokio runtime around the call; without one take UreqTransport",
                ));
            }
            let method = reqwest::Method::from_bytes(request.method.as_bytes())
                .map_err(|_| NetworkError::unsupported("no such HTTP method"))?;
            // hyper leaves the length of an empty body out, and servers answer 411 to a POST without one.
            #[cfg(not(target_arch = "wasm32"))]
            let empty = request.body.is_empty() && matches!(request.method, "POST" | "PUT" | "PATCH");
            let mut builder = self.client.request(method, &request.url).body(request.body);
            #[cfg(not(target_arch = "wasm32"))]
            if empty {
                builder = builder.header("content-length", "0");
            }
            for (name, value) in &request.headers {
                let mut value = reqwest::header::HeaderValue::from_str(value)
                    .map_err(|_| NetworkError::unsupported("a header value can't be sent"))?;
                value.set_sensitive(name == "authorization" || name == "x-amz-security-token");
                builder = builder.header(name, value);
            }
            let request = builder.build().map_err(|error| told(FAILED, &error))?;
            let asked = request.url().clone();
            let response = self.client.execute(request).await.map_err(|error| told(FAILED, &error))?;
            // reqwest has no way to tell fetch not to follow a redirect, and a client made elsewhere may follow it
            // too. What another address answered is no answer.
            if *response.url() != asked {
                return Err(NetworkError::unsupported(
                    "the answer came from another address, through a redirect",
                ));
            }
            let status = response.status().as_u16();
            let headers = response
                .headers()
                .iter()
                .map(|(name, value)| {
                    (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .collect();
            let body = response
                .bytes_stream()
                .map(|chunk| chunk.map_err(|error| told("the body broke off", &error)));
            #[cfg(not(target_arch = "wasm32"))]
            let body = body.boxed();
            #[cfg(target_arch = "wasm32")]
            let body = body.boxed_local();
            Ok(HttpResponse { status, headers, body })
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        host::sleep(duration)
    }

    fn now(&self) -> Timestamp {
        host::now()
    }

    fn random(&self) -> Option<u64> {
        host::random()
    }
}
