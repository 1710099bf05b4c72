//! The whole WebAssembly surface of outcrop: synchronous exports over floors 0 to 2, text and bytes only; none throws on purpose.
//!
//! Texts cross the boundary joined by NUL, which none but the last may hold: the caller sees to that. An exception out
//! of one of these calls is always a trap, and the instance must not be used again.

// Without the standard library a panic is a trap and nothing else: its messages, and the code that
// writes them, are not in the wasm.
#![cfg_attr(all(target_arch = "wasm32", not(test)), no_std)]
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::panic)]
#![allow(
    clippy::single_char_add_str,
    reason = "`String::push` would bring the whole of UTF-8's encoding into the wasm"
)]

extern crate alloc;

#[cfg(any(all(target_arch = "wasm32", not(test)), all(test, not(target_arch = "wasm32"))))]
mod arena;
#[cfg(any(all(target_arch = "wasm32", not(test)), all(test, not(target_arch = "wasm32"))))]
mod kept;
mod request;
mod stream;

use alloc::boxed::Box;
use alloc::vec::Vec;
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
/// Secret access key, the date as `x-amz-date` has it, the scope (`YYYYMMDD/region/service/aws4_request`), something if
/// `bytes` is not the body (which is hashed here) but its SHA-256 or, empty, stands for a body that is not signed; then
/// the canonical request up to its last line, the body's hash.
///
/// Answers the signature's 64 digits.
///
/// # 3: decode
/// Reads a stream's frames: `bytes` are the rest of the last call's bytes and those that have come since.
///
/// Answers a JSON array: the events, each `{"<event type>": <payload>}`, and last what to do. Of an event that is
/// `{"contentBlockDelta":{"contentBlockIndex":<number>,"delta":{"text":<text>}}}`, padded or not, only the text stands
/// there, and its number before it where it is another than the last text's. To go on, two numbers: how many bytes
/// are missing of the frame that comes next (there is no use in calling before they are there), then how many bytes
/// at the end belong to it. Or an object: `{"exception","wire","payload"}`, `{"exception","wire","text"}` or `{"error"}`.
fn answer(kind: u32, input: &[u8]) -> Vec<u8> {
    let length = usize::try_from(kind >> 3).unwrap_or(usize::MAX);
    let (text, bytes) = input.split_at_checked(length).unwrap_or_default();
    match kind & 7 {
        #[cfg(all(target_arch = "wasm32", not(test)))]
        1 => KEYS.lend(|keys| request::sign(text, bytes, keys)),
        #[cfg(not(all(target_arch = "wasm32", not(test))))]
        1 => request::sign(text, bytes, &mut outcrop::sigv4::KeyCache::new()),
        _ => stream::decode(bytes).into_bytes(),
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
    let length = ARENA.last(&raw const *answer(kind, input)).len();
    arena::Arena::wipe_stack();
    length
}

/// The same for wasm-bindgen's own glue, as `wasm-pack build bindings` makes it, which is not the package.
#[wasm_bindgen]
pub fn call(kind: u32, input: Vec<u8>) -> Box<[u8]> {
    #[cfg(all(target_arch = "wasm32", not(test)))]
    return ARENA.last(&raw const *answer(kind, &input));
    #[cfg(not(all(target_arch = "wasm32", not(test))))]
    answer(kind, &input).into()
}
