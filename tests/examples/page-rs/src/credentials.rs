//! Temporary credentials from the page's own server, which alone knows who is signed in. It asks `credentials.json`
//! beside the page with the page's cookies left out; add what your server knows its users by.

use futures::StreamExt;
use futures::future::LocalBoxFuture;
use outcrop::credentials::{Credentials, ProvideCredentials, Secret};
use outcrop::failure::CredentialsError;
use outcrop::time::Timestamp;
use outcrop::transport::{HttpRequest, Transport};
use serde::Deserialize;
use std::sync::Arc;

/// The client keeps what it gives, asks anew five minutes before it expires, and once for all who wait.
#[derive(Debug)]
pub struct OwnServer;

/// AWS's names.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Given {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<String>,
}

impl ProvideCredentials for OwnServer {
    fn provide<'a>(
        &'a self,
        transport: &'a Arc<dyn Transport>,
    ) -> LocalBoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async move {
            let wrong = |what: String| CredentialsError::new(format!("credentials.json: {what}"));
            let request = HttpRequest {
                method: "GET",
                url: "credentials.json".to_owned(),
                headers: Vec::new(),
                body: Default::default(),
            };
            let mut answer = transport.send(request).await.map_err(|error| wrong(error.message))?;
            if answer.status != 200 {
                return Err(wrong(format!("HTTP status {}", answer.status)));
            }
            let mut body = Vec::new();
            while let Some(chunk) = answer.body.next().await {
                body.extend_from_slice(&chunk.map_err(|error| wrong(error.message))?);
            }
            // serde's own words could show a part of what it read.
            let given: Given = serde_json::from_slice(&body).map_err(|_| wrong("not as expected".into()))?;
            let (secret, token) = (given.secret_access_key, given.session_token.map(Secret::new));
            let credentials = Credentials::new(given.access_key_id, secret, token)
                .map_err(|error| wrong(error.to_string()))?;
            Ok(match given.expiration {
                Some(text) => credentials.with_expiration(
                    Timestamp::from_iso_8601(&text).map_err(|error| wrong(error.to_string()))?,
                ),
                None => credentials,
            })
        })
    }
}
