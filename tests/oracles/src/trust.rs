//! Rows of the trust table: what the code was put to, how often, and what that showed. Written by the program that
//! counted, where `cargo xtask trust` looks for them.

use outcrop::time::Timestamp;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// What was done so many times.
pub struct Row<'a> {
    /// `hostile`, `signing`, `cuts` or `preludes`.
    pub part: &'a str,
    /// Of what.
    pub what: &'a str,
    /// The oracle, or nothing.
    pub against: &'a str,
    /// How often.
    pub count: u64,
    /// What was counted.
    pub unit: &'a str,
    /// Where it began, if anything was random.
    pub seed: Option<u64>,
    /// What does it again.
    pub command: &'a str,
    /// What else is to be said.
    pub note: String,
}

impl Row<'_> {
    /// As the table's maker reads it, of a run that began then and in which nothing failed.
    pub fn told(&self, began: Instant) -> Value {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
        let date = Timestamp::from_unix_millis(i64::try_from(now).expect("before 9999"))
            .expect("before 9999")
            .iso_8601();
        json!({
            "part": self.part,
            "what": self.what,
            "against": self.against,
            "count": self.count,
            "unit": self.unit,
            "findings": 0,
            "seed": self.seed.map(|seed| format!("{seed:#x}")).unwrap_or_default(),
            "command": self.command,
            "seconds": (began.elapsed().as_secs_f64() * 10.0).round() / 10.0,
            "date": &date[..10],
            "note": self.note,
        })
    }
}

/// Writes the rows of a run that began then and in which nothing failed.
pub fn write(file: &str, rows: &[Row<'_>], began: Instant) {
    put(file, &rows.iter().map(|row| row.told(began)).collect::<Vec<_>>());
}

/// Writes rows as they are.
pub fn put(file: &str, rows: &[Value]) {
    let folder = folder();
    std::fs::create_dir_all(&folder).expect("the folder of reports");
    std::fs::write(folder.join(file), serde_json::to_string_pretty(rows).expect("JSON") + "\n")
        .expect("a report is written");
}

fn folder() -> PathBuf {
    if let Some(given) = std::env::var_os("OUTCROP_TRUST") {
        return given.into();
    }
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"), PathBuf::from);
    target.join("trust")
}
