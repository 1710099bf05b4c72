//! The incremental decoder: any chunking, linear in its input; its buffer grows with bytes received, never with bytes promised.

use super::frame::{DecodeError, Frame, PRELUDE_BYTES, Prelude};
use super::header::Headers;
use alloc::vec::Vec;
use core::fmt;

/// A buffer above this many bytes is given back once its frame was read: one large frame must not
/// keep its memory for the rest of a long stream.
const KEEP_BYTES: usize = 64 * 1024;

/// Turns chunks into frames.
///
/// ```
/// # use outcrop::event_stream::{Decoder, DecodeError};
/// # fn read(chunk: &[u8]) -> Result<(), DecodeError> {
/// let mut decoder = Decoder::new();
/// let mut input = chunk;
/// while let Some(frame) = decoder.decode(&mut input)? {
///     println!("{} bytes", frame.payload().len());
/// }
/// // … and when the bytes have ended:
/// assert!(decoder.finish().is_ok());
/// # Ok(()) }
/// # read(&[]).unwrap();
/// ```
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    /// Of the frame in `buffer`, once its 12 bytes are there and were found good.
    prelude: Option<Prelude>,
    /// The frame in `buffer` was handed out: the next call clears it.
    spent: bool,
    failed: Option<DecodeError>,
}

/// The bytes ended within a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncated {
    /// Bytes of the frame that had arrived; 0 when the stream had become unreadable before.
    pub pending: usize,
}

impl fmt::Display for Truncated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the stream ended {} bytes into a frame", self.pending)
    }
}

impl core::error::Error for Truncated {}

impl Decoder {
    /// A decoder at the start of a stream.
    pub const fn new() -> Self {
        Self { buffer: Vec::new(), prelude: None, spent: false, failed: None }
    }

    /// The next frame of `input`, which is advanced past what was read. `None` when all of `input`
    /// was taken in and no frame is complete.
    ///
    /// A frame that lies whole in `input` is read in place. After an error the same error comes again.
    pub fn decode<'f, 'i: 'f>(&'f mut self, input: &mut &'i [u8]) -> Result<Option<Frame<'f>>, DecodeError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        if self.spent {
            self.clear();
        }
        if self.buffer.is_empty() {
            match Frame::read(input) {
                Ok(Ok(frame)) => return Ok(Some(frame)),
                Ok(Err(_)) => {}
                Err(error) => return Err(self.fail(error)),
            }
        }
        // First up to the prelude, so that a bad one is refused before more is stored.
        if self.prelude.is_none() {
            self.fill(input, PRELUDE_BYTES);
            if let Some(bytes) = self.buffer.first_chunk() {
                match Prelude::parse(bytes) {
                    Ok(prelude) => self.prelude = Some(prelude),
                    Err(error) => return Err(self.fail(error)),
                }
            }
        }
        let Some(prelude) = self.prelude else { return Ok(None) };
        self.fill(input, prelude.total);
        if self.buffer.len() < prelude.total {
            return Ok(None);
        }
        self.spent = true;
        let frame = Frame::parse(prelude, &self.buffer, Headers::default());
        if let Err(error) = frame {
            self.failed = Some(error);
        }
        frame.map(Some)
    }

    /// How many bytes complete what is being waited for: the prelude first, then the frame.
    /// Handing in fewer at a time is allowed and only slower.
    pub fn need(&self) -> usize {
        if self.spent || self.failed.is_some() {
            return PRELUDE_BYTES;
        }
        let wanted = self.prelude.map_or(PRELUDE_BYTES, |prelude| prelude.total);
        wanted.saturating_sub(self.buffer.len())
    }

    /// Bytes of an unfinished frame held here.
    pub fn pending(&self) -> usize {
        if self.spent { 0 } else { self.buffer.len() }
    }

    /// The bytes have ended: whether they ended between two frames. Never well after an error.
    pub fn finish(self) -> Result<(), Truncated> {
        match self.pending() {
            0 if self.failed.is_none() => Ok(()),
            pending => Err(Truncated { pending }),
        }
    }

    /// Takes from `input` until the buffer holds `wanted` bytes.
    fn fill(&mut self, input: &mut &[u8], wanted: usize) {
        let missing = wanted.saturating_sub(self.buffer.len()).min(input.len());
        let (head, tail) = input.split_at(missing);
        self.buffer.extend_from_slice(head);
        *input = tail;
    }

    fn fail(&mut self, error: DecodeError) -> DecodeError {
        self.failed = Some(error);
        self.buffer = Vec::new();
        error
    }

    fn clear(&mut self) {
        self.spent = false;
        self.prelude = None;
        if self.buffer.capacity() > KEEP_BYTES {
            self.buffer = Vec::new();
        } else {
            self.buffer.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::encoder::encode;
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// 64 KiB.
    #[cfg(not(miri))]
    const KEPT: usize = 65_536;

    #[cfg(not(miri))]
    /// What a decoder holds after a frame of this many bytes came in two pieces, and another in two after it.
    fn held_behind(bytes: usize) -> usize {
        let long = encode(&[], &vec![7; bytes.saturating_sub(16)]).unwrap();
        let short = encode(&[], b"short").unwrap();
        let mut decoder = Decoder::new();
        // Memory of its very size, so that the limit is met to the byte.
        decoder.buffer.reserve_exact(bytes);
        for frame in [long, short] {
            let (tail, head) = frame.split_last().unwrap();
            assert_eq!(decoder.decode(&mut &*head).unwrap().map(|_| ()), None);
            assert_eq!(decoder.need(), 1);
            assert_eq!(decoder.pending(), head.len());
            assert!(decoder.decode(&mut core::slice::from_ref(tail)).unwrap().is_some());
            assert_eq!((decoder.need(), decoder.pending()), (PRELUDE_BYTES, 0));
        }
        decoder.buffer.capacity()
    }

    // Six frames of 64 KiB, of which Miri would take a second each.
    #[cfg(not(miri))]
    #[test]
    fn what_was_large_is_given_back_and_nothing_else() {
        assert_eq!(held_behind(KEPT), KEPT);
        assert_eq!(held_behind(KEPT - 1), KEPT - 1);
        assert!(held_behind(KEPT + 1) < 1024);
    }

    #[test]
    fn what_is_missing_is_told() {
        let frame = encode(&[], b"text").unwrap();
        let mut decoder = Decoder::new();
        for at in 0..frame.len() {
            let due = if at < 12 { 12 - at } else { frame.len() - at };
            assert_eq!((decoder.need(), decoder.pending()), (due, at), "{at}");
            let told = decoder.decode(&mut &frame[at..=at]).unwrap().is_some();
            assert_eq!(told, at + 1 == frame.len());
        }
        assert_eq!((decoder.need(), decoder.pending()), (12, 0));
        assert_eq!(decoder.finish(), Ok(()));
        // After an error nothing is missing that would help.
        let mut decoder = Decoder::new();
        assert!(decoder.decode(&mut &[0; 12][..]).is_err());
        assert_eq!((decoder.need(), decoder.pending()), (12, 0));
        assert_eq!(decoder.finish(), Err(Truncated { pending: 0 }));
        assert_eq!(Truncated { pending: 3 }.to_string(), "the stream ended 3 bytes into a frame");
    }
}
