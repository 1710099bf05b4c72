//! The same checks for every native transport: what goes over the wire, what ends when it is dropped, what a broken
//! connection is called. ureq runs on `futures::executor`, reqwest on tokio; no check knows which it has.
//!
//! It is long because both transports must pass one and the same list.

use crate::started::Emulator;
use futures::future::{Either, join_all, select};
use futures::{FutureExt, StreamExt};
use outcrop::Client;
use outcrop::credentials::{Credentials, Secret};
use outcrop::failure::NetworkError;
use outcrop::transport::{Body, HttpRequest, HttpResponse, ReqwestTransport, Transport, UreqTransport};
use outcrop::types::{ConverseInput, ConverseStreamInput, InvokeModelInput, Message};
use serde_json::{Value, json};
use std::future::Future;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
/// 20 MB, near the 25,000,000 bytes that an invoke operation takes.
const BIG_BYTES: usize = 20_000_000;
/// How often an ending is measured for its median.
const MEASURED: usize = 20;
/// What no ending may take. The goal is 250 ms; the rest is for a machine that does other work.
const ENDED_WITHIN: Duration = Duration::from_secs(2);

// --- What the checks need ---

impl Emulator {
    fn client_over(&self, transport: Arc<dyn Transport>, path: &str) -> Client {
        let text = |name: &str| self.hello["temporaryCredentials"][name].as_str().unwrap();
        let token = Some(Secret::from(text("sessionToken").to_owned()));
        Client::builder()
            .region("us-east-1")
            .endpoint(format!("{}{path}", self.hello["address"].as_str().unwrap()))
            .credentials(Credentials::new(text("accessKeyId"), text("secretAccessKey"), token).unwrap())
            .transport(Passed(transport))
            .build()
            .unwrap()
    }

    /// What the emulator saw of a run, once nothing of it is under way.
    async fn ended_over(&self, transport: &Arc<dyn Transport>, run: &str) -> Value {
        let url = format!("{}/_seen/{run}", self.hello["address"].as_str().unwrap());
        let start = Instant::now();
        loop {
            let answer = transport.send(request("GET", &url, b"")).await.unwrap();
            let seen: Value = serde_json::from_slice(&whole(answer.body).await.unwrap()).unwrap();
            if seen["open"] == 0 || start.elapsed() > Duration::from_secs(10) {
                return seen;
            }
            transport.sleep(Duration::from_millis(5)).await;
        }
    }
}

/// A builder takes a transport by value.
#[derive(Debug)]
struct Passed(Arc<dyn Transport>);

impl Transport for Passed {
    fn send(
        &self,
        request: HttpRequest,
    ) -> outcrop::transport::BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        self.0.send(request)
    }
    fn sleep(&self, duration: Duration) -> outcrop::transport::BoxFuture<'static, ()> {
        self.0.sleep(duration)
    }
    fn now(&self) -> outcrop::time::Timestamp {
        self.0.now()
    }
    fn random(&self) -> Option<u64> {
        self.0.random()
    }
}

fn request(method: &'static str, url: &str, body: &[u8]) -> HttpRequest {
    HttpRequest { method, url: url.to_owned(), headers: Vec::new(), body: body.to_vec().into() }
}

async fn whole(mut body: Body) -> Result<Vec<u8>, NetworkError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next().await {
        bytes.extend_from_slice(&chunk?);
    }
    Ok(bytes)
}

/// A server on 127.0.0.1 that hands each connection to a function in a thread of its own.
struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Server {
    fn start(handle: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let (count, handle) = (Arc::clone(&connections), Arc::new(handle));
        // It ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                count.fetch_add(1, Ordering::SeqCst);
                let handle = Arc::clone(&handle);
                thread::spawn(move || handle(stream));
            }
        });
        Self { address, connections }
    }

    fn url(&self, rest: &str) -> String {
        format!("http://{}{rest}", self.address)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// A request's lines and its body; `None` at the connection's end.
fn read_request(stream: &TcpStream) -> Option<(Vec<String>, Vec<u8>)> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            text => lines.push(text.to_owned()),
        }
    }
    let length = lines
        .iter()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((lines, body))
}

fn answer(mut stream: &TcpStream, head: &str, body: &[u8]) {
    let _ = write!(stream, "HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len());
    let _ = stream.write_all(body);
}

/// Waits for the peer to close or reset, and tells when it did.
fn closed(mut stream: &TcpStream, told: &Sender<Instant>) {
    let mut buffer = [0; 4096];
    while stream.read(&mut buffer).is_ok_and(|length| length > 0) {}
    let _ = told.send(Instant::now());
}

fn reset(stream: &TcpStream) {
    socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO)).unwrap();
}

/// A text that a log may show: it says something, and holds neither URL nor header.
fn check_words(error: &NetworkError) {
    assert!(!error.message.is_empty() && !error.unsupported, "{error:?}");
    for part in ["://", "/secret-path", "secret-value", "\n"] {
        assert!(!error.message.contains(part), "{:?}", error.message);
    }
}

fn told(which: &str, name: &str, mut took: Vec<Duration>) {
    took.sort();
    println!(
        "{name:<34} {which:<8} median {:>7.2?}, slowest {:>7.2?} of {}",
        took[took.len() / 2],
        took.last().unwrap(),
        took.len(),
    );
    assert!(took.last().unwrap() < &ENDED_WITHIN, "{which} {name}: {took:?}");
}

// --- The checks ---

async fn operations(transport: Arc<dyn Transport>, _: &str) {
    let emulator = Emulator::start();
    let client = emulator.client_over(Arc::clone(&transport), "/pace/0/run/operations");
    let models = [
        MODEL,
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-haiku-20240307-v1:0",
    ];
    for model in models {
        let messages = || [Message::user("Where is granite found?")];
        let input = ConverseInput::builder().model_id(model).messages(messages()).build().unwrap();
        let whole = client.converse(input).await.unwrap();
        assert!(whole.text().contains("granite"));
        let input = ConverseStreamInput::builder().model_id(model).messages(messages()).build().unwrap();
        let mut stream = client.converse_stream(input).await.unwrap().output.stream;
        let mut text = String::new();
        while let Some(event) = stream.next().await {
            text.push_str(event.unwrap().text().unwrap_or_default());
        }
        assert_eq!(text, whole.text());
        let body = json!({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9,
            "messages": [{"role": "user", "content": "Hello"}]});
        let input = InvokeModelInput::json(model, &body).unwrap();
        let answer = client.invoke_model(input.clone()).await.unwrap();
        assert!(answer.json::<Value>().unwrap()["content"].is_array());
        let mut stream = client.invoke_model_with_response_stream(input.into()).await.unwrap().output.body;
        while let Some(part) = stream.next().await {
            part.unwrap();
        }
    }
    let seen = emulator.ended_over(&transport, "operations").await;
    let attempts = seen["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 8);
    for attempt in attempts {
        assert_eq!((&attempt["signature"], &attempt["responseEnded"]), (&json!("ok"), &json!("complete")));
    }
}

/// Path, query, host and headers go over the wire as given, and nothing that matters is added.
async fn the_wire(transport: Arc<dyn Transport>, which: &str) {
    let (tell, heard) = channel();
    let tell = Mutex::new(tell);
    let server = Server::start(move |stream| {
        while let Some(request) = read_request(&stream) {
            answer(&stream, "200 OK", b"");
            tell.lock().unwrap().send(request).unwrap();
        }
    });
    let target =
        "/base%2Fx/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ax%2Fy%20z/invoke?a=%2F&b=%3A+c&d=~%7E&e";
    for (method, body) in [("POST", &b"{\"a\":1}"[..]), ("POST", b""), ("PUT", b"x"), ("GET", b"")] {
        let mut asked = request(method, &server.url(target), body);
        asked.headers = vec![
            ("authorization".to_owned(), "AWS4-HMAC-SHA256 Credential=x".to_owned()),
            ("x-amz-date".to_owned(), "20261121T000000Z".to_owned()),
            ("content-type".to_owned(), "application/json".to_owned()),
        ];
        let wanted = asked.headers.clone();
        let given = transport.send(asked).await.unwrap();
        assert_eq!(given.status, 200);
        assert!(whole(given.body).await.unwrap().is_empty());
        let (lines, sent) = heard.recv().unwrap();
        assert_eq!(lines[0], format!("{method} {target} HTTP/1.1"));
        assert_eq!(sent, body);
        let mut headers: Vec<(String, String)> = lines[1..]
            .iter()
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        assert!(headers.contains(&("host".to_owned(), server.address.to_string())), "{headers:?}");
        let length = ("content-length".to_owned(), body.len().to_string());
        assert!(method == "GET" || headers.contains(&length), "{method} {headers:?}");
        // reqwest sends `accept: */*`, which no server takes for a signed header.
        let free = if which == "reqwest" { "accept" } else { "host" };
        headers.retain(|(name, _)| name != "host" && name != "content-length" && name != free);
        assert_eq!(headers, wanted);
    }
}

/// Every status is an answer, and an answer need not have a body.
async fn every_status(transport: Arc<dyn Transport>, _: &str) {
    let server = Server::start(|stream| {
        while let Some((lines, _)) = read_request(&stream) {
            let status = lines[0].split('/').nth(1).unwrap().split(' ').next().unwrap();
            let mut out = &stream;
            let _ = match status {
                "204" => write!(out, "HTTP/1.1 204 No Content\r\nX-Upper: Value\r\n\r\n"),
                _ => write!(
                    out,
                    "HTTP/1.1 {status} Word\r\nX-Upper: Value\r\nx-amzn-errortype: T\r\ncontent-length: 2\r\n\r\n{{}}"
                ),
            };
        }
    });
    for status in [200, 204, 400, 403, 404, 424, 429, 500, 503] {
        let answer =
            transport.send(request("POST", &server.url(&format!("/{status}")), b"{}")).await.unwrap();
        assert_eq!((answer.status, answer.header("x-upper")), (status, Some("Value")));
        let body = whole(answer.body).await.unwrap();
        assert_eq!(body, if status == 204 { &b""[..] } else { b"{}" });
    }
}

async fn redirects_are_answers(transport: Arc<dyn Transport>, _: &str) {
    let other = Server::start(|stream| {
        read_request(&stream);
        answer(&stream, "200 OK", b"{}");
    });
    let target = other.url("/elsewhere");
    let server = Server::start(move |stream| {
        while let Some((lines, _)) = read_request(&stream) {
            let status = lines[0].split('/').nth(1).unwrap().split(' ').next().unwrap();
            answer(&stream, &format!("{status} Moved\r\nlocation: {target}"), b"gone");
        }
    });
    for status in [301, 302, 303, 307, 308] {
        for method in ["POST", "GET"] {
            let body: &[u8] = if method == "GET" { b"" } else { b"{}" };
            let asked = request(method, &server.url(&format!("/{status}")), body);
            let answer = transport.send(asked).await.unwrap();
            assert_eq!(answer.status, status);
            assert_eq!(whole(answer.body).await.unwrap(), b"gone");
        }
    }
    assert_eq!(other.connections(), 0);
}

/// A server that says nothing at all: dropping the future ends the connection.
async fn dropped_before_the_head(transport: Arc<dyn Transport>, which: &str) {
    let (tell, heard) = channel();
    let tell = Mutex::new(tell);
    let server = Server::start(move |stream| {
        read_request(&stream);
        let told = tell.lock().unwrap().clone();
        closed(&stream, &told);
    });
    dropped_early(&transport, which, "dropped before the head", &server.url("/"), &heard).await;
}

async fn dropped_early(
    transport: &Arc<dyn Transport>,
    which: &str,
    name: &str,
    url: &str,
    heard: &Receiver<Instant>,
) {
    let mut took = Vec::new();
    for _ in 0..MEASURED {
        let sent = transport.send(request("POST", url, b"{}"));
        let waited = transport.sleep(Duration::from_millis(30));
        let Either::Right(((), sent)) = select(sent, waited).await else { panic!("no answer can have come") };
        let dropped = Instant::now();
        drop(sent);
        took.push(since(dropped, heard));
    }
    told(which, name, took);
}

fn since(dropped: Instant, heard: &Receiver<Instant>) -> Duration {
    let end = heard.recv_timeout(Duration::from_secs(5)).expect("the connection ends");
    end.saturating_duration_since(dropped)
}

/// A stream that falls silent after its first bytes: dropping the body ends the connection, whether a read is
/// pending or not.
async fn dropped_in_the_body(transport: Arc<dyn Transport>, which: &str) {
    let (tell, heard) = channel();
    let tell = Mutex::new(tell);
    let server = Server::start(move |stream| {
        read_request(&stream);
        let _ = (&stream).write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        let told = tell.lock().unwrap().clone();
        closed(&stream, &told);
    });
    for pending in [true, false] {
        let name = if pending { "dropped while a read is pending" } else { "dropped between reads" };
        dropped_late(&transport, which, name, &server.url("/"), &heard, pending).await;
    }
}

async fn dropped_late(
    transport: &Arc<dyn Transport>,
    which: &str,
    name: &str,
    url: &str,
    heard: &Receiver<Instant>,
    pending: bool,
) {
    let mut took = Vec::new();
    for _ in 0..MEASURED {
        let mut answer = transport.send(request("POST", url, b"{}")).await.unwrap();
        assert_eq!(&answer.body.next().await.unwrap().unwrap()[..], b"first");
        if pending {
            let waited = transport.sleep(Duration::from_millis(20));
            let silent = matches!(select(answer.body.next(), waited).await, Either::Right(_));
            assert!(silent, "nothing can have come");
        }
        let dropped = Instant::now();
        drop(answer);
        took.push(since(dropped, heard));
    }
    told(which, name, took);
}

/// The same over TLS: while the handshake waits, before the head, and in the body.
async fn dropped_over_tls(transport: Arc<dyn Transport>, which: &str) {
    let (tell, heard) = channel();
    let tell = Mutex::new(tell);
    let mute = Server::start({
        let tell = Mutex::new(tell.lock().unwrap().clone());
        move |stream| {
            let told = tell.lock().unwrap().clone();
            closed(&stream, &told);
        }
    });
    let url = format!("https://localhost:{}/", mute.address.port());
    dropped_early(&transport, which, "dropped in the TLS handshake", &url, &heard).await;
    let config = tls().server.clone();
    let server = Server::start(move |stream| {
        let raw = stream.try_clone().unwrap();
        let session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = rustls::StreamOwned::new(session, stream);
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n{}") {
            let mut byte = [0];
            if stream.read_exact(&mut byte).is_err() {
                return;
            }
            head.push(byte[0]);
        }
        if head.starts_with(b"POST /body") {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            let _ = stream.flush();
        }
        let told = tell.lock().unwrap().clone();
        closed(&raw, &told);
    });
    let url = |path: &str| format!("https://localhost:{}{path}", server.address.port());
    dropped_early(&transport, which, "TLS: dropped before the head", &url("/head"), &heard).await;
    for (name, pending) in [("TLS: dropped while reading", true), ("TLS: dropped between reads", false)] {
        dropped_late(&transport, which, name, &url("/body"), &heard, pending).await;
    }
}

/// A certificate for localhost that this test's own clients trust.
struct Tls {
    certificate: Vec<u8>,
    server: Arc<rustls::ServerConfig>,
}

fn tls() -> &'static Tls {
    static TLS: LazyLock<Tls> = LazyLock::new(|| {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let server = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        Tls { certificate: certificate.to_vec(), server: Arc::new(server) }
    });
    &TLS
}

/// Bodies that ended are dropped while their connections serve others: none of those may break.
async fn endings_hit_no_other_request(transport: Arc<dyn Transport>, _: &str) {
    let server = Server::start(|stream| {
        while read_request(&stream).is_some() {
            answer(&stream, "200 OK", b"whole");
        }
    });
    let one = |index: usize| {
        let (transport, url) = (Arc::clone(&transport), server.url("/"));
        async move {
            for _ in 0..50 {
                let mut answer = transport.send(request("POST", &url, b"{}")).await.unwrap();
                let mut bytes = Vec::new();
                while let Some(chunk) = answer.body.next().await {
                    bytes.extend_from_slice(&chunk.unwrap());
                    // Half of them don't wait to be told that nothing more comes.
                    if index.is_multiple_of(2) && bytes.len() == 5 {
                        break;
                    }
                }
                assert_eq!(bytes, b"whole");
            }
        }
    };
    join_all((0..8).map(one)).await;
}

async fn connections_are_used_again(transport: Arc<dyn Transport>, _: &str) {
    let server = Server::start(|stream| {
        while read_request(&stream).is_some() {
            answer(&stream, "200 OK", b"{}");
        }
    });
    for _ in 0..20 {
        let answer = transport.send(request("POST", &server.url("/"), b"{}")).await.unwrap();
        assert_eq!(whole(answer.body).await.unwrap(), b"{}");
        // hyper hands a connection back in a task of its own.
        transport.sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(server.connections(), 1);
}

/// Reset before the head, after it, in the middle; closed before the head and in the middle; nobody there.
async fn broken_connections(transport: Arc<dyn Transport>, which: &str) {
    let server = Server::start(|stream| {
        let Some((lines, _)) = read_request(&stream) else { return };
        let mut out = &stream;
        let way = lines[0].split(['/', ' ']).nth(2).unwrap().to_owned();
        if way.contains("head") {
            let _ = out.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nten bytes.");
        }
        if way.contains("chunk") {
            let _ =
                out.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\na\r\nten bytes.\r\n");
        }
        // The bytes must be out before a reset throws them away.
        thread::sleep(Duration::from_millis(30));
        if way.contains("reset") {
            reset(&stream);
        }
    });
    for way in ["reset", "close", "head-reset", "head-close", "chunk-reset", "chunk-close"] {
        let mut asked = request("POST", &server.url(&format!("/{way}/secret-path")), b"{}");
        asked.headers = vec![("authorization".to_owned(), "secret-value".to_owned())];
        let error = match transport.send(asked).await {
            Ok(answer) => {
                assert!(way.contains('-'), "{way}: an answer of {}", answer.status);
                whole(answer.body).await.expect_err(way)
            }
            Err(error) => {
                assert!(!way.contains('-'), "{way}: {error}");
                error
            }
        };
        println!("{which:<8} {way:<12} {}", error.message);
        check_words(&error);
    }
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let asked = request("POST", &format!("http://{gone}/secret-path?secret-value"), b"{}");
    let error = transport.send(asked).await.unwrap_err();
    println!("{which:<8} {:<12} {}", "refused", error.message);
    check_words(&error);
    assert!(error.message.to_ascii_lowercase().contains("refused"), "{error}");
}

/// A body of 20 MB each way, counted and in chunks.
async fn big_bodies(transport: Arc<dyn Transport>, which: &str) {
    let server = Server::start(|stream| {
        while let Some((lines, body)) = read_request(&stream) {
            if lines[0].contains("/counted") {
                answer(&stream, "200 OK", &body);
                continue;
            }
            let mut out = &stream;
            let _ = out.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            for part in body.chunks(100_000) {
                let _ = write!(out, "{:x}\r\n", part.len());
                let _ = out.write_all(part);
                let _ = out.write_all(b"\r\n");
            }
            let _ = out.write_all(b"0\r\n\r\n");
        }
    });
    let body: Vec<u8> = (0..BIG_BYTES).map(|at| (at % 251) as u8).collect();
    for way in ["/counted", "/chunked"] {
        let start = Instant::now();
        let answer = transport.send(request("POST", &server.url(way), &body)).await.unwrap();
        assert!(whole(answer.body).await.unwrap() == body, "{way}: other bytes came back");
        println!("{which:<8} 20 MB there and back, {way}: {:?}", start.elapsed());
    }
}

/// A reader that pauses makes the server pause: what is under way is bounded.
async fn a_pause_is_felt(transport: Arc<dyn Transport>, _: &str) {
    let written = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&written);
    let server = Server::start(move |stream| {
        read_request(&stream);
        let mut out = &stream;
        let _ = out.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n");
        let part = vec![b'x'; 65_536];
        while out.write_all(&part).is_ok() {
            count.fetch_add(part.len(), Ordering::SeqCst);
        }
    });
    let mut answer = transport.send(request("POST", &server.url("/"), b"{}")).await.unwrap();
    answer.body.next().await.unwrap().unwrap();
    transport.sleep(Duration::from_millis(500)).await;
    let first = written.load(Ordering::SeqCst);
    transport.sleep(Duration::from_millis(300)).await;
    // The kernel's buffers on loopback hold some megabytes.
    let second = written.load(Ordering::SeqCst);
    assert!(second < 32_000_000 && second - first < 1_000_000, "{first}, then {second} bytes were taken");
}

async fn a_hundred_streams(transport: Arc<dyn Transport>, which: &str) {
    let emulator = Emulator::start();
    let client = emulator.client_over(Arc::clone(&transport), "/words/50/pace/2/run/hundred");
    let start = Instant::now();
    let one = |index: usize| {
        let client = client.clone();
        async move {
            let input =
                ConverseStreamInput::builder().model_id(MODEL).messages([Message::user("Hello")]).build();
            let mut stream = client.converse_stream(input.unwrap()).await.unwrap().output.stream;
            let mut events = 0;
            while let Some(event) = stream.next().await {
                event.unwrap();
                events += 1;
                if index % 2 == 1 && events == 5 {
                    break;
                }
            }
            events
        }
    };
    let events = join_all((0..100).map(one)).await;
    println!("{which:<8} 100 streams: {:?}", start.elapsed());
    for (index, events) in events.into_iter().enumerate() {
        // messageStart, contentBlockStop, messageStop and metadata besides the words.
        assert_eq!(events, if index % 2 == 1 { 5 } else { 54 }, "{index}");
    }
    let seen = emulator.ended_over(&transport, "hundred").await;
    let attempts = seen["attempts"].as_array().unwrap();
    assert_eq!((attempts.len(), &seen["open"]), (100, &json!(0)));
    let closed = attempts.iter().filter(|attempt| attempt["responseEnded"] == "client closed").count();
    assert_eq!(closed, 50);
}

/// What the emulator's scripts break is tried again and then answered.
async fn broken_and_tried_again(transport: Arc<dyn Transport>, _: &str) {
    let emulator = Emulator::start();
    for name in ["reset-once", "body-reset-once"] {
        let client = emulator.client_over(Arc::clone(&transport), &format!("/case/{name}/transports-{name}"));
        let input = ConverseInput::builder().model_id(MODEL).messages([Message::user("Hello")]).build();
        let answer = client.converse(input.unwrap()).await.unwrap();
        assert_eq!(answer.metadata.attempts, 2, "{name}");
    }
}

async fn the_host(transport: Arc<dyn Transport>, _: &str) {
    let system = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let off = transport.now().as_unix_millis() - i64::try_from(system.as_millis()).unwrap();
    assert!(off.abs() < 1_000, "{off}");
    assert_ne!(transport.random().unwrap(), transport.random().unwrap());
    let start = Instant::now();
    transport.sleep(Duration::from_millis(50)).await;
    assert!(start.elapsed() >= Duration::from_millis(49));
    // A timer's limit in 32-bit milliseconds, a clock's, and the longest there is.
    for long in [Duration::from_millis(1 << 32), Duration::from_secs(u64::MAX / 1_000), Duration::MAX] {
        let waited = transport.sleep(Duration::from_millis(20));
        assert!(matches!(select(transport.sleep(long), waited).await, Either::Right(_)), "{long:?}");
    }
    assert!(transport.sleep(Duration::ZERO).now_or_never().is_some());
}

// --- Run for each ---

fn on_ureq<F: Future<Output = ()>>(check: impl Fn(Arc<dyn Transport>, &'static str) -> F) {
    let roots = [ureq::tls::Certificate::from_der(&tls().certificate)];
    let trusting =
        ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::new_with_certs(&roots)).build();
    let config = ureq::Agent::config_builder().tls_config(trusting);
    futures::executor::block_on(check(Arc::new(UreqTransport::with_config(config)), "ureq"));
}

fn on_reqwest<F: Future<Output = ()>>(check: impl Fn(Arc<dyn Transport>, &'static str) -> F) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let root = reqwest::Certificate::from_der(&tls().certificate).unwrap();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only([root])
        .build()
        .unwrap();
    runtime.block_on(check(Arc::new(ReqwestTransport::with_client(client)), "reqwest"));
}

macro_rules! for_each_transport {
    ($($check:ident)*) => {
        mod over_ureq {
            $(#[test] fn $check() { super::on_ureq(super::$check) })*
        }
        mod over_reqwest {
            $(#[test] fn $check() { super::on_reqwest(super::$check) })*
        }
    };
}

for_each_transport! {
    operations
    the_wire
    every_status
    redirects_are_answers
    dropped_before_the_head
    dropped_in_the_body
    dropped_over_tls
    endings_hit_no_other_request
    connections_are_used_again
    broken_connections
    big_bodies
    a_pause_is_felt
    a_hundred_streams
    broken_and_tried_again
    the_host
}

/// As a client makes them: to an address where nobody answers the certificate is of no matter.
#[test]
fn transports_as_they_come() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(every_status(Arc::new(ReqwestTransport::new().unwrap()), ""));
    runtime.block_on(redirects_are_answers(Arc::new(ReqwestTransport::new().unwrap()), ""));
    futures::executor::block_on(every_status(Arc::new(UreqTransport::new()), ""));
    futures::executor::block_on(redirects_are_answers(Arc::new(UreqTransport::default()), ""));
}

/// A server with a certificate that nobody vouches for is refused, in words.
#[test]
fn an_unknown_certificate_is_refused() {
    let config = tls().server.clone();
    let server = Server::start(move |stream| {
        let session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        let _ = rustls::StreamOwned::new(session, stream).read(&mut [0]);
    });
    let url = format!("https://localhost:{}/secret-path", server.address.port());
    let ureq = UreqTransport::new();
    let error = futures::executor::block_on(ureq.send(request("POST", &url, b"{}"))).unwrap_err();
    check_words(&error);
    assert!(error.message.contains("certificate"), "{error}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let reqwest = ReqwestTransport::new().unwrap();
    let error = runtime.block_on(reqwest.send(request("POST", &url, b"{}"))).unwrap_err();
    check_words(&error);
    assert!(error.message.contains("certificate"), "{error}");
}

/// The proxy that the environment names is not told what goes to this machine itself, where it goes in the clear; all
/// else goes by it. The environment is read when a transport is made, and no program can change its own safely: so this
/// one is started again.
#[test]
fn a_proxy_of_the_environment_hears_nothing_of_this_machine() {
    let here = Server::start(|stream| {
        read_request(&stream);
        answer(&stream, "200 OK", b"here");
    });
    let proxy = Server::start(|stream| {
        read_request(&stream);
        answer(&stream, "502 Bad Gateway", b"proxy");
    });
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "transports::as_the_environment_has_it", "--ignored"]);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        child.env(name, proxy.url(""));
    }
    for name in ["NO_PROXY", "no_proxy", "all_proxy", "HTTPS_PROXY", "https_proxy", "REQUEST_METHOD"] {
        child.env_remove(name);
    }
    let port = here.address.port();
    child.env("OUTCROP_HERE", format!("http://127.0.0.1:{port}/ http://localhost:{port}/"));
    let output = child.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    // Two transports asked at two names of this machine, and both for a host that only a proxy could know; and a client
    // that was made elsewhere asked as it is told.
    assert_eq!((here.connections(), proxy.connections()), (4, 3));
}

/// Not by itself: the test above starts it with another environment.
#[test]
#[ignore = "started by the test before it, with a proxy in the environment"]
fn as_the_environment_has_it() {
    let here = std::env::var("OUTCROP_HERE").unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (reqwest, ureq) = (ReqwestTransport::new().unwrap(), UreqTransport::new());
    let ask = |url: &str| {
        let over_reqwest = runtime.block_on(async {
            let answer = reqwest.send(request("POST", url, b"{}")).await?;
            whole(answer.body).await
        });
        let over_ureq = futures::executor::block_on(async {
            let answer = ureq.send(request("POST", url, b"{}")).await?;
            whole(answer.body).await
        });
        [over_reqwest, over_ureq]
    };
    for url in here.split(' ') {
        for answer in ask(url) {
            assert_eq!(answer.unwrap(), b"here", "{url}");
        }
    }
    // Whatever each makes of the proxy's refusal: it was asked.
    let _ = ask("http://outcrop.invalid/");
    // A client made elsewhere keeps its proxies, also on the way to this machine.
    let url = here.split(' ').next().unwrap();
    let answer = runtime.block_on(async {
        let elsewhere = ReqwestTransport::with_client(reqwest::Client::new());
        whole(elsewhere.send(request("POST", url, b"{}")).await.unwrap().body).await
    });
    assert_eq!(answer.unwrap(), b"proxy");
}

/// Without a runtime reqwest says so; hyper itself would panic.
#[test]
fn reqwest_without_tokio_is_an_error() {
    let transport = ReqwestTransport::new().unwrap();
    let sent = transport.send(request("POST", "http://127.0.0.1:1/", b"{}"));
    let error = futures::executor::block_on(sent).unwrap_err();
    assert!(error.unsupported && error.message.contains("tokio"), "{error}");
}

/// A client made elsewhere that follows redirects: what another address answers is no answer.
#[test]
fn a_followed_redirect_is_an_error() {
    let other = Server::start(|stream| {
        read_request(&stream);
        answer(&stream, "200 OK", b"{}");
    });
    let target = other.url("/secret-path");
    let server = Server::start(move |stream| {
        read_request(&stream);
        answer(&stream, &format!("302 Found\r\nlocation: {target}"), b"");
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let following = ReqwestTransport::with_client(reqwest::Client::new());
    let sent = following.send(request("POST", &server.url("/"), b"{}"));
    let error = runtime.block_on(sent).unwrap_err();
    assert!(error.unsupported && error.message.contains("redirect"), "{error}");
    assert!(!error.message.contains("secret-path"), "{error}");
}

/// A host that never takes the connection, and one that takes it and never speaks TLS: both transports give up
/// after ten seconds, each in a thread.
#[test]
fn a_connection_is_given_up_after_ten_seconds() {
    let full = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    full.bind(&"127.0.0.1:0".parse::<SocketAddr>().unwrap().into()).unwrap();
    full.listen(0).unwrap();
    let address = full.local_addr().unwrap().as_socket().unwrap();
    // Nobody accepts, so that the queue of one is full and further connections wait.
    let _waiting: Vec<_> = (0..3)
        .map(|_| {
            let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
            socket.set_nonblocking(true).unwrap();
            let _ = socket.connect(&address.into());
            socket
        })
        .collect();
    let mute = Server::start(|stream| {
        let _ = (&stream).read_to_end(&mut Vec::new());
    });
    let urls = [format!("http://{address}/secret-path"), format!("https://{}/secret-path", mute.address)];
    let check = |which: &str, error: NetworkError, took: Duration| {
        println!("{which:<8} {:?}: {}", took, error.message);
        check_words(&error);
        assert!(error.message.contains("timed out"), "{which}: {error}");
        assert!((9..15).contains(&took.as_secs()), "{which}: {took:?}");
    };
    thread::scope(|scope| {
        for url in &urls {
            scope.spawn(move || {
                let start = Instant::now();
                let transport = UreqTransport::new();
                let sent = transport.send(request("POST", url, b"{}"));
                check("ureq", futures::executor::block_on(sent).unwrap_err(), start.elapsed());
            });
            scope.spawn(move || {
                let start = Instant::now();
                let transport = ReqwestTransport::new().unwrap();
                let runtime = tokio::runtime::Runtime::new().unwrap();
                let error = runtime.block_on(transport.send(request("POST", url, b"{}"))).unwrap_err();
                check("reqwest", error, start.elapsed());
            });
        }
    });
}
