//! Bridges to AWS's own crates: credentials both ways, providers both ways, and aws-sigv4 as a signer; nothing else of an AWS SDK.
//!
//! This is the feature `aws`: it brings tokio into the dependency tree (through aws-smithy-async and
//! aws-smithy-runtime-api, whatever their features) and needs Rust 1.94. Native programs only.

use crate::credentials::{Credentials, ProvideCredentials, Secret};
use crate::error::Invalid;
use crate::failure::CredentialsError;
use crate::region::Region;
use crate::signer::Signer;
use crate::sigv4::{Payload, Request};
use crate::time::Timestamp;
use crate::transport::{BoxFuture, Transport};
use aws_credential_types::provider;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// The name under which AWS's crates see credentials that came from here.
const PROVIDER_NAME: &str = "outcrop";

impl TryFrom<&aws_credential_types::Credentials> for Credentials {
    type Error = Invalid;

    fn try_from(theirs: &aws_credential_types::Credentials) -> Result<Self, Invalid> {
        let ours = Self::new(
            theirs.access_key_id(),
            theirs.secret_access_key(),
            theirs.session_token().map(Secret::from),
        )?;
        Ok(match theirs.expiry().and_then(|time| time.duration_since(UNIX_EPOCH).ok()) {
            Some(since) => {
                let ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
                ours.with_expiration(Timestamp::EPOCH.offset(ms))
            }
            None => ours,
        })
    }
}

impl From<&Credentials> for aws_credential_types::Credentials {
    fn from(ours: &Credentials) -> Self {
        Self::new(
            ours.access_key_id(),
            ours.secret_access_key().expose(),
            ours.session_token().map(|token| token.expose().to_owned()),
            ours.expiration().map(SystemTime::from),
            PROVIDER_NAME,
        )
    }
}

/// Any of AWS's providers (aws-config's whole chain, say) as one of ours.
///
/// ```
/// use outcrop::aws::FromAws;
/// # fn provider() -> impl aws_credential_types::provider::ProvideCredentials + 'static {
/// #     aws_credential_types::Credentials::new("AKIDEXAMPLE", "secret", None, None, "example")
/// # }
/// let builder = outcrop::Client::builder().credentials(FromAws::new(provider()));
/// # let _ = builder;
/// ```
#[derive(Clone, Debug)]
pub struct FromAws(provider::SharedCredentialsProvider);

impl FromAws {
    /// Wraps it.
    pub fn new(provider: impl provider::ProvideCredentials + 'static) -> Self {
        Self(provider::SharedCredentialsProvider::new(provider))
    }
}

impl ProvideCredentials for FromAws {
    fn provide<'a>(
        &'a self,
        _: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async {
            use provider::ProvideCredentials as _;
            let theirs = self.0.provide_credentials().await;
            // Their errors print their causes with `Debug` only, and those may hold anything: the kind is enough.
            let theirs = theirs.map_err(|error| CredentialsError::new(error.to_string()))?;
            Credentials::try_from(&theirs).map_err(|error| CredentialsError::new(error.to_string()))
        })
    }
}

/// One of our providers as one of AWS's, for an AWS SDK that shall use the same credentials.
#[derive(Clone, Debug)]
pub struct ToAws {
    provider: Arc<dyn ProvideCredentials>,
    transport: Arc<dyn Transport>,
}

impl ToAws {
    /// Wraps it, with what it shall call Cognito or STS through if that is where it gets them.
    pub fn new(provider: impl ProvideCredentials + 'static, transport: impl Transport + 'static) -> Self {
        Self { provider: Arc::new(provider), transport: Arc::new(transport) }
    }
}

impl provider::ProvideCredentials for ToAws {
    fn provide_credentials<'a>(&'a self) -> provider::future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        provider::future::ProvideCredentials::new(async {
            match self.provider.provide(&self.transport).await {
                Ok(ours) => Ok((&ours).into()),
                Err(error) => Err(provider::error::CredentialsError::provider_error(error)),
            }
        })
    }
}

/// aws-sigv4's own HTTP signing, for those who must have AWS's code sign.
///
/// ```
/// let builder = outcrop::Client::builder().signer(outcrop::aws::AwsSigner);
/// # let _ = builder;
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct AwsSigner;

impl Signer for AwsSigner {
    fn sign(
        &self,
        request: &Request<'_>,
        credentials: &Credentials,
        region: &Region,
        service: &str,
        time: Timestamp,
    ) -> Result<Vec<(String, String)>, Invalid> {
        let refused = |what: &str, error: &dyn core::fmt::Display| {
            Invalid::new("SignerRefused", &format!("aws-sigv4 refused the {what}: {error}"))
        };
        let identity: Identity = aws_credential_types::Credentials::from(credentials).into();
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Double;
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(region.as_str())
            .name(service)
            .time(time.into())
            .settings(settings)
            .build()
            .map_err(|error| refused("parameters", &error))?
            .into();
        let body = match request.payload {
            Payload::Bytes(bytes) => SignableBody::Bytes(bytes),
            Payload::Unsigned => SignableBody::UnsignedPayload,
            Payload::Events => SignableBody::Precomputed("STREAMING-AWS4-HMAC-SHA256-EVENTS".to_owned()),
            Payload::Sha256(bytes) => {
                SignableBody::Precomputed(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
            }
        };
        let signable =
            SignableRequest::new(request.method, request.url, request.headers.iter().copied(), body)
                .map_err(|error| refused("request", &error))?;
        let (instructions, _) =
            sign(signable, &params).map_err(|error| refused("request", &error))?.into_parts();
        Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}
