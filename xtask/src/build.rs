//! `cargo xtask build`: the npm package, from Rust and TypeScript to bindings/dist. It refuses a module
//! that needs an import, and a package above the budget in wasm-pack.toml.

#[path = "build_declarations.rs"]
pub mod declarations;
#[path = "build_glue.rs"]
mod glue;
#[path = "build_size.rs"]
mod size;
#[path = "build_snip.rs"]
pub mod snip;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::json;

use crate::shell::{output, program, root, run as run_program, say};
use crate::tools;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// What can be asked of the build.
#[derive(clap::Args)]
pub struct Options {}

/// wasm-pack.toml.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    wasm: Wasm,
    entries: Entries,
    budget: Budget,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Wasm {
    wasm_opt: Vec<String>,
    unneeded_imports: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entries {
    files: Vec<String>,
    target: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Budget {
    app_brotli: usize,
}

/// Builds the package.
pub fn run(_options: &Options) -> Result<()> {
    let text = fs::read_to_string(root().join("wasm-pack.toml")).context("wasm-pack.toml")?;
    let settings: Settings = toml::from_str(&text).context("wasm-pack.toml")?;
    let bindings = root().join("bindings");
    let dist = bindings.join("dist");

    tools::rust_target(TARGET, "the npm package is WebAssembly")?;
    tools::npm_ci(&bindings, "binaryen (wasm-opt), esbuild (bundles) and typescript (declarations)")?;

    let module = compile()?;
    let (wasm, glue) = glue::generate(&module, &settings.wasm.unneeded_imports)?;
    fs::write(bindings.join("js/glue.js"), glue).context("bindings/js/glue.js")?;

    if dist.exists() {
        fs::remove_dir_all(&dist).context("bindings/dist")?;
    }
    fs::create_dir_all(&dist)?;
    optimise(&bindings, &wasm, &settings.wasm.wasm_opt)?;
    scripts(&bindings, &settings.entries)?;
    // npm packs only what lies in the package's own folder.
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
        fs::copy(root().join(file), bindings.join(file)).context(file)?;
    }
    size::report(&bindings, settings.budget.app_brotli)
}

/// Compiles the wasm and answers the file's path as cargo tells it.
fn compile() -> Result<PathBuf> {
    // Panic messages name source files; without this they would name this machine's folders.
    let home =
        std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")));
    let mut flags = vec![format!("--remap-path-prefix={}=", root().display())];
    if let Ok(home) = home {
        flags.push(format!("--remap-path-prefix={home}=cargo"));
    }
    // 64 KiB instead of 1 MiB: nothing here recurses deeper than a number has digits, and the largest thing that
    // passes over the stack has 16 KiB (the CRC's tables). Small addresses are shorter in the code. The stack lies
    // below all else, so one that overflows traps.
    flags.extend(["-C".to_owned(), "link-arg=-zstack-size=65536".to_owned()]);
    let flags = format!("target.{TARGET}.rustflags={}", serde_json::to_string(&flags)?);
    say("compiling the wasm");
    let messages =
        output(program("cargo").args(["build", "--quiet", "--locked", "-p", "outcrop-bindings"]).args([
            "--profile",
            "wasm",
            "--target",
            TARGET,
            "--message-format",
            "json-render-diagnostics",
            "--config",
            &flags,
        ]))?;
    for line in messages.split(|byte| *byte == b'\n') {
        let Ok(message) = serde_json::from_slice::<serde_json::Value>(line) else { continue };
        if message["reason"] == "compiler-artifact" && message["target"]["name"] == "outcrop_bindings" {
            let files = message["filenames"].as_array().map(Vec::as_slice).unwrap_or_default();
            let file = files.iter().filter_map(|file| file.as_str()).find(|file| file.ends_with(".wasm"));
            if let Some(file) = file {
                return Ok(PathBuf::from(file));
            }
        }
    }
    bail!("cargo named no .wasm file for outcrop-bindings");
}

/// wasm-opt, into bindings/dist/outcrop.wasm.
fn optimise(bindings: &Path, wasm: &[u8], flags: &[String]) -> Result<()> {
    let raw = bindings.join("dist/unoptimised.wasm");
    fs::write(&raw, wasm)?;
    let script = bindings.join("node_modules/binaryen/bin/wasm-opt");
    run_program(
        program("node")
            .arg(script)
            .arg(&raw)
            .args(flags)
            .arg("-o")
            .arg("dist/outcrop.wasm")
            .current_dir(bindings),
    )?;
    fs::remove_file(raw)?;
    Ok(())
}

/// JavaScript by esbuild, declarations by tsc.
fn scripts(bindings: &Path, entries: &Entries) -> Result<()> {
    let files: Vec<String> = entries.files.iter().map(|file| format!("js/{file}.ts")).collect();
    for file in &files {
        ensure!(bindings.join(file).exists(), "wasm-pack.toml lists bindings/{file}, which is not there");
    }
    say("bundling the JavaScript");
    esbuild(
        bindings,
        &json!({
            "entryPoints": files,
            "outdir": "dist",
            "bundle": true,
            "minify": true,
            "format": "esm",
            "target": entries.target,
            // One copy of the classes, whichever entry is used; an entry that makes clients takes the package by its
            // name, so that the host's own entry is found; node: modules are the runtime's.
            "external": ["outcrop", "./core.js", "./outcrop.wasm", "./outcrop.wasm?module", "node:*"],
            // inline.ts: the module as text, decoded when it is first needed.
            "alias": { "outcrop-wasm-base64": "./dist/outcrop.wasm" },
            "loader": { ".wasm": "base64" },
            // Names that only this package's own files use.
            "mangleProps": "^_[a-z]",
        }),
    )?;
    let tsc = bindings.join("node_modules/typescript/bin/tsc");
    run_program(program("node").arg(tsc).args(["-p", "js"]).current_dir(bindings))?;
    declarations::prune(bindings)
}

/// Through its API: its command is a script on some systems and a program on others.
fn esbuild(bindings: &Path, options: &serde_json::Value) -> Result<()> {
    const BUILD: &str = "const options = JSON.parse(process.argv[1]);
        const build = (more) => require('esbuild').buildSync({ logLevel: 'warning', ...options, ...more });
        const { mangleProps, entryPoints: [core, ...others] } = options;
        try {
          if (mangleProps) {
            // Each entry is linked by itself: names are the same in all only if they are given those of the first.
            const names = { mangleProps: new RegExp(mangleProps) };
            const { mangleCache } = build({ ...names, entryPoints: [core], mangleCache: {} });
            build({ ...names, entryPoints: others, mangleCache });
          } else build();
        } catch { process.exit(1) }";
    let status = program("node").current_dir(bindings).args(["-e", BUILD, &options.to_string()]).status();
    ensure!(status.context("node")?.success(), "esbuild failed");
    Ok(())
}
