//! Secrets that are zeroed when dropped and never printed, and the AWS credentials made of them.

use crate::error::Invalid;
use crate::time::Timestamp;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use zeroize::Zeroize;

/// A text that is zeroed on drop and shows nothing of itself in `Debug`. Clones share it: it is in memory once, until
/// the last of them goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<Wiped>);

#[derive(PartialEq, Eq)]
struct Wiped(String);

impl Drop for Wiped {
    // Out of line: there are many places where one is dropped.
    #[inline(never)]
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Secret {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Arc::new(Wiped(text.into())))
    }

    /// The text itself: do not print it.
    pub fn expose(&self) -> &str {
        &self.0.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// AWS credentials: an access key, and for temporary ones a session token and an expiry.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    access_key_id: String,
    secret_access_key: Secret,
    session_token: Option<Secret>,
    expiration: Option<Timestamp>,
}

impl Credentials {
    /// Checks that every part can stand in a header: visible ASCII, not empty.
    pub fn new(
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<Secret>,
        session_token: Option<Secret>,
    ) -> Result<Self, Invalid> {
        let access_key_id = access_key_id.into();
        let secret_access_key = secret_access_key.into();
        let token = session_token.as_ref().map(Secret::expose);
        CredentialsRef::new(&access_key_id, secret_access_key.expose(), token)?;
        Ok(Self { access_key_id, secret_access_key, session_token, expiration: None })
    }

    /// The same credentials with the time at which AWS stops taking them.
    #[must_use]
    pub fn with_expiration(mut self, expiration: Timestamp) -> Self {
        self.expiration = Some(expiration);
        self
    }

    /// The access key id, which is no secret.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The secret access key.
    pub fn secret_access_key(&self) -> &Secret {
        &self.secret_access_key
    }

    /// The session token of temporary credentials.
    pub fn session_token(&self) -> Option<&Secret> {
        self.session_token.as_ref()
    }

    /// The same, borrowed.
    pub fn borrowed(&self) -> CredentialsRef<'_> {
        CredentialsRef {
            access_key_id: &self.access_key_id,
            secret_access_key: self.secret_access_key.expose(),
            session_token: self.session_token.as_ref().map(Secret::expose),
        }
    }

    /// When AWS stops taking them, if they are temporary and it is known.
    pub fn expiration(&self) -> Option<Timestamp> {
        self.expiration
    }
}

/// What of credentials a signature needs, checked and not copied.
#[derive(Clone, Copy)]
pub struct CredentialsRef<'a> {
    pub(crate) access_key_id: &'a str,
    pub(crate) secret_access_key: &'a str,
    pub(crate) session_token: Option<&'a str>,
}

impl<'a> CredentialsRef<'a> {
    /// Checks that every part can stand in a header: visible ASCII, not empty.
    pub fn new(
        access_key_id: &'a str,
        secret_access_key: &'a str,
        session_token: Option<&'a str>,
    ) -> Result<Self, Invalid> {
        let visible = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        // '/' would end the access key within the credential scope, ',' within the header.
        let wrong = if !visible(access_key_id) || access_key_id.bytes().any(|b| matches!(b, b'/' | b',')) {
            "accessKeyId is not as AWS issues it"
        } else if secret_access_key.is_empty() {
            "secretAccessKey is empty"
        } else if !session_token.is_none_or(visible) {
            "sessionToken is not as AWS issues it"
        } else {
            return Ok(Self { access_key_id, secret_access_key, session_token });
        };
        Err(Invalid::new("InvalidCredentials", wrong))
    }
}

impl fmt::Debug for CredentialsRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialsRef").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("secret_access_key", &self.secret_access_key)
            .field("session_token", &self.session_token)
            .field("expiration", &self.expiration)
            .finish()
    }
}
