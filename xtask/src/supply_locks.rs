//! What npm and pip install for the build and the tests: pinned, and by its hash where npm has one. It refuses a range,
//! a package from elsewhere than the registry, and one without a hash. (The npm package itself installs nothing.)

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::shell::{self, program, root};
use crate::tools;
use crate::trust::rows::Rows;

/// Committed files of this name, in any folder.
pub fn named(name: &str) -> Result<Vec<PathBuf>> {
    let told = shell::output(program("git").args(["ls-files", "-z", "--", name, &["*/", name].concat()]))?;
    let names = String::from_utf8(told)?;
    let files: Vec<PathBuf> =
        names.split('\0').filter(|name| !name.is_empty()).map(|name| root().join(name)).collect();
    ensure!(!files.is_empty(), "git knows of no {name}");
    Ok(files)
}

fn read(file: &PathBuf) -> Result<Value> {
    serde_json::from_slice(&fs::read(file)?).with_context(|| file.display().to_string())
}

/// Lock files of npm, manifests and requirements.
pub fn check(rows: &mut Rows) -> Result<()> {
    let (mut packages, mut scripts) = (0_usize, 0_usize);
    let locks = named("package-lock.json")?;
    for file in &locks {
        let lock = read(file)?;
        let at = |what: &str| format!("{}: {what}", file.strip_prefix(root()).unwrap_or(file).display());
        // The form that has hashes and licences of every package: npm's since version 7.
        ensure!(lock["lockfileVersion"] == 3, at("not of version 3"));
        for (name, package) in lock["packages"].as_object().context("no packages")? {
            let version = package["version"].as_str().unwrap_or_default();
            if name.is_empty() || package["link"] == true || package["inBundle"] == true {
                continue;
            }
            packages = packages.saturating_add(1);
            scripts = scripts.saturating_add(usize::from(package["hasInstallScript"] == true));
            let from = package["resolved"].as_str().unwrap_or_default();
            ensure!(
                from.is_empty() || from.starts_with("file:"),
                at(&format!("{name} is bound to an address"))
            );
            let hash = package["integrity"].as_str().unwrap_or_default();
            // The tarball of our own package, which the tests pack and install.
            let packed_here = from.starts_with("file:");
            ensure!(hash.starts_with("sha512-") || packed_here, at(&format!("{name} has no SHA-512")));
            ensure!(!version.contains(':'), at(&format!("{name} is not from the registry: {version}")));
        }
    }
    let manifests = named("package.json")?;
    for file in &manifests {
        let manifest = read(file)?;
        for kind in ["dependencies", "devDependencies", "optionalDependencies", "overrides"] {
            for (name, version) in manifest[kind].as_object().into_iter().flatten() {
                // `npm:other@1.2.3` is another package under this name.
                let exact = version.as_str().is_some_and(|version| {
                    let version = version
                        .strip_prefix("npm:")
                        .and_then(|alias| alias.rsplit('@').next())
                        .unwrap_or(version);
                    semver::Version::parse(version).is_ok() || version.starts_with("file:")
                });
                ensure!(exact, "{}: {name} is {version}, not one version", file.display());
            }
        }
    }
    let requirements = named("requirements.txt")?;
    for file in &requirements {
        for line in fs::read_to_string(file)?.lines() {
            let line = line.trim();
            let pinned = line.is_empty() || line.starts_with('#') || line.contains("==");
            ensure!(pinned, "{}: {line} is not pinned", file.display());
        }
    }
    println!(
        "{} lock files of npm with {packages} packages, each with its hash ({scripts} have install scripts, which are \
         never run); {} manifests and {} requirements with exact versions",
        locks.len(),
        manifests.len(),
        requirements.len()
    );
    let note = format!("in {} lock files, each by its SHA-512; no install script is run", locks.len());
    rows.add("packages of npm, locked", "", packages, "packages", &note);
    Ok(())
}

/// The row of what npm was asked.
const AUDITED: &str = "advisories of npm's packages";

/// What the registry knows against what is locked. High or worse is refused in what builds the package and the page;
/// of the tests' apps, which pin old frameworks on purpose, it is told.
pub fn audit(rows: &mut Rows) -> Result<()> {
    tools::node()?;
    let strict = ["bindings", "www"].map(|name| root().join(name));
    let mut bad = Vec::new();
    let mut asked = 0_usize;
    let mut told = Vec::new();
    let mut locks = named("package-lock.json")?;
    // What is shipped from comes first.
    locks.sort_by_key(|file| !file.parent().is_some_and(|folder| strict.contains(&folder.to_owned())));
    for file in &locks {
        let folder = file.parent().context("no folder")?;
        let mut ask = program("npm");
        ask.args(["audit", "--json", "--package-lock-only"]).current_dir(folder);
        let answer: Value = serde_json::from_slice(&ask.output()?.stdout).unwrap_or_default();
        let Some(counts) = answer.pointer("/metadata/vulnerabilities") else {
            let reason =
                answer["message"].as_str().or(answer["error"]["summary"].as_str()).unwrap_or("no answer");
            println!("npm's advisories: not asked here, as the registry does not answer: {reason}");
            rows.add(
                AUDITED,
                "npm audit",
                0,
                "lock files",
                "not asked here, as the registry does not answer",
            );
            return Ok(());
        };
        asked = asked.saturating_add(1);
        let count = |level: &str| counts[level].as_u64().unwrap_or_default();
        let name = folder.strip_prefix(root()).unwrap_or(folder).display().to_string();
        let serious = count("high").saturating_add(count("critical"));
        if serious > 0 {
            told.push(format!("{name}: {serious}"));
            if strict.contains(&folder.to_owned()) {
                bad.push(name);
            }
        }
    }
    println!("npm's advisories: {asked} lock files asked, high or worse: {told:?}");
    let note =
        format!("none high or worse in what builds the package and the page; in the tests' apps: {told:?}");
    rows.add(AUDITED, "npm audit", asked, "lock files", &note);
    ensure!(bad.is_empty(), "high or worse in {}", bad.join(", "));
    Ok(())
}
