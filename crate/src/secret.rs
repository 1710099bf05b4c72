//! Secrets that are zeroed when dropped and never printed, and the AWS credentials made of them.
//!
//! What the crate itself makes of a secret is zeroed too: derived keys, canonical requests, headers, the bodies that hold
//! a token and those that vend credentials. `tests/wiped.rs` looks at every block that is freed. What is not: copies on
//! the stack, those of HTTP libraries (reqwest, hyper, rustls, ureq) and of AWS's crates, JavaScript's texts on wasm32, and what
//! the caller takes out (a presigned URL, an exposed text).

use crate::error::Invalid;
use crate::time::Timestamp;
use alloc::string::String;
use alloc::sync::Arc;
#[cfg(feature = "client")]
use alloc::vec::Vec;
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

/// Bytes that may hold a secret: wiped when they go, and what they leave when they grow.
#[cfg(feature = "client")]
#[derive(Default)]
pub(crate) struct SecretBytes(Vec<u8>);

#[cfg(feature = "client")]
impl SecretBytes {
    /// Takes the text over. It has not been moved before, if it had room from the beginning.
    pub fn new(text: String) -> Self {
        Self(text.into_bytes())
    }

    /// Puts more behind them.
    pub fn extend(&mut self, bytes: &[u8]) {
        let needed = self.0.len().saturating_add(bytes.len());
        if needed > self.0.capacity() {
            let mut more = Vec::with_capacity(needed.max(self.0.capacity().saturating_mul(2)));
            more.extend_from_slice(&self.0);
            self.0.zeroize();
            self.0 = more;
        }
        self.0.extend_from_slice(bytes);
    }

    /// Puts `mark`, which is no longer than `text`, in the place of each `text`.
    pub fn replace(&mut self, text: &str, mark: &str) {
        let mut from = 0_usize;
        while let Some(at) = self
            .0
            .get(from..)
            .and_then(|rest| rest.windows(text.len()).position(|part| part == text.as_bytes()))
        {
            let start = from.saturating_add(at);
            // Within its own memory: all of it is wiped in the end.
            self.0.splice(start..start.saturating_add(text.len()), mark.bytes());
            from = start.saturating_add(mark.len());
        }
    }
}

#[cfg(feature = "client")]
impl AsRef<[u8]> for SecretBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(feature = "client")]
impl Drop for SecretBytes {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// An object in JSON that may hold a secret: its texts are wiped when it goes. (serde_json reads a text that has escapes
/// through a buffer of its own, and drops what it has read when it meets what is no JSON between brackets that are
/// right: neither is wiped, and AWS writes neither.)
#[cfg(feature = "client")]
pub(crate) struct SecretJson(pub serde_json::Value);

#[cfg(feature = "client")]
impl SecretJson {
    /// `Null` where it is none: one that is cut short is not read at all.
    pub fn read(bytes: &[u8]) -> Self {
        let whole = crate::json::is_one_object(bytes);
        Self(if whole { serde_json::from_slice(bytes).unwrap_or_default() } else { serde_json::Value::Null })
    }
}

#[cfg(feature = "client")]
impl Drop for SecretJson {
    fn drop(&mut self) {
        fn wipe(value: &mut serde_json::Value) {
            match value {
                serde_json::Value::String(text) => text.zeroize(),
                serde_json::Value::Array(list) => list.iter_mut().for_each(wipe),
                serde_json::Value::Object(members) => members.values_mut().for_each(wipe),
                _ => {}
            }
        }
        wipe(&mut self.0);
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
