//! The query of a listing: members read once each, pages by number. Refuses members that the operation has not,
//! so that a client's wrong name does not pass for a filter that filters nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Refused, not_one_of};
use crate::route::decode;

/// The most results of one page, from the service's model.
const MOST_RESULTS: usize = 1000;

/// What a query holds; each member is taken out as it is read.
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Takes a query as it is on the wire. What a presigned URL carries is not the operation's.
    pub fn parse(query: &str) -> Self {
        let members = query.split('&').filter(|part| !part.is_empty());
        let pairs = members.map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        });
        Self(pairs.filter(|(name, _)| !name.starts_with("X-Amz-")).collect())
    }

    pub fn take(&mut self, name: &str) -> Option<String> {
        let place = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.remove(place).1)
    }

    pub fn one_of(&mut self, name: &str, values: &[&str]) -> Result<Option<String>, Refused> {
        match self.take(name) {
            Some(text) if !values.contains(&text.as_str()) => Err(not_one_of(name, &text, values)),
            other => Ok(other),
        }
    }

    pub fn time(&mut self, name: &str) -> Result<Option<OffsetDateTime>, Refused> {
        let read = |text: String| {
            OffsetDateTime::parse(&text, &Rfc3339)
                .map_err(|_| Refused::serialization(format!("'{text}' at '{name}' is no timestamp")))
        };
        self.take(name).map(read).transpose()
    }

    /// The page that is asked for: of all results as many as `maxResults` says, from where `nextToken` says.
    pub fn page(&mut self) -> Result<Page, Refused> {
        let most = match self.take("maxResults") {
            None => MOST_RESULTS,
            Some(text) => text
                .parse()
                .ok()
                .filter(|most| (1..=MOST_RESULTS).contains(most))
                .ok_or_else(|| {
                    Refused::invalid(format!(
                        "1 validation error detected: Value '{text}' at 'maxResults' failed to satisfy constraint: \
                         Member must have value between 1 and {MOST_RESULTS}"
                    ))
                })?,
        };
        let from = match self.take("nextToken") {
            None => 0,
            Some(token) => {
                read_token(&token).ok_or_else(|| Refused::invalid("The pagination token is invalid."))?
            }
        };
        Ok(Page { from, most })
    }

    /// Nothing may be left.
    pub fn end(self) -> Result<(), Refused> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => {
                Err(Refused::new(400, "EmulatorMisuse", format!("this operation has no member '{name}'")))
            }
        }
    }
}

/// A page of a listing.
pub struct Page {
    from: usize,
    most: usize,
}

impl Page {
    /// This page's results, and the next page's token if there is one.
    pub fn of(&self, all: Vec<Value>) -> (Vec<Value>, Option<String>) {
        let end = self.from.saturating_add(self.most);
        let next = (end < all.len()).then(|| token(end));
        (all.into_iter().skip(self.from).take(self.most).collect(), next)
    }
}

/// With characters that a query must encode, and that are encoded again in a canonical request.
fn token(from: usize) -> String {
    format!("{}+/=", URL_SAFE_NO_PAD.encode(format!("from:{from}")))
}

fn read_token(token: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(token.strip_suffix("+/=")?).ok()?;
    std::str::from_utf8(&bytes).ok()?.strip_prefix("from:")?.parse().ok()
}
