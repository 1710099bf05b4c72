//! What is fuzzed: functions of bytes that panic where outcrop does something else than an oracle, or than itself on
//! another way. They find nothing by themselves: libFuzzer (engine), the driver (driver.rs) or a corpus brings the bytes.

#![allow(clippy::missing_panics_doc, reason = "to panic is how a target speaks")]

pub mod canonical;
pub mod decoder;
pub mod frames;
pub mod held;
pub mod input;
pub mod random;

/// A target: its name, which is also its corpus's and its program's, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[("decoder", decoder::run), ("canonical", canonical::run)];

/// The target of that name.
pub fn named(name: &str) -> Option<fn(&[u8])> {
    TARGETS.iter().find(|(own, _)| *own == name).map(|(_, run)| *run)
}
