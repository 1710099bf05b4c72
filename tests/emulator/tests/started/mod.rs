//! The emulator as a program of a test's own; it ends with the test, also when that is killed.

use outcrop::Client;
use outcrop::credentials::{Credentials, Secret};
use serde_json::Value;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The project's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// An emulator that runs as long as this is not dropped.
pub struct Emulator {
    child: Child,
    /// Its first line.
    pub hello: Value,
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

impl Emulator {
    /// With the cases.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// With further arguments.
    pub fn start_with(arguments: &[OsString]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_outcrop-emulator"))
            .arg("--until-stdin-closes")
            .arg("--cases")
            .arg(root().join("tests/cases"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, hello: serde_json::from_str(&line).unwrap() }
    }

    /// A text of the first line.
    pub fn text(&self, pointer: &str) -> &str {
        self.hello.pointer(pointer).and_then(Value::as_str).unwrap()
    }

    /// Its address and a path behind it.
    pub fn endpoint(&self, path: &str) -> String {
        format!("{}{path}", self.text("/address"))
    }
    /// Its credentials of this name.
    pub fn credentials(&self, which: &str) -> Credentials {
        let text = |name: &str| self.hello[which][name].as_str();
        let token = text("sessionToken").map(Secret::from);
        Credentials::new(text("accessKeyId").unwrap(), text("secretAccessKey").unwrap(), token).unwrap()
    }

    /// A client with its temporary credentials.
    pub fn client(&self, path: &str) -> Client {
        Client::builder()
            .region("us-east-1")
            .endpoint(self.endpoint(path))
            .credentials(self.credentials("temporaryCredentials"))
            .build()
            .unwrap()
    }

    /// What it answers there.
    pub async fn get(&self, path: &str) -> Value {
        let text = reqwest::get(self.endpoint(path)).await.unwrap().text().await.unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// What it has seen of a run by now.
    pub async fn seen(&self, run: &str) -> Value {
        self.get(&format!("/_seen/{run}")).await
    }

    /// What it saw of a run, once nothing of it is under way.
    pub async fn ended(&self, run: &str) -> Value {
        let start = Instant::now();
        loop {
            let seen = self.seen(run).await;
            // Its tests' own limits are shorter.
            if seen["open"] == 0 || start.elapsed() > Duration::from_secs(10) {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// How it judged each request of a run.
    pub async fn signatures(&self, run: &str) -> Vec<String> {
        let seen = self.seen(run).await;
        let attempts = seen["attempts"].as_array().unwrap().iter();
        attempts.map(|attempt| attempt["signature"].as_str().unwrap().to_owned()).collect()
    }
}

/// One of the crate's examples, built by cargo with this test's own profile; nothing is looked up on the PATH. Where
/// OUTCROP_TESTED has the packages and features that this test itself was built with, they are chosen again, and
/// cargo has nothing left to build: by itself the crate would be another set of features.
pub fn example(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        // <target folder>/<profile>/deps/<this test>
        let own = std::env::current_exe().unwrap();
        let folder = own.ancestors().nth(2).unwrap();
        let profile = match folder.file_name().unwrap().to_str().unwrap() {
            "debug" => "dev",
            other => other,
        };
        let chosen = std::env::var("OUTCROP_TESTED").unwrap_or_else(|_| "-p outcrop".to_owned());
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--examples", "--profile", profile]).args(chosen.split(' '));
        build.arg("--target-dir").arg(folder.parent().unwrap());
        let status = build.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap();
        assert!(status.success(), "{build:?}: {status}");
        folder.join("examples")
    });
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
