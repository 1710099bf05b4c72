//! `cargo xtask trust`: what the code was put through, as a table, from the reports of the programs that did it. It
//! counts nothing itself, and believes no row that is not in a report.
//!
//! A report is a file of `target/trust`: an array of rows. `tests/trust/ledger.jsonl` keeps the rows of the runs that the
//! README tells of, a row a line; `tests/trust/findings.jsonl` the defects that came to light, each with its test.

#[path = "trust_rows.rs"]
pub mod rows;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::published;
use crate::shell::root;
use crate::test;

/// What can be asked for.
#[derive(clap::Args)]
pub struct Options {
    /// Write the table into the README
    #[arg(long)]
    readme: bool,
    /// Show the rows of the last runs on this machine (target/trust), not the ledger's
    #[arg(long, conflicts_with = "readme")]
    here: bool,
}

const BEGIN: &str = "<!-- `cargo xtask trust --readme` writes this -->";
const END: &str = "<!-- to here: trust -->";

/// The parts in the table's order, how each is told, and whether its runs add up: where every run takes other inputs.
const PARTS: &[(&str, &str, bool)] = &[
    ("fuzz", "Fuzzing", true),
    ("hostile", "Hostile frames, checksums right", false),
    ("signing", "Random requests, signed", false),
    ("cuts", "Streams cut", false),
    ("preludes", "Hostile preludes", false),
    ("exhaustive", "Every input of a kind", false),
    ("miri", "Miri", false),
    ("mutants", "Mutants", false),
    ("soak", "Soak", false),
    ("schedules", "Schedules of faults", false),
    ("secrets", "Secrets looked for", false),
    ("boundary", "Boundary", false),
    ("supply", "Supply chain", false),
];

/// What a program counted in one run.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct Row {
    /// One of `PARTS`.
    part: String,
    what: String,
    /// The oracle; empty where the code is held to rules.
    #[serde(default)]
    against: String,
    count: u64,
    /// Of what the count is.
    unit: String,
    /// Defects that this run showed.
    findings: u64,
    /// Empty where nothing is random.
    #[serde(default)]
    seed: String,
    command: String,
    seconds: f64,
    /// YYYY-MM-DD
    date: String,
    #[serde(default)]
    note: String,
}

/// A defect that was found and mended.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Finding {
    date: String,
    part: String,
    what: String,
    /// The file that keeps it out.
    case: String,
}

/// Prints the table, or writes it into the README.
pub fn run(options: &Options) -> Result<()> {
    if options.here {
        let folder = rows::folder()?;
        let mut rows = Vec::new();
        for name in published::files(&folder).context("no check has written a report here yet")? {
            let path = folder.join(&name);
            let read = serde_json::from_str::<Vec<Row>>(&fs::read_to_string(&path)?);
            rows.extend(read.with_context(|| path.display().to_string())?);
        }
        println!("{}", table(&rows)?);
        return Ok(());
    }
    let told = told()?;
    if !options.readme {
        println!("{told}");
        return Ok(());
    }
    let readme = fs::read_to_string(readme())?;
    let (before, _, after) = parts(&readme)?;
    fs::write(self::readme(), [before, BEGIN, "\n\n", &told, "\n", END, after].concat())?;
    test::biome("mend")
}

/// The check `trust`: the README tells what the ledger has, and each defect's test is there.
pub fn check() -> Result<()> {
    let readme = fs::read_to_string(readme())?;
    let (_, has, _) = parts(&readme)?;
    // Its columns are filled up with spaces and lines.
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>();
    ensure!(
        plain(has) == plain(&told()?),
        "the README's table is not the ledger's: `cargo xtask trust --readme` writes it"
    );
    for finding in lines::<Finding>("findings.jsonl")? {
        ensure!(root().join(&finding.case).exists(), "{} is not there: {}", finding.case, finding.what);
    }
    Ok(())
}

fn readme() -> PathBuf {
    root().join("README.md")
}

/// The README before the table, the table, and what follows.
fn parts(readme: &str) -> Result<(&str, &str, &str)> {
    let (before, rest) = readme.split_once(BEGIN).context("the README has no place for the table")?;
    let (has, after) = rest.split_once(END).context("the README's table has no end")?;
    Ok((before, has, after))
}

fn lines<T: serde::de::DeserializeOwned>(name: &str) -> Result<Vec<T>> {
    let path = root().join("tests/trust").join(name);
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let read = |(at, line): (usize, &str)| {
        serde_json::from_str(line).with_context(|| format!("line {} of {}", at + 1, path.display()))
    };
    text.lines().enumerate().filter(|(_, line)| !line.is_empty()).map(read).collect()
}

/// The table, and under it the defects.
fn told() -> Result<String> {
    let rows: Vec<Row> = lines("ledger.jsonl")?;
    let findings: Vec<Finding> = lines("findings.jsonl")?;
    let mut out = table(&rows)?;
    write!(out, "\nFound by these, and mended ({}):\n\n", findings.len())?;
    out.push_str("| what was wrong | found by | test |\n| --- | --- | --- |\n");
    for Finding { date, part, what, case } in &findings {
        ensure!(PARTS.iter().any(|(name, ..)| name == part), "no part is called {part}");
        writeln!(out, "| {what} | {part}, {date} | `{case}` |")?;
    }
    Ok(out)
}

/// A line for each thing that was put to a test: its runs added up, or the last of them.
fn table(rows: &[Row]) -> Result<String> {
    /// Part, what, against, unit.
    type Key<'a> = (usize, &'a str, &'a str, &'a str);
    let mut kept: BTreeMap<Key<'_>, (Row, Vec<&str>)> = BTreeMap::new();
    for row in rows {
        let Some(at) = PARTS.iter().position(|(name, ..)| *name == row.part) else {
            bail!("no part is called {}", row.part);
        };
        let adds_up = PARTS.get(at).is_some_and(|part| part.2);
        let key = (at, row.what.as_str(), row.against.as_str(), row.unit.as_str());
        match kept.get_mut(&key) {
            Some((sum, seeds)) if adds_up => {
                let (count, findings) = (sum.count + row.count, sum.findings + row.findings);
                let seconds = sum.seconds + row.seconds;
                *sum = Row { count, findings, seconds, ..row.clone() };
                seeds.push(&row.seed);
            }
            _ => _ = kept.insert(key, (row.clone(), vec![&row.seed])),
        }
    }
    let mut out = String::from("| what | against | count | of them wrong | seed | command | date |\n");
    out.push_str("| --- | --- | --: | --: | --- | --- | --- |\n");
    for ((at, ..), (row, seeds)) in &kept {
        let part = PARTS.get(*at).map_or("", |part| part.1);
        let note = if row.note.is_empty() { String::new() } else { format!(" ({})", row.note) };
        let (count, unit) = (grouped(row.count), &row.unit);
        let seed = match seeds.as_slice() {
            [one] => (*one).to_owned(),
            many => format!("{} runs, the last {}", many.len(), row.seed),
        };
        writeln!(
            out,
            "| {part}: {}{note} | {} | {count} {unit} | {} | {seed} | `{}` | {} |",
            row.what, row.against, row.findings, row.command, row.date
        )?;
    }
    Ok(out)
}

/// 1234567 as 1,234,567.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
