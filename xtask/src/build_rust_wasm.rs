//! Builds tests/runtimes/rust-wasm into a module that Node imports, and beside it, in `web`, one for everything
//! else. It is a test's program: nothing of it is optimised for size, and nothing of it is published.

use std::path::PathBuf;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::build::TARGET;
use crate::shell::{program, run as run_program, target_dir};
use crate::tools;

const PACKAGE: &str = "outcrop-rust-wasm";
/// An overflow or a broken assertion is a trap here, not a wrong number.
const PROFILE: &str = "checked";

/// The path of the JavaScript that loads it.
pub fn run() -> Result<PathBuf> {
    tools::rust_target(TARGET, "the Rust client is tested as wasm")?;
    run_program(program("cargo").args([
        "build",
        "--quiet",
        "-p",
        PACKAGE,
        "--profile",
        PROFILE,
        "--target",
        TARGET,
    ]))?;
    let module = target_dir().join(TARGET).join(PROFILE).join("outcrop_rust_wasm.wasm");
    let folder = target_dir().join("rust-wasm");
    let bindgen = || {
        let mut bindgen = Bindgen::new();
        bindgen.input_path(&module).out_name("outcrop_rust_wasm").typescript(false);
        bindgen
    };
    bindgen().nodejs_module(true)?.generate(&folder).context("wasm-bindgen")?;
    bindgen().web(true)?.generate(folder.join("web")).context("wasm-bindgen")?;
    Ok(folder.join("outcrop_rust_wasm.js"))
}
