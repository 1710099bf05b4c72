//! All checks of `cargo xtask test` in less time: two lanes side by side, one that compiles and one that mostly waits for
//! networks, browsers and other programs, and beside them what is fetched; then, one after the other, the checks that
//! look at clocks. Each works in a process of its own, and what one in a lane says is printed whole when it ends. What
//! each said is kept in target/test, and the ends of those that failed are printed once more, last. It decides nothing
//! about a check, and one that it does not know runs alone.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::shell::{root, target_dir};
use crate::test::{AHEAD, AHEAD_OF_LONGER, Check, Ended};

/// Names what was done ahead and need not be done again, for those that are started here.
const THERE: &str = "OUTCROP_THERE";

/// Whether this was done ahead, in the run that we are a part of.
pub fn there(name: &str) -> bool {
    std::env::var(THERE).is_ok_and(|names| names.split(',').any(|there| there == name))
}

/// Where a check or a piece of work ahead of them runs.
#[derive(Clone, Copy, PartialEq)]
enum Lane {
    /// Waits for networks.
    Fetches,
    /// Cargo in the target folder that all share: two at a time would only wait for each other.
    Compiles,
    /// Waits, or compiles in a folder of its own.
    Beside,
}

/// The order in each lane, and of which names each waits until they have ended; those stand before it.
const ORDER: &[(&str, Lane, &[&str])] = &[
    ("fetched", Lane::Fetches, &[]),
    ("fetched-too", Lane::Fetches, &[]),
    ("build", Lane::Compiles, &[]),
    ("programs", Lane::Compiles, &[]),
    ("lints", Lane::Compiles, &[]),
    ("module", Lane::Compiles, &[]),
    ("units", Lane::Compiles, &[]),
    ("features", Lane::Compiles, &[]),
    ("docs", Lane::Compiles, &[]),
    ("packed", Lane::Beside, &["build"]),
    ("crate", Lane::Compiles, &["packed"]),
    ("format", Lane::Beside, &[]),
    ("trust", Lane::Beside, &[]),
    ("manual", Lane::Beside, &[]),
    ("types", Lane::Beside, &["packed"]),
    ("blocks", Lane::Beside, &["packed", "programs", "fetched"]),
    ("supply", Lane::Beside, &["packed"]),
    ("versions", Lane::Beside, &[]),
    ("miri", Lane::Beside, &[]),
    ("examples-built", Lane::Beside, &[]),
    ("fuzz", Lane::Beside, &["packed"]),
    ("packages", Lane::Beside, &["packed", "programs", "fetched"]),
    ("frameworks", Lane::Beside, &["packed", "programs"]),
    ("ecosystem", Lane::Beside, &["packed", "programs"]),
    ("ministack", Lane::Beside, &["packed", "programs"]),
    ("moto", Lane::Beside, &["packed", "programs"]),
    ("identity", Lane::Beside, &["packed", "programs"]),
    ("clients", Lane::Beside, &["programs"]),
    ("requests", Lane::Beside, &["packed", "programs"]),
    ("botocore", Lane::Beside, &["programs"]),
    ("signing", Lane::Beside, &["packed", "programs", "fetched"]),
    ("cuts", Lane::Beside, &["packed"]),
    ("hostile", Lane::Beside, &["packed", "programs", "fetched"]),
    // Last: its lane would wait for `docs`, which comes late in the other.
    ("site", Lane::Beside, &["docs", "fetched"]),
];

/// What has ended so far.
#[derive(Default)]
struct Progress {
    ended: BTreeSet<&'static str>,
    /// Those of them that went well.
    there: Vec<&'static str>,
    report: Vec<Ended>,
}

/// Runs them and tells how each ended, in their own order.
pub fn run(checks: &[&Check], longer: bool) -> Result<Vec<Ended>> {
    let mut ahead: Vec<&Check> = AHEAD.iter().collect();
    ahead.extend(AHEAD_OF_LONGER.iter().filter(|_| longer));
    let asked: Vec<&Check> = ahead.iter().chain(checks).copied().collect();
    let find = |name: &str| asked.iter().copied().find(|check| check.0 == name);
    // A lane goes on in this order, so nothing may wait for what comes after it.
    for (at, (name, _, needs)) in ORDER.iter().enumerate() {
        let before = |need: &&str| ORDER[..at].iter().any(|(name, ..)| name == need);
        ensure!(needs.iter().all(before), "{name} would wait for ever");
    }
    let logs = target_dir().join("test");
    fs::create_dir_all(&logs)?;

    let progress = Mutex::new(Progress::default());
    let changed = Condvar::new();
    let lane = |lane: Lane| {
        for (name, _, needs) in ORDER.iter().filter(|(_, its, _)| *its == lane) {
            let Some(check) = find(name) else { continue };
            let there = {
                let held = progress.lock().unwrap_or_else(PoisonError::into_inner);
                let waits = |now: &mut Progress| {
                    !needs.iter().all(|need| now.ended.contains(need) || find(need).is_none())
                };
                let held = changed.wait_while(held, waits).unwrap_or_else(PoisonError::into_inner);
                held.there.join(",")
            };
            println!("=== {name} begins; what it says comes when it ends");
            let ended = aside(check, &there);
            let mut held = progress.lock().unwrap_or_else(PoisonError::into_inner);
            held.ended.insert(check.0);
            if ended.2 {
                held.there.push(check.0);
            }
            held.report.push(ended);
            changed.notify_all();
        }
    };
    thread::scope(|scope| {
        for name in [Lane::Fetches, Lane::Compiles, Lane::Beside] {
            let lane = &lane;
            scope.spawn(move || lane(name));
        }
    });

    let mut done = progress.into_inner().unwrap_or_else(PoisonError::into_inner);
    let there = done.there.join(",");
    for check in checks.iter().filter(|check| !done.ended.contains(check.0)) {
        let (name, shows, _) = check;
        println!("\n=== {name}: {shows}");
        let start = Instant::now();
        let good = aloud(name, &there);
        done.report.push((name, start.elapsed(), tell(name, good)));
    }
    println!();
    for (name, took, good) in done.report.iter().filter(|ended| ahead.iter().any(|work| work.0 == ended.0)) {
        // It fails no run: whoever wanted it has done it, or failed.
        println!("ahead: {name:14} {:4} s  {}", took.as_secs(), if *good { "ok" } else { "not done" });
    }
    let of = |check: &&&Check| done.report.iter().find(|ended| ended.0 == check.0).copied();
    Ok(checks.iter().filter_map(|check| of(&check)).collect())
}

/// This program, to do one of them.
fn part(name: &str, there: &str) -> Result<Command> {
    let mut part = Command::new(std::env::current_exe()?);
    part.current_dir(root()).args(["test", "--part", name]).env(THERE, there).stdin(Stdio::null());
    Ok(part)
}

/// The file in which what one says is kept.
fn log(name: &str) -> PathBuf {
    target_dir().join("test").join(format!("{name}.log"))
}

/// Does one of them with what it says kept, and printed as it comes.
fn aloud(name: &str, there: &str) -> Result<bool> {
    let mut part = part(name, there)?;
    let file = File::create(log(name))?;
    // A file and no pipe: a program that a check left behind would hold that open, and we should wait for it.
    let mut running = part.stdout(file.try_clone()?).stderr(file).spawn()?;
    let mut said = File::open(log(name))?;
    loop {
        let ended = running.try_wait()?;
        let mut out = io::stdout().lock();
        io::copy(&mut said, &mut out)?;
        out.flush()?;
        drop(out);
        match ended {
            Some(status) => return Ok(status.success()),
            None => thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// Prints how those that failed ended, in so many lines each, after everything else: whoever has only the end of a long
/// run sees why.
pub fn ends(report: &[Ended]) {
    const LINES: usize = 50;
    for (name, ..) in report.iter().filter(|(_, _, good)| !good) {
        let said = fs::read(log(name)).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let lines: Vec<&str> = said.lines().collect();
        println!("\n=== {name} failed; its last lines, of {}:", log(name).display());
        for line in &lines[lines.len().saturating_sub(LINES)..] {
            println!("{}", line.chars().take(400).collect::<String>());
        }
    }
}

/// Does one of them with what it says kept in a file, and prints that.
fn aside((name, shows, _): &Check, there: &str) -> Ended {
    let start = Instant::now();
    let path = log(name);
    let run = || {
        let log = File::create(&path)?;
        let mut part = part(name, there)?;
        Ok(part.stdout(log.try_clone()?).stderr(log).status()?.success())
    };
    let good: Result<bool> = run();
    let took = start.elapsed();
    let mut out = io::stdout().lock();
    let said = fs::read(&path).unwrap_or_default();
    let _ = writeln!(out, "\n=== {name}: {shows} ({} s)", took.as_secs());
    let _ = out.write_all(&said);
    drop(out);
    (name, took, tell(name, good.with_context(|| path.display().to_string())))
}

/// Says of a part that it failed, as it would say itself.
fn tell(name: &str, good: Result<bool>) -> bool {
    match good {
        Ok(true) => return true,
        Ok(false) => println!("=== {name} failed"),
        Err(error) => println!("=== {name} failed: {error:#}"),
    }
    false
}
