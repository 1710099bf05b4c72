//! `cargo xtask build`: the npm package, from Rust and TypeScript to bindings/dist.

use anyhow::Result;

/// What can be asked of the build.
#[derive(clap::Args)]
pub struct Options {}

/// Builds the package.
pub fn run(_options: &Options) -> Result<()> {
    Ok(())
}
