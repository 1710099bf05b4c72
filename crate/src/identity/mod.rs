//! What Cognito identity pools and STS are asked and what they answer: data to bytes, bytes to data; nothing is sent, and no answer is repaired.

pub mod cognito;
pub mod sts;
mod xml;

/// What was read, or what is wrong with it: never a part of the answer itself, which holds secrets.
pub type Read<T> = Result<T, &'static str>;
