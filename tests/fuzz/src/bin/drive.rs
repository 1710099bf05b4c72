//! `drive <target> <executions> <seed> [<corpus folder> …]`: brings a target random bytes, and its corpus changed at
//! random. It looks at no coverage: it is for where libFuzzer cannot be built, and for many executions in a short time.
//! An input at which the target panics is kept beside where it was started from, as `crash-<target>`. At a good end it
//! prints a row for the ledger (tests/trust), to stderr.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use outcrop_fuzz::random::{Random, next_input};
use time::OffsetDateTime;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, executions, seed, folders @ ..] = arguments.as_slice() else {
        eprintln!("drive <target> <executions> <seed> [<corpus folder> …]");
        return ExitCode::FAILURE;
    };
    let (_, against, run) = outcrop_fuzz::named(name).expect("no such target");
    let executions: u64 = executions.parse().expect("how many executions");
    let seed: u64 = seed.parse().expect("a seed");
    let mut random = Random::new(seed);
    let mut corpus: Vec<Vec<u8>> = Vec::new();
    for folder in folders {
        let mut paths: Vec<_> =
            std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        paths.sort();
        corpus.extend(paths.into_iter().filter_map(|path| std::fs::read(path).ok()));
    }
    let mut input = Vec::new();
    let began = Instant::now();
    for _ in 0..executions {
        next_input(&mut input, &corpus, &mut random);
        if catch_unwind(AssertUnwindSafe(|| run(&input))).is_err() {
            let path = format!("crash-{name}");
            let kept = std::fs::File::create(&path).and_then(|mut file| file.write_all(&input));
            eprintln!("the input is in {path}: {kept:?}");
            return ExitCode::FAILURE;
        }
    }
    let row = serde_json::json!({
        "part": "fuzz", "what": name, "against": against, "count": executions, "unit": "executions", "findings": 0,
        "seed": format!("{seed:#x}"), "command": format!("drive {name} {executions} {seed}"),
        "seconds": began.elapsed().as_secs(), "date": OffsetDateTime::now_utc().date().to_string(),
        "note": format!("driver: random and changed inputs, {} given; no coverage looked at", corpus.len()),
    });
    eprintln!("{row}");
    ExitCode::SUCCESS
}
