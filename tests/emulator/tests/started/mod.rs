//! The emulator as a program of a test's own; it ends with the test, also when that is killed.

// Each test file uses its own part of this.
#![allow(dead_code)]

use serde_json::Value;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The project's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// An emulator that runs as long as this is not dropped.
pub struct Emulator {
    child: Child,
    /// Its first line.
    pub hello: Value,
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

impl Emulator {
    /// With the cases.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// With further arguments.
    pub fn start_with(arguments: &[OsString]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_outcrop-emulator"))
            .arg("--until-stdin-closes")
            .arg("--cases")
            .arg(root().join("tests/cases"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, hello: serde_json::from_str(&line).unwrap() }
    }

    /// A text of the first line.
    pub fn text(&self, pointer: &str) -> &str {
        self.hello.pointer(pointer).and_then(Value::as_str).unwrap()
    }

    /// Its address and a path behind it.
    pub fn endpoint(&self, path: &str) -> String {
        format!("{}{path}", self.text("/address"))
    }
}
