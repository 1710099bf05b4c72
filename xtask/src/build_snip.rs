//! Makes every panic of the wasm a bare trap: the functions that only word a panic's message lose their bodies, and
//! the names of source files are blanked.
//! Nothing else is touched: in a module without the standard library a panic is a trap anyway, and its message is
//! written for nobody.

use anyhow::{Result, ensure};
use walrus::{FunctionBuilder, FunctionKind, Module, ValType};

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

/// Empties them, and answers how many there were.
pub fn panics(module: &mut Module) -> Result<usize> {
    let found: Vec<_> = module
        .funcs
        .iter()
        .filter(|function| matches!(function.kind, FunctionKind::Local(_)))
        .filter(|function| function.name.as_deref().is_some_and(only_panics))
        .map(|function| (function.id(), function.ty()))
        .collect();
    for (id, ty) in &found {
        let (parameters, results): (Vec<ValType>, Vec<ValType>) =
            (module.types.params(*ty).to_vec(), module.types.results(*ty).to_vec());
        ensure!(results.is_empty(), "a function that never returns has a result");
        let arguments = parameters.iter().map(|kind| module.locals.add(*kind)).collect();
        let mut body = FunctionBuilder::new(&mut module.types, &parameters, &results);
        body.func_body().unreachable();
        module.funcs.get_mut(*id).kind = FunctionKind::Local(body.local_func(arguments));
    }
    walrus::passes::gc::run(module);
    Ok(found.len())
}

/// Where panics would say they happened: source files of the compiler's library, of the registry and of ours.
const SOURCES: &[&str] = &["/rustc/", "cargo/registry/", "crate/src/", "bindings/src/"];

/// What panics would say: whole texts of the compiler's library, whose only readers were emptied above.
const WORDS: &[&str] = &[
    "slice index starts at ",
    " but ends at ",
    "range start index ",
    "range end index ",
    " out of range for slice of length ",
    "memory allocation of ",
    " bytes failed",
    "copy_from_slice: source slice length (",
    ") does not match destination slice length (",
    "insertion index (is ",
    ") should be <= len (is ",
    "Tried to shrink to a larger capacity",
    "attempt to join into collection with len > usize::MAX",
    "attempt to divide by zero",
    "capacity overflow",
    "mid > len",
];

/// Blanks those names and texts in the module's data, as nothing reads them. Answers the number of bytes.
pub fn sources(module: &mut Module) -> usize {
    let segments: Vec<_> = module.data.iter().map(|segment| segment.id()).collect();
    segments
        .into_iter()
        .map(|id| {
            let data = &mut module.data.get_mut(id).value;
            let mut blanked = blank(data);
            for words in WORDS {
                while let Some(at) = data.windows(words.len()).position(|window| window == words.as_bytes()) {
                    data.iter_mut().skip(at).take(words.len()).for_each(|byte| *byte = 0);
                    blanked += words.len();
                }
            }
            blanked
        })
        .sum()
}

fn blank(data: &mut [u8]) -> usize {
    let mut blanked = 0;
    let mut at = 0;
    while let Some(rest) = data.get_mut(at..).filter(|rest| !rest.is_empty()) {
        let name = SOURCES.iter().any(|source| rest.starts_with(source.as_bytes())).then(|| {
            let path =
                rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(byte)).count();
            // Names stand side by side without a mark between them: this one ends with its first `.rs`.
            rest.get(..path).and_then(|path| path.windows(3).position(|end| end == b".rs"))
        });
        match name.flatten() {
            Some(stem) => {
                let length = stem + 3;
                rest.iter_mut().take(length).for_each(|byte| *byte = 0);
                blanked += length;
                at += length;
            }
            None => at += 1,
        }
    }
    blanked
}

/// By its mangled name.
fn only_panics(mangled: &str) -> bool {
    let name = format!("{:#}", rustc_demangle::demangle(mangled));
    FAMILIES.iter().any(|family| name.starts_with(family)) || SINGLE.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::{blank, only_panics};

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
        assert_eq!(blank(&mut data), 47);
        let mut wanted = *b"text/rustc/0a/library/core/src/str.rscrate/src/a.rs\0crate/src/b and text";
        wanted[4..51].fill(0);
        assert_eq!(data, wanted);
    }
}
