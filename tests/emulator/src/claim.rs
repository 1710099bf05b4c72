//! Reads a request's signature and judges it; the judge of the signature itself is aws-sigv4.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest,
    SignatureLocation, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use http::HeaderMap;
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::format_description::FormatItem;
use time::macros::format_description;

use crate::auth::{
    ACCESS_KEY, EXPIRED_TOKEN, OTHER_SECRET, Received, Refusal, SECRET, SESSION_TOKEN, TEMPORARY_ACCESS_KEY,
    TEMPORARY_SECRET,
};
use crate::bidirectional_chain::Chain;
use crate::claim_http2::{AUTHORITY, STREAMING, streams};

/// A header-signed request may be this many seconds older or newer than the clock: AWS's 5 minutes.
const ALLOWED_SKEW_SECONDS: u64 = 300;
/// The longest a presigned request may live, in seconds: AWS's 7 days.
const LONGEST_PRESIGNED_SECONDS: u64 = 604_800;

const BASIC_TIME: &[FormatItem<'_>] = format_description!("[year][month][day]T[hour][minute][second]Z");

/// What a signed request says about its own signature.
pub struct Claim {
    access_key: String,
    pub day: String,
    pub region: String,
    pub service: String,
    pub terminator: String,
    pub signed_headers: Vec<String>,
    signature: String,
    pub time_text: String,
    pub time: SystemTime,
    token: Option<String>,
    /// Seconds a presigned request lives; `None` in header form.
    expires: Option<u64>,
}

impl Claim {
    pub fn from_header(value: &str, headers: &HeaderMap) -> Result<Self, Refusal> {
        let parameters = value
            .strip_prefix("AWS4-HMAC-SHA256")
            .ok_or_else(|| Refusal::incomplete(format!("Unsupported authorization type: {value}")))?;
        let parameter = |name: &str| {
            parameters
                .split(',')
                .filter_map(|part| part.trim().split_once('='))
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
                .ok_or_else(|| {
                    Refusal::incomplete(format!(
                        "Authorization header requires '{name}' parameter. Authorization={value}"
                    ))
                })
        };
        let one = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let time_text = one("x-amz-date").ok_or_else(|| {
            Refusal::incomplete(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
            )
        })?;
        Self::new(
            &parameter("Credential")?,
            &parameter("SignedHeaders")?,
            parameter("Signature")?,
            time_text,
            one("x-amz-security-token").map(str::to_owned),
            None,
        )
    }

    pub fn from_query(query: &str) -> Result<Self, Refusal> {
        let need = |name: &str| {
            query_value(query, name).ok_or_else(|| {
                Refusal::incomplete(format!("AWS query-string parameters must include '{name}'."))
            })
        };
        if need("X-Amz-Algorithm")? != "AWS4-HMAC-SHA256" {
            return Err(Refusal::incomplete("Unsupported X-Amz-Algorithm."));
        }
        let expires = need("X-Amz-Expires")?
            .parse()
            .ok()
            .filter(|seconds| (1..=LONGEST_PRESIGNED_SECONDS).contains(seconds))
            .ok_or_else(|| {
                Refusal::incomplete(format!(
                    "X-Amz-Expires must be between 1 and {LONGEST_PRESIGNED_SECONDS} seconds."
                ))
            })?;
        Self::new(
            &need("X-Amz-Credential")?,
            &need("X-Amz-SignedHeaders")?,
            need("X-Amz-Signature")?,
            &need("X-Amz-Date")?,
            query_value(query, "X-Amz-Security-Token"),
            Some(expires),
        )
    }

    fn new(
        credential: &str,
        signed_headers: &str,
        signature: String,
        time_text: &str,
        token: Option<String>,
        expires: Option<u64>,
    ) -> Result<Self, Refusal> {
        let parts: Vec<&str> = credential.split('/').collect();
        let [access_key, day, region, service, terminator] = parts[..] else {
            return Err(Refusal::incomplete(format!(
                "Credential must have exactly 5 slash-delimited elements, \
                 e.g. keyid/date/region/service/term, got '{credential}'"
            )));
        };
        let time = time::PrimitiveDateTime::parse(time_text, BASIC_TIME).map_err(|_| {
            Refusal::incomplete(format!("Date must be in ISO-8601 'basic format'. Got '{time_text}'."))
        })?;
        Ok(Self {
            access_key: access_key.to_owned(),
            day: day.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            terminator: terminator.to_owned(),
            signed_headers: signed_headers.split(';').map(str::to_owned).collect(),
            signature,
            time_text: time_text.to_owned(),
            time: time.assume_utc().into(),
            token,
            expires,
        })
    }

    /// Who, for what, when, and the signature.
    pub fn check(&self, request: &Received<'_>, now: SystemTime, wrong_secret: bool) -> Result<(), Refusal> {
        let query = request.target.split_once('?').map_or("", |(_, query)| query);
        self.check_identity()?;
        self.check_scope()?;
        self.check_time(now)?;
        self.check_signature(request, query, wrong_secret)
    }

    /// The chain of chunk signatures that this request's own begins.
    pub fn chain(&self) -> Chain {
        Chain {
            secret: self.secret(false),
            region: self.region.clone(),
            service: self.service.clone(),
            prior: self.signature.clone(),
        }
    }

    pub fn secret(&self, wrong: bool) -> &'static str {
        match self.access_key.as_str() {
            _ if wrong => OTHER_SECRET,
            ACCESS_KEY => SECRET,
            _ => TEMPORARY_SECRET,
        }
    }

    fn check_identity(&self) -> Result<(), Refusal> {
        match (self.access_key.as_str(), self.token.as_deref()) {
            (ACCESS_KEY, None) | (TEMPORARY_ACCESS_KEY, Some(SESSION_TOKEN)) => Ok(()),
            (TEMPORARY_ACCESS_KEY, Some(EXPIRED_TOKEN)) => Err(Refusal::new(
                "ExpiredTokenException",
                "The security token included in the request is expired",
            )),
            _ => Err(Refusal::unknown_token()),
        }
    }

    fn check_scope(&self) -> Result<(), Refusal> {
        if self.service != "bedrock" {
            return Err(Refusal::signature("Credential should be scoped to correct service: 'bedrock'."));
        }
        if self.terminator != "aws4_request" {
            return Err(Refusal::signature(
                "Credential should be scoped with a valid terminator: 'aws4_request'.",
            ));
        }
        if !self.time_text.starts_with(&self.day) || self.day.len() != 8 {
            return Err(Refusal::signature(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
                 HTTP: '{}' != '{}', from '{}'.",
                self.day,
                self.time_text.get(..8).unwrap_or_default(),
                self.time_text
            )));
        }
        Ok(())
    }

    fn check_time(&self, now: SystemTime) -> Result<(), Refusal> {
        // Whole seconds, as the texts show them.
        let now = SystemTime::UNIX_EPOCH
            + Duration::from_secs(now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs());
        let life = self.expires.unwrap_or(ALLOWED_SKEW_SECONDS);
        let oldest = now - Duration::from_secs(life);
        let newest = now + Duration::from_secs(ALLOWED_SKEW_SECONDS);
        if self.time < oldest {
            return Err(Refusal::signature(format!(
                "Signature expired: {} is now earlier than {} ({} - {} min.)",
                self.time_text,
                basic(oldest),
                basic(now),
                life / 60
            )));
        }
        if self.time > newest {
            return Err(Refusal::signature(format!(
                "Signature not yet current: {} is still later than {} ({} + {} min.)",
                self.time_text,
                basic(newest),
                basic(now),
                ALLOWED_SKEW_SECONDS / 60
            )));
        }
        Ok(())
    }

    fn check_signature(
        &self,
        request: &Received<'_>,
        query: &str,
        wrong_secret: bool,
    ) -> Result<(), Refusal> {
        let mut headers = Vec::new();
        for name in &self.signed_headers {
            // HTTP/2's own name for it, which AWS's JavaScript client signs instead.
            let received = if name == AUTHORITY { "host" } else { name };
            let values: Vec<&str> = request
                .headers
                .get_all(received)
                .iter()
                .map(|value| value.to_str())
                .collect::<Result<_, _>>()
                .map_err(|_| Refusal::incomplete(format!("'{name}' is not ASCII.")))?;
            if values.is_empty() {
                return Err(Refusal::signature(format!(
                    "'{name}' is named in SignedHeaders but was not received."
                )));
            }
            headers.extend(values.into_iter().map(|value| (name.as_str(), value)));
        }
        let mut required = vec!["host"];
        if self.expires.is_none() {
            required.push("x-amz-date");
        }
        for name in required {
            let signed = |signed: &String| signed == name || name == "host" && signed == AUTHORITY;
            if !self.signed_headers.iter().any(signed) {
                return Err(Refusal::signature(format!(
                    "'Host' or ':authority' and 'X-Amz-Date' must be signed: '{name}' is not."
                )));
            }
        }
        let hash = hex::encode(Sha256::digest(request.body));
        let hash = if streams(request) { STREAMING.to_owned() } else { hash };
        if headers.iter().any(|(name, value)| *name == "x-amz-content-sha256" && *value != hash) {
            return Err(Refusal::signature(
                "The value of 'x-amz-content-sha256' is not the SHA-256 of the body.",
            ));
        }
        // A presigned URL's token may have been signed, or added to the URL afterwards: both are in use.
        let token_modes: &[SessionTokenMode] = match (self.expires, &self.token) {
            (Some(_), Some(_)) => &[SessionTokenMode::Include, SessionTokenMode::Exclude],
            _ => &[SessionTokenMode::Include],
        };
        for mode in token_modes {
            if self.expected(request, query, &headers, *mode, wrong_secret)? == self.signature {
                return Ok(());
            }
        }
        Err(Refusal::signature(
            "The request signature we calculated does not match the signature you provided. Check your \
             AWS Secret Access Key and signing method. Consult the service documentation for details.",
        ))
    }

    /// The signature this request should have had, by aws-sigv4.
    fn expected(
        &self,
        request: &Received<'_>,
        query: &str,
        headers: &[(&str, &str)],
        token_mode: SessionTokenMode,
        wrong_secret: bool,
    ) -> Result<String, Refusal> {
        if headers.iter().any(|(name, _)| *name == AUTHORITY) {
            return Ok(self.expected_of_http2(request, query, headers, wrong_secret));
        }
        let secret = self.secret(wrong_secret);
        // In header form a token stands among the headers already, if it was signed.
        let token = self.expires.and(self.token.clone());
        let credentials = Credentials::new(self.access_key.as_str(), secret, token, None, "emulator");
        let identity = credentials.into();
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Double;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        settings.excluded_headers = None;
        settings.session_token_mode = token_mode;
        settings.expires_in = self.expires.map(Duration::from_secs);
        settings.signature_location = match self.expires {
            Some(_) => SignatureLocation::QueryParams,
            None => SignatureLocation::Headers,
        };
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(&self.service)
            .time(self.time)
            .settings(settings)
            .build()
            .map_err(|error| Refusal::incomplete(error.to_string()))?
            .into();
        let host = request
            .headers
            .get("host")
            .and_then(|value| value.to_str().ok())
            .ok_or_else(|| Refusal::incomplete("No Host header."))?;
        let path = request.target.split_once('?').map_or(request.target, |(path, _)| path);
        let rest: Vec<&str> = query
            .split('&')
            .filter(|pair| {
                let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
                !pair.is_empty() && (self.expires.is_none() || !is_signing_parameter(name))
            })
            .collect();
        let mark = if rest.is_empty() { "" } else { "?" };
        let uri = format!("http://{host}{path}{mark}{}", rest.join("&"));
        let signable = SignableRequest::new(
            request.method,
            uri,
            headers.iter().copied(),
            if streams(request) {
                SignableBody::Precomputed(STREAMING.to_owned())
            } else {
                SignableBody::Bytes(request.body)
            },
        )
        .map_err(|error| Refusal::incomplete(error.to_string()))?;
        let (_, signature) =
            sign(signable, &params).map_err(|error| Refusal::incomplete(error.to_string()))?.into_parts();
        Ok(signature)
    }
}

/// The query parameters that the presigning adds itself.
fn is_signing_parameter(name: &str) -> bool {
    matches!(
        name,
        "X-Amz-Algorithm"
            | "X-Amz-Credential"
            | "X-Amz-Date"
            | "X-Amz-Expires"
            | "X-Amz-SignedHeaders"
            | "X-Amz-Signature"
            | "X-Amz-Security-Token"
    )
}

/// A query parameter, decoded.
pub fn query_value(query: &str, name: &str) -> Option<String> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| percent_decode_str(value).decode_utf8_lossy().into_owned())
}

/// `20260101T010000Z`
pub fn basic(time: SystemTime) -> String {
    OffsetDateTime::from(time).format(BASIC_TIME).expect("a time of this century can be written")
}
