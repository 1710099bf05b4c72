//! Credentials from a Cognito identity pool, as a guest or as a signed-in user; they renew themselves for as long as the program runs.
//!
//! ```sh
//! COGNITO_IDENTITY_POOL_ID=us-east-1:… cargo run -p outcrop --example cognito -- "Tell a story of a stone."
//! ```
//!
//! A user: `COGNITO_LOGIN=cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE` and `COGNITO_TOKEN_FILE`, a
//! file with the id token. It is read anew at each renewal, for tokens expire too.

use futures::StreamExt;
use outcrop::Client;
use outcrop::client::Timeouts;
use outcrop::credentials::{CognitoIdentityPool, Secret, ServiceConfig, token_fn};
use outcrop::failure::CredentialsError;
use outcrop::observe::Event;
use outcrop::types::{ConverseStreamInput, Message};
use std::env::var;
use std::error::Error;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

#[tokio::main]
async fn main() -> ExitCode {
    match print().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error}");
            ExitCode::FAILURE
        }
    }
}

fn get(name: &str) -> Option<String> {
    var(name).ok().filter(|value| !value.is_empty())
}

fn provider(pool_id: &str) -> Result<CognitoIdentityPool, Box<dyn Error>> {
    let mut pool = CognitoIdentityPool::new(pool_id)?;
    if let Some(endpoint) = get("AWS_ENDPOINT_URL_COGNITO_IDENTITY") {
        pool = pool.config(&ServiceConfig::new().endpoint(endpoint))?;
    }
    if let (Some(login), Some(file)) = (get("COGNITO_LOGIN"), get("COGNITO_TOKEN_FILE")) {
        let token = token_fn(move || {
            let file = file.clone();
            Box::pin(async move {
                let read = tokio::fs::read_to_string(&file).await;
                let token = read.map_err(|error| CredentialsError::new(format!("{file}: {error}")))?;
                Ok(Secret::from(token.trim()))
            })
        });
        pool = pool.login(login, token);
    }
    Ok(pool)
}

async fn print() -> Result<(), Box<dyn Error>> {
    let pool_id = get("COGNITO_IDENTITY_POOL_ID").ok_or("The environment lacks COGNITO_IDENTITY_POOL_ID.")?;
    let region = get("AWS_REGION").or_else(|| pool_id.split(':').next().map(str::to_owned));
    let mut builder = Client::builder()
        .region(region.unwrap_or_default())
        .credentials(provider(&pool_id)?)
        // A minute without a word, and the answer is not coming.
        .timeouts(Timeouts::default().idle(Duration::from_secs(60)))
        .observer(|event: &Event<'_>| {
            if event.name() == "outcrop.credentials.renewed" {
                eprintln!("(new credentials)");
            }
        });
    if let Some(endpoint) = get("AWS_ENDPOINT_URL_BEDROCK_RUNTIME") {
        builder = builder.endpoint(endpoint);
    }
    let bedrock = builder.build()?;
    let mut arguments = std::env::args().skip(1);
    let prompt = arguments.next().unwrap_or_else(|| "Where does bedrock come to the surface?".to_owned());
    let model = arguments.next().unwrap_or_else(|| "anthropic.claude-3-haiku-20240307-v1:0".to_owned());
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
