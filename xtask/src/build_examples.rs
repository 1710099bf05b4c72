//! Builds the examples in Rust, tests/examples, as their own workspaces: cargo, and for wasm wasm-bindgen as the usual
//! tools run it (worker-build for a Worker, `wasm-bindgen --target web` for a page). It optimises nothing for size.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::build::TARGET;
use crate::shell::{self, program, root, run as run_program};
use crate::tools;

/// Where the built examples are: `worker` and `page`, a folder each.
pub fn run() -> Result<PathBuf> {
    tools::rust_target(TARGET, "the examples of Rust on wasm are built for it")?;
    let built = shell::target_dir().join("examples");

    // What worker-build does, but for its shim: the module is imported, and no loader is there.
    let mut worker = Bindgen::new();
    worker.input_path(compiled("worker-rs", "outcrop_example_worker.wasm")?).out_name("index");
    worker.module(true)?.typescript(false).reset_state_function(true).force_enable_abort_handler(true);
    emptied(&built.join("worker"))?;
    worker.generate(built.join("worker")).context("wasm-bindgen of the Worker")?;

    let mut page = Bindgen::new();
    page.input_path(compiled("page-rs", "outcrop-example-page.wasm")?).web(true)?.typescript(false);
    // As the program `wasm-bindgen` does: `init()` finds the module beside its own file.
    page.omit_default_module_path(false);
    let folder = built.join("page");
    emptied(&folder)?;
    page.generate(folder.join("pkg")).context("wasm-bindgen of the page")?;
    for file in ["index.html", "start.mjs"] {
        std::fs::copy(root().join("tests/examples/page-rs").join(file), folder.join(file)).context(file)?;
    }
    Ok(built)
}

fn emptied(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())
}

/// A folder that the examples share, for they need much of the same.
pub fn target_dir() -> PathBuf {
    shell::target_dir().join("examples/target")
}

/// The chat in the terminal: formatted, without a warning, its own tests passed. Answers the program.
pub fn chat() -> Result<PathBuf> {
    let target = target_dir();
    let cargo = cargo_in("cli-chat");
    cargo(&["fmt", "--check"])?;
    cargo(&["test", "--quiet", "--locked"])?;
    cargo(&["build", "--quiet", "--locked"])?;
    Ok(target.join("debug").join(format!("chat{}", std::env::consts::EXE_SUFFIX)))
}

/// Runs cargo in an example's folder.
fn cargo_in(name: &str) -> impl Fn(&[&str]) -> Result<()> {
    let folder = root().join("tests/examples").join(name);
    let target = target_dir();
    move |arguments: &[&str]| {
        run_program(
            program("cargo")
                .args(arguments)
                .current_dir(&folder)
                .env("CARGO_TARGET_DIR", &target)
                .env("RUSTFLAGS", "-D warnings")
                // A third of the time and 30 MB of each module, for lines in traces that no test reads.
                .env("CARGO_PROFILE_DEV_DEBUG", "0"),
        )
    }
}

/// Formatted, and compiled without a warning. Answers the module.
fn compiled(name: &str, module: &str) -> Result<PathBuf> {
    let target = target_dir();
    let cargo = cargo_in(name);
    cargo(&["fmt", "--check"])?;
    cargo(&["build", "--quiet", "--locked", "--target", TARGET])?;
    Ok(target.join(TARGET).join("debug").join(module))
}
