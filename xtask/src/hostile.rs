//! `cargo xtask hostile` and `cargo xtask signing`: millions of frames and requests, judged by outcrop and by the oracles.
//! It installs what the oracles need and starts the programs of tests/oracles, which count and report.

use anyhow::Result;

use crate::shell::{self, root};
use crate::{bench, test, tools};
use std::process::Command;

/// How many hostile frames, and from where.
#[derive(clap::Args)]
pub struct Frames {
    /// So many frames
    #[arg(long, default_value_t = 1_000_000)]
    frames: u64,
    /// A number, or `random`; without it the one of CI
    #[arg(long)]
    seed: Option<String>,
    /// So many judges of each kind side by side
    #[arg(long, default_value_t = 2)]
    workers: u64,
}

/// As CI has it.
pub fn frames_check() -> Result<()> {
    frames(&Frames { frames: 1_000_000, seed: None, workers: 2 })
}

/// Frames, judged by five decoders.
pub fn frames(options: &Frames) -> Result<()> {
    let mut judges = judges("hostile")?;
    judges.args(["--frames", &options.frames.to_string(), "--workers", &options.workers.to_string()]);
    shell::run(judges.args(options.seed.iter().flat_map(|seed| ["--seed", seed])))
}

/// A program of tests/oracles that starts Node with the packed package and AWS's, and Python with botocore.
fn judges(name: &str) -> Result<Command> {
    test::packed()?;
    let oracles = root().join("tests/oracles");
    tools::npm_ci(&oracles.join("clients"), "AWS's JavaScript client is an oracle")?;
    let python = tools::python("oracles", &oracles.join("python/requirements.txt"), "botocore is an oracle")?;
    let mut program = Command::new(bench::program_of("outcrop-oracles", name)?);
    program.current_dir(root()).env("NODE", tools::node()?).envs(python.environment());
    Ok(program)
}
