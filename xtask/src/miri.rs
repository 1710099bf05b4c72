//! The check `miri`: the pure floors' tests and the bindings' allocator under Miri, which knows of every byte whether it
//! may be read, on a machine of 64 bits and on one of 32, as wasm is. It asks nothing of the network's floors, whose
//! futures run on clocks and threads. (On wasm itself the same tests run in `wasm-units`: Miri has no wasm.)

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{say, target_dir};
use crate::tools;
use crate::trust::rows::Rows;

/// Miri comes with nightly Rust only. It runs nothing of the host's, so it needs no linker for the other target.
const TOOLCHAIN: &str = "nightly";

const TARGETS: &[&str] = &["x86_64-unknown-linux-gnu", "i686-unknown-linux-gnu"];

/// What is run of each package: its arguments, and which tests are not for Miri.
const RUNS: &[(&str, &[&str], &[&str])] = &[
    (
        "outcrop",
        // Floors 0 to 2 and their tests: with these features there is no transport.
        &["-p", "outcrop", "--no-default-features", "--features", "client,types", "--lib"],
        // Of the higher floors, on a clock of their own.
        &["flow::", "transport::", "credentials::"],
    ),
    ("bindings", &["-p", "outcrop-bindings", "--lib"], &[]),
];

/// Runs them all; a row for each target.
pub fn run() -> Result<()> {
    tools::toolchain(TOOLCHAIN, None, "Miri comes with it alone")?;
    for component in ["miri", "rust-src"] {
        tools::component(
            TOOLCHAIN,
            component,
            "Miri runs the tests, and compiles the standard library for itself",
        )?;
    }
    // Each takes one core, and they share nothing.
    std::thread::scope(|scope| {
        let runs: Vec<_> = TARGETS.iter().map(|target| scope.spawn(|| on(target))).collect();
        runs.into_iter()
            .try_for_each(|run| run.join().unwrap_or_else(|_| bail!("a thread of the check panicked")))
    })
}

/// All of them on one target, and its row.
fn on(target: &str) -> Result<()> {
    let start = Instant::now();
    let mut count = 0;
    let mut notes = Vec::new();
    for (name, arguments, without) in RUNS {
        let passed = tests(target, arguments, without).with_context(|| format!("{name} on {target}"))?;
        ensure!(passed > 0, "no test of {name} ran");
        notes.push(format!("{name} {passed}"));
        count += passed;
    }
    let note = format!("unit tests of floors 0 to 2 and of the wasm's allocator: {}", notes.join(", "));
    let mut rows = Rows::new("miri", "cargo xtask test miri", start);
    rows.add(target, "", count, "tests", &note);
    rows.write(&format!("miri-{target}"))?;
    say(format!("{count} tests under Miri on {target}"));
    Ok(())
}

/// Runs one package's tests and answers how many there were. What Miri finds, it says itself.
fn tests(target: &str, arguments: &[&str], without: &[&str]) -> Result<usize> {
    let mut command: Command = tools::toolchain(TOOLCHAIN, None, "Miri comes with it alone")?;
    command.args(["miri", "test", "--target", target]).args(arguments).arg("--");
    for name in without {
        command.args(["--skip", name]);
    }
    // A folder for each, or one would wait for the other.
    command.env("CARGO_TARGET_DIR", target_dir().join("miri").join(target));
    // The allocator hands out addresses, as it does in the wasm, and there is no other way to reach them.
    command.env("MIRIFLAGS", "-Zmiri-permissive-provenance");
    let told = crate::shell::output(&mut command)?;
    let told = String::from_utf8_lossy(&told);
    print!("{told}");
    let counts = told
        .lines()
        .filter_map(|line| line.strip_prefix("test result: ok. ")?.split(' ').next()?.parse::<usize>().ok());
    Ok(counts.sum())
}
