//! Who can mend an error, and the one error type of the pure floors; it never holds a body, a header value or a credential.

use crate::text::push_ascii;
use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

/// Who can mend an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Who {
    /// The code that called outcrop: an argument or a setting is wrong.
    Caller,
    /// The service: it refused, failed, or sent something that is not its protocol.
    Aws,
    /// What lies between: connections refused, reset or cut short.
    Network,
    /// A bug in outcrop.
    Outcrop,
}

impl Who {
    /// The lower-case word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Aws => "aws",
            Self::Network => "network",
            Self::Outcrop => "outcrop",
        }
    }
}

/// A value that the pure floors refused.
///
/// `name` is stable and meant for programs, `message` for people: it says what is wrong and what
/// would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid(Box<Inner>);

/// Behind a box, so that a result that may be one is one word: errors are rare, and `?` is everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    who: Who,
    name: &'static str,
    message: String,
}

impl Invalid {
    #[cold]
    #[inline(never)]
    fn by(who: Who, name: &'static str, message: String) -> Self {
        Self(Box::new(Inner { who, name, message }))
    }

    pub(crate) fn new(name: &'static str, message: &str) -> Self {
        Self::by(Who::Caller, name, message.to_owned())
    }

    /// As `new`, with the refused value (cut to 64 characters, enough to recognise it) quoted at the end.
    #[cold]
    #[inline(never)]
    pub(crate) fn value(name: &'static str, message: &str, value: &str) -> Self {
        let mut text = message.to_owned();
        text.push_str(": \"");
        for character in value.chars().take(64) {
            let byte = u8::try_from(character).ok().filter(|byte| byte.is_ascii_graphic() || *byte == b' ');
            push_ascii(&mut text, &[byte.unwrap_or(b'?')]);
        }
        text.push_str("\"");
        Self::by(Who::Caller, name, text)
    }

    /// Something that had to be given was not.
    #[cfg(feature = "client")]
    pub(crate) fn missing(message: &str) -> Self {
        Self::new("InvalidInput", message)
    }

    /// An input that can't be written as JSON.
    #[cfg(all(feature = "types", feature = "client"))]
    pub(crate) fn unserialisable(place: &str) -> Self {
        Self::new("InvalidInput", &["the input can't be written as JSON: ", place].concat())
    }

    /// What one part of outcrop handed to another was not what it should be: a bug.
    pub fn malformed(message: &str) -> Self {
        Self::by(Who::Outcrop, "Malformed", message.to_owned())
    }

    /// The error's stable name, such as `InvalidRegion`.
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// What is wrong and what would be right.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The caller, but for `Malformed`.
    pub fn who(&self) -> Who {
        self.0.who
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        f.write_str(": ")?;
        f.write_str(self.message())
    }
}

impl core::error::Error for Invalid {}
