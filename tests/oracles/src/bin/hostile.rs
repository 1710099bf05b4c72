//! Hostile frames: what outcrop makes of each, in Rust, in `outcrop/event-stream` and in the package's wasm, and what
//! aws-smithy-eventstream, @smithy/core and botocore make of it. Every way in which two of them differ stands in
//! `hostile/classes.json` with its reason: one that does not fails the run, and so does one that no frame has shown.
//!
//! `hostile [--frames N] [--seed N|random] [--workers N] [--list] [--table]`; `--list` prints what was seen and checks nothing, `--table` the table
//! of DIFFERENCES.md.

use outcrop_oracles::classes::Classes;
use outcrop_oracles::hostile::frame;
use outcrop_oracles::judges::Judge;
use outcrop_oracles::trust::{self, Row};
use outcrop_oracles::vectors::to_hex;
use outcrop_oracles::verdicts::{Keeps, Read, Verdict, alike, outcrop, reading, saying, seed_or, smithy};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Frames of a run in CI: fewer do not show every class.
const FRAMES: u64 = 1_000_000;
/// The seed of a run in CI, so that what it shows is the same each time.
const SEED: u64 = 0x5eed;
/// Frames that a judge is handed at once: enough that nobody waits for a pipe, few enough to hold (about 1 MB).
const BATCH: u64 = 4000;

/// Who is compared with outcrop in Rust.
const JUDGES: [(&str, Keeps); 5] = [
    ("aws-smithy-eventstream", Keeps::Types),
    ("@smithy/core", Keeps::Types),
    ("botocore", Keeps::Python),
    ("outcrop/event-stream", Keeps::JavaScript),
    (WASM, Keeps::Types),
];

const WASM: &str = "outcrop.wasm";

/// Judge, what was compared (`reading` or `saying`), ours, theirs.
type Class = (&'static str, &'static str, String, String);

/// How often a class was seen, and the shortest frame that showed it.
#[derive(Default)]
struct Seen {
    count: u64,
    frame: Vec<u8>,
}

#[derive(Default)]
struct Counts {
    classes: BTreeMap<Class, Seen>,
    /// Frames that not all three official decoders took, or all three did not take.
    taken_by_some: u64,
    /// Frames that all three took, with other contents.
    taken_otherwise: u64,
    /// Frames that outcrop took.
    taken: u64,
    /// Frames that outcrop took and that none of the three did. There must be none.
    taken_by_us_alone: u64,
}

impl Counts {
    fn note(&mut self, class: Class, frame: &[u8]) {
        let seen = self.classes.entry(class).or_default();
        seen.count += 1;
        if seen.count == 1 || frame.len() < seen.frame.len() {
            seen.frame = frame.to_vec();
        }
    }

    fn judge(&mut self, frame: &[u8], our: &Verdict, judges: [&Verdict; 5]) {
        for ((name, keeps), their) in JUDGES.into_iter().zip(judges) {
            // The wasm tells no headers, and what is wrong with a message as what is wrong with a frame.
            let (what, (ours, theirs)) = match (&our.said, &their.said) {
                (Some(ours), Some(theirs)) if name == WASM => ("saying", saying(ours, theirs)),
                (Some(ours), None) if name == WASM => {
                    ("saying", (ours.kind.clone(), reading(&their.read, &their.read, keeps).0))
                }
                _ => ("reading", reading(&our.read, &their.read, keeps)),
            };
            self.note((name, what, ours, theirs), frame);
            if let (Some(our_said), Some(their_said)) = (&our.said, &their.said)
                && name != WASM
            {
                let (ours, theirs) = saying(our_said, their_said);
                self.note((name, "saying", ours, theirs), frame);
            }
        }
        let took = |verdict: &Verdict| matches!(verdict.read, Read::Taken(..));
        let official = [judges[0], judges[1], judges[2]];
        let count = official.iter().filter(|verdict| took(verdict)).count();
        self.taken += u64::from(took(our));
        self.taken_by_us_alone += u64::from(took(our) && count == 0);
        if count == 3 {
            let same =
                alike(&official[0].read, &official[1].read) && alike(&official[0].read, &official[2].read);
            self.taken_otherwise += u64::from(!same);
        } else {
            self.taken_by_some += u64::from(count > 0);
        }
    }

    fn add(&mut self, other: Self) {
        for (class, seen) in other.classes {
            let mine = self.classes.entry(class).or_default();
            if mine.count == 0 || seen.frame.len() < mine.frame.len() {
                mine.frame = seen.frame;
            }
            mine.count += seen.count;
        }
        self.taken_by_some += other.taken_by_some;
        self.taken_otherwise += other.taken_otherwise;
        self.taken += other.taken;
        self.taken_by_us_alone += other.taken_by_us_alone;
    }
}

struct Asked {
    frames: u64,
    seed: u64,
    workers: u64,
    list: bool,
}

fn asked() -> Asked {
    let mut words = std::env::args().skip(1);
    let mut asked = Asked { frames: FRAMES, seed: SEED, workers: 2, list: false };
    while let Some(word) = words.next() {
        let mut next = || words.next().unwrap_or_else(|| panic!("{word} wants a value"));
        match word.as_str() {
            "--frames" => asked.frames = next().parse().expect("a number of frames"),
            "--seed" => asked.seed = seed_or(Some(&next()), SEED),
            "--workers" => asked.workers = next().parse().expect("a number of workers"),
            "--list" => asked.list = true,
            "--table" => {
                print!("{}", Classes::read().table());
                std::process::exit(0);
            }
            other => panic!("{other}? hostile [--frames N] [--seed N|random] [--workers N] [--list]"),
        }
    }
    asked
}

fn work(asked: &Asked, next: &AtomicU64) -> Counts {
    let (mut node, mut python) = (Judge::node(), Judge::python());
    let mut counts = Counts::default();
    loop {
        let from = next.fetch_add(BATCH, Ordering::Relaxed);
        if from >= asked.frames {
            return counts;
        }
        let frames: Vec<Vec<u8>> =
            (from..asked.frames.min(from + BATCH)).map(|number| frame(asked.seed, number)).collect();
        python.ask(&frames);
        node.ask(&frames);
        let native: Vec<_> = frames.iter().map(|frame| (outcrop(frame), smithy(frame))).collect();
        let (in_node, in_python) = (node.verdicts(&frames), python.verdicts(&frames));
        for (((frame, (ours, smithy)), in_node), in_python) in
            frames.iter().zip(&native).zip(&in_node).zip(&in_python)
        {
            counts.judge(frame, ours, [smithy, &in_node[0], &in_python[0], &in_node[1], &in_node[2]]);
        }
    }
}

/// A frame that one of outcrop's decoders once took for something else: `hostile/cases`.
#[derive(Deserialize)]
struct Case {
    what: String,
    frame: String,
    /// Of all three: why it is refused, or `event`, `exception` or `error`.
    verdict: String,
}

fn from_hex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal digits");
    (0..text.len()).step_by(2).map(digit).collect()
}

/// What is not as the cases have it.
fn cases() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile/cases");
    let cases: Vec<Case> = std::fs::read_dir(&folder)
        .expect("hostile/cases")
        .map(|entry| std::fs::read(entry.expect("a file").path()).expect("a file"))
        .map(|text| serde_json::from_slice(&text).expect("a case"))
        .collect();
    let frames: Vec<Vec<u8>> = cases.iter().map(|case| from_hex(&case.frame)).collect();
    let mut node = Judge::node();
    node.ask(&frames);
    let mut wrong = Vec::new();
    for ((case, frame), verdicts) in cases.iter().zip(&frames).zip(node.verdicts(&frames)) {
        let native = outcrop(frame);
        for (name, verdict) in [("outcrop", &native), (JUDGES[3].0, &verdicts[1]), (WASM, &verdicts[2])] {
            let word = match (&verdict.read, &verdict.said) {
                (_, Some(said)) => said.kind.clone(),
                (read, None) => reading(read, read, Keeps::Types).0,
            };
            if word != case.verdict {
                wrong.push(format!("{}: {name} says {word}, not {}", case.what, case.verdict));
            }
        }
    }
    println!("{} cases", cases.len());
    wrong
}

/// What is not as listed. A run of fewer frames than CI's is not expected to show every class.
fn check(counts: &Counts, whole: bool) -> Vec<String> {
    let list = Classes::read();
    let mut shown = vec![false; list.classes.len()];
    let mut wrong = Vec::new();
    for ((name, what, ours, theirs), seen) in &counts.classes {
        match list.find(name, what, ours, theirs) {
            Some(place) => shown[place] = true,
            None if ours == theirs => {}
            None => wrong.push(format!(
                "not listed: {name}, {what}: {ours} / {theirs}, {} times, such as {}",
                seen.count,
                to_hex(&seen.frame)
            )),
        }
    }
    for (class, _) in list.classes.iter().zip(shown).filter(|(_, shown)| whole && !shown) {
        wrong.push(format!("listed, and no frame showed it: {class:?}"));
    }
    wrong
}

fn main() {
    let began = Instant::now();
    let asked = asked();
    println!("hostile frames: {} of seed {:#x} ({})", asked.frames, asked.seed, asked.seed);
    let next = AtomicU64::new(0);
    let counts: Mutex<Counts> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..asked.workers {
            scope.spawn(|| counts.lock().expect("no panic while held").add(work(&asked, &next)));
        }
    });
    let counts = counts.into_inner().expect("unlocked");
    if asked.list {
        for ((name, what, ours, theirs), seen) in &counts.classes {
            let frame = to_hex(&seen.frame);
            println!("{name}\t{what}\t{ours}\t{theirs}\t{}\t{}", seen.count, &frame[..frame.len().min(400)]);
        }
    }
    let share = |count: u64| 100.0 * count as f64 / asked.frames as f64;
    let shares = format!(
        "the three official decoders disagree on {:.1} % of them: {:.1} % are taken by one or two, {:.1} % by all three with other contents; outcrop takes {:.1} %, and none that all three refuse",
        share(counts.taken_by_some + counts.taken_otherwise),
        share(counts.taken_by_some),
        share(counts.taken_otherwise),
        share(counts.taken),
    );
    println!("{} frames in {:.1} s: {shares}", asked.frames, began.elapsed().as_secs_f64());
    if asked.list {
        return;
    }
    let mut wrong = cases();
    wrong.extend(check(&counts, asked.frames >= FRAMES));
    if counts.taken_by_us_alone > 0 {
        wrong.push(format!("{} frames were taken by outcrop alone", counts.taken_by_us_alone));
    }
    wrong.iter().for_each(|line| println!("{line}"));
    assert!(wrong.is_empty(), "{} classes are not as listed", wrong.len());
    let command = format!("cargo xtask hostile --frames {} --seed {}", asked.frames, asked.seed);
    let row = |what, against| Row {
        part: "hostile",
        what,
        against,
        count: asked.frames,
        unit: "frames",
        seed: Some(asked.seed),
        command: &command,
        note: shares.clone(),
    };
    let others = "aws-smithy-eventstream 0.61, @smithy/core 3.41, botocore 1.44";
    trust::write("hostile.json", &[row("frames in Rust, outcrop/event-stream and the wasm", others)], began);
}
