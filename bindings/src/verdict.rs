//! The verdicts of `decide`, out of text and into text.

use alloc::string::{String, ToString};

use crate::{Parts, decimal};
use outcrop::decide::{Failure, Fault, Retry, retry as decide, service_error_name};
use outcrop::error::Invalid;
use outcrop::json::push_string;

/// A text that JavaScript's side of this package would not have sent: its bug, not its caller's.
pub fn malformed(message: &str) -> Invalid {
    Invalid::malformed(message)
}

pub fn error_name(text: &str) -> Result<String, Invalid> {
    let mut parts = Parts::new(text);
    let status = u16::try_from(parts.number()?).unwrap_or(0);
    let stated = service_error_name(status, parts.next()?, parts.next()?, parts.next()?);
    let failure = Failure::Service { status, name: &stated.name };
    let mut out = String::from("{\"name\":");
    push_string(&mut out, &stated.name);
    out.push_str(match stated.fault {
        Fault::Client => ",\"fault\":\"client\"",
        Fault::Server => ",\"fault\":\"server\"",
    });
    for (name, value) in [
        ("retryable", failure.is_retryable()),
        ("throttling", failure.is_throttling()),
        ("guessed", stated.guessed),
    ] {
        out.push(',');
        push_string(&mut out, name);
        out.push_str(if value { ":true" } else { ":false" });
    }
    out.push('}');
    Ok(out)
}

pub fn retry(text: &str) -> Result<String, Invalid> {
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let mut parts = Parts::new(text);
    let (attempt, most) = (narrow(parts.number()?), narrow(parts.number()?));
    let (kind, status, name) = (parts.next()?, parts.next()?, parts.next()?);
    let failure = match kind {
        "network" => Failure::Network,
        _ => Failure::Service { status: decimal(status).and_then(|status| u16::try_from(status).ok()).unwrap_or(0), name },
    };
    // A date in Retry-After is not read: Bedrock has not been seen to send one.
    let after = decimal(parts.next()?).map(|seconds| seconds.saturating_mul(1000));
    let (random, tokens) = (narrow(parts.number()?), narrow(parts.number()?));
    Ok(match decide(attempt, most, failure, after, random, tokens) {
        Retry::After { delay_ms, cost } => {
            ["retry\0", &delay_ms.to_string(), "\0", &cost.to_string(), "\0"].concat()
        }
        Retry::Stop { reason } => ["stop\x000\x000\0", reason].concat(),
    })
}
