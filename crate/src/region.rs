//! An AWS region that can stand in a host name and in a credential scope, and nothing else.

use crate::error::Invalid;
use alloc::string::String;
use core::fmt;

/// A region such as `us-east-1`: one DNS label of lower-case letters, digits and inner hyphens.
///
/// It is a checked type because a text such as `x@evil:443/#` in its place would send a signed
/// request to somebody else (CVE-2026-22611), and one that begins with `xn--` is another name's Punycode (RFC 5891),
/// which URL parsers read as that name or refuse.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region(String);

impl Region {
    /// Checks the text. The limit of 63 bytes is that of a DNS label (RFC 1035).
    pub fn new(text: impl Into<String>) -> Result<Self, Invalid> {
        let text = text.into();
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let good = !text.is_empty()
            && text.len() <= 63
            && text.bytes().all(inner)
            && !text.starts_with("xn--")
            && text.bytes().next() != Some(b'-')
            && text.bytes().next_back() != Some(b'-');
        if good {
            Ok(Self(text))
        } else {
            Err(Invalid::value(
                "InvalidRegion",
                "a region is lower-case letters, digits and inner hyphens, such as us-east-1",
                &text,
            ))
        }
    }

    /// The region's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::str::FromStr for Region {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}
