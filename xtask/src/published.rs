//! What a registry would get: the files of `cargo package` and of `npm pack`. It refuses one that is missing and one
//! that nobody needs; it publishes nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::bench;
use crate::build::declarations;
use crate::shell::{self, program, root, target_dir};
use crate::{rustdoc, tools};

/// The crate, packed and unpacked again below a target folder, with its contents checked. Answers its folder, which is a
/// workspace of its own.
pub fn packed_crate(target: &Path) -> Result<PathBuf> {
    // From the work tree as it is: what is committed is git's affair.
    let mut package = program("cargo");
    package.args(["package", "-p", "outcrop", "--no-verify", "--allow-dirty", "--quiet", "--target-dir"]);
    shell::run(package.arg(target))?;
    let name = format!("outcrop-{}", rustdoc::version()?);
    let archive = target.join("package").join(format!("{name}.crate"));
    let into = target.join("published");
    if into.exists() {
        fs::remove_dir_all(&into)?;
    }
    fs::create_dir_all(&into)?;
    // tar is part of Linux, macOS and Windows 10.
    shell::run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&into))?;
    let folder = into.join(&name);
    contents(&folder).with_context(|| format!("{name}.crate"))?;
    println!("{name}.crate: {} files, {} bytes", files(&folder)?.len(), fs::metadata(&archive)?.len());
    // Unpacked below the repository's own root, it would be looked for in that workspace. With the profile of the other
    // checks it shares what they have compiled.
    let manifest = folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest)?;
    fs::write(manifest, [text.as_str(), "\n[workspace]\n", &profile_of(bench::PROFILE)?].concat())?;
    Ok(folder)
}

/// A profile of the workspace, as a manifest has it.
fn profile_of(name: &str) -> Result<String> {
    let workspace: toml::Table = toml::from_str(&fs::read_to_string(root().join("Cargo.toml"))?)?;
    let settings = workspace["profile"][name].clone();
    let profile = toml::Table::from_iter([(name.to_owned(), settings)]);
    Ok(toml::to_string(&toml::Table::from_iter([("profile".to_owned(), profile.into())]))?)
}

/// Every file below a folder, by its path from there with `/`.
pub fn files(folder: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut ahead = vec![folder.to_owned()];
    while let Some(next) = ahead.pop() {
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                ahead.push(path);
            } else {
                let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
                found.insert(name);
            }
        }
    }
    Ok(found)
}

/// The sources, the examples, the README and the licences, and what cargo adds: nothing more, nothing less.
fn contents(folder: &Path) -> Result<()> {
    let mut wanted: BTreeSet<String> =
        ["Cargo.toml", "Cargo.toml.orig", "Cargo.lock", "README.md", "LICENSE-APACHE", "LICENSE-MIT"]
            .map(str::to_owned)
            .into();
    for part in ["src", "examples"] {
        let below = files(&root().join("crate").join(part))?;
        wanted.extend(below.into_iter().map(|file| format!("{part}/{file}")));
    }
    let mut there = files(folder)?;
    // Cargo writes it where there is a git repository.
    there.remove(".cargo_vcs_info.json");
    same(&wanted, &there)?;
    for file in ["README.md", "LICENSE-APACHE", "LICENSE-MIT"] {
        // They are links in crate/: what is packed must be what they lead to.
        ensure!(
            fs::read(folder.join(file))? == fs::read(root().join(file))?,
            "{file} is not the repository's (on a system without symbolic links, crate/{file} has become a file)"
        );
    }
    let manifest: toml::Table = toml::from_str(&fs::read_to_string(folder.join("Cargo.toml"))?)?;
    let needs = manifest["dependencies"].as_table().context("no dependencies")?;
    ensure!(
        needs.values().all(|need| need.get("path").is_none() && need.get("git").is_none()),
        "a dependency that no registry has"
    );
    Ok(())
}

fn same(wanted: &BTreeSet<String>, there: &BTreeSet<String>) -> Result<()> {
    let missing: Vec<_> = wanted.difference(there).collect();
    let unneeded: Vec<_> = there.difference(wanted).collect();
    ensure!(missing.is_empty() && unneeded.is_empty(), "missing: {missing:?}; nobody needs: {unneeded:?}");
    Ok(())
}

/// The npm package: each entry with its types, what they import, one wasm, licences, README; nothing that runs on
/// install, nothing to install with it.
pub fn npm() -> Result<()> {
    let bindings = root().join("bindings");
    let mut pack = program("npm");
    pack.args(["pack", "--dry-run", "--silent", "--ignore-scripts", "--json"]).current_dir(&bindings);
    let told: Value =
        serde_json::from_slice(&shell::output(&mut pack)?).context("npm pack did not answer JSON")?;
    // An array in npm up to 11, an object by package name from 12 on.
    let told =
        told.pointer("/0").or_else(|| told.pointer("/outcrop")).context("npm pack told of no package")?;
    let there: BTreeSet<String> = told["files"]
        .as_array()
        .context("npm pack named no files")?
        .iter()
        .filter_map(|file| Some(file["path"].as_str()?.to_owned()))
        .collect();

    let manifest: Value = serde_json::from_str(&fs::read_to_string(bindings.join("package.json"))?)?;
    let mut wanted: BTreeSet<String> =
        ["package.json", "README.md", "LICENSE-APACHE", "LICENSE-MIT", "dist/outcrop.wasm", "dist/core.js"]
            .map(str::to_owned)
            .into();
    let entries = manifest["exports"].as_object().context("no exports")?;
    for (name, entry) in entries.iter().filter(|(name, _)| *name != "./package.json") {
        let conditions = entry.as_object().with_context(|| format!("{name} has no conditions"))?;
        for condition in ["types", "default"] {
            ensure!(conditions.contains_key(condition), "{name} has no {condition}");
        }
        for file in conditions.values() {
            let file = file.as_str().context("a condition that is no file")?;
            wanted.insert(file.trim_start_matches("./").to_owned());
        }
    }
    wanted.extend(declarations::needed(&bindings)?.iter().map(|file| format!("dist/{file}")));
    same(&wanted, &there).context("npm pack (a stale bindings/dist is built anew by `cargo xtask build`)")?;
    ensure!(there.iter().filter(|file| file.ends_with(".wasm")).count() == 1, "not one wasm file");
    for field in ["dependencies", "peerDependencies", "optionalDependencies", "bundleDependencies", "scripts"]
    {
        ensure!(manifest.get(field).is_none(), "package.json has {field}");
    }
    for file in ["README.md", "LICENSE-APACHE", "LICENSE-MIT"] {
        ensure!(
            fs::read(bindings.join(file))? == fs::read(root().join(file))?,
            "{file} is not the repository's"
        );
    }
    println!(
        "outcrop-{}.tgz: {} files, {} entries, {} bytes",
        manifest["version"].as_str().unwrap_or_default(),
        there.len(),
        entries.len(),
        told["size"]
    );
    Ok(())
}

/// The check `crate`.
pub fn check() -> Result<()> {
    tools::node()?;
    crate::test::packed()?;
    npm()?;
    packed_crate(&target_dir())?;
    crate::api::check()
}
