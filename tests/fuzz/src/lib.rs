//! What is fuzzed: functions of bytes that panic where outcrop does something else than an oracle, or than itself on
//! another way. They find nothing by themselves: libFuzzer (engine), the driver (driver.rs) or a corpus brings the bytes.

#![allow(clippy::missing_panics_doc, reason = "to panic is how a target speaks")]

pub mod answers;
pub mod canonical;
pub mod clock;
pub mod cognito;
pub mod decoder;
pub mod encoder;
pub mod endpoint;
pub mod frames;
pub mod headers;
pub mod held;
pub mod input;
pub mod json;
pub mod percent;
pub mod random;
pub mod sts;
pub mod surface;
pub mod texts;
pub mod values;

/// A target: its name, which is also its corpus's and its program's; what it is held against; and what it does.
pub type Target = (&'static str, &'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[
    ("decoder", "a second reader", decoder::run),
    ("headers", "a second reader", headers::run),
    ("encoder", "a second reader", encoder::run),
    ("canonical", "a second writer, percent-encoding, hmac, sha2", canonical::run),
    ("percent", "percent-encoding", percent::run),
    ("json", "serde_json", json::run),
    ("answers", "serde_json", answers::run),
    ("sts", "roxmltree", sts::run),
    ("cognito", "serde_json", cognito::run),
    ("endpoint", "url", endpoint::run),
    ("clock", "httpdate, time", clock::run),
    ("texts", "serde_json", texts::run),
    ("surface", "a second reader, serde_json, hmac, sha2", surface::run),
];

/// The target of that name.
pub fn named(name: &str) -> Option<Target> {
    TARGETS.iter().find(|(own, ..)| *own == name).copied()
}
