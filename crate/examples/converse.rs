//! Asks a model once and prints its answer; it keeps no conversation.
//!
//! ```sh
//! AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… \
//!     cargo run -p outcrop --example converse -- "Why is the sky blue?" amazon.nova-lite-v1:0
//! ```

mod environment;

use outcrop::types::{ConverseInput, Message};
use std::error::Error;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match ask().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn ask() -> Result<(), Box<dyn Error>> {
    let bedrock = environment::client()?.build()?;
    let (prompt, model) = environment::prompt_and_model();
    let input = ConverseInput::builder().model_id(model).messages([Message::user(prompt)]).build()?;
    let answer = bedrock.converse(input).await?;
    println!("{}", answer.text());
    if let Some(usage) = &answer.usage {
        let (sent, received) = (usage.input_tokens.unwrap_or(0), usage.output_tokens.unwrap_or(0));
        eprintln!("{sent} tokens in, {received} out, {} attempt(s)", answer.metadata.attempts);
    }
    Ok(())
}
