//! AWS Signature Version 4 by hand: canonical request, key, header and query form; it sends nothing and knows no clock.
//!
//! Source: AWS General Reference, "Create a signed AWS API request", and the public SigV4 test suite.

#[cfg(any(test, target_arch = "wasm32"))]
mod block;
mod canonical;
mod encode;
mod event;
mod hash;
mod key;
mod presign;
mod seal;
mod sign;

pub use canonical::{PathEncoding, Payload, Request, RequestLine, Settings};
pub use encode::{percent_encode, percent_encode_path};
pub use event::sign_chunk;
pub use key::{KeyCache, SigningKey};
pub use presign::{MAX_EXPIRES_SECONDS, Presigned, presign};
pub use seal::seal;
pub use sign::{Scope, Signed, sign, sign_line};
