//! The verdict of `decide`, out of text and into text.

use alloc::string::String;

use crate::{Parts, decimal};
use outcrop::decide::{Failed, Fault, Next, verdict as judge};
use outcrop::json::push_number;

pub fn verdict(text: &str) -> String {
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let mut parts = Parts::new(text);
    let verdict = judge(&Failed {
        attempt: narrow(parts.number()),
        max_attempts: narrow(parts.number()),
        status: u16::try_from(parts.number()).unwrap_or(0),
        header: parts.next(),
        code: parts.next(),
        type_: parts.next(),
        message: parts.next(),
        retry_after: decimal(parts.next()).map(narrow),
        random: narrow(parts.number()),
        tokens: narrow(parts.number()),
        date_ms: decimal(parts.next()).map(signed),
        now_ms: signed(parts.number()),
        may_correct_clock: !parts.next().is_empty(),
        may_renew: !parts.next().is_empty(),
    });
    let mut out = verdict.error.name;
    let word = |yes: bool, word: &'static str| if yes { word } else { "" };
    let (action, number, cost) = match verdict.next {
        Next::Stop { .. } => ("", 0, 0),
        Next::Retry { delay_ms, cost } => ("retry", i64::from(delay_ms), cost),
        Next::CorrectClock { delta_ms } => ("skew", delta_ms, 0),
        Next::Renew => ("renew", 0, 0),
    };
    for part in &[
        word(verdict.error.fault == Fault::Server, "server"),
        word(verdict.retryable, "retryable"),
        word(verdict.throttling, "throttling"),
        action,
        word(number < 0, "-"),
    ] {
        out.push_str("\0");
        out.push_str(part);
    }
    // Behind the sign.
    push_number(&mut out, number.unsigned_abs());
    out.push_str("\0");
    push_number(&mut out, cost.into());
    out
}
