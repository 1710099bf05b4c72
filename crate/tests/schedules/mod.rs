//! Random schedules of faults over time: each is played to a client in a world whose clock the test moves, and what comes
//! of it is compared with a model that knows nothing of the crate. The seed of one that differs is printed:
//! `OUTCROP_SEED=… OUTCROP_SCHEDULES=1` plays it again. A schedule in which two things happen in the same millisecond is left
//! out: which comes first is nobody's promise.
#![cfg(feature = "client")]

mod model;
mod script;
mod service;

use crate::world::{START_MS, World};
use futures::StreamExt;
use futures::future::{Either, join_all, select};
use model::{Model, Told};
use outcrop::client::{CallOptions, Timeouts};
use outcrop::credentials::{ApiKey, Credentials};
use outcrop::decide::Fault;
use outcrop::observe::Event;
use outcrop::stream::RawEvent;
use outcrop::time::Timestamp;
use outcrop::{Client, Error};
use script::{Access, Call, Operation, Schedule};
use service::{BODY, Provider, Seen, service};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

/// How many without being told: two seconds unoptimised. `cargo xtask test rust` asks for 100,000: eight seconds of CPU.
const SCHEDULES: u64 = 2_000;
/// So many have all kinds of ends.
const ALL_KINDS: u64 = 10_000;
const SEED: u64 = 0x5eed;
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
    if count >= ALL_KINDS {
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
