//! The native default transport: reqwest, which is hyper on tokio; it follows no redirect and sends no cookie.
//!
//! Made by `new` it takes the proxy that the environment names, but not on the way to this machine itself: there a request
//! may go without TLS, and a proxy would be told a session token or an API key in the clear.
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
    /// For HTTP/2 without TLS, on this machine only: there is no ALPN to agree on it by.
    #[cfg(not(target_arch = "wasm32"))]
    plain: std::sync::Arc<std::sync::OnceLock<reqwest::Client>>,
    /// For what goes to this machine without TLS: past every proxy. None where the client was made elsewhere.
    #[cfg(not(target_arch = "wasm32"))]
    direct: Option<std::sync::Arc<std::sync::OnceLock<reqwest::Client>>>,
}

impl ReqwestTransport {
    /// A client of its own: no redirects, no idle limit of its own on answers, HTTP/2 where the server has it.
    pub fn new() -> Result<Self, NetworkError> {
        let transport = Self::with_client(settings().build().map_err(|error| told(FAILED, &error))?);
        #[cfg(not(target_arch = "wasm32"))]
        let transport = Self { direct: Some(std::sync::Arc::default()), ..transport };
        Ok(transport)
    }

    /// Through a client made elsewhere, with its proxies and certificates. Build it with
    /// `redirect(Policy::none())`: a redirect would carry a signature to another host.
    pub fn with_client(client: reqwest::Client) -> Self {
        Self {
            client,
            #[cfg(not(target_arch = "wasm32"))]
            plain: std::sync::Arc::default(),
            #[cfg(not(target_arch = "wasm32"))]
            direct: None,
        }
    }
}

fn settings() -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder();
    #[cfg(not(target_arch = "wasm32"))]
    let builder = builder
        .redirect(reqwest::redirect::Policy::none())
        // Ten seconds: AWS's SDKs give up a connection attempt after one to six.
        .connect_timeout(Duration::from_secs(10));
    builder
}

/// hyper would panic.
#[cfg(not(target_arch = "wasm32"))]
fn within_tokio() -> Result<(), NetworkError> {
    match tokio::runtime::Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => Err(NetworkError::unsupported(
            "reqwest needs a tokio runtime around the call; without one take UreqTransport",
        )),
    }
}

impl ReqwestTransport {
    /// The client for this URL.
    #[cfg(not(target_arch = "wasm32"))]
    fn client_for(&self, url: &str) -> Result<reqwest::Client, NetworkError> {
        let Some(direct) = self.direct.as_ref().filter(|_| host::is_past_proxies(url)) else {
            return Ok(self.client.clone());
        };
        if let Some(client) = direct.get() {
            return Ok(client.clone());
        }
        let client = settings().no_proxy().build().map_err(|error| told(FAILED, &error))?;
        Ok(direct.get_or_init(|| client).clone())
    }

    /// The client that opens this URL over HTTP/2.
    #[cfg(not(target_arch = "wasm32"))]
    fn for_http2(&self, url: &reqwest::Url) -> Result<reqwest::Client, NetworkError> {
        if url.scheme() == "https" {
            return Ok(self.client.clone());
        }
        let loopback = url.host_str().is_some_and(|host| {
            let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
            address.map_or(host == "localhost" || host.ends_with(".localhost"), |ip| ip.is_loopback())
        });
        if !loopback {
            return Err(NetworkError::unsupported("HTTP/2 without TLS is for this machine only"));
        }
        if let Some(client) = self.plain.get() {
            return Ok(client.clone());
        }
        let client =
            settings().http2_prior_knowledge().no_proxy().build().map_err(|error| told(FAILED, &error))?;
        Ok(self.plain.get_or_init(|| client).clone())
    }
}

/// The request for reqwest, its headers checked and its secrets marked.
fn prepared(
    client: &reqwest::Client,
    request: &HttpRequest,
    body: impl Into<reqwest::Body>,
) -> Result<reqwest::RequestBuilder, NetworkError> {
    let method = reqwest::Method::from_bytes(request.method.as_bytes())
        .map_err(|_| NetworkError::unsupported("no such HTTP method"))?;
    let mut builder = client.request(method, &request.url).body(body);
    for (name, value) in &request.headers {
        let mut value = reqwest::header::HeaderValue::from_str(value)
            .map_err(|_| NetworkError::unsupported("a header value can't be sent"))?;
        value.set_sensitive(name == "authorization" || name == "x-amz-security-token");
        builder = builder.header(name, value);
    }
    Ok(builder)
}

/// Sends it; the answer is there when its headers are.
async fn executed(
    client: &reqwest::Client,
    builder: reqwest::RequestBuilder,
) -> Result<HttpResponse, NetworkError> {
    let request = builder.build().map_err(|error| told(FAILED, &error))?;
    let asked = request.url().clone();
    let response = client.execute(request).await.map_err(|error| told(FAILED, &error))?;
    // reqwest has no way to tell fetch not to follow a redirect, and a client made elsewhere may follow it
    // too. What another address answered is no answer.
    if *response.url() != asked {
        return Err(NetworkError::unsupported("the answer came from another address, through a redirect"));
    }
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let body = response.bytes_stream().map(|chunk| chunk.map_err(|error| told("the body broke off", &error)));
    #[cfg(not(target_arch = "wasm32"))]
    let body = body.boxed();
    #[cfg(target_arch = "wasm32")]
    let body = body.boxed_local();
    Ok(HttpResponse { status, headers, body })
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
            #[cfg(not(target_arch = "wasm32"))]
            within_tokio()?;
            #[cfg(not(target_arch = "wasm32"))]
            let client = &self.client_for(&request.url)?;
            #[cfg(target_arch = "wasm32")]
            let client = &self.client;
            let builder = prepared(client, &request, request.body.clone())?;
            // hyper leaves the length of an empty body out, and servers answer 411 to a POST without one.
            #[cfg(not(target_arch = "wasm32"))]
            let builder = match request.body.is_empty() && matches!(request.method, "POST" | "PUT" | "PATCH")
            {
                true => builder.header("content-length", "0"),
                false => builder,
            };
            executed(client, builder).await
        })
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn open_duplex(
        &self,
        request: HttpRequest,
        input: super::Body,
    ) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        Box::pin(async move {
            within_tokio()?;
            let url =
                reqwest::Url::parse(&request.url).map_err(|_| NetworkError::unsupported("no such URL"))?;
            let client = self.for_http2(&url)?;
            let builder = prepared(&client, &request, reqwest::Body::wrap_stream(input))?;
            // So a server that has only HTTP/1.1 is an error, and not a request that never ends.
            executed(&client, builder.version(reqwest::Version::HTTP_2)).await
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
