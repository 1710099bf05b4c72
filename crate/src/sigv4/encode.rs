//! Percent-encoding as SigV4 wants it (RFC 3986 unreserved characters stay); it never decodes `+` to a space.

use crate::text::hex_digit;
use alloc::string::String;
use alloc::vec::Vec;

/// A hash in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8; 32]) -> [u8; 64] {
    let mut digits = [0; 64];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        pair.copy_from_slice(&[hex_digit(byte >> 4, b'a'), hex_digit(*byte, b'a')]);
    }
    digits
}

/// Appends a hash in lower-case hexadecimal.
pub(crate) fn push_hex(out: &mut String, bytes: &[u8; 32]) {
    // Digits are UTF-8.
    out.push_str(core::str::from_utf8(&hex(bytes)).unwrap_or_default());
}

/// Whether a byte needs no encoding.
fn stays(byte: u8, keep_slash: bool) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') || keep_slash && byte == b'/'
}

/// Hands on `bytes` with everything but `A-Z a-z 0-9 - . _ ~`, and `/` if it is to stay, percent-encoded.
pub(super) fn encode(bytes: &[u8], keep_slash: bool, mut put: impl FnMut(u8)) {
    for &byte in bytes {
        if stays(byte, keep_slash) {
            put(byte);
        } else {
            put(b'%');
            put(hex_digit(byte >> 4, b'A'));
            put(hex_digit(byte, b'A'));
        }
    }
}

/// Appends `text` with everything but `A-Z a-z 0-9 - . _ ~` percent-encoded: a label, or a query name or value.
pub fn percent_encode(out: &mut String, text: &str) {
    encode(text.as_bytes(), false, |byte| out.push(char::from(byte)));
}

/// As `percent_encode`, but `/` stays: a whole path. What stays is copied in one go.
pub fn percent_encode_path(out: &mut String, path: &str) {
    let mut rest = path;
    while !rest.is_empty() {
        let run = rest.bytes().take_while(|byte| stays(*byte, true)).count();
        let (run, tail) = rest.split_at_checked(run).unwrap_or((rest, ""));
        out.push_str(run);
        let mut tail = tail.chars();
        if let Some(character) = tail.next() {
            encode(character.encode_utf8(&mut [0; 4]).as_bytes(), true, |byte| out.push(char::from(byte)));
        }
        rest = tail.as_str();
    }
}

/// Undoes percent-encoding; a `%` that starts no escape stands for itself, and so does `+`.
pub(crate) fn percent_decode(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first == b'%' {
            if let Some((&[high, low], after)) = tail.split_first_chunk::<2>() {
                if let (Some(h), Some(l)) = (char::from(high).to_digit(16), char::from(low).to_digit(16)) {
                    out.extend(u8::try_from((h << 4) | l));
                    rest = after;
                    continue;
                }
            }
        }
        out.push(first);
    }
    out
}

/// Appends one name or value of a query in canonical form, whether or not it came encoded.
pub(crate) fn recode_query(out: &mut String, text: &str) {
    encode(&percent_decode(text), false, |byte| out.push(char::from(byte)));
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn digits_are_the_standard_librarys() {
        for first in (0..=255_u8).step_by(if cfg!(miri) { 29 } else { 1 }) {
            let mut bytes = [0; 32];
            bytes.iter_mut().zip(0..).for_each(|(byte, place)| *byte = first.wrapping_add(place));
            let mut told = String::from("x");
            push_hex(&mut told, &bytes);
            let due: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(told, ["x", &due].concat());
        }
    }
    /// Every text of up to five of these: what stays, what does not, what is more than a byte.
    #[test]
    fn a_path_in_runs_is_a_path_byte_by_byte() {
        const PIECES: [&str; 8] = ["", "/", "a", "%", " ", "é", "\u{1f600}", "~"];
        // Under Miri, which is some thousand times slower, every 2003rd.
        for number in (0..8_usize.pow(5)).step_by(if cfg!(miri) { 2003 } else { 1 }) {
            let path: String = (0..5).map(|place| PIECES[number / 8_usize.pow(place) % 8]).collect();
            let (mut told, mut due) = (String::new(), String::new());
            percent_encode_path(&mut told, &path);
            encode(path.as_bytes(), true, |byte| due.push(char::from(byte)));
            assert_eq!(told, due, "{path}");
        }
    }
}
