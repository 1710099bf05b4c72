//! A Bedrock runtime on localhost for tests: checks every signature with code that is not outcrop's, answers
//! as the service does and misbehaves on request. It refuses to listen anywhere but on 127.0.0.1.
//!
//! It has three ports: its own, another one (`elsewhere`) that a redirect may lead to, and one that it only keeps
//! others from listening on (`nobody`).

mod agent;
mod answer;
mod attached;
mod auth;
mod bidirectional;
mod bidirectional_chain;
mod bidirectional_speech;
mod bidirectional_wire;
mod builtin;
mod case;
mod claim;
mod claim_http2;
mod converse;
mod cors;
mod embeddings;
mod events;
mod families;
mod frames;
mod images;
mod media;
mod openai;
mod plain;
mod replay;
mod route;
mod script;
mod seen;
mod server;
mod socket;
mod speech;

use std::collections::HashMap;
use std::io::{self, Read};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};
use tokio::net::TcpListener;

/// A Bedrock runtime on localhost. Its first line on stdout is a JSON object with its address and the
/// credentials it knows.
#[derive(Parser)]
#[command(name = "outcrop-emulator", version)]
struct Options {
    /// Port on 127.0.0.1; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Files of recorded exchanges, one JSON record a line.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    replay: Vec<PathBuf>,
    /// Folder of case files [default: tests/cases, if there is one].
    #[arg(long, value_name = "DIR")]
    cases: Option<PathBuf>,
    /// End when standard input closes, so that the emulator does not outlive its test.
    #[arg(long)]
    until_stdin_closes: bool,
}

fn main() -> ExitCode {
    match run(Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("outcrop-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<(), String> {
    let replay = replay::Replay::load(&options.replay)?;
    let cases = match options.cases {
        Some(folder) => case::load(&folder)?,
        None => {
            let usual = PathBuf::from("tests/cases");
            if usual.is_dir() { case::load(&usual)? } else { HashMap::new() }
        }
    };
    if options.until_stdin_closes {
        std::thread::spawn(|| {
            let _ = std::io::stdin().lock().read_to_end(&mut Vec::new());
            std::process::exit(0);
        });
    }
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?
        .block_on(listen(options.port, replay, cases))
}

async fn listen(port: u16, replay: replay::Replay, cases: HashMap<String, case::Case>) -> Result<(), String> {
    let bind = async |port: u16| TcpListener::bind(("127.0.0.1", port)).await;
    let listener = bind(port).await.map_err(|error| error.to_string())?;
    let elsewhere = bind(0).await.map_err(|error| error.to_string())?;
    // Bound but not listening: a connection to it is refused, and no other program gets the port meanwhile.
    let nobody = nobody().map_err(|error| error.to_string())?;
    let url = |address: io::Result<SocketAddr>| {
        address.map(|address| format!("http://{address}")).map_err(|error| error.to_string())
    };
    let mut line = json!({
        "address": url(listener.local_addr())?,
        "port": listener.local_addr().map_err(|error| error.to_string())?.port(),
        "elsewhere": url(elsewhere.local_addr())?,
        "nobody": url(nobody.local_addr().map(|address| address.as_socket().unwrap_or(UNSPECIFIED)))?,
    });
    if let (Value::Object(line), Value::Object(known)) = (&mut line, auth::announcement()) {
        line.extend(known);
    }
    println!("{line}");
    let server = Arc::new(server::Server::new(replay, cases, line));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            accepted = elsewhere.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                tokio::spawn(server::serve(Arc::clone(&server), stream));
            }
            // Out of descriptors, most likely: 50 ms let some connection end.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// What a socket without an address would be at.
const UNSPECIFIED: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0));

fn nobody() -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    Ok(socket)
}
