//! The one way in which a builder fails. It checks presence only: limits and patterns are the service's.

use std::fmt;

/// A builder was asked to build without a member that the service requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuildError {
    /// The shape, such as `ConverseInput`.
    pub shape: &'static str,
    /// The missing member, by its name on the wire, such as `modelId`.
    pub member: &'static str,
}

impl BuildError {
    pub(crate) fn missing(shape: &'static str, member: &'static str) -> Self {
        Self { shape, member }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} needs the member {}", self.shape, self.member)
    }
}

impl std::error::Error for BuildError {}
