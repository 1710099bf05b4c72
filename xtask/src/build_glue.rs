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
const EXPORTS: [&str; 3] = ["memory", "room", "run"];
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

/// Text goes in as UTF-8 (at most three bytes for each of its units), with the bytes behind it; its length stands in the kind, above three bits (bindings/src/lib.rs).
/// The answer
/// stands where the input stood, and may hold a session token: it is wiped. The view of the memory is made anew when it
/// has grown, as the old one is empty then. A call that throws has trapped, and then the instance is not called again.
const FACTORY: &str = r#"// Written by `cargo xtask build`: every call makes an instance of its own.
export function create(module) {
  const { memory, room, run } = new WebAssembly.Instance(module).exports;
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let view = [];
  const bytes = () => (view.length ? view : (view = new Uint8Array(memory.buffer)));
  const call = (kind, text, pieces) => {
    let most = text.length * 3;
    for (const piece of pieces) most += piece.length;
    const at = room(most);
    const input = bytes().subarray(at, at + most);
    let end = text ? encoder.encodeInto(text, input).written : 0;
    kind += end * 8;
    for (const piece of pieces) {
      input.set(piece, end);
      end += piece.length;
    }
    const length = run(kind, at, end);
    const output = bytes().subarray(at, at + length);
    const answer = decoder.decode(output);
    output.fill(0);
    return answer;
  };
  return {
    sign: (text, body) => call(1, text, [body]),
    decode: (pieces) => call(3, "", pieces),
    memory,
  };
}
"#;
