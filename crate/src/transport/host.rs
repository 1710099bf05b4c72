//! What every transport here asks of its host besides the network: a wait, the clock, random bits; it starts no runtime.

use super::BoxFuture;
use crate::time::Timestamp;
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
