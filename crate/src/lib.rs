//! Amazon Bedrock in web pages, edge workers, servers and native Rust, without an AWS SDK.
//!
//! Most programs open a [`Client`] and call its methods, whose inputs and outputs are in [`types`]; which models
//! and inference profiles there are, [`Bedrock`] tells.
//!
//! ```no_run
//! # #[cfg(all(feature = "reqwest", feature = "types"))]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use futures::StreamExt;
//! use outcrop::credentials::Environment;
//! use outcrop::types::{ConverseStreamInput, Message};
//!
//! let client = outcrop::Client::builder().region("us-east-1").credentials(Environment::of_process()).build()?;
//! let input = ConverseStreamInput::builder()
//!     .model_id("anthropic.claude-3-haiku-20240307-v1:0")
//!     .messages([Message::user("Hello")])
//!     .build()?;
//! let mut stream = client.converse_stream(input).await?.output.stream;
//! while let Some(event) = stream.next().await {
//!     print!("{}", event?.text().unwrap_or_default());
//! }
//! # Ok(()) }
//! ```
//!
//! Whoever needs less takes a part: [`sigv4`] signs any request, [`event_stream`] decodes any AWS event stream, both
//! pure functions on bytes that know no clock and no network.
//!
#![cfg_attr(
    docsrs,
    doc = "# Chapters\n\n[Streams](manual::streams) · [retries and time limits](manual::retries) · [credentials](manual::credentials) · [signing](manual::signing) · [errors with cures](manual::errors)"
)]
//!
//! # Floors
//!
//! A module uses only floors below its own.
//!
//! | floor | modules | what |
//! |---|---|---|
//! | 0 | [`error`], [`secret`], [`region`], [`service`], [`time`], [`bytes`] | values that cannot hold something bad |
//! | 1 | [`sigv4`], [`event_stream`], [`decide`] | pure functions |
//! | 2 | [`operation`], [`endpoint`], [`types`], [`models`], [`failure`], [`identity`] | data in, bytes out; bytes in, data out |
//! | 3 | [`transport`] | the only door to the network, the clock and randomness |
//! | 4 | [`signer`], [`flow`], [`observe`] | who signs, who paces, who is told |
//! | 5 | `call` | the loop: authorise, send, classify, wait, again |
//! | 6 | [`credentials`], [`stream`] | who vouches; an answer's events |
//! | 7–8 | [`client`], [`typed`] | what most users open |
//!
//! # Features
//!
//! A feature only adds; none changes what another does.
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `client` | yes | the loops: [`client`], [`credentials`], retries, [`stream`]s. Pure futures, no runtime of its own |
//! | `types` | yes | the API's shapes with serde: [`types`], and with `client` the methods of [`typed`] |
//! | `models` | yes | the bodies of model families, and one text out of any of them: [`models`] |
//! | `reqwest` | yes | the default transport natively, inside a tokio runtime: [`transport::ReqwestTransport`] |
//! | `fetch` | yes | the default transport on wasm32, the host's fetch: `transport::FetchTransport`. Nothing natively |
//! | `catalog` | no | what is known of each model, with sources and dates, and estimates of cost: [`catalog`]. 73 kB of data |
//! | `ureq` | no | a native transport without tokio, a thread per request: `transport::UreqTransport`. The default one where `reqwest` is off; nothing on wasm32 |
//! | `aws` | no | bridges to AWS's own crates: `aws`. Brings tokio into the tree and needs Rust 1.94; without it 1.85 will do. Nothing on wasm32 |
//!
//! Without any feature there are floors 0 and 1 with [`operation`] and [`endpoint`], and the crate is `no_std`: it
//! needs an allocator.
//!
//! A stream that was cut short is an error; no error holds a credential, a header's value or a request's
//! body. Floors 0 to 2 never panic and allocate only for bytes that have arrived.

#![forbid(unsafe_code)]
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::panic)]
#![allow(
    clippy::single_char_add_str,
    reason = "`String::push` would bring the whole of UTF-8's encoding into the wasm"
)]
// On docs.rs each item says which feature or target it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
// The pure floors need an allocator and nothing else of the standard library.
#![cfg_attr(not(any(test, feature = "client", feature = "types")), no_std)]

extern crate alloc;

pub mod bytes;
pub mod decide;
pub mod endpoint;
pub mod error;
pub mod event_stream;
#[doc(hidden)]
pub mod json;
pub mod operation;
pub mod region;
pub mod secret;
pub mod service;
pub mod sigv4;
#[doc(hidden)]
pub mod text;
pub mod time;
#[cfg(feature = "types")]
#[macro_use]
pub mod types;
// Below `types`, whose macros it uses.
#[cfg(feature = "catalog")]
pub mod catalog;
#[cfg(feature = "models")]
pub mod models;
mod url;

#[cfg(docsrs)]
pub mod manual;
// rustdoc compiles no code below a `cfg` that names both.
#[cfg(all(doctest, feature = "reqwest", feature = "models"))]
#[path = "manual/mod.rs"]
mod manual_compiled;

#[cfg(all(feature = "aws", not(target_arch = "wasm32")))]
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
pub mod flow;
#[cfg(feature = "client")]
pub mod identity;
#[cfg(feature = "client")]
pub mod observe;
#[cfg(feature = "client")]
pub mod signer;
#[cfg(feature = "client")]
pub mod stream;
#[cfg(feature = "client")]
pub mod transport;
#[cfg(all(feature = "client", feature = "types"))]
pub mod typed;

#[cfg(feature = "client")]
pub use client::{Bedrock, Client};
#[cfg(feature = "client")]
pub use failure::Error;

/// The README's Rust, compiled.
#[cfg(all(doctest, feature = "reqwest", feature = "types"))]
#[doc = include_str!("../README.md")]
struct Readme;
