//! `drive <target> <executions> <seed> [<corpus folder> …]`: brings a target random bytes, and its corpus changed at
//! random. It looks at no coverage: it is for where libFuzzer cannot be built, and for many executions in a short time.
//! An input at which the target panics is kept beside where it was started from, as `crash-<target>`. At a good end it
//! prints a row for the ledger (tests/trust).

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use outcrop_fuzz::random::Random;
use time::OffsetDateTime;

/// Bytes of the longest input, as many as libFuzzer is told.
const MOST: usize = 512;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, executions, seed, folders @ ..] = arguments.as_slice() else {
        eprintln!("drive <target> <executions> <seed> [<corpus folder> …]");
        return ExitCode::FAILURE;
    };
    let run = outcrop_fuzz::named(name).expect("no such target");
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
    let mut input = Vec::with_capacity(2 * MOST);
    let began = Instant::now();
    for _ in 0..executions {
        make(&mut input, &corpus, &mut random);
        if catch_unwind(AssertUnwindSafe(|| run(&input))).is_err() {
            let path = format!("crash-{name}");
            let kept = std::fs::File::create(&path).and_then(|mut file| file.write_all(&input));
            eprintln!("the input is in {path}: {kept:?}");
            return ExitCode::FAILURE;
        }
    }
    let row = serde_json::json!({
        "part": "fuzz", "what": name, "against": "", "count": executions, "unit": "executions", "findings": 0,
        "seed": format!("{seed:#x}"), "command": format!("drive {name} {executions} {seed}"),
        "seconds": began.elapsed().as_secs(), "date": OffsetDateTime::now_utc().date().to_string(),
        "note": format!("driver: random and changed inputs, {} given; no coverage looked at", corpus.len()),
    });
    println!("{row}");
    ExitCode::SUCCESS
}

/// The next input: random bytes of any length, or one of the corpus or the one before, changed.
fn make(input: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut Random) {
    let choice = random.number();
    match choice & 7 {
        kind if kind < 4 || input.is_empty() => {
            // Short ones more often; and often small numbers, which most choices are.
            let length = random.below(1 << (3 + (choice >> 8) % 7));
            random.fill(input, length);
            if choice & 0x80 != 0 {
                let mask = 1 << (choice >> 16 & 7);
                input.iter_mut().step_by(2).for_each(|byte| *byte %= mask);
            }
            return;
        }
        4 | 5 if !corpus.is_empty() => {
            input.clear();
            input.extend_from_slice(&corpus[random.below(corpus.len())]);
        }
        _ => {}
    }
    for _ in 0..=(choice >> 2 & 3) {
        let what = random.number();
        let at = if input.is_empty() { 0 } else { (what >> 16) as usize % input.len() };
        match what & 7 {
            0 | 1 if !input.is_empty() => input[at] = (what >> 8) as u8,
            2 if !input.is_empty() => input[at] ^= 1 << (what >> 8 & 7),
            3 => input.insert(at, (what >> 8) as u8),
            4 if !input.is_empty() => _ = input.remove(at),
            5 if what >> 61 == 0 => input.truncate(at),
            6 if !corpus.is_empty() => {
                // Another's end.
                let other = &corpus[random.below(corpus.len())];
                let from = (what >> 40) as usize % (other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            // A part of its own, again.
            _ => input.extend_from_within(at..input.len().min(at + (what >> 40 & 31) as usize)),
        }
    }
    input.truncate(MOST);
}
