//! Bytes read as the choices that make an input: what ends early goes on as zeros, so that every input is one.

use arbitrary::Unstructured;

/// The bytes that are left.
pub struct Input<'a>(Unstructured<'a>);

impl<'a> Input<'a> {
    /// All of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(Unstructured::new(bytes))
    }

    /// Whether nothing is left: a loop that asks for more would never end.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One byte.
    pub fn byte(&mut self) -> u8 {
        self.0.arbitrary().unwrap_or_default()
    }

    /// Two bytes.
    pub fn short(&mut self) -> u16 {
        self.0.arbitrary().unwrap_or_default()
    }

    /// Four bytes.
    pub fn word(&mut self) -> u32 {
        self.0.arbitrary().unwrap_or_default()
    }

    /// Eight bytes.
    pub fn long(&mut self) -> u64 {
        self.0.arbitrary().unwrap_or_default()
    }

    /// A number below `bound`, which lies between 1 and 256.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::from(self.byte()) % bound
    }

    /// One of them.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Whether it is so: once in `times`.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 1 % times
    }

    /// Up to so many bytes, as they stand.
    pub fn take(&mut self, most: usize) -> &'a [u8] {
        let length = most.min(self.0.len());
        self.0.bytes(length).unwrap_or_default()
    }

    /// Up to 255 bytes behind their number.
    pub fn sized(&mut self) -> &'a [u8] {
        let most = usize::from(self.byte());
        self.take(most)
    }

    /// What is left.
    pub fn rest(self) -> &'a [u8] {
        self.0.take_rest()
    }

    /// A text of up to `most` pieces: of `words`, or any character.
    pub fn text(&mut self, most: usize, words: &[&str]) -> String {
        let mut out = String::new();
        self.push_text(&mut out, most, words);
        out
    }

    /// The same behind what is there.
    pub fn push_text(&mut self, out: &mut String, most: usize, words: &[&str]) {
        for _ in 0..self.below(most + 1) {
            match usize::from(self.byte()) {
                ascii @ 0..128 => out.push(char::from(ascii as u8)),
                255 => out.extend(char::from_u32(self.word() & 0x1F_FFFF)),
                other => out.push_str(words.get((other - 128) % words.len().max(1)).unwrap_or(&"")),
            }
        }
    }
}
