//! The verdicts of `decide`, out of text and into text.

use alloc::string::String;

use crate::{Parts, decimal};
use outcrop::decide::{Failure, Fault, Retry, retry as decide, service_error_name};
use outcrop::json::push_number;

pub fn error_name(text: &str) -> String {
    let mut parts = Parts::new(text);
    let status = u16::try_from(parts.number()).unwrap_or(0);
    let stated = service_error_name(status, parts.next(), parts.next(), parts.next());
    let failure = Failure::Service { status, name: &stated.name };
    let mut out = stated.name.clone();
    for (yes, word) in [
        (stated.fault == Fault::Server, "server"),
        (failure.is_retryable(), "retryable"),
        (failure.is_throttling(), "throttling"),
        (stated.guessed, "guessed"),
    ] {
        out.push('\0');
        if yes {
            out.push_str(word);
        }
    }
    out
}

pub fn retry(text: &str) -> String {
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let mut parts = Parts::new(text);
    let (attempt, most) = (narrow(parts.number()), narrow(parts.number()));
    let (status, name) = (u16::try_from(parts.number()).unwrap_or(0), parts.next());
    let failure = if status == 0 { Failure::Network } else { Failure::Service { status, name } };
    // A date in Retry-After is not read: Bedrock has not been seen to send one.
    let after = decimal(parts.next()).map(|seconds| narrow(seconds.saturating_mul(1000)));
    let (random, tokens) = (narrow(parts.number()), narrow(parts.number()));
    let mut out = String::new();
    match decide(attempt, most, failure, after, random, tokens) {
        Retry::Stop { .. } => {}
        Retry::After { delay_ms, cost } => {
            push_number(&mut out, delay_ms);
            out.push('\0');
            push_number(&mut out, cost);
        }
    }
    out
}
