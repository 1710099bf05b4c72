//! Random schedules of faults over time: each is played to a client in a world whose clock the test moves, and what comes
//! of it is compared with a model that knows nothing of the crate. The seed of one that differs is printed:
//! `OUTCROP_SEED=… OUTCROP_SCHEDULES=1` plays it again. A schedule in which two things happen in the same millisecond is left
//! out: which comes first is nobody's promise.
#![cfg(feature = "client")]

mod model;
mod script;

use crate::world::{Chunk, START_MS, World, event, exception};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt;
use futures::future::{Either, join_all, select};
use model::{Model, Sent, Told};
use outcrop::client::{CallOptions, Timeouts};
use outcrop::credentials::{ApiKey, Credentials, ProvideCredentials};
use outcrop::decide::Fault;
use outcrop::failure::{CredentialsError, NetworkError};
use outcrop::observe::Event;
use outcrop::stream::RawEvent;
use outcrop::time::Timestamp;
use outcrop::transport::{BoxFuture, HttpRequest, HttpResponse, Transport};
use outcrop::{Client, Error};
use script::{Access, Answer, Asked, Call, Message, Operation, Part, Place, Schedule, Turn};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

/// How many without being told: a fraction of a second in an optimised build. `cargo xtask test rust` asks for 100,000.
const SCHEDULES: u64 = 10_000;
const SEED: u64 = 0x5eed;
/// The bodies that are sent, to be found in each attempt as they are.
const BODY: &str = "{\"messages\":[]}";

#[test]
fn random_schedules_of_faults_end_as_a_model_says() {
    let number = |name: &str, otherwise: u64| {
        std::env::var(name).map_or(otherwise, |text| {
            let digits = text.strip_prefix("0x");
            digits.map_or_else(|| text.parse(), |hex| u64::from_str_radix(hex, 16)).unwrap()
        })
    };
    let (first, count) = (number("OUTCROP_SEED", SEED), number("OUTCROP_SCHEDULES", SCHEDULES));
    let started = Instant::now();
    let mut sums = Sums::default();
    for seed in (0..count).map(|number| first.wrapping_add(number)) {
        let failing = Failing(seed);
        play(seed, &mut sums);
        std::mem::forget(failing);
    }
    println!("{count} schedules from seed {first:#x}: {sums:?}");
    // Ties are rare, and no kind of end is forgotten.
    assert!(sums.ties * 20 < count.max(1_000), "{} ties", sums.ties);
    if count >= SCHEDULES {
        let few: Vec<_> = sums.verdicts.iter().filter(|(_, many)| **many < 10).collect();
        assert!(sums.verdicts.len() > 30 && few.len() < 5, "{few:?}");
        assert!(sums.used_up > 10 && sums.corrected > 10 && sums.renewed > 10);
    }
    report(first, count, &sums, started.elapsed());
}

/// A row for the trust table, of a whole run.
fn report(first: u64, count: u64, sums: &Sums, took: Duration) {
    let own = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("trust").into_os_string();
    let folder = match std::env::var_os("OUTCROP_TRUST") {
        Some(folder) => folder,
        None if count >= 100_000 => own,
        None => return,
    };
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let today = Timestamp::from_unix_millis(i64::try_from(since.as_millis()).unwrap()).unwrap().amz_date();
    let note = format!(
        "{} calls in turn, {} at once, {} requests, {} events; {} corrected clocks, {} renewals, {} quotas used up; {} schedules left out, as two things happened in one ms",
        sums.calls,
        sums.crowded,
        sums.requests,
        sums.events,
        sums.corrected,
        sums.renewed,
        sums.used_up,
        sums.ties
    );
    let row = serde_json::json!([{
        "part": "schedules",
        "what": "Rust client: random fault schedules against an independent model",
        "against": "a model of the rules, in the test",
        "count": count - sums.ties,
        "unit": "schedules",
        "findings": 0,
        "seed": format!("{first:#x}"),
        "command": format!("OUTCROP_SEED={first:#x} OUTCROP_SCHEDULES={count} cargo xtask test rust"),
        "seconds": (took.as_secs_f64() * 10.0).round() / 10.0,
        "date": format!("{}-{}-{}", &today[..4], &today[4..6], &today[6..8]),
        "note": note,
    }]);
    std::fs::create_dir_all(&folder).unwrap();
    let path = std::path::Path::new(&folder).join("schedules.json");
    std::fs::write(path, format!("{row:#}\n")).unwrap();
}

/// Says how to play it again when a schedule panics.
struct Failing(u64);

impl Drop for Failing {
    fn drop(&mut self) {
        println!(
            "again: OUTCROP_SEED={:#x} OUTCROP_SCHEDULES=1 (the schedule: {:#?})",
            self.0,
            Schedule::new(self.0)
        );
    }
}

#[derive(Debug, Default)]
struct Sums {
    calls: usize,
    /// Those of them that were made at once with others.
    crowded: usize,
    requests: usize,
    events: usize,
    ties: u64,
    corrected: usize,
    renewed: usize,
    used_up: usize,
    verdicts: std::collections::BTreeMap<String, usize>,
}

/// What the service has seen, and what it says.
#[derive(Debug, Default)]
struct Seen {
    sent: Vec<Sent>,
    signatures: Vec<String>,
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(own, _)| own == name).map(|(_, value)| &**value)
}

fn service(schedule: &Schedule, seen: &Arc<Mutex<Seen>>) -> World {
    let (schedule, seen) = (schedule.clone(), Arc::clone(seen));
    World::with_random(u64::from(schedule.random), move |world, request, number| {
        let probe =
            ["503", "429"].into_iter().find(|status| request.url.contains(&format!("/probe-{status}/")));
        let number = number as usize - 1;
        let (after, answer) = schedule.answers[number.min(schedule.answers.len() - 1)].clone();
        let arrived = world.now_ms();
        assert_eq!(&*request.body, BODY.as_bytes());
        let authorization = header(&request, "authorization").unwrap().to_owned();
        let date = header(&request, "x-amz-date");
        let second = arrived.div_euclid(1000) * 1000;
        let signed = date.map_or(second, |date| Timestamp::parse_amz_date(date).unwrap().as_unix_millis());
        let key = authorization
            .split_once("Credential=")
            .map_or_else(
                || authorization.trim_start_matches("Bearer "),
                |(_, rest)| rest.split('/').next().unwrap(),
            )
            .to_owned();
        if probe.is_none() {
            let mut held = seen.lock().unwrap();
            held.sent.push(Sent { at: arrived - START_MS, key, signed });
            held.signatures.push(authorization);
        }
        async move {
            if let Some(status) = probe {
                return Ok(world.answer(status.parse().unwrap(), &[], Vec::new()));
            }
            world.wait(after).await;
            respond(&world, &request, answer, arrived, signed)
        }
    })
}

fn respond(
    world: &World,
    request: &HttpRequest,
    answer: Answer,
    arrived: i64,
    signed: i64,
) -> Result<HttpResponse, NetworkError> {
    let operation = match request.url.rsplit('/').next().unwrap() {
        "converse" => Operation::Converse,
        "converse-stream" => Operation::ConverseStream,
        _ => Operation::InvokeModelWithResponseStream,
    };
    let http_date = |ms: i64| {
        let ms = u64::try_from(arrived + ms).unwrap();
        httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_millis(ms))
    };
    Ok(match answer {
        Answer::Refused => return Err(NetworkError::new("refused")),
        Answer::Redirect => {
            world.answer(307, &[("location", "https://elsewhere.example/")], vec![Chunk::Wait(5)])
        }
        Answer::Good(parts) if operation == Operation::Converse => {
            let byte = |part: &Part| match part {
                Part::Wait(ms) => Chunk::Wait(*ms),
                Part::Reset => Chunk::Reset,
                _ => Chunk::Bytes(b" ".to_vec()),
            };
            world.answer(200, &[("content-type", "application/json")], parts.iter().map(byte).collect())
        }
        Answer::Good(parts) => world.stream(frames(&parts, operation)),
        Answer::Other(parts) if operation == Operation::Converse => {
            let body = br#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#;
            world.answer(200, &[], chunks(&parts, body))
        }
        Answer::Other(parts) => {
            world.answer(200, &[("content-type", "text/html")], chunks(&parts, b"<!doctype html>"))
        }
        Answer::Error { status, place, name, dressed, message, asked, date, body } => {
            let text = |ms: i64| Timestamp::from_unix_millis(ms).unwrap().amz_date();
            let message = match message {
                Message::Plain => "no".to_owned(),
                Message::Expired => "The security token included in the request is expired".to_owned(),
                Message::Skewed(off) if signed < arrived + off => {
                    let now = arrived + off;
                    let least = now - 300_000;
                    format!(
                        "Signature expired: {} is now earlier than {} ({} - 5 min.)",
                        text(signed),
                        text(least),
                        text(now)
                    )
                }
                Message::Skewed(off) => {
                    let now = arrived + off;
                    let most = now + 300_000;
                    format!(
                        "Signature not yet current: {} is still later than {} ({} + 5 min.)",
                        text(signed),
                        text(most),
                        text(now)
                    )
                }
                Message::SkewedHalf => {
                    format!(
                        "Signature expired: {} is now earlier than {}",
                        text(signed),
                        text(signed + 60_000)
                    )
                }
            };
            let before = if dressed { "com.amazon.coral.service#" } else { "" };
            let behind = if dressed { ":http://internal.amazon.com/coral/" } else { "" };
            let stated = format!("{before}{name}{behind}");
            let mut json = serde_json::json!({ "message": message });
            let mut headers: Vec<(&str, String)> = Vec::new();
            match place {
                Place::Nowhere => {}
                Place::Header => headers.push(("x-amzn-errortype", stated)),
                Place::Code => json["code"] = stated.into(),
                Place::Type => json["__type"] = stated.into(),
            }
            headers.extend(date.map(|off| ("date", http_date(off))));
            match asked {
                Asked::Nothing => {}
                Asked::Millis(ms) => headers.push(("x-amz-retry-after", ms.to_string())),
                Asked::Seconds(seconds) => headers.push(("retry-after", seconds.to_string())),
                Asked::Both(ms, seconds) => headers
                    .extend([("retry-after", seconds.to_string()), ("x-amz-retry-after", ms.to_string())]),
                Asked::Until(seconds) => {
                    headers.push(("retry-after", http_date(date.unwrap_or(0) + seconds * 1000)));
                }
                Asked::Nonsense => headers.push(("retry-after", "soon".to_owned())),
            }
            let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, &**value)).collect();
            world.answer(status, &headers, chunks(&body, json.to_string().as_bytes()))
        }
    })
}

/// The first half and the rest of a body, as often as they are wanted.
fn chunks(parts: &[Part], body: &[u8]) -> Vec<Chunk> {
    let (half, rest) = body.split_at(body.len() / 2);
    let mut halved = false;
    let mut out = Vec::new();
    for part in parts {
        out.push(match part {
            Part::Wait(ms) => Chunk::Wait(*ms),
            Part::Reset => Chunk::Reset,
            Part::Half => {
                halved = true;
                Chunk::Bytes(half.to_vec())
            }
            _ if halved => Chunk::Bytes(rest.to_vec()),
            _ => Chunk::Bytes(body.to_vec()),
        });
    }
    out
}

fn frames(parts: &[Part], operation: Operation) -> Vec<Chunk> {
    let streams = operation == Operation::ConverseStream;
    let chunk = |json: &str| event("chunk", &format!("{{\"bytes\":\"{}\"}}", STANDARD.encode(json)));
    let bytes = |part: &Part| {
        let made = match part {
            Part::End if streams => event("metadata", "{\"usage\":{}}"),
            Part::End => chunk("{\"amazon-bedrock-invocationMetrics\":{}}"),
            Part::Whole if streams => event("contentBlockDelta", "{\"delta\":{\"text\":\"a\"}}"),
            Part::Whole => chunk("{\"text\":\"a\"}"),
            Part::Exception(name) => exception(name, "{\"message\":\"no\"}"),
            _ => Chunk::Bytes(vec![b'x'; 40]),
        };
        let Chunk::Bytes(bytes) = made else { unreachable!() };
        bytes
    };
    let mut out = Vec::new();
    let mut halved = false;
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Wait(ms) => out.push(Chunk::Wait(*ms)),
            Part::Reset => out.push(Chunk::Reset),
            Part::Half => {
                // Of what comes next that has bytes; at the end of a script of any frame.
                let next = parts[at..].iter().find(|part| matches!(part, Part::Whole | Part::End));
                let whole = bytes(next.unwrap_or(&Part::Whole));
                out.push(Chunk::Bytes(whole[..whole.len() / 2].to_vec()));
                halved = true;
            }
            _ => {
                let whole = bytes(part);
                let from = if std::mem::take(&mut halved) { whole.len() / 2 } else { 0 };
                out.push(Chunk::Bytes(whole[from..].to_vec()));
            }
        }
    }
    out
}

/// A provider by its turns, or one of short-lived sets.
#[derive(Debug)]
struct Provider {
    world: World,
    access: Access,
    calls: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    /// When a set that was given is due to be renewed at the earliest, if nobody calls it expired.
    due: AtomicI64,
    unasked: Arc<AtomicUsize>,
    together: Arc<AtomicUsize>,
}

struct Underway(Arc<AtomicUsize>);

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl ProvideCredentials for Provider {
    fn provide<'a>(
        &'a self,
        _: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        if self.open.fetch_add(1, Ordering::SeqCst) > 0 {
            self.together.fetch_add(1, Ordering::SeqCst);
        }
        if self.world.now_ms() < self.due.load(Ordering::SeqCst) {
            self.unasked.fetch_add(1, Ordering::SeqCst);
        }
        let underway = Underway(Arc::clone(&self.open));
        let set = Credentials::new(format!("AKID{}", number + 1), "secret", None).unwrap();
        Box::pin(async move {
            let _underway = underway;
            let turns = match &self.access {
                Access::Provider(turns) => turns,
                Access::ShortLived { life, after } => {
                    self.world.wait(*after).await;
                    let expires = self.world.now_ms() + life;
                    // A fifth of its life before the end, and a fifth of that earlier.
                    self.due.store(expires - life * 6 / 25 - 1, Ordering::SeqCst);
                    return Ok(set.with_expiration(Timestamp::from_unix_millis(expires).unwrap()));
                }
                _ => unreachable!(),
            };
            let turn = turns[number.min(turns.len() - 1)];
            let (Turn::Gives(after) | Turn::Fails(after) | Turn::GivesExpired(after)) = turn;
            self.world.wait(after).await;
            match turn {
                Turn::Gives(_) => Ok(set),
                Turn::Fails(_) => Err(CredentialsError::new("no luck")),
                Turn::GivesExpired(_) => {
                    Ok(set.with_expiration(Timestamp::from_unix_millis(self.world.now_ms()).unwrap()))
                }
            }
        })
    }

    fn invalidate(&self, _: &Credentials) {
        self.due.store(0, Ordering::SeqCst);
    }
}

fn play(seed: u64, sums: &mut Sums) {
    let schedule = Schedule::new(seed);
    // First the model: what it has seen come together is not played. It has no idea of crowds.
    let mut model = Model::new(&schedule, START_MS);
    let due: Vec<Told> = match schedule.crowd {
        true => Vec::new(),
        false => schedule.calls.iter().map(|call| model.call(call)).collect(),
    };
    if model.tie {
        sums.ties += 1;
        return;
    }

    let seen = Arc::new(Mutex::new(Seen::default()));
    let world = service(&schedule, &seen);
    let [calls, open, unasked, together] = [(); 4].map(|()| Arc::new(AtomicUsize::new(0)));
    let limit = |ms: i64| Duration::from_millis(ms.unsigned_abs());
    let limits = schedule.limits;
    let timeouts = Timeouts::NONE
        .total(limit(limits.total))
        .first_byte(limit(limits.first_byte))
        .idle(limit(limits.idle));
    let mut builder = Client::builder()
        .region("us-east-1")
        .transport(world.clone())
        .max_attempts(schedule.max_attempts)
        .timeouts(timeouts);
    builder = match &schedule.access {
        Access::ApiKey => builder.api_key(ApiKey::new("key").unwrap()),
        Access::Fixed => builder.credentials(Credentials::new("AKIDFIXED", "secret", None).unwrap()),
        access => builder.credentials(Provider {
            world: world.clone(),
            access: access.clone(),
            calls: Arc::clone(&calls),
            open: Arc::clone(&open),
            due: AtomicI64::new(0),
            unasked: Arc::clone(&unasked),
            together: Arc::clone(&together),
        }),
    };
    let watched: Arc<Mutex<Vec<String>>> = Arc::default();
    if schedule.observed {
        let watched = Arc::clone(&watched);
        builder =
            builder.observer(move |event: &Event<'_>| watched.lock().unwrap().push(event.name().to_owned()));
    }
    let client = builder.build().unwrap();
    if schedule.crowd {
        let make = |call: &Call| {
            let call = *call;
            let (world, client) = (&world, &client);
            async move {
                world.wait(call.pause).await;
                make(world, client, &call).await
            }
        };
        let told = world.run(join_all(schedule.calls.iter().map(make)));
        assert_eq!(world.open(), 0, "bodies or requests are open");
        for told in told {
            let attempts = told.attempts.unwrap_or(0);
            // One more for a wrong clock, one for an expired token.
            assert!(attempts <= schedule.max_attempts.max(1) + 2, "{told:?}");
            assert!(told.waited.unwrap_or(0) <= u64::from(attempts) * 20_000, "{told:?}");
            sums.crowded += 1;
        }
        let most = quota(&world, &client);
        assert!(most.0 <= 500 / 14 && most.1 <= 2, "{most:?}");
        drop(client);
        assert_eq!(open.load(Ordering::SeqCst), 0, "a provider is still asked");
        assert_eq!(together.load(Ordering::SeqCst), 0, "a provider was asked by two at a time");
        return;
    }
    let timed = !matches!(schedule.access, Access::ShortLived { .. });

    for (number, (call, due)) in schedule.calls.iter().zip(&due).enumerate() {
        world.pass(call.pause);
        let mut told = world.run(make(&world, &client, call));
        assert_eq!(world.open(), 0, "call {number}: bodies or requests are open");
        told.at = world.elapsed();
        let mut due = due.clone();
        if !timed {
            // How long sets of a short life were waited for is not modelled.
            due.at = told.at;
        }
        assert_eq!(told, due, "call {number}: what came of it, and what was due");
        sums.calls += 1;
        sums.events += told.got;
        *sums.verdicts.entry(told.verdict).or_default() += 1;
    }

    let own = std::mem::take(&mut *seen.lock().unwrap());
    assert_eq!(own.sent.len(), model.sent.len());
    if timed {
        assert_eq!(own.sent, model.sent);
        assert_eq!(calls.load(Ordering::SeqCst), model.asked_for_credentials);
    } else {
        assert_eq!(unasked.load(Ordering::SeqCst), 0, "asked for credentials although there were some");
    }
    // Signed anew: no two seconds, and no two keys, have one signature.
    for (at, sent) in own.sent.iter().enumerate().filter(|_| !matches!(schedule.access, Access::ApiKey)) {
        for (before, signature) in own.sent[..at].iter().zip(&own.signatures) {
            let same = (sent.signed, &sent.key) == (before.signed, &before.key);
            assert!(same || *signature != own.signatures[at]);
        }
    }
    if schedule.observed {
        let watched = watched.lock().unwrap();
        let count = |name: &str| watched.iter().filter(|own| **own == name).count();
        assert_eq!(count("outcrop.call.ended"), schedule.calls.len());
        assert_eq!(count("outcrop.attempt.started"), own.sent.len());
        assert_eq!(count("outcrop.attempt.ended"), own.sent.len());
    }
    if seed % 4 == 0 {
        assert_eq!(
            quota(&world, &client),
            (model.tokens / 14, model.tokens % 14 / 5),
            "{} tokens",
            model.tokens
        );
    }
    drop(client);
    assert_eq!(open.load(Ordering::SeqCst), 0, "a provider is still asked");
    sums.requests += own.sent.len();
    sums.corrected += model.corrected;
    sums.renewed += model.renewed;
    sums.used_up += model.used_up;
}

/// Makes a call, until its caller gives up.
async fn make(world: &World, client: &Client, call: &Call) -> Told {
    let got = Mutex::new(0);
    let making = Box::pin(one(client, call, &got));
    let Some(after) = call.dropped else { return making.await };
    match select(making, world.wait(after)).await {
        Either::Left((told, _)) => told,
        Either::Right((_, making)) => {
            drop(making);
            Told { verdict: "dropped".to_owned(), got: *got.lock().unwrap(), ..Told::default() }
        }
    }
}

async fn one(client: &Client, call: &Call, got: &Mutex<usize>) -> Told {
    let told = |verdict: &str, metadata: &outcrop::failure::Metadata| Told {
        verdict: verdict.to_owned(),
        got: *got.lock().unwrap(),
        attempts: Some(metadata.attempts),
        waited: u64::try_from(metadata.total_retry_delay.as_millis()).ok(),
        service: None,
        at: 0,
    };
    let failed = |error: &Error| {
        let verdict = match error {
            Error::Timeout(error) => format!("TimeoutError {:?}", error.limit),
            error => error.name().to_owned(),
        };
        let mut told = told(&verdict, error.metadata().unwrap());
        if let Error::Service(error) = error {
            let server = error.fault == Fault::Server;
            told.service = Some([server, error.retryable, error.throttling, error.guessed]);
        }
        let events = match error {
            Error::Timeout(error) => error.events,
            Error::EventStream(error) => error.events,
            Error::Truncated(error) => error.events,
            _ => told.got as u64,
        };
        assert_eq!(events, told.got as u64, "{error}");
        told
    };
    let (name, members) = (call.operation.name(), [("modelId", "m")]);
    if call.operation == Operation::Converse {
        return match client.send(name, &members, BODY).await {
            Ok(answer) => {
                *got.lock().unwrap() = answer.body.len();
                told("done", &answer.metadata)
            }
            Err(error) => failed(&error),
        };
    }
    let mut stream = match client.send_stream::<RawEvent>(name, &members, BODY).await {
        Ok(stream) => stream.events,
        Err(error) => return failed(&error),
    };
    loop {
        if call.leaves.is_some_and(|leaves| *got.lock().unwrap() >= leaves) {
            return told("left", stream.metadata());
        }
        match stream.next().await {
            Some(Ok(_)) => *got.lock().unwrap() += 1,
            Some(Err(error)) => {
                assert!(stream.next().await.is_none(), "something after an error");
                return failed(&error);
            }
            None => return told("done", stream.metadata()),
        }
    }
}

/// How many retries the client's quota still pays for: those of 14 tokens, and with what is left those of 5.
fn quota(world: &World, client: &Client) -> (i64, i64) {
    let options = CallOptions::new().api_key(ApiKey::new("key").unwrap()).max_attempts(1_000);
    let probe = client.with(options.timeouts(Timeouts::NONE)).unwrap();
    let retries = |model: &str| {
        let error = world.run(probe.send("Converse", &[("modelId", model)], BODY)).unwrap_err();
        i64::from(error.metadata().unwrap().attempts) - 1
    };
    (retries("probe-503"), retries("probe-429"))
}
