//! The floors: a file uses only what lies below it, and below the transport nothing waits, tells the time or throws dice.
//! It reads source text, not the compiler's mind: what a macro of another crate expands to is not seen.

use std::fs;
use std::path::{Path, PathBuf};

/// Every module of the crate and its floor. On floor 0 a module may use those that stand before it; on
/// every other floor only lower floors. A new module needs a line here.
const FLOORS: [(&str, u8); 31] = [
    // Values that cannot hold something bad.
    ("text", 0),
    ("error", 0),
    ("bytes", 0),
    ("json", 0),
    ("region", 0),
    ("service", 0),
    ("url", 0),
    ("time", 0),
    ("secret", 0),
    // Pure functions.
    ("sigv4", 1),
    ("event_stream", 1),
    ("decide", 1),
    // Data in, bytes out; bytes in, data out.
    ("operation", 2),
    ("endpoint", 2),
    ("failure", 2),
    ("types", 2),
    ("models", 2),
    ("catalog", 2),
    ("identity", 2),
    // The only door to the network, the clock and randomness.
    ("transport", 3),
    // What signs, what paces, who is told.
    ("signer", 4),
    ("flow", 4),
    ("observe", 4),
    // The loop.
    ("call", 5),
    // Where credentials come from: through the loop, unsigned. An answer's events.
    ("credentials", 6),
    ("stream", 6),
    ("client", 7),
    // Above the client: shapes for its answers, and bridges to AWS's crates.
    ("typed", 8),
    ("aws", 8),
    // Chapters, without code.
    ("manual", 8),
    ("lib", 9),
];

/// Which module of a floor above the ground stands on which other one of the same floor.
const STANDS_ON: [(&str, &str); 2] = [("models", "types"), ("catalog", "models")];

/// The last floor that is pure.
const PURE: u8 = 2;

/// What no file below the transport may name, and why.
const IMPURE: [(&str, &str); 9] = [
    ("async", "it would wait"),
    ("await", "it would wait"),
    ("SystemTime", "a clock"),
    ("Instant", "a clock"),
    ("sleep", "it would wait"),
    ("getrandom", "randomness"),
    ("rand", "randomness"),
    ("RandomState", "randomness"),
    ("target_arch", "it would differ from one target to another"),
];

/// Files that may name the target all the same: they choose between two ways to one and the same result, the processor's
/// own instructions natively and what is small on wasm32, and unit tests hold the one way against the other.
const NAMES_THE_TARGET: [&str; 4] = ["event_stream/mod.rs", "sigv4/hash.rs", "sigv4/key.rs", "sigv4/mod.rs"];

/// What the bindings may not name besides: their exports are synchronous.
const ASYNC_BINDINGS: [&str; 5] = ["Promise", "Closure", "Future", "wasm_bindgen_futures", "spawn_local"];

fn floor(module: &str) -> Option<(usize, u8)> {
    FLOORS.iter().position(|(name, _)| *name == module).map(|index| (index, FLOORS[index].1))
}

/// The source without comments, without the contents of texts, and without its tests (a module at the end).
fn code(source: &str) -> String {
    let source = source.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let mut out = String::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
        } else if let Some(hashes) = raw_string(rest) {
            let end = format!("\"{}", "#".repeat(hashes));
            let body = &rest[hashes + 2..];
            rest = body.find(&end).map_or("", |at| &body[at + end.len()..]);
            out.push_str("\"\"");
        } else if first == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let closes = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                closes
            });
            rest = end.map_or("", |end| &rest[end + 2..]);
            out.push_str("\"\"");
        } else if let Some(quote) = ["'\"'", "'\\\"'", "'\\''"].iter().find(|quote| rest.starts_with(**quote))
        {
            rest = &rest[quote.len()..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// The number of `#` when a raw text begins here.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where `word` stands in `text` as a word of its own.
fn words<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        !text[..at].chars().next_back().is_some_and(is_word)
            && !text[at + word.len()..].chars().next().is_some_and(is_word)
    })
}

/// The first names behind `prefix::`, groups in braces taken apart. `*` and the bare prefix come as they are.
fn names_behind(code: &str, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for at in words(code, prefix) {
        let rest = code[at + prefix.len()..].trim_start();
        let Some(rest) = rest.strip_prefix("::") else {
            // `use crate as x`, and nothing else, makes another name of it; `pub(crate)` is no use.
            if rest.starts_with("as ") {
                found.push("as".to_owned());
            }
            continue;
        };
        first_names(rest.trim_start(), &mut found);
    }
    found
}

fn first_names(path: &str, found: &mut Vec<String>) {
    let Some(group) = path.strip_prefix('{') else {
        let name: String = path.chars().take_while(|c| is_word(*c)).collect();
        found.push(if name.is_empty() { path.chars().take(1).collect() } else { name });
        return;
    };
    let mut depth = 0_usize;
    let mut part = String::new();
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => first_names(std::mem::take(&mut part).trim(), found),
            _ => {
                depth = if c == '{' {
                    depth + 1
                } else if c == '}' {
                    depth - 1
                } else {
                    depth
                };
                part.push(c);
            }
        }
    }
    if !part.trim().is_empty() {
        first_names(part.trim(), found);
    }
}

/// What is wrong with one file of the crate. `path` is that below `src`, such as `sigv4/sign.rs`.
fn check(path: &str, source: &str) -> Vec<String> {
    let parts: Vec<&str> = path.trim_end_matches(".rs").split('/').filter(|part| *part != "mod").collect();
    let module = parts.first().copied().unwrap_or_default();
    let Some((place, own)) = floor(module) else {
        return vec![format!("{path}: the module {module} has no floor: give it one in tests/floors.rs")];
    };
    let code = code(source);
    let mut wrong = Vec::new();
    // As many `super` as this file is deep lead to the root, like `crate`.
    let to_root = vec!["super"; parts.len()].join("::");
    let used = names_behind(&code, "crate").into_iter().chain(names_behind(&code, &to_root));
    for name in used.filter(|name| name != module && module != "lib") {
        match floor(&name) {
            None => wrong.push(format!("{path}: uses crate::{name}, which has no floor")),
            Some((other, below)) if below < own || (own == 0 && below == 0 && other < place) => {}
            Some(_) if STANDS_ON.contains(&(module, name.as_str())) => {}
            Some((_, other)) => wrong.push(format!("{path} (floor {own}) uses {name} (floor {other})")),
        }
    }
    if own <= PURE {
        for (word, why) in IMPURE {
            let may = word == "target_arch" && NAMES_THE_TARGET.contains(&path);
            if !may && words(&code, word).next().is_some() {
                wrong.push(format!("{path} (floor {own}) names {word}: {why}"));
            }
        }
    }
    wrong
}

/// What is wrong with one file of the bindings.
fn check_bindings(path: &str, source: &str) -> Vec<String> {
    let code = code(source);
    let mut wrong = Vec::new();
    for name in names_behind(&code, "outcrop") {
        match floor(&name) {
            Some((_, floor)) if floor <= PURE => {}
            _ => wrong.push(format!(
                "bindings/src/{path}: uses outcrop::{name}, which is not on floors 0 to {PURE}"
            )),
        }
    }
    for word in
        IMPURE.iter().map(|(word, _)| *word).filter(|word| *word != "target_arch").chain(ASYNC_BINDINGS)
    {
        if words(&code, word).next().is_some() {
            wrong.push(format!("bindings/src/{path}: names {word}"));
        }
    }
    wrong
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Path below the folder, and text.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    files(folder, &mut found);
    found
        .into_iter()
        .map(|path| {
            let below = path.strip_prefix(folder).expect("below").to_string_lossy().replace('\\', "/");
            let text =
                fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (below, text)
        })
        .collect()
}

#[test]
fn every_file_uses_only_what_lies_below_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let list = sources(&src);
    let mut wrong: Vec<String> = list.iter().flat_map(|(path, text)| check(path, text)).collect();
    for (module, _) in FLOORS {
        let there =
            src.join(module).with_extension("rs").exists() || src.join(module).join("mod.rs").exists();
        if !there {
            wrong.push(format!("the table has the module {module}, the crate has not"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("floors: {} files of crate/src", list.len());
}

#[test]
fn the_bindings_use_only_the_pure_floors() {
    let list = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../bindings/src"));
    let wrong: Vec<String> = list.iter().flat_map(|(path, text)| check_bindings(path, text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("floors: {} files of bindings/src", list.len());
}

/// The checker itself: what it must refuse, and what it must not.
#[test]
fn the_checker_can_fail() {
    for (path, source) in [
        ("sigv4/sign.rs", "use crate::operation::Operation;"),
        ("sigv4/sign.rs", "use crate::decide::retry;"),
        ("sigv4/sign.rs", "use crate::{error::Invalid, call::{Call, Other}};"),
        ("sigv4/sign.rs", "use crate :: {\n    error::{A, B},\n    client,\n};"),
        ("sigv4/sign.rs", "fn f() { super::super::client::Client::new() }"),
        ("sigv4/mod.rs", "pub use super::stream::Stream;"),
        ("error.rs", "fn f(t: super::secret::Secret) {}"),
        ("error.rs", "use crate::secret::Secret;"),
        ("endpoint.rs", "use crate::operation::Operation;"),
        ("call.rs", "use crate::client::Client;"),
        ("decide/retry.rs", "use crate::*;"),
        ("decide/retry.rs", "use crate as root;"),
        ("decide/retry.rs", "use crate::unheard_of::X;"),
        ("unheard_of.rs", ""),
        ("decide/retry.rs", "pub async fn f() {}"),
        ("decide/retry.rs", "use std::time::{Duration, Instant};"),
        ("decide/retry.rs", "fn f() { std::time::SystemTime::now(); }"),
        ("types/mod.rs", "use crate::models::Family;"),
        ("types/mod.rs", "#[cfg(target_arch = \"wasm32\")] fn f() {}"),
        ("operation.rs", "fn f() { getrandom::fill(&mut []); }"),
        // A quote as a character and an escaped one must not hide what follows.
        ("json.rs", "const Q: char = '\"'; use crate::client::Client; const R: char = '\"';"),
        ("json.rs", "const Q: &str = \"\\\\\"; use crate::client::Client; const R: &str = \"\";"),
        ("json.rs", "const Q: &str = r#\"\"\"#; use crate::client::Client;"),
    ] {
        assert!(!check(path, source).is_empty(), "not refused: {path}: {source}");
    }
    for (path, source) in [
        ("sigv4/sign.rs", "use crate::error::Invalid; use super::key::KeyCache; use crate::sigv4::x;"),
        ("sigv4/sign.rs", "// use crate::client::Client, async\n/* crate::client */ pub(crate) fn f() {}"),
        ("sigv4/sign.rs", "const X: &str = \"crate::client async \\\" Instant\"; fn f() { instant() }"),
        ("secret.rs", "use crate::time::Timestamp;\n#[cfg(test)]\nmod tests {\n use crate::client::X; }"),
        ("client.rs", "use crate::{call, stream::Stream}; async fn f() {}"),
        (
            "transport/reqwest.rs",
            "use super::Transport; #[cfg(target_arch = \"wasm32\")] use std::time::Instant;",
        ),
        ("models/text.rs", "use crate::types::Blob;"),
        ("lib.rs", "pub use crate::client::Client;"),
    ] {
        assert_eq!(check(path, source), Vec::<String>::new(), "{path}: {source}");
    }
    for source in [
        "use outcrop::client::Client;",
        "use outcrop::{sigv4, transport::Transport};",
        "fn f() -> js_sys::Promise { x }",
        "async fn f() {}",
        "use wasm_bindgen::closure::Closure;",
    ] {
        assert!(!check_bindings("lib.rs", source).is_empty(), "not refused: {source}");
    }
    assert!(
        check_bindings("lib.rs", "use outcrop::sigv4::{sign, Request}; use wasm_bindgen::prelude::*;")
            .is_empty()
    );
}
