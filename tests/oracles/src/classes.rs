//! The ways in which decoders differ on hostile frames, each with its reason: `hostile/classes.json`, and the table that
//! DIFFERENCES.md shows of it. It knows no class by itself.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A row: these words of theirs, where ours is this one. Several words are one class: refused by both.
#[derive(Debug, Deserialize)]
pub struct Class {
    /// The decoder that is not ours, or not the one in Rust.
    pub against: String,
    /// `reading` a frame, or `saying` what message it is.
    pub what: String,
    /// Our word.
    pub ours: String,
    /// Theirs.
    pub theirs: Vec<String>,
    /// The name of the reason.
    pub why: String,
}

/// All of them.
#[derive(Debug, Deserialize)]
pub struct Classes {
    /// Reasons by name.
    pub why: BTreeMap<String, String>,
    /// In the order of the table.
    pub classes: Vec<Class>,
}

impl Classes {
    /// The committed list.
    pub fn read() -> Self {
        let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile/classes.json");
        let text = std::fs::read_to_string(&place).expect("hostile/classes.json is read");
        let list: Self = serde_json::from_str(&text).expect("hostile/classes.json is a list of classes");
        for class in &list.classes {
            assert!(list.why.contains_key(&class.why), "no reason is called {}", class.why);
        }
        list
    }

    /// The place in the list of what was seen, where the two words differ.
    pub fn find(&self, against: &str, what: &str, ours: &str, theirs: &str) -> Option<usize> {
        self.classes.iter().position(|class| {
            class.against == against
                && class.what == what
                && class.ours == ours
                && class.theirs.iter().any(|word| word == theirs)
        })
    }

    /// As Markdown.
    pub fn table(&self) -> String {
        let code = |word: &str| format!("`{word}`");
        let mut rows = vec![["against", "outcrop", "the other", "why ours"].map(str::to_owned)];
        rows.extend(self.classes.iter().map(|class| {
            let theirs: Vec<String> = class.theirs.iter().map(|word| code(word)).collect();
            [class.against.clone(), code(&class.ours), theirs.join(", "), self.why[&class.why].clone()]
        }));
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2), width(3)];
        let mut out = String::new();
        for (number, row) in rows.iter().enumerate() {
            let cells: Vec<String> =
                row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
            if number == 0 {
                let lines: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                out.push_str(&format!("| {} |\n", lines.join(" | ")));
            }
        }
        out
    }
}
