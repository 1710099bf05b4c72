//! No test is left out: where Cargo does not look for tests by itself, each file must be named. It compiles none of them.

use std::fs;
use std::path::Path;

/// The packages whose tests are modules of `tests/suite.rs`.
const PACKAGES: [&str; 3] = ["crate", "tests/emulator", "tests/oracles"];

/// Whether a file or folder of `tests` is part of a program: of the one that `suite` is, or as one of its own.
fn named(suite: &str, manifest: &str, file: &str) -> bool {
    let module = format!("mod {};", file.trim_end_matches(".rs"));
    let program = [format!("path = \"tests/{file}\""), format!("path = \"tests/{file}/main.rs\"")];
    suite.lines().any(|line| line == module)
        || manifest.lines().any(|line| program.iter().any(|path| line == path))
}

#[test]
fn every_file_of_tests_belongs_to_a_program() {
    for package in PACKAGES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(package);
        let read = |name: &str| {
            fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{package}/{name}: {error}"))
        };
        let (suite, manifest) = (read("tests/suite.rs"), read("Cargo.toml"));
        assert!(manifest.lines().any(|line| line == "autotests = false"), "{package}");
        let mut count = 0;
        for entry in fs::read_dir(folder.join("tests")).expect("a folder") {
            let entry = entry.expect("an entry");
            let file = entry.file_name().into_string().expect("UTF-8");
            if !file.ends_with(".rs") && entry.path().is_file() {
                // Data.
                continue;
            }
            assert!(
                named(&suite, &manifest, &file),
                "{package}/tests/{file} is in no program: name it in suite.rs"
            );
            count += 1;
        }
        assert!(count > 5, "{package}: {count} files");
    }
}

#[test]
fn a_file_that_is_not_named_is_noticed() {
    let (suite, manifest) =
        ("mod calls;\nmod world;", "path = \"tests/suite.rs\"\npath = \"tests/it/main.rs\"");
    for (file, there) in [
        ("calls.rs", true),
        ("world", true),
        ("suite.rs", true),
        ("it", true),
        ("new.rs", false),
        ("all.rs", false),
    ] {
        assert_eq!(named(suite, manifest, file), there, "{file}");
    }
}
