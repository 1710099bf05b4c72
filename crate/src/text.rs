//! Cutting text at ASCII bytes: all the searching that the pure floors do, in a tenth of the wasm of the standard library's patterns;
//! and putting it together.

use alloc::string::String;

/// What stands before the first `at`, and what stands behind it if it is there. `at` is ASCII.
pub(crate) fn cut(text: &str, at: u8) -> (&str, Option<&str>) {
    let found = text.bytes().position(|b| b == at);
    let parts = found.and_then(|end| Some((text.get(..end)?, text.get(end.checked_add(1)?..)?)));
    parts.map_or((text, None), |(before, behind)| (before, Some(behind)))
}

/// The pieces between the `at`s, as `str::split` has them. `at` is ASCII.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    rest: Option<&'a str>,
    at: u8,
}

impl<'a> Pieces<'a> {
    /// What has not been cut yet.
    pub(crate) fn rest(&self) -> &'a str {
        self.rest.unwrap_or_default()
    }
}

/// Cuts `text` at every `at`.
pub fn pieces(text: &str, at: u8) -> Pieces<'_> {
    Pieces { rest: Some(text), at }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let (piece, rest) = cut(self.rest?, self.at);
        self.rest = rest;
        Some(piece)
    }
}

/// The parts side by side, in memory of their own size: nothing is copied twice. (The standard library's `concat` is
/// four times as large in wasm.)
pub fn joined(parts: &[&str]) -> String {
    let mut out = String::with_capacity(parts.iter().fold(0, |sum, part| part.len().saturating_add(sum)));
    for part in parts {
        out.push_str(part);
    }
    out
}

/// Appends bytes of ASCII. (`String::push` would bring the whole of UTF-8's encoding.)
pub(crate) fn push_ascii(out: &mut String, bytes: &[u8]) {
    out.push_str(core::str::from_utf8(bytes).unwrap_or_default());
}

/// A digit of lower case, or of upper case with `letters` 32 less: SigV4 compares bytes, `%3a` is not `%3A`.
pub(crate) fn hex_digit(value: u8, letters: u8) -> u8 {
    let digit = value & 15;
    digit.wrapping_add(if digit > 9 { letters.wrapping_sub(10) } else { b'0' })
}

/// Whether `wanted` is one of the words of `list`, which have one space between them. A table of texts would need
/// an address and a length for each.
pub(crate) fn is_word_of(list: &str, wanted: &str) -> bool {
    pieces(list, b' ').any(|word| word == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn words_are_whole() {
        for (word, is) in
            [("a", true), ("bc", true), ("b", false), ("", false), ("a bc", false), (" ", false)]
        {
            assert_eq!(is_word_of("a bc d", word), is, "{word}");
        }
    }

    #[test]
    fn as_the_standard_library_does() {
        for text in ["", "/", "a", "/a", "a/", "a//b", "\u{e9}/\u{1f600}/", "a/b/c"] {
            assert_eq!(pieces(text, b'/').collect::<Vec<_>>(), text.split('/').collect::<Vec<_>>(), "{text}");
            let (before, behind) = cut(text, b'/');
            assert_eq!(behind.map(|behind| (before, behind)), text.split_once('/'), "{text}");
        }
    }
}
