//! A URL cut at its joints, its host checked; nothing is decoded, and nothing is repaired.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::error::Invalid;
use crate::text::joined;

/// An absolute http or https URL as it goes over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Url<'a> {
    pub https: bool,
    /// `host` or `host:port` in lower case, without a port that is the scheme's default (RFC 9110 section 4.2.3).
    pub authority: Cow<'a, str>,
    host_length: usize,
    /// Scheme and authority, as given.
    pub origin: &'a str,
    /// From its first slash, or empty.
    pub path: &'a str,
    /// Without its question mark, or empty.
    pub query: &'a str,
}

impl<'a> Url<'a> {
    /// A user, a fragment, white space, control characters and anything that a URL library might read as
    /// another host than the one written are refused.
    pub fn parse(url: &'a str) -> Result<Self, Invalid> {
        let wrong = |message| Invalid::value("InvalidUrl", message, &shown(url));
        let (https, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(wrong("a URL starts with https:// or http://")),
        };
        let (given, target) = cut(rest, |b| matches!(b, b'/' | b'?' | b'#'));
        let (path, query) = cut(target, |b| b == b'?');
        // All are looked at, many in one step.
        if target.bytes().fold(false, |bad, b| bad | (b == b'#') | b.is_ascii_control()) {
            return Err(wrong("a fragment or a control character is not sent"));
        }
        // The colons of an IPv6 address stand within brackets.
        let inner = given.strip_prefix('[').map(|rest| cut(rest, |b| b == b']').0);
        let host_length = match inner {
            Some(inner) => inner.len().saturating_add(2),
            None => cut(given, |b| b == b':').0.len(),
        };
        let (host, port) = given.split_at_checked(host_length).unwrap_or_default();
        let good = match inner {
            Some(inner) => host.ends_with(']') && is_ipv6(inner),
            None => is_name(host) && (!ends_in_number(host) || is_ipv4(host)),
        };
        if !good {
            return Err(wrong(
                "a URL names a host of letters, digits, dots and hyphens, or an IP address, and no user",
            ));
        }
        if !port.is_empty() && !port.strip_prefix(':').is_some_and(is_port) {
            return Err(wrong("a port lies between 1 and 65535, without zeros in front"));
        }
        let shown = if port == if https { ":443" } else { ":80" } { host } else { given };
        let upper = shown.bytes().fold(false, |upper, b| upper | b.is_ascii_uppercase());
        let origin = url.len().saturating_sub(target.len());
        Ok(Self {
            https,
            authority: if upper { shown.to_ascii_lowercase().into() } else { shown.into() },
            host_length,
            origin: url.get(..origin).unwrap_or_default(),
            path,
            query: query.strip_prefix('?').unwrap_or_default(),
        })
    }

    /// In lower case: a name, an IPv4 address, or an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        self.authority.get(..self.host_length).unwrap_or_default()
    }
}

/// A URL as it may be told: no user and no password, and neither query nor fragment, where signatures and tokens stand.
pub(crate) fn shown(url: &str) -> String {
    let (plain, more) = cut(url, |b| matches!(b, b'?' | b'#'));
    let (before, user) = match plain.rsplit_once('@') {
        Some((_, place)) => (place, "…@"),
        None => (plain, ""),
    };
    joined(&[user, before, more.get(..1).unwrap_or_default(), if more.len() > 1 { "…" } else { "" }])
}

/// Before the first byte that `at` picks, and from it on. It picks ASCII, so both are texts.
fn cut(text: &str, at: impl FnMut(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(at).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Labels of letters, digits, hyphens and underscores, none empty; 253 bytes are the longest name that
/// DNS carries (RFC 1035). All bytes are looked at, many in one step.
fn is_name(host: &str) -> bool {
    let known = host
        .bytes()
        .fold(true, |good, b| good & (b.is_ascii_alphanumeric() | (b == b'-') | (b == b'_') | (b == b'.')));
    let pairs = host.bytes().zip(host.bytes().skip(1));
    let twice = pairs.fold(false, |twice, (before, b)| twice | ((before == b'.') & (b == b'.')));
    let ends = host.is_empty() || host.starts_with('.') || host.ends_with('.');
    known && !twice && !ends && host.len() <= 253
}

/// Whether URL libraries take this for an IPv4 address: they read `1.1` as 1.0.0.1, `0x7f.1` and `2130706433` as
/// 127.0.0.1 (WHATWG URL, "ends in a number").
fn ends_in_number(host: &str) -> bool {
    let last = host.bytes().rposition(|b| b == b'.').and_then(|dot| host.get(dot.saturating_add(1)..));
    let last = last.unwrap_or(host);
    let hex = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    last.bytes().all(|b| b.is_ascii_digit())
        || hex.is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// As a URL library writes it, which is what it sends: the standard library reads no other form.
fn is_ipv4(host: &str) -> bool {
    host.parse::<Ipv4Addr>().is_ok()
}

/// As a URL library writes it, but for the case of its letters: the longest run of zeros left out, and no dots.
fn is_ipv6(inner: &str) -> bool {
    let Ok(address) = inner.parse::<Ipv6Addr>() else { return false };
    // The standard library writes one kind in another way.
    let written = match (address.to_ipv4_mapped(), address.segments()) {
        (Some(_), [.., high, low]) => format!("::ffff:{high:x}:{low:x}"),
        _ => address.to_string(),
    };
    written.eq_ignore_ascii_case(inner)
}

/// 1 to 65535 as a URL library would write it.
fn is_port(port: &str) -> bool {
    let number = port.bytes().try_fold(0_u32, |number, b| {
        let digit = b.checked_sub(b'0').filter(|digit| *digit < 10)?;
        number.checked_mul(10)?.checked_add(u32::from(digit))
    });
    !port.starts_with('0') && number.is_some_and(|number| (1..=65_535).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn joints() {
        let url = Url::parse("https://EXAMPLE.com:8443/a%2Fb?c=d?e").unwrap();
        assert_eq!((url.host(), url.authority.as_ref()), ("example.com", "example.com:8443"));
        assert_eq!((url.origin, url.path, url.query), ("https://EXAMPLE.com:8443", "/a%2Fb", "c=d?e"));
        let authority = |url| Url::parse(url).unwrap().authority.into_owned();
        assert_eq!(authority("https://a.b:443"), "a.b");
        assert_eq!(authority("http://a.b:443"), "a.b:443");
        assert_eq!(authority("http://A:80?x"), "a");
        assert_eq!(Url::parse("http://A:80?x").unwrap().host(), "a");
        assert_eq!(Url::parse("http://[::A]:81").unwrap().host(), "[::a]");
        assert_eq!(authority("http://[::1]:80/x"), "[::1]");
        assert_eq!(authority("http://[::1]:4567"), "[::1]:4567");
        for good in [
            "1.0.0.1",
            "255.255.255.255",
            "a.1b",
            "1a",
            "0x.a",
            "[::ffff:7f00:1]",
            "[::7f00:1]",
            "[1:0:0:2::]",
        ] {
            assert_eq!(Url::parse(&["https://", good].concat()).unwrap().authority, good);
        }
    }

    #[test]
    fn what_could_be_read_as_another_host_is_refused() {
        for bad in [
            "",
            "ftp://x",
            "//x",
            "https://",
            "https:///x",
            "https://a@b",
            "https://a:b@c",
            "https://a b",
            "https://a\\b",
            "https://a%2eb",
            "https://a..b",
            "https://.a",
            "https://a.",
            "https://[::1",
            "https://::1",
            "https://[::1]x",
            "https://[g]",
            "https://a:0",
            "https://a:00080",
            "https://a:65536",
            "https://a:",
            "https://a:+1",
            "https://a:1:2",
            "https://[::1]:",
            "https://a/b#c",
            "https://a#c",
            "https://a/\r\nx",
            "https://\u{e9}.example",
            // Which URL libraries read as 1.0.0.1, 127.0.0.1, 8.0.0.1, and as no address.
            "https://1.1",
            "https://0x7f.1",
            "https://a.0x7F",
            "https://2130706433",
            "https://0",
            "https://010.0.0.1",
            "https://a.1",
            "https://1.2.3.4.5",
            "https://256.0.0.1",
            "https://a.0x",
            // The same addresses are written otherwise.
            "https://[0:0:0:0:0:0:0:1]",
            "https://[1:0::1]",
            "https://[01::]",
            "https://[::127.0.0.1]",
            "https://[::ffff:127.0.0.1]",
            "https://[1:0:0:0:2::3]",
            "https://[:]",
            "https://[::1::]",
            "https://[1.2.3.4]",
        ] {
            assert!(Url::parse(bad).is_err(), "{bad}");
        }
    }
}
