//! Bodies of the model families, for InvokeModel and its stream: a module a family, in the model's own member names.
//! They hold data and read and write JSON; they call nothing and check no range: those are the model's, and they
//! change. Where a range or a default is known it stands in the member's comment, with its source in the module's.
//!
//! The conventions are those of [`types`](crate::types): every member is an `Option`, unknown members are kept in
//! `other`, unknown values in `Unknown`, builders know what is required, bytes are [`Blob`](crate::types::Blob)s.
//!
//! - [`text_of`] and [`text_of_chunk`] read what was generated out of any of them.
//! - [`Family::of`] tells a model id's family; [`prompt`] has the templates of models that take one text.
//!
//! ```
//! use outcrop::models::claude::{ClaudeMessage, ClaudeRequest};
//! use outcrop::types::InvokeModelInput;
//!
//! let body = ClaudeRequest::new(100, [ClaudeMessage::user("Hello")]);
//! let input = InvokeModelInput::json("anthropic.claude-3-haiku-20240307-v1:0", &body)?;
//! // client.invoke_model(input).await?.output.json::<claude::ClaudeAnswer>()?
//! # assert!(input.body.is_some());
//! # Ok::<(), serde_json::Error>(())
//! ```

#[macro_use]
mod shape;

pub mod chat;
pub mod claude;
mod claude_stream;
pub mod claude_text;
pub mod command;
pub mod command_r;
pub mod deepseek;
pub mod embed;
mod family;
mod image_tasks;
pub mod jamba;
pub mod jurassic;
pub mod llama;
pub mod mistral;
pub mod nova;
pub mod nova_canvas;
pub mod nova_embeddings;
pub mod nova_reel;
pub mod prompt;
mod readers;
pub mod rerank;
pub mod stable_diffusion;
pub mod stable_image;
mod text;
pub mod titan_embeddings;
pub mod titan_image;
pub mod titan_text;

pub use family::{Family, base_model_id};
pub use shape::{InvocationMetrics, InvocationMetricsBuilder, TextOrList};
pub use text::{Body, Collector, Generated, GeneratedChunk, Latency, Usage, text_of, text_of_chunk};
