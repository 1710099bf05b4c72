//! Seeing in: what happens to a call, told as it happens with OpenTelemetry's names; never a secret, a header's value or a body.

use crate::transport::Shared;
use core::fmt;

/// A value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A text.
    Text(&'a str),
    /// A number: a count, a status, milliseconds.
    Number(u64),
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// Something that happened.
///
/// | name | when |
/// |---|---|
/// | `outcrop.attempt.started` | a request is about to be sent |
/// | `outcrop.attempt.ended` | its answer is there, for a stream its first event, or it failed |
/// | `outcrop.call.retried` | there will be another attempt, after `outcrop.delay_ms` |
/// | `outcrop.credentials.renewed` | a provider gave new credentials |
/// | `outcrop.call.ended` | for a stream: its last event was read, or it failed; dropped by the caller: `error.type` is `AbortError` |
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    name: &'static str,
    attributes: &'a [(&'static str, Value<'a>)],
}

impl<'a> Event<'a> {
    pub(crate) const fn new(name: &'static str, attributes: &'a [(&'static str, Value<'a>)]) -> Self {
        Self { name, attributes }
    }

    /// Such as `outcrop.attempt.ended`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Names and values, such as `http.response.status_code` and 200.
    pub const fn attributes(&self) -> &'a [(&'static str, Value<'a>)] {
        self.attributes
    }

    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<Value<'a>> {
        self.attributes.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }

    /// Whether it deserves more attention than the others: a retry.
    pub fn is_warning(&self) -> bool {
        self.name == "outcrop.call.retried"
    }
}

/// Is told what happens. It is called from within the call and should return at once.
///
/// A function is one: `|event: &Event<'_>| eprintln!("{} {:?}", event.name(), event.attributes())`.
pub trait Observer: Shared {
    /// Something happened.
    fn observe(&self, event: &Event<'_>);
}

impl<F: Fn(&Event<'_>) + Shared> Observer for F {
    fn observe(&self, event: &Event<'_>) {
        self(event);
    }
}
