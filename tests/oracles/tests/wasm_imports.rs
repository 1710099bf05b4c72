//! What the npm package's wasm takes from its host and gives to it: no Promise, no Closure, no future, no clock.
//!
//! The module is OUTCROP_WASM, or else bindings/dist/outcrop.wasm; `cargo xtask build` makes it. Without either
//! this test fails: it does not skip.

use std::path::{Path, PathBuf};
use wasmparser::{ExternalKind, Parser, Payload, TypeRef};

/// All that the module may import, without the digits that wasm-bindgen hangs on: the setup of the table of
/// host references, done once at the start, and the way to throw. Both return before anything else happens.
const IMPORTS: [&str; 2] = ["__wbindgen_init_externref_table", "__wbg___wbindgen_throw"];

/// What wasm-bindgen's glue needs to call the surface with texts and bytes.
const GLUE: [&str; 9] = [
    "memory",
    // The same surface, for wasm-bindgen's own glue: not in the package.
    "call",
    "__abort_handler",
    "__instance_terminated",
    "__wbindgen_externrefs",
    "__wbindgen_free",
    "__wbindgen_malloc",
    "__wbindgen_realloc",
    "__wbindgen_start",
];

/// The functions that the bindings' source exports, and whether each is plain: none is async.
fn exported_by_the_source() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bindings/src/lib.rs");
    let source = std::fs::read_to_string(&file).expect("the bindings' source");
    let names = source.split("\n#[unsafe(no_mangle)").skip(1).map(|after| {
        let line = after.lines().nth(1).unwrap_or_default();
        let name = line.strip_prefix("extern \"C\" fn ").and_then(|rest| rest.split_once('('));
        name.unwrap_or_else(|| panic!("not a plain function: {line}")).0.to_owned()
    });
    names.collect()
}

fn module() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    match std::env::var_os("OUTCROP_WASM") {
        Some(path) => root.join(path),
        None => root.join("bindings/dist/outcrop.wasm"),
    }
}

/// A name, and what it is the name of.
type Named = (String, &'static str);

/// A name without the `_` and 16 hexadecimal digits at its end.
fn without_digits(name: &str) -> &str {
    match name.rsplit_once('_') {
        Some((name, digits)) if digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_hexdigit()) => name,
        _ => name,
    }
}

/// Names of imports and exports, each with what it is.
fn surface(wasm: &[u8]) -> (Vec<Named>, Vec<Named>) {
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.expect("a wasm module") {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.expect("an import");
                    let kind = match import.ty {
                        TypeRef::Func(_) => "function",
                        _ => "not a function",
                    };
                    imports.push((without_digits(import.name).to_owned(), kind));
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export.expect("an export");
                    let kind = match export.kind {
                        ExternalKind::Func => "function",
                        ExternalKind::Memory => "memory",
                        ExternalKind::Table => "table",
                        ExternalKind::Global => "global",
                        _ => "something else",
                    };
                    exports.push((export.name.to_owned(), kind));
                }
            }
            _ => {}
        }
    }
    (imports, exports)
}

/// A module with a promise among its imports and a closure among its exports.
#[test]
fn the_check_can_fail() {
    let text = |name: &str| [&[name.len() as u8], name.as_bytes()].concat();
    let section = |id: u8, body: Vec<u8>| [&[id, body.len() as u8], body.as_slice()].concat();
    let wasm = [
        b"\0asm\x01\0\0\0".to_vec(),
        section(1, vec![1, 0x60, 0, 0]),
        section(2, [vec![1], text("./x.js"), text("__wbg_then_0123456789abcdef"), vec![0, 0]].concat()),
        section(7, [vec![1], text("wasm_bindgen__convert__closures_invoke"), vec![0, 0]].concat()),
    ]
    .concat();
    let (imports, exports) = surface(&wasm);
    assert_eq!(imports, [("__wbg_then".to_owned(), "function")]);
    assert!(!IMPORTS.contains(&imports[0].0.as_str()));
    assert!(!GLUE.contains(&exports[0].0.as_str()));
    assert!(!exported_by_the_source().contains(&exports[0].0));
}

#[test]
fn the_module_imports_nothing_that_waits() {
    let path = module();
    let wasm = std::fs::read(&path).unwrap_or_else(|error| {
        panic!("{}: {error}: `cargo xtask build` makes it, or OUTCROP_WASM names another", path.display())
    });
    let (imports, exports) = surface(&wasm);
    for (name, kind) in &imports {
        assert!(IMPORTS.contains(&name.as_str()) && *kind == "function", "imports {kind} {name}");
    }
    let surface = exported_by_the_source();
    for (name, kind) in &exports {
        let known = surface.contains(name) || GLUE.contains(&name.as_str());
        assert!(known, "exports {kind} {name}, which is neither glue nor in bindings/src/lib.rs");
    }
    for name in &surface {
        let there = exports.iter().any(|(export, kind)| export == name && *kind == "function");
        assert!(there, "does not export {name}: was it built from these sources?");
    }
    println!("wasm: {} bytes, {} imports, {} exports", wasm.len(), imports.len(), exports.len());
}
