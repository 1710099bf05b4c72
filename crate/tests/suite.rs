//! The crate's tests in one program, a module a file: each program more is linked, and compiles anew what it shares with
//! the others. By themselves are only `hostile_preludes` and `wiped`, which look at what their processes allocate and
//! free, and `floors` and `no_tokio`, which want nothing of the crate.

mod boundary;
mod calls;
#[cfg(not(target_arch = "wasm32"))]
mod catalog;
#[cfg(not(target_arch = "wasm32"))]
mod event_stream_suite;
mod http_date;
#[cfg(not(target_arch = "wasm32"))]
mod listed;
mod models;
#[cfg(not(target_arch = "wasm32"))]
mod models_recorded;
#[cfg(not(target_arch = "wasm32"))]
mod models_told;
mod operations;
mod providers;
mod renewal;
#[cfg(not(target_arch = "wasm32"))]
mod schedules;
#[cfg(not(target_arch = "wasm32"))]
mod secrets;
#[cfg(not(target_arch = "wasm32"))]
mod sigv4_suite;
mod sts_xml;
#[cfg(not(target_arch = "wasm32"))]
mod types;
#[cfg(not(target_arch = "wasm32"))]
mod types_facts;
#[cfg(not(target_arch = "wasm32"))]
mod vectors;
#[cfg(feature = "client")]
mod world;
