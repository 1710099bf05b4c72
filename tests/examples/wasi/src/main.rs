//! Prints a model's answer as it is written, in a component: `wasmtime run -S http --env AWS_… FILE.wasm PROMPT MODEL
//! PIECES`. After so many pieces of text it stops reading, which ends the request. It finds no credentials but those in
//! its environment.

#[path = "../../../../crate/examples/environment/mod.rs"]
mod environment;

use futures::StreamExt;
use outcrop::types::{ConverseStreamInput, Message};
use outcrop_example_wasi::WasiTransport;
use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    match wstd::runtime::block_on(print()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // What was printed before an error is only the answer's beginning: say so on a line of its own.
            eprintln!("\n{error}");
            ExitCode::FAILURE
        }
    }
}

async fn print() -> Result<(), Box<dyn Error>> {
    let bedrock = environment::client()?.transport(WasiTransport).build()?;
    let (prompt, model) = environment::prompt_and_model();
    let most = std::env::args().nth(3).map(|pieces| pieces.parse()).transpose()?.unwrap_or(usize::MAX);
    let input = ConverseStreamInput::builder().model_id(model).messages([Message::user(prompt)]).build()?;
    let mut stream = bedrock.converse_stream(input).await?.output.stream;
    let mut out = std::io::stdout();
    let mut pieces = 0;
    while pieces < most {
        let Some(event) = stream.next().await else { break };
        if let Some(text) = event?.text() {
            out.write_all(text.as_bytes())?;
            out.flush()?;
            pieces += 1;
        }
    }
    // Dropped before the last word is said: the service sees the request end now.
    drop(stream);
    writeln!(out)?;
    Ok(())
}
