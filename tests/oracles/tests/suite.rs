//! Our crate against code that is not ours, in one program: a module a file. Each program more would be linked, and would
//! compile anew what it shares with the others.

mod chunk_signatures;
mod cuts;
mod endpoints;
mod exhaustive;
mod frames;
mod operations;
mod restjson;
mod signing;
mod wasm_imports;
