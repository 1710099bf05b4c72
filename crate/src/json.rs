//! The little of JSON that the pure floors need: writing a string, and seeing that bytes hold one object; it parses nothing.

use alloc::string::String;

/// Appends `text` as a JSON string.
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            // The other control characters must be escaped (RFC 8259 section 7); all are below 0x20.
            c if c < ' ' => {
                let code = u32::from(c);
                out.push_str("\\u00");
                out.push(if code >= 16 { '1' } else { '0' });
                out.push(char::from_digit(code & 15, 16).unwrap_or('0'));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Appends a number in decimal digits.
pub fn push_number(out: &mut String, value: u64) {
    if value > 9 {
        push_number(out, value / 10);
    }
    out.push(u32::try_from(value % 10).ok().and_then(|digit| char::from_digit(digit, 10)).unwrap_or('0'));
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
