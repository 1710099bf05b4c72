//! Makes every panic of the wasm a bare trap: the functions that only word a panic's message lose their bodies, and
//! the names of source files are blanked.
//! What frees memory is emptied too. Nothing else is touched: in a module without the standard library a panic is a trap anyway, and its message is
//! written for nobody.

use anyhow::{Result, ensure};
use walrus::ir::Value;
use walrus::{ConstExpr, DataKind, FunctionBuilder, FunctionKind, Module, ValType};

/// Paths (without hashes) of functions that never return: the beginnings of whole families, and single ones.
/// What the compiler's library calls them changes; what is missed only makes the wasm larger.
const FAMILIES: &[&str] =
    &["core::panicking::", "core::option::unwrap_failed", "core::option::expect_failed"];
const SINGLE: &[&str] = &[
    "core::str::slice_error_fail",
    "core::str::slice_error_fail_rt",
    "core::result::unwrap_failed",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "alloc::alloc::handle_alloc_error",
    "core::slice::index::slice_index_fail",
    "core::slice::index::slice_start_index_len_fail",
    "core::slice::index::slice_end_index_len_fail",
    "core::slice::index::slice_index_order_fail",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
];

/// What frees memory, which does nothing in a module whose allocator is an arena (bindings/src/arena.rs): the compiler
/// sees that too late to drop the code that leads there.
const FREES: &[&str] = &[
    "<alloc::raw_vec::RawVecInner>::deallocate",
    "alloc::raw_vec::RawVecInner<A>::deallocate",
    "<alloc::alloc::Global as core::alloc::Allocator>::deallocate",
];

/// Makes every panic a trap, and answers how many functions there were.
pub fn panics(module: &mut Module) -> Result<usize> {
    empty(module, only_panics, true)
}

/// Empties what frees memory, and answers how many functions there were.
pub fn frees(module: &mut Module) -> Result<usize> {
    empty(module, |mangled| FREES.contains(&&*plain(mangled)), false)
}

/// Empties functions by their mangled names; what is called then traps or does nothing.
fn empty(module: &mut Module, which: impl Fn(&str) -> bool, traps: bool) -> Result<usize> {
    let found: Vec<_> = module
        .funcs
        .iter()
        .filter(|function| matches!(function.kind, FunctionKind::Local(_)))
        .filter(|function| function.name.as_deref().is_some_and(&which))
        .map(|function| (function.id(), function.ty()))
        .collect();
    for (id, ty) in &found {
        let (parameters, results): (Vec<ValType>, Vec<ValType>) =
            (module.types.params(*ty).to_vec(), module.types.results(*ty).to_vec());
        ensure!(results.is_empty(), "a function without a result has one");
        let arguments = parameters.iter().map(|kind| module.locals.add(*kind)).collect();
        let mut body = FunctionBuilder::new(&mut module.types, &parameters, &results);
        if traps {
            body.func_body().unreachable();
        }
        module.funcs.get_mut(*id).kind = FunctionKind::Local(body.local_func(arguments));
    }
    walrus::passes::gc::run(module);
    Ok(found.len())
}

/// Where panics would say they happened: source files of the compiler's library, of the registry and of ours.
const SOURCES: &[&str] = &["/rustc/", "cargo/registry/", "crate/src/", "bindings/src/"];

/// What panics would say: whole texts of the compiler's library, whose only readers were emptied above. A byte of a
/// text's length stands before it, and 0xC0 where an argument would come.
const WORDS: &[&[u8]] = &[
    b"\x16slice index starts at \xC0\x0D but ends at \xC0",
    b"\x12range start index \xC0\" out of range for slice of length \xC0",
    b"\x10range end index \xC0\" out of range for slice of length \xC0",
    b"\x15memory allocation of \xC0\x0D bytes failed",
    b"&copy_from_slice: source slice length (\xC0+) does not match destination slice length (\xC0\x01)",
    b"\x14insertion index (is \xC0\x17) should be <= len (is \xC0\x01)",
    b"Tried to shrink to a larger capacity",
    b"attempt to join into collection with len > usize::MAX",
    b"attempt to divide by zero",
    b"capacity overflow",
    b"mid > len",
    b"assertion failed: self.is_char_boundary(new_len)",
];

/// The decimal digits of 0 to 99, with which the compiler's library writes numbers: for panics' messages alone, in a
/// module that has no function of that.
const DIGITS: (&str, &str) = ("core::fmt::num::", "0001020304050607080910111213");

/// Blanks those names and texts in the module's data, as nothing reads them, and the places (name, line, column) that
/// are made of the names.
pub fn sources(module: &mut Module) {
    let names_left = |path: &str| {
        let mut names = module.funcs.iter().filter_map(|function| function.name.as_deref());
        names.any(|name| format!("{:#}", rustc_demangle::demangle(name)).contains(path))
    };
    let digits = if names_left(DIGITS.0) { None } else { Some(DIGITS.1.as_bytes()) };
    let segments: Vec<_> = module.data.iter().map(|segment| segment.id()).collect();
    let mut names = Vec::new();
    for id in &segments {
        let segment = module.data.get_mut(*id);
        let DataKind::Active { offset: ConstExpr::Value(Value::I32(at)), .. } = segment.kind else {
            continue;
        };
        let at = at.cast_unsigned();
        for (from, length) in blank(&mut segment.value) {
            names.push([at.wrapping_add(from as u32).to_le_bytes(), (length as u32).to_le_bytes()].concat());
        }
        for words in WORDS {
            while let Some(from) = find(&segment.value, words) {
                segment.value[from..from + words.len()].fill(0);
            }
        }
        // Two bytes for each of 100 numbers.
        if let Some(from) = digits.and_then(|digits| find(&segment.value, digits)) {
            segment.value.iter_mut().skip(from).take(200).for_each(|byte| *byte = 0);
        }
    }
    for id in segments {
        places(&mut module.data.get_mut(id).value, &names);
    }
}

fn find(data: &[u8], wanted: &[u8]) -> Option<usize> {
    data.windows(wanted.len()).position(|window| window == wanted)
}

/// Blanks the places: a name's address and length, a line, a column, each of four bytes.
fn places(data: &mut [u8], names: &[Vec<u8>]) {
    let mut at = 0;
    while let Some(place) = data.get_mut(at..at + 16) {
        if names.iter().any(|name| place.starts_with(name)) {
            place.fill(0);
        }
        at += 1;
    }
}

/// Blanks the names, and answers where they stood and how long they were.
fn blank(data: &mut [u8]) -> Vec<(usize, usize)> {
    let mut blanked = Vec::new();
    let mut at = 0;
    while let Some(rest) = data.get_mut(at..).filter(|rest| !rest.is_empty()) {
        let name = SOURCES.iter().any(|source| rest.starts_with(source.as_bytes())).then(|| {
            let path =
                rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(byte)).count();
            // Names stand side by side without a mark between them: this one ends with its first `.rs`.
            rest.get(..path).and_then(|path| find(path, b".rs"))
        });
        match name.flatten() {
            Some(stem) => {
                let length = stem + 3;
                rest.iter_mut().take(length).for_each(|byte| *byte = 0);
                blanked.push((at, length));
                at += length;
            }
            None => at += 1,
        }
    }
    blanked
}

/// A mangled name as a path without a hash.
fn plain(mangled: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(mangled))
}

fn only_panics(mangled: &str) -> bool {
    let name = plain(mangled);
    FAMILIES.iter().any(|family| name.starts_with(family)) || SINGLE.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::{FREES, blank, only_panics, places, plain};

    #[test]
    fn what_frees_and_nothing_else() {
        let named = |mangled: &str| FREES.contains(&&*plain(mangled));
        assert!(named("_ZN5alloc7raw_vec20RawVecInner$LT$A$GT$10deallocate17h0123456789abcdefE"));
        assert!(!named("_ZN5alloc7raw_vec20RawVecInner$LT$A$GT$14current_memory17h0123456789abcdefE"));
    }

    #[test]
    fn panics_and_nothing_else() {
        assert!(only_panics("_ZN4core9panicking9panic_fmt17h0123456789abcdefE"));
        assert!(only_panics("_ZN4core3str16slice_error_fail17h0123456789abcdefE"));
        assert!(!only_panics("_ZN4core3str5count14do_count_chars17h0123456789abcdefE"));
        assert!(!only_panics("_ZN7outcrop5sigv44sign4sign17h0123456789abcdefE"));
    }

    #[test]
    fn source_names_and_nothing_else() {
        let mut data = *b"text/rustc/0a/library/core/src/str.rscrate/src/a.rs\0crate/src/b and text";
        assert_eq!(blank(&mut data), [(4, 33), (37, 14)]);
        let mut wanted = *b"text/rustc/0a/library/core/src/str.rscrate/src/a.rs\0crate/src/b and text";
        wanted[4..51].fill(0);
        assert_eq!(data, wanted);
    }

    #[test]
    fn places_and_nothing_else() {
        let place = |name: u32, length: u32| [name, length, 7, 9].map(u32::to_le_bytes).concat();
        let mut data = [place(1000, 34), place(1000, 33), place(1034, 14), place(1001, 34)].concat();
        let mut wanted = data.clone();
        wanted[..16].fill(0);
        wanted[32..48].fill(0);
        places(&mut data, &[place(1000, 34)[..8].to_vec(), place(1034, 14)[..8].to_vec()]);
        assert_eq!(data, wanted);
    }
}
