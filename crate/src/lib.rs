//! Amazon Bedrock in web pages, edge workers, servers and native Rust, without an AWS SDK.

#![forbid(unsafe_code)]

pub mod bytes;
pub mod decide;
pub mod endpoint;
pub mod error;
pub mod event_stream;
pub mod json;
pub mod operation;
pub mod region;
pub mod secret;
pub mod sigv4;
pub mod time;
#[cfg(feature = "types")]
pub mod types;
