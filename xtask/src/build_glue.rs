//! Turns wasm-bindgen's loader module into a factory: `create(module)` answers the exports of a new instance,
//! as often as it is called. It refuses glue that does not look as expected instead of guessing.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

/// The module after wasm-bindgen, and its glue as a factory.
pub fn generate(module: &Path, imports: &[String]) -> Result<(Vec<u8>, String)> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).out_name("outcrop").web(true)?.typescript(false);
    bindgen.demangle(false).remove_name_section(true).remove_producers_section(true).encode_into(EncodeInto::Always);
    let mut output = bindgen.generate_output().context("wasm-bindgen")?;
    for import in output.wasm().imports.iter() {
        // wasm-bindgen ends some names with a hash of 16 digits, which changes with its version.
        let name = import.name.rsplit_once('_').filter(|(_, hash)| hash.len() == 16).map_or(&*import.name, |(name, _)| name);
        ensure!(imports.iter().any(|allowed| allowed == name), "the wasm imports {name}; wasm-pack.toml allows {imports:?}");
    }
    ensure!(output.snippets().values().all(Vec::is_empty) && output.local_modules().is_empty(), "the glue brings JavaScript of its own");
    let glue = factory(output.js())?;
    let emptied = crate::build::snip::panics(output.wasm_mut())?;
    ensure!(emptied > 0, "no panic was found: the compiler's library has other names for them");
    crate::build::snip::sources(output.wasm_mut());
    Ok((output.wasm_mut().emit_wasm(), glue))
}

/// Everything from here on loads and keeps the one instance of wasm-bindgen's own module.
const LOADER: &str = "let wasmModule, wasmInstance, wasm;";
/// What the loader does once it has an instance; the factory does the same.
const START: &str = "wasm.__wbindgen_start();";
/// The end of the loader, so that nothing but the loader is cut.
const END: &str = "export { initSync, __wbg_init as default };";
const FUNCTION: &str = "export function ";

fn factory(glue: &str) -> Result<String> {
    let Some((body, loader)) = glue.split_once(LOADER) else {
        bail!("wasm-bindgen's glue has no line `{LOADER}`");
    };
    ensure!(loader.trim_end().ends_with(END), "wasm-bindgen's glue does not end with `{END}`");
    ensure!(loader.matches(START).count() == 1, "wasm-bindgen's loader does not call `{START}` once");
    ensure!(loader.matches("export ").count() == 1, "wasm-bindgen's loader exports more than itself");
    ensure!(body.matches("function __wbg_get_imports()").count() == 1, "the glue has no __wbg_get_imports()");
    ensure!(!body.contains("import "), "the glue imports something");
    ensure!(!body.contains("FinalizationRegistry"), "an export answers an object: text, bytes and numbers only");
    let mut names = Vec::new();
    for part in body.split(FUNCTION).skip(1) {
        let name = part.split('(').next().unwrap_or_default();
        ensure!(!name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()), "export {name:?}");
        names.push(name);
    }
    ensure!(!names.is_empty(), "the glue exports nothing");
    ensure!(body.matches("export ").count() == names.len(), "the glue exports something that is no function");
    let body = shorter_text(&body.replace(FUNCTION, "function "))?;

    let mut text = String::from(
        "// Written by `cargo xtask build` from wasm-bindgen's glue: every call makes an instance of its own.\n",
    );
    write!(
        text,
        "export function create(module) {{\nlet wasm;\n{body}\n\
         wasm = new WebAssembly.Instance(module, __wbg_get_imports()).exports;\n{START}\n\
         return {{ {}, memory: wasm.memory }};\n}}\n",
        names.join(", ")
    )?;
    Ok(text)
}

const TEXT: &str = "function passStringToWasm0(arg, malloc, realloc) {";
const BYTES: &str = "function passArray8ToWasm0(arg, malloc) {";
const ENCODER: &str = "cachedTextEncoder = new TextEncoder()";

/// wasm-bindgen passes a text in with a way of its own for ASCII, which pays for long texts. Ours are short: encode
/// it, and pass the bytes in.
fn shorter_text(glue: &str) -> Result<String> {
    for anchor in [TEXT, BYTES, ENCODER] {
        ensure!(glue.matches(anchor).count() == 1, "the glue does not have `{anchor}` once");
    }
    let (before, rest) = glue.split_once(TEXT).context("no text passed in")?;
    // Generated functions end with a brace on a line of its own and an empty line.
    let (body, after) = rest.split_once("\n\nlet ").context("nothing follows passStringToWasm0")?;
    ensure!(body.trim_end().ends_with('}') && !body.contains("function "), "passStringToWasm0 ends elsewhere");
    Ok(format!("{before}{TEXT}\nreturn passArray8ToWasm0(cachedTextEncoder.encode(arg), malloc);\n}}\n\nlet {after}"))
}

#[cfg(test)]
mod tests {
    use super::factory;

    const GLUE: &str = "export function push(a) {\nreturn wasm.push(a);\n}\nfunction __wbg_get_imports() { return {}; }\n\
        function passArray8ToWasm0(arg, malloc) {\n}\n\nfunction passStringToWasm0(arg, malloc, realloc) {\nlong\n}\n\n\
        let cachedTextEncoder = new TextEncoder();\n\
        let wasmModule, wasmInstance, wasm;\nfunction x() { wasm.__wbindgen_start(); }\n\
        export { initSync, __wbg_init as default };";

    #[test]
    fn one_factory_no_loader() {
        let text = factory(GLUE).unwrap();
        assert!(text.contains("return { push, memory: wasm.memory };"));
        assert_eq!(text.matches("export ").count(), 1);
        assert!(!text.contains("initSync") && !text.contains("long"));
    }

    #[test]
    fn refuses_glue_it_does_not_know() {
        for anchor in [
            "let wasmModule",
            "__wbindgen_start",
            "export function",
            "__wbg_get_imports",
            "export { initSync",
            "function passStringToWasm0",
            "function passArray8ToWasm0",
            "new TextEncoder",
        ] {
            assert!(factory(&GLUE.replacen(anchor, "something else", 1)).is_err(), "{anchor}");
        }
        assert!(factory(&GLUE.replacen("return wasm", "new FinalizationRegistry(); return wasm", 1)).is_err());
    }
}
