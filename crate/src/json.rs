//! The little of JSON that the pure floors need: writing a string, and seeing that bytes hold one object; it parses nothing.

use crate::text::{hex_digit, push_ascii};
use alloc::string::String;

/// Appends `text` as a JSON string.
pub fn push_string(out: &mut String, text: &str) {
    out.push_str("\"");
    let mut rest = text;
    loop {
        let escaped = rest.bytes().position(|b| b < b' ' || matches!(b, b'"' | b'\\'));
        let (plain, behind) = rest.split_at_checked(escaped.unwrap_or(rest.len())).unwrap_or_default();
        out.push_str(plain);
        let Some(byte) = behind.bytes().next() else { break };
        match byte {
            b'"' | b'\\' => push_ascii(out, &[b'\\', byte]),
            b'\n' => out.push_str("\\n"),
            // The other control characters must be escaped (RFC 8259 section 7); all are below 0x20.
            _ => {
                out.push_str("\\u00");
                push_ascii(out, &[hex_digit(byte >> 4, b'a'), hex_digit(byte, b'a')]);
            }
        }
        rest = behind.get(1..).unwrap_or_default();
    }
    out.push_str("\"");
}

/// Appends a number in decimal digits.
pub fn push_number(out: &mut String, value: u64) {
    if value > 9 {
        push_number(out, value / 10);
    }
    push_ascii(out, &[b'0'.wrapping_add((value % 10) as u8)]);
}

/// Whether `text` is one balanced `{…}` with nothing but white space around it.
///
/// It counts brackets outside strings and does not tell `{` from `[`: what passes can be put into a
/// larger JSON text without reaching out of its place, and a parser that then accepts the whole has
/// accepted this part as one object.
pub fn is_one_object(text: &[u8]) -> bool {
    let trimmed = text.trim_ascii();
    if trimmed.first() != Some(&b'{') {
        return false;
    }
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut bytes = trimmed.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => {
                bytes.next();
            }
            b'{' | b'[' if !in_string => depth = depth.saturating_add(1),
            b'}' | b']' if !in_string => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return bytes.as_slice().is_empty();
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn one_object_or_not() {
        for good in ["{}", " {\"a\":[1,{\"b\":\"}]\\\"\"}]}\n", "{\"\\\\\":{}}"] {
            assert!(is_one_object(good.as_bytes()), "{good}");
        }
        for bad in
            ["", "[]", "1", "{", "}", "{}{}", "{}},{\"metadata\":{}", "{\"a\":\"}", "{\"a\":\"\\\"}", "x{}"]
        {
            assert!(!is_one_object(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn numbers_in_digits() {
        for value in [0, 9, 10, 4096, u64::MAX] {
            let mut out = String::new();
            push_number(&mut out, value);
            assert_eq!(out, value.to_string());
        }
    }

    #[test]
    fn strings_are_escaped() {
        let mut out = String::new();
        push_string(&mut out, "a\"\\\n\u{1}\u{1f}é");
        assert_eq!(out, "\"a\\\"\\\\\\n\\u0001\\u001fé\"");
    }
}
