//! How many calls, how fast, and where to next: AWS's adaptive rate, a limit on concurrent calls, a list to fall back on; none of it is used unless asked for.

mod adaptive;
mod fallback;
mod limit;

pub use adaptive::Adaptive;
pub use fallback::{fallback, is_worth_another_place};
pub use limit::{Limit, Permit};

use crate::time::Timestamp;
use crate::transport::{BoxFuture, Shared, Transport};
use core::fmt;
use std::sync::Arc;

/// What paces a client's attempts.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum RetryMode {
    /// AWS's standard mode: attempts, waits and a quota, and no wait before a first attempt.
    #[default]
    Standard,
    /// AWS's adaptive mode: besides, attempts are slowed down to the rate that the service bears.
    Adaptive,
    /// The standard mode, and a pace of your own.
    Paced(Arc<dyn Pace>),
}

impl RetryMode {
    pub(crate) fn pace(self) -> Option<Arc<dyn Pace>> {
        match self {
            Self::Standard => None,
            Self::Adaptive => Some(Arc::new(Adaptive::new())),
            Self::Paced(pace) => Some(pace),
        }
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// Whether the service asked for fewer requests.
    pub throttled: bool,
    /// Whether another attempt follows.
    pub retried: bool,
}

/// Holds attempts back.
pub trait Pace: fmt::Debug + Shared {
    /// Waits until an attempt may start. Dropping the future gives the place up.
    fn before<'a>(&'a self, transport: &'a Arc<dyn Transport>) -> BoxFuture<'a, ()>;

    /// An attempt has ended.
    fn after(&self, outcome: Outcome, now: Timestamp);
}
