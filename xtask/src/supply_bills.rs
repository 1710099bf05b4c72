//! Bills of materials, CycloneDX: what is in the npm package's wasm, and what the crate brings. Made from cargo's own
//! tree and Cargo.lock; written and held to the schema by CycloneDX's library. The npm package installs nothing, so
//! npm's own bill would be empty: what it holds are crates.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::trees::{self, Id};
use crate::shell::{root, target_dir};
use crate::{rustdoc, tools};

/// Which tree of tests/supply/trees.toml the bill is of, the package that it is for, and its file.
const BILLS: &[(&str, &str, &str)] = &[
    ("npm package, its wasm", "npm", "outcrop.npm.cdx.json"),
    ("crate, native", "cargo", "outcrop.crate.cdx.json"),
];

/// Writes them to target/supply.
pub fn run() -> Result<()> {
    let folder = root().join("tests/supply");
    let python =
        tools::python("supply", &folder.join("requirements.txt"), "CycloneDX's library writes bills")?;
    let place = target_dir().join("supply");
    fs::create_dir_all(&place)?;
    let hashes = locked()?;
    for (what, registry, file) in BILLS {
        let tree = trees::listed()?.into_iter().find(|tree| tree.what == *what);
        let (of, crates) = trees::crates(&tree.with_context(|| format!("no tree is called {what}"))?)?;
        let version = rustdoc::version()?;
        let reference = |id: &Id| if *id == of { "outcrop".to_owned() } else { format!("{}@{}", id.0, id.1) };
        let parts: Vec<_> = crates
            .iter()
            .map(|(id, entry)| {
                json!({
                    "ref": reference(id), "name": id.0, "version": id.1, "license": entry.license,
                    "sha256": hashes.get(id), "shipped": entry.shipped,
                    "needs": entry.needs.iter().map(reference).collect::<Vec<_>>(),
                })
            })
            .collect();
        let asked = json!({ "registry": registry, "name": "outcrop", "version": version, "parts": parts });
        let path = place.join(file);
        let mut write = python.command();
        write.arg(folder.join("bill.py")).arg(&path).stdin(Stdio::piped());
        let mut child = write.spawn().context("Python does not start")?;
        child.stdin.take().context("no stdin")?.write_all(asked.to_string().as_bytes())?;
        ensure!(child.wait()?.success(), "{file} was not written");
        let written: serde_json::Value = serde_json::from_slice(&fs::read(&path)?)?;
        let listed = written["components"].as_array().map_or(0, Vec::len);
        ensure!(listed + 1 == crates.len(), "{file} has {listed} of {} crates", crates.len());
        println!("{file}: {listed} crates beside our own");
    }
    Ok(())
}

/// SHA-256 of every crate that Cargo.lock names.
fn locked() -> Result<BTreeMap<Id, String>> {
    let lock: toml::Table = toml::from_str(&fs::read_to_string(root().join("Cargo.lock"))?)?;
    let packages = lock["package"].as_array().context("an empty Cargo.lock")?;
    let text = |value: Option<&toml::Value>| value.and_then(toml::Value::as_str).map(str::to_owned);
    Ok(packages
        .iter()
        .filter_map(|package| {
            let id = (text(package.get("name"))?, text(package.get("version"))?);
            Some((id, text(package.get("checksum"))?))
        })
        .collect())
}
