//! SECURITY.md and the pages of www/manual say which test holds what they promise: this check holds them to it. A file
//! that they name must be there, and what they name in it must stand in it. It does not run those tests; others do.
//!
//! On those pages a test is written `path`: `name`, both as code: of Rust the function's name, of JavaScript the text that
//! the test has in its source, of a case the file alone.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};

use crate::shell::{self, program, root};

/// The page on other libraries' bugs, whose every row has a reference and a test.
const OTHERS: &str = "www/manual/others-bugs.md";
/// Rows that it had when it was written, and does not lose.
const LEAST: usize = 40;
/// The threat model; each of its places names at least one test.
const MODEL: &str = "SECURITY.md";
const PLACES: [&str; 6] =
    ["The page", "The worker", "The network", "The service", "What it is made of", "How it is made"];

/// The check `manual`.
pub fn check() -> Result<()> {
    let told =
        shell::output(program("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    let names = String::from_utf8(told)?;
    let known: BTreeSet<&str> = names.split('\0').collect();
    let there =
        |path: &str| known.contains(path).then(|| fs::read_to_string(root().join(path)).ok()).flatten();

    let others = fs::read_to_string(root().join(OTHERS)).context(OTHERS)?;
    let rows = rows(&others);
    let mut wrong: Vec<String> = Vec::new();
    for (line, row) in &rows {
        let at = |what: &str| format!("{OTHERS}:{line}: {what}");
        let [reference, happened, here, test] = row[..] else {
            wrong.push(at(&format!("{} columns, not 4", row.len())));
            continue;
        };
        if !is_reference(reference) {
            wrong.push(at("neither the number of an issue or an advisory nor `measured`"));
        }
        if happened.is_empty() || here.is_empty() || tests(test).is_empty() {
            wrong.push(at("a row says what happened, why not here, and which test keeps it out"));
        }
    }
    ensure!(rows.len() >= LEAST, "{OTHERS} has {} rows, {LEAST} are due", rows.len());

    let model = fs::read_to_string(root().join(MODEL)).context(MODEL)?;
    for place in PLACES {
        let part = model.split("\n## ").find_map(|part| part.strip_prefix(place)?.strip_prefix('\n'));
        match part {
            None => wrong.push(format!("{MODEL} has no part `{place}`")),
            Some(part) if part.lines().all(|line| tests(line).is_empty()) => {
                wrong.push(format!("{MODEL}: `{place}` names no test"));
            }
            Some(_) => {}
        }
    }

    let mut count = 0;
    for (page, text) in [(OTHERS, &others), (MODEL, &model)] {
        for (number, line) in (1..).zip(text.lines()) {
            wrong.extend(missing(line, &there).into_iter().map(|what| format!("{page}:{number}: {what}")));
            count += tests(line).len();
        }
    }
    awake(&there)?;
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!(
        "{} rows on other libraries' bugs; {count} tests named there and in {MODEL}, each is there",
        rows.len()
    );
    Ok(())
}

/// The rows of a page's tables without their heads, each with its line's number.
fn rows(text: &str) -> Vec<(usize, Vec<&str>)> {
    let lines: Vec<&str> = text.lines().collect();
    let is_rule = |line: &str| line.starts_with("| -") || line.starts_with("|-");
    let of_a_table = |at: usize| {
        let head = lines.get(at.saturating_add(1)).is_some_and(|next| is_rule(next));
        lines[at].starts_with("| ") && !is_rule(lines[at]) && !head
    };
    (0..lines.len()).filter(|at| of_a_table(*at)).map(|at| (at + 1, cells(lines[at]))).collect()
}

fn cells(line: &str) -> Vec<&str> {
    line.trim().trim_matches('|').split(" | ").map(str::trim).collect()
}

/// `owner/repository#7`, a commit, an advisory's number, or what the tests of this repository measure themselves.
fn is_reference(cell: &str) -> bool {
    let number = |text: &str| text.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    let issue = cell.match_indices('#').any(|(at, _)| number(&cell[at + 1..]));
    issue
        || cell.contains("measured")
        || cell.contains("commit ")
        || ["CVE-", "GHSA-", "RUSTSEC-"].iter().any(|kind| cell.contains(kind))
}

/// What stands in a line as code, with the text between it and what stood so before.
fn code(line: &str) -> Vec<(&str, &str)> {
    let parts: Vec<&str> = line.split('`').collect();
    parts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

/// A file of this repository, as these pages write one.
fn is_path(code: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+".contains(&byte);
    let folders = ["crate/", "bindings/", "tests/", "xtask/", "www/", ".github/", ".ci/"];
    let files = ["deny.toml", "Cargo.lock", "Cargo.toml", "README.md", "wasm-pack.toml"];
    code.bytes().all(plain)
        && (folders.iter().any(|folder| code.starts_with(folder)) || files.contains(&code))
}

/// The tests that a line names: a file, and what stands in it where that is named too.
fn tests(line: &str) -> Vec<(&str, Option<&str>)> {
    let code = code(line);
    let named = |at: usize| code.get(at + 1).filter(|(between, _)| *between == ": ").map(|(_, name)| *name);
    let path = |at: usize| code[at].1;
    (0..code.len())
        .filter(|at| is_path(path(*at)))
        .map(|at| (path(at), named(at)))
        .filter(|(path, name)| name.is_some() || path.starts_with("tests/cases/"))
        .collect()
}

/// What a line names and is not there.
fn missing(line: &str, there: &impl Fn(&str) -> Option<String>) -> Vec<String> {
    let paths = code(line).into_iter().map(|(_, code)| code).filter(|code| is_path(code));
    // A folder, which git does not list, is written with a slash at its end.
    let lost = paths.filter(|path| !path.ends_with('/') && there(path).is_none());
    let mut wrong: Vec<String> = lost.map(|path| format!("there is no {path}")).collect();
    for (path, name) in tests(line) {
        let (Some(text), Some(name)) = (there(path), name) else { continue };
        let found = if path.ends_with(".rs") && !name.contains(' ') {
            text.contains(&format!("fn {name}(")) || text.contains(&format!("    {name}\n"))
        } else {
            text.contains(name)
        };
        if !found {
            wrong.push(format!("{path} has no {name}"));
        }
    }
    wrong
}

/// That it sees what is wrong: on lines that are.
fn awake(there: &impl Fn(&str) -> Option<String>) -> Result<()> {
    for (line, due) in [
        ("| a#1 | b | c | `xtask/src/manual.rs`: `awake` |", 0),
        ("| a#1 | b | c | `xtask/src/manual.rs`: `asleep` |", 1),
        ("| a#1 | b | c | `tests/cases/nothing.json` |", 1),
        ("`xtask/src/no.rs` and `README.md`", 1),
    ] {
        ensure!(missing(line, there).len() == due, "the check does not see what is wrong with {line}");
    }
    ensure!(rows("| a | b |\n| - | - |\n| c | d |\n").len() == 1, "rows are not told apart");
    ensure!(is_reference("x/y#12") && !is_reference("x/y# none"), "references are not told apart");
    Ok(())
}
