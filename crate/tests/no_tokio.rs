//! What must not be in the dependency tree: tokio, without default features on any target and with them in a browser.
//! It asks cargo, and asks it once for a tree that does have tokio, so that a silent cargo is no success.

use std::process::Command;

/// Names of the packages that `outcrop` needs when it is built (no tests, no build scripts).
fn tree(arguments: &[&str]) -> Vec<String> {
    let cargo = std::env::var_os("CARGO").expect("cargo runs tests");
    let output = Command::new(cargo)
        .args([
            "tree",
            "--package",
            "outcrop",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "--locked",
        ])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "cargo tree {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let names: Vec<String> =
        text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    assert_eq!(names.first().map(String::as_str), Some("outcrop"), "cargo tree {arguments:?}");
    names
}

fn tokio(names: &[String]) -> Vec<&String> {
    names.iter().filter(|name| *name == "tokio" || name.starts_with("tokio-")).collect()
}

#[test]
fn no_tokio_without_default_features_on_any_target() {
    let all = tree(&["--no-default-features", "--target", "all"]);
    assert_eq!(tokio(&all), Vec::<&String>::new());
    assert!(all.iter().any(|name| name == "sha2"), "{all:?}");
    // The loops and the types bring none either: only a transport does.
    let client = tree(&["--no-default-features", "--features", "client,types", "--target", "all"]);
    assert_eq!(tokio(&client), Vec::<&String>::new());
    assert!(client.iter().any(|name| name == "futures"), "{client:?}");
}

/// A whole native client: loops, types, TLS, HTTP.
#[test]
fn no_tokio_with_ureq_on_any_target() {
    let ureq = tree(&["--no-default-features", "--features", "client,types,ureq", "--target", "all"]);
    assert_eq!(tokio(&ureq), Vec::<&String>::new());
    for needed in ["ureq", "rustls"] {
        assert!(ureq.iter().any(|name| name == needed), "{ureq:?}");
    }
    for other in ["reqwest", "hyper"] {
        assert!(!ureq.iter().any(|name| name == other), "{ureq:?}");
    }
}

#[test]
fn no_tokio_in_a_browser_with_default_features() {
    let browser = tree(&["--target", "wasm32-unknown-unknown"]);
    assert_eq!(tokio(&browser), Vec::<&String>::new());
    assert!(browser.iter().any(|name| name == "reqwest"), "{browser:?}");
    let fetch =
        tree(&["--no-default-features", "--features", "types,fetch", "--target", "wasm32-unknown-unknown"]);
    assert_eq!(tokio(&fetch), Vec::<&String>::new());
    assert!(fetch.iter().any(|name| name == "web-sys") && !fetch.iter().any(|name| name == "reqwest"));
}

/// reqwest and AWS's crates bring it natively: the check sees it where it is.
#[test]
fn the_check_can_fail() {
    assert!(!tokio(&tree(&["--target", "x86_64-unknown-linux-gnu"])).is_empty());
    let aws = |target| tree(&["--no-default-features", "--features", "aws", "--target", target]);
    assert!(!tokio(&aws("x86_64-unknown-linux-gnu")).is_empty());
    // The feature brings nothing there.
    assert_eq!(tokio(&aws("wasm32-unknown-unknown")), Vec::<&String>::new());
}
