//! Percent-encoding as SigV4 wants it (RFC 3986 unreserved characters stay); it never decodes `+` to a space.

use alloc::string::String;
use alloc::vec::Vec;

/// An upper-case digit: SigV4 compares bytes, `%3a` is not `%3A`.
fn hex_digit(value: u8) -> char {
    char::from_digit(u32::from(value & 15), 16).unwrap_or('0').to_ascii_uppercase()
}

/// Appends `bytes` in lower-case hexadecimal.
pub(crate) fn push_hex(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        out.push(hex_digit(byte >> 4).to_ascii_lowercase());
        out.push(hex_digit(*byte).to_ascii_lowercase());
    }
}

fn encode(out: &mut String, bytes: &[u8], keep_slash: bool) {
    out.reserve(bytes.len());
    for &byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            b'/' if keep_slash => out.push('/'),
            _ => {
                out.push('%');
                out.push(hex_digit(byte >> 4));
                out.push(hex_digit(byte));
            }
        }
    }
}

/// Appends `text` with everything but `A-Z a-z 0-9 - . _ ~` percent-encoded: a label, or a query name or value.
pub fn percent_encode(out: &mut String, text: &str) {
    encode(out, text.as_bytes(), false);
}

/// As `percent_encode`, but `/` stays: a whole path.
pub fn percent_encode_path(out: &mut String, path: &str) {
    encode(out, path.as_bytes(), true);
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
    encode(out, &percent_decode(text), false);
}
