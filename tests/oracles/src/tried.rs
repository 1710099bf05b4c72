//! Values of a kind that are tried whole, or at every boundary: on every core, and counted for the trust table. What is
//! found wrong has panicked.

use crate::trust::{self, Row};
use serde_json::Value;
use std::time::Instant;

/// What one test counted on its way: the rows of one file.
pub struct Tried {
    part: &'static str,
    command: &'static str,
    began: Instant,
    rows: Vec<Value>,
}

impl Tried {
    /// `command` is what anyone can run to count the same.
    pub fn new(part: &'static str, command: &'static str) -> Self {
        Self { part, command, began: Instant::now(), rows: Vec::new() }
    }

    /// Notes that so many were looked at, all as they should be (whoever finds one that is not has panicked), in the
    /// time since the last row. `against` is code that is not ours, or a model of the test's own.
    pub fn row(&mut self, what: &str, against: &str, count: u64, unit: &str, note: &str) {
        let began = std::mem::replace(&mut self.began, Instant::now());
        let (part, command, note) = (self.part, self.command, note.to_owned());
        let row = Row { part, what, against, count, unit, seed: None, command, note }.told(began);
        println!("{part}: {what}: {count} {unit} in {} s", row["seconds"]);
        self.rows.push(row);
    }

    /// Writes them as `<part>-<name>.json`.
    pub fn write(self, name: &str) {
        trust::put(&format!("{}-{name}.json", self.part), &self.rows);
    }
}

/// Whether all is asked for (`OUTCROP_EXHAUSTIVE=all`), which takes minutes, and not only what every run of the tests
/// has time for.
pub fn all() -> bool {
    std::env::var("OUTCROP_EXHAUSTIVE").is_ok_and(|asked| asked == "all")
}

/// Every number below `count` on every core, and the sum of what `look` counts.
pub fn on_every_core(count: u64, look: impl Fn(u64) -> u64 + Sync) -> u64 {
    /// So many numbers are taken at a time: few enough that no core is left with the last, slow ones.
    const TAKEN: u64 = 64;
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let next = std::sync::atomic::AtomicU64::new(0);
    let worker = || {
        let mut sum = 0;
        loop {
            let first = next.fetch_add(TAKEN, std::sync::atomic::Ordering::Relaxed);
            if first >= count {
                return sum;
            }
            sum += (first..count.min(first + TAKEN)).map(&look).sum::<u64>();
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().expect("no panic")).sum()
    })
}
