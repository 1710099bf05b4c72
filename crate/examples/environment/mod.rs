//! What the examples take from the environment and the command line; it looks nowhere else for credentials.

use outcrop::client::{Client, ClientBuilder};
use outcrop::credentials::{ApiKey, Credentials, Secret};
use std::env::var;
use std::error::Error;

/// A builder with region, credentials or API key, and endpoint; or one sentence that says what is missing.
pub fn client() -> Result<ClientBuilder, Box<dyn Error>> {
    let get = |name: &str| var(name).ok().filter(|value| !value.is_empty());
    let mut missing = Vec::new();
    let region = get("AWS_REGION");
    if region.is_none() {
        missing.push("AWS_REGION");
    }
    let api_key = get("AWS_BEARER_TOKEN_BEDROCK");
    let id = get("AWS_ACCESS_KEY_ID");
    let secret = get("AWS_SECRET_ACCESS_KEY");
    if api_key.is_none() {
        match (&id, &secret) {
            (Some(_), Some(_)) => {}
            (None, Some(_)) => missing.push("AWS_ACCESS_KEY_ID"),
            (Some(_), None) => missing.push("AWS_SECRET_ACCESS_KEY"),
            (None, None) => {
                missing.push("AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY (or AWS_BEARER_TOKEN_BEDROCK)")
            }
        }
    }
    if !missing.is_empty() {
        return Err(format!("The environment lacks {}.", missing.join(" and ")).into());
    }
    let mut builder = Client::builder().region(region.unwrap_or_default());
    if let Some(endpoint) = get("AWS_ENDPOINT_URL_BEDROCK_RUNTIME") {
        builder = builder.endpoint(endpoint);
    }
    Ok(match api_key {
        Some(key) => builder.api_key(ApiKey::new(key)?),
        None => builder.credentials(Credentials::new(
            id.unwrap_or_default(),
            secret.unwrap_or_default(),
            get("AWS_SESSION_TOKEN").map(Secret::from),
        )?),
    })
}

/// The first argument is the prompt, the second the model.
pub fn prompt_and_model() -> (String, String) {
    let mut arguments = std::env::args().skip(1);
    (
        arguments.next().unwrap_or_else(|| "Where does bedrock come to the surface?".to_owned()),
        arguments.next().unwrap_or_else(|| "anthropic.claude-3-haiku-20240307-v1:0".to_owned()),
    )
}
