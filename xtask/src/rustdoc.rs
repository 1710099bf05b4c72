//! rustdoc as docs.rs runs it, on the toolchain in use: rustdoc alone is allowed what is not stable yet, so nothing that
//! the crate depends on is compiled anew for it. It refuses a warning, a feature that the front page does not name, and
//! items that do not say which feature they need.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{self, program, root, target_dir};
use crate::{bench, build, tools};

/// Set by us: this program has been started in rustdoc's place.
const STAND_IN: &str = "OUTCROP_IS_RUSTDOC";

/// Where cargo started us as rustdoc: runs it, with the leave to use what is unstable. (In cargo's own environment the
/// leave would have every build script asked again, and so the whole tree compiled.)
pub fn stand_in() -> Option<ExitCode> {
    std::env::var_os(STAND_IN)?;
    let arguments = std::env::args_os().skip(1);
    let status =
        Command::new("rustdoc").args(arguments).env("RUSTC_BOOTSTRAP", "1").env_remove(STAND_IN).status();
    Some(match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("rustdoc cannot be started: {error}");
            ExitCode::FAILURE
        }
    })
}

/// This cargo, with us as its rustdoc.
pub fn unstable(cargo: &mut Command) -> Result<&mut Command> {
    Ok(cargo.env("RUSTDOC", std::env::current_exe()?).env(STAND_IN, "1"))
}

/// The crate's manifest.
pub fn manifest() -> Result<toml::Table> {
    let text = fs::read_to_string(root().join("crate/Cargo.toml")).context("crate/Cargo.toml")?;
    toml::from_str(&text).context("crate/Cargo.toml")
}

/// The crate's version, which is the workspace's.
pub fn version() -> Result<String> {
    let text = fs::read_to_string(root().join("Cargo.toml")).context("Cargo.toml")?;
    let workspace: toml::Table = toml::from_str(&text).context("Cargo.toml")?;
    let version =
        workspace["workspace"]["package"]["version"].as_str().context("no version in Cargo.toml")?;
    Ok(version.to_owned())
}

/// What cargo is told of a target: nothing for the machine's own, whose work then lies with everything else.
pub fn target(name: &str) -> Vec<&str> {
    if name == build::TARGET { vec!["--target", name] } else { Vec::new() }
}

/// The check `docs`.
pub fn docs() -> Result<()> {
    let manifest = manifest()?;
    front_page(&manifest)?;
    let settings = &manifest["package"]["metadata"]["docs"]["rs"];
    ensure!(settings["all-features"].as_bool() == Some(true), "docs.rs shall show every feature");
    for name in settings["targets"].as_array().context("no targets for docs.rs")? {
        let name = name.as_str().context("a target that is no text")?;
        let wasm = name == build::TARGET;
        if wasm {
            tools::rust_target(name, "docs.rs shows the crate for it too")?;
        }
        marks(pages(wasm.then_some(name))?.join("outcrop"), wasm)?;
    }
    Ok(())
}

/// The pages as docs.rs shows them, for that target or this machine, and the folder where they lie.
pub fn pages(target: Option<&str>) -> Result<PathBuf> {
    let mut doc = program("cargo");
    doc.args(["doc", "--profile", bench::PROFILE, "--no-deps", "-p", "outcrop", "--all-features"])
        .args(target.map(self::target).into_iter().flatten())
        .env("RUSTDOCFLAGS", "-D warnings --cfg docsrs");
    shell::run(unstable(&mut doc)?)?;
    Ok(target_dir().join(target.unwrap_or_default()).join("doc"))
}

/// Items of features and targets say so.
fn marks(folder: PathBuf, wasm: bool) -> Result<()> {
    let pages: &[(&str, &str)] = if wasm {
        &[("types/index.html", "types"), ("transport/struct.FetchTransport.html", "fetch")]
    } else {
        &[
            ("types/index.html", "types"),
            ("transport/struct.UreqTransport.html", "ureq"),
            ("aws/index.html", "aws"),
        ]
    };
    for (page, feature) in pages {
        let html = fs::read_to_string(folder.join(page)).with_context(|| page.to_owned())?;
        let says = html.contains(&format!("Available on <strong>crate feature <code>{feature}</code>"));
        ensure!(says, "{page} does not say that it needs the feature {feature}");
    }
    Ok(())
}

/// Each feature has its row on the front page and in the README, with whether it is on by default.
fn front_page(manifest: &toml::Table) -> Result<()> {
    let features = manifest["features"].as_table().context("no features")?;
    let default: BTreeSet<&str> =
        features["default"].as_array().into_iter().flatten().filter_map(toml::Value::as_str).collect();
    for (file, mark) in [("crate/src/lib.rs", "//! | `"), ("README.md", "| `")] {
        let text = fs::read_to_string(root().join(file)).context(file)?;
        for feature in features.keys().filter(|name| *name != "default") {
            let row =
                text.lines().find_map(|line| line.strip_prefix(mark)?.strip_prefix(&format!("{feature}`")));
            let Some(row) = row else { bail!("{file} does not name the feature {feature}") };
            let told = row.split('|').nth(1).map(str::trim);
            let wanted = if default.contains(feature.as_str()) { "yes" } else { "no" };
            ensure!(told == Some(wanted), "{file} says {told:?} of the feature {feature}, which is {wanted}");
        }
    }
    Ok(())
}
