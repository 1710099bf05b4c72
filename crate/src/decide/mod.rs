//! The verdicts, each a pure function: is it retried and when, what is this error called, is a clock wrong, has the stream ended well.

mod end;
mod failed;
mod retry;
mod service_error;
mod skew;

pub use end::{EndMark, StreamKind};
pub use failed::{Failed, Next, Verdict, verdict};
pub use retry::{Failure, QUOTA_TOKENS, Retry, RetryAfter, retry};
pub use service_error::{Fault, ServiceErrorName, exception_name, service_error_name};
pub use skew::skew;
