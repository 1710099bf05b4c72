//! Rows of the trust table that xtask itself counts, each file written whole; it reads none of them.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::shell::target_dir;

/// What a row says besides its part.
pub struct Row<'a> {
    pub what: &'a str,
    pub count: u64,
    pub unit: &'a str,
    pub command: &'a str,
    pub seconds: f64,
    pub note: String,
}

/// `$OUTCROP_TRUST`, or `trust` in the target folder.
pub fn folder() -> Result<PathBuf> {
    let folder = std::env::var_os("OUTCROP_TRUST").map_or_else(|| target_dir().join("trust"), PathBuf::from);
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}

/// Writes `<part>-<name>.json` with one row.
pub fn write(part: &str, name: &str, row: &Row<'_>) -> Result<()> {
    let row: Value = json!([{
        "part": part, "what": row.what, "against": "", "count": row.count, "unit": row.unit, "findings": 0,
        "seed": "", "command": row.command, "seconds": (row.seconds * 10.0).round() / 10.0, "date": today()?,
        "note": row.note,
    }]);
    let path = folder()?.join(format!("{part}-{name}.json"));
    std::fs::write(&path, serde_json::to_string_pretty(&row)?).with_context(|| path.display().to_string())
}

fn today() -> Result<String> {
    let days = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs() / 86_400;
    // Hinnant's `civil_from_days`, for the days that come: eras of 400 years that begin on 1 March.
    let z = days + 719_468;
    let (era, day) = (z / 146_097, z % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    Ok(format!("{}-{month:02}-{day:02}", year + era * 400))
}
