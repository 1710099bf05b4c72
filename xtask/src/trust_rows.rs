//! Rows of the trust table that xtask itself counts: written to target/trust (or OUTCROP_TRUST) by the run that counted,
//! each with the day. It reads none of them.

use std::fs;
use std::path::PathBuf;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::shell::target_dir;

/// Rows of one run, of one part.
pub struct Rows {
    part: &'static str,
    command: String,
    began: Instant,
    rows: Vec<Value>,
}

impl Rows {
    /// `command` is what counts the same again; the run began then.
    pub fn new(part: &'static str, command: impl Into<String>, began: Instant) -> Self {
        Self { part, command: command.into(), began, rows: Vec::new() }
    }

    /// So many of something, held against something or nothing, with what there is to say about it. What is wrong fails
    /// the run, and is mended before there is a row.
    pub fn add(&mut self, what: &str, against: &str, count: usize, unit: &str, note: &str) {
        let seconds = (self.began.elapsed().as_secs_f64() * 10.0).round() / 10.0;
        self.rows.push(json!({
            "part": self.part, "what": what, "against": against, "count": count, "unit": unit, "findings": 0,
            "seed": "", "command": self.command, "seconds": seconds, "date": today(), "note": note,
        }));
    }

    /// Into the folder that the table is made from, as a file of this name.
    pub fn write(&self, name: &str) -> Result<()> {
        let path = folder()?.join(format!("{name}.json"));
        let text = serde_json::to_string_pretty(&self.rows)? + "\n";
        fs::write(&path, text).with_context(|| path.display().to_string())
    }
}

/// `$OUTCROP_TRUST`, or `trust` in the target folder.
pub fn folder() -> Result<PathBuf> {
    let folder = std::env::var_os("OUTCROP_TRUST").map_or_else(|| target_dir().join("trust"), PathBuf::from);
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}

/// `2026-11-30`, in UTC.
pub fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    // Hinnant's `civil_from_days`, for the days that come: eras of 400 years that begin on 1 March.
    let z = seconds / 86_400 + 719_468;
    let (era, day) = (z / 146_097, z % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    format!("{}-{month:02}-{day:02}", year + era * 400)
}
