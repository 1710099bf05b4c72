//! Cognito identity pools: an identity, its credentials (enhanced flow) or its token (basic flow); the user is signed in elsewhere.

use super::service::{IdentityService, by_our_clock, failed, unreadable};
use super::{Credentials, ProvideCredentials, ProvideToken, Secret, ServiceConfig};
use crate::call::Whole;
use crate::error::Invalid;
use crate::failure::{CredentialsError, Error};
use crate::identity::cognito;
use crate::service::Service;
use crate::transport::{BoxFuture, Shared, Transport};
use core::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Keeps identity ids from one run of a program to the next, as `localStorage` does in a page: a guest then
/// stays the same identity, and GetId is called once. It is told no secret.
pub trait IdentityCache: fmt::Debug + Shared {
    /// What is kept under the key.
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<String>>;
    /// Keeps it.
    fn set<'a>(&'a self, key: &'a str, identity_id: &'a str) -> BoxFuture<'a, ()>;
    /// Forgets it.
    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, ()>;
}

/// Credentials of an identity pool's guests or users, by GetId and GetCredentialsForIdentity.
///
/// AWS lays a session policy of its own over guests' credentials, on which Bedrock is not (the managed policy
/// AmazonCognitoUnAuthedIdentitiesSessionPolicy, v3): guests take the basic flow, a [`CognitoOpenIdToken`] in a
/// [`WebIdentity`](super::WebIdentity).
///
/// ```
/// use outcrop::credentials::{CognitoIdentityPool, Secret};
/// # fn f() -> Result<(), outcrop::error::Invalid> {
/// let guests = CognitoIdentityPool::new("us-east-1:00000000-0000-0000-0000-000000000000")?;
/// let users = guests.clone().login(
///     "cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE",
///     Secret::from("the user pool's id token"),
/// );
/// # drop((guests, users)); Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct CognitoIdentityPool {
    asked: Asked,
    custom_role_arn: Option<String>,
}

/// Credentials of one identity whose id is known.
#[derive(Clone, Debug)]
pub struct CognitoIdentity {
    asked: Asked,
    custom_role_arn: Option<String>,
}

/// An identity's OpenID token, for `WebIdentity`: together they are Cognito's basic flow, in which the
/// program names the role.
///
/// ```
/// use outcrop::credentials::{CognitoIdentityPool, CognitoOpenIdToken, WebIdentity};
/// # fn f() -> Result<(), outcrop::error::Invalid> {
/// let pool = CognitoIdentityPool::new("us-east-1:00000000-0000-0000-0000-000000000000")?;
/// let role = "arn:aws:iam::123456789012:role/guests";
/// let provider = WebIdentity::new("us-east-1", role, CognitoOpenIdToken::from(pool))?;
/// # drop(provider); Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct CognitoOpenIdToken(Asked);

/// The logins, the identity, and the service that knows them.
#[derive(Clone, Debug)]
struct Asked {
    service: IdentityService,
    pool: Option<Pool>,
    /// The identity's id, once it is known.
    known: Arc<Mutex<Option<String>>>,
    logins: Vec<(String, Arc<dyn ProvideToken>)>,
}

#[derive(Clone, Debug)]
struct Pool {
    id: String,
    account_id: Option<String>,
    user_identifier: Option<String>,
    cache: Option<Arc<dyn IdentityCache>>,
}

/// What stands before the colon of a pool's or an identity's id.
fn region(id: &str) -> Result<&str, Invalid> {
    match id.split_once(':') {
        Some((region, rest)) if !rest.is_empty() => Ok(region),
        _ => Err(Invalid::value(
            "InvalidInput",
            "an id of Cognito is a region, a colon and a UUID, such as us-east-1:1a2b…",
            id,
        )),
    }
}

/// What no error may tell.
fn tokens(logins: &[cognito::Login<'_>]) -> Vec<Secret> {
    logins.iter().map(|(_, token)| (*token).clone()).collect()
}

impl CognitoIdentityPool {
    /// The pool `us-east-1:…`, as a guest, called in the region that its id begins with.
    pub fn new(identity_pool_id: impl Into<String>) -> Result<Self, Invalid> {
        let id = identity_pool_id.into();
        let service = IdentityService::new(Service::CognitoIdentity, region(&id)?, &ServiceConfig::new())?;
        let pool = Some(Pool { id, account_id: None, user_identifier: None, cache: None });
        Ok(Self {
            asked: Asked { service, pool, known: Arc::default(), logins: Vec::new() },
            custom_role_arn: None,
        })
    }

    /// As a user: who signed the user in, and the token that this gave. Several logins are one user's.
    #[must_use]
    pub fn login(mut self, provider_name: impl Into<String>, token: impl ProvideToken + 'static) -> Self {
        self.asked.login(provider_name.into(), token);
        self
    }

    /// The AWS account, for pools that ask for it.
    #[must_use]
    pub fn account_id(mut self, account_id: impl Into<String>) -> Self {
        if let Some(pool) = &mut self.asked.pool {
            pool.account_id = Some(account_id.into());
        }
        self
    }

    /// A role of the user's that is not the pool's default.
    #[must_use]
    pub fn custom_role_arn(mut self, role_arn: impl Into<String>) -> Self {
        self.custom_role_arn = Some(role_arn.into());
        self
    }

    /// Where the identity's id is kept. Guests share one key; a user with logins is kept only with a
    /// `user_identifier`, lest another user get the identity.
    #[must_use]
    pub fn cache(mut self, cache: impl IdentityCache + 'static) -> Self {
        if let Some(pool) = &mut self.asked.pool {
            pool.cache = Some(Arc::new(cache));
        }
        self
    }

    /// What tells this user's identity from others' in the cache.
    #[must_use]
    pub fn user_identifier(mut self, user: impl Into<String>) -> Self {
        if let Some(pool) = &mut self.asked.pool {
            pool.user_identifier = Some(user.into());
        }
        self.asked.known = Arc::default();
        self
    }

    /// Where and how Cognito is called.
    pub fn config(mut self, config: &ServiceConfig) -> Result<Self, Invalid> {
        self.asked.configure(config)?;
        Ok(self)
    }
}

impl CognitoIdentity {
    /// The identity `us-east-1:…`.
    pub fn new(identity_id: impl Into<String>) -> Result<Self, Invalid> {
        let id = identity_id.into();
        let service = IdentityService::new(Service::CognitoIdentity, region(&id)?, &ServiceConfig::new())?;
        let known = Arc::new(Mutex::new(Some(id)));
        Ok(Self { asked: Asked { service, pool: None, known, logins: Vec::new() }, custom_role_arn: None })
    }

    /// Who signed the user in, and the token that this gave.
    #[must_use]
    pub fn login(mut self, provider_name: impl Into<String>, token: impl ProvideToken + 'static) -> Self {
        self.asked.login(provider_name.into(), token);
        self
    }

    /// A role of the user's that is not the pool's default.
    #[must_use]
    pub fn custom_role_arn(mut self, role_arn: impl Into<String>) -> Self {
        self.custom_role_arn = Some(role_arn.into());
        self
    }

    /// Where and how Cognito is called.
    pub fn config(mut self, config: &ServiceConfig) -> Result<Self, Invalid> {
        self.asked.configure(config)?;
        Ok(self)
    }
}

impl From<CognitoIdentityPool> for CognitoOpenIdToken {
    /// The basic flow has no custom role: `WebIdentity` names the role.
    fn from(pool: CognitoIdentityPool) -> Self {
        Self(pool.asked)
    }
}

impl From<CognitoIdentity> for CognitoOpenIdToken {
    fn from(identity: CognitoIdentity) -> Self {
        Self(identity.asked)
    }
}

impl Asked {
    fn login(&mut self, provider_name: String, token: impl ProvideToken + 'static) {
        // Another login is another identity.
        if self.pool.is_some() {
            self.known = Arc::default();
        }
        self.logins.push((provider_name, Arc::new(token)));
    }

    fn configure(&mut self, config: &ServiceConfig) -> Result<(), Invalid> {
        let known = self.known(|known| known.clone());
        let id = self.pool.as_ref().map(|pool| pool.id.as_str()).or(known.as_deref()).unwrap_or_default();
        self.service = IdentityService::new(Service::CognitoIdentity, region(id)?, config)?;
        Ok(())
    }

    fn known<T>(&self, look: impl FnOnce(&mut Option<String>) -> T) -> T {
        look(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Calls an operation for the identity, which is asked for first if it is not known. One that the
    /// service no longer knows is forgotten and asked for anew, once.
    async fn ask(
        &self,
        transport: &Arc<dyn Transport>,
        operation: &str,
        body: impl Fn(&str, &[cognito::Login<'_>]) -> String,
    ) -> Result<Whole, CredentialsError> {
        let mut logins = Vec::with_capacity(self.logins.len());
        for (name, provider) in &self.logins {
            let token = provider
                .token(transport)
                .await
                .map_err(|error| CredentialsError::new(format!("the login {name}: {}", error.message())))?;
            logins.push((name.as_str(), token));
        }
        let logins: Vec<cognito::Login<'_>> = logins.iter().map(|(name, token)| (*name, token)).collect();
        let (id, is_new) = self.identity(transport, &logins).await?;
        let error = match self.service.call(transport, operation, body(&id, &logins), tokens(&logins)).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let gone = matches!(&error, Error::Service(error) if error.name == "ResourceNotFoundException");
        if !gone || is_new || self.pool.is_none() {
            return Err(failed(operation, &error));
        }
        self.forget(&id).await;
        let (id, _) = self.identity(transport, &logins).await?;
        self.service
            .call(transport, operation, body(&id, &logins), tokens(&logins))
            .await
            .map_err(|error| failed(operation, &error))
    }

    /// The identity's id, and whether the service gave it just now.
    async fn identity(
        &self,
        transport: &Arc<dyn Transport>,
        logins: &[cognito::Login<'_>],
    ) -> Result<(String, bool), CredentialsError> {
        if let Some(id) = self.known(|known| known.clone()) {
            return Ok((id, false));
        }
        let Some(pool) = &self.pool else { return Err(CredentialsError::new("no identity")) };
        if let Some((cache, key)) = self.cache() {
            if let Some(id) = cache.get(&key).await.filter(|id| region(id).is_ok()) {
                self.known(|known| *known = Some(id.clone()));
                return Ok((id, false));
            }
        }
        let body = cognito::get_id(&pool.id, pool.account_id.as_deref(), logins);
        let answer = self
            .service
            .call(transport, "GetId", body, tokens(logins))
            .await
            .map_err(|error| failed("GetId", &error))?;
        let id = cognito::id(&answer.body).map_err(|what| unreadable("GetId", what))?;
        if let Some((cache, key)) = self.cache() {
            cache.set(&key, &id).await;
        }
        self.known(|known| *known = Some(id.clone()));
        Ok((id, true))
    }

    async fn forget(&self, id: &str) {
        self.known(|known| {
            if known.as_deref() == Some(id) {
                *known = None;
            }
        });
        if let Some((cache, key)) = self.cache() {
            cache.remove(&key).await;
        }
    }

    /// The cache and the key, as AWS's JavaScript SDK writes it.
    fn cache(&self) -> Option<(&Arc<dyn IdentityCache>, String)> {
        let pool = self.pool.as_ref()?;
        let user = match &pool.user_identifier {
            Some(user) => user,
            None if self.logins.is_empty() => "ANONYMOUS",
            None => return None,
        };
        Some((pool.cache.as_ref()?, format!("aws:cognito-identity-credentials:{}:{user}", pool.id)))
    }

    async fn credentials(
        &self,
        transport: &Arc<dyn Transport>,
        custom_role_arn: Option<&str>,
    ) -> Result<Credentials, CredentialsError> {
        let operation = "GetCredentialsForIdentity";
        let body =
            |id: &str, logins: &[cognito::Login<'_>]| cognito::get_credentials(id, custom_role_arn, logins);
        let answer = self.ask(transport, operation, body).await?;
        let given = cognito::credentials(&answer.body).map_err(|what| unreadable(operation, what))?;
        Ok(by_our_clock(given, &answer, transport))
    }
}

impl ProvideCredentials for CognitoIdentityPool {
    fn provide<'a>(
        &'a self,
        transport: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(self.asked.credentials(transport, self.custom_role_arn.as_deref()))
    }
}

impl ProvideCredentials for CognitoIdentity {
    fn provide<'a>(
        &'a self,
        transport: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(self.asked.credentials(transport, self.custom_role_arn.as_deref()))
    }
}

impl ProvideToken for CognitoOpenIdToken {
    fn token<'a>(
        &'a self,
        transport: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Secret, CredentialsError>> {
        Box::pin(async move {
            let operation = "GetOpenIdToken";
            let answer = self.0.ask(transport, operation, cognito::get_open_id_token).await?;
            cognito::token(&answer.body).map_err(|what| unreadable(operation, what))
        })
    }
}
