//! The declarations that the package's entries import, themselves or through others; tsc writes one of every module,
//! and those that none of them leads to are not shipped.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Files of bindings/dist, by their path from there, that the types of package.json's entries need.
pub fn needed(bindings: &Path) -> Result<BTreeSet<String>> {
    let manifest: Value = serde_json::from_str(&fs::read_to_string(bindings.join("package.json"))?)?;
    let entries = manifest["exports"].as_object().context("no exports")?;
    let mut ahead: Vec<String> = entries
        .values()
        .filter_map(|entry| Some(entry["types"].as_str()?.trim_start_matches("./dist/").to_owned()))
        .collect();
    let mut found = BTreeSet::new();
    while let Some(file) = ahead.pop() {
        let text = fs::read_to_string(bindings.join("dist").join(&file)).with_context(|| file.clone())?;
        for imported in imports(&text) {
            let Some(next) = resolve(&file, imported) else { bail!("{file} imports {imported}") };
            ahead.extend((!found.contains(&next) && next != file).then_some(next));
        }
        found.insert(file);
    }
    Ok(found)
}

/// What a declaration file imports of this package: the texts after `from`, `import` and `import(` that begin with a dot.
fn imports(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for before in ["from \"", "import(\"", "import \""] {
        for after in text.split(before).skip(1) {
            found.extend(after.split('"').next().filter(|name| name.starts_with('.')));
        }
    }
    found
}

/// `./types/index.js`, imported by `web.d.ts`, is declared in `types/index.d.ts`.
fn resolve(from: &str, name: &str) -> Option<String> {
    let mut path: Vec<&str> = from.split('/').collect();
    path.pop();
    for part in name.strip_suffix(".js").or_else(|| name.strip_suffix(".ts"))?.split('/') {
        match part {
            "." => {}
            ".." => drop(path.pop()?),
            part => path.push(part),
        }
    }
    Some([path.join("/").as_str(), ".d.ts"].concat())
}

/// Takes the others out of bindings/dist.
pub fn prune(bindings: &Path) -> Result<()> {
    let needed = needed(bindings)?;
    let dist = bindings.join("dist");
    let mut ahead = vec![dist.clone()];
    while let Some(folder) = ahead.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.strip_prefix(&dist)?.to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                ahead.push(path);
            } else if name.ends_with(".d.ts") && !needed.contains(&name) {
                fs::remove_file(path)?;
            }
        }
    }
    Ok(())
}
