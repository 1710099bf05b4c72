//! The wasm's allocator: everything that one call allocates stands side by side and is forgotten together when the
//! call ends, wiped. It frees nothing by itself, and so nothing may be kept from one call to the next.
//!
//! Freeing is no work, so all code that frees is left out: half a kilobyte of the compressed wasm less than a free list.

use alloc::boxed::Box;
use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Bytes of a page of WebAssembly's memory.
const PAGE_BYTES: usize = 65_536;

/// Bytes of the stack that a call may have used: a signature takes 1.6 KB. (Streams are no secret to the page, and
/// leave nothing of theirs on it.)
const STACK_BYTES: usize = 4096;

unsafe extern "C" {
    /// The linker's: where the data of the module end.
    static __heap_base: u8;
}

/// Allocates from the end of the module's data to the end of its memory, which it has grow.
///
/// An atomic number because a static must be one; there is one thread.
pub struct Arena {
    /// The first free address; 0 before the first call.
    top: AtomicUsize,
}

fn base() -> usize {
    &raw const __heap_base as usize
}

impl Arena {
    pub const fn new() -> Self {
        Self { top: AtomicUsize::new(0) }
    }

    /// Forgets everything, and makes room for an input at the beginning.
    pub fn first(&self, size: usize) -> *mut u8 {
        self.top.store(base(), Relaxed);
        // SAFETY: bytes of no alignment.
        unsafe { self.alloc(Layout::from_size_align_unchecked(size, 1)) }
    }

    /// Moves the answer to the beginning, wipes everything else (keys lay there), and forgets it.
    pub fn last(&self, answer: &[u8]) -> Box<[u8]> {
        let (to, length) = (base() as *mut u8, answer.len());
        let end = base().saturating_add(length);
        let used = self.top.swap(end, Relaxed);
        // SAFETY: the answer was allocated here, so it lies between the beginning and `used`, and so does `end`; `copy`
        // allows that both overlap. Nothing else that was allocated is used any more: this is the end of a call, and no
        // static keeps any of it.
        unsafe {
            ptr::copy(answer.as_ptr(), to, length);
            ptr::write_bytes(end as *mut u8, 0, used.saturating_sub(end));
            Box::from_raw(ptr::slice_from_raw_parts_mut(to, length))
        }
    }

    /// Wipes what the functions that were called before this one left on the stack, which grows downwards: derived keys,
    /// blocks of a hash.
    #[inline(never)]
    pub fn wipe_stack() {
        let here = 0_u8;
        let end = core::hint::black_box(&raw const here) as usize;
        let length = STACK_BYTES.min(end);
        // SAFETY: below this function's own part of the stack nothing is in use, and filling memory is one instruction.
        unsafe { ptr::write_bytes(end.saturating_sub(length) as *mut u8, 0, length) }
    }

    /// Makes the memory reach `end`, and `end` the first free address. False when there is no more memory.
    #[inline(never)]
    fn reach(&self, end: usize) -> bool {
        let missing = end.div_ceil(PAGE_BYTES).saturating_sub(memory_size(0));
        let there = missing == 0 || memory_grow(0, missing) != usize::MAX;
        if there {
            self.top.store(end, Relaxed);
        }
        there
    }
}

// SAFETY: addresses are handed out once between two calls of `last`, aligned, within the memory.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let at = self.top.load(Relaxed).max(base()).next_multiple_of(layout.align());
        if self.reach(at.saturating_add(layout.size())) { at as *mut u8 } else { ptr::null_mut() }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // What was allocated last grows where it is.
        if (old as usize).wrapping_add(layout.size()) == self.top.load(Relaxed) {
            return if self.reach((old as usize).saturating_add(size)) { old } else { ptr::null_mut() };
        }
        // SAFETY: both are of this allocator, and the new one is behind the old one.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                ptr::copy_nonoverlapping(old, new, layout.size().min(size));
            }
            new
        }
    }
}
