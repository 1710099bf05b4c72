//! The crate's examples, run as programs against the emulator: each prints its answer, and says what is missing.

use crate::started::{Emulator, example};
use outcrop::types::{ConverseInput, Message};
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
const PROMPT: &str = "Where does bedrock come to the surface?";

impl Emulator {
    fn temporary(&self, name: &str) -> &str {
        self.hello["temporaryCredentials"][name].as_str().unwrap()
    }

    /// An example with exactly these settings in its environment.
    fn example(&self, name: &str, path: &str) -> Command {
        let mut command = bare(name);
        command
            .arg(PROMPT)
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", self.temporary("accessKeyId"))
            .env("AWS_SECRET_ACCESS_KEY", self.temporary("secretAccessKey"))
            .env("AWS_SESSION_TOKEN", self.temporary("sessionToken"))
            .env("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", self.endpoint(path));
        command
    }

    /// What the emulator answers to the prompt, as the library reads it.
    async fn answer(&self, path: &str) -> String {
        let client = self.client(path);
        let input =
            ConverseInput::builder().model_id(MODEL).messages([Message::user(PROMPT)]).build().unwrap();
        client.converse(input).await.unwrap().text()
    }
}

/// An example that knows nothing of this machine's own AWS settings.
fn bare(name: &str) -> Command {
    let mut command = Command::new(example(name));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[tokio::test]
async fn each_prints_the_answer() {
    let emulator = Emulator::start();
    for name in ["converse", "stream", "own_transport"] {
        let run = format!("/pace/1/run/{name}");
        let wanted = emulator.answer("/run/wanted").await;
        assert!(wanted.len() > 20, "{wanted:?}");
        let output = emulator.example(name, &run).output().unwrap();
        let (out, err) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(output.status.success(), "{name}: {err}");
        assert_eq!(out.trim_end(), wanted, "{name}: {err}");
        let seen = emulator.seen(name).await;
        assert_eq!(seen["attempts"].as_array().unwrap().len(), 1, "{seen:#}");
        assert_eq!(seen["attempts"][0]["signature"], "ok");
    }
}

#[tokio::test]
async fn the_list_of_models_is_printed() {
    let emulator = Emulator::start();
    let output = emulator.example("models", "/run/models").output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{err}");
    let of = |kind: &str| out.lines().filter(|line| line.starts_with(kind)).count();
    assert!(of("ACTIVE") > 1 && of("LEGACY") > 0 && of("profile") > 1, "{out}");
    assert!(out.lines().all(|line| line.split_whitespace().count() == 2), "{out}");
}

/// It waits ten seconds between its questions: the emulator's invocations are done at the second.
#[tokio::test]
async fn an_invocation_is_waited_for() {
    let emulator = Emulator::start();
    let mut command = emulator.example("async_invoke", "/run/async");
    let output = command.args(["amazon.nova-reel-v1:0", "s3://bucket/videos"]).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{err}");
    let lines: Vec<&str> = out.lines().collect();
    let arn = lines[0].strip_suffix(": Completed").unwrap();
    assert!(arn.contains(":async-invoke/") && lines.len() == 2 && lines[1].ends_with(arn), "{out}");
}

#[tokio::test]
async fn an_api_key_will_do() {
    let emulator = Emulator::start();
    for name in ["converse", "stream", "own_transport"] {
        let output = bare(name)
            .arg(PROMPT)
            .env("AWS_REGION", "us-east-1")
            .env("AWS_BEARER_TOKEN_BEDROCK", emulator.hello["apiKey"].as_str().unwrap())
            .env("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", emulator.endpoint(&format!("/pace/1/run/key-{name}")))
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(emulator.seen(&format!("key-{name}")).await["attempts"][0]["signature"], "bearer");
    }
}

/// The first text comes while the answer is still being sent.
#[tokio::test]
async fn text_is_printed_as_it_arrives() {
    let emulator = Emulator::start();
    for name in ["stream", "own_transport"] {
        // 100 words 20 ms apart: two seconds.
        let mut child =
            emulator.example(name, &format!("/words/100/pace/20/run/live-{name}")).spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        let mut text = vec![0; 1];
        out.read_exact(&mut text).unwrap();
        let seen = emulator.seen(&format!("live-{name}")).await;
        assert_eq!(seen["open"], 1, "{name}: the first byte was printed after the answer's end: {seen:#}");
        out.read_to_end(&mut text).unwrap();
        assert!(child.wait().unwrap().success());
        assert_eq!(String::from_utf8(text).unwrap().split_whitespace().count(), 100);
    }
}

/// Ctrl-C, as a terminal sends it, ends the request, and the program says that it was stopped.
#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_the_request() {
    let emulator = Emulator::start();
    // 2,000 words 20 ms apart: 40 seconds.
    let mut child = emulator.example("stream", "/words/2000/pace/20/run/stopped").spawn().unwrap();
    child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&output.stderr).contains("stopped"));
    let start = Instant::now();
    loop {
        let seen = emulator.seen("stopped").await;
        if seen["open"] == 0 {
            assert_eq!(seen["attempts"][0]["responseEnded"], "client closed");
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "{seen:#}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[test]
fn each_says_in_one_sentence_what_is_missing() {
    for name in ["converse", "stream", "own_transport", "models", "async_invoke"] {
        let told = |command: &mut Command| {
            let output = command.output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{name}");
            assert!(output.stdout.is_empty());
            String::from_utf8(output.stderr).unwrap().trim().to_owned()
        };
        assert_eq!(
            told(&mut bare(name)),
            "The environment lacks AWS_REGION and AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY (or AWS_BEARER_TOKEN_BEDROCK)."
        );
        assert_eq!(
            told(bare(name).env("AWS_REGION", "us-east-1").env("AWS_ACCESS_KEY_ID", "AKIAOUTCROPEMULATOR1")),
            "The environment lacks AWS_SECRET_ACCESS_KEY."
        );
        assert_eq!(
            told(bare(name).env("AWS_BEARER_TOKEN_BEDROCK", "key")),
            "The environment lacks AWS_REGION."
        );
    }
}
