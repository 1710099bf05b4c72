//! A native transport without tokio: ureq in a thread per request, over one pool of connections; it follows no redirect.
//!
//! It speaks HTTP/1.1, and it can't write and read a stream at once. Any executor will do, also
//! `futures::executor::block_on`.
//!
//! **How a request ends early.** Its thread may be waiting for the next byte, for an hour if the model thinks
//! that long. So every connection passes by [`Watched`], which notes it in the [`Ending`] of the request that
//! uses it; dropping the request's future or its body shuts that socket down, below TLS, and the thread's read
//! ends at once. There is no polling.

use super::{BoxFuture, HttpRequest, HttpResponse, Transport, host};
use crate::failure::NetworkError;
use crate::time::Timestamp;
use bytes::Bytes;
use core::fmt;
use core::time::Duration;
use futures::channel::{mpsc, oneshot};
use futures::{SinkExt, StreamExt};
use std::cell::RefCell;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, ShutdownHandle,
    Transport as Connection,
};

/// Bytes read at once: 16 KiB hold most events, and are little to keep for each stream.
const CHUNK_BYTES: usize = 16 * 1024;
/// Idle connections kept, all to one host as a rule: as many as a busy program has calls at once, and no more
/// open sockets than any system allows.
const IDLE_CONNECTIONS: usize = 64;

/// Sends each request in a thread of its own through a shared `ureq::Agent`.
///
/// ```no_run
/// use outcrop::{Client, credentials::Credentials, transport::UreqTransport};
/// use outcrop::types::{ConverseInput, Message};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let bedrock = Client::builder()
///     .region("us-east-1")
///     .credentials(Credentials::new("AKIDEXAMPLE", "secret", None)?)
///     .transport(UreqTransport::new())
///     .build()?;
/// let input = ConverseInput::builder()
///     .model_id("anthropic.claude-3-haiku-20240307-v1:0")
///     .messages([Message::user("Hello")])
///     .build()?;
/// let answer = futures::executor::block_on(bedrock.converse(input))?;
/// println!("{}", answer.text());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct UreqTransport {
    agent: ureq::Agent,
}

impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UreqTransport").finish_non_exhaustive()
    }
}

impl Default for UreqTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl UreqTransport {
    /// An agent of its own: a proxy if the environment names one, though not on the way to this machine itself, Mozilla's
    /// root certificates, ten seconds to connect, and no limit on how long a model thinks.
    pub fn new() -> Self {
        Self::with_config(
            ureq::Agent::config_builder()
                .max_idle_connections(IDLE_CONNECTIONS)
                .max_idle_connections_per_host(IDLE_CONNECTIONS)
                // Ten seconds: AWS's SDKs give up a connection attempt after one to six.
                .timeout_connect(Some(Duration::from_secs(10))),
        )
    }

    /// With settings of your own: proxy, certificates, limits. What a signed request needs is set whatever they
    /// say: no redirect, no added header, and every status an answer.
    pub fn with_config(config: ConfigBuilder<AgentScope>) -> Self {
        let config = config
            .http_status_as_error(false)
            // A redirect would carry the signature to another host.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent("")
            .accept("")
            .accept_encoding("")
            .build();
        let connector = Watching(DefaultConnector::new());
        Self { agent: ureq::Agent::with_parts(config, connector, DefaultResolver::default()) }
    }
}

impl Transport for UreqTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        Box::pin(async move {
            let ending = Arc::new(Ending::default());
            // Dropped with this future, and later with the body.
            let end = EndOnDrop(Arc::clone(&ending));
            let (head, answered) = oneshot::channel();
            // One chunk waits at most: a reader that pauses makes the server pause.
            let (chunks, body) = mpsc::channel(0);
            let agent = self.agent.clone();
            thread::Builder::new()
                .name("outcrop request".to_owned())
                .spawn(move || {
                    CURRENT.set(Some(ending));
                    run(&agent, request, head, chunks);
                })
                .map_err(|error| NetworkError::new(format!("no thread for the request: {error}")))?;
            let (status, headers) =
                answered.await.unwrap_or_else(|_| Err(NetworkError::new("the request's thread ended")))?;
            let body = body.map(move |chunk| {
                let _kept = &end;
                chunk
            });
            Ok(HttpResponse { status, headers, body: body.boxed() })
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        host::sleep(duration)
    }

    fn now(&self) -> Timestamp {
        host::now()
    }

    fn random(&self) -> Option<u64> {
        host::random()
    }
}

type Head = Result<(u16, Vec<(String, String)>), NetworkError>;

/// The thread's work: the answer's head, then its body until it ends or nobody reads it any more.
fn run(
    agent: &ureq::Agent,
    request: HttpRequest,
    head: oneshot::Sender<Head>,
    mut chunks: mpsc::Sender<Result<Bytes, NetworkError>>,
) {
    let (parts, body) = match ask(agent, request) {
        Ok(response) => response.into_parts(),
        Err(error) => {
            // Nobody waits for it if the request was dropped.
            let _ = head.send(Err(error));
            return;
        }
    };
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    if head.send(Ok((parts.status.as_u16(), headers))).is_err() {
        return;
    }
    let mut reader = body.into_reader();
    let mut buffer = vec![0; CHUNK_BYTES];
    loop {
        let chunk = match reader.read(&mut buffer) {
            Ok(0) => return,
            Ok(length) => Ok(Bytes::copy_from_slice(buffer.get(..length).unwrap_or_default())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(NetworkError::new(format!("the body broke off: {}", told_io(&error)))),
        };
        let last = chunk.is_err();
        if futures::executor::block_on(chunks.send(chunk)).is_err() || last {
            return;
        }
    }
}

fn ask(agent: &ureq::Agent, request: HttpRequest) -> Result<ureq::http::Response<ureq::Body>, NetworkError> {
    // A proxy that was set by hand is meant.
    let direct =
        agent.config().proxy().is_some_and(ureq::Proxy::is_from_env) && host::is_past_proxies(&request.url);
    let mut builder = ureq::http::Request::builder().method(request.method).uri(&request.url);
    for (name, value) in &request.headers {
        let mut value = ureq::http::HeaderValue::from_str(value)
            .map_err(|_| NetworkError::unsupported("a header value can't be sent"))?;
        value.set_sensitive(name == "authorization" || name == "x-amz-security-token");
        builder = builder.header(name, value);
    }
    let wrong = |_| NetworkError::unsupported("a URL or a header's name can't be sent");
    let answer = if request.body.is_empty() && matches!(request.method, "GET" | "HEAD" | "DELETE") {
        sent(agent, builder.body(()).map_err(wrong)?, direct)
    } else {
        sent(agent, builder.body(&request.body[..]).map_err(wrong)?, direct)
    };
    answer.map_err(|error| NetworkError::new(format!("the request failed: {}", told(&error))))
}

fn sent(
    agent: &ureq::Agent,
    request: ureq::http::Request<impl ureq::AsSendBody>,
    direct: bool,
) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
    agent.run(if direct { agent.configure_request(request).proxy(None).build() } else { request })
}

/// ureq's words, but none that could hold the URL.
fn told(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Io(error) => told_io(error),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => "it can't be sent so".to_owned(),
        ureq::Error::RequireHttpsOnly(_) => "only https is allowed".to_owned(),
        ureq::Error::Timeout(limit) => format!("timed out ({limit})"),
        other => other.to_string(),
    }
}

fn told_io(error: &io::Error) -> String {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        Some(inner) => told(inner),
        None => error.to_string(),
    }
}

thread_local! {
    /// The ending of the request that this thread carries.
    static CURRENT: RefCell<Option<Arc<Ending>>> = const { RefCell::new(None) };
}

fn current() -> Option<Arc<Ending>> {
    CURRENT.with_borrow(Option::clone)
}

/// Whether a request has been ended from outside, and the socket that it uses now.
#[derive(Default)]
struct Ending(Mutex<Place>);

#[derive(Default)]
struct Place {
    over: bool,
    socket: Option<Weak<dyn ShutdownHandle>>,
}

impl Ending {
    fn place(&self) -> MutexGuard<'_, Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The request uses this socket from now on; an error if the request is over.
    fn uses(&self, socket: &Weak<dyn ShutdownHandle>) -> io::Result<()> {
        let mut place = self.place();
        if place.over {
            return Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the request was dropped"));
        }
        place.socket = Some(Weak::clone(socket));
        Ok(())
    }

    /// The request uses no socket any more: its connection may serve another. False if the request is over.
    fn lets_go(&self) -> bool {
        let mut place = self.place();
        place.socket = None;
        !place.over
    }

    /// Ends the request. Under the lock, so that a connection let go in this moment is left alone.
    fn end(&self) {
        let mut place = self.place();
        place.over = true;
        if let Some(socket) = place.socket.take().and_then(|socket| socket.upgrade()) {
            socket.shutdown();
        }
    }
}

struct EndOnDrop(Arc<Ending>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// ureq's own connector, and the socket of each connection noted as soon as it is there, before TLS.
#[derive(Debug)]
struct Watching(DefaultConnector);

impl Connector for Watching {
    type Out = Watched;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<()>,
    ) -> Result<Option<Watched>, ureq::Error> {
        let noted = Arc::new(Mutex::new(None));
        let (note, register) = (Arc::clone(&noted), Arc::clone(&details.register_shutdown));
        let details = ConnectionDetails {
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: details.config,
            request_level: details.request_level,
            resolver: details.resolver,
            now: details.now,
            timeout: details.timeout,
            current_time: Arc::clone(&details.current_time),
            run_connector: Arc::clone(&details.run_connector),
            register_shutdown: Arc::new(move |socket| {
                if let Some(ending) = current() {
                    ending.uses(&socket)?;
                }
                *note.lock().unwrap_or_else(PoisonError::into_inner) = Some(Weak::clone(&socket));
                register(socket)
            }),
        };
        let connection = self.0.connect(&details, chained)?;
        let socket = noted.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(connection.map(|connection| Watched { connection, socket }))
    }
}

/// A connection that tells the request on whose thread it is used which socket it has.
struct Watched {
    connection: Box<dyn Connection>,
    /// `None` for one that goes through another connection, as to a proxy, which tells itself.
    socket: Option<Weak<dyn ShutdownHandle>>,
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.connection.fmt(f)
    }
}

impl Watched {
    fn is_used(&self) -> io::Result<()> {
        match (current(), &self.socket) {
            (Some(ending), Some(socket)) => ending.uses(socket),
            _ => Ok(()),
        }
    }
}

impl Connection for Watched {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.connection.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.is_used()?;
        self.connection.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.is_used()?;
        self.connection.await_input(timeout)
    }

    /// ureq asks it just before it puts a connection back into its pool, and when it takes one out.
    fn is_open(&mut self) -> bool {
        current().is_none_or(|ending| ending.lets_go()) && self.connection.is_open()
    }

    fn is_tls(&self) -> bool {
        self.connection.is_tls()
    }
}
