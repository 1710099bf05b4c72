//! `cargo xtask exhaustive`: the tests of `tests/oracles/tests/exhaustive` with all that they can try, which takes minutes;
//! what every run of the tests has time for is part of the check `rust`.

use anyhow::Result;

use crate::bench::{PROFILE, TESTED};
use crate::shell::{self, program};

/// Runs them one after the other: each takes every core.
pub fn run() -> Result<()> {
    let mut tests = program("cargo");
    tests.args(["test", "--profile", PROFILE]).args(TESTED).args(["--test", "suite", "exhaustive::", "--"]);
    shell::run(tests.args(["--test-threads", "1", "--nocapture"]).env("OUTCROP_EXHAUSTIVE", "all"))
}
