//! Checks who signed a request, by signing it again with aws-sigv4; holds no signing code of its own.
//!
//! The request is taken as it was received: the wire path, the headers named in SignedHeaders and no others.

use std::time::SystemTime;

use http::HeaderMap;
use serde_json::{Value, json};

use crate::claim::{Claim, query_value};

/// Long-lived key without a session token.
pub const ACCESS_KEY: &str = "AKIAOUTCROPEMULATOR1";
pub const SECRET: &str = "outcropEmulatorSecretKey0123456789abcdef";
/// Temporary key, valid only with its session token.
pub const TEMPORARY_ACCESS_KEY: &str = "ASIAOUTCROPEMULATOR2";
pub const TEMPORARY_SECRET: &str = "outcropEmulatorTempSecret0123456789abcde";
pub const SESSION_TOKEN: &str = "outcrop-emulator-session-token";
/// A session token of the temporary key that has run out.
pub const EXPIRED_TOKEN: &str = "outcrop-emulator-expired-token";
/// The Bedrock API key it takes as a bearer token.
const API_KEY: &str = "outcrop-emulator-api-key";
/// The secret that the emulator takes for the right one when a case says `wrongSecret`.
pub const OTHER_SECRET: &str = "outcropEmulatorOtherKey0123456789abcdefg";

/// What the first line on stdout says about credentials.
pub fn announcement() -> Value {
    json!({
        "credentials": { "accessKeyId": ACCESS_KEY, "secretAccessKey": SECRET },
        "temporaryCredentials": {
            "accessKeyId": TEMPORARY_ACCESS_KEY,
            "secretAccessKey": TEMPORARY_SECRET,
            "sessionToken": SESSION_TOKEN,
        },
        "expiredSessionToken": EXPIRED_TOKEN,
        "apiKey": API_KEY,
    })
}

/// A request's head and body as received.
pub struct Received<'a> {
    pub method: &'a str,
    /// Path and query as on the wire.
    pub target: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// How a request was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    Signature,
    Bearer,
}

/// Why a request was refused, in AWS's words. The HTTP status is always 403.
#[derive(Debug)]
pub struct Refusal {
    pub name: &'static str,
    pub message: String,
}

impl Refusal {
    pub fn new(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, message: message.into() }
    }

    pub fn signature(message: impl Into<String>) -> Self {
        Self::new("InvalidSignatureException", message)
    }

    pub fn incomplete(message: impl Into<String>) -> Self {
        Self::new("IncompleteSignatureException", message)
    }

    pub fn unknown_token() -> Self {
        Self::new("UnrecognizedClientException", "The security token included in the request is invalid.")
    }

    /// Whether the request carried no proof at all, as opposed to a wrong one.
    pub fn is_absent(&self) -> bool {
        self.name == "MissingAuthenticationTokenException"
    }
}

/// Says whether the request is signed, and by whom, at the emulator's time `now`.
/// With `wrong_secret` the known keys' secrets, and the API key, are others than the announced ones.
pub fn verify(request: &Received<'_>, now: SystemTime, wrong_secret: bool) -> Result<Proof, Refusal> {
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    let claim = match request.headers.get("authorization") {
        Some(value) => {
            let value =
                value.to_str().map_err(|_| Refusal::incomplete("Authorization header is not ASCII."))?;
            if let Some(key) = value.strip_prefix("Bearer ") {
                return if key == API_KEY && !wrong_secret {
                    Ok(Proof::Bearer)
                } else {
                    Err(Refusal::new(
                        "AccessDeniedException",
                        "Authentication failed: Please make sure your API Key is valid.",
                    ))
                };
            }
            Claim::from_header(value, request.headers)?
        }
        None if query_value(query, "X-Amz-Signature").is_some() => Claim::from_query(query)?,
        None => {
            return Err(Refusal::new("MissingAuthenticationTokenException", "Missing Authentication Token"));
        }
    };
    claim.check(request, now, wrong_secret)?;
    Ok(Proof::Signature)
}

/// As `verify`, for a request whose chunks are signed on from it; an API key can't sign any.
pub fn verify_conversation(
    request: &Received<'_>,
    now: SystemTime,
    wrong_secret: bool,
) -> Result<Claim, Refusal> {
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    let claim = match request.headers.get("authorization").map(|value| value.to_str()) {
        Some(Ok(value)) => Claim::from_header(value, request.headers)?,
        Some(Err(_)) => return Err(Refusal::incomplete("Authorization header is not ASCII.")),
        None if query_value(query, "X-Amz-Signature").is_some() => Claim::from_query(query)?,
        None => {
            return Err(Refusal::new("MissingAuthenticationTokenException", "Missing Authentication Token"));
        }
    };
    claim.check(request, now, wrong_secret)?;
    Ok(claim)
}
