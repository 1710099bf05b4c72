//! The only door to the network, the clock and randomness: a small object-safe trait; it knows nothing of AWS.

#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
mod fetch;
#[cfg(any(
    feature = "reqwest",
    all(feature = "ureq", not(target_arch = "wasm32")),
    all(feature = "fetch", target_arch = "wasm32"),
))]
mod host;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(all(feature = "ureq", not(target_arch = "wasm32")))]
mod ureq;

#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
pub use self::fetch::FetchTransport;
#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestTransport;
#[cfg(all(feature = "ureq", not(target_arch = "wasm32")))]
pub use self::ureq::UreqTransport;

use crate::error::Invalid;
use crate::failure::NetworkError;
use crate::time::Timestamp;
use bytes::Bytes;
use core::fmt;
use core::time::Duration;
use std::sync::Arc;
use std::time::SystemTime;
use zeroize::Zeroize;

/// The transport of a client that was given none: natively reqwest, or else ureq; on wasm32 fetch, or else reqwest.
/// An error if none of their features is on.
#[cfg_attr(
    target_arch = "wasm32",
    allow(clippy::arc_with_non_send_sync, reason = "one type for a transport on every target")
)]
pub fn default() -> Result<Arc<dyn Transport>, NetworkError> {
    #[cfg(all(feature = "fetch", target_arch = "wasm32"))]
    return Ok(Arc::new(FetchTransport::new()));
    #[cfg(all(feature = "reqwest", not(all(feature = "fetch", target_arch = "wasm32"))))]
    return Ok(Arc::new(ReqwestTransport::new()?));
    #[cfg(all(feature = "ureq", not(feature = "reqwest"), not(target_arch = "wasm32")))]
    return Ok(Arc::new(UreqTransport::new()));
    #[cfg(not(any(
        feature = "reqwest",
        all(feature = "ureq", not(target_arch = "wasm32")),
        all(feature = "fetch", target_arch = "wasm32"),
    )))]
    Err(NetworkError::unsupported("without the feature reqwest, ureq or fetch a transport must be given"))
}

/// A boxed future, `Send` natively and not on wasm32, where there is one thread.
#[cfg(not(target_arch = "wasm32"))]
pub type BoxFuture<'a, T> = futures::future::BoxFuture<'a, T>;
/// A boxed future, `Send` natively and not on wasm32, where there is one thread.
#[cfg(target_arch = "wasm32")]
pub type BoxFuture<'a, T> = futures::future::LocalBoxFuture<'a, T>;

/// An answer's body, chunk by chunk. Dropping it ends the request.
#[cfg(not(target_arch = "wasm32"))]
pub type Body = futures::stream::BoxStream<'static, Result<Bytes, NetworkError>>;
/// An answer's body, chunk by chunk. Dropping it ends the request.
#[cfg(target_arch = "wasm32")]
pub type Body = futures::stream::LocalBoxStream<'static, Result<Bytes, NetworkError>>;

/// `Send + Sync` natively, nothing on wasm32.
#[cfg(not(target_arch = "wasm32"))]
pub trait Shared: Send + Sync {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send + Sync + ?Sized> Shared for T {}
/// `Send + Sync` natively, nothing on wasm32.
#[cfg(target_arch = "wasm32")]
pub trait Shared {}
#[cfg(target_arch = "wasm32")]
impl<T: ?Sized> Shared for T {}

/// `Send` natively, nothing on wasm32.
#[cfg(not(target_arch = "wasm32"))]
pub trait Sendable: Send {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send + ?Sized> Sendable for T {}
/// `Send` natively, nothing on wasm32.
#[cfg(target_arch = "wasm32")]
pub trait Sendable {}
#[cfg(target_arch = "wasm32")]
impl<T: ?Sized> Sendable for T {}

/// A signed request. `Debug` shows no header values, no query and no body.
///
/// The values of `authorization` and `x-amz-security-token` are zeroed on drop; so is the body where it holds a token.
/// (`core::mem::take` moves a member out.) What a transport makes of them is the transport's: HTTP libraries keep copies
/// that nobody wipes.
#[derive(Clone)]
pub struct HttpRequest {
    /// In upper case.
    pub method: &'static str,
    /// Its path and query must go over the wire as they are: they are signed.
    pub url: String,
    /// Names in lower case. `host` and `content-length` are the transport's own.
    pub headers: Vec<(String, String)>,
    /// The whole body; cloning it copies nothing.
    pub body: Bytes,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &crate::url::shown(&self.url))
            .field("headers", &self.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

impl Drop for HttpRequest {
    fn drop(&mut self) {
        for (name, value) in &mut self.headers {
            if matches!(name.as_str(), "authorization" | "x-amz-security-token") {
                value.zeroize();
            }
        }
    }
}

/// An answer whose body may still be on its way.
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
}

impl HttpResponse {
    /// The first header of that lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

/// The first header of that lower-case name.
pub(crate) fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

/// What the loops need from their host.
///
/// A transport follows no redirect: a signed request is meant for one host. It sends the URL's path
/// and query as they are given, and adds no header that a server would find missing from the
/// signature.
pub trait Transport: fmt::Debug + Shared {
    /// Sends a request and answers as soon as the answer's headers are there. Dropping the future, or
    /// later the body, ends the request.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>>;

    /// Waits. Any duration is fine.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// The host's clock.
    fn now(&self) -> Timestamp;

    /// 64 random bits, to spread retries and to name requests; `None` where the host has none.
    fn random(&self) -> Option<u64>;

    /// Sends a request whose body is `input`, and answers as soon as the answer's headers are there: the body is
    /// written before and after that, while the answer is read.
    ///
    /// The transport asks `input` for more only when the connection has room, and never for the future's or the
    /// answer's sake. Its end ends the request's half; an error in it breaks the request off. Dropping the future, or
    /// later the answer's body, ends the request too. `request.body` is empty. Natively it takes HTTP/2.
    fn open_duplex(
        &self,
        request: HttpRequest,
        input: Body,
    ) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        drop((request, input));
        Box::pin(async {
            Err(NetworkError::unsupported("this transport can't write and read a stream at once"))
        })
    }
}

impl From<Timestamp> for SystemTime {
    fn from(time: Timestamp) -> Self {
        // A Timestamp is never negative, and every host can say the year 9999.
        let since = Duration::from_millis(time.as_unix_millis().unsigned_abs());
        Self::UNIX_EPOCH.checked_add(since).unwrap_or(Self::UNIX_EPOCH)
    }
}

/// What is finer than a millisecond is cut off; a time outside the years 1970 to 9999 is refused.
impl TryFrom<SystemTime> for Timestamp {
    type Error = Invalid;

    fn try_from(time: SystemTime) -> Result<Self, Invalid> {
        let since = time
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(-1, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        Self::from_unix_millis(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn times_of_the_host() {
        let time = SystemTime::UNIX_EPOCH + Duration::new(1_733_198_706, 123_999_999);
        let read = Timestamp::try_from(time).unwrap();
        assert_eq!(read.as_unix_millis(), 1_733_198_706_123);
        assert_eq!(SystemTime::from(read), time - Duration::from_nanos(999_999));
        // Some hosts can't say a time before 1970.
        let before = SystemTime::UNIX_EPOCH.checked_sub(Duration::from_millis(1));
        let after = SystemTime::from(Timestamp::EPOCH.offset(i64::MAX)) + Duration::from_millis(1);
        assert!(before.is_none_or(|before| Timestamp::try_from(before).is_err()));
        assert!(Timestamp::try_from(after).is_err());
    }
}
