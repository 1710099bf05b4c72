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

/// Whose signatures.
#[derive(clap::Subcommand)]
pub enum Signing {
    /// AWS's signer in Rust
    AwsSigv4(Requests),
    /// AWS's signer in Python
    Botocore(Requests),
    /// AWS's signer in JavaScript, against outcrop/sign too
    SmithyJs(Requests),
}

/// How many requests, and from where.
#[derive(clap::Args)]
pub struct Requests {
    /// So many requests
    #[arg(long)]
    requests: u64,
    /// A number; without it one from the clock, which is printed
    #[arg(long)]
    seed: Option<String>,
}

/// Random requests, signed by outcrop and by one of AWS's signers.
pub fn signing(against: &Signing) -> Result<()> {
    let (mut program, requests) = match against {
        Signing::AwsSigv4(requests) => {
            let mut tests = shell::program("cargo");
            tests.args(["test", "--profile", bench::PROFILE]).args(bench::TESTED);
            tests.args(["--test", "suite", "random_requests_are_signed_as_aws_sigv4", "--", "--show-output"]);
            tests.env("OUTCROP_REQUESTS", requests.requests.to_string());
            (tests, requests)
        }
        Signing::Botocore(requests) => (judges("against-botocore")?, requests),
        Signing::SmithyJs(requests) => (judges("against-smithy-js")?, requests),
    };
    if !matches!(against, Signing::AwsSigv4(_)) {
        program.args(["--requests", &requests.requests.to_string()]);
    }
    shell::run(program.envs(requests.seed.iter().map(|seed| ("OUTCROP_SEED", seed))))
}

/// As CI has it.
pub fn signing_check() -> Result<()> {
    signing(&Signing::SmithyJs(Requests { requests: 5000, seed: None }))
}

/// Each eighth cut of every recorded stream, and all around the ends of frames; `node tests/runtimes/node/cuts.mjs` makes
/// all of them, in four minutes.
pub fn cuts_check() -> Result<()> {
    test::packed()?;
    let mut cuts = Command::new(tools::node()?);
    shell::run(cuts.current_dir(root()).args(["tests/runtimes/node/cuts.mjs", "--every", "8"]))
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
