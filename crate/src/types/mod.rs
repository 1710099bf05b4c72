//! The API's shapes, as the service model 2023-09-30 names them, in Rust's case. They hold data and read and
//! write JSON; they call nothing and check no limit or pattern: those are the service's, and they change.
//!
//! - **Every member is an `Option`.** Real answers leave out required members, send `null`, and have members
//!   that no model lists. Absent (or `null`) is `None` and comes out absent again. Accessors with the
//!   members' names save the unwrapping: `message.content()` is a slice, `usage.input_tokens()` a number if
//!   there is one.
//! - **Nothing is lost.** A structure keeps unknown members in `other`, a union keeps what it does not know
//!   whole in `Unknown`, an enumeration keeps an unknown value's text in `Unknown`.
//! - **Builders know what the service requires**: `build()` fails with a [`BuildError`] that names the
//!   missing member. Small shapes have constructors, such as `Message::user("Hello")`.
//! - **Names**: an operation takes an `…Input` and answers an `…Output`. Two unions whose names that would
//!   take are [`ConverseOutputUnion`] and [`CountTokensInputUnion`]; the events of `ConverseStreamOutput`
//!   are [`ConverseStreamEvent`], those of the bidirectional operation [`BidirectionalInputEvent`] and
//!   [`BidirectionalOutputEvent`]. Exceptions are errors and are not here.
//! - **Numbers**: integers as wide as in the model, every float an `f64`, so that 0.7 is written 0.7.
//! - **Times** are [`Timestamp`]s: milliseconds between the years 1970 and 9999, ISO 8601 on the wire.
//! - **The control plane's** shapes are in [`bedrock`].
//! - **Bodies**: an input writes its JSON body only; what goes to path, query or headers is left out.
//!
//! ```
//! use outcrop::types::{ConverseInput, InferenceConfiguration, Message};
//!
//! let input = ConverseInput::builder()
//!     .model_id("anthropic.claude-3-haiku-20240307-v1:0")
//!     .messages([Message::user("Hello")])
//!     .inference_config(InferenceConfiguration::builder().temperature(0.7).build()?)
//!     .build()?;
//! assert_eq!(
//!     serde_json::to_string(&input)?,
//!     r#"{"messages":[{"role":"user","content":[{"text":"Hello"}]}],"inferenceConfig":{"temperature":0.7}}"#,
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[macro_use]
mod member_macros;
#[macro_use]
mod macros;

mod apply_guardrail;
mod async_invoke;
pub mod bedrock;
mod bidirectional;
mod blob;
mod build_error;
mod citation;
mod converse;
mod converse_stream;
mod count_tokens;
mod guardrail;
mod guardrail_checks;
mod guardrail_policy;
mod guardrail_reasoning;
mod invoke;
mod media;
mod message;
mod timestamp;
mod tool;
pub(crate) mod wire;

pub use apply_guardrail::*;
pub use async_invoke::*;
pub use bidirectional::*;
pub use blob::Blob;
pub use build_error::BuildError;
pub use citation::*;
pub use converse::*;
pub use converse_stream::*;
pub use count_tokens::*;
pub use guardrail::*;
pub use guardrail_checks::*;
pub use guardrail_policy::*;
pub use guardrail_reasoning::*;
pub use invoke::*;
pub use media::*;
pub use message::*;
pub use tool::*;

pub use crate::time::Timestamp;
#[cfg(feature = "client")]
#[doc(hidden)]
pub use wire::Outside;
