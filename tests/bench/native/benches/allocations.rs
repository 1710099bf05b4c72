//! How often and how much the contenders of `native` allocate for one piece of work. It measures no time: counting
//! would slow down whoever allocates most. The last line of its output is one of JSON.

use outcrop_bench_native::{AwsSigV4, Outcrop, answer, body, outcrop_frames, smithy_frames};
use serde_json::{Value, json};
use std::hint::black_box;

/// Enough to see what a frame allocates: none of it is left to chance.
const EVENTS: u64 = 1000;

/// Allocations and bytes of one piece, the first of all not counted: it builds tables and keeps keys.
fn counted(pieces: u64, mut work: impl FnMut()) -> Value {
    work();
    let seen = allocation_counter::measure(work);
    let each = |count: u64| count as f64 / pieces as f64;
    json!({ "allocations": each(seen.count_total), "bytes": each(seen.bytes_total), "most bytes at once": seen.bytes_max })
}

fn main() {
    let mut told = serde_json::Map::new();
    for (row, bytes) in [("sign 1 KB", 1024), ("sign 1 MiB", 1 << 20)] {
        let body = body(bytes);
        let (mut ours, theirs) = (Outcrop::default(), AwsSigV4::default());
        let ours = counted(1, || ours.sign_with(&body, |headers| _ = black_box(headers)));
        let theirs = counted(1, || {
            theirs.sign_with(&body, |headers| headers.for_each(|header| _ = black_box(header)))
        });
        told.insert(row.to_owned(), json!({ "outcrop": ours, "aws-sigv4": theirs }));
    }
    let answer = answer(EVENTS as usize);
    let ours = counted(EVENTS, || outcrop_frames(&answer, |kind, payload| _ = black_box((kind, payload))));
    let theirs = counted(EVENTS, || smithy_frames(&answer, |kind, payload| _ = black_box((kind, payload))));
    told.insert(
        "decode small frames".to_owned(),
        json!({ "outcrop": ours, "aws-smithy-eventstream": theirs }),
    );
    println!("{}", json!({ "native allocations": told }));
}
