//! Runs cases, files of tests/cases as a JSON list, in a component over wasi-http: reads `{hello, cases}` from its
//! standard input, where hello is the emulator's first line, and prints the verdicts. It ends with an error if one is
//! wrong.

#[path = "../../../../emulator/tests/runner/mod.rs"]
mod runner;

use futures::StreamExt;
use outcrop_example_wasi::WasiTransport;
use serde_json::Value;
use std::process::ExitCode;
use std::sync::Arc;

/// At once: most of their time is waiting.
const AT_ONCE: usize = 8;

fn main() -> ExitCode {
    let asked: Value = match serde_json::from_reader(std::io::stdin()) {
        Ok(asked) => asked,
        Err(error) => {
            eprintln!("standard input is not {{hello, cases}}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let runner = runner::Runner::new(Arc::new(WasiTransport), asked["hello"].clone(), "rust-wasi");
    let runner = &runner;
    let cases = asked["cases"].as_array().map(Vec::as_slice).unwrap_or_default();
    let run = |case: Value| async move {
        let run = format!("rust-wasi-{}", case["name"].as_str().unwrap_or_default());
        runner.run(&case, &run).await
    };
    let outcomes: Vec<runner::Outcome> =
        wstd::runtime::block_on(futures::stream::iter(cases.to_vec()).map(run).buffered(AT_ONCE).collect());
    println!("{}", runner::table(&outcomes));
    if cases.is_empty() || outcomes.iter().any(|outcome| !outcome.wrong.is_empty()) {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
