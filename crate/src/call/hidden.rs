//! The tokens that went out with a request, cut out of what is said about it: AWS's own words may repeat them (the
//! canonical request of a signature that does not match, the value that fails a constraint). It looks for those only, as
//! they are, as a URL has them and with JSON's `\/`, and wipes what they stood in.

use crate::secret::{Secret, SecretBytes};
use crate::sigv4::percent_encode;
use zeroize::Zeroize;

/// The most characters of an unexpected body that an error shows.
const BEGINNING: usize = 200;

/// Characters of a secret's beginning, at the end of a body that breaks off there, which tell nothing yet.
const PART: usize = 8;

/// What stands in a secret's place.
const CUT: &str = "…";

/// What is not to be told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hidden(Vec<Secret>);

impl Hidden {
    /// These, whichever way they are written.
    pub fn new(secrets: impl IntoIterator<Item = Secret>) -> Self {
        let mut forms = Vec::new();
        for secret in secrets.into_iter().filter(|secret| !secret.expose().is_empty()) {
            // Three characters for each byte at most, and two: none is ever moved.
            let mut encoded = String::with_capacity(secret.expose().len().saturating_mul(3));
            percent_encode(&mut encoded, secret.expose());
            let mut escaped = String::with_capacity(secret.expose().len().saturating_mul(2));
            for part in secret.expose().split_inclusive('/') {
                escaped.push_str(part.strip_suffix('/').unwrap_or(part));
                escaped.push_str(if part.ends_with('/') { "\\/" } else { "" });
            }
            let others = [Secret::new(encoded), Secret::new(escaped)];
            forms.extend(others.into_iter().filter(|other| *other != secret));
            forms.push(secret);
        }
        Self(forms)
    }

    /// Cuts them out.
    pub fn cut(&self, text: &mut String) {
        for secret in &self.0 {
            if text.contains(secret.expose()) {
                let plain = text.replace(secret.expose(), CUT);
                text.zeroize();
                *text = plain;
            }
        }
    }

    /// Cuts them out of a body before it is read, so that no reader keeps a copy.
    pub fn cut_body(&self, body: &mut SecretBytes) {
        for secret in self.0.iter().filter(|secret| secret.expose().len() >= CUT.len()) {
            body.replace(secret.expose(), CUT);
        }
    }

    /// How a body begins, as printable text. One that breaks off within a secret ends before it.
    pub fn beginning(&self, body: &[u8]) -> String {
        let mut text = String::with_capacity(body.len().saturating_mul(3));
        for chunk in body.utf8_chunks() {
            text.push_str(chunk.valid());
            text.push_str(if chunk.invalid().is_empty() { "" } else { "\u{fffd}" });
        }
        self.cut(&mut text);
        for secret in &self.0 {
            let secret = secret.expose();
            let part = (PART..secret.len())
                .rev()
                .find(|end| secret.get(..*end).is_some_and(|part| text.ends_with(part)));
            if let Some(part) = part {
                let end = text.len().saturating_sub(part);
                text.replace_range(end.., CUT);
            }
        }
        let shown = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(BEGINNING).collect();
        text.zeroize();
        shown
    }
}
