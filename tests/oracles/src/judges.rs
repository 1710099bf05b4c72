//! Judges in other languages: a program that reads batches of frames and answers what it makes of each. It starts them
//! and passes on what they say.

use crate::verdicts::{Verdict, parse};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A program of `hostile/` that is running. It ends when its input does.
pub struct Judge {
    child: Child,
    input: Option<ChildStdin>,
    output: ChildStdout,
    /// Verdicts on each frame.
    each: usize,
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile").join(name)
}

impl Judge {
    /// @smithy/core, `outcrop/event-stream` and the wasm, in this order. The packages must be installed.
    pub fn node() -> Self {
        let node = std::env::var_os("NODE").unwrap_or_else(|| "node".into());
        Self::start(Command::new(node).arg(script("judge.mjs")), 3)
    }

    /// botocore; PYTHON is a Python that has it.
    pub fn python() -> Self {
        let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
        let mut command = Command::new(python);
        Self::start(command.arg(script("judge.py")).env("PYTHONDONTWRITEBYTECODE", "1"), 1)
    }

    fn start(command: &mut Command, each: usize) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let (input, output) = (child.stdin.take(), child.stdout.take().expect("piped"));
        Self { child, input, output, each }
    }

    /// Hands in a batch. A judge reads all of it before it answers, so nobody waits for the other.
    pub fn ask(&mut self, frames: &[Vec<u8>]) {
        let mut batch = Vec::new();
        for frame in frames {
            batch.extend(bytes_of(frame.len()));
            batch.extend(frame);
        }
        let head = [bytes_of(frames.len()), bytes_of(batch.len())].concat();
        let input = self.input.as_mut().expect("it has not ended");
        input.write_all(&head).and_then(|()| input.write_all(&batch)).expect("the judge has ended");
    }

    /// The answer: the verdicts on a frame side by side.
    pub fn verdicts(&mut self, frames: &[Vec<u8>]) -> Vec<Vec<Verdict>> {
        let mut size = [0; 4];
        self.output.read_exact(&mut size).expect("the judge has ended");
        let mut answer = vec![0; u32::from_be_bytes(size) as usize];
        self.output.read_exact(&mut answer).expect("the judge has ended");
        let mut rest = answer.as_slice();
        let mut next = || {
            let (size, more) = rest.split_first_chunk::<4>().expect("a record");
            let (record, more) = more.split_at(u32::from_be_bytes(*size) as usize);
            rest = more;
            parse(record).unwrap_or_else(|| panic!("no verdict: {record:x?}"))
        };
        let list = frames.iter().map(|_| (0..self.each).map(|_| next()).collect()).collect();
        assert!(rest.is_empty(), "more verdicts than frames");
        list
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        drop(self.input.take());
        // How it ends says nothing any more: it has answered or we are failing already.
        let _ = self.child.wait();
    }
}

fn bytes_of(length: usize) -> [u8; 4] {
    u32::try_from(length).expect("below 4 GiB").to_be_bytes()
}
