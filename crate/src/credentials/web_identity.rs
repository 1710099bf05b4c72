//! STS's AssumeRoleWithWebIdentity: a role for whoever has a token; where the token comes from is told to it.

use super::service::{IdentityService, by_our_clock, failed, unreadable};
use super::{Credentials, ProvideCredentials, ProvideToken, ServiceConfig};
use crate::error::Invalid;
use crate::failure::CredentialsError;
use crate::identity::sts::{self, AssumeRole};
use crate::service::Service;
use crate::transport::{BoxFuture, Transport};
use std::sync::Arc;

/// The credentials of a role. The token is asked for at each renewal.
#[derive(Clone, Debug)]
pub struct WebIdentity {
    service: IdentityService,
    region: String,
    role_arn: String,
    token: Arc<dyn ProvideToken>,
    role_session_name: Option<String>,
    provider_id: Option<String>,
    policy_arns: Vec<String>,
    policy: Option<String>,
    duration_seconds: Option<u32>,
}

impl WebIdentity {
    /// The role, assumed in that region with that token.
    pub fn new(
        region: impl Into<String>,
        role_arn: impl Into<String>,
        token: impl ProvideToken + 'static,
    ) -> Result<Self, Invalid> {
        let region = region.into();
        Ok(Self {
            service: IdentityService::new(Service::Sts, &region, &ServiceConfig::new())?,
            region,
            role_arn: role_arn.into(),
            token: Arc::new(token),
            role_session_name: None,
            provider_id: None,
            policy_arns: Vec::new(),
            policy: None,
            duration_seconds: None,
        })
    }

    /// The name that CloudTrail will show; `outcrop-` and the time unless set.
    #[must_use]
    pub fn role_session_name(mut self, name: impl Into<String>) -> Self {
        self.role_session_name = Some(name.into());
        self
    }

    /// The OAuth 2.0 provider's host, for tokens that are no OpenID Connect tokens.
    #[must_use]
    pub fn provider_id(mut self, host: impl Into<String>) -> Self {
        self.provider_id = Some(host.into());
        self
    }

    /// Managed policies that narrow the role.
    #[must_use]
    pub fn policy_arns(mut self, arns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.policy_arns = arns.into_iter().map(Into::into).collect();
        self
    }

    /// A policy in JSON that narrows the role.
    #[must_use]
    pub fn policy(mut self, json: impl Into<String>) -> Self {
        self.policy = Some(json.into());
        self
    }

    /// How many seconds the credentials shall live: 900 to 43,200, and no longer than the role allows.
    #[must_use]
    pub fn duration_seconds(mut self, seconds: u32) -> Self {
        self.duration_seconds = Some(seconds);
        self
    }

    /// Where and how STS is called.
    pub fn config(mut self, config: &ServiceConfig) -> Result<Self, Invalid> {
        self.service = IdentityService::new(Service::Sts, &self.region, config)?;
        Ok(self)
    }
}

impl ProvideCredentials for WebIdentity {
    fn provide<'a>(
        &'a self,
        transport: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async move {
            let operation = "AssumeRoleWithWebIdentity";
            let token = self.token.token(transport).await?;
            let name = match &self.role_session_name {
                Some(name) => name.clone(),
                None => format!("outcrop-{}", transport.now().as_unix_millis()),
            };
            let body = sts::assume_role(&AssumeRole {
                role_arn: &self.role_arn,
                role_session_name: &name,
                web_identity_token: &token,
                provider_id: self.provider_id.as_deref(),
                policy_arns: &self.policy_arns,
                policy: self.policy.as_deref(),
                duration_seconds: self.duration_seconds,
            });
            let answer = self
                .service
                .call(transport, operation, body, [token])
                .await
                .map_err(|error| failed(operation, &error))?;
            let given = sts::credentials(&answer.body).map_err(|what| unreadable(operation, what))?;
            Ok(by_our_clock(given, &answer, transport))
        })
    }
}
