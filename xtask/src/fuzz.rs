//! `cargo xtask fuzz`: the targets of tests/fuzz under libFuzzer, with coverage counted in outcrop alone, on whatever
//! compiler runs us: no nightly, no sanitizer, as the crate has no unsafe code. Where there is no C++ compiler for the
//! engine it says so, and a driver of random and changed inputs calls the same targets. The wasm is called with random
//! calls in Node. Every run begins with the committed corpus, and writes rows to target/trust.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::shell::{self, program, root, say, target_dir};
use crate::trust::rows;
use crate::{test, tools};

/// What a run does, and for how long.
#[derive(clap::Args)]
pub struct Options {
    /// Only these
    targets: Vec<String>,
    /// A million executions of each, with a fixed seed, as CI does
    #[arg(long)]
    smoke: bool,
    /// A hundred million of each, or so many as are said; the rows go to tests/trust/ledger.jsonl too
    #[arg(long, conflicts_with = "smoke")]
    long: bool,
    /// Executions of each target
    #[arg(long)]
    executions: Option<u64>,
    /// Where the random numbers begin
    #[arg(long)]
    seed: Option<u32>,
    /// The driver instead of libFuzzer: no coverage, several times as many executions in the same time
    #[arg(long)]
    driver: bool,
}

/// As in tests/fuzz/src/lib.rs: name and oracle.
const TARGETS: &[(&str, &str)] = &[
    ("decoder", "a second reader"),
    ("headers", "a second reader"),
    ("encoder", "a second reader"),
    ("canonical", "a second writer, percent-encoding, hmac, sha2"),
    ("percent", "percent-encoding"),
    ("json", "serde_json"),
    ("answers", "serde_json"),
    ("sts", "roxmltree"),
    ("cognito", "serde_json"),
    ("endpoint", "url"),
    ("clock", "httpdate, time"),
    ("texts", "serde_json"),
    ("surface", "a second reader, serde_json, hmac, sha2"),
];
/// The one that is no program of libFuzzer's.
const WASM: &str = "wasm";
/// The one whose calls it makes.
const SURFACE: &str = "surface";

/// Executions of each target in CI.
const SMOKE: u64 = 1_000_000;
const SMOKE_SEED: u32 = 0x5eed;
const LONG: u64 = 100_000_000;

/// Bytes of the longest input: several frames, a request with its headers.
const MOST: &str = "-max_len=512";

/// Set for the cargo that takes us for its wrapper of rustc.
const STAND_IN: &str = "OUTCROP_FUZZ_RUSTC";
/// The crates whose coverage is counted.
const COUNTED: [&str; 2] = ["outcrop", "outcrop_bindings"];
/// LLVM's counters, as libFuzzer reads them.
const COUNTERS: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Whether we were started as cargo's wrapper of rustc; if so, what became of it.
pub fn stand_in() -> Option<ExitCode> {
    std::env::var_os(STAND_IN)?;
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let (rustc, arguments) = arguments.split_first()?;
    let named = |pair: &[OsString]| pair[0] == "--crate-name" && COUNTED.iter().any(|name| pair[1] == *name);
    let mut compile = Command::new(rustc);
    compile.args(arguments).env_remove(STAND_IN);
    if arguments.windows(2).any(named) {
        compile.args(COUNTERS);
    }
    Some(match compile.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// The check `fuzz`.
pub fn check() -> Result<()> {
    let fuzz = |command: &str, arguments: &[&str]| {
        let mut cargo = program("cargo");
        cargo.arg(command).args(arguments).env("CARGO_TARGET_DIR", place());
        shell::run(cargo.current_dir(folder()))
    };
    fuzz("fmt", &["--check"])?;
    fuzz("clippy", &["--quiet", "--locked", "--lib", "--tests", "--bin", "drive", "--", "-D", "warnings"])?;
    run(&Options {
        targets: Vec::new(),
        smoke: true,
        long: false,
        executions: None,
        seed: None,
        driver: false,
    })
}

/// Runs what was asked for.
pub fn run(options: &Options) -> Result<()> {
    let all = TARGETS.iter().map(|(name, _)| *name).chain([WASM]);
    let known: Vec<&str> = all.collect();
    if let Some(unknown) = options.targets.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("no target is called {unknown}: {}", known.join(", "));
    }
    let asked = |name: &&&str| options.targets.is_empty() || options.targets.iter().any(|own| own == **name);
    let targets: Vec<&str> = known.iter().filter(asked).copied().collect();
    indexed()?;
    let executions = options.executions.unwrap_or(if options.long { LONG } else { SMOKE });
    // Of a long run another each time.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.subsec_nanos());
    let seed = options.seed.unwrap_or(if options.long { now | 1 } else { SMOKE_SEED });
    println!("fuzz: seed {seed:#x}, {executions} executions each: {}", targets.join(", "));
    let engine = !options.driver && has_compiler();
    // The wasm's calls are written by the target that makes them natively.
    let native: BTreeSet<&str> =
        targets.iter().map(|name| if *name == WASM { SURFACE } else { name }).collect();
    build(&native.into_iter().collect::<Vec<_>>(), engine)?;

    let run = Run { executions, seed, engine, long: options.long };
    let rows = Mutex::new(Vec::new());
    let failed = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    let one = || {
        while let Some(name) = targets.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = if *name == WASM { run.wasm() } else { run.native(name) };
            match outcome {
                Ok(row) => {
                    println!("{name:10} {executions} executions, {} s, nothing found", row["seconds"]);
                    rows.lock().unwrap_or_else(|held| held.into_inner()).push(row);
                }
                Err(error) => {
                    println!("{name:10} {error:#}");
                    failed.lock().unwrap_or_else(|held| held.into_inner()).push(*name);
                }
            }
        }
    };
    // Two at a time, or one where there is one processor: a long run leaves the other to whoever works here.
    let side_by_side =
        if options.long { 1 } else { std::thread::available_parallelism().map_or(1, |n| n.get().min(2)) };
    std::thread::scope(|scope| (0..side_by_side).for_each(|_| _ = scope.spawn(one)));
    let rows = rows.into_inner().unwrap_or_default();
    told(&rows, options.long)?;
    let failed = failed.into_inner().unwrap_or_default();
    ensure!(failed.is_empty(), "found something: {}", failed.join(", "));
    Ok(())
}

fn folder() -> PathBuf {
    root().join("tests/fuzz")
}

fn place() -> PathBuf {
    target_dir().join("fuzz")
}

/// Every file of the corpus has a line that says what it pins, and every line a file.
fn indexed() -> Result<()> {
    let corpus = folder().join("corpus");
    let index = fs::read_to_string(corpus.join("index.txt")).context("corpus/index.txt")?;
    let listed: BTreeSet<String> =
        index.lines().filter_map(|line| line.split_once(": ")).map(|(file, _)| file.to_owned()).collect();
    let mut there = BTreeSet::new();
    for (name, _) in TARGETS {
        for entry in fs::read_dir(corpus.join(name)).with_context(|| format!("corpus/{name}"))? {
            there.insert(format!("{name}/{}", entry?.file_name().to_string_lossy()));
        }
    }
    let differing: Vec<_> = there.symmetric_difference(&listed).collect();
    ensure!(differing.is_empty(), "corpus/index.txt and the corpus differ: {differing:?}");
    println!("fuzz: {} files of the corpus, each with what it pins", there.len());
    Ok(())
}

/// Whether libFuzzer, which is C++, can be compiled.
fn has_compiler() -> bool {
    let there = || {
        let named = std::env::var_os("CXX").map(PathBuf::from);
        named
            .into_iter()
            .chain(["c++".into(), "g++".into(), "clang++".into()])
            .any(|name| tools::ask(name, &["--version"]).is_some())
    };
    let installed =
        there() || (tools::apt(&["g++"], "libFuzzer is C++ and is compiled here").is_ok() && there());
    if cfg!(windows) || !installed {
        say(
            "libFuzzer cannot be built here (no C++ compiler, or Windows): the driver brings random and changed inputs instead, \
             and looks at no coverage",
        );
    }
    installed && !cfg!(windows)
}

/// Builds the targets' programs, or the driver.
fn build(targets: &[&str], engine: bool) -> Result<()> {
    let mut cargo = program("cargo");
    cargo.args(["build", "--quiet", "--locked"]).env("CARGO_TARGET_DIR", place()).current_dir(folder());
    if engine {
        cargo.args(["--profile", "engine", "--features", "engine"]);
        targets.iter().for_each(|name| _ = cargo.args(["--bin", name]));
        cargo.env("RUSTC_WRAPPER", std::env::current_exe()?).env(STAND_IN, "1");
    } else {
        cargo.args(["--release", "--bin", "drive"]);
    }
    shell::run(&mut cargo)
}

/// How often, from where, by what.
struct Run {
    executions: u64,
    seed: u32,
    engine: bool,
    long: bool,
}

impl Run {
    /// The command that does the same again.
    fn command(&self, name: &str) -> String {
        let (executions, seed) = (self.executions, self.seed);
        let driver = if self.engine || name == WASM { "" } else { " --driver" };
        match (self.long, executions, seed, driver) {
            (false, SMOKE, SMOKE_SEED, "") => format!("cargo xtask fuzz {name} --smoke"),
            _ => format!("cargo xtask fuzz {name} --long{driver} --executions {executions} --seed {seed}"),
        }
    }

    /// The program of a target and what it is told. `own` is the folder for what it finds to be new.
    fn program(&self, name: &str, own: &str) -> Result<Command> {
        let kept = place().join("kept").join(own);
        if !self.long {
            // The same each time.
            let _ = fs::remove_dir_all(&kept);
        }
        fs::create_dir_all(&kept)?;
        let corpus = folder().join("corpus").join(name);
        let (executions, seed) = (self.executions, self.seed);
        let mut fuzz;
        if self.engine {
            fuzz = Command::new(place().join("engine").join(name));
            fuzz.args([MOST, "-timeout=10", "-rss_limit_mb=1024", "-verbosity=0", "-print_funcs=0"]);
            fuzz.args([
                "-print_final_stats=1".to_owned(),
                format!("-runs={executions}"),
                format!("-seed={seed}"),
            ]);
            fuzz.arg(format!("-artifact_prefix={}/{own}-", place().display())).arg(&kept).arg(&corpus);
        } else {
            fuzz = Command::new(place().join("release/drive"));
            fuzz.arg(name).arg(executions.to_string()).arg(seed.to_string()).arg(&corpus);
        }
        fuzz.current_dir(place());
        Ok(fuzz)
    }

    /// A target natively. What it says is in a file, of which the end is shown if it fails.
    fn native(&self, name: &str) -> Result<Value> {
        let mut fuzz = self.program(name, name)?;
        let (executions, seed) = (self.executions, self.seed);
        let began = Instant::now();
        let log = place().join(format!("{name}.log"));
        let file = fs::File::create(&log)?;
        let status = fuzz.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).status()?;
        let said = fs::read(&log)?;
        let said = String::from_utf8_lossy(&said);
        if !status.success() {
            let lines: Vec<&str> = said.lines().filter(|line| !line.starts_with("INFO")).collect();
            println!("{}", lines[lines.len().saturating_sub(60)..].join("\n"));
            bail!("ended with {status}; the input is beside {}", log.display());
        }
        // As many as it says itself.
        let stat = |what: &str| {
            let value = said.lines().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(what));
            value.and_then(|value| value.trim_start_matches(':').trim().parse::<u64>().ok())
        };
        let (done, note) = if self.engine {
            let coverage = stat("new_units_added").unwrap_or(0);
            (
                stat("number_of_executed_units").context("it does not say how often")?,
                format!("libFuzzer, {coverage} inputs that reached something new"),
            )
        } else {
            (executions, "driver: random and changed inputs; no coverage looked at".to_owned())
        };
        ensure!(done >= executions, "{done} executions");
        let against = TARGETS.iter().find(|(own, _)| *own == name).map_or("", |(_, against)| against);
        let seconds = began.elapsed().as_secs();
        Ok(json!({
            "part": "fuzz", "what": name, "against": against, "count": done, "unit": "executions", "findings": 0,
            "seed": format!("{seed:#x}"), "command": self.command(name), "seconds": seconds, "date": rows::today(),
            "note": note,
        }))
    }

    /// Random calls on the built wasm.
    fn wasm(&self) -> Result<Value> {
        let wasm = root().join("bindings/dist/outcrop.wasm");
        if !wasm.exists() {
            test::package()?;
        }
        // Other calls than the native run has made.
        let other = Run { seed: self.seed.wrapping_add(1), ..*self };
        let fuzz = other.program(SURFACE, WASM)?;
        let mut node = Command::new(tools::node()?);
        node.arg(folder().join("wasm/drive.mjs")).arg(wasm).arg(self.executions.to_string());
        node.arg(self.seed.to_string()).arg(fuzz.get_program()).args(fuzz.get_args()).current_dir(place());
        let told = shell::output(&mut node)?;
        let mut row: Value = serde_json::from_slice(&told)?;
        row["command"] = json!(self.command(WASM));
        Ok(row)
    }
}

/// Writes the rows where `cargo xtask trust` reads them, and those of a long run to the ledger.
fn told(told: &[Value], long: bool) -> Result<()> {
    let place = rows::folder()?;
    for row in told {
        let name = row["what"].as_str().unwrap_or_default();
        fs::write(place.join(format!("fuzz-{name}.json")), serde_json::to_string_pretty(&json!([row]))?)?;
    }
    let ledger: &Path = &root().join("tests/trust/ledger.jsonl");
    if long && !told.is_empty() {
        let mut text = if ledger.exists() { fs::read_to_string(ledger)? } else { String::new() };
        told.iter().for_each(|row| text.push_str(&format!("{row}\n")));
        fs::create_dir_all(ledger.parent().unwrap_or(ledger))?;
        fs::write(ledger, text)?;
    }
    Ok(())
}
