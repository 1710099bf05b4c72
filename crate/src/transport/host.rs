//! What every transport here asks of its host besides the network: a wait, the clock, random bits; it starts no runtime.

use super::BoxFuture;
#[cfg(not(target_arch = "wasm32"))]
use crate::endpoint::is_loopback;
use crate::time::Timestamp;
#[cfg(not(target_arch = "wasm32"))]
use crate::url::Url;
use core::time::Duration;

/// One day at once: `setTimeout` takes at most 2^31 - 1 milliseconds (24.8 days) and fires at once above it,
/// and no host's clock need be able to say when the longest `Duration` ends.
const MOST_AT_ONCE: Duration = Duration::from_secs(86_400);

/// Waits, in pieces if need be. Dropping the future leaves no timer behind.
pub(super) fn sleep(duration: Duration) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let mut left = duration;
        while !left.is_zero() {
            let piece = left.min(MOST_AT_ONCE);
            #[cfg(not(target_arch = "wasm32"))]
            futures_timer::Delay::new(piece).await;
            #[cfg(target_arch = "wasm32")]
            gloo_timers::future::sleep(piece).await;
            left = left.saturating_sub(piece);
        }
    })
}

/// Whether this goes to this machine itself, and without TLS: past the proxies that the environment names, which would
/// be told a session token or an API key in the clear.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn is_past_proxies(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| !url.https && is_loopback(url.host()))
}

/// The host's clock.
pub(super) fn now() -> Timestamp {
    #[cfg(not(target_arch = "wasm32"))]
    let now = Timestamp::try_from(std::time::SystemTime::now()).unwrap_or(Timestamp::EPOCH);
    #[cfg(target_arch = "wasm32")]
    let now = Timestamp::EPOCH.offset(js_sys::Date::now() as i64);
    now
}

/// 64 bits from the operating system or the page's `crypto`.
pub(super) fn random() -> Option<u64> {
    getrandom::u64().ok()
}
