//! Where a canonical request is written: a hash, which takes it in pieces, or a text, which keeps it; they hold nothing
//! back and check nothing. The hash's way is small in wasm, the text's way quick natively.

use super::encode::{encode, stays};
use super::hash::Sha256;
use alloc::string::String;

/// What a canonical request is made of.
pub(super) trait Sink {
    /// Appends.
    fn text(&mut self, text: &str);

    /// Appends the words of a header's value: of each run of white space (folded lines included) one space is left.
    fn value(&mut self, value: &str);

    /// Appends a path, percent-encoded once more. If `once`, doubled slashes are one, as AWS has it.
    fn path(&mut self, path: &str, once: bool);
}

impl Sink for Sha256 {
    fn text(&mut self, text: &str) {
        self.put(text.as_bytes());
    }

    fn value(&mut self, value: &str) {
        let mut space: &[u8] = b"";
        for word in value.as_bytes().split(|b| matches!(b, b' ' | b'\t' | b'\n')) {
            if !word.is_empty() {
                self.put(space);
                self.put(word);
                space = b" ";
            }
        }
    }

    // Inlined, as otherwise the wasm is larger.
    #[inline(always)]
    fn path(&mut self, path: &str, once: bool) {
        let mut before = 0;
        encode(path.as_bytes(), true, |byte| {
            if byte != b'/' || before != b'/' || !once {
                self.put(&[byte]);
            }
            before = byte;
        });
    }
}

impl Sink for String {
    fn text(&mut self, text: &str) {
        self.push_str(text);
    }

    // Most values are one word, a session token of 1,000 bytes among them: that is seen many bytes at a time.
    fn value(&mut self, value: &str) {
        if value.bytes().fold(true, |word, byte| word & (byte > b' ')) {
            return self.push_str(value);
        }
        let mut space = "";
        for word in value.split([' ', '\t', '\n']).filter(|word| !word.is_empty()) {
            self.push_str(space);
            self.push_str(word);
            space = " ";
        }
    }

    fn path(&mut self, path: &str, once: bool) {
        let (mut rest, mut before) = (path, 0);
        while !rest.is_empty() {
            let run = rest.bytes().take_while(|&byte| {
                let doubled = once && byte == b'/' && before == b'/';
                before = byte;
                !doubled && stays(byte, true)
            });
            let (run, tail) = rest.split_at_checked(run.count()).unwrap_or((rest, ""));
            self.push_str(run);
            let mut tail = tail.chars();
            // A slash ends a run where another is before it.
            if let Some(character) = tail.next().filter(|character| *character != '/') {
                encode(character.encode_utf8(&mut [0; 4]).as_bytes(), true, |byte| {
                    self.push(char::from(byte))
                });
            }
            rest = tail.as_str();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Every text of up to five of these: what stays, what does not, and what stands twice.
    #[test]
    fn a_text_is_what_is_hashed() {
        const PIECES: [&str; 8] = ["", "/", "a", "%", " ", "\n", "é", "~"];
        for number in 0..8_usize.pow(5) {
            let text: String = (0..5).map(|place| PIECES[number / 8_usize.pow(place) % 8]).collect();
            for once in [false, true] {
                let (mut hash, mut out) = (Sha256::new(), String::new());
                hash.path(&text, once);
                out.path(&text, once);
                hash.text(";");
                out.text(";");
                hash.value(&text);
                out.value(&text);
                assert_eq!(hash.finish(), Sha256::digest(out.as_bytes()), "{text:?} {out:?}");
            }
        }
    }
}
