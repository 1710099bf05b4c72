//! `cargo xtask demo`: builds everything, streams one answer in the terminal through the npm package and
//! serves the page. Against the emulator unless told `--live`; it never hands credentials to the page.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::shell::{self, program, say};
use crate::{bench, build, serve, side_by_side, tools};

/// Where the page is unless told otherwise: high enough for anyone to listen on, and no one's by custom.
const PORT: u16 = 8017;

/// What can be asked of the demo.
#[derive(clap::Args)]
pub struct Options {
    /// End after the answer in the terminal, with everything stopped
    #[arg(long)]
    once: bool,
    /// Ask AWS, with the credentials in the environment, instead of the emulator
    #[arg(long)]
    live: bool,
    /// Port of the page [default: 8017, or any that is free with --once]
    #[arg(long)]
    port: Option<u16>,
    /// Model to ask in the terminal
    #[arg(long, default_value = "anthropic.claude-3-haiku-20240307-v1:0")]
    model: String,
    /// What to ask in the terminal
    #[arg(long, default_value = "What is an outcrop? Answer in two sentences.")]
    prompt: String,
}

/// Builds, asks, serves.
pub fn run(options: &Options) -> Result<()> {
    if options.live {
        check_credentials()?;
    }
    // What can be missing is said before minutes of building, and so is a port that is taken.
    let node = tools::node()?;
    tools::npm()?;
    let port = options.port.unwrap_or(if options.once { 0 } else { PORT });
    let page = serve::listen(port)?;
    // Both at once: each waits for the network and for single crates.
    let emulator = if options.live { None } else { Some(std::thread::spawn(build_emulator)) };
    build::run(&build::Options {})?;
    build_page()?;
    let emulator = match emulator.map(std::thread::JoinHandle::join) {
        Some(Ok(built)) => Some(built?),
        Some(Err(_)) => bail!("the thread that built the emulator panicked"),
        None => None,
    };

    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        tokio::select! {
            done = show(options, node, emulator, page) => done,
            // Whoever was started ends with us: they are killed when their handles go.
            _ = tokio::signal::ctrl_c() => {
                say("stopped");
                Ok(())
            }
        }
    })
}

/// The page in www/dist, from the package as it is packed for npm.
pub fn build_page() -> Result<()> {
    tools::packed_package()?;
    let www = shell::root().join("www");
    tools::npm_ci(&www, "esbuild and TypeScript put the page together")?;
    shell::run(program("npm").args(["run", "--silent", "build"]).current_dir(www))
}

/// The emulator's program. The tests' one if they have just built it; else unoptimised, which shares half of its crates
/// with xtask and takes a third of the time.
fn build_emulator() -> Result<PathBuf> {
    if side_by_side::there("programs") {
        return bench::program_of("outcrop-emulator", "outcrop-emulator");
    }
    shell::run(program("cargo").args(["build", "--locked", "--package", "outcrop-emulator"]))
        .context("if crates are missing, `cargo fetch` brings them once there is a network")?;
    let name = format!("outcrop-emulator{}", std::env::consts::EXE_SUFFIX);
    Ok(shell::target_dir().join("debug").join(name))
}

fn check_credentials() -> Result<()> {
    let set = |name| std::env::var(name).is_ok_and(|value| !value.is_empty());
    if set("AWS_BEARER_TOKEN_BEDROCK") || (set("AWS_ACCESS_KEY_ID") && set("AWS_SECRET_ACCESS_KEY")) {
        return Ok(());
    }
    bail!(
        "--live needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), or AWS_BEARER_TOKEN_BEDROCK, \
         in the environment; with the AWS CLI: `eval \"$(aws configure export-credentials --format env)\"`"
    );
}

async fn show(
    options: &Options,
    node: PathBuf,
    emulator: Option<PathBuf>,
    (listener, page): (TcpListener, String),
) -> Result<()> {
    let mut terminal = Command::new(node);
    terminal.current_dir(shell::root()).arg("www/terminal.mjs").arg(&options.model).arg(&options.prompt);
    let mut defaults = json!({});
    // Held to the end: the emulator stops when its stdin closes or its handle goes.
    let mut _emulator = None;
    if let Some(path) = emulator {
        let (child, told) = start_emulator(path).await?;
        _emulator = Some(child);
        let credentials = &told["temporaryCredentials"];
        terminal
            .env("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", text(&told["address"])?)
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", text(&credentials["accessKeyId"])?)
            .env("AWS_SECRET_ACCESS_KEY", text(&credentials["secretAccessKey"])?)
            .env("AWS_SESSION_TOKEN", text(&credentials["sessionToken"])?)
            .env_remove("AWS_BEARER_TOKEN_BEDROCK");
        defaults = json!({ "region": "us-east-1", "endpoint": told["address"], "credentials": credentials });
    } else if let Ok(region) = std::env::var("AWS_REGION").or_else(|_| std::env::var("AWS_DEFAULT_REGION")) {
        defaults = json!({ "region": region });
    }
    let files = serve::files_with_defaults(
        &[serve::Mount { path: "/".into(), folder: "www/dist".into() }],
        defaults,
    )?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let server = tokio::spawn(async { axum::serve(listener, files).await });

    let answered = terminal.kill_on_drop(true).status().await.context("cannot start node")?;
    if !answered.success() {
        bail!("no answer in the terminal: {answered}");
    }
    if options.once {
        return Ok(());
    }
    println!("\nThe page: {page}/   (Ctrl-C stops everything)");
    server.await??;
    Ok(())
}

/// The emulator, running, and the JSON of its first line.
async fn start_emulator(path: PathBuf) -> Result<(Child, Value)> {
    let mut child = Command::new(&path)
        .current_dir(shell::root())
        .arg("--until-stdin-closes")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {}", path.display()))?;
    let stdout = child.stdout.take().context("the emulator has no stdout")?;
    let first =
        BufReader::new(stdout).lines().next_line().await?.context("the emulator ended before it listened")?;
    Ok((child, serde_json::from_str(&first).context("the emulator's first line is not JSON")?))
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().context("the emulator's first line lacks its address or its credentials")
}
