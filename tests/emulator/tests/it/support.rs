//! Starts the emulator, speaks HTTP to it and signs with aws-sigv4; asserts nothing about behaviour.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use aws_smithy_types::event_stream::Message;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

pub const CLAUDE: &str = "anthropic.claude-3-haiku-20240307-v1%3A0";

/// A running emulator; it ends with this value.
pub struct Emulator {
    child: Child,
    pub line: Value,
    pub host: String,
}

impl Emulator {
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).spawn().expect("the emulator starts");
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut text = String::new();
        BufReader::new(stdout).read_line(&mut text).expect("the first line can be read");
        let line: Value = serde_json::from_str(&text).expect("the first line is JSON");
        let address = line["address"].as_str().expect("the first line has an address");
        let host = address.strip_prefix("http://").expect("the address is http").to_owned();
        Self { child, line, host }
    }

    pub fn credentials(&self) -> Credentials {
        self.known("credentials")
    }

    pub fn temporary(&self) -> Credentials {
        self.known("temporaryCredentials")
    }

    /// The temporary key with a session token that has run out.
    pub fn expired(&self) -> Credentials {
        let token = self.line["expiredSessionToken"].as_str().expect("a token").to_owned();
        let temporary = self.temporary();
        Credentials::new(temporary.access_key_id(), temporary.secret_access_key(), Some(token), None, "test")
    }

    fn known(&self, name: &str) -> Credentials {
        let known = &self.line[name];
        let text = |member: &str| known[member].as_str().map(str::to_owned);
        Credentials::new(
            text("accessKeyId").expect("an access key"),
            text("secretAccessKey").expect("a secret"),
            text("sessionToken"),
            None,
            "test",
        )
    }

    /// A POST of JSON, signed in header form with the long-lived key.
    pub fn post(&self, path: &str, body: &Value) -> Call {
        self.call("POST", path, body.to_string()).signed(&self.credentials())
    }

    pub fn call(&self, method: &str, path: &str, body: impl Into<Bytes>) -> Call {
        Call {
            host: self.host.clone(),
            method: method.to_owned(),
            path: path.to_owned(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.into(),
        }
    }

    pub async fn get(&self, path: &str) -> Value {
        let mut call = self.call("GET", path, "");
        call.headers.clear();
        call.send().await.json()
    }

    pub async fn seen(&self, run: &str) -> Value {
        self.get(&format!("/_seen/{run}")).await
    }

    /// What is seen of `run` once `ready` says so; fails after 5 seconds.
    pub async fn seen_when(&self, run: &str, ready: impl Fn(&Value) -> bool) -> Value {
        let begin = std::time::Instant::now();
        loop {
            let seen = self.seen(run).await;
            if ready(&seen) {
                return seen;
            }
            assert!(begin.elapsed() < Duration::from_secs(5), "never seen: {seen}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_outcrop-emulator"));
    command
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The project's root folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A request about to be sent.
#[derive(Clone)]
pub struct Call {
    pub host: String,
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(&self.body)))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("an ASCII header"))
    }

    /// Error name and message as a client reads them.
    pub fn error(&self) -> (String, String) {
        let name = self.header("x-amzn-errortype").split(':').next().unwrap_or_default();
        // A proxy's page has neither.
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        (name.to_owned(), body["message"].as_str().unwrap_or_default().to_owned())
    }
}

impl Call {
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn signed(self, credentials: &Credentials) -> Self {
        self.signed_at(credentials, SystemTime::now())
    }

    pub fn signed_at(mut self, credentials: &Credentials, time: SystemTime) -> Self {
        let (headers, _) = self.signature(credentials, time, None);
        self.headers.extend(headers);
        self
    }

    pub fn presigned_at(mut self, credentials: &Credentials, time: SystemTime, life: Duration) -> Self {
        let (_, query) = self.signature(credentials, time, Some(life));
        let mark = if self.path.contains('?') { "&" } else { "?" };
        self.path = format!("{}{mark}{}", self.path, query.join("&"));
        self
    }

    fn signature(
        &self,
        credentials: &Credentials,
        time: SystemTime,
        life: Option<Duration>,
    ) -> (Vec<(String, String)>, Vec<String>) {
        let identity = credentials.clone().into();
        let mut settings = SigningSettings::default();
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.expires_in = life;
        if life.is_some() {
            settings.signature_location = SignatureLocation::QueryParams;
        }
        let params = SigningParams::builder()
            .identity(&identity)
            .region("eu-central-1")
            .name("bedrock")
            .time(time)
            .settings(settings)
            .build()
            .expect("all parameters are given")
            .into();
        let request = SignableRequest::new(
            &self.method,
            format!("http://{}{}", self.host, self.path),
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())),
            SignableBody::Bytes(&self.body),
        )
        .expect("the request can be signed");
        let (instructions, _) = sign(request, &params).expect("aws-sigv4 signs").into_parts();
        let (headers, query) = instructions.into_parts();
        let encode = |value: &str| {
            percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        (
            headers.iter().map(|header| (header.name().to_owned(), header.value().to_owned())).collect(),
            query.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect(),
        )
    }

    /// Sends on a connection of its own and gives the answer with its body unread.
    pub async fn open(&self) -> Result<http::Response<Incoming>, hyper::Error> {
        let stream = TcpStream::connect(&self.host).await.expect("the emulator listens");
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let mut request =
            Request::builder().method(self.method.as_str()).uri(&self.path).header("host", &self.host);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(self.body.clone())).expect("a request");
        sender.send_request(request).await
    }

    pub async fn try_send(&self) -> Result<Reply, hyper::Error> {
        let (head, body) = self.open().await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Reply { status: head.status.as_u16(), headers: head.headers, body })
    }

    /// As `try_send`, but a body that breaks off is kept as far as it came.
    pub async fn try_send_broken(&self) -> Result<Reply, hyper::Error> {
        let (head, mut body) = self.open().await?.into_parts();
        let mut bytes = BytesMut::new();
        while let Some(Ok(frame)) = body.frame().await {
            bytes.extend_from_slice(&frame.into_data().unwrap_or_default());
        }
        Ok(Reply { status: head.status.as_u16(), headers: head.headers, body: bytes.freeze() })
    }

    pub async fn send(&self) -> Reply {
        self.try_send().await.expect("an answer")
    }
}

/// `{"messages": […]}` with one question.
pub fn ask(text: &str) -> Value {
    json!({ "messages": [{ "role": "user", "content": [{ "text": text }] }] })
}

/// Decodes frames until the bytes end or are wrong: the messages, and what was wrong.
pub fn decode(body: &[u8]) -> (Vec<Message>, Result<(), String>) {
    let mut buffer = BytesMut::from(body);
    let mut decoder = MessageFrameDecoder::new();
    let mut messages = Vec::new();
    loop {
        let before = buffer.len();
        match decoder.decode_frame(&mut buffer) {
            Ok(DecodedFrame::Complete(message)) => messages.push(message),
            Ok(_) if buffer.is_empty() && before == 0 => return (messages, Ok(())),
            Ok(_) => return (messages, Err(format!("{before} bytes of a frame are left"))),
            Err(error) => return (messages, Err(error.to_string())),
        }
    }
}

pub fn header<'a>(message: &'a Message, name: &str) -> &'a str {
    let value = message.headers().iter().find(|header| header.name().as_str() == name);
    value.map_or("", |header| header.value().as_string().expect("a string header").as_str())
}

pub fn payload(message: &Message) -> Value {
    serde_json::from_slice(message.payload()).expect("a payload of JSON")
}
