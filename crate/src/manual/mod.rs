//! Chapters: how signing, streams, retries, credentials and errors go, each with code that compiles. On docs.rs alone;
//! there is no code here.
//!
//! - [`streams`]: reading, the end, what a cut looks like, stopping
//! - [`retries`]: what is tried again, time limits, pacing, several regions
//! - [`credentials`]: where they come from, renewal, one user's client
//! - [`signing`]: what is signed, other services, presigned URLs, the signer alone
//! - [`errors`]: who can mend each, and how
//!
//! The same for JavaScript, a cookbook and every limit are in the repository, in `www/manual`; `cargo xtask docs` makes a
//! site of it with these pages beside it.

#[doc = include_str!("credentials.md")]
pub mod credentials {}
#[doc = include_str!("errors.md")]
pub mod errors {}
#[doc = include_str!("retries.md")]
pub mod retries {}
#[doc = include_str!("signing.md")]
pub mod signing {}
#[doc = include_str!("streams.md")]
pub mod streams {}
