//! outcrop's Rust client in conversation with the emulator: both directions at once, their ends, and what goes wrong.
//!
//! Every chunk's signature is checked with aws-sigv4, over HTTP/2 with and without TLS. It is long because all of it
//! runs against one kind of emulator, started and read by the same few lines.

use crate::started::Emulator;
use futures::channel::mpsc;
use futures::{SinkExt, Stream, StreamExt, stream};
use outcrop::aws::AwsSigner;
use outcrop::client::{ClientBuilder, Timeouts};
use outcrop::credentials::{ApiKey, Credentials, Secret, from_fn};
use outcrop::failure::{EventStreamFault, Limit};
use outcrop::transport::{ReqwestTransport, UreqTransport};
use outcrop::types::{
    BidirectionalInputEvent, BidirectionalOutputEvent, InvokeModelWithBidirectionalStreamInput,
};
use outcrop::{Client, Error};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const MODEL: &str = "amazon.nova-sonic-v1:0";

impl Emulator {
    fn builder(&self, path: &str) -> ClientBuilder {
        Client::builder()
            .region("us-east-1")
            .endpoint(self.endpoint(&format!("/pace/0{path}")))
            .credentials(self.credentials("temporaryCredentials"))
    }

    /// For a conversation that goes wrong in this way; the fault's name is the run's too.
    fn faulty(&self, fault: &str) -> ClientBuilder {
        self.builder(&format!("/fault/{fault}/run/{fault}"))
    }

    /// The attempts of a run, once nothing of it is under way.
    async fn attempts(&self, run: &str) -> Vec<Value> {
        self.ended(run).await["attempts"].as_array().unwrap().clone()
    }
}

fn input() -> InvokeModelWithBidirectionalStreamInput {
    InvokeModelWithBidirectionalStreamInput::builder().model_id(MODEL).build().unwrap()
}

fn part(number: usize) -> BidirectionalInputEvent {
    BidirectionalInputEvent::chunk(format!("part {number}, Grüße").into_bytes())
}

fn parts(count: usize) -> impl Stream<Item = BidirectionalInputEvent> + Send + 'static {
    stream::iter(1..=count).map(part)
}

fn heard(number: usize) -> Value {
    json!({ "number": number, "heard": format!("part {number}, Grüße") })
}

/// Everything up to the end, or to the error.
async fn all(
    client: &Client,
    events: impl Stream<Item = BidirectionalInputEvent> + Send + 'static,
) -> (Vec<Value>, Option<Error>) {
    let mut answer = match client.invoke_model_with_bidirectional_stream(input(), events).await {
        Ok(answer) => answer,
        Err(error) => return (Vec::new(), Some(error)),
    };
    let mut values = Vec::new();
    while let Some(event) = answer.output.body.next().await {
        match event {
            Ok(event) => values.push(event.json().unwrap()),
            Err(error) => {
                assert!(answer.output.body.next().await.is_none(), "an error comes once");
                return (values, Some(error));
            }
        }
    }
    (values, None)
}

/// As `parts`, then silence without an end; tells whether it is still there.
fn endless(count: usize) -> (impl Stream<Item = BidirectionalInputEvent> + Send + 'static, Arc<AtomicBool>) {
    struct Flag(Arc<AtomicBool>);
    impl Drop for Flag {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let gone = Arc::new(AtomicBool::new(false));
    let flag = Flag(Arc::clone(&gone));
    let events = parts(count).chain(stream::pending()).map(move |event| {
        let _ = &flag;
        event
    });
    (events, gone)
}

async fn soon(what: &str, is: impl Fn() -> bool) {
    let start = Instant::now();
    while !is() {
        assert!(start.elapsed() < Duration::from_millis(500), "{what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn each_part_is_answered_before_the_next_is_said() {
    let emulator = Emulator::start();
    for (run, builder) in [
        ("temporary", emulator.builder("/run/temporary")),
        ("fixed", emulator.builder("/run/fixed").credentials(emulator.credentials("credentials"))),
        ("aws-signer", emulator.builder("/run/aws-signer").signer(AwsSigner)),
        ("late-head", emulator.faulty("late-head")),
        ("split", emulator.faulty("split")),
    ] {
        let client = builder.build().unwrap();
        let (mut say, events) = mpsc::channel(1);
        say.send(part(1)).await.unwrap();
        let mut answer = client.invoke_model_with_bidirectional_stream(input(), events).await.unwrap();
        assert_eq!((answer.metadata.http_status, answer.metadata.attempts), (Some(200), 1));
        assert!(answer.metadata.request_id.is_some());
        for number in 1..=5 {
            let event = answer.output.body.next().await.unwrap().unwrap();
            assert!(matches!(event, BidirectionalOutputEvent::Chunk(_)));
            assert_eq!(event.json::<Value>().unwrap(), heard(number), "{run}");
            if number < 5 {
                say.send(part(number + 1)).await.unwrap();
            }
        }
        // Half of it ends; the other goes on.
        drop(say);
        let last: Value = answer.output.body.next().await.unwrap().unwrap().json().unwrap();
        assert_eq!(last, json!({ "done": true, "chunks": 5 }));
        assert!(answer.output.body.next().await.is_none());
        let seen = &emulator.attempts(run).await[0];
        assert_eq!((&seen["signature"], &seen["responseEnded"]), (&json!("ok"), &json!("complete")), "{run}");
        let duplex = &seen["duplex"];
        assert_eq!(duplex["form"], "http2");
        assert_eq!((&duplex["chunks"], &duplex["halfClosed"]), (&json!(5), &json!(true)));
        let header = |wanted: &str| {
            let headers = seen["headers"].as_array().unwrap();
            headers.iter().find(|header| header[0] == wanted).map(|header| header[1].clone())
        };
        assert_eq!(header("content-type").unwrap(), "application/vnd.amazon.eventstream");
        assert_eq!(header("x-amz-content-sha256").unwrap(), "STREAMING-AWS4-HMAC-SHA256-EVENTS");
    }
}

#[tokio::test]
async fn a_thousand_each_way() {
    let emulator = Emulator::start();
    let client = emulator.builder("/run/many").build().unwrap();
    let (values, error) = all(&client, parts(1000)).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(values.len(), 1001);
    for (index, value) in values.iter().take(1000).enumerate() {
        assert_eq!(*value, heard(index + 1));
    }
    assert_eq!(emulator.attempts("many").await[0]["duplex"]["chunks"], 1000);
}

#[tokio::test]
async fn what_is_refused_by_name_is_said_again() {
    let emulator = Emulator::start();
    // The clocks are two hours apart, both ways; the service has no room at first.
    for fault in ["clock-7200", "clock--7200", "throttled-1", "unavailable-2"] {
        let client = emulator.faulty(fault).build().unwrap();
        let (values, error) = all(&client, parts(3)).await;
        assert!(error.is_none(), "{fault}: {error:?}");
        assert_eq!(values.len(), 4, "{fault}");
        let seen = emulator.attempts(fault).await;
        assert_eq!(seen.len(), if fault == "unavailable-2" { 3 } else { 2 });
        assert_eq!(seen.last().unwrap()["duplex"]["chunks"], 3, "{fault}: none is lost, none said twice");
    }
    // Credentials that have expired are renewed.
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let good = emulator.credentials("temporaryCredentials");
    let token = Secret::from(emulator.text("/expiredSessionToken"));
    let secret = good.secret_access_key().expose();
    let expired = Credentials::new(good.access_key_id(), secret, Some(token)).unwrap();
    let provider = from_fn(move || {
        let given = if counter.fetch_add(1, Ordering::SeqCst) == 0 { expired.clone() } else { good.clone() };
        Box::pin(async move { Ok(given) })
    });
    let client = emulator.builder("/run/renewed").credentials(provider).build().unwrap();
    let (values, error) = all(&client, parts(3)).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!((values.len(), calls.load(Ordering::SeqCst)), (4, 2));
}

#[tokio::test]
async fn refusals_have_names() {
    let emulator = Emulator::start();
    for (fault, name, attempts) in [
        ("secret", "InvalidSignatureException", 1),
        ("unavailable-9", "ServiceUnavailableException", 3),
        ("throttled-9", "ThrottlingException", 3),
    ] {
        let (values, error) = all(&emulator.faulty(fault).build().unwrap(), parts(3)).await;
        let Some(Error::Service(error)) = error else { panic!("{fault}: {error:?}") };
        assert_eq!((error.name.as_str(), error.metadata.attempts, values.len()), (name, attempts, 0));
        assert!(!error.in_stream);
        assert_eq!(emulator.attempts(fault).await.len(), attempts as usize);
    }
    // More was said than is kept: it is not said again.
    let (big, sent) = counted(64 * 1024, 64);
    let (_, error) = all(&emulator.faulty("no-answer").timeouts(hasty()).build().unwrap(), big).await;
    let Some(Error::Timeout(error)) = error else { panic!("{error:?}") };
    assert_eq!((error.limit, error.metadata.attempts), (Limit::FirstByte, 1));
    assert!(sent.load(Ordering::SeqCst) < 64, "nobody reads it");
}

fn hasty() -> Timeouts {
    let limit = Duration::from_millis(300);
    Timeouts::NONE.first_byte(limit).idle(limit)
}

/// So many events of so many bytes, and how many were taken.
fn counted(
    bytes: usize,
    count: usize,
) -> (impl Stream<Item = BidirectionalInputEvent> + Send + 'static, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&taken);
    let events = stream::iter(0..count).map(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        BidirectionalInputEvent::chunk(vec![b'x'; bytes])
    });
    (events, taken)
}

#[tokio::test]
async fn whatever_breaks_in_the_middle_is_an_error() {
    let emulator = Emulator::start();
    for fault in ["cut", "reset", "close-1011", "corrupt", "error", "exception-modelStreamErrorException"] {
        let client = emulator.faulty(fault).build().unwrap();
        let (values, error) = all(&client, parts(5)).await;
        assert_eq!(values, [heard(1), heard(2)], "{fault}: what came before is delivered");
        match (fault, error) {
            ("cut" | "reset" | "close-1011", Some(Error::Truncated(error))) => assert_eq!(error.events, 2),
            ("corrupt", Some(Error::EventStream(error))) => assert_eq!(error.events, 2),
            ("error", Some(Error::Service(error))) => assert_eq!(error.name, "InternalFailure"),
            (_, Some(Error::Service(error))) => {
                assert_eq!(error.name, "ModelStreamErrorException");
                assert_eq!((error.original_status_code, error.in_stream), (Some(424), true));
            }
            (_, error) => panic!("{fault}: {error:?}"),
        }
        assert_eq!(emulator.attempts(fault).await.len(), 1, "{fault}: nothing is said twice");
    }
    let (values, error) = all(&emulator.faulty("chunk-3").build().unwrap(), parts(5)).await;
    let Some(Error::Service(error)) = error else { panic!("{error:?}") };
    assert_eq!((error.name.as_str(), values.len()), ("InvalidSignatureException", 2));
    assert_eq!(emulator.attempts("chunk-3").await[0]["duplex"]["refused"][0], 3);
    let (values, error) = all(&emulator.faulty("silence").timeouts(hasty()).build().unwrap(), parts(5)).await;
    let Some(Error::Timeout(error)) = error else { panic!("{error:?}") };
    assert_eq!((error.limit, error.events, values.len()), (Limit::Idle, 2, 2));
    let (_, error) = all(&emulator.faulty("html").build().unwrap(), parts(5)).await;
    let Some(Error::EventStream(error)) = error else { panic!("{error:?}") };
    assert!(
        matches!(error.kind, EventStreamFault::NotAnEventStream { begins, .. } if begins.contains("sign in"))
    );
}

#[tokio::test]
async fn the_service_may_end_it_first() {
    let emulator = Emulator::start();
    let (events, gone) = endless(3);
    let (values, error) = all(&emulator.faulty("early-end").build().unwrap(), events).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(values.len(), 2);
    soon("the events are let go", || gone.load(Ordering::SeqCst)).await;
}

#[tokio::test]
async fn dropping_it_ends_both_halves() {
    let emulator = Emulator::start();
    // The answer, while it is read.
    let client = emulator.builder("/run/dropped").build().unwrap();
    let (events, gone) = endless(2);
    let mut answer = client.invoke_model_with_bidirectional_stream(input(), events).await.unwrap();
    assert!(answer.output.body.next().await.unwrap().is_ok());
    assert!(!gone.load(Ordering::SeqCst));
    drop(answer);
    soon("the events are let go", || gone.load(Ordering::SeqCst)).await;
    assert_eq!(emulator.attempts("dropped").await[0]["responseEnded"], "client closed");
    // The future, before there is an answer.
    let client = emulator.faulty("no-answer").build().unwrap();
    let (events, gone) = endless(2);
    let call = client.invoke_model_with_bidirectional_stream(input(), events);
    assert!(tokio::time::timeout(Duration::from_millis(200), call).await.is_err());
    soon("the events are let go", || gone.load(Ordering::SeqCst)).await;
    assert_eq!(emulator.attempts("no-answer").await[0]["responseEnded"], "client closed");
    // The same connection serves on.
    let (values, error) = all(&emulator.builder("/run/after").build().unwrap(), parts(3)).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(values.len(), 4);
}

#[tokio::test]
async fn neither_side_runs_ahead_of_the_other() {
    let emulator = Emulator::start();
    // The service does not read for a while: what is said waits. 16 MiB in all.
    let client = emulator.faulty("stall-600").build().unwrap();
    let (events, taken) = counted(64 * 1024, 256);
    let mut answer = client.invoke_model_with_bidirectional_stream(input(), events).await.unwrap();
    tokio::time::sleep(Duration::from_millis(400)).await;
    let ahead = taken.load(Ordering::SeqCst);
    assert!((2..32).contains(&ahead), "{ahead} events of 64 KiB were taken while nobody read");
    let mut count = 0;
    while let Some(event) = answer.output.body.next().await {
        event.unwrap();
        count += 1;
    }
    assert_eq!(count, 257);
    // The caller does not read for a while: the service waits. 20,000 events are some 3 MB.
    let client = emulator.faulty("flood-20000").build().unwrap();
    let mut answer = client.invoke_model_with_bidirectional_stream(input(), parts(1)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let said = emulator.seen("flood-20000").await["attempts"][0]["duplex"]["events"].as_u64().unwrap();
    assert!(said < 19_000, "{said} events were sent while nobody read");
    let mut count = 0;
    while let Some(event) = answer.output.body.next().await {
        event.unwrap();
        count += 1;
    }
    assert_eq!(count, 20_001);
}

#[tokio::test]
async fn what_it_needs_it_says() {
    let emulator = Emulator::start();
    let key = ApiKey::new(emulator.text("/apiKey")).unwrap();
    let (_, error) = all(&emulator.builder("/run/key").api_key(key).build().unwrap(), parts(1)).await;
    assert!(matches!(error, Some(Error::Invalid(_))), "{error:?}");
    let (_, error) =
        all(&emulator.builder("/run/ureq").transport(UreqTransport::new()).build().unwrap(), parts(1)).await;
    let Some(Error::Network(error)) = error else { panic!("{error:?}") };
    assert!(error.unsupported && error.metadata.attempts == 1, "{error}");
    let client = emulator.builder("/run/other").build().unwrap();
    let other = client.send_bidirectional::<BidirectionalOutputEvent>("ConverseStream", &[], stream::empty());
    assert!(matches!(other.await, Err(Error::Invalid(_))));
    assert!(emulator.attempts("key").await.is_empty() && emulator.attempts("ureq").await.is_empty());
}

/// Takes TLS off connections and passes them on to the emulator; `protocols` are those that it offers.
async fn behind_tls(emulator: &Emulator, protocols: &[&[u8]]) -> (String, reqwest::Certificate) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let to = emulator.text("/address").trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, to) = (acceptor.clone(), to.clone());
            tokio::spawn(async move {
                let mut outside = acceptor.accept(stream).await.unwrap();
                let mut inside = tokio::net::TcpStream::connect(to).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            });
        }
    });
    (address, reqwest::Certificate::from_der(&certificate).unwrap())
}

#[tokio::test]
async fn over_tls_the_server_says_whether_it_has_http2() {
    let emulator = Emulator::start();
    for (run, protocols) in [("h2", &[&b"h2"[..], &b"http/1.1"[..]][..]), ("h1", &[&b"http/1.1"[..]][..])] {
        let (address, certificate) = behind_tls(&emulator, protocols).await;
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_only([certificate])
            .build()
            .unwrap();
        let client = emulator
            .builder("")
            .endpoint(format!("{address}/pace/0/run/{run}"))
            .transport(ReqwestTransport::with_client(client))
            .max_attempts(1)
            .build()
            .unwrap();
        let (values, error) = all(&client, parts(3)).await;
        match run {
            "h2" => assert_eq!((values.len(), error.is_none()), (4, true), "{error:?}"),
            _ => assert!(matches!(error, Some(Error::Network(_))), "{error:?}"),
        }
    }
    assert_eq!(emulator.attempts("h2").await[0]["duplex"]["chunks"], 3);
}
