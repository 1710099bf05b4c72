//! Prints a model's answer as it is written; Ctrl-C ends the request, not only the printing.
//!
//! ```sh
//! AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… \
//!     cargo run -p outcrop --example stream -- "Tell a story of a stone."
//! ```

mod environment;

use futures::StreamExt;
use outcrop::types::{ConverseStreamInput, Message};
use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

/// What a shell expects of a program that Ctrl-C ended: 128 and SIGINT's number, 2.
const INTERRUPTED: u8 = 130;

#[tokio::main]
async fn main() -> ExitCode {
    // Whichever is first; the other future is dropped, and with it the stream and the request.
    let outcome = tokio::select! {
        outcome = print() => outcome,
        pressed = tokio::signal::ctrl_c() => match pressed {
            Ok(()) => {
                eprintln!("\nstopped");
                return ExitCode::from(INTERRUPTED);
            }
            Err(error) => Err(error.into()),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // What was printed before an error is only the answer's beginning: say so on a line of its own.
            eprintln!("\n{error}");
            ExitCode::FAILURE
        }
    }
}

async fn print() -> Result<(), Box<dyn Error>> {
    let bedrock = environment::client()?.build()?;
    let (prompt, model) = environment::prompt_and_model();
    let input = ConverseStreamInput::builder().model_id(model).messages([Message::user(prompt)]).build()?;
    let mut stream = bedrock.converse_stream(input).await?.output.stream;
    let mut out = std::io::stdout();
    while let Some(event) = stream.next().await {
        if let Some(text) = event?.text() {
            out.write_all(text.as_bytes())?;
            out.flush()?;
        }
    }
    writeln!(out)?;
    Ok(())
}
