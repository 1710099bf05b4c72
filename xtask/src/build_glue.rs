//! Writes the factory `create(module)`, which answers the exports of a new instance as often as it is called, in place
//! of wasm-bindgen's loader module. It refuses a module or glue that does not look as expected instead of guessing.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

/// The module after wasm-bindgen, and its glue as a factory.
pub fn generate(module: &Path, unneeded: &[String]) -> Result<(Vec<u8>, String)> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).out_name("outcrop").web(true)?.typescript(false);
    bindgen
        .demangle(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .encode_into(EncodeInto::Always);
    let mut output = bindgen.generate_output().context("wasm-bindgen")?;
    ensure!(
        output.snippets().values().all(Vec::is_empty) && output.local_modules().is_empty(),
        "the glue brings JavaScript of its own"
    );
    known(output.js())?;
    let emptied = crate::build::snip::panics(output.wasm_mut())?;
    ensure!(emptied > 0, "no panic was found: the compiler's library has other names for them");
    let emptied = crate::build::snip::frees(output.wasm_mut())?;
    ensure!(emptied > 0, "what frees memory has other names in the compiler's library");
    crate::build::snip::sources(output.wasm_mut());
    alone(output.wasm_mut(), unneeded)?;
    unused(output.wasm_mut())?;
    Ok((output.wasm_mut().emit_wasm(), FACTORY.to_owned()))
}

/// Takes out the imports, which are wasm-bindgen's own and of no use to exports of text and bytes: the table of host
/// objects is not set up, and what would throw an exception traps. Any other import is an error.
fn alone(module: &mut walrus::Module, unneeded: &[String]) -> Result<()> {
    let imports: Vec<_> =
        module.imports.iter().map(|import| (import.name.clone(), import.kind.clone())).collect();
    for (import, kind) in imports {
        // wasm-bindgen ends some names with a hash of 16 digits, which changes with its version.
        let name =
            import.rsplit_once('_').filter(|(_, hash)| hash.len() == 16).map_or(&*import, |(name, _)| name);
        ensure!(
            unneeded.iter().any(|known| known == name),
            "the wasm imports {name}, and is to import nothing"
        );
        let walrus::ImportKind::Function(function) = kind else {
            bail!("the wasm imports {name}, which is no function")
        };
        module.replace_imported_func(function, |(body, _)| {
            if name.ends_with("throw") {
                body.unreachable();
            }
        })?;
    }
    Ok(())
}

/// What the factory needs of the module.
const EXPORTS: [&str; 4] = ["memory", "run", "__wbindgen_malloc", "__wbindgen_free"];
/// What wasm-bindgen's loader calls once: it sets up the table of host objects, which is not there.
const START: &str = "__wbindgen_start";

/// Takes out all other exports, with what only they need.
fn unused(module: &mut walrus::Module) -> Result<()> {
    for name in EXPORTS {
        ensure!(module.exports.iter().any(|export| export.name == name), "the wasm has no export {name}");
    }
    // An empty import was put in the place of the set-up: the start calls that, and nothing of ours.
    if let Ok(start) = module.exports.get_func(START) {
        let walrus::FunctionKind::Local(start) = &module.funcs.get(start).kind else {
            bail!("{START} is imported")
        };
        ensure!(start.block(start.entry_block()).instrs.len() <= 1, "{START} does something");
    }
    let gone: Vec<_> = module
        .exports
        .iter()
        .filter(|export| !EXPORTS.contains(&&*export.name))
        .map(|export| export.id())
        .collect();
    for export in gone {
        module.exports.delete(export);
    }
    walrus::passes::gc::run(module);
    Ok(())
}

/// How wasm-bindgen itself passes bytes to `run` and back, line by line: the factory does the same.
const KNOWN: [&str; 12] = [
    "export function run(kind, input) {",
    "const val2 = +kind;",
    "const ptr0 = passArray8ToWasm0(input, wasm.__wbindgen_malloc);",
    "const len0 = WASM_VECTOR_LEN;",
    "const ret = wasm.run(val2, ptr0, len0);",
    "var v3 = getArrayU8FromWasm0(ret[0], ret[1]).slice();",
    "wasm.__wbindgen_free(ret[0], ret[1] * 1, 1);",
    "return v3;",
    "const ptr = malloc(arg.length * 1, 1) >>> 0;",
    "getUint8ArrayMemory0().set(arg, ptr / 1);",
    "WASM_VECTOR_LEN = arg.length;",
    "return getUint8ArrayMemory0().subarray(ptr / 1, ptr / 1 + len);",
];

fn known(glue: &str) -> Result<()> {
    for line in KNOWN {
        let found = glue.lines().filter(|other| other.trim() == line).count();
        ensure!(found == 1, "wasm-bindgen's glue has the line `{line}` {found} times");
    }
    // Up to the imports, which are taken out, and the loader.
    let (exports, _) =
        glue.split_once("function __wbg_get_imports() {").context("the glue has no imports")?;
    ensure!(exports.matches("export ").count() == 1, "the wasm exports more than `run`");
    let (_, body) = exports.split_once(KNOWN[0]).context("the glue has no `run`")?;
    // The lines above and the brace.
    ensure!(body.trim().lines().count() == 8, "`run` does more than pass bytes");
    ensure!(!glue.contains("import "), "the glue imports something");
    Ok(())
}

/// Text goes in as UTF-8, with the bytes behind it; its length stands in the kind, above three bits (bindings/src/lib.rs).
/// Views of the memory are made anew, as it may have grown. A call that throws has trapped, and then the instance is not
/// called again, not even to free.
const FACTORY: &str = r#"// Written by `cargo xtask build`: every call makes an instance of its own.
export function create(module) {
  const { memory, run, __wbindgen_malloc: room, __wbindgen_free: free } = new WebAssembly.Instance(module).exports;
  const call = (kind, text, bytes) => {
    const head = new TextEncoder().encode(text);
    const size = head.length + bytes.length;
    const at = room(size, 1) >>> 0;
    const input = new Uint8Array(memory.buffer, at, size);
    input.set(head);
    input.set(bytes, head.length);
    const [from, length] = run(head.length * 8 + kind, at, size);
    const answer = new TextDecoder().decode(new Uint8Array(memory.buffer, from >>> 0, length));
    free(from, length, 1);
    return answer;
  };
  return {
    endpoint: (text) => call(0, text, []),
    sign: (text, body) => call(1, text, body),
    verdict: (text) => call(2, text, []),
    decode: (kind, bytes) => call(3 + kind, "", bytes),
    memory,
  };
}
"#;

#[cfg(test)]
mod tests {
    use super::{KNOWN, known};

    fn glue() -> String {
        let (run, rest) = KNOWN.split_at(8);
        format!(
            "{}\n}}\nfunction __wbg_get_imports() {{\n}}\n{}\nexport {{ initSync, __wbg_init as default }};",
            run.join("\n"),
            rest.join("\n")
        )
    }

    #[test]
    fn the_glue_is_known_line_by_line() {
        known(&glue()).unwrap();
        for line in KNOWN {
            assert!(known(&glue().replacen(line, "something else", 1)).is_err(), "{line}");
            assert!(known(&glue().replacen(line, &format!("{line}\n{line}"), 1)).is_err(), "{line}");
        }
        for more in ["export function other() {\n}\n", "import x from 'y';\n"] {
            assert!(known(&format!("{more}{}", glue())).is_err(), "{more}");
        }
        let inside = glue().replacen("return v3;", "sideEffect();\nreturn v3;", 1);
        assert!(known(&inside).is_err());
        assert!(known(&glue().replace("__wbg_get_imports", "other")).is_err());
    }
}
