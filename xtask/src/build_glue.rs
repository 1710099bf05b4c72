//! Turns wasm-bindgen's loader module into a factory: `create(module)` answers the exports of a new instance,
//! as often as it is called. It refuses glue that does not look as expected instead of guessing.

use std::fmt::Write as _;
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
    let glue = factory(output.js())?;
    let emptied = crate::build::snip::panics(output.wasm_mut())?;
    ensure!(emptied > 0, "no panic was found: the compiler's library has other names for them");
    crate::build::snip::sources(output.wasm_mut());
    alone(output.wasm_mut(), unneeded)?;
    unused(output.wasm_mut(), &glue);
    Ok((output.wasm_mut().emit_wasm(), glue))
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

/// Takes out the exports that the glue does not name, with all that only they need.
fn unused(module: &mut walrus::Module, glue: &str) {
    let named = |name: &str| {
        let uses = glue.split("wasm.").skip(1);
        uses.filter_map(|rest| rest.strip_prefix(name))
            .any(|rest| !rest.starts_with(|c: char| c == '_' || c.is_alphanumeric()))
    };
    let gone: Vec<_> =
        module.exports.iter().filter(|export| !named(&export.name)).map(|export| export.id()).collect();
    for export in gone {
        module.exports.delete(export);
    }
    walrus::passes::gc::run(module);
}

/// Everything from here on loads and keeps the one instance of wasm-bindgen's own module.
const LOADER: &str = "let wasmModule, wasmInstance, wasm;";
/// What the loader does once it has an instance; the factory does the same.
const START: &str = "wasm.__wbindgen_start();";
/// The end of the loader, so that nothing but the loader is cut.
const END: &str = "export { initSync, __wbg_init as default };";
const FUNCTION: &str = "export function ";
/// The imports, which the module does without.
const IMPORTS: &str = "function __wbg_get_imports() {";

fn factory(glue: &str) -> Result<String> {
    let Some((body, loader)) = glue.split_once(LOADER) else {
        bail!("wasm-bindgen's glue has no line `{LOADER}`");
    };
    ensure!(loader.trim_end().ends_with(END), "wasm-bindgen's glue does not end with `{END}`");
    ensure!(loader.matches(START).count() == 1, "wasm-bindgen's loader does not call `{START}` once");
    ensure!(loader.matches("export ").count() == 1, "wasm-bindgen's loader exports more than itself");
    ensure!(!body.contains("import "), "the glue imports something");
    ensure!(
        !body.contains("FinalizationRegistry"),
        "an export answers an object: text, bytes and numbers only"
    );
    let mut names = Vec::new();
    for part in body.split(FUNCTION).skip(1) {
        let name = part.split('(').next().unwrap_or_default();
        ensure!(
            !name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()),
            "export {name:?}"
        );
        names.push(name);
    }
    ensure!(!names.is_empty(), "the glue exports nothing");
    ensure!(body.matches("export ").count() == names.len(), "the glue exports something that is no function");
    let (body, rest) = body.split_once(IMPORTS).context("the glue has no __wbg_get_imports()")?;
    // A function of its own ends with a brace and an empty line.
    let (_, rest) = rest.split_once("\n}\n\n").context("__wbg_get_imports() does not end")?;
    let body = shorter_text(&straight(&format!("{body}{rest}").replace(FUNCTION, "function "))?)?;

    let mut text = String::from(
        "// Written by `cargo xtask build` from wasm-bindgen's glue: every call makes an instance of its own.\n",
    );
    write!(
        text,
        "export function create(module) {{\nlet wasm;\n{body}\n\
         wasm = new WebAssembly.Instance(module).exports;\n{START}\n\
         return {{ {}, memory: wasm.memory }};\n}}\n",
        names.join(", ")
    )?;
    Ok(text)
}

const TEXT: &str = "function passStringToWasm0(arg, malloc, realloc) {";
const BYTES: &str = "function passArray8ToWasm0(arg, malloc) {";
const ENCODER: &str = "cachedTextEncoder = new TextEncoder()";

const DECODER: &str = "let cachedTextDecoder = new TextDecoder(";
const DECODE: &str = "function decodeText(bytes) {";

/// wasm-bindgen passes a text in with a way of its own for ASCII, which pays for long texts; ours are short: encode it,
/// and pass the bytes in. It keeps one decoder, which Safari wears out after 2 GiB; a new one a text costs 0.1 µs.
fn shorter_text(glue: &str) -> Result<String> {
    for anchor in [TEXT, BYTES, ENCODER, DECODER, DECODE] {
        ensure!(glue.matches(anchor).count() == 1, "the glue does not have `{anchor}` once");
    }
    let (before, rest) = glue.split_once(TEXT).context("no text passed in")?;
    // A function of its own ends with a brace and an empty line.
    let (body, rest) = rest.split_once("\n\nlet ").context("nothing follows passStringToWasm0")?;
    ensure!(
        body.trim_end().ends_with('}') && !body.contains("function "),
        "passStringToWasm0 ends elsewhere"
    );
    ensure!(format!("let {rest}").starts_with(DECODER), "no decoder after passStringToWasm0");
    let (decoder, after) = rest.split_once("\n\nconst ").context("nothing follows decodeText")?;
    ensure!(
        decoder.trim_end().ends_with('}') && decoder.matches("function ").count() == 1,
        "decodeText ends elsewhere"
    );
    // No room grows any more.
    let before = before.replace(", wasm.__wbindgen_realloc)", ")");
    Ok(format!(
        "{before}{TEXT}\nreturn passArray8ToWasm0(cachedTextEncoder.encode(arg), malloc);\n}}\n\n\
         {DECODE}\nreturn new TextDecoder().decode(bytes);\n}}\n\nconst {after}"
    ))
}

const ANSWER: &str = "return getStringFromWasm0(ret[0], ret[1]);";

/// Takes out the generated clean-up after exceptions: a call that throws has trapped, and then the instance is not
/// called again, not even to free. Without exceptions the calls are the same.
fn straight(glue: &str) -> Result<String> {
    let mut text = String::new();
    let mut lines = glue.lines();
    let (mut tries, mut ends) = (0, 0);
    while let Some(line) = lines.next() {
        if line == "try {" {
            tries += 1;
        } else if line == "} catch (e) {" || line == "} finally {" {
            ends += 1;
            // To the brace that closes it; what is within stands on single lines.
            for inner in lines.by_ref().take_while(|inner| *inner != "}") {
                let frees = inner.contains("wasm.__wbindgen_free(") || inner == "throw e;";
                ensure!(frees, "an exception does more than free: `{inner}`");
            }
        } else if line == ANSWER {
            text.push_str("const told = getStringFromWasm0(ret[0], ret[1]);\n");
            text.push_str("wasm.__wbindgen_free(ret[0], ret[1], 1);\nreturn told;\n");
        } else if !line.trim_start_matches("let ").starts_with("deferred") {
            text.push_str(line);
            text.push('\n');
        }
    }
    ensure!(tries == ends, "{tries} `try` and {ends} ends of one");
    ensure!(!text.contains("deferred"), "something else is deferred");
    ensure!(
        glue.matches("} finally {").count() == glue.matches(ANSWER).count(),
        "a text is answered without being freed, or something else is freed"
    );
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::factory;

    const GLUE: &str = "export function push(a) {\nlet deferred1_0;\ntry {\nconst ret = wasm.push(a);\n\
        deferred1_0 = ret[0];\nreturn getStringFromWasm0(ret[0], ret[1]);\n} finally {\n\
        wasm.__wbindgen_free(deferred1_0, 1, 1);\n}\n}\nfunction __wbg_get_imports() {\nreturn {};\n}\n\n\
        function passArray8ToWasm0(arg, malloc) {\n}\n\nfunction passStringToWasm0(arg, malloc, realloc) {\nlong\n}\n\n\
        let cachedTextDecoder = new TextDecoder();\nfunction decodeText(bytes) {\n}\n\n\
        const cachedTextEncoder = new TextEncoder();\n\
        let wasmModule, wasmInstance, wasm;\nfunction x() { wasm.__wbindgen_start(); }\n\
        export { initSync, __wbg_init as default };";

    #[test]
    fn one_factory_no_loader() {
        let text = factory(GLUE).unwrap();
        assert!(text.contains("return { push, memory: wasm.memory };"));
        assert_eq!(text.matches("export ").count(), 1);
        for gone in ["initSync", "imports", "long", "cachedTextDecoder", "try", "finally", "deferred"] {
            assert!(!text.contains(gone), "{gone}");
        }
        assert!(text.contains(
            "const told = getStringFromWasm0(ret[0], ret[1]);\nwasm.__wbindgen_free(ret[0], ret[1], 1);"
        ));
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
            "let cachedTextDecoder",
            "function decodeText",
            "try {",
            "} finally {",
            "wasm.__wbindgen_free(def",
            "return getStringFromWasm0",
        ] {
            assert!(factory(&GLUE.replacen(anchor, "something else", 1)).is_err(), "{anchor}");
        }
        assert!(factory(&GLUE.replacen("const ret", "new FinalizationRegistry(); const ret", 1)).is_err());
    }
}
