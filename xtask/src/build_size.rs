//! What the package weighs: raw, gzip 9 and brotli 11 bytes, and the budget. Node's zlib compresses, so that no
//! compressor has to be built; a package above the budget is an error.

use std::path::Path;

use anyhow::{Result, bail};
use serde::Deserialize;
use serde_json::json;

use crate::shell::{output, program, say};

/// The app whose weight the budget limits, which the bench weighs beside its peers' too.
const APP: &str = include_str!("../../tests/bench/size/outcrop.mjs");

const MEASURE: &str = r"
const { readFileSync } = require('node:fs');
const { gzipSync, brotliCompressSync, constants } = require('node:zlib');
console.log(JSON.stringify(process.argv.slice(1).map((file) => {
  const bytes = readFileSync(file);
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli.length };
})));";

#[derive(Deserialize)]
struct Size {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Prints the sizes and holds them to the budget (bytes, brotli).
pub fn report(bindings: &Path, budget: usize) -> Result<()> {
    let app = bindings.join("dist/app.mjs");
    let bundle = bindings.join("dist/app.bundle.mjs");
    std::fs::write(&app, APP)?;
    let bundled = super::esbuild(
        bindings,
        &json!({
            "entryPoints": ["dist/app.mjs"],
            "outfile": "dist/app.bundle.mjs",
            "bundle": true,
            "minify": true,
            "format": "esm",
            "target": "es2022",
            "conditions": ["browser"],
        }),
    );
    let sizes = bundled.and_then(|()| {
        let told = output(program("node").current_dir(bindings).args([
            "-e",
            MEASURE,
            "dist/outcrop.wasm",
            "dist/app.bundle.mjs",
        ]))?;
        Ok(serde_json::from_slice::<Vec<Size>>(&told)?)
    });
    std::fs::remove_file(app)?;
    std::fs::remove_file(&bundle).or_else(|error| if sizes.is_err() { Ok(()) } else { Err(error) })?;
    let sizes = sizes?;
    let [wasm, script] = sizes.as_slice() else { bail!("sizes of two files expected") };
    say(format!("{:<34}{:>9}{:>9}{:>9}  bytes", "", "raw", "gzip 9", "brotli 11"));
    for (name, size) in [("outcrop.wasm", wasm), ("an app's JavaScript, minified", script)] {
        say(format!("{name:<34}{:>9}{:>9}{:>9}", size.raw, size.gzip, size.brotli));
    }
    let total = wasm.brotli.saturating_add(script.brotli);
    let (raw, gzip) = (wasm.raw.saturating_add(script.raw), wasm.gzip.saturating_add(script.gzip));
    say(format!("{:<34}{raw:>9}{gzip:>9}{total:>9}  of {budget}", "together"));
    if total > budget {
        bail!(
            "the package weighs {total} bytes brotli, {} above the budget in wasm-pack.toml",
            total.saturating_sub(budget)
        );
    }
    Ok(())
}
