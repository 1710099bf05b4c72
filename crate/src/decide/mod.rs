//! The verdicts, each a pure function: is it retried and when, what is this error called, has the stream ended well.

mod end;
mod retry;
mod service_error;

pub use end::{EndMark, StreamKind};
pub use retry::{Failure, QUOTA_TOKENS, Retry, RetryAfter, retry};
pub use service_error::{Fault, ServiceErrorName, exception_name, service_error_name};
