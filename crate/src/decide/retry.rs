//! AWS's standard retry mode as one pure function; it waits for nothing and keeps no quota, it says what to do.
//!
//! Source: AWS SDKs and Tools Reference Guide, "Retry behavior"; the figures of the 2026 revision as
//! AWS's JavaScript client has them.

use crate::text::is_word_of;

/// Tokens that a client has at first and at most. Each retry takes some, a success gives them back.
pub const QUOTA_TOKENS: u32 = 500;
/// Tokens for a retry after throttling: the service is there and asks for patience.
const THROTTLING_COST: u32 = 5;
/// Tokens for any other retry: the service may be down, and retries would hold it down.
const COST: u32 = 14;
/// The first wait after throttling, in milliseconds.
const THROTTLING_BASE_MS: u32 = 1000;
/// The first wait otherwise, in milliseconds.
const BASE_MS: u32 = 50;
/// The longest wait, in milliseconds.
const MAX_MS: u32 = 20_000;

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure<'a> {
    /// No answer came, or it broke off before its end.
    Network,
    /// The service answered with an error.
    Service {
        /// HTTP status.
        status: u16,
        /// The exception's name, such as `ThrottlingException`.
        name: &'a str,
    },
}

impl Failure<'_> {
    /// Whether the service asks for fewer requests.
    pub fn is_throttling(&self) -> bool {
        match self {
            Self::Network => false,
            // ModelNotReadyException is 429 too, but the model says `throttling: false` of it.
            Self::Service { name: "ModelNotReadyException", .. } => false,
            Self::Service { status, name } => *status == 429 || is_word_of(THROTTLING_NAMES, name),
        }
    }

    /// Whether the same request may succeed later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Network => true,
            Self::Service { status, name } => {
                self.is_throttling()
                    // STS could not reach the identity provider: 400, and yet not the caller's fault.
                    || matches!(*name, "ModelNotReadyException" | "IDPCommunicationError")
                    || matches!(status, 500 | 502 | 503 | 504)
            }
        }
    }
}

/// Names that AWS services give to throttling; Bedrock's own is the first. With a space between them.
const THROTTLING_NAMES: &str = "ThrottlingException Throttling ThrottledException TooManyRequestsException \
    RequestLimitExceeded RequestThrottled SlowDown";

/// How long the service said to wait, in milliseconds.
pub type RetryAfter = Option<u32>;

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Wait so many milliseconds, take so many tokens, try again.
    After {
        /// Milliseconds.
        delay_ms: u32,
        /// Tokens of the quota.
        cost: u32,
    },
    /// Give the error to the caller.
    Stop {
        /// `final error`, `attempts used up` or `quota used up`.
        reason: &'static str,
    },
}

/// Whether attempt number `attempt` (from 1), which failed, is followed by another.
///
/// `random` is any 32 random bits; they spread the waits (full jitter). The service's own Retry-After is a lower
/// bound, cut at 20 seconds so that no header can hang a caller.
pub fn retry(
    attempt: u32,
    max_attempts: u32,
    failure: Failure<'_>,
    retry_after: RetryAfter,
    random: u32,
    tokens: u32,
) -> Retry {
    if !failure.is_retryable() {
        return Retry::Stop { reason: "final error" };
    }
    if attempt >= max_attempts {
        return Retry::Stop { reason: "attempts used up" };
    }
    let (base, cost) =
        if failure.is_throttling() { (THROTTLING_BASE_MS, THROTTLING_COST) } else { (BASE_MS, COST) };
    if tokens < cost {
        return Retry::Stop { reason: "quota used up" };
    }
    // Above 2^15 any base is beyond the cap.
    let ceiling = base.checked_shl(attempt.saturating_sub(1).min(15)).map_or(MAX_MS, |ms| ms.min(MAX_MS));
    // A share of the ceiling: exact in integers, finer than any timer.
    let jittered = (u64::from(ceiling).wrapping_mul(u64::from(random)) >> 32) as u32;
    let delay_ms = jittered.max(retry_after.unwrap_or(0)).min(MAX_MS);
    Retry::After { delay_ms, cost }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const THROTTLED: Failure<'_> = Failure::Service { status: 429, name: "ThrottlingException" };

    const HALF: u32 = 1 << 31;

    /// Each status and each name by itself: what one of them says, the other does not hide.
    #[test]
    fn what_is_tried_again() {
        // Miri, some thousand times slower, looks at one in a hundred, and at all that mean something.
        let some = (0..=999).step_by(if cfg!(miri) { 99 } else { 1 });
        for status in some.chain([429, 500, 502, 503, 504]) {
            let unnamed = Failure::Service { status, name: "UnknownError" };
            assert_eq!(unnamed.is_throttling(), status == 429, "{status}");
            assert_eq!(unnamed.is_retryable(), [429, 500, 502, 503, 504].contains(&status), "{status}");
        }
        for name in THROTTLING_NAMES.split(' ') {
            let failure = Failure::Service { status: 400, name };
            assert!(failure.is_throttling() && failure.is_retryable(), "{name}");
        }
        for name in ["ModelNotReadyException", "IDPCommunicationError"] {
            let failure = Failure::Service { status: 400, name };
            assert!(!failure.is_throttling() && failure.is_retryable(), "{name}");
        }
        assert!(!Failure::Network.is_throttling() && Failure::Network.is_retryable());
    }

    #[test]
    fn waits_grow_and_are_capped() {
        let delay = |attempt, failure, random| match retry(attempt, 100, failure, None, random, 500) {
            Retry::After { delay_ms, cost } => (delay_ms, cost),
            Retry::Stop { reason } => panic!("{reason}"),
        };
        assert_eq!(delay(1, Failure::Network, HALF), (25, 14));
        assert_eq!(delay(2, Failure::Network, HALF), (50, 14));
        assert_eq!(delay(1, THROTTLED, HALF), (500, 5));
        assert_eq!(delay(90, THROTTLED, HALF), (10_000, 5));
        assert_eq!(delay(1, THROTTLED, 0), (0, 5));
        assert_eq!(delay(90, THROTTLED, u32::MAX), (19_999, 5));
    }

    #[test]
    fn what_is_final_is_final() {
        let stop = |reason| Retry::Stop { reason };
        let validation = Failure::Service { status: 400, name: "ValidationException" };
        assert_eq!(retry(1, 3, validation, None, 0, 500), stop("final error"));
        assert_eq!(retry(3, 3, Failure::Network, None, 0, 500), stop("attempts used up"));
        assert_eq!(retry(1, 3, Failure::Network, None, 0, 13), stop("quota used up"));
        assert_eq!(retry(2, 3, Failure::Network, None, 0, 14), Retry::After { delay_ms: 0, cost: 14 });
        assert_eq!(retry(1, 3, THROTTLED, None, 0, 4), stop("quota used up"));
        assert_eq!(retry(1, 3, THROTTLED, None, 0, 5), Retry::After { delay_ms: 0, cost: 5 });
        let not_ready = Failure::Service { status: 429, name: "ModelNotReadyException" };
        assert_eq!(retry(1, 3, not_ready, None, 0, 500), Retry::After { delay_ms: 0, cost: 14 });
        assert_eq!(retry(1, 3, THROTTLED, Some(3000), 0, 500), Retry::After { delay_ms: 3000, cost: 5 });
        assert_eq!(
            retry(1, 3, THROTTLED, Some(86_400_000), 0, 500),
            Retry::After { delay_ms: 20_000, cost: 5 }
        );
    }
}
