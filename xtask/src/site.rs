//! `cargo xtask docs`: the manual, the cookbook, the reference of the npm package and rustdoc's pages as one site in
//! target/docs/site, which any server of files can give out, under any path. And the checks `blocks` and `site`. It
//! publishes nothing, and what it makes asks no other host for anything.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::shell::{self, root, say, target_dir};
use crate::{build, rustdoc, test, tools};

/// What can be asked of the site.
#[derive(clap::Args)]
pub struct Options {
    /// The path under which the site will lie, such as /outcrop/
    #[arg(long, default_value = "/")]
    base: String,
}

/// Where it comes to lie.
fn folder() -> PathBuf {
    target_dir().join("docs")
}

/// Builds it.
pub fn run(options: &Options) -> Result<()> {
    let base = &options.base;
    ensure!(base.starts_with('/') && base.ends_with('/'), "--base begins and ends with a slash: /outcrop/");
    let node = tools::node()?;
    let site = root().join("www/site");
    tools::npm_ci(&site, "VitePress and TypeDoc make the site")?;
    // TypeDoc reads the sources, of which the wasm's glue is one.
    if !root().join("bindings/js/glue.js").exists() {
        build::run(&build::Options {})?;
    }
    shell::run(Command::new(node).current_dir(&site).arg("build.mjs").arg(folder()).arg(base))?;
    let from = rustdoc::pages(None)?;
    let to = folder().join("site/rust");
    // What lies there of other crates, whoever had it made, is no part of this.
    for entry in fs::read_dir(&from)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let shared = ["outcrop", "search.index", "static.files", "trait.impl", "type.impl"].contains(&&*name);
        if entry.file_type()?.is_file() || shared {
            copy(&entry.path(), &to.join(&name))?;
        }
    }
    copy(&from.join("src/outcrop"), &to.join("src/outcrop"))?;
    say(format!("the site: {}", folder().join("site/index.html").display()));
    Ok(())
}

/// A file, or a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        fs::create_dir_all(to.parent().context("no folder")?)?;
        fs::copy(from, to).with_context(|| from.display().to_string())?;
        return Ok(());
    }
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// The folders of npm packages that the blocks import from, or are read with.
const IMPORTED: &[(&str, &str)] = &[
    ("tests/manual", "parsers of TOML, YAML and HTML"),
    ("bindings", "TypeScript and esbuild read the blocks"),
    ("tests/ecosystem/fetch", "openai, the AI SDK and aws4fetch, which the manual shows"),
    ("tests/ecosystem/aws-sdk", "AWS's client, which the manual shows"),
    ("tests/runtimes/workerd", "miniflare brings the package ws"),
];

/// The check `blocks`.
pub fn blocks() -> Result<()> {
    for (folder, why) in IMPORTED {
        tools::npm_ci(&root().join(folder), why)?;
    }
    test::node_tests(&["tests/manual/blocks.test.mjs", "tests/manual/facts.test.mjs"], &[])
}

/// Under which path the check builds it: any but the root, where a link without the path would do too.
const BASE: &str = "/some/path/";

/// The check `site`.
pub fn check() -> Result<()> {
    run(&Options { base: BASE.into() })?;
    tools::npm_ci(&root().join("tests/manual"), "a parser of HTML")?;
    tools::npm_ci(&root().join("www"), "axe-core looks at the pages")?;
    let chromium = tools::chromium("the site's search is tried in a browser")?;
    shell::run(
        Command::new(tools::node()?)
            .current_dir(root())
            .args(["--test", "--test-reporter=spec", "tests/manual/site.test.mjs"])
            .env("OUTCROP_XTASK", std::env::current_exe()?)
            .env("OUTCROP_BASE", BASE)
            .envs(chromium.environment()),
    )
}
