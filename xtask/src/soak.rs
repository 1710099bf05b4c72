//! `cargo xtask soak`: streams with random faults by the hundred thousand through one instance, in Node and in Chromium;
//! it judges nothing itself, the programs of tests/soak do.

use std::process::Command;

use anyhow::Result;

use crate::shell::{self, root};
use crate::{test, tools};

/// How much.
#[derive(clap::Args)]
pub struct Options {
    /// Streams in Node; 0 for none
    #[arg(long, default_value_t = 1_000_000)]
    streams: u32,
    /// Streams in a page of Chromium; 0 for none
    #[arg(long, default_value_t = 100_000)]
    chromium: u32,
    /// What the faults are chosen by: 32 bits
    #[arg(long, default_value_t = 24_301)]
    seed: u32,
    /// The share in Node that goes over sockets and not through the option `fetch`
    #[arg(long, default_value_t = 0.21)]
    sockets: f32,
    /// The same in Chromium, which has six connections for it
    #[arg(long, default_value_t = 0.1)]
    chromium_sockets: f32,
}

/// A whole one, by hand.
pub fn run(options: &Options) -> Result<()> {
    // What is tried is what the sources say now.
    test::package()?;
    soak(options)
}

/// A short one, with the same assertions: less than two minutes.
pub fn check() -> Result<()> {
    soak(&Options { streams: 20_000, chromium: 20_000, seed: 24_301, sockets: 0.21, chromium_sockets: 0.1 })
}

fn soak(Options { streams, chromium, seed, sockets, chromium_sockets }: &Options) -> Result<()> {
    test::packed()?;
    tools::npm_ci(&root().join("tests/bench"), "Smithy's codec makes the frames of the streams")?;
    let program = |flags: &[&str], file: &str, streams: u32, sockets: f32| -> Result<Command> {
        let mut soak = Command::new(tools::node()?);
        soak.current_dir(root()).args(flags).arg(["tests/soak/", file].concat());
        soak.args(["--streams", &streams.to_string(), "--seed", &seed.to_string()]);
        soak.args(["--sockets", &sockets.to_string()]);
        Ok(soak)
    };
    if *streams > 0 {
        shell::run(&mut program(&["--expose-gc"], "node.mjs", *streams, *sockets)?)?;
    }
    if *chromium > 0 {
        let browser = tools::chromium("streams are opened in a page too")?;
        shell::run(program(&[], "chromium.mjs", *chromium, *chromium_sockets)?.envs(browser.environment()))?;
    }
    Ok(())
}
