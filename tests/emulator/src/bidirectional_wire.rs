//! The two forms of a conversation: an HTTP/2 request whose body and answer flow at once, and a WebSocket that was
//! asked for with a presigned URL. It decides who is let in; what is said it does not look into.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use http::{HeaderMap, Method, Request, Response, Version};
use http_body_util::{BodyExt, Either};
use hyper::body::{Body, Frame, Incoming};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

use crate::answer::{Answer, BEFORE_BREAK_MS, Planned, broken};
use crate::auth::{self, Received};
use crate::bidirectional::{Conversation, End, Fault, Listened};
use crate::bidirectional_chain::Chain;
use crate::cors;
use crate::route::{Form, Route};
use crate::seen::Handle;
use crate::server::{Server, http_date, misuse, send, service_error, shifted};
use crate::socket::Control;

type WebSocket = WebSocketStream<TokioIo<Upgraded>>;
type Answered = Response<Either<Planned, Said>>;

/// What the other side says, as bytes.
pub enum Inbound {
    Http2 { first: Option<Bytes>, body: Incoming },
    WebSocket(SplitStream<WebSocket>),
}

impl Inbound {
    /// The next bytes; nothing when the other side has ended its half or is gone.
    pub async fn next(&mut self, handle: &Handle) -> Option<Bytes> {
        match self {
            Self::Http2 { first, body } => {
                if let Some(bytes) = first.take() {
                    return Some(bytes);
                }
                loop {
                    if let Ok(bytes) = body.frame().await?.ok()?.into_data() {
                        return Some(bytes);
                    }
                }
            }
            Self::WebSocket(stream) => loop {
                match stream.next().await?.ok()? {
                    Message::Binary(bytes) => return Some(bytes),
                    // What AWS's facts know is binary only.
                    Message::Text(_) => return Some(Bytes::from_static(b"a text is no event stream")),
                    Message::Close(frame) => {
                        // 1005: closed without a code (RFC 6455 section 7.4.1).
                        let code = frame.map_or(1005, |frame| frame.code.into());
                        handle.duplex(|duplex| duplex.close_code = Some(code));
                        return None;
                    }
                    _ => {}
                }
            },
        }
    }

    /// Reads on until the other side has ended its half too.
    pub async fn drain(mut self, handle: &Handle) {
        while self.next(handle).await.is_some() {}
    }
}

/// What the emulator says.
pub enum Outbound {
    Http2(mpsc::Sender<io::Result<Bytes>>),
    WebSocket(SplitSink<WebSocket, Message>, Arc<Control>),
}

impl Outbound {
    pub fn is_web_socket(&self) -> bool {
        matches!(self, Self::WebSocket(..))
    }

    /// Waits until the connection takes it; false when the other side is gone.
    pub async fn send(&mut self, bytes: Bytes, as_text: bool) -> bool {
        match self {
            Self::Http2(sender) => sender.send(Ok(bytes)).await.is_ok(),
            Self::WebSocket(sink, _) if as_text => {
                sink.send(Message::Text(STANDARD.encode(bytes).into())).await.is_ok()
            }
            Self::WebSocket(sink, _) => sink.send(Message::Binary(bytes)).await.is_ok(),
        }
    }

    /// Waits until the other side wants no more; over a WebSocket it is known when nothing more can be read.
    pub async fn given_up(&self) {
        if let Self::Http2(sender) = self {
            sender.closed().await;
        }
    }

    /// Ends this half. What comes of it is the other side's to say.
    pub async fn end(self, end: End) {
        match (self, end) {
            (Self::Http2(_), End::Clean) => {}
            (Self::Http2(sender), _) => {
                // A reset overtakes what was sent before it.
                tokio::time::sleep(Duration::from_millis(BEFORE_BREAK_MS)).await;
                let _ = sender.send(Err(broken())).await;
            }
            (Self::WebSocket(_, control), End::Reset) => {
                tokio::time::sleep(Duration::from_millis(BEFORE_BREAK_MS)).await;
                control.reset();
            }
            (Self::WebSocket(mut sink, _), end) => {
                let code = if let End::Code(code) = end { CloseCode::from(code) } else { CloseCode::Normal };
                let _ = sink.send(Message::Close(Some(CloseFrame { code, reason: "".into() }))).await;
            }
        }
    }
}

/// An answer's body over HTTP/2: what is said, as it is said. It takes the next only when the connection has room.
pub struct Said(mpsc::Receiver<io::Result<Bytes>>);

impl Body for Said {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|next| next.map(|bytes| bytes.map(Frame::data)))
    }
}

/// Takes a request for a conversation to its answer, and lets the conversation run on.
pub async fn respond(
    server: &Server,
    route: Route,
    form: Form,
    mut request: Request<Incoming>,
    control: Arc<Control>,
) -> io::Result<Answered> {
    let upgrade = hyper::upgrade::on(&mut request);
    let (head, body) = request.into_parts();
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let handle = server.seen().begin(route.run.as_deref(), head.method.as_str(), &target, &head.headers);
    let name = if form == Form::Http2 { "http2" } else { "websocket" };
    handle.duplex(|duplex| duplex.form = name);
    let fault = match route.fault.as_deref().map(Fault::parse).transpose() {
        Ok(fault) => fault,
        Err(message) => return plain(misuse(message), SystemTime::now(), control, handle).await,
    };
    if fault == Some(Fault::NoAnswer) {
        std::future::pending::<()>().await;
    }
    let offset = if let Some(Fault::Clock(offset)) = fault { offset } else { 0 };
    let now = shifted(SystemTime::now(), offset);
    let received =
        Received { method: head.method.as_str(), target: &target, headers: &head.headers, body: b"" };
    let proof = auth::verify_conversation(&received, now, fault == Some(Fault::Secret));
    let chain = match proof {
        Ok(claim) => claim.chain(),
        Err(refusal) => {
            handle.signature(if refusal.is_absent() { "none" } else { "bad" }, Some(refusal.message.clone()));
            return plain(service_error(403, refusal.name, &refusal.message), now, control, handle).await;
        }
    };
    handle.signature("ok", None);
    let refused = admitted(server, &route, form, fault.as_ref(), &head.method, head.version, &head.headers);
    if let Err(answer) = refused {
        return plain(answer, now, control, handle).await;
    }
    let id = uuid::Uuid::new_v4().to_string();
    let talk = Talk { chain, fault, route, handle };
    match form {
        Form::Http2 => talk.over_http2(body, id, now, control).await,
        Form::WebSocket => {
            control.narrow();
            talk.handle.status(101);
            let key = head.headers.get("sec-websocket-key").map_or(&b""[..], |key| key.as_bytes());
            let response = Response::builder()
                .status(101)
                .header("connection", "Upgrade")
                .header("upgrade", "websocket")
                .header("sec-websocket-accept", derive_accept_key(key))
                .header("x-amzn-requestid", id);
            tokio::spawn(async move {
                // The connection ended before the handshake did.
                let Ok(upgraded) = upgrade.await else { return };
                let socket =
                    WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
                let (sink, stream) = socket.split();
                talk.begin(Inbound::WebSocket(stream), Outbound::WebSocket(sink, control)).run().await;
            });
            let (_, nothing) = mpsc::channel(1);
            response.body(Either::Right(Said(nothing))).map_err(io::Error::other)
        }
    }
}

/// What a conversation is begun with.
struct Talk {
    chain: Chain,
    fault: Option<Fault>,
    route: Route,
    handle: Handle,
}

impl Talk {
    fn begin(self, input: Inbound, output: Outbound) -> Conversation {
        let Self { chain, fault, route, handle } = self;
        let model = route.conversation.map(|(_, model)| model).unwrap_or_default();
        let listened = Listened::default();
        Conversation { model, input, output, chain, fault, pace: route.pace, handle, listened }
    }

    async fn over_http2(
        self,
        mut body: Incoming,
        id: String,
        now: SystemTime,
        control: Arc<Control>,
    ) -> io::Result<Answered> {
        let mut first = None;
        match self.fault {
            Some(Fault::Html) => {
                let page = Answer::whole(200, "text/html", "<p>Please sign in</p>");
                return plain(page, now, control, self.handle).await;
            }
            Some(Fault::LateHead) => match body.frame().await {
                Some(Ok(frame)) => first = frame.into_data().ok(),
                _ => return Err(broken()),
            },
            _ => {}
        }
        self.handle.status(200);
        let response = Response::builder()
            .header("content-type", "application/vnd.amazon.eventstream")
            .header("x-amzn-requestid", id)
            .header("date", http_date(now, 0));
        // One event: the next waits until the connection has taken it.
        let (sender, said) = mpsc::channel(1);
        tokio::spawn(self.begin(Inbound::Http2 { first, body }, Outbound::Http2(sender)).run());
        response.body(Either::Right(Said(said))).map_err(io::Error::other)
    }
}

/// Whether a signed request is let in, or what it is told.
fn admitted(
    server: &Server,
    route: &Route,
    form: Form,
    fault: Option<&Fault>,
    method: &Method,
    version: Version,
    headers: &HeaderMap,
) -> Result<(), Answer> {
    let invalid = |message: &str| service_error(400, "ValidationException", message);
    let is = |name: &str, due: &str| headers.get(name).is_some_and(|value| value == due);
    let (wait, status, name) = match fault {
        Some(Fault::Throttled(times)) => (*times, 429, "ThrottlingException"),
        Some(Fault::Unavailable(times)) => (*times, 503, "ServiceUnavailableException"),
        _ => (0, 0, ""),
    };
    if wait > 0 && server.times(&format!("{name} {:?}", route.run)) < wait {
        return Err(service_error(status, name, "Too many requests, or too few servers."));
    }
    match form {
        Form::Http2 if *method != Method::POST || version != Version::HTTP_2 => {
            return Err(invalid("This operation is a POST over HTTP/2."));
        }
        Form::Http2 if !is("content-type", "application/vnd.amazon.eventstream") => {
            return Err(invalid("The content-type is application/vnd.amazon.eventstream."));
        }
        Form::WebSocket if *method != Method::GET || !headers.contains_key("sec-websocket-key") => {
            // 426: Upgrade Required (RFC 9110 section 15.5.22).
            return Err(service_error(426, "ValidationException", "This path is for WebSockets."));
        }
        _ => {}
    }
    let odd = |c: char| !(c.is_ascii_alphanumeric() || "-:._/".contains(c));
    match &route.conversation {
        Some((_, model)) if model.contains(odd) => Err(invalid("The provided model identifier is invalid.")),
        _ => Ok(()),
    }
}

/// An answer that is no conversation.
async fn plain(
    mut answer: Answer,
    now: SystemTime,
    control: Arc<Control>,
    handle: Handle,
) -> io::Result<Answered> {
    answer.set("x-amzn-requestid", uuid::Uuid::new_v4().to_string());
    answer.set("date", http_date(now, 0));
    answer.set("access-control-allow-origin", "*");
    answer.set("access-control-expose-headers", cors::EXPOSED);
    send(answer, control, handle).await.map(|response| response.map(Either::Left))
}
