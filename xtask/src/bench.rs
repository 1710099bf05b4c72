//! `cargo xtask bench`: figures, printed and written as Markdown below the target folder; it judges none of them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{self, program, target_dir};
use crate::{build_rust_wasm, test, tools};

/// Optimised, with its checks on, like everything that tests run.
pub const PROFILE: &str = "checked";

/// The packages that are tested and measured natively, with the features that they need between them. All of them
/// are named even where one program of one package is wanted: another choice would be another set of features, and
/// Cargo would compile half of the tree once more for it.
pub const TESTED: &[&str] = &[
    "-p",
    "outcrop",
    "-p",
    "outcrop-bindings",
    "-p",
    "outcrop-emulator",
    "-p",
    "outcrop-oracles",
    "-p",
    "outcrop-bench",
    "--features",
    "outcrop/aws,outcrop/catalog",
];

/// What can be measured.
#[derive(clap::Subcommand)]
pub enum Bench {
    /// How long until the service sees that a stream was stopped, for each way of stopping in each runtime
    Stop {
        /// How many streams for each figure
        #[arg(long, default_value_t = 200)]
        count: u32,
        /// Only the runtimes with this in their names
        #[arg(long)]
        only: Option<String>,
    },
}

/// Measures.
pub fn run(bench: &Bench) -> Result<()> {
    match bench {
        Bench::Stop { count, only } => stop(*count, only.as_deref()),
    }
}

fn stop(count: u32, only: Option<&str>) -> Result<()> {
    test::packed()?;
    tools::npm_ci(&shell::root().join("tests/runtimes/workerd"), "miniflare brings workerd")?;
    let chromium = tools::chromium("streams are stopped in a page too")?;
    let mut bench = Command::new(tools::node()?);
    bench
        .current_dir(shell::root())
        // So that an abandoned stream can be collected when the bench says so.
        .args(["--expose-gc", "tests/bench/stop.mjs", "--count"])
        .arg(count.to_string())
        .args(only.into_iter().flat_map(|only| ["--only", only]))
        .env("OUTCROP_EMULATOR", program_of("outcrop-emulator", "outcrop-emulator")?)
        .env("OUTCROP_BENCH", program_of("outcrop-bench", "outcrop-bench")?)
        .env("OUTCROP_RUST_WASM", build_rust_wasm::run()?)
        .env("OUTCROP_XTASK", std::env::current_exe()?)
        .envs(chromium.environment());
    shell::run(&mut bench)
}

/// A program of one of the workspace's packages, built.
pub fn program_of(package: &str, name: &str) -> Result<PathBuf> {
    shell::run(
        program("cargo").args(["build", "--quiet", "--profile", PROFILE]).args(TESTED).args(["--bin", name]),
    )
    .with_context(|| format!("{name} of {package} was not built"))?;
    Ok(target_dir().join(PROFILE).join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}
