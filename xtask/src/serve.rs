//! `cargo xtask serve`: folders over HTTP for the demo and the browser tests. It listens on this machine
//! alone, lists no folder, and sends every page the policy that the page itself names, as a header.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Json;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::shell;

/// What can be asked of the server.
#[derive(clap::Args)]
pub struct Options {
    /// Port to listen on; 0 takes any that is free
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// A folder and where it appears, as /where=folder; the first should be the page: /=www/dist
    #[arg(long = "mount", default_value = "/=www/dist")]
    mounts: Vec<Mount>,
    /// Ends when stdin closes, so that it does not outlive a test that started it
    #[arg(long)]
    until_stdin_closes: bool,
}

/// A folder served under a path.
#[derive(Clone)]
pub struct Mount {
    /// Where it appears: `/` or `/name`.
    pub path: String,
    /// The folder, relative to the repository's root.
    pub folder: PathBuf,
}

impl std::str::FromStr for Mount {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((path, folder)) if path.starts_with('/') => {
                Ok(Self { path: path.into(), folder: folder.into() })
            }
            _ => Err("a mount looks like /where=folder".into()),
        }
    }
}

/// Serves until stdin closes or Ctrl-C; the first line on stdout is JSON with the address.
pub fn run(options: &Options) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?.block_on(async {
        let files = files(&options.mounts)?;
        let (listener, address) = listen(options.port)?;
        let port = listener.local_addr()?.port();
        let listener = tokio::net::TcpListener::from_std(listener)?;
        println!("{}", serde_json::json!({ "address": address, "port": port }));
        let until = options.until_stdin_closes;
        axum::serve(listener, files)
            .with_graceful_shutdown(async move {
                if until {
                    // Blocking read in a task of its own: it ends with the process at the latest.
                    let _ = tokio::task::spawn_blocking(|| {
                        std::io::copy(&mut std::io::stdin(), &mut std::io::sink())
                    })
                    .await;
                } else {
                    let _ = tokio::signal::ctrl_c().await;
                }
            })
            .await?;
        Ok(())
    })
}

/// A listener on this machine alone, and its address as a page's origin.
pub fn listen(port: u16) -> Result<(TcpListener, String)> {
    let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(listener) => listener,
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            bail!("port {port} is taken by another program: add `--port 0` to take any that is free")
        }
        Err(error) => return Err(error).with_context(|| format!("cannot listen on port {port}")),
    };
    // tokio takes it over later, and wants it so.
    listener.set_nonblocking(true)?;
    let address = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
    Ok((listener, address))
}

/// The folders as a service, under the policy of the first one's index.html.
pub fn files(mounts: &[Mount]) -> Result<Router> {
    let Some(first) = mounts.first() else { bail!("nothing to serve") };
    let policy = policy(&shell::root().join(&first.folder).join("index.html"))?;
    let mut router = Router::new();
    for mount in mounts {
        let folder = shell::root().join(&mount.folder);
        if !folder.is_dir() {
            bail!("{} is not there: `cargo xtask demo --once` builds everything", mount.folder.display());
        }
        let service = ServeDir::new(folder);
        router = match mount.path.as_str() {
            "/" => router.fallback_service(service),
            path => router.nest_service(path, service),
        };
    }
    let set = |name: HeaderName, value: HeaderValue| SetResponseHeaderLayer::overriding(name, value);
    Ok(router
        .layer(set(header::CONTENT_SECURITY_POLICY, policy))
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(set(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        // What was built a moment ago must not be shadowed by what a browser kept.
        .layer(set(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))))
}

/// The same with a defaults.json of one's own: what the page's form begins with.
pub fn files_with_defaults(mounts: &[Mount], defaults: serde_json::Value) -> Result<Router> {
    Ok(files(mounts)?.route("/defaults.json", axum::routing::get(move || async { Json(defaults) })))
}

/// The Content-Security-Policy of a page's meta element, and what only a header may add.
fn policy(page: &Path) -> Result<HeaderValue> {
    let html = std::fs::read_to_string(page).with_context(|| {
        format!("{} cannot be read: `cargo xtask demo --once` builds the page", page.display())
    })?;
    let content = html
        .split_once("http-equiv=\"Content-Security-Policy\"")
        .and_then(|(_, rest)| rest.split_once("content=\""))
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(content, _)| content)
        .with_context(|| format!("{} names no Content-Security-Policy", page.display()))?;
    Ok(HeaderValue::from_str(&format!("{content}; frame-ancestors 'none'"))?)
}
