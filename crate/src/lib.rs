//! Amazon Bedrock in web pages, edge workers, servers and native Rust, without an AWS SDK.

#![forbid(unsafe_code)]
// The pure floors need an allocator and nothing else of the standard library.
#![cfg_attr(not(any(test, feature = "client", feature = "types")), no_std)]

extern crate alloc;

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
pub mod text;
pub mod time;
#[cfg(feature = "types")]
pub mod types;
mod url;

#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "client")]
mod call;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "client")]
pub mod credentials;
#[cfg(feature = "client")]
pub mod failure;
#[cfg(feature = "client")]
pub mod signer;
#[cfg(feature = "client")]
pub mod stream;
#[cfg(feature = "client")]
pub mod transport;
#[cfg(all(feature = "client", feature = "types"))]
pub mod typed;

#[cfg(feature = "client")]
pub use client::Client;
#[cfg(feature = "client")]
pub use failure::Error;
