//! Every recorded stream cut short at every byte, cut in two at every byte, and cut into random pieces.
//! What the frames are is aws-smithy-eventstream's word; how a stream ended is asked as a client asks it.

use aws_smithy_types::event_stream::Message as SmithyMessage;
use outcrop::decide::{EndMark, StreamKind};
use outcrop::event_stream::{Decoder, Message};
use outcrop_oracles::frames::{same, smithy_frames};
use outcrop_oracles::random::Random;
use outcrop_oracles::trust::{self, Row};
use outcrop_oracles::vectors::{RecordedStream, recorded_streams};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// A stream with what smithy says is in it.
struct Known {
    stream: RecordedStream,
    frames: Vec<SmithyMessage>,
    /// Where each frame ends.
    ends: Vec<usize>,
    kind: StreamKind,
    /// The frame that is an exception, if one is.
    exception: Option<usize>,
}

/// How a client sees a stream end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Complete,
    Exception,
    Truncated,
}

fn known() -> Option<Vec<Known>> {
    let streams = recorded_streams()?;
    Some(streams.into_iter().map(known_stream).collect())
}

fn known_stream(stream: RecordedStream) -> Known {
    let (frames, ends): (Vec<_>, Vec<_>) = smithy_frames(&stream.body)
        .unwrap_or_else(|error| panic!("{}: {error}", stream.id))
        .into_iter()
        .unzip();
    assert_eq!(frames.len(), stream.events.len(), "{}: the recording counts its events otherwise", stream.id);
    let kind = match stream.operation.as_str() {
        "ConverseStream" => StreamKind::Converse,
        "InvokeModelWithResponseStream" => StreamKind::Invoke,
        other => panic!("{}: {other} has no event stream", stream.id),
    };
    let exception = stream.events.iter().position(|event| event["message_type"] == "exception");
    Known { stream, frames, ends, kind, exception }
}

/// Reads a stream of which only these bytes came: how many frames there were, and how it ended.
fn read(known: &Known, bytes: &[u8]) -> (usize, End) {
    let mut decoder = Decoder::new();
    let mut mark = EndMark::new(known.kind, false);
    let mut input = bytes;
    let mut count = 0;
    loop {
        match decoder.decode(&mut input) {
            Ok(Some(frame)) => {
                assert!(same(&frame, &known.frames[count]), "{}: frame {count}", known.stream.id);
                count += 1;
                match Message::of(&frame) {
                    Ok(Message::Event { event_type, payload }) => mark.observe(event_type, payload),
                    Ok(Message::Exception { .. } | Message::Error { .. }) => {
                        return (count, End::Exception);
                    }
                    Err(error) => panic!("{}: {error}", known.stream.id),
                }
            }
            Ok(None) => break,
            Err(error) => panic!("{} cut at {}: {error}", known.stream.id, bytes.len()),
        }
    }
    // Whatever the mark says: within a frame is never between two.
    let pending = bytes.len() - count.checked_sub(1).map_or(0, |last| known.ends[last]);
    let finished = decoder.finish();
    assert_eq!(
        finished.map_err(|truncated| truncated.pending),
        if pending == 0 { Ok(()) } else { Err(pending) },
        "{} cut at {}",
        known.stream.id,
        bytes.len()
    );
    let end = match (finished, mark.seen()) {
        (Ok(()), true) => End::Complete,
        _ => End::Truncated,
    };
    (count, end)
}

/// Reads chunks: the frames must be smithy's, all of them, and the bytes must end between two.
fn read_chunks<'c>(known: &Known, chunks: impl Iterator<Item = &'c [u8]>) {
    let mut decoder = Decoder::new();
    let mut count = 0;
    for chunk in chunks {
        let mut input = chunk;
        while let Some(frame) =
            decoder.decode(&mut input).unwrap_or_else(|error| panic!("{}: {error}", known.stream.id))
        {
            assert!(same(&frame, &known.frames[count]), "{}: frame {count}", known.stream.id);
            count += 1;
        }
        assert!(input.is_empty());
    }
    assert_eq!(count, known.frames.len(), "{}", known.stream.id);
    assert!(decoder.finish().is_ok(), "{}", known.stream.id);
}

/// What was counted, for the table of what the code was put to.
fn report(file: &str, what: &str, count: usize, unit: &str, seed: Option<u64>, began: std::time::Instant) {
    let row = Row {
        part: "cuts",
        what,
        against: "aws-smithy-eventstream",
        count: count as u64,
        unit,
        seed,
        command: "cargo xtask test rust",
        note: String::new(),
    };
    trust::write(file, &[row], began);
}

/// Runs jobs on every core.
fn on_every_core(jobs: usize, run: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let job = next.fetch_add(1, Ordering::Relaxed);
                    if job >= jobs {
                        break;
                    }
                    run(job);
                }
            });
        }
    });
}

/// Offsets of a stream in blocks: work that is even enough for every core.
fn blocks(streams: &[Known], offsets: impl Fn(&Known) -> usize) -> Vec<(usize, Range<usize>)> {
    const BLOCK: usize = 2000;
    let mut list = Vec::new();
    for (index, known) in streams.iter().enumerate() {
        let count = offsets(known);
        list.extend((0..count).step_by(BLOCK).map(|start| (index, start..count.min(start + BLOCK))));
    }
    list
}

#[test]
fn every_cut_is_a_truncation_or_the_right_end() {
    let Some(streams) = known() else { return };
    let started = std::time::Instant::now();
    let cuts = AtomicUsize::new(0);
    let decoded = AtomicU64::new(0);
    let jobs = blocks(&streams, |known| known.stream.body.len() + 1);
    on_every_core(jobs.len(), |job| {
        let (index, range) = &jobs[job];
        let known = &streams[*index];
        for cut in range.clone() {
            let (count, end) = read(known, &known.stream.body[..cut]);
            decoded.fetch_add(cut as u64, Ordering::Relaxed);
            let whole = known.ends.partition_point(|end| *end <= cut);
            let wanted = match known.exception {
                Some(exception) if whole > exception => (exception + 1, End::Exception),
                // All recorded streams end well when whole, but for one that ends with an exception.
                _ if cut == known.stream.body.len() => (known.frames.len(), End::Complete),
                _ => (whole, End::Truncated),
            };
            assert_eq!(
                (count, end),
                wanted,
                "{} cut at {cut} of {}",
                known.stream.id,
                known.stream.body.len()
            );
        }
        cuts.fetch_add(range.len(), Ordering::Relaxed);
    });
    let total: usize = streams.iter().map(|known| known.stream.body.len() + 1).sum();
    assert_eq!(cuts.into_inner(), total);
    println!(
        "{total} cuts of {} recorded streams, {:.1} GB decoded in {:.1} s",
        streams.len(),
        decoded.into_inner() as f64 / 1e9,
        started.elapsed().as_secs_f64()
    );
    let what = format!("cuts of {} recorded streams: an error or the right end each", streams.len());
    report("cuts-rust.json", &what, total, "cuts", None, started);
}

/// Above this many bytes two-way splits are sampled.
const SAMPLED_ABOVE: usize = 64 * 1024;
/// So many of them at random, and all those around the ends of frames.
const SAMPLES: usize = 4000;

/// Where a stream is split in two.
fn splits(known: &Known, random: &mut Random) -> Vec<usize> {
    let length = known.stream.body.len();
    if length <= SAMPLED_ABOVE {
        return (0..=length).collect();
    }
    let around = known.ends.iter().flat_map(|end| end.saturating_sub(20)..(end + 20).min(length + 1));
    let mut list: Vec<usize> =
        (0..SAMPLES).map(|_| random.below(length + 1)).chain(around).chain(0..40).collect();
    list.sort_unstable();
    list.dedup();
    list
}

#[test]
fn every_split_gives_the_same_frames() {
    let Some(streams) = known() else { return };
    let started = std::time::Instant::now();
    let mut random = Random::from_environment("two-way splits");
    let seed = random.state();
    let splits: Vec<Vec<usize>> = streams.iter().map(|known| splits(known, &mut random)).collect();
    let jobs: Vec<(usize, &[usize])> = splits
        .iter()
        .enumerate()
        .flat_map(|(index, list)| list.chunks(2000).map(move |part| (index, part)))
        .collect();
    let decoded = AtomicU64::new(0);
    on_every_core(jobs.len(), |job| {
        let (index, cuts) = jobs[job];
        let known = &streams[index];
        for cut in cuts {
            let (head, tail) = known.stream.body.split_at(*cut);
            read_chunks(known, [head, tail].into_iter());
            decoded.fetch_add(known.stream.body.len() as u64, Ordering::Relaxed);
        }
    });
    let sampled = streams.iter().filter(|known| known.stream.body.len() > SAMPLED_ABOVE).count();
    println!(
        "{} two-way splits of {} recorded streams ({sampled} above 64 KiB sampled), {:.1} GB decoded in {:.1} s",
        splits.iter().map(Vec::len).sum::<usize>(),
        streams.len(),
        decoded.into_inner() as f64 / 1e9,
        started.elapsed().as_secs_f64()
    );
    let what = format!("splits of {} recorded streams in two: the same frames each", streams.len());
    let count = splits.iter().map(Vec::len).sum();
    report("cuts-splits.json", &what, count, "splits", Some(seed), started);
}

/// Random chunkings of each stream.
const CHUNKINGS: usize = 1000;

#[test]
fn random_chunkings_give_the_same_frames() {
    let Some(streams) = known() else { return };
    let started = std::time::Instant::now();
    let mut begin = Random::from_environment("random chunkings");
    let (told_seed, seed) = (begin.state(), begin.number());
    on_every_core(streams.len(), |index| {
        let known = &streams[index];
        let mut random = Random::new(seed ^ index as u64);
        for _ in 0..CHUNKINGS {
            // Each chunking has a size of its own that its chunks stay below: from single bytes to all at once.
            let magnitude = random.below(17);
            let largest = 1 + random.below(2 << magnitude);
            let mut rest = known.stream.body.as_slice();
            read_chunks(
                known,
                std::iter::from_fn(|| {
                    // One chunk in ten is empty: hosts deliver such.
                    let size = if random.one_in(10) { 0 } else { 1 + random.below(largest) };
                    let (head, tail) = rest.split_at(size.min(rest.len()));
                    let ended = rest.is_empty();
                    rest = tail;
                    (!ended).then_some(head)
                }),
            );
        }
    });
    println!(
        "{} random chunkings of {} recorded streams in {:.1} s",
        CHUNKINGS * streams.len(),
        streams.len(),
        started.elapsed().as_secs_f64()
    );
    let what = format!("random chunkings of {} recorded streams: the same frames each", streams.len());
    let count = CHUNKINGS * streams.len();
    report("cuts-chunkings.json", &what, count, "chunkings", Some(told_seed), started);
}
