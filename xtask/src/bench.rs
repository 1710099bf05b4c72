//! `cargo xtask bench`: figures, printed and written as Markdown below the target folder; it judges none of them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{self, program, target_dir};
use crate::{build_rust_wasm, side_by_side, test, tools};

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
    /// What an app weighs with the package and with each peer
    Size(Rounds),
    /// Decoding, by how the bytes come
    Decode(Rounds),
    /// Signing, by how long the body is
    Sign(Rounds),
    /// Streams and their first events over localhost, in Node, workerd and Chromium
    E2e(Rounds),
    /// From import to the first signed request, in the same places
    Cold(Rounds),
    /// The memory of 1,000 streams at once
    Streams(Rounds),
    /// The Rust crate beside AWS's crates, in rounds of its own
    Native(Rounds),
    /// How cost grows with events, bodies and streams, as plots
    Grow(Rounds),
    /// All of these but `stop`
    All {
        /// Rounds in which all contenders take turns
        #[arg(long, default_value_t = 5)]
        rounds: u32,
        /// Write the table into the README
        #[arg(long)]
        readme: bool,
    },
}

/// How often each contender is measured.
#[derive(clap::Args)]
pub struct Rounds {
    /// Rounds in which all contenders take turns
    #[arg(long, default_value_t = 5)]
    rounds: u32,
}

/// Measures.
pub fn run(bench: &Bench) -> Result<()> {
    let (part, Rounds { rounds }) = match bench {
        Bench::Stop { count, only } => return stop(*count, only.as_deref()),
        Bench::Size(rounds) => ("size", rounds),
        Bench::Decode(rounds) => ("decode", rounds),
        Bench::Sign(rounds) => ("sign", rounds),
        Bench::E2e(rounds) => ("e2e", rounds),
        Bench::Cold(rounds) => ("cold", rounds),
        Bench::Streams(rounds) => ("streams", rounds),
        Bench::Native(rounds) => ("native", rounds),
        Bench::Grow(rounds) => ("grow", rounds),
        Bench::All { rounds, readme } => {
            measure(if *readme { &["all", "--readme"] } else { &["all"] }, *rounds)?;
            // A table's columns stand below each other there.
            return if *readme { test::biome("mend") } else { Ok(()) };
        }
    };
    measure(&[part], *rounds)
}

/// All parts but growth, once each: that they can be measured at all, and that memory is given back.
pub fn once() -> Result<()> {
    measure(&["size", "decode", "sign", "e2e", "cold", "streams"], 1)
}

fn measure(parts: &[&str], rounds: u32) -> Result<()> {
    // What is measured is what the sources say now, not what was built some time ago.
    test::package()?;
    test::packed()?;
    let folder = shell::root().join("tests/bench");
    tools::npm_ci(&folder, "the peers that the package is measured beside, and what draws the plots")?;
    let mut bench = Command::new(tools::node()?);
    bench.current_dir(shell::root()).arg("tests/bench/bench.mjs").args(parts);
    bench.args(["--rounds", &rounds.to_string()]);
    if parts.iter().any(|part| matches!(*part, "e2e" | "cold" | "all")) {
        tools::npm_ci(&shell::root().join("tests/runtimes/workerd"), "miniflare brings workerd")?;
        bench.envs(tools::chromium("pages are measured too")?.environment());
    }
    shell::run(&mut bench)
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
    let path = target_dir().join(PROFILE).join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    // Cargo would wait for the cargo of another check, only to find everything built.
    if side_by_side::there("programs") && path.exists() {
        return Ok(path);
    }
    shell::run(
        program("cargo").args(["build", "--quiet", "--profile", PROFILE]).args(TESTED).args(["--bin", name]),
    )
    .with_context(|| format!("{name} of {package} was not built"))?;
    Ok(path)
}
