//! `cargo xtask mutants`: the signer, the decoder and the verdicts are changed in one place at a time (cargo-mutants), and
//! the tests beside them must notice each change. What they do not notice must stand in
//! `tests/trust/mutants.md` with its reason. By hand and not in CI: it takes an hour of a core.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{self, program, root, say, target_dir};
use crate::tools;
use crate::trust::rows::Rows;

/// The release that these figures were made with.
const VERSION: &str = "27.1.0";

/// What can be asked.
#[derive(clap::Args)]
pub struct Options {
    /// Only a part of the mutants: which, and of how many (`0/4`)
    #[arg(long, default_value = "0/1")]
    shard: String,
    /// Only those whose names (`file:line:column: change`) match this regular expression
    #[arg(long)]
    only: Option<String>,
}

/// Changes, lets the tests judge, and holds what they missed to the committed list.
///
/// Nearly all is noticed without any feature of the crate, in half the time; what is not is tried again with `client`, for
/// which alone some of the code and some of the tests are there; what does not compile too, as the standard library is
/// not there without one.
pub fn run(options: &Options) -> Result<()> {
    let start = Instant::now();
    let name = options.shard.replace('/', "-of-");
    let mut which = vec!["--shard".to_owned(), options.shard.clone()];
    if let Some(only) = &options.only {
        which.extend(["--re".to_owned(), only.clone()]);
    }
    let mut counted = pass(&name, &which)?;
    let left = [std::mem::take(&mut counted.missed), std::mem::take(&mut counted.unviable)].concat();
    if !left.is_empty() {
        which = vec!["--features".to_owned(), "client".to_owned()];
        for mutant in &left {
            which.extend(["--re".to_owned(), format!("^{}$", literally(mutant))]);
        }
        let again = pass(&format!("{name}-client"), &which)?;
        counted.caught += again.caught;
        counted.timeouts += again.timeouts;
        counted.unviable = again.unviable;
        counted.missed = again.missed;
    }
    counted.write(&name, &options.shard, start)?;
    counted.judge()
}

/// Some mutants, each judged by the tests that `.cargo/mutants.toml` names.
fn pass(name: &str, which: &[String]) -> Result<Counted> {
    let mutants = installed()?;
    let folder = target_dir().join("mutants");
    let (copies, outcomes) = (folder.join("copies"), folder.join(name));
    std::fs::create_dir_all(&copies)?;
    linked(&copies)?;
    if outcomes.exists() {
        std::fs::remove_dir_all(&outcomes)?;
    }
    let mut command = Command::new(mutants);
    command
        .current_dir(root())
        .args(["mutants", "-p", "outcrop", "--no-shuffle", "-o"])
        .arg(&outcomes)
        .args(which);
    // Where it copies the repository to, and where all the copies compile, so that what they need is compiled once.
    command.env("TMPDIR", &copies).env("CARGO_TARGET_DIR", folder.join("target"));
    say(format!("mutants: {name}"));
    let ended = command.status().context("cargo-mutants does not start")?;
    // 0: all were noticed. 2: some were not. 3: some were by running out of time.
    ensure!(matches!(ended.code(), Some(0 | 2 | 3)), "cargo-mutants ended with {ended}");
    Counted::read(&outcomes.join("mutants.out"))
}

/// The text as a regular expression that means itself.
fn literally(text: &str) -> String {
    let special = |character: char| {
        character.is_ascii_punctuation() && !matches!(character, '/' | ':' | '_' | '<' | '>')
    };
    text.chars()
        .flat_map(|character| special(character).then_some('\\').into_iter().chain([character]))
        .collect()
}

/// How each mutant ended, by its name.
#[derive(Default)]
struct Counted {
    caught: usize,
    timeouts: usize,
    unviable: Vec<String>,
    missed: Vec<String>,
}

impl Counted {
    fn read(folder: &Path) -> Result<Self> {
        let lines = |name: &str| -> Result<Vec<String>> {
            let path = folder.join(name);
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            Ok(text.lines().map(str::to_owned).collect())
        };
        Ok(Self {
            caught: lines("caught.txt")?.len(),
            timeouts: lines("timeout.txt")?.len(),
            unviable: lines("unviable.txt")?,
            missed: lines("missed.txt")?,
        })
    }

    fn write(&self, name: &str, shard: &str, began: Instant) -> Result<()> {
        let (missed, caught) = (self.missed.len(), self.caught + self.timeouts);
        let note = format!(
            "caught {caught}, of them {} by running out of time; missed {missed}; {} do not compile and do not count",
            self.timeouts,
            self.unviable.len()
        );
        let mut rows = Rows::new("mutants", format!("cargo xtask mutants --shard {shard}"), began);
        let what = "sigv4, event_stream, decide";
        rows.add(what, "", caught + missed, "mutants", &note);
        rows.write(&format!("mutants-{name}"))
    }

    /// Each that was missed must be on the list.
    fn judge(&self) -> Result<()> {
        let mut listed = listed()?;
        // One line excuses one mutant: another of its name elsewhere in the function is another.
        let mut excused =
            |line: &String| listed.get_mut(line).filter(|left| **left > 0).map(|left| *left -= 1).is_some();
        let unlisted: Vec<String> =
            self.missed.iter().map(|line| unnumbered(line)).filter(|line| !excused(line)).collect();
        if unlisted.is_empty() {
            say(format!(
                "{} noticed; {} missed, each with its reason",
                self.caught + self.timeouts,
                self.missed.len()
            ));
            return Ok(());
        }
        for line in &unlisted {
            println!("{line}");
        }
        bail!("{} mutants are noticed by no test and are not in tests/trust/mutants.md", unlisted.len())
    }
}

/// A mutant without its line and column, which move whenever something else is written.
fn unnumbered(line: &str) -> String {
    let mut parts = line.splitn(4, ':');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(file), Some(_), Some(_), Some(change)) => format!("{file}:{change}"),
        _ => line.to_owned(),
    }
}

/// The mutants in the committed list (its lines in code marks), and how often each stands there.
fn listed() -> Result<BTreeMap<String, u32>> {
    let path = root().join("tests/trust/mutants.md");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let mut listed = BTreeMap::new();
    for (mutant, _) in text.lines().filter_map(|line| line.strip_prefix("- `")?.split_once('`')) {
        *listed.entry(mutant.to_owned()).or_default() += 1;
    }
    Ok(listed)
}

/// The copies find the public test data beside themselves, as the repository does.
fn linked(copies: &Path) -> Result<()> {
    let shared = root().join("../shared");
    let link = copies.join("shared");
    if shared.join("vectors").is_dir() && !link.exists() {
        #[cfg(unix)]
        std::os::unix::fs::symlink(shared.canonicalize()?, &link)?;
        #[cfg(not(unix))]
        say("the copies will not find ../shared/vectors: fewer mutants will be noticed");
    }
    Ok(())
}

/// cargo-mutants, compiled once into the target folder.
fn installed() -> Result<PathBuf> {
    let tools = target_dir().join("tools");
    let place = tools.join("bin").join(format!("cargo-mutants{}", std::env::consts::EXE_SUFFIX));
    let told = tools::ask(&place, &["mutants", "--version"]).unwrap_or_default();
    if told.split(' ').any(|word| word == VERSION) {
        return Ok(place);
    }
    say(format!("installing cargo-mutants {VERSION}: it changes the crate in one place at a time"));
    let mut install = program("cargo");
    install
        .args(["install", "cargo-mutants", "--locked", "--quiet", "--version", VERSION, "--root"])
        .arg(&tools);
    shell::run(&mut install).context(
        "cargo-mutants was not installed; once there is a network, `cargo install cargo-mutants --locked --root target/tools` does it",
    )?;
    Ok(place)
}
