//! The whole WebAssembly surface of outcrop: synchronous exports over floors 0 to 2, text and bytes only; none throws on purpose.
//!
//! Lists of text cross the boundary joined by NUL, which no part may hold: the caller sees to that.
//! An answer that begins with `!` is an error: who can mend it, its name, its message. So an exception
//! out of one of these calls is always a trap, and the instance must not be used again.

// Without the standard library a panic is a trap and nothing else: its messages, and the code that
// writes them, are not in the wasm.
#![cfg_attr(all(target_arch = "wasm32", not(test)), no_std)]
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::panic)]
#![allow(
    clippy::single_char_add_str,
    reason = "`String::push` would bring the whole of UTF-8's encoding into the wasm"
)]

extern crate alloc;

#[cfg(all(target_arch = "wasm32", not(test)))]
mod arena;
#[cfg(all(target_arch = "wasm32", not(test)))]
mod kept;
mod request;
mod stream;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use outcrop::error::Invalid;
use outcrop::text::{Pieces, joined, pieces};
use outcrop::time::Timestamp;
use wasm_bindgen::prelude::wasm_bindgen;

#[cfg(all(target_arch = "wasm32", not(test)))]
#[global_allocator]
static ARENA: arena::Arena = arena::Arena::new();

#[cfg(all(target_arch = "wasm32", not(test)))]
static KEYS: kept::Kept = kept::Kept::new();

#[cfg(all(target_arch = "wasm32", not(test)))]
#[panic_handler]
fn trap(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Everything that the wasm does, behind one export, as each would bring its own copy of how texts and bytes are
/// passed. The glue that `cargo xtask build` writes gives the kinds their names.
///
/// # 1: sign
/// Method, then host and path as the host's URL parser tells them, the query in SigV4's canonical form (sorted,
/// encoded), region, service, access key id, secret access key, session token or nothing, time in Unix
/// milliseconds, something if it is to be signed bare, something if `bytes` is not the body (which is hashed here)
/// but its SHA-256 or, empty, stands for a body that is not signed, then name and value of each header.
///
/// Bare: the given headers and `host` are all that is signed, as they are, and doubled slashes in the path stay. It
/// is for what this does not make itself, such as a signature in the query.
///
/// Answers the headers to add, a NUL before each name and each value.
///
/// # 3: decode
/// Reads a stream's frames: `bytes` are the rest of the last call's bytes and those that have come since.
///
/// Answers a JSON array: the events, each `{"<event type>": <payload>}`, and last what to do. Of an event that is
/// `{"contentBlockDelta":{"contentBlockIndex":<number>,"delta":{"text":<text>}}}`, padded or not, only the text stands
/// there, and its number before it where it is another than the last text's. To go on, two numbers: how many bytes
/// are missing of the frame that comes next (there is no use in calling before they are there), then how many bytes
/// at the end belong to it. Or an object: `{"exception","wire","payload"}`, `{"exception","wire","text"}` or `{"error"}`.
fn answer(kind: u32, input: &[u8]) -> String {
    let length = usize::try_from(kind >> 3).unwrap_or(usize::MAX);
    let (text, bytes) = input.split_at_checked(length).unwrap_or_default();
    let text = core::str::from_utf8(text).unwrap_or_default();
    match kind & 7 {
        #[cfg(all(target_arch = "wasm32", not(test)))]
        1 => KEYS.lend(|keys| told(request::sign(text, bytes, keys))),
        #[cfg(not(all(target_arch = "wasm32", not(test))))]
        1 => told(request::sign(text, bytes, &mut outcrop::sigv4::KeyCache::new())),
        _ => stream::decode(bytes),
    }
}

/// Makes room for an input, and answers where: always at the same place.
#[cfg(all(target_arch = "wasm32", not(test)))]
#[unsafe(no_mangle)]
extern "C" fn room(size: usize) -> *mut u8 {
    ARENA.first(size)
}

/// Reads the input that was written where `room` said, writes the answer over it, and answers its length.
#[cfg(all(target_arch = "wasm32", not(test)))]
#[unsafe(no_mangle)]
extern "C" fn run(kind: u32, at: *const u8, size: usize) -> usize {
    // SAFETY: the glue made room for so many bytes there, and wrote them.
    let input = unsafe { core::slice::from_raw_parts(at, size) };
    ARENA.last(answer(kind, input).as_bytes()).len()
}

/// The same for wasm-bindgen's own glue, as `wasm-pack build bindings` makes it, which is not the package.
#[wasm_bindgen]
pub fn call(kind: u32, input: Vec<u8>) -> Box<[u8]> {
    #[cfg(all(target_arch = "wasm32", not(test)))]
    return ARENA.last(answer(kind, &input).as_bytes());
    #[cfg(not(all(target_arch = "wasm32", not(test))))]
    answer(kind, &input).into_bytes().into()
}

fn told(result: Result<String, Invalid>) -> String {
    result.unwrap_or_else(|error| {
        joined(&["!", error.who().as_str(), "\0", error.name(), "\0", error.message()])
    })
}

/// The parts of a NUL-joined text. This package's own JavaScript joins them: one that is missing is
/// empty, and refused where an empty one means nothing.
struct Parts<'a>(Pieces<'a>);

impl<'a> Parts<'a> {
    fn new(text: &'a str) -> Self {
        Self(pieces(text, 0))
    }

    #[inline(never)]
    fn next(&mut self) -> &'a str {
        self.0.next().unwrap_or_default()
    }

    /// A whole number in decimal digits; 0 if it is none.
    fn number(&mut self) -> u64 {
        decimal(self.next()).unwrap_or(0)
    }

    /// A time in Unix milliseconds.
    fn time(&mut self) -> Timestamp {
        Timestamp::EPOCH.offset(i64::try_from(self.number()).unwrap_or(i64::MAX))
    }

    /// What is left, two by two.
    fn pairs(&mut self) -> Vec<(&'a str, &'a str)> {
        let mut pairs = Vec::new();
        while let Some(name) = self.0.next() {
            pairs.push((name, self.next()));
        }
        pairs
    }
}

/// At most 18 digits, which is more than any of these numbers has. (The standard library's parser, once for
/// each width, is six times as large.)
fn decimal(text: &str) -> Option<u64> {
    let mut value = 0_u64;
    for byte in text.bytes() {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    (1..=18).contains(&text.len()).then_some(value)
}
