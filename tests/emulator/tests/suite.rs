//! The Rust client and the crate's examples against the emulator, in one program: a module a file. Each program more would
//! be linked, and would compile anew what it shares with the others. What the emulator does by itself is in `it`.

mod examples;
mod matrix;
mod runner;
mod rust_client;
mod rust_clock;
mod rust_cognito;
mod rust_conversation;
mod rust_operations;
mod rust_signing;
mod rust_speech;
mod started;
mod transports;
