//! Each word of a script does on the wire what the manual says.

use std::time::{Duration, Instant, SystemTime};

use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::case_files::{Folder, case};
use crate::support::{CLAUDE, Emulator, Reply, ask, decode, header, payload};

fn start(name: &str, script: Value) -> Emulator {
    start_case(name, &case(name, script))
}

fn start_case(name: &str, case: &Value) -> Emulator {
    let folder = Folder::with(name, case);
    Emulator::start(&["--cases", &folder.0.to_string_lossy()])
}

fn stream(name: &str) -> String {
    format!("/pace/0/case/{name}/run/model/{CLAUDE}/converse-stream")
}

fn converse(name: &str) -> String {
    format!("/case/{name}/run/model/{CLAUDE}/converse")
}

#[tokio::test]
async fn steps_follow_the_attempts_and_the_last_repeats() {
    let script = json!([
        { "status": 429, "error": { "name": "ThrottlingException", "message": "slow down" },
          "headers": { "retry-after": "2" } },
        { "json": { "second": true }, "status": 503, "removeHeaders": ["x-amzn-requestid"] },
        {},
    ]);
    let emulator = start("steps", script);
    let mut replies = Vec::new();
    for _ in 0..4 {
        replies.push(emulator.post(&converse("steps"), &ask("Hello")).send().await);
    }
    let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [429, 503, 200, 200]);
    assert_eq!(replies[0].error(), ("ThrottlingException".into(), "slow down".into()));
    assert_eq!(replies[0].header("retry-after"), "2");
    assert_eq!(&replies[1].body[..], br#"{"second":true}"#);
    assert_eq!(replies[1].header("x-amzn-requestid"), "");
    // Another run begins anew.
    let other = converse("steps").replace("/run/", "/other/");
    assert_eq!(emulator.post(&other, &ask("Hello")).send().await.status, 429);
    let unknown = emulator.post(&converse("nothing"), &ask("Hello")).send().await;
    assert_eq!(unknown.error().0, "EmulatorMisuse");
}

#[tokio::test]
async fn resets_and_closes() {
    let script = json!([
        { "reset": "beforeHeaders" },
        { "close": "beforeHeaders" },
        { "reset": "afterHeaders" },
        { "reset": "afterBody", "cutAt": { "frame": 2, "byte": 5 } },
        { "close": "afterBody", "cutAt": { "frame": 2, "byte": 5 } },
        { "cutAt": { "frame": 2, "byte": 5 } },
    ]);
    let emulator = start("breaks", script);
    let call = emulator.post(&stream("breaks"), &ask("Hello"));
    let whole = emulator.post(&stream("breaks").replace("case/breaks", "run"), &ask("Hello"));
    let whole = whole.send().await.body;
    let two = decode(&whole).0.len();
    assert!(two > 5);

    let mut errors = Vec::new();
    for step in 0..5 {
        let mut body = Vec::new();
        let error = match call.open().await {
            Err(error) => error,
            Ok(mut response) => {
                assert_eq!(response.status(), 200);
                loop {
                    match response.body_mut().frame().await.expect("no clean end") {
                        Ok(frame) => body.extend_from_slice(frame.data_ref().expect("data")),
                        Err(error) => break error,
                    }
                }
            }
        };
        errors.push((step, kind(&error), body.len()));
        assert!(whole.starts_with(&body));
    }
    let cut = frame_lengths(&whole)[..2].iter().sum::<usize>() + 5;
    assert_eq!(
        errors,
        [(0, "reset", 0), (1, "closed", 0), (2, "reset", 0), (3, "reset", cut), (4, "closed", cut),]
    );
    // A clean end of HTTP in the middle of a frame.
    let reply = call.send().await;
    assert_eq!(reply.body.len(), cut);
    let seen = emulator.seen("run").await;
    let ended: Vec<&str> = seen["attempts"]
        .as_array()
        .expect("attempts")
        .iter()
        .filter_map(|attempt| attempt["responseEnded"].as_str())
        .collect();
    let reset = "reset by script";
    assert_eq!(ended, ["complete", reset, reset, reset, reset, reset, "complete"]);
}

/// Whether the connection was reset or just ended.
fn kind(error: &hyper::Error) -> &'static str {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = source {
        if let Some(io) = error.downcast_ref::<std::io::Error>()
            && io.kind() == std::io::ErrorKind::ConnectionReset
        {
            return "reset";
        }
        source = error.source();
    }
    if error.is_incomplete_message() || error.is_body_write_aborted() || error.is_closed() {
        return "closed";
    }
    // A chunked body that ends early is an unexpected end of file.
    if format!("{error:?}").contains("UnexpectedEof") { "closed" } else { "other" }
}

fn frame_lengths(mut body: &[u8]) -> Vec<usize> {
    let mut lengths = Vec::new();
    while body.len() >= 4 {
        let length = u32::from_be_bytes(body[..4].try_into().expect("four bytes")) as usize;
        lengths.push(length);
        body = &body[length..];
    }
    lengths
}

#[tokio::test]
async fn damaged_frames() {
    let script = json!([
        { "corrupt": { "frame": 2, "field": "messageCrc" } },
        { "corrupt": { "frame": 2, "field": "preludeCrc" } },
        { "corrupt": { "frame": 2, "field": "payload" } },
        { "corrupt": { "frame": 2, "field": "headers", "value": 0, "mendChecksums": true } },
        { "corrupt": { "frame": 2, "field": "totalLength", "value": 4294967295u32, "mendChecksums": true } },
        { "corrupt": { "frame": 2, "field": "headersLength", "value": 65535, "mendChecksums": true } },
        { "corrupt": { "frame": 99, "field": "headers" } },
    ]);
    let emulator = start("damage", script);
    let call = emulator.post(&stream("damage"), &ask("Hello"));
    let clean = emulator.post(&stream("damage").replace("case/damage", "run"), &ask("Hello"));
    let clean = clean.send().await.body;
    let frame = frame_lengths(&clean)[..2].iter().sum::<usize>();
    for step in 0..6 {
        let body = call.send().await.body;
        assert_eq!(body.len(), clean.len());
        assert_ne!(body, clean, "step {step}");
        let (messages, end) = decode(&body);
        assert_eq!(messages.len(), 2, "step {step}");
        assert!(end.is_err(), "step {step}");
        // Where the length lies, the prelude's checksum must not: else no decoder would get that far.
        if step >= 4 {
            let crc = crc32fast::hash(&body[frame..frame + 8]);
            assert_eq!(body[frame + 8..frame + 12], crc.to_be_bytes());
        }
    }
    assert_eq!(call.send().await.error().0, "EmulatorMisuse");
}

#[tokio::test]
async fn events_of_every_kind() {
    let script = json!([{ "events": [
        { "builtin": [0, 2] },
        { "event": "contentBlockDelta", "payload": { "contentBlockIndex": 0, "delta": { "text": "x" } } },
        { "chunk": { "generation": "y" } },
        { "headers": [
            { "name": ":message-type", "value": { "string": "event" } },
            { "name": "b", "value": { "bool": true } },
            { "name": "i", "value": { "byte": -1 } },
            { "name": "s", "value": { "short": 300 } },
            { "name": "n", "value": { "integer": 70000 } },
            { "name": "l", "value": { "long": 5000000000i64 } },
            { "name": "x", "value": { "bytesHex": "00ff" } },
            { "name": "t", "value": { "timestampMs": 1 } },
            { "name": "u", "value": { "uuid": "00000000-0000-0000-0000-000000000001" } },
          ], "payloadText": "not json" },
        { "error": "InternalFailure", "message": "oops" },
        { "pauseMs": 150 },
        { "exception": "throttlingException", "payload": { "message": "later" } },
        { "hex": "0102" },
    ] }]);
    let emulator = start("events", script);
    let begin = Instant::now();
    let reply = emulator.post(&stream("events"), &ask("Hello")).send().await;
    assert!(begin.elapsed() >= Duration::from_millis(150));
    assert_eq!(reply.header("content-type"), "application/vnd.amazon.eventstream");
    let (messages, end) = decode(&reply.body);
    assert_eq!(end, Err("2 bytes of a frame are left".to_owned()));
    let types: Vec<&str> = messages.iter().map(|m| header(m, ":message-type")).collect();
    assert_eq!(types, ["event", "event", "event", "event", "event", "error", "exception"]);
    assert_eq!(header(&messages[0], ":event-type"), "messageStart");
    assert_eq!(payload(&messages[2])["delta"]["text"], "x");
    assert_eq!(header(&messages[3], ":event-type"), "chunk");
    assert_eq!(messages[4].headers().len(), 9);
    assert_eq!(&messages[4].payload()[..], b"not json");
    assert_eq!(header(&messages[5], ":error-code"), "InternalFailure");
    assert_eq!(header(&messages[5], ":error-message"), "oops");
    assert!(messages[5].payload().is_empty());
    assert_eq!(header(&messages[6], ":exception-type"), "throttlingException");
    assert_eq!(payload(&messages[6])["message"], "later");
}

#[tokio::test]
async fn time_and_chunks() {
    let script = json!([
        { "delayMs": 120 },
        { "silenceMs": 120 },
        { "chunkBytes": 1000, "paceMs": 50 },
        { "text": "0123456789", "contentLength": 20 },
        { "text": "0123456789", "cutAt": -4 },
        { "hex": "ff00", "headers": { "content-type": "x/y" } },
    ]);
    let emulator = start("time", script);
    let call = emulator.post(&stream("time"), &ask("Hello"));
    for _ in 0..2 {
        let begin = Instant::now();
        call.send().await;
        assert!(begin.elapsed() >= Duration::from_millis(120));
    }
    let mut response = call.open().await.expect("a head");
    let mut sizes = Vec::new();
    while let Some(frame) = response.body_mut().frame().await {
        sizes.push(frame.expect("bytes").data_ref().expect("data").len());
    }
    let last = sizes.pop().expect("chunks");
    assert!(sizes.len() > 2 && sizes.iter().all(|size| *size == 1000) && last <= 1000, "{sizes:?}");
    assert!(call.try_send().await.is_err(), "a body shorter than promised");
    assert_eq!(&call.send().await.body[..], b"012345");
    let reply = call.send().await;
    assert_eq!((reply.header("content-type"), &reply.body[..]), ("x/y", &[255, 0][..]));
}

#[tokio::test]
async fn clocks_dates_and_secrets() {
    let script = json!([
        { "clockOffsetSeconds": -3600 },
        { "clockOffsetSeconds": -3600 },
        { "date": "hidden" },
        { "date": 7200 },
        { "wrongSecret": true },
        { "wrongSecret": true, "skipSignatureCheck": true },
    ]);
    let emulator = start("clock", script);
    let call = emulator.call("POST", &converse("clock"), ask("Hello").to_string());
    let known = emulator.credentials();
    let hour = Duration::from_secs(3600);
    let away = |reply: &Reply| {
        let date = httpdate::parse_http_date(reply.header("date")).expect("a date");
        let unix = |time: SystemTime| {
            time.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs() as i64
        };
        unix(date) - unix(SystemTime::now())
    };
    let near = |seconds: i64, expected: i64| (seconds - expected).abs() <= 2;
    let reply = call.clone().signed(&known).send().await;
    assert!(reply.error().1.starts_with("Signature not yet current: "));
    assert!(near(away(&reply), -3600));
    let reply = call.clone().signed_at(&known, SystemTime::now() - hour).send().await;
    assert_eq!(reply.status, 200);
    let reply = call.clone().signed(&known).send().await;
    assert_eq!((reply.status, reply.header("date")), (200, ""));
    let reply = call.clone().signed(&known).send().await;
    assert!(near(away(&reply), 7200));
    let reply = call.clone().signed(&known).send().await;
    assert_eq!(reply.error().0, "InvalidSignatureException");
    let reply = call.send().await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn cors_of_a_case() {
    let mut one = case("cors", json!([{}]));
    one["expose"] = json!(["x-amzn-RequestId"]);
    one["preflight"] = json!("refuse");
    let emulator = start_case("cors", &one);
    let reply = emulator.post(&converse("cors"), &ask("Hello")).send().await;
    assert_eq!(reply.header("access-control-expose-headers"), "x-amzn-RequestId");
    let mut preflight = emulator.call("OPTIONS", &converse("cors"), "");
    preflight.headers.clear();
    let reply = preflight
        .with("origin", "http://page.example")
        .with("access-control-request-method", "POST")
        .send()
        .await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (403, ""));
}

/// A redirect leads to the other port, and who follows it is told of.
#[tokio::test]
async fn the_other_port_tells_who_followed() {
    let emulator =
        start("led", json!([{ "status": 307, "headers": { "location": "{elsewhere}/here?a=b" } }]));
    let reply = emulator.post(&converse("led"), &ask("Hello")).send().await;
    assert_eq!(reply.status, 307);
    let elsewhere = emulator.line["elsewhere"].as_str().expect("an address");
    assert_ne!(elsewhere, emulator.line["address"].as_str().expect("an address"));
    assert_eq!(reply.header("location"), format!("{elsewhere}/run/run.elsewhere/here?a=b"));
    assert_eq!(emulator.seen("run").await["elsewhere"], 0);
    let mut followed = emulator.call("GET", "/run/run.elsewhere/here?a=b", "");
    followed.host = elsewhere.strip_prefix("http://").expect("http").to_owned();
    followed.send().await;
    let seen = emulator.seen("run").await;
    assert_eq!((&seen["elsewhere"], seen["attempts"].as_array().map(Vec::len)), (&json!(1), Some(1)));
}

#[tokio::test]
async fn nobody_listens_where_it_says() {
    let emulator = Emulator::start(&[]);
    let nobody =
        emulator.line["nobody"].as_str().and_then(|url| url.strip_prefix("http://")).expect("an address");
    let error = tokio::net::TcpStream::connect(nobody).await.expect_err("a refusal");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
}

/// A case's clock is every step's; and each of its answers ends its connection.
#[tokio::test]
async fn a_case_has_a_clock() {
    let mut case = case("clock", json!([{}, { "clockOffsetSeconds": -3600 }]));
    case["clockOffsetSeconds"] = json!(3600);
    let emulator = start_case("clock", &case);
    let early = emulator.post(&converse("clock"), &ask("Hello")).send().await;
    assert!(early.error().1.starts_with("Signature expired: "), "{:?}", early.error());
    let right = emulator.post(&converse("clock"), &ask("Hello")).send().await;
    assert_eq!((right.status, right.header("connection")), (200, "close"));
}

#[tokio::test]
async fn a_wrong_secret_is_a_wrong_key_too() {
    let emulator = start("key", json!([{ "wrongSecret": true }]));
    let key = format!("Bearer {}", emulator.line["apiKey"].as_str().expect("a key"));
    let call = emulator.call("POST", &converse("key"), ask("Hello").to_string());
    let reply = call.with("authorization", &key).send().await;
    assert_eq!((reply.status, reply.error().0.as_str()), (403, "AccessDeniedException"));
}
