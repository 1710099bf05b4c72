//! How many crates each build of ours brings, against tests/supply/trees.toml. It counts what cargo says is built:
//! ours, and what only runs meanwhile, included.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, ensure};

use crate::shell::{self, program, root};
use crate::trust::rows::Rows;

/// One build: which package, for which target, with which features.
#[derive(serde::Deserialize)]
pub struct Tree {
    pub what: String,
    #[serde(default = "ours")]
    pub package: String,
    pub target: String,
    pub features: Vec<String>,
    budget: usize,
}

fn ours() -> String {
    "outcrop".to_owned()
}

#[derive(serde::Deserialize)]
struct Trees {
    tree: Vec<Tree>,
}

/// A crate of a tree.
#[derive(Default)]
pub struct Crate {
    pub license: String,
    /// Whether it is in what is built, or only helps to build it.
    pub shipped: bool,
    pub needs: BTreeSet<Id>,
}

/// A crate's name and its version.
pub type Id = (String, String);

/// The trees that have a budget.
pub fn listed() -> Result<Vec<Tree>> {
    let file = root().join("tests/supply/trees.toml");
    let trees: Trees = toml::from_str(&fs::read_to_string(&file)?).context("tests/supply/trees.toml")?;
    Ok(trees.tree)
}

/// Every crate of a tree with what it needs, and the one at the root.
pub fn crates(tree: &Tree) -> Result<(Id, BTreeMap<Id, Crate>)> {
    let mut found: BTreeMap<Id, Crate> = BTreeMap::new();
    let mut root = None;
    // First what is built in, then also what is needed while building.
    for edges in ["normal", "normal,build"] {
        let mut tell = program("cargo");
        tell.args(["tree", "--locked", "--no-default-features", "--no-dedupe", "--prefix", "depth"]);
        tell.args(["--package", &tree.package, "--target", &tree.target, "--edges", edges]);
        tell.args(["--features", &tree.features.join(","), "--format", "|{p}|{l}"]);
        let told = String::from_utf8(shell::output(&mut tell)?)?;
        // The way from the root to where we are, each with whether a macro lies on it.
        let mut way: Vec<(Id, bool)> = Vec::new();
        for line in told.lines() {
            let mut parts = line.split('|');
            let depth: usize = parts.next().unwrap_or_default().parse().with_context(|| line.to_owned())?;
            let mut package = parts.next().context("a line without a package")?.split(' ');
            let id: Id = (
                package.next().context("no name")?.to_owned(),
                package.next().context("no version")?.trim_start_matches('v').to_owned(),
            );
            let helps = package.any(|word| word == "(proc-macro)");
            way.truncate(depth);
            let helps = helps || edges != "normal" || way.last().is_some_and(|(_, helps)| *helps);
            if let Some((above, _)) = way.last() {
                found.entry(above.clone()).or_default().needs.insert(id.clone());
            }
            let entry = found.entry(id.clone()).or_default();
            entry.license = parts.next().unwrap_or_default().to_owned();
            entry.shipped |= !helps;
            root.get_or_insert_with(|| id.clone());
            way.push((id, helps));
        }
    }
    Ok((root.context("cargo tree told of nothing")?, found))
}

/// Every tree against its budget.
pub fn check(rows: &mut Rows) -> Result<()> {
    let mut above = Vec::new();
    for tree in listed()? {
        let (_, crates) = crates(&tree)?;
        let shipped = crates.values().filter(|entry| entry.shipped).count();
        let (all, budget) = (crates.len(), tree.budget);
        println!("{:28} {all:3} crates, {shipped:3} of them built in (budget {budget})", tree.what);
        rows.add(&tree.what, "", all, "crates", &format!("{shipped} of them built in; budget {budget}"));
        if all > budget {
            above.push(format!("{}: {all} crates, {budget} are allowed", tree.what));
        }
        ensure!(all > 1, "a tree of one crate: cargo was not understood");
    }
    ensure!(above.is_empty(), "{}", above.join("; "));
    Ok(())
}
