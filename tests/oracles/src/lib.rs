//! outcrop against code that is not ours: what the comparisons share. It decides nothing about right or wrong.

pub mod classes;
pub mod frames;
pub mod hostile;
pub mod inputs;
pub mod judges;
#[cfg(doctest)]
mod manual;
pub mod messages;
pub mod random;
pub mod recorder;
pub mod requests;
pub mod side;
pub mod tried;
pub mod trust;
#[path = "../../../crate/tests/vectors/mod.rs"]
pub mod vectors;
pub mod verdicts;
