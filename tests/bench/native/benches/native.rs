//! Signing and decoding natively, outcrop beside AWS's own crates, in the CPU time of this thread. It judges nothing.
//! The last line of its output is one of JSON: the medians in nanoseconds, and between which the rounds lay.

use cpu_time::ThreadTime;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BenchmarkGroup, Criterion, SamplingMode};
use outcrop_bench_native::{AwsSigV4, Outcrop, answer, body, outcrop_frames, smithy_frames};
use serde_json::{Value, json};
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

/// Rounds in which the contenders take turns: the median of five is not moved by two bad ones.
const ROUNDS: usize = 5;
/// Events of an answer: 100 kB, which the processor's nearest memory does not hold.
const EVENTS: usize = 500;

/// Time in which this thread ran: what else the machine does then is not counted.
struct CpuTime;

impl Measurement for CpuTime {
    type Intermediate = ThreadTime;
    type Value = Duration;

    fn start(&self) -> ThreadTime {
        ThreadTime::now()
    }

    fn end(&self, begun: ThreadTime) -> Duration {
        begun.elapsed()
    }

    fn add(&self, a: &Duration, b: &Duration) -> Duration {
        *a + *b
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

fn measure(group: &mut BenchmarkGroup<'_, CpuTime>, name: &str, mut work: impl FnMut()) {
    group.sampling_mode(SamplingMode::Flat).bench_function(name, |bencher| bencher.iter(&mut work));
}

/// The median of each round in nanoseconds for one of `pieces`, as Criterion has written them.
fn rounds(folder: &Path, row: &str, name: &str, pieces: usize) -> Vec<f64> {
    let mut medians: Vec<f64> = (0..ROUNDS)
        .map(|round| {
            let file = folder.join(format!("{row}, round {round}")).join(name).join("new/estimates.json");
            let text = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let estimates: Value = serde_json::from_slice(&text).expect("Criterion writes JSON");
            let median = estimates["median"]["point_estimate"].as_f64().expect("a median is a number");
            median / pieces as f64
        })
        .collect();
    medians.sort_by(f64::total_cmp);
    medians
}

fn main() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("native-bench");
    let mut criterion = Criterion::default()
        .with_measurement(CpuTime)
        .without_plots()
        .output_directory(&folder)
        // 0.2 s to fill caches, 0.5 s for each figure: all of it takes half a minute.
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(500))
        .sample_size(50)
        .configure_from_args();
    let (mut ours, theirs, answer) = (Outcrop::default(), AwsSigV4::default(), answer(EVENTS));
    let signed = [("sign 1 KB", body(1024)), ("sign 1 MiB", body(1 << 20))];
    for round in 0..ROUNDS {
        for (row, body) in &signed {
            let mut group = criterion.benchmark_group(format!("{row}, round {round}"));
            measure(&mut group, "outcrop", || ours.sign_with(body, |headers| _ = black_box(headers)));
            measure(&mut group, "aws-sigv4", || {
                theirs.sign_with(body, |headers| headers.for_each(|header| _ = black_box(header)));
            });
        }
        let mut group = criterion.benchmark_group(format!("decode small frames, round {round}"));
        measure(&mut group, "outcrop", || {
            outcrop_frames(&answer, |kind, payload| _ = black_box((kind, payload)));
        });
        measure(&mut group, "aws-smithy-eventstream", || {
            smithy_frames(&answer, |kind, payload| _ = black_box((kind, payload)));
        });
    }
    let (mut told, mut spread) = (serde_json::Map::new(), serde_json::Map::new());
    for (row, peer, pieces) in [
        ("sign 1 KB", "aws-sigv4", 1),
        ("sign 1 MiB", "aws-sigv4", 1),
        ("decode small frames", "aws-smithy-eventstream", EVENTS),
    ] {
        let (ours, theirs) = (rounds(&folder, row, "outcrop", pieces), rounds(&folder, row, peer, pieces));
        println!(
            "{row}: outcrop {ours:.1?} ns, {peer} {theirs:.1?} ns, ratio {:.2}",
            theirs[ROUNDS / 2] / ours[ROUNDS / 2]
        );
        told.insert(row.to_owned(), json!({ "outcrop": ours[ROUNDS / 2], peer: theirs[ROUNDS / 2] }));
        spread.insert(row.to_owned(), json!({ "outcrop": ours, peer: theirs }));
    }
    println!("{}", json!({ "native": told, "rounds": spread }));
}
