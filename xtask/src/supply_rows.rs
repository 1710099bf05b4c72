//! What the check `supply` counted, as rows of the trust table: written to target/trust (or OUTCROP_TRUST) by the run
//! that counted, each with the day. It asks nothing by itself.

use std::fs;
use std::path::PathBuf;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use serde_json::{Value, json};

use crate::shell::target_dir;

/// Rows of one run.
pub struct Rows {
    began: Instant,
    rows: Vec<Value>,
}

impl Rows {
    pub fn new() -> Self {
        Self { began: Instant::now(), rows: Vec::new() }
    }

    /// So many of something, held against something or nothing, with what there is to say about it.
    pub fn add(&mut self, what: &str, against: &str, count: usize, unit: &str, note: &str) {
        self.rows.push(json!({
            "part": "supply", "what": what, "against": against, "count": count, "unit": unit,
            // What is wrong fails the check, and is mended before there is a row.
            "findings": 0, "seed": "", "command": "cargo xtask test supply",
            "seconds": self.began.elapsed().as_secs_f64().round(), "date": today(), "note": note,
        }));
    }

    /// Into the folder that the table is made from.
    pub fn write(&self) -> Result<()> {
        let folder =
            std::env::var_os("OUTCROP_TRUST").map_or_else(|| target_dir().join("trust"), PathBuf::from);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("supply.json"), serde_json::to_string_pretty(&self.rows)? + "\n")?;
        Ok(())
    }
}

/// `2026-11-30`, in UTC: days since 1970 as the Gregorian calendar has them, each 400 years alike.
fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut day = seconds / 86_400;
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while day >= 365 + u64::from(leap(year)) {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while day >= lengths[month] {
        day -= lengths[month];
        month += 1;
    }
    format!("{year}-{:02}-{:02}", month + 1, day + 1)
}
