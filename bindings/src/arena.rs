//! The wasm's allocator: everything that one call allocates stands side by side and is forgotten together when the
//! call ends, wiped. It frees nothing by itself, and so nothing may be kept from one call to the next.
//!
//! Freeing is no work, so all code that frees is left out: half a kilobyte of the compressed wasm less than a free list.
//! The tests give it a piece of ordinary memory natively, under Miri too, which checks each of its accesses.

use alloc::boxed::Box;
use core::alloc::{GlobalAlloc, Layout};
#[cfg(target_arch = "wasm32")]
use core::arch::wasm32::{memory_grow, memory_size};
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
#[cfg(not(target_arch = "wasm32"))]
use tests::{base, memory_grow, memory_size};

/// Bytes of a page of WebAssembly's memory.
const PAGE_BYTES: usize = 65_536;

/// Bytes of the stack that a call may have used: a signature takes 1.6 KB. (Streams are no secret to the page, and
/// leave nothing of theirs on it.)
#[cfg(target_arch = "wasm32")]
const STACK_BYTES: usize = 4096;

#[cfg(target_arch = "wasm32")]
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

#[cfg(target_arch = "wasm32")]
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
    ///
    /// A pointer and no reference: what a reference shows must not change while a function has it, and an answer is
    /// written over where it overlaps its new place.
    pub fn last(&self, answer: *const [u8]) -> Box<[u8]> {
        let (to, length) = (base() as *mut u8, answer.len());
        let end = base().saturating_add(length);
        let used = self.top.swap(end, Relaxed);
        // SAFETY: the answer was allocated here, so it lies between the beginning and `used`, and so does `end`; `copy`
        // allows that both overlap. Nothing else that was allocated is used any more: this is the end of a call, and no
        // static keeps any of it.
        unsafe {
            ptr::copy(answer.cast(), to, length);
            ptr::write_bytes(end as *mut u8, 0, used.saturating_sub(end));
            Box::from_raw(ptr::slice_from_raw_parts_mut(to, length))
        }
    }

    /// Wipes what the functions that were called before this one left on the stack, which grows downwards: derived keys,
    /// blocks of a hash. No test calls it: below its own part of the stack there is nothing that Rust knows of.
    #[cfg(target_arch = "wasm32")]
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

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "of a memory of four pages")]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::mem::ManuallyDrop;

    /// Pages that a test's memory may grow to, the module's own data in front of them.
    const PAGES: usize = 4;
    /// Bytes of the data in front, to no page's end, as `__heap_base` is.
    const DATA: usize = 1040;

    thread_local! {
        /// Where the memory of this test begins, at a page's beginning, and how many pages it has now.
        static MEMORY: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
    }

    /// An arena over a memory of its own, which goes with it.
    struct Fresh(Arena, *mut u8);

    impl std::ops::Deref for Fresh {
        type Target = Arena;
        fn deref(&self) -> &Arena {
            &self.0
        }
    }

    impl Drop for Fresh {
        fn drop(&mut self) {
            // SAFETY: allocated by `fresh`, with this layout.
            unsafe { std::alloc::dealloc(self.1, whole()) };
        }
    }

    /// All pages, at a page's beginning.
    fn whole() -> Layout {
        Layout::from_size_align(PAGES * PAGE_BYTES, PAGE_BYTES).unwrap()
    }

    /// A memory of one page in a place of its own; what the host has not given yet is filled with something.
    fn fresh() -> Fresh {
        // SAFETY: of some size.
        let at = unsafe { std::alloc::alloc(whole()) };
        assert!(!at.is_null());
        // SAFETY: just allocated.
        unsafe { at.write_bytes(0xEE, PAGES * PAGE_BYTES) };
        MEMORY.set((at.expose_provenance(), 1));
        Fresh(Arena::new(), at)
    }

    pub fn base() -> usize {
        MEMORY.get().0 + DATA
    }

    pub fn memory_size(_: u32) -> usize {
        let (at, pages) = MEMORY.get();
        at / PAGE_BYTES + pages
    }

    pub fn memory_grow(_: u32, more: usize) -> usize {
        let (at, pages) = MEMORY.get();
        if more > PAGES - pages {
            return usize::MAX;
        }
        MEMORY.set((at, pages + more));
        pages
    }

    fn bytes(size: usize) -> Layout {
        Layout::from_size_align(size, 1).unwrap()
    }

    /// What lies there.
    fn read<'a>(at: *const u8, size: usize) -> &'a [u8] {
        // SAFETY: the tests ask for what was allocated and written, or lies in the memory.
        unsafe { core::slice::from_raw_parts(at, size) }
    }

    /// Whether there is nothing but these; what is all the same is compared as a whole, as Miri looks at single bytes
    /// for minutes.
    fn all(bytes: &[u8], lies: &[u8]) -> bool {
        const SIZE: usize = 256;
        lies.chunks(SIZE).all(|piece| {
            bytes.iter().any(|byte| piece == &[*byte; SIZE][..piece.len()])
                || piece.iter().all(|byte| bytes.contains(byte))
        })
    }

    fn fill(at: *mut u8, byte: u8, size: usize) {
        assert!(!at.is_null());
        // SAFETY: as long as it was allocated.
        unsafe { at.write_bytes(byte, size) }
    }

    /// The answer's bytes. It is not of the allocator that the tests have, and must not go back there.
    fn last(arena: &Arena, answer: *const [u8]) -> Vec<u8> {
        let told = ManuallyDrop::new(arena.last(answer));
        assert_eq!(told.as_ptr() as usize, base());
        told.to_vec()
    }

    #[test]
    fn the_answer_comes_first_and_all_else_is_wiped() {
        let arena = fresh();
        for (input, answer) in [(100, 10), (10, 100), (3, 3), (0, 64), (64, 0), (0, 0), (70_000, 50_000)] {
            let at = arena.first(input);
            assert_eq!(at as usize, base());
            fill(at, b'i', input);
            // SAFETY: of these sizes, and used as far as they reach.
            let (key, told) = unsafe { (arena.alloc(Layout::new::<[u64; 8]>()), arena.alloc(bytes(answer))) };
            assert_eq!(key as usize % align_of::<u64>(), 0);
            fill(key, b'k', 64);
            fill(told, b'a', answer);
            let used = told as usize + answer - base();
            assert_eq!(last(&arena, read(told, answer)), vec![b'a'; answer]);
            assert!(all(&[0], read((base() + answer) as *const u8, used - answer)));
            // In front of it and behind it nothing was touched.
            assert!(all(&[0xEE], read((base() - DATA) as *const u8, DATA)));
            let behind = base() + used.max(answer);
            let end = memory_size(0) * PAGE_BYTES;
            assert!(all(&[0, 0xEE], read(behind as *const u8, end - behind)));
            // The glue wipes the answer once it has read it.
            fill(base() as *mut u8, 0, answer);
        }
    }

    #[test]
    fn an_answer_that_overlaps_its_place_is_moved_whole() {
        let arena = fresh();
        let at = arena.first(1000);
        for place in 0..1000 {
            fill((at as usize + place) as *mut u8, place as u8, 1);
        }
        let due = read(at, 1000)[7..900].to_vec();
        assert_eq!(last(&arena, &read(at, 1000)[7..900]), due);
        assert!(read((base() + due.len()) as *const u8, 1000 - due.len()).iter().all(|byte| *byte == 0));
    }

    #[test]
    fn what_was_last_grows_where_it_is_and_the_rest_moves() {
        let arena = fresh();
        arena.first(0);
        // SAFETY: each is used within its size, and not after it was moved.
        unsafe {
            let one = arena.alloc(bytes(8));
            fill(one, 1, 8);
            let same = arena.realloc(one, bytes(8), 64);
            assert_eq!(same, one);
            fill(same, 1, 64);
            let two = arena.alloc(bytes(8));
            fill(two, 2, 8);
            assert_eq!(two as usize, one as usize + 64);
            let moved = arena.realloc(same, bytes(64), 128);
            assert_eq!(moved as usize, two as usize + 8);
            assert_eq!(read(moved, 64), [1; 64]);
            assert_eq!(read(two, 8), [2; 8]);
            // What gets smaller is copied as far as it is wanted.
            let small = arena.realloc(two, bytes(8), 4);
            assert_eq!(read(small, 4), [2; 4]);
            // Zeroed means zeroed, whatever lay there.
            assert_eq!(read(arena.alloc_zeroed(bytes(500)), 500), [0; 500]);
            arena.dealloc(moved, bytes(128));
        }
    }

    #[test]
    fn memory_grows_by_pages_until_there_is_no_more() {
        let arena = fresh();
        arena.first(0);
        // SAFETY: what is null is not used.
        unsafe {
            let room = PAGE_BYTES - DATA;
            assert!(!arena.alloc(bytes(room)).is_null());
            assert_eq!(MEMORY.get().1, 1);
            let second = arena.alloc(bytes(1));
            assert_eq!(MEMORY.get().1, 2);
            fill(second, 1, 1);
            assert!(arena.alloc(bytes(3 * PAGE_BYTES)).is_null());
            assert!(arena.alloc(bytes(isize::MAX as usize)).is_null());
            assert!(arena.realloc(second, bytes(1), 3 * PAGE_BYTES + 1).is_null());
            assert_eq!(MEMORY.get().1, 2);
            // What was refused has taken nothing.
            let third = arena.alloc(bytes(3 * PAGE_BYTES - 1));
            assert_eq!((third as usize, MEMORY.get().1), (second as usize + 1, 4));
            fill(third, 3, 3 * PAGE_BYTES - 1);
            assert!(arena.alloc(bytes(1)).is_null());
        }
        // The next call has all of it again.
        assert_eq!(arena.first(4 * PAGE_BYTES - DATA) as usize, base());
        assert!(arena.first(4 * PAGE_BYTES).is_null());
    }

    /// Allocations of any size and alignment lie side by side, none in another, for as long as a call lasts.
    #[test]
    fn no_two_overlap() {
        let mut random = 0x5EED_u32;
        let mut below = |bound: usize| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 8) as usize % bound
        };
        let arena = fresh();
        for round in 0..if cfg!(miri) { 3 } else { 200 } {
            arena.first(below(1000));
            let mut held: Vec<(*mut u8, usize, u8)> = Vec::new();
            for number in 0..100_u8 {
                let (size, align) = (below(300), 1 << below(5));
                let layout = Layout::from_size_align(size, align).unwrap();
                // SAFETY: `held` has each with its size, and no longer what was moved.
                unsafe {
                    if number % 3 == 2 {
                        let (old, size, byte) = held.swap_remove(below(held.len()));
                        let more = size + below(200);
                        let new = arena.realloc(old, bytes(size), more);
                        assert!(read(new, size).iter().all(|there| *there == byte), "{round} {number}");
                        fill(new, byte, more);
                        held.push((new, more, byte));
                    } else {
                        let at = arena.alloc(layout);
                        assert_eq!(at as usize % align, 0);
                        fill(at, number, size);
                        held.push((at, size, number));
                    }
                }
            }
            for (at, size, byte) in &held {
                assert!(read(*at, *size).iter().all(|there| there == byte), "{round} {byte}");
            }
            let (at, size, byte) = held[below(held.len())];
            assert_eq!(last(&arena, read(at, size)), vec![byte; size]);
        }
    }
}
