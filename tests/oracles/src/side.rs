//! A program in another language that does again what outcrop has done: it reads a JSON text a line, and the last line
//! that it prints is `N passed, N failed`. It compares nothing by itself.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::JoinHandle;

/// A program that is running.
pub struct Side {
    child: Child,
    input: BufWriter<ChildStdin>,
    /// Prints what it says as it comes, and answers the last line.
    told: JoinHandle<String>,
    name: String,
}

impl Side {
    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let input = BufWriter::new(child.stdin.take().expect("piped"));
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let told = std::thread::spawn(move || {
            let mut last = String::new();
            for line in output.lines() {
                last = line.expect("UTF-8");
                println!("{last}");
            }
            last
        });
        Self { child, input, told, name }
    }

    /// A line for it.
    pub fn push(&mut self, line: &Value) {
        writeln!(self.input, "{line}").unwrap_or_else(|error| panic!("{} has ended: {error}", self.name));
    }

    /// There are no more lines, and all of so many must have passed. `cure`: what to do if it could not run.
    pub fn end(mut self, count: u64, cure: &str) {
        self.input.flush().unwrap_or_else(|error| panic!("{} has ended: {error}: {cure}", self.name));
        drop(self.input);
        let status = self.child.wait().expect("it runs to its end");
        let last = self.told.join().expect("its output was read");
        assert!(last.ends_with(" failed"), "{status}: {cure}");
        assert_eq!(last, format!("{count} passed, 0 failed"));
        assert!(status.success(), "{status}");
    }
}

/// The number that follows this word among the program's arguments.
pub fn number_after(word: &str) -> Option<u64> {
    let mut words = std::env::args().skip_while(|argument| argument != word);
    words.next()?;
    Some(words.next().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{word} wants a number")))
}
