//! Takes one request to its answer: preflight, route, signature, source. Keeps no state but the runs and the
//! places in their scripts. It is a little long because where an answer comes from is decided here and nowhere else.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt, Either, Limited};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::agent;
use crate::answer::{Answer, End, Length, Planned, broken};
use crate::auth::{self, Proof, Received};
use crate::bidirectional_wire;
use crate::builtin::{self, Body, BuiltIn};
use crate::case::{Case, PreflightRule};
use crate::cors;
use crate::openai;
use crate::plain::{self, Invocations, Plain};
use crate::replay::Replay;
use crate::route::{self, Route, Source};
use crate::script::Step;
use crate::seen::{ELSEWHERE, Ended, Handle, Seen};
use crate::socket::{Control, Socket};

/// A request body of more bytes is cut off: the API allows 25,000,000 and the rest is room for a wrong one.
const LONGEST_BODY_BYTES: usize = 32 * 1024 * 1024;
/// The longest body of an invoke operation, from the service's model.
const LONGEST_INVOKE_BYTES: usize = 25_000_000;

/// Everything the answers come from.
pub struct Server {
    seen: Arc<Seen>,
    replay: Replay,
    cases: HashMap<String, Case>,
    /// Attempts made so far, by case and run.
    places: Mutex<HashMap<(String, String), Arc<AtomicUsize>>>,
    /// Asynchronous invocations by run; those of no run are together.
    invocations: Mutex<HashMap<String, Invocations>>,
    /// What the first line on stdout said.
    line: Value,
}

/// Serves one connection to its end.
pub async fn serve(server: Arc<Server>, stream: TcpStream) {
    // Without it small frames would wait for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let control = Arc::new(Control::default());
    let socket = Socket { stream, control: Arc::clone(&control) };
    let over_http2 = speaks_http2(&socket.stream).await;
    let service = service_fn(move |mut request: Request<Incoming>| {
        let server = Arc::clone(&server);
        let control = Arc::clone(&control);
        async move {
            // HTTP/2 has the host in its own place.
            let authority = request.uri().authority().map(|authority| authority.as_str().parse());
            if let Some(Ok(authority)) = authority {
                request.headers_mut().entry("host").or_insert(authority);
            }
            let route = route::parse(request.uri().path());
            match route.conversation {
                Some((form, _)) => bidirectional_wire::respond(&server, route, form, request, control).await,
                None => server.respond(request, control).await.map(|answer| answer.map(Either::Left)),
            }
        }
    });
    if over_http2 {
        // 65,535 bytes, HTTP/2's own default: what is not read is soon felt by who sends.
        let window = 65_535;
        let _ = http2::Builder::new(TokioExecutor::new())
            .auto_date_header(false)
            .initial_stream_window_size(window)
            .serve_connection(TokioIo::new(socket), service)
            .await;
        return;
    }
    // Errors here are the client's going away or a script's wish; the runs tell of both.
    let _ = http1::Builder::new()
        .half_close(false)
        .auto_date_header(false)
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(socket), service)
        .with_upgrades()
        .await;
}

/// Whether the client begins with HTTP/2's preface (prior knowledge, RFC 9113 section 3.3).
async fn speaks_http2(stream: &TcpStream) -> bool {
    const BEGINS: &[u8] = b"PRI ";
    let mut begins = [0; BEGINS.len()];
    loop {
        match stream.peek(&mut begins).await {
            // POST begins as it does.
            Ok(1) if begins[0] == BEGINS[0] => tokio::time::sleep(Duration::from_millis(1)).await,
            Ok(count) => return count > 1 && BEGINS.starts_with(&begins[..count]),
            Err(_) => return false,
        }
    }
}

/// An error as the service writes it. Names of the service's own model carry its URI, others the framework's.
pub fn service_error(status: u16, name: &str, message: &str) -> Answer {
    const OF_THE_FRAMEWORK: [&str; 7] = [
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "IncompleteSignatureException",
        "MissingAuthenticationTokenException",
        "ExpiredTokenException",
        "SerializationException",
        "UnknownOperationException",
    ];
    let origin = if OF_THE_FRAMEWORK.contains(&name) { "amazon.coral.service" } else { "amazon.bedrock" };
    let mut answer = Answer::whole(status, "application/json", json!({ "message": message }).to_string());
    answer.set("x-amzn-errortype", format!("{name}:http://internal.amazon.com/coral/com.{origin}/"));
    answer
}

/// What the service says of a path it does not know, such as one with a raw `/` in an ARN: HTTP 200.
fn unknown_operation() -> Answer {
    let body = json!({
        "Output": { "__type": "com.amazon.coral.service#UnknownOperationException" },
        "Version": "1.0",
    });
    Answer::whole(200, "application/json", body.to_string())
}

pub fn http_date(time: SystemTime, offset_seconds: i64) -> String {
    httpdate::fmt_http_date(shifted(time, offset_seconds))
}

pub fn shifted(time: SystemTime, offset_seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(offset_seconds.unsigned_abs());
    if offset_seconds < 0 { time - distance } else { time + distance }
}

/// The emulator's own word about a wrong use of it; loud, and no service's error.
pub fn misuse(message: String) -> Answer {
    let mut answer = service_error(400, "EmulatorMisuse", &message);
    answer.set("x-amzn-errortype", "EmulatorMisuse");
    answer
}

impl Server {
    pub fn new(replay: Replay, cases: HashMap<String, Case>, line: Value) -> Self {
        Self {
            seen: Arc::default(),
            replay,
            cases,
            places: Mutex::default(),
            invocations: Mutex::default(),
            line,
        }
    }

    async fn respond(
        self: Arc<Self>,
        request: Request<Incoming>,
        control: Arc<Control>,
    ) -> io::Result<Response<Planned>> {
        let (head, body) = request.into_parts();
        let path = head.uri.path().to_owned();
        if head.method == Method::GET
            && let Some(report) = self.report(&path)
        {
            let mut answer = Answer::whole(200, "application/json", report.to_string());
            answer.set("access-control-allow-origin", "*");
            answer.set("cache-control", "no-store");
            answer.set("connection", "close");
            let handle = self.seen.begin(None, "GET", &path, &head.headers);
            return send(answer, control, handle).await;
        }
        let route = route::parse(&path);
        let case = match &route.source {
            Source::Case { name } => self.cases.get(name),
            _ => None,
        };
        if head.method == Method::OPTIONS {
            let answer = self.preflight(&route, case, &path, &head.headers);
            let handle = self.seen.begin(None, "OPTIONS", &path, &head.headers);
            return send(answer, control, handle).await;
        }
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        let handle = self.seen.begin(route.run.as_deref(), head.method.as_str(), &target, &head.headers);
        let body = match Limited::new(body, LONGEST_BODY_BYTES).collect().await {
            Ok(body) => body.to_bytes(),
            // Gone while it was sending: the handle tells.
            Err(_) => return Err(broken()),
        };
        handle.body(&body);
        let received =
            Received { method: head.method.as_str(), target: &target, headers: &head.headers, body: &body };
        let step = case.map(|case| case.step(self.place(&route)));
        let offset =
            |case: &Case| case.clock_offset_seconds + step.map_or(0, |step| step.clock_offset_seconds);
        let now = shifted(SystemTime::now(), case.map_or(0, offset));
        let mut answer = self.answer(&route, step, &received, now, &handle);
        answer.set("x-amzn-requestid", uuid_unless_recorded(&answer));
        if !answer.headers.iter().any(|(name, _)| name == "date") {
            answer.set("date", http_date(now, 0));
        }
        answer.set("access-control-allow-origin", "*");
        let exposed = case.and_then(|case| case.expose.as_ref()).map(|names| names.join(", "));
        answer.set("access-control-expose-headers", exposed.unwrap_or_else(|| cors::EXPOSED.to_owned()));
        if let Some(step) = step {
            step.dress(&mut answer, |offset| http_date(now, offset), &self.elsewhere(&route));
            answer.set("connection", "close");
        }
        send(answer, control, handle).await
    }

    fn report(&self, path: &str) -> Option<Value> {
        match path {
            "/_replay" => return Some(self.replay.list()),
            "/_known" => return Some(self.line.clone()),
            _ => {}
        }
        let run = path.strip_prefix("/_seen/")?;
        Some(self.seen.report(&route::decode(run)))
    }

    fn preflight(&self, route: &Route, case: Option<&Case>, path: &str, headers: &HeaderMap) -> Answer {
        let refused = case.is_some_and(|case| case.preflight == PreflightRule::Refuse);
        let allowed = if refused { None } else { cors::preflight(headers) };
        if let Some(run) = &route.run {
            self.seen.preflight(run, path, headers, allowed.is_some());
        }
        let status = if allowed.is_some() { 200 } else { 403 };
        let mut answer = Answer::whole(status, "text/plain", Bytes::new());
        if case.is_some() {
            // A browser sends a request again, unasked, if a connection that it used before is reset under it:
            // every request of a case gets a fresh one, so that the attempts are the client's.
            answer.set("connection", "close");
        }
        for (name, value) in allowed.into_iter().flatten() {
            answer.set(name, value);
        }
        answer
    }

    /// The place of this run at the other port.
    fn elsewhere(&self, route: &Route) -> String {
        let address = self.line["elsewhere"].as_str().unwrap_or_default();
        let run = route.run.as_deref().unwrap_or_default();
        format!("{address}/run/{run}{ELSEWHERE}")
    }

    pub fn seen(&self) -> &Arc<Seen> {
        &self.seen
    }

    /// How often it was asked for this before.
    pub fn times(&self, of: &str) -> usize {
        let mut places = self.places.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        places.entry((of.to_owned(), String::new())).or_default().fetch_add(1, Ordering::SeqCst)
    }

    /// How many attempts this case and run had before this one.
    fn place(&self, route: &Route) -> usize {
        let (Source::Case { name }, Some(run)) = (&route.source, &route.run) else {
            return 0;
        };
        let mut places = self.places.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let place = Arc::clone(places.entry((name.clone(), run.clone())).or_default());
        place.fetch_add(1, Ordering::SeqCst)
    }

    fn answer(
        &self,
        route: &Route,
        step: Option<&Step>,
        received: &Received<'_>,
        now: SystemTime,
        handle: &Handle,
    ) -> Answer {
        let replayed = matches!(route.source, Source::Replay { .. });
        let other = Other::of(received.method, &route.rest);
        let plain = route.plain.as_ref().filter(|plain| !replayed && plain.takes(received.method));
        let called = (route.call.is_some() || replayed) && received.method == "POST";
        if other.is_none() && plain.is_none() && !called {
            return unknown_operation();
        }
        let wrong_secret = step.is_some_and(|step| step.wrong_secret);
        if !step.is_some_and(|step| step.skip_signature_check) {
            match auth::verify(received, now, wrong_secret) {
                Ok(Proof::Signature) => handle.signature("ok", None),
                Ok(Proof::Bearer) => handle.signature("bearer", None),
                Err(refusal) => {
                    let kind = if refusal.is_absent() { "none" } else { "bad" };
                    handle.signature(kind, Some(refusal.message.clone()));
                    return service_error(403, refusal.name, &refusal.message);
                }
            }
        }
        if let Source::Replay { key } = &route.source {
            return self
                .replay
                .answer(key, route.pace)
                .unwrap_or_else(|| misuse(format!("no recorded exchange has the key '{key}'")));
        }
        if let (Source::Case { name }, None) = (&route.source, step) {
            return misuse(format!("there is no case '{name}'"));
        }
        if let Some(other) = other {
            let made = match step.is_none_or(Step::needs_builtin).then(|| other.answer(route, received)) {
                None => None,
                Some(Ok(made)) => Some(made),
                Some(Err(refusal)) => return refusal,
            };
            return answer_with(step, made, other.streams(received.body), route);
        }
        if let Some(plain) = plain {
            let made = match step.is_none_or(Step::needs_builtin).then(|| self.plain(plain, route, received))
            {
                None => None,
                Some(Ok(made)) => Some(made),
                Some(Err(refused)) => return service_error(refused.status, refused.name, &refused.message),
            };
            return answer_with(step, made, false, route);
        }
        let Some((operation, model)) = &route.call else {
            return unknown_operation();
        };
        if received.body.len() > LONGEST_INVOKE_BYTES {
            return service_error(
                400,
                "ValidationException",
                "1 validation error detected: Value at 'body' failed to satisfy constraint: Member \
                 must have length less than or equal to 25000000",
            );
        }
        let odd = |c: char| !(c.is_ascii_alphanumeric() || "-:._/".contains(c));
        if model.contains(odd) {
            return service_error(400, "ValidationException", "The provided model identifier is invalid.");
        }
        let made = if step.is_none_or(Step::needs_builtin) {
            match builtin::answer(*operation, model, received.body, route.words) {
                Ok(made) => Some(made),
                Err(invalid) => return service_error(400, invalid.name, &invalid.message),
            }
        } else {
            None
        };
        answer_with(step, made, operation.streams(), route)
    }

    /// Answers an operation of JSON to JSON, with the state of the request's run.
    fn plain(
        &self,
        plain: &Plain,
        route: &Route,
        received: &Received<'_>,
    ) -> Result<BuiltIn, plain::Refused> {
        let asked = plain::Asked {
            method: received.method,
            target: received.target,
            headers: received.headers,
            body: received.body,
        };
        let mut runs = self.invocations.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        plain.answer(&asked, runs.entry(route.run.clone().unwrap_or_default()).or_default())
    }
}

/// An operation whose path does not begin with `/model`.
#[derive(Clone, Copy)]
enum Other {
    OpenAi(openai::Operation),
    Agent,
}

impl Other {
    fn of(method: &str, rest: &[String]) -> Option<Self> {
        openai::operation(method, rest)
            .map(Self::OpenAi)
            .or_else(|| agent::is_invoke(method, rest).then_some(Self::Agent))
    }

    fn streams(self, body: &[u8]) -> bool {
        match self {
            Self::OpenAi(_) => openai::streams(body),
            Self::Agent => true,
        }
    }

    /// The built-in answer, or a refusal.
    fn answer(self, route: &Route, received: &Received<'_>) -> Result<BuiltIn, Answer> {
        match self {
            Self::OpenAi(operation) => openai::answer(operation, received.body, route.words)
                .map_err(|body| Answer::whole(400, "application/json", body.to_string())),
            Self::Agent => agent::answer(&route.rest, received.body, route.words)
                .map_err(|invalid| service_error(400, invalid.name, &invalid.message)),
        }
    }
}

/// What the step of a case makes of a built-in answer, or that answer itself.
fn answer_with(step: Option<&Step>, made: Option<BuiltIn>, streams: bool, route: &Route) -> Answer {
    match (step, made) {
        (Some(step), made) => step.answer(made, streams, route.pace).unwrap_or_else(misuse),
        (None, Some(made)) => {
            let mut answer = match made.body {
                Body::Whole(bytes) => Answer::whole(200, "", bytes),
                Body::Frames(frames) => Answer::stream(frames, route.pace),
            };
            answer.delay = route.pace.saturating_mul(made.pauses);
            for (name, value) in made.headers {
                answer.set(name, value);
            }
            answer
        }
        (None, None) => misuse("there is nothing to answer with".to_owned()),
    }
}

fn uuid_unless_recorded(answer: &Answer) -> String {
    answer
        .headers
        .iter()
        .find(|(name, _)| name == "x-amzn-requestid")
        .map_or_else(|| uuid::Uuid::new_v4().to_string(), |(_, id)| id.clone())
}

/// Sends the head after its delay, or breaks the connection before it.
pub async fn send(
    answer: Answer,
    control: Arc<Control>,
    mut handle: Handle,
) -> io::Result<Response<Planned>> {
    tokio::time::sleep(answer.delay).await;
    if !answer.head {
        if answer.end == End::Reset {
            control.reset();
        }
        handle.end(Ended::Script);
        return Err(broken());
    }
    handle.status(answer.status);
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    match answer.length {
        Length::Counted => response = response.header("content-length", answer.bytes()),
        Length::Claimed(length) => response = response.header("content-length", length),
        Length::Chunked => {}
    }
    response.body(Planned::new(answer, control, handle)).map_err(io::Error::other)
}
