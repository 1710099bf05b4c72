//! One call over time, in a world whose clock the test moves: limits, retries and what they cost, the clock, what an observer is told.
//!
//! It is long because each limit and each retry is tried before, at and after the moment when it matters.
#![cfg(feature = "client")]

use crate::world::{Chunk, START_MS, World, event, exception};
use futures::StreamExt;
use futures::future::{FutureExt, join_all};
use outcrop::client::{CallOptions, ClientBuilder, Timeouts};
use outcrop::credentials::{ApiKey, Credentials};
use outcrop::failure::{Limit, NetworkError};
use outcrop::flow::{RetryMode, fallback};
use outcrop::observe::{Event, Value};
use outcrop::stream::{EventStream, RawEvent};
use outcrop::time::Timestamp;
use outcrop::transport::HttpRequest;
use outcrop::{Client, Error};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn builder(world: &World) -> ClientBuilder {
    Client::builder()
        .region("us-east-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret", None).unwrap())
        .transport(world.clone())
}

fn client(world: &World) -> Client {
    builder(world).build().unwrap()
}

fn limited(world: &World, timeouts: Timeouts) -> Client {
    builder(world).timeouts(timeouts).build().unwrap()
}

const MS: fn(u64) -> Duration = Duration::from_millis;

async fn call(client: &Client) -> Result<outcrop::client::RawAnswer, Error> {
    client.send("Converse", &[("modelId", "m")], "{}").await
}

async fn stream(client: &Client) -> Result<EventStream<RawEvent>, Error> {
    client.send_stream("ConverseStream", &[("modelId", "m")], "{}").await.map(|stream| stream.events)
}

fn timeout(error: Error) -> outcrop::failure::TimeoutError {
    match error {
        Error::Timeout(error) => error,
        error => panic!("{error}"),
    }
}

/// What a request was signed for, as Unix milliseconds.
fn signed_at(request: &HttpRequest) -> i64 {
    let (_, date) = request.headers.iter().find(|(name, _)| name == "x-amz-date").unwrap();
    Timestamp::parse_amz_date(date).unwrap().as_unix_millis()
}

// --- Limits of time ---

#[test]
fn the_first_byte_is_waited_for_so_long_and_no_longer_then_again() {
    let world = World::new(|world, _, _| async move {
        world.wait(500).await;
        Ok(world.json("{}"))
    });
    let enough = limited(&world, Timeouts::default().first_byte(MS(500)));
    assert_eq!(world.run(call(&enough)).unwrap().metadata.attempts, 1);
    let before = world.elapsed();
    let error =
        timeout(world.run(call(&limited(&world, Timeouts::default().first_byte(MS(499))))).unwrap_err());
    assert_eq!((error.limit, error.after, error.metadata.attempts), (Limit::FirstByte, MS(499), 3));
    // The middle of the jitter: 25 ms, then 50.
    assert_eq!((world.elapsed() - before, error.metadata.total_retry_delay), (3 * 499 + 75, MS(75)));
    assert_eq!(world.open(), 0);
}

#[test]
fn a_streams_first_event_counts_as_its_first_byte() {
    let world = World::new(|world, _, number| async move {
        let quiet = if number == 1 { 1000 } else { 100 };
        Ok(world.stream(vec![Chunk::Wait(quiet), event("messageStart", "{}"), event("metadata", "{}")]))
    });
    let client = limited(&world, Timeouts::default().first_byte(MS(300)));
    let stream = world.run(stream(&client)).unwrap();
    assert_eq!((stream.metadata().attempts, world.elapsed()), (2, 300 + 25 + 100));
    assert_eq!(world.run(stream.count()), 2);
    assert_eq!(world.open(), 0);
}

#[test]
fn silence_ends_a_body_and_is_not_tried_again() {
    let world = World::new(|world, _, _| async move {
        let chunks = vec![
            Chunk::Bytes(b"{".to_vec()),
            Chunk::Wait(400),
            Chunk::Bytes(b" ".to_vec()),
            Chunk::Wait(401),
        ];
        Ok(world.answer(200, &[], chunks))
    });
    assert!(world.run(call(&limited(&world, Timeouts::default().idle(MS(401))))).is_ok());
    let error = timeout(world.run(call(&limited(&world, Timeouts::default().idle(MS(400))))).unwrap_err());
    assert_eq!((error.limit, error.metadata.attempts, world.open()), (Limit::Idle, 1, 0));
    assert_eq!((error.metadata.http_status, world.sent()), (Some(200), 2));
}

#[test]
fn silence_ends_a_stream_but_not_a_readers_pause() {
    let world = World::new(|world, _, _| async move {
        let mut chunks = vec![event("messageStart", "{}")];
        for _ in 0..3 {
            chunks.extend([Chunk::Wait(300), event("contentBlockDelta", "{}")]);
        }
        chunks.extend([Chunk::Wait(5000), event("metadata", "{}")]);
        Ok(world.stream(chunks))
    });
    let client = limited(&world, Timeouts::default().idle(MS(1000)));
    world.run(async {
        let mut stream = stream(&client).await.unwrap();
        for _ in 0..4 {
            stream.next().await.unwrap().unwrap();
            // A reader that does something else for a minute.
            world.pass(60_000);
        }
        let before = world.elapsed();
        let error = timeout(stream.next().await.unwrap().unwrap_err());
        assert_eq!((error.limit, error.events, world.elapsed() - before), (Limit::Idle, 4, 1000));
        assert!(stream.next().await.is_none());
        assert_eq!(world.open(), 0);
    });
}

#[test]
fn a_limit_of_silence_is_not_used_up_by_what_comes() {
    // 200 events, 90 ms apart, under a limit of 100: the timer that serves them all must not add up.
    let world = World::new(|world, _, _| async move {
        let mut chunks = vec![event("messageStart", "{}")];
        for _ in 0..200 {
            chunks.extend([Chunk::Wait(90), event("contentBlockDelta", "{}")]);
        }
        chunks.push(event("metadata", "{}"));
        Ok(world.stream(chunks))
    });
    let client = limited(&world, Timeouts::default().idle(MS(100)));
    let events = world.run(async { stream(&client).await.unwrap().collect::<Vec<_>>().await });
    assert!(events.len() == 202 && events.iter().all(Result::is_ok));
    // And neither does it come late: a hundred after the last event, although its timer was set before.
    let world = World::new(|world, _, _| async move {
        let first = vec![event("messageStart", "{}"), Chunk::Wait(90), event("contentBlockDelta", "{}")];
        Ok(world.stream([first, vec![Chunk::Wait(1000)]].concat()))
    });
    let client = limited(&world, Timeouts::default().idle(MS(100)));
    let events = world.run(async { stream(&client).await.unwrap().collect::<Vec<_>>().await });
    assert!(events.len() == 3 && events[2].is_err());
    assert_eq!(world.elapsed(), 190);
}

#[test]
fn the_total_counts_attempts_waits_and_the_stream() {
    let world = World::new(|world, _, number| async move {
        world.wait(100).await;
        Ok(if number == 1 {
            world.error(503, "ServiceUnavailableException", "no")
        } else {
            let mut chunks = vec![event("messageStart", "{}")];
            chunks.extend((0..50).flat_map(|_| [Chunk::Wait(100), event("contentBlockDelta", "{}")]));
            world.stream(chunks)
        })
    });
    let client = limited(&world, Timeouts::default().total(MS(1000)));
    world.run(async {
        let mut stream = stream(&client).await.unwrap();
        let mut events = 0;
        let error = loop {
            match stream.next().await.unwrap() {
                Ok(_) => events += 1,
                Err(error) => break timeout(error),
            }
        };
        assert_eq!((error.limit, error.events, world.elapsed()), (Limit::Total, events, 1000));
        assert_eq!((error.metadata.attempts, events, world.open()), (2, 8, 0));
    });
    // While waiting between attempts.
    let down = World::new(|world, _, _| async move { Ok(world.error(429, "ThrottlingException", "no")) });
    let client = limited(&down, Timeouts::default().total(MS(100)));
    let error = timeout(down.run(call(&client)).unwrap_err());
    assert_eq!((error.limit, error.metadata.attempts, down.elapsed()), (Limit::Total, 1, 100));
}

#[test]
fn zero_and_none_are_no_limit_and_the_longest_is_fine() {
    let day = 86_400_000;
    let world = World::new(move |world, _, _| async move {
        world.wait(day).await;
        Ok(world.answer(200, &[], vec![Chunk::Wait(day), Chunk::Bytes(b"{}".to_vec())]))
    });
    let zero = Timeouts::default().total(Duration::ZERO).first_byte(Duration::ZERO).idle(Duration::ZERO);
    let most = Timeouts::default().total(Duration::MAX).first_byte(Duration::MAX).idle(Duration::MAX);
    for timeouts in [Timeouts::NONE, zero, most] {
        assert!(world.run(call(&limited(&world, timeouts))).is_ok(), "{timeouts:?}");
    }
    // The defaults: an hour for the first byte.
    assert_eq!(timeout(world.run(call(&client(&world))).unwrap_err()).after, Duration::from_secs(3600));
}

#[test]
fn an_error_answer_whose_body_never_comes_is_still_what_its_head_says() {
    let world = World::new(|world, _, _| async move {
        let chunks = vec![Chunk::Bytes(b"{\"message\":".to_vec()), Chunk::Wait(10_000_000)];
        Ok(world.answer(400, &[("x-amzn-errortype", "ValidationException")], chunks))
    });
    let error = world.run(call(&client(&world))).unwrap_err();
    assert_eq!((error.name(), world.elapsed(), world.open()), ("ValidationException", 10_000, 0));
}

// --- Retries ---

#[test]
fn what_the_service_asks_for_is_waited_for() {
    // A date is read by the answer's own clock where that is told.
    for (headers, wanted) in [
        (vec![("retry-after", "3")], 3000),
        (vec![("x-amz-retry-after", "1500"), ("retry-after", "9")], 1500),
        (vec![("retry-after", "3600")], 20_000),
        (vec![("x-amz-retry-after", "99999999999")], 500),
        (vec![("retry-after", "soon")], 500),
        (vec![("retry-after", "Sat, 21 Nov 2026 09:30:07 GMT")], 7000),
        (
            vec![("retry-after", "Sat, 21 Nov 2026 09:30:07 GMT"), ("date", "Sat, 21 Nov 2026 09:30:02 GMT")],
            5000,
        ),
        (vec![("retry-after", "Fri, 20 Nov 2026 09:30:07 GMT")], 500),
    ] {
        let given = headers.clone();
        let world = World::new(move |world, _, number| {
            let mut headers = given.clone();
            headers.push(("x-amzn-errortype", "ThrottlingException"));
            async move { Ok(if number == 1 { world.answer(429, &headers, vec![]) } else { world.json("{}") }) }
        });
        let answer = world.run(call(&client(&world))).unwrap();
        // Jitter gives half of a second where the service asks for less.
        assert_eq!(answer.metadata.total_retry_delay, MS(wanted), "{headers:?}");
        assert_eq!((world.elapsed().unsigned_abs(), answer.metadata.attempts), (wanted, 2));
    }
}

#[test]
fn a_stream_is_tried_again_until_its_first_event() {
    let good = || vec![event("messageStart", "{}"), event("metadata", "{}")];
    let half = |chunk: Chunk| match chunk {
        Chunk::Bytes(bytes) => Chunk::Bytes(bytes[..bytes.len() / 2].to_vec()),
        other => other,
    };
    let before: Vec<(&str, Vec<Chunk>)> = vec![
        ("nothing at all", vec![]),
        ("reset", vec![Chunk::Reset]),
        ("cut in the first frame", vec![half(event("messageStart", "{}"))]),
        ("reset in the first frame", vec![half(event("messageStart", "{}")), Chunk::Reset]),
        ("throttled", vec![exception("throttlingException", "{\"message\":\"slow\"}")]),
        ("internal", vec![exception("internalServerException", "{}")]),
        ("unavailable", vec![exception("serviceUnavailableException", "{}")]),
        ("not ready", vec![exception("modelNotReadyException", "{}")]),
    ];
    for (what, chunks) in before {
        let world = World::new(move |world, _, number| {
            let chunks = if number == 1 { chunks.clone() } else { good() };
            async move { Ok(world.stream(chunks)) }
        });
        let stream = world.run(stream(&client(&world))).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(stream.metadata().attempts, 2, "{what}");
        assert_eq!(world.run(stream.collect::<Vec<_>>()).len(), 2, "{what}");
    }
    let never: Vec<(&str, Vec<Chunk>)> = vec![
        ("ValidationException", vec![exception("validationException", "{\"message\":\"no\"}")]),
        ("EventStreamError", vec![Chunk::Bytes(vec![b'x'; 100])]),
        ("EventStreamError", vec![event("messageStart", "{}"), Chunk::Bytes(vec![0; 16])].split_off(1)),
    ];
    for (name, chunks) in never {
        let world = World::new(move |world, _, _| {
            let chunks = chunks.clone();
            async move { Ok(world.stream(chunks)) }
        });
        let error = world.run(stream(&client(&world))).unwrap_err();
        assert_eq!((error.name(), error.metadata().unwrap().attempts, world.sent()), (name, 1, 1));
    }
    // After it, never.
    let after =
        World::new(
            |world, _, _| async move { Ok(world.stream(vec![event("messageStart", "{}"), Chunk::Reset])) },
        );
    let mut stream = after.run(stream(&client(&after))).unwrap();
    assert!(after.run(stream.next()).unwrap().is_ok());
    let error = after.run(stream.next()).unwrap().unwrap_err();
    assert_eq!((error.name(), after.sent()), ("TruncatedStreamError", 1));
}

#[test]
fn attempts_and_waits_are_told_with_every_error() {
    let reset = World::new(|_, _, _| async {
        Err::<outcrop::transport::HttpResponse, _>(NetworkError::new("refused"))
    });
    let truncated = World::new(|world, _, _| async move { Ok(world.stream(vec![])) });
    let throttled =
        World::new(|world, _, _| async move { Ok(world.error(429, "ThrottlingException", "no")) });
    let redirected = World::new(|world, _, _| async move {
        Ok(world.answer(307, &[("location", "https://x.example/")], vec![]))
    });
    for (world, name, attempts, waited) in [
        (reset, "NetworkError", 3, 75),
        (truncated, "TruncatedStreamError", 3, 75),
        (throttled, "ThrottlingException", 3, 1500),
        (redirected, "NetworkError", 1, 0),
    ] {
        let error = world.run(stream(&client(&world))).unwrap_err();
        let metadata = error.metadata().unwrap();
        assert_eq!(
            (error.name(), metadata.attempts, metadata.total_retry_delay),
            (name, attempts, MS(waited))
        );
        assert_eq!((world.sent(), world.open()), (attempts, 0));
    }
}

#[test]
fn the_quota_ends_a_storm_and_a_success_pays_back() {
    let down = Arc::new(AtomicBool::new(true));
    let own = Arc::clone(&down);
    let world = World::new(move |world, _, _| {
        let down = own.load(Ordering::SeqCst);
        async move {
            Ok(if down { world.error(503, "ServiceUnavailableException", "no") } else { world.json("{}") })
        }
    });
    let client = client(&world);
    let failed = |calls: u32| -> u32 {
        (0..calls).map(|_| world.run(call(&client)).unwrap_err().metadata().unwrap().attempts - 1).sum()
    };
    // 500 tokens pay for 35 retries of 14.
    assert_eq!(failed(100), 35);
    // Ten are left. Each success gives one back: three are too few, four are enough for one retry.
    for (successes, retries) in [(3, 0), (1, 1)] {
        down.store(false, Ordering::SeqCst);
        for _ in 0..successes {
            world.run(call(&client)).unwrap();
        }
        down.store(true, Ordering::SeqCst);
        assert_eq!(failed(5), retries, "{successes}");
    }
}

#[test]
fn dropping_a_call_ends_it_at_every_stage() {
    let world = World::new(|world, _, number| async move {
        world.wait(100).await;
        Ok(if number == 1 {
            world.error(503, "ServiceUnavailableException", "no")
        } else {
            world.stream(vec![
                Chunk::Wait(100),
                event("messageStart", "{}"),
                Chunk::Wait(100),
                event("metadata", "{}"),
            ])
        })
    });
    for after in [0, 50, 99, 110, 150, 230, 260, 320] {
        let client = client(&world);
        world.run(async {
            let mut call = Box::pin(stream(&client));
            assert!((&mut call).now_or_never().is_none());
            futures::future::select(&mut call, world.wait(after)).await;
            drop(call);
            assert_eq!(world.open(), 0, "{after}");
        });
    }
}

// --- The clock ---

/// A service whose clock is so far from the host's, and which tells it as AWS does.
fn with_clock(off_ms: i64, headers: &'static [(&'static str, &'static str)], message: bool) -> World {
    World::new(move |world, request, _| async move {
        world.wait(10).await;
        let now = world.now_ms() + off_ms;
        let signed = signed_at(&request);
        if (now - signed).abs() <= 300_000 {
            return Ok(world.json("{}"));
        }
        let text = |ms: i64| Timestamp::from_unix_millis(ms).unwrap().amz_date();
        let message = if !message {
            "The request signature we calculated does not match".to_owned()
        } else if signed < now {
            format!(
                "Signature expired: {} is now earlier than {} ({} - 5 min.)",
                text(signed),
                text(now - 300_000),
                text(now)
            )
        } else {
            format!(
                "Signature not yet current: {} is still later than {} ({} + 5 min.)",
                text(signed),
                text(now + 300_000),
                text(now)
            )
        };
        let body = serde_json::json!({ "message": message }).to_string();
        Ok(world.answer(403, headers, vec![Chunk::Bytes(body.into())]))
    })
}

#[test]
fn a_wrong_clock_costs_one_attempt_however_many_calls_there_are() {
    for off in [3_600_000, -3_600_000, 301_000, -400_000_000] {
        let world = with_clock(off, &[], true);
        let client = client(&world);
        let answers = world.run(join_all((0..100).map(|_| call(&client))));
        assert!(answers.into_iter().all(|answer| answer.unwrap().metadata.attempts == 2), "{off}");
        assert_eq!(world.sent(), 200);
        // From now on it is known.
        assert_eq!(world.run(call(&client)).unwrap().metadata.attempts, 1);
        assert_eq!(world.elapsed(), 30, "no wait");
    }
}

/// What was found is added to what that attempt used, not put in its place.
#[test]
fn a_clock_that_goes_wrong_again_is_corrected_again() {
    let off = Arc::new(AtomicI64::new(0));
    let own = Arc::clone(&off);
    let world = World::new(move |world, request, _| {
        let text = |ms: i64| Timestamp::from_unix_millis(ms).unwrap().amz_date();
        let (signed, now) = (signed_at(&request), world.now_ms() + own.load(Ordering::SeqCst));
        let message =
            format!("Signature expired: {} is now earlier than {0} ({} - 5 min.)", text(signed), text(now));
        async move {
            let good = (now - signed).abs() <= 300_000;
            Ok(if good { world.json("{}") } else { world.error(403, "InvalidSignatureException", &message) })
        }
    });
    let client = client(&world);
    for hours in [1, 3, -2, 0, 0] {
        let before = off.swap(hours * 3_600_000, Ordering::SeqCst);
        let wanted = if before == hours * 3_600_000 { 1 } else { 2 };
        assert_eq!(world.run(call(&client)).unwrap().metadata.attempts, wanted, "{hours}");
    }
}

#[test]
fn a_wrong_clock_is_found_by_date_and_only_then() {
    // The service's clock is that of the answers' Date: an hour ahead of the test's.
    let dated: &[_] =
        &[("date", "Sat, 21 Nov 2026 10:30:00 GMT"), ("x-amzn-errortype", "InvalidSignatureException")];
    let world = with_clock(3_600_000, dated, false);
    assert_eq!(world.run(call(&client(&world))).unwrap().metadata.attempts, 2);
    // Without any sign of the time there is nothing to correct.
    let silent: &[_] = &[("x-amzn-errortype", "InvalidSignatureException")];
    let world = with_clock(3_600_000, silent, false);
    assert_eq!(world.run(call(&client(&world))).unwrap_err().metadata().unwrap().attempts, 1);
}

#[test]
fn a_clock_that_can_not_be_corrected_is_tried_once() {
    let liar = World::new(|world, request, _| async move {
        let text = |ms: i64| Timestamp::from_unix_millis(ms).unwrap().amz_date();
        let signed = signed_at(&request);
        Ok(world.error(
            403,
            "InvalidSignatureException",
            &format!(
                "Signature expired: {} is now earlier than {} ({} - 5 min.)",
                text(signed),
                text(signed + 1),
                text(signed + 3_600_000)
            ),
        ))
    });
    let error = liar.run(call(&client(&liar))).unwrap_err();
    assert_eq!((error.name(), error.metadata().unwrap().attempts), ("InvalidSignatureException", 2));
    // An API key has no clock.
    let keyed =
        Client::builder().region("us-east-1").api_key(ApiKey::new("key").unwrap()).transport(liar.clone());
    let with_key = World::new(|world, request, _| async move {
        assert!(request.headers.contains(&("authorization".to_owned(), "Bearer key".to_owned())));
        Ok(world.error(403, "InvalidSignatureException", "Signature expired: 20260101T000000Z is now earlier than 20260101T005500Z (20260101T010000Z - 5 min.)"))
    });
    let error = with_key.run(call(&keyed.transport(with_key.clone()).build().unwrap())).unwrap_err();
    assert_eq!(error.metadata().unwrap().attempts, 1);
}

// --- Per call, paced, elsewhere ---

#[test]
fn a_calls_own_settings_leave_the_clients_alone() {
    let world = World::new(|world, request, _| async move {
        let header = |wanted: &str| {
            request.headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
        };
        let answer = serde_json::json!([request.url, header("authorization"), header("x-trace")]);
        Ok(world.json(&answer.to_string()))
    });
    let client = client(&world);
    let sent = |client: &Client| -> serde_json::Value {
        serde_json::from_slice(&world.run(call(client)).unwrap().body).unwrap()
    };
    let other = CallOptions::new()
        .region("eu-west-1")
        .credentials(Credentials::new("AKIDOTHER", "s", None).unwrap())
        .header("X-Trace", "1-2");
    let there = sent(&client.with(other).unwrap());
    assert_eq!(there[0], "https://bedrock-runtime.eu-west-1.amazonaws.com/model/m/converse");
    let authorization = there[1].as_str().unwrap();
    assert!(authorization.contains("AKIDOTHER/20261121/eu-west-1/bedrock/"), "{authorization}");
    assert!(authorization.contains("x-trace") && there[2] == "1-2", "{there}");
    let here = sent(&client);
    assert_eq!(here[0], "https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse");
    assert!(here[1].as_str().unwrap().contains("AKIDEXAMPLE/20261121/us-east-1/") && here[2].is_null());
    let proxied = client.with(CallOptions::new().endpoint("https://proxy.example/base")).unwrap();
    assert_eq!(sent(&proxied)[0], "https://proxy.example/base/model/m/converse");
    let key = client.with(CallOptions::new().api_key(ApiKey::new("k").unwrap())).unwrap();
    assert_eq!(sent(&key)[1], "Bearer k");
    for (name, value) in [
        ("host", "x"),
        ("Authorization", "x"),
        ("x-amz-date", "x"),
        ("a b", "x"),
        ("x", "a\r\nb: c"),
        ("x", ""),
        ("", "x"),
    ] {
        assert!(client.with(CallOptions::new().header(name, value)).is_err(), "{name}: {value}");
    }
    assert!(client.with(CallOptions::new().region("x@evil:443/#")).is_err());
    assert!(client.with(CallOptions::new().region("xn--u-i")).is_err());
}

#[test]
fn adaptive_mode_slows_down_only_after_throttling() {
    let world = World::new(|world, _, number| async move {
        Ok(if (20..30).contains(&number) {
            world.error(429, "ThrottlingException", "no")
        } else {
            world.json("{}")
        })
    });
    let client = builder(&world).retry_mode(RetryMode::Adaptive).max_attempts(1).build().unwrap();
    world.run(async {
        for _ in 0..19 {
            call(&client).await.unwrap();
        }
        assert_eq!(world.elapsed(), 0);
        for _ in 0..10 {
            call(&client).await.unwrap_err();
        }
        let slowed = world.elapsed();
        assert!(slowed > 2000, "{slowed}");
        for _ in 0..60 {
            call(&client).await.unwrap();
        }
        // The rate grows back: the last ten take less than the first.
        let before = world.elapsed();
        for _ in 0..10 {
            call(&client).await.unwrap();
        }
        assert!(world.elapsed() - before < slowed, "{slowed} {}", world.elapsed() - before);
    });
}

#[test]
fn the_next_place_is_tried_where_it_may_help() {
    let world = World::new(|world, request, _| async move {
        Ok(if request.url.contains("us-east-1") {
            world.error(503, "ServiceUnavailableException", "no")
        } else if request.url.contains("us-west-2") {
            world.error(400, "ValidationException", "no")
        } else {
            world.json("{}")
        })
    });
    let client = builder(&world).max_attempts(1).build().unwrap();
    let regions = |list: &'static [&'static str]| {
        world.run(fallback(list.iter().copied(), async |region| {
            call(&client.with(CallOptions::new().region(region))?).await
        }))
    };
    assert!(regions(&["us-east-1", "eu-west-1", "us-west-2"]).is_ok());
    assert_eq!(regions(&["us-east-1", "us-west-2", "eu-west-1"]).unwrap_err().name(), "ValidationException");
    assert_eq!(regions(&["us-east-1", "us-east-1"]).unwrap_err().name(), "ServiceUnavailableException");
    assert_eq!(regions(&[]).unwrap_err().name(), "InvalidInput");
    assert_eq!(world.sent(), 6);
}

// --- What an observer is told ---

#[test]
fn an_observer_is_told_all_and_no_secret() {
    let seen: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
    let told = Arc::clone(&seen);
    let observer = move |event: &Event<'_>| {
        let attributes: Vec<String> =
            event.attributes().iter().map(|(name, value)| format!("{name}={value}")).collect();
        told.lock().unwrap().push((event.name().to_owned(), attributes.join(" ")));
    };
    let world = World::new(|world, _, number| async move {
        world.wait(10).await;
        Ok(if number == 1 {
            world.answer(
                429,
                &[("x-amzn-errortype", "ThrottlingException"), ("x-amzn-requestid", "r1")],
                vec![Chunk::Bytes(b"{\"message\":\"slow secret\"}".to_vec())],
            )
        } else {
            world.stream(vec![event("messageStart", "{}"), Chunk::Wait(5), event("metadata", "{}")])
        })
    });
    let client = Client::builder()
        .region("us-east-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret", None).unwrap())
        .transport(world.clone())
        .observer(observer)
        .build()
        .unwrap();
    let events = world.run(async {
        let members = [("modelId", "amazon.nova-lite-v1:0")];
        let stream =
            client.send_stream::<RawEvent>("ConverseStream", &members, "{\"secret\":1}").await.unwrap();
        stream.events.count().await
    });
    assert_eq!(events, 2);
    let common = "rpc.system.name=aws-api rpc.method=BedrockRuntime/ConverseStream \
                  server.address=bedrock-runtime.us-east-1.amazonaws.com http.request.resend_count=";
    let model = "gen_ai.request.model=amazon.nova-lite-v1:0";
    let wanted = [
        ("outcrop.credentials.renewed", "outcrop.duration_ms=0".to_owned()),
        ("outcrop.attempt.started", format!("{common}0 {model}")),
        (
            "outcrop.attempt.ended",
            format!(
                "{common}0 {model} http.response.status_code=429 aws.request_id=r1 error.type=ThrottlingException outcrop.duration_ms=10"
            ),
        ),
        (
            "outcrop.call.retried",
            format!(
                "{common}0 {model} http.response.status_code=429 aws.request_id=r1 error.type=ThrottlingException outcrop.retry.reason=error outcrop.delay_ms=500"
            ),
        ),
        ("outcrop.attempt.started", format!("{common}1 {model}")),
        (
            "outcrop.attempt.ended",
            format!("{common}1 {model} http.response.status_code=200 outcrop.duration_ms=10"),
        ),
        (
            "outcrop.call.ended",
            format!("{common}1 {model} http.response.status_code=200 outcrop.duration_ms=525"),
        ),
    ];
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    let told: Vec<(&str, String)> = seen.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    assert_eq!(told, wanted);
    assert!(seen.iter().all(|(_, text)| !text.contains("secret")));
    assert_eq!(world.now_ms() - START_MS, 525);
}

#[test]
fn an_observer_is_told_of_who_gave_up() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let told = Arc::clone(&seen);
    let world = World::new(|world, _, _| async move {
        Ok(world.stream(vec![event("messageStart", "{}"), Chunk::Wait(5), event("metadata", "{}")]))
    });
    let client = builder(&world)
        .observer(move |event: &Event<'_>| {
            if event.name() == "outcrop.call.ended" {
                let error = event.attribute("error.type").unwrap_or(Value::Text("none"));
                told.lock().unwrap().push(error.to_string());
            }
        })
        .build()
        .unwrap();
    drop(world.run(stream(&client)).unwrap());
    let dropped = Box::pin(call(&client)).now_or_never();
    drop(dropped);
    world.run(async { stream(&client).await.unwrap().count().await });
    let mut waiting = Box::pin(stream(&client));
    let _ = (&mut waiting).now_or_never();
    drop(waiting);
    assert_eq!(seen.lock().unwrap().iter().filter(|error| *error == "none").count(), 1);
    assert_eq!(seen.lock().unwrap().iter().filter(|error| *error == "AbortError").count(), 3);
}

#[test]
fn an_answer_of_200_that_is_none() {
    let body = "{\"Output\":{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"},\"Version\":\"1.0\"}";
    let world = World::new(move |world, _, _| async move { Ok(world.json(body)) });
    let error = world.run(call(&client(&world))).unwrap_err();
    assert_eq!((error.name(), world.sent()), ("UnknownOperationException", 1));
    // What a model's own body holds is nobody's business.
    let members = [("modelId", "m")];
    assert_eq!(world.run(client(&world).send("InvokeModel", &members, "{}")).unwrap().body, body);
}

/// Natively alone: a page's memory is not the place for such an answer.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn an_answer_without_an_end_is_an_error_and_not_kept() {
    const PART: usize = 8 * 1024 * 1024;
    for (parts, good) in [(16, true), (17, false)] {
        let world = World::new(move |world, _, _| async move {
            let chunks = (0..parts).map(|_| Chunk::Bytes(vec![b' '; PART])).collect();
            Ok(world.answer(200, &[("content-type", "application/json")], chunks))
        });
        let answer = world.run(client(&world).send("InvokeModel", &[("modelId", "m")], "{}"));
        match answer {
            Ok(answer) => assert!(good && answer.body.len() == parts * PART),
            Err(error) => {
                assert!(!good && error.to_string().contains("128 MiB"), "{error}");
                assert_eq!((error.name(), error.who().as_str()), ("AnswerError", "aws"));
            }
        }
        assert_eq!((world.sent(), world.open()), (1, 0));
    }
}
