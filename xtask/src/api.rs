//! The crate's public API, one item a line: `cargo xtask api` writes the listings of crate/api, and the check `crate`
//! refuses a crate that is not as they say, and a release that takes away what the one before it had.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{self, program, root, say, target_dir};
use crate::{bench, build, rustdoc, tools};

/// Whose account of a crate public-api 0.52.1 reads (rustdoc's JSON, format 57): another release writes another format,
/// and names other traits of the standard library.
const RUST: &str = "1.95.0";

/// On this machine's target, with every feature; and what differs on wasm32.
const FILES: [&str; 2] = ["native.txt", "wasm32.txt"];

/// Left out. Auto traits that nobody asks for; Send and Sync, where no line says otherwise; what a derived PartialEq brings
/// for patterns; a trait of ours that nobody else can name.
const SILENT: [&str; 8] = [
    "core::marker::Freeze for ",
    "core::marker::Unpin for ",
    "core::marker::UnsafeUnpin for ",
    "core::marker::StructuralPartialEq for ",
    "core::panic::unwind_safe::",
    "impl core::marker::Send for ",
    "impl core::marker::Sync for ",
    "impl outcrop::types::wire::",
];

/// Methods that a line `impl … for …` has already told of.
const OF_TRAITS: [&str; 9] =
    ["clone", "default", "deserialize", "eq", "fmt", "from", "hash", "members", "serialize"];

/// Names that everybody knows without their path.
const SHORT: [&str; 4] =
    ["core::option::Option", "core::result::Result", "alloc::string::String", "alloc::vec::Vec"];

/// What can be asked of the listing.
#[derive(clap::Args)]
pub struct Options {}

fn folder() -> PathBuf {
    root().join("crate/api")
}

/// Writes the listings.
pub fn run(_options: &Options) -> Result<()> {
    let listings = listings()?;
    fs::create_dir_all(folder())?;
    for (file, text) in FILES.into_iter().zip(&listings) {
        fs::write(folder().join(file), text)?;
        println!("crate/api/{file}: {} lines", text.lines().count());
    }
    Ok(())
}

/// The listings that are committed are those of the crate, and a listing with a line less would be noticed.
pub fn check() -> Result<()> {
    let listings = listings()?;
    for (file, now) in FILES.into_iter().zip(&listings) {
        let committed =
            fs::read_to_string(folder().join(file)).with_context(|| format!("crate/api/{file}"))?;
        let (gone, new) = differences(&committed, now);
        for line in &gone {
            println!("- {line}");
        }
        for line in &new {
            println!("+ {line}");
        }
        if !gone.is_empty() || !new.is_empty() {
            bail!(
                "the public API is not what crate/api/{file} says ({} lines less, {} more): \
                 if that is meant, `cargo xtask api` writes it anew",
                gone.len(),
                new.len()
            );
        }
        println!("crate/api/{file}: {} lines, as committed", now.lines().count());
    }
    let [native, _] = &listings;
    for number in [0, native.lines().count() / 2] {
        let less: String = native
            .lines()
            .enumerate()
            .filter(|(at, _)| *at != number)
            .map(|(_, line)| [line, "\n"].concat())
            .collect();
        ensure!(differences(native, &less).0.len() == 1, "a missing line was not noticed");
    }
    released(native)
}

/// Against the newest release tag before this commit.
fn released(now: &str) -> Result<()> {
    let Some(tag) = tools::ask("git", &["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"]) else {
        println!("git knows of no release (a tag v0.1.0 …) yet: there is no older API to compare with");
        return Ok(());
    };
    let version = rustdoc::version()?;
    let before = shell::output(program("git").args(["show", &format!("{tag}:crate/api/{}", FILES[0])]))
        .with_context(|| {
            format!("{tag} has no listing (with a shallow clone: `git fetch --unshallow --tags`)")
        })?;
    let before = String::from_utf8(before)?;
    let (gone, new) = differences(&before, now);
    println!("since {tag}: {} items are gone or changed, {} are new", gone.len(), new.len());
    for line in &gone {
        println!("- {line}");
    }
    // As Cargo reads a version that someone asks for.
    let asked = semver::VersionReq::parse(tag.trim_start_matches('v')).context("the tag's version")?;
    ensure!(
        gone.is_empty() || !asked.matches(&semver::Version::parse(&version)?),
        "{version} promises what {tag} had, and {} items of it are gone or changed",
        gone.len()
    );
    Ok(())
}

/// Lines that only the first has, and those that only the second has.
fn differences<'a>(one: &'a str, other: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let sets = [one, other].map(|text| text.lines().collect::<BTreeSet<_>>());
    let [a, b] = &sets;
    (a.difference(b).copied().collect(), b.difference(a).copied().collect())
}

/// The two listings as they would be committed.
fn listings() -> Result<[String; 2]> {
    let native = lines(None)?;
    let wasm = lines(Some(build::TARGET))?;
    let (less, more) = differences(&native, &wasm);
    let mut differing: Vec<String> = less.iter().map(|line| format!("- {line}\n")).collect();
    differing.extend(more.iter().map(|line| format!("+ {line}\n")));
    Ok([native.clone(), differing.concat()])
}

/// The items on one target, each once.
fn lines(target: Option<&str>) -> Result<String> {
    let mut cargo = cargo(target)?;
    cargo
        .args(["rustdoc", "--profile", bench::PROFILE, "-p", "outcrop", "--lib", "--all-features"])
        .args(target.map(rustdoc::target).into_iter().flatten())
        .args(["--", "-Zunstable-options", "--output-format=json", "--cap-lints=allow"]);
    shell::run(rustdoc::unstable(&mut cargo)?)?;
    let json = target_dir().join(target.unwrap_or_default()).join("doc/outcrop.json");
    let api = public_api::Builder::from_rustdoc_json(&json)
        .omit_blanket_impls(true)
        .build()
        .with_context(|| json.display().to_string())?;
    let mut seen = BTreeSet::new();
    let mut text = String::new();
    for item in api.items().map(ToString::to_string).filter(|item| worth_a_line(item)) {
        let short = SHORT
            .iter()
            .fold(item, |item, path| item.replace(path, path.rsplit(':').next().unwrap_or_default()));
        if seen.insert(short.clone()) {
            text.push_str(&short);
            text.push('\n');
        }
    }
    ensure!(text.lines().count() > 1000, "the listing is too short to be true");
    Ok(text)
}

fn worth_a_line(item: &str) -> bool {
    let method = item.split('(').next().and_then(|start| start.split('<').next()?.rsplit("::").next());
    let told = item.starts_with("pub fn ") && method.is_some_and(|name| OF_TRAITS.contains(&name));
    // `impl Something` alone: its methods have lines of their own.
    let heading = item.starts_with("impl") && !item.contains(" for ");
    !told && !heading && !SILENT.iter().any(|part| item.contains(part))
}

/// Cargo of the one Rust release whose account can be read.
fn cargo(target: Option<&str>) -> Result<Command> {
    let why = "the public API is listed with it";
    let here = tools::ask("rustc", &["--version"]).unwrap_or_default();
    if here.split(' ').nth(1) == Some(RUST) {
        if let Some(target) = target {
            tools::rust_target(target, why)?;
        }
        return Ok(program("cargo"));
    }
    say(format!("{here} is in use; Rust {RUST} lists the API"));
    tools::toolchain(RUST, target, why)
}
