//! The crate as others build it: with each set of features, with an old compiler, with old versions of what it needs. It
//! only checks (no code is made, nothing runs), and it refuses a warning.
//! The compiler's warnings are asked for in each set, clippy's in those that leave a part of the crate out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::shell::{self, program, say, target_dir};
use crate::{bench, build, published, rustdoc, tools};

/// A set of features, with those that they bring.
type Features = BTreeSet<String>;

/// Tried alone and with all others, not in each set: on that target they switch nothing, or (`aws`) one module that
/// nothing else asks for. Each of them would double the number of sets, and what they bring makes them slow.
const ALONE_NATIVELY: &[&str] = &["aws", "fetch"];
const ALONE_ON_WASM32: &[&str] = &["aws", "ureq"];

/// Sets in which clippy is asked, as it costs more: no feature, each that stands alone, and how pages and small programs
/// take the crate.
const LINTED_NATIVELY: &[&[&str]] = &[
    &[],
    &["client"],
    &["types"],
    &["client", "types"],
    &["catalog"],
    &["reqwest"],
    &["client", "types", "ureq"],
];
const LINTED_ON_WASM32: &[&[&str]] = &[&[], &["types", "fetch"]];

/// The check `features`: every set of features that differs from the others, natively and on wasm32.
pub fn features() -> Result<()> {
    let manifest = rustdoc::manifest()?;
    let table = manifest["features"].as_table().context("no features")?;
    let names: Vec<&str> = table.keys().map(String::as_str).filter(|name| *name != "default").collect();
    tools::rust_target(build::TARGET, "every set of features is checked for it")?;
    for (target, without, linted) in
        [("", ALONE_NATIVELY, LINTED_NATIVELY), (build::TARGET, ALONE_ON_WASM32, LINTED_ON_WASM32)]
    {
        let linted: BTreeSet<Features> = linted.iter().map(|set| closure(table, set)).collect();
        let varied: Vec<&str> = names.iter().copied().filter(|name| !without.contains(name)).collect();
        let mut sets: BTreeSet<Features> = powerset(&varied).map(|set| closure(table, &set)).collect();
        sets.extend(without.iter().map(|&alone| closure(table, &[alone])));
        sets.insert(closure(table, &names));
        sets.insert(closure(table, &["default"]));
        ensure!(linted.is_subset(&sets), "clippy is to be asked in a set that is not among them");
        let target_name = if target.is_empty() { "natively" } else { target };
        say(format!("{} sets of features, {target_name}", sets.len()));
        for set in &sets {
            let list = set.iter().map(String::as_str).collect::<Vec<_>>().join(",");
            let mut check = program("cargo");
            check.arg(if linted.contains(set) { "clippy" } else { "check" });
            check.args(["-p", "outcrop", "--lib", "--no-default-features", "--features", &list]);
            silent(check.args(rustdoc::target(target))).with_context(|| format!("{target_name}: {list}"))?;
        }
        println!(
            "{target_name}: {} sets of {} features, without a warning; {} of them for clippy too",
            sets.len(),
            varied.len(),
            linted.len()
        );
    }
    Ok(())
}

/// Every subset.
fn powerset<'a>(names: &'a [&'a str]) -> impl Iterator<Item = Vec<&'a str>> {
    // As many bits as features, of which there are fewer than 32.
    (0..1_u32 << names.len()).map(|bits| {
        names.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, name)| *name).collect()
    })
}

/// The features and those that they switch on.
fn closure(table: &toml::Table, features: &[&str]) -> Features {
    let mut found = Features::new();
    let mut ahead: Vec<String> = features.iter().map(|&name| name.to_owned()).collect();
    while let Some(name) = ahead.pop() {
        let brings = table.get(&name).and_then(toml::Value::as_array).into_iter().flatten();
        ahead.extend(
            brings
                .filter_map(toml::Value::as_str)
                .filter(|name| table.contains_key(*name))
                .map(str::to_owned),
        );
        found.insert(name);
    }
    found.remove("default");
    found
}

/// Where `versions` compiles: another compiler and other versions share little with what the other checks compile, and so
/// neither waits for the other.
fn versions_dir() -> PathBuf {
    target_dir().join("versions")
}

/// Runs a `cargo check` that must have nothing to say of our crate.
fn silent(check: &mut Command) -> Result<()> {
    // Nothing here is compiled twice with a small change: what would speed that up only takes time and room.
    let output = check
        .args(["--quiet", "--profile", bench::PROFILE, "--message-format", "json"])
        .env("CARGO_INCREMENTAL", "0")
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("cargo cannot be started")?;
    let mut said = 0_usize;
    for line in output.stdout.split(|byte| *byte == b'\n') {
        let Ok(message) = serde_json::from_slice::<Value>(line) else { continue };
        let ours = message["target"]["name"] == "outcrop" && message["reason"] == "compiler-message";
        let level = message["message"]["level"].as_str().unwrap_or_default();
        if level.starts_with("error") || ours && level == "warning" {
            eprintln!("{}", message["message"]["rendered"].as_str().unwrap_or_default());
            said = said.saturating_add(1);
        }
    }
    ensure!(output.status.success(), "it does not compile");
    ensure!(said == 0, "the compiler has {said} things to say");
    Ok(())
}

/// The oldest compiler that the crate's manifest names.
fn oldest() -> Result<String> {
    let manifest = rustdoc::manifest()?;
    let oldest = manifest["package"]["rust-version"].as_str().context("no rust-version")?;
    // Cargo.toml names a release without its patch, rustup wants all three numbers.
    Ok(if oldest.matches('.').count() == 1 { format!("{oldest}.0") } else { oldest.to_owned() })
}

/// It, installed with what `versions` asks of it.
pub fn oldest_compiler() -> Result<()> {
    let why = "the oldest compiler that the crate may be built with";
    tools::toolchain(&oldest()?, Some(build::TARGET), why).map(|_| ())
}

/// The check `versions`: what `cargo package` packs, by itself, on the oldest compiler that it names, and with the oldest
/// versions that it allows of what it needs.
pub fn versions() -> Result<()> {
    let oldest = oldest()?;
    let packed = published::packed_crate(&versions_dir())?;

    for (target, features) in [("", "catalog,ureq"), (build::TARGET, "catalog")] {
        let wasm = (!target.is_empty()).then_some(target);
        let mut check =
            tools::toolchain(&oldest, wasm, "the oldest compiler that the crate may be built with")?;
        check.current_dir(&packed).env("CARGO_TARGET_DIR", versions_dir()).args([
            "check",
            "--lib",
            "--locked",
            "--features",
            features,
        ]);
        say(format!("the packed crate on Rust {oldest} {target}"));
        silent(check.args(rustdoc::target(target)))?;
    }
    println!("the packed crate compiles on Rust {oldest}, natively and on wasm32, without `aws`");

    let lowest = lowest(&packed)?;
    tools::rust_target(build::TARGET, "the oldest versions are checked for it too")?;
    for target in ["", build::TARGET] {
        let mut check = program("cargo");
        check.current_dir(&packed).env("CARGO_TARGET_DIR", versions_dir()).args([
            "check",
            "--lib",
            "--locked",
            "--all-features",
        ]);
        say(format!("the packed crate with the oldest versions it allows {target}"));
        silent(check.args(rustdoc::target(target)))?;
    }
    println!("the packed crate compiles with {}", lowest.join(", "));
    Ok(())
}

/// Puts the oldest version that the manifest allows of each direct dependency into the lock file, and leaves the others
/// as they are locked. Answers what it chose.
fn lowest(packed: &Path) -> Result<Vec<String>> {
    let path = packed.join("Cargo.toml");
    let mut manifest: toml::Table = toml::from_str(&fs::read_to_string(&path)?)?;
    // What the tests need is nothing to those who build the crate, and may want newer versions of the same things.
    manifest.remove("dev-dependencies");
    let mut needed: BTreeSet<String> = names(&manifest);
    for table in manifest.get_mut("target").and_then(toml::Value::as_table_mut).into_iter().flatten() {
        let table = table.1.as_table_mut().context("a target without a table")?;
        table.remove("dev-dependencies");
        needed.extend(names(table));
    }
    fs::write(&path, toml::to_string(&manifest)?)?;
    let path = packed.join("Cargo.lock");
    let mut lock: toml::Table = toml::from_str(&fs::read_to_string(&path)?)?;
    let packages = lock["package"].as_array_mut().context("an empty Cargo.lock")?;
    packages.retain(|package| !package["name"].as_str().is_some_and(|name| needed.contains(name)));
    fs::write(&path, toml::to_string(&lock)?)?;
    // Cargo itself chooses, and refuses if what else is needed wants a newer one. This writes the lock file and compiles
    // nothing; the leave to use what is unstable in cargo goes no further than that.
    let mut resolve = program("cargo");
    resolve
        .current_dir(packed)
        .args(["metadata", "--quiet", "--format-version", "1", "-Zdirect-minimal-versions"])
        .env("RUSTC_BOOTSTRAP", "1");
    let told: Value = serde_json::from_slice(&shell::output(&mut resolve)?)?;
    let root = told["resolve"]["root"].as_str().context("no root")?;
    let nodes = told["resolve"]["nodes"].as_array().context("no nodes")?;
    let node = nodes.iter().find(|node| node["id"] == root).context("no such node")?;
    let chosen: BTreeSet<&str> =
        node["deps"].as_array().into_iter().flatten().filter_map(|dep| dep["pkg"].as_str()).collect();
    let packages = told["packages"].as_array().context("no packages")?;
    let named =
        packages.iter().filter(|package| package["id"].as_str().is_some_and(|id| chosen.contains(id)));
    Ok(named
        .map(|package| {
            [&package["name"], &package["version"]].map(|text| text.as_str().unwrap_or_default()).join(" ")
        })
        .collect())
}

/// What a manifest's table of dependencies names.
fn names(table: &toml::Table) -> BTreeSet<String> {
    let needs = table.get("dependencies").and_then(toml::Value::as_table);
    needs.into_iter().flat_map(toml::Table::keys).cloned().collect()
}
