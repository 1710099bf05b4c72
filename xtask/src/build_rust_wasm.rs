//! Builds tests/runtimes/rust-wasm into a module that Node imports, and beside it, in `web`, one for everything
//! else; and the crate's own tests for the same target. They are tests' programs: nothing of them is optimised for
//! size, and nothing of them is published.

use std::path::PathBuf;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::build::TARGET;
use crate::shell::{output, program, run as run_program, target_dir};
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

/// The crate's test programs that want nothing of an operating system: no file, no process, no clock. (What of
/// `suite` does want it is not part of it on this target.)
const TESTS: &[&str] = &["suite", "hostile_preludes"];

/// The folder of the crate's own tests: its units, `outcrop`, and each of `TESTS`, each in a folder of its name.
pub fn tests() -> Result<PathBuf> {
    tools::rust_target(TARGET, "the crate's tests run as wasm too")?;
    let mut build = program("cargo");
    build.args(["test", "--no-run", "--quiet", "-p", "outcrop", "--lib"]);
    build.args(TESTS.iter().flat_map(|test| ["--test", test]));
    build.args(["--profile", PROFILE, "--target", TARGET, "--message-format=json-render-diagnostics"]);
    let told = output(&mut build)?;
    let folder = target_dir().join("rust-wasm-tests");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    // So that Node takes what lies here for ES modules.
    std::fs::write(folder.join("package.json"), r#"{"type":"module"}"#)?;
    for line in String::from_utf8(told)?.lines() {
        let line: serde_json::Value = serde_json::from_str(line).context("cargo's JSON")?;
        let (Some(module), Some(name)) = (line["executable"].as_str(), line["target"]["name"].as_str())
        else {
            continue;
        };
        // The start function would be the native test harness's `main`.
        let mut bindgen = Bindgen::new();
        bindgen.input_path(module).out_name(name).typescript(false).emit_start(false);
        bindgen.web(true)?.generate(folder.join(name)).context("wasm-bindgen")?;
    }
    Ok(folder)
}
