//! outcrop against code that is not ours: what the comparisons share. It decides nothing about right or wrong.

pub mod frames;
pub mod inputs;
pub mod messages;
pub mod random;
pub mod recorder;
pub mod requests;
pub mod trust;
#[path = "../../../crate/tests/vectors/mod.rs"]
pub mod vectors;
