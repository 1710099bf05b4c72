//! Rows of the trust table, written by the program that counted; it judges nothing, and a row that cannot be written
//! ends the test.

use outcrop::time::Timestamp;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// What one program counted on its way: the rows of one file in `target/trust`, or in `$OUTCROP_TRUST`.
pub struct Trust {
    part: &'static str,
    command: &'static str,
    began: Instant,
    rows: Vec<serde_json::Value>,
}

impl Trust {
    /// `command` is what anyone can run to count the same.
    pub fn new(part: &'static str, command: &'static str) -> Self {
        Self { part, command, began: Instant::now(), rows: Vec::new() }
    }

    /// Notes that so many were looked at, all as they should be (whoever finds one that is not has panicked), in the
    /// time since the last row. `against` is code that is not ours, or a model of the test's own.
    pub fn row(&mut self, what: &str, against: &str, count: u64, unit: &str, note: &str) {
        let took = std::mem::replace(&mut self.began, Instant::now()).elapsed();
        let seconds = (took.as_secs_f64() * 10.0).round() / 10.0;
        println!("{}: {what}: {count} {unit} in {seconds} s", self.part);
        self.rows.push(json!({
            "part": self.part, "what": what, "against": against, "count": count, "unit": unit, "findings": 0,
            "seed": "", "command": self.command, "seconds": seconds, "date": today(), "note": note,
        }));
    }

    /// Writes them as `<part>-<name>.json`.
    pub fn write(self, name: &str) {
        let folder = std::env::var_os("OUTCROP_TRUST").map_or_else(|| target().join("trust"), PathBuf::from);
        std::fs::create_dir_all(&folder).expect("a folder for the rows");
        let text = serde_json::to_string_pretty(&self.rows).expect("JSON");
        std::fs::write(folder.join(format!("{}-{name}.json", self.part)), text).expect("the rows");
    }
}

/// Where cargo puts its work.
fn target() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().find(|folder| folder.join("Cargo.lock").exists()).expect("the root");
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |set| root.join(set))
}

fn today() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    let now = Timestamp::from_unix_millis(i64::try_from(now).expect("a time")).expect("before 10000");
    now.iso_8601().split('T').next().unwrap_or_default().to_owned()
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
