//! The whole WebAssembly surface of outcrop.
