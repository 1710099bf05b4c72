//! Runs other programs in the open: each is printed before it starts, and one that fails ends the
//! command with its name. It never hides output and never goes through a shell.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The repository's root.
pub fn root() -> &'static Path {
    // xtask/ lies directly below the root.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Where cargo puts its work: CARGO_TARGET_DIR if set, else `target` in the root.
#[allow(dead_code, reason = "for the commands that keep files between runs")]
pub fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// One line on what is about to happen, and why.
pub fn say(line: impl AsRef<str>) {
    eprintln!("xtask: {}", line.as_ref());
}

/// A program to be run in the root, on the cargo that runs us if it is cargo.
pub fn program(name: &str) -> Command {
    let mut command = match name {
        "cargo" => Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())),
        // On Windows npm and npx are scripts.
        "npm" | "npx" if cfg!(windows) => Command::new(format!("{name}.cmd")),
        _ => Command::new(name),
    };
    command.current_dir(root());
    command
}

fn told(command: &Command) -> String {
    let mut text =
        Path::new(command.get_program()).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// Runs to the end with our own stdout and stderr; an exit code other than 0 is an error.
pub fn run(command: &mut Command) -> Result<()> {
    say(told(command));
    let status = command.status().with_context(|| format!("cannot start: {}", told(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", told(command));
    }
    Ok(())
}

/// Runs to the end and answers stdout; stderr stays ours.
pub fn output(command: &mut Command) -> Result<Vec<u8>> {
    command.stderr(std::process::Stdio::inherit());
    let output = command.output().with_context(|| format!("cannot start: {}", told(command)))?;
    if !output.status.success() {
        bail!("{} ended with {}", told(command), output.status);
    }
    Ok(output.stdout)
}
