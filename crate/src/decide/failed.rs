//! The one verdict on an attempt that failed: what the error is called, and whether the clock, the credentials or another try may mend it; it waits for nothing.

use super::retry::{Failure, Retry, RetryAfter, retry};
use super::service_error::{Fault, ServiceErrorName, service_error_name};
use super::skew::skew;
use crate::text::is_word_of;

/// An attempt that failed, as the loop saw it. Absent texts are empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Failed<'a> {
    /// Its number, from 1. Attempts that followed a clock correction or a renewal are not counted.
    pub attempt: u32,
    /// How many are allowed.
    pub max_attempts: u32,
    /// The HTTP status. 0: no answer came, or it broke off before its first event. 200: the exception came
    /// inside a stream, before any event, and its name stands in `header`.
    pub status: u16,
    /// `x-amzn-errortype`.
    pub header: &'a str,
    /// The body's `code`.
    pub code: &'a str,
    /// The body's `__type`.
    pub type_: &'a str,
    /// The body's message.
    pub message: &'a str,
    /// How long the service asks to wait, in milliseconds.
    pub retry_after: RetryAfter,
    /// 32 random bits.
    pub random: u32,
    /// What is left of the quota.
    pub tokens: u32,
    /// The answer's `Date` in Unix milliseconds, where it may be read.
    pub date_ms: Option<i64>,
    /// The host's clock when the answer came, plus the correction that this attempt was signed with.
    pub now_ms: i64,
    /// Whether this call may still correct the clock: once.
    pub may_correct_clock: bool,
    /// Whether this call may still get new credentials: once, and only where a provider gives them.
    pub may_renew: bool,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Give the error to the caller.
    Stop {
        /// As `Retry::Stop` has it.
        reason: &'static str,
    },
    /// Wait, take the tokens, try again.
    Retry {
        /// Milliseconds.
        delay_ms: u32,
        /// Tokens of the quota.
        cost: u32,
    },
    /// Try again at once, with the clock that this attempt used moved by so much.
    CorrectClock {
        /// Milliseconds.
        delta_ms: i64,
    },
    /// Try again at once, with other credentials.
    Renew,
}

/// The verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Name and fault. Without an answer the name is `NetworkError` and the fault means nothing.
    pub error: ServiceErrorName,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Whether the service asks for fewer requests.
    pub throttling: bool,
    /// What to do.
    pub next: Next,
}

/// Names that AWS services give to credentials past their time, with a space between them.
const EXPIRED: &str = "ExpiredTokenException ExpiredToken";

/// How the text of such an error begins, for a page that CORS keeps the name from.
const EXPIRED_TEXT: &str = "The security token included in the request is expired";

/// Judges an attempt that failed.
pub fn verdict(failed: &Failed<'_>) -> Verdict {
    let mut error = service_error_name(failed.status, failed.header, failed.code, failed.type_);
    let status = match (failed.status, error.name.as_str()) {
        // Inside a stream the name alone tells whose fault it is.
        (200, "InternalServerException") => 500,
        (200, "ServiceUnavailableException") => 503,
        (status, _) => status,
    };
    if status >= 500 {
        error.fault = Fault::Server;
    }
    let failure = if status == 0 { Failure::Network } else { Failure::Service { status, name: &error.name } };
    let expired =
        is_word_of(EXPIRED, &error.name) || error.guessed && failed.message.starts_with(EXPIRED_TEXT);
    let delta = skew(&error.name, failed.message, failed.date_ms, failed.now_ms);
    let next = match delta {
        Some(delta_ms) if failed.may_correct_clock => Next::CorrectClock { delta_ms },
        _ if expired && failed.may_renew => Next::Renew,
        _ => match retry(
            failed.attempt,
            failed.max_attempts,
            failure,
            failed.retry_after,
            failed.random,
            failed.tokens,
        ) {
            Retry::Stop { reason } => Next::Stop { reason },
            Retry::After { delay_ms, cost } => Next::Retry { delay_ms, cost },
        },
    };
    Verdict { retryable: failure.is_retryable(), throttling: failure.is_throttling(), error, next }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const FIRST: Failed<'_> = Failed {
        attempt: 1,
        max_attempts: 3,
        status: 403,
        header: "",
        code: "",
        type_: "",
        message: "",
        retry_after: None,
        random: 0,
        tokens: 500,
        date_ms: None,
        now_ms: 0,
        may_correct_clock: true,
        may_renew: true,
    };
    const STOP: Next = Next::Stop { reason: "final error" };

    #[test]
    fn a_wrong_clock_is_corrected_once() {
        let late = "Signature expired: 20260101T000000Z is now earlier than 20260101T005500Z (20260101T010000Z - 5 min.)";
        let hidden = Failed { message: late, ..FIRST };
        assert_eq!(verdict(&hidden).next, Next::CorrectClock { delta_ms: 3_600_000 });
        assert_eq!(verdict(&Failed { may_correct_clock: false, ..hidden }).next, STOP);
        let named = Failed { header: "InvalidSignatureException", date_ms: Some(3_600_000), ..FIRST };
        assert_eq!(verdict(&named).next, Next::CorrectClock { delta_ms: 3_600_000 });
        assert_eq!(verdict(&Failed { now_ms: 3_600_000, ..named }).next, STOP);
        // The last attempt that is allowed does not forbid it.
        assert_eq!(verdict(&Failed { attempt: 3, ..named }).next, Next::CorrectClock { delta_ms: 3_600_000 });
    }

    #[test]
    fn expired_credentials_are_renewed_once() {
        let named = Failed { header: "ExpiredTokenException:http://x/", ..FIRST };
        assert_eq!(verdict(&named).next, Next::Renew);
        assert_eq!(verdict(&Failed { may_renew: false, ..named }).next, STOP);
        let hidden = Failed { message: EXPIRED_TEXT, ..FIRST };
        assert_eq!(verdict(&hidden).next, Next::Renew);
        // The words alone, of something without a name that is not about that, say nothing.
        assert_eq!(verdict(&Failed { message: "expired", ..FIRST }).next, STOP);
        assert_eq!(verdict(&Failed { may_renew: false, ..hidden }).next, STOP);
        // Nor does a call renew that did not fail by its credentials.
        assert_eq!(verdict(&FIRST).next, STOP);
        // A model's or a proxy's words under another name are not believed.
        let other = Failed { type_: "ValidationException", status: 400, ..hidden };
        assert_eq!(verdict(&other).next, STOP);
    }

    #[test]
    fn the_rest_is_retried_or_not() {
        let retried = Next::Retry { delay_ms: 0, cost: 14 };
        assert_eq!(verdict(&Failed { status: 0, ..FIRST }).next, retried);
        assert_eq!(verdict(&Failed { status: 503, ..FIRST }).next, retried);
        assert_eq!(verdict(&FIRST).next, STOP);
        let inside = |name| verdict(&Failed { status: 200, header: name, ..FIRST });
        let internal = inside("InternalServerException");
        assert_eq!((internal.next, internal.error.fault), (retried, Fault::Server));
        let unavailable = inside("ServiceUnavailableException");
        assert_eq!((unavailable.next, unavailable.error.fault), (retried, Fault::Server));
        // 500 itself is the service's fault, 499 is not.
        let fault = |status| verdict(&Failed { status, ..FIRST }).error.fault;
        assert_eq!([499, 500, 501].map(fault), [Fault::Client, Fault::Server, Fault::Server]);
        let throttled = inside("ThrottlingException");
        assert_eq!((throttled.next, throttled.throttling), (Next::Retry { delay_ms: 0, cost: 5 }, true));
        let invalid = inside("ValidationException");
        assert_eq!((invalid.next, invalid.error.fault, invalid.retryable), (STOP, Fault::Client, false));
    }

    /// The npm package is held to the same table.
    #[test]
    fn every_row_of_the_table() {
        let table = include_str!("../../tests/verdicts.txt");
        // Miri, some thousand times slower, reads every ninth.
        let (step, most) = if cfg!(miri) { (9, 5) } else { (1, 50) };
        let rows = table.lines().filter(|line| !line.starts_with('#')).step_by(step);
        let mut judged = 0;
        for row in rows {
            let columns: Vec<&str> = row.split('|').map(str::trim).collect();
            let [status, header, code, type_, message, date, after, name, fault, kind, next] = columns[..]
            else {
                panic!("{row}");
            };
            let now_ms = 1_700_000_000_000;
            let date_ms = now_ms + date.parse::<i64>().unwrap() * 1000;
            let failed = Failed {
                status: status.parse().unwrap(),
                header,
                code,
                type_,
                message,
                retry_after: after.parse::<u32>().ok().map(|seconds| seconds * 1000),
                date_ms: Some(date_ms),
                now_ms,
                ..FIRST
            };
            let words: Vec<&str> = next.split(' ').collect();
            let number = |at: usize| words[at].parse::<i64>().unwrap();
            for (random, bound) in [(0, 1), (u32::MAX, 2)] {
                let told = verdict(&Failed { random, ..failed });
                assert_eq!(told.error.name, name, "{row}");
                assert_eq!(told.error.fault == Fault::Server, fault == "server", "{row}");
                assert_eq!(
                    (told.retryable, told.throttling),
                    (kind != "final", kind == "throttling"),
                    "{row}"
                );
                let due = match words[0] {
                    "stop" => matches!(told.next, Next::Stop { .. }),
                    "renew" => told.next == Next::Renew,
                    "skew" => told.next == Next::CorrectClock { delta_ms: number(bound) },
                    _ => {
                        matches!(told.next, Next::Retry { delay_ms, .. } if i64::from(delay_ms) == number(bound))
                    }
                };
                assert!(due, "{row}: {:?}", told.next);
            }
            judged += 1;
        }
        assert!(judged > most, "{judged}");
    }
}
