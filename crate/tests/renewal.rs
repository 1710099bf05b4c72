//! Credentials over time, in a world whose clock the test moves: fetched once, renewed before they expire, never used after.
//!
//! It is long because a renewal can come, fail, hang, rest or panic, beside a call or before it.
#![cfg(feature = "client")]

use crate::world::{self, START_MS, World};
use futures::future::{FutureExt, join_all};
use outcrop::client::{CallOptions, Timeouts};
use outcrop::credentials::{Cache, Credentials, ProvideCredentials, Secret};
use outcrop::failure::{CredentialsError, Limit};
use outcrop::observe::{Event, Value};
use outcrop::time::Timestamp;
use outcrop::transport::{BoxFuture, HttpRequest, Transport};
use outcrop::{Client, Error};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// What the provider does at one of its calls.
#[derive(Clone, Copy, Debug)]
enum Turn {
    /// After so many ms, a set with so many ms of life.
    Gives(i64, i64),
    Fails(i64),
    #[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "a panic ends the whole module there"))]
    Panics,
    Hangs,
}

/// Gives sets named AKID1, AKID2, … The last turn repeats.
#[derive(Debug)]
struct Provider {
    world: World,
    turns: Vec<Turn>,
    calls: AtomicU32,
    /// How many of its calls are under way.
    open: Arc<AtomicU32>,
}

struct Underway(Arc<AtomicU32>);

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
        let call = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        let turn = self.turns[(call as usize - 1).min(self.turns.len() - 1)];
        self.open.fetch_add(1, Ordering::SeqCst);
        let underway = Underway(Arc::clone(&self.open));
        Box::pin(async move {
            let _underway = underway;
            match turn {
                Turn::Gives(after, life) => {
                    self.world.wait(after).await;
                    let expiration = Timestamp::from_unix_millis(self.world.now_ms() + life).unwrap();
                    let token = Some(Secret::from("token"));
                    let set = Credentials::new(format!("AKID{call}"), "secret", token).unwrap();
                    Ok(set.with_expiration(expiration))
                }
                Turn::Fails(after) => {
                    self.world.wait(after).await;
                    Err(CredentialsError::new(format!("no luck {call}")))
                }
                Turn::Panics => {
                    self.world.wait(5).await;
                    panic!("oh");
                }
                Turn::Hangs => std::future::pending().await,
            }
        })
    }
}

fn provider(world: &World, turns: &[Turn]) -> Arc<Provider> {
    let turns = turns.to_vec();
    Arc::new(Provider { world: world.clone(), turns, calls: AtomicU32::new(0), open: Arc::default() })
}

fn client(world: &World, credentials: impl ProvideCredentials + 'static) -> Client {
    Client::builder().region("us-east-1").credentials(credentials).transport(world.clone()).build().unwrap()
}

/// The access key id that a request was signed with.
fn key(request: &HttpRequest) -> String {
    let (_, header) = request.headers.iter().find(|(name, _)| name == "authorization").unwrap();
    header.split("Credential=").nth(1).unwrap().split('/').next().unwrap().to_owned()
}

/// A service that answers after so many ms with the key that the request was signed with.
fn echo(after: i64) -> World {
    World::new(move |world, request, _| async move {
        world.wait(after).await;
        Ok(world.json(&format!("\"{}\"", key(&request))))
    })
}

async fn call(client: &Client) -> Result<String, Error> {
    let answer = client.send("Converse", &[("modelId", "m")], "{}").await?;
    Ok(String::from_utf8(answer.body.to_vec()).unwrap().trim_matches('"').to_owned())
}

const HOUR: i64 = 3_600_000;
const MINUTE: i64 = 60_000;

#[test]
fn a_thousand_first_calls_of_two_clients_make_one_provider_call() {
    let world = echo(10);
    let own = provider(&world, &[Turn::Gives(200, HOUR)]);
    let cache = Cache::new(Arc::clone(&own));
    let clients = [client(&world, cache.clone()), client(&world, cache)];
    let keys = world.run(join_all((0..1000).map(|n| call(&clients[n % 2]))));
    assert!(keys.iter().all(|key| key.as_deref().unwrap() == "AKID1"));
    assert_eq!((own.calls.load(Ordering::SeqCst), world.sent()), (1, 1000));
}

#[test]
fn a_thousand_first_calls_learn_of_one_failure() {
    let world = echo(10);
    let own = provider(&world, &[Turn::Fails(200)]);
    let client = client(&world, Arc::clone(&own));
    for result in world.run(join_all((0..1000).map(|_| call(&client)))) {
        let error = result.unwrap_err();
        assert_eq!(
            (error.name(), error.to_string().contains("no luck 1")),
            ("CredentialsProviderError", true)
        );
        assert_eq!(error.metadata().unwrap().attempts, 0);
    }
    assert_eq!((own.calls.load(Ordering::SeqCst), world.sent()), (1, 0));
}

#[test]
fn when_the_caller_that_fetches_is_dropped_another_goes_on() {
    let world = echo(10);
    let own = provider(&world, &[Turn::Gives(200, HOUR)]);
    let client = client(&world, Arc::clone(&own));
    world.run(async {
        let mut leader = Box::pin(call(&client));
        assert!((&mut leader).now_or_never().is_none());
        let mut others = Box::pin(join_all((0..10).map(|_| call(&client))));
        assert!((&mut others).now_or_never().is_none());
        world.wait(100).await;
        drop(leader);
        assert!(others.await.into_iter().all(|key| key.unwrap() == "AKID1"));
    });
    assert_eq!((own.calls.load(Ordering::SeqCst), world.elapsed()), (1, 210));
}

#[test]
fn when_all_callers_are_dropped_the_fetch_ends() {
    let world = echo(10);
    let own = provider(&world, &[Turn::Hangs, Turn::Gives(0, HOUR)]);
    let client = client(&world, Arc::clone(&own));
    world.run(async {
        let mut callers: Vec<_> = (0..3).map(|_| Box::pin(call(&client))).collect();
        for caller in &mut callers {
            assert!(caller.now_or_never().is_none());
        }
        assert_eq!(own.open.load(Ordering::SeqCst), 1);
        drop(callers);
        assert_eq!(own.open.load(Ordering::SeqCst), 0);
        assert_eq!(call(&client).await.unwrap(), "AKID2");
    });
}

#[test]
fn within_the_margin_one_renewal_runs_beside_the_calls() {
    let world = echo(10);
    // The renewal takes longer than one call, and than ten.
    let own = provider(&world, &[Turn::Gives(0, HOUR), Turn::Gives(105, HOUR)]);
    let client = client(&world, Arc::clone(&own));
    let calls = || own.calls.load(Ordering::SeqCst);
    world.run(async {
        assert_eq!(call(&client).await.unwrap(), "AKID1");
        // The margin is five minutes, and with the middle of the jitter half a minute more.
        world.pass(HOUR - 6 * MINUTE);
        assert_eq!((call(&client).await.unwrap().as_str(), calls()), ("AKID1", 1));
        world.pass(MINUTE);
        for _ in 0..3 {
            let before = world.elapsed();
            let keys = join_all((0..5).map(|_| call(&client))).await;
            assert!(keys.iter().all(|key| key.as_deref().unwrap() == "AKID1"));
            // Nobody waited for it.
            assert_eq!((world.elapsed() - before, calls()), (10, 2));
        }
        world.pass(80);
        // It came while this call was under way, or the next.
        call(&client).await.unwrap();
        assert_eq!((call(&client).await.unwrap().as_str(), calls()), ("AKID2", 2));
    });
}

#[test]
fn a_stream_drives_the_renewal_too() {
    let world = World::new(|world, request, _| async move {
        let key = key(&request);
        Ok(world.stream(vec![
            world::event("messageStart", &format!("{{\"role\":\"{key}\"}}")),
            world::Chunk::Wait(500),
            world::event("metadata", "{}"),
        ]))
    });
    let own = provider(&world, &[Turn::Gives(0, HOUR), Turn::Gives(100, HOUR)]);
    let client = client(&world, Arc::clone(&own));
    world.run(async {
        use futures::StreamExt;
        for wanted in ["AKID1", "AKID1", "AKID2"] {
            let stream = client
                .send_stream::<outcrop::stream::RawEvent>("ConverseStream", &[("modelId", "m")], "{}")
                .await
                .unwrap();
            let events: Vec<_> = stream.events.map(Result::unwrap).collect().await;
            assert!(String::from_utf8_lossy(&events[0].payload).contains(wanted));
            // Into the margin after the first stream; the renewal then runs beside the second.
            if world.sent() == 1 {
                world.pass(HOUR - 5 * MINUTE);
            }
        }
    });
    assert_eq!(own.calls.load(Ordering::SeqCst), 2);
}

#[test]
fn in_the_last_minute_calls_wait_for_it_but_not_long() {
    let world = echo(10);
    let own = provider(&world, &[Turn::Gives(0, HOUR), Turn::Gives(300, HOUR), Turn::Gives(7000, HOUR)]);
    let client = client(&world, Arc::clone(&own));
    world.run(async {
        assert_eq!(call(&client).await.unwrap(), "AKID1");
        world.pass(HOUR - 30_000);
        let before = world.elapsed();
        assert_eq!(call(&client).await.unwrap(), "AKID2");
        assert_eq!(world.elapsed() - before, 310);
        world.pass(HOUR - 30_000);
        let before = world.elapsed();
        // Five seconds, then the old set, and the renewal goes on.
        assert_eq!(call(&client).await.unwrap(), "AKID2");
        assert_eq!(world.elapsed() - before, 5010);
        assert_eq!(call(&client).await.unwrap(), "AKID3");
        assert_eq!((world.elapsed() - before, own.calls.load(Ordering::SeqCst)), (7010, 3));
    });
}

#[test]
fn a_failed_renewal_keeps_the_old_set_while_it_lasts() {
    let world = echo(10);
    let turns = [Turn::Gives(0, HOUR), Turn::Fails(0), Turn::Fails(0), Turn::Fails(0)];
    let own = provider(&world, &turns);
    let client = client(&world, Arc::clone(&own));
    let calls = || own.calls.load(Ordering::SeqCst);
    world.run(async {
        assert_eq!(call(&client).await.unwrap(), "AKID1");
        world.pass(HOUR - 4 * MINUTE);
        for _ in 0..20 {
            assert_eq!((call(&client).await.unwrap().as_str(), calls()), ("AKID1", 2));
        }
        // Ten seconds until the next try, in the middle of the jitter.
        world.pass(9_000);
        assert_eq!((call(&client).await.unwrap().as_str(), calls()), ("AKID1", 2));
        world.pass(1_000);
        assert_eq!((call(&client).await.unwrap().as_str(), calls()), ("AKID1", 3));
        world.pass(MINUTE * 7 / 2);
        assert_eq!((call(&client).await.unwrap().as_str(), calls()), ("AKID1", 4));
        // And now it has expired: what fails is told, and nothing is sent.
        let sent = world.sent();
        world.pass(MINUTE);
        let error = call(&client).await.unwrap_err();
        assert!(error.to_string().contains("no luck 5"), "{error}");
        assert_eq!(world.sent(), sent);
    });
}

// On wasm32 a panic ends the whole module.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn a_provider_that_panics_failed() {
    let world = echo(10);
    let own = provider(&world, &[Turn::Panics, Turn::Gives(0, HOUR), Turn::Panics]);
    let client = client(&world, Arc::clone(&own));
    world.run(async {
        for result in join_all((0..3).map(|_| call(&client))).await {
            assert!(result.unwrap_err().to_string().contains("panicked"));
        }
        assert_eq!(call(&client).await.unwrap(), "AKID2");
        world.pass(HOUR - MINUTE);
        for _ in 0..3 {
            assert_eq!(call(&client).await.unwrap(), "AKID2");
        }
        assert_eq!(own.calls.load(Ordering::SeqCst), 3);
    });
}

#[test]
fn what_expired_while_it_was_fetched_is_not_used() {
    let world = echo(10);
    let own = provider(&world, &[Turn::Gives(50, 0), Turn::Gives(50, -1), Turn::Gives(50, 1)]);
    let client = client(&world, Arc::clone(&own));
    world.run(async {
        for _ in 0..2 {
            let error = call(&client).await.unwrap_err();
            assert!(error.to_string().contains("expired"), "{error}");
        }
        assert_eq!(world.sent(), 0);
        assert_eq!(call(&client).await.unwrap(), "AKID3");
        world.pass(1);
        let _ = call(&client).await;
        assert_eq!(own.calls.load(Ordering::SeqCst), 4);
    });
}

#[test]
fn a_provider_that_hangs_is_bounded_by_the_calls_limit() {
    let world = echo(10);
    let own = provider(&world, &[Turn::Hangs]);
    let client = client(&world, Arc::clone(&own));
    let hasty = CallOptions::new().timeouts(Timeouts::default().total(Duration::from_millis(700)));
    let error = world.run(call(&client.with(hasty).unwrap())).unwrap_err();
    let Error::Timeout(error) = error else { panic!("{error}") };
    assert_eq!((error.limit, error.metadata.attempts, world.elapsed()), (Limit::Total, 0, 700));
    // Nobody waits for it any more.
    assert_eq!((own.open.load(Ordering::SeqCst), world.sent()), (0, 0));
}

/// A service that takes all keys but the first for expired.
fn expiring(of: &'static str) -> World {
    World::new(move |world, request, _| async move {
        world.wait(10).await;
        let key = key(&request);
        Ok(if key == of {
            world.error(403, "ExpiredTokenException", "The security token included in the request is expired")
        } else {
            world.json(&format!("\"{key}\""))
        })
    })
}

#[test]
fn expired_token_renews_once_for_all_and_tries_again() {
    let world = expiring("AKID1");
    let own = provider(&world, &[Turn::Gives(0, HOUR)]);
    let renewed = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&renewed);
    let client = Client::builder()
        .region("us-east-1")
        .credentials(Arc::clone(&own))
        .transport(world.clone())
        .observer(move |event: &Event<'_>| {
            if event.name() == "outcrop.call.retried" {
                let Some(Value::Text(reason)) = event.attribute("outcrop.retry.reason") else { panic!() };
                told.lock().unwrap().push(reason.to_owned());
            }
            told.lock()
                .unwrap()
                .extend((event.name() == "outcrop.credentials.renewed").then(|| "new".to_owned()));
        })
        .build()
        .unwrap();
    let answers = world.run(join_all((0..50).map(|_| client.send("Converse", &[("modelId", "m")], "{}"))));
    for answer in answers {
        let answer = answer.unwrap();
        assert_eq!((&answer.body[..], answer.metadata.attempts), (&b"\"AKID2\""[..], 2));
        assert_eq!(answer.metadata.total_retry_delay, Duration::ZERO);
    }
    assert_eq!((own.calls.load(Ordering::SeqCst), world.sent()), (2, 100));
    let renewed = renewed.lock().unwrap();
    assert_eq!(renewed.iter().filter(|what| *what == "renew").count(), 50);
    assert_eq!(renewed.iter().filter(|what| *what == "new").count(), 2);
}

#[test]
fn expired_token_is_told_when_renewal_does_not_help() {
    let world =
        World::new(|world, _, _| async move { Ok(world.error(403, "ExpiredTokenException", "expired")) });
    let own = provider(&world, &[Turn::Gives(0, HOUR)]);
    let error = world.run(call(&client(&world, Arc::clone(&own)))).unwrap_err();
    assert_eq!((error.name(), error.metadata().unwrap().attempts), ("ExpiredTokenException", 2));
    assert_eq!(own.calls.load(Ordering::SeqCst), 2);
    // With fixed credentials there is nothing to renew.
    let fixed = Credentials::new("AKID", "secret", Some(Secret::from("t"))).unwrap();
    let error = world.run(call(&client(&world, fixed))).unwrap_err();
    assert_eq!((error.name(), error.metadata().unwrap().attempts), ("ExpiredTokenException", 1));
}

#[test]
fn invalidate_drops_only_the_set_that_is_meant() {
    let world = echo(0);
    let own = provider(&world, &[Turn::Gives(0, HOUR)]);
    let cache = Cache::new(Arc::clone(&own));
    let transport: Arc<dyn Transport> = Arc::new(world.clone());
    world.run(async {
        let first = cache.provide(&transport).await.unwrap();
        cache.invalidate(&Credentials::new("AKIDX", "secret", None).unwrap());
        assert_eq!(cache.provide(&transport).await.unwrap(), first);
        cache.invalidate(&first);
        let second = cache.provide(&transport).await.unwrap();
        assert_eq!(second.access_key_id(), "AKID2");
        cache.invalidate(&first);
        assert_eq!(cache.provide(&transport).await.unwrap(), second);
    });
    assert_eq!(START_MS, world.now_ms());
    assert!(!format!("{cache:?}").contains("secret\""), "{cache:?}");
}

/// A renewal that nobody drove for hours may have died meanwhile: who has nothing else asks anew.
#[test]
fn a_renewal_that_rested_and_failed_is_begun_again() {
    let world = echo(10);
    let own = provider(&world, &[Turn::Gives(0, HOUR), Turn::Fails(100), Turn::Gives(0, HOUR)]);
    let client = client(&world, Arc::clone(&own));
    world.run(async {
        call(&client).await.unwrap();
        world.pass(HOUR - 4 * MINUTE);
        assert_eq!(call(&client).await.unwrap(), "AKID1");
        assert_eq!(own.open.load(Ordering::SeqCst), 1);
        world.pass(3 * HOUR);
        assert_eq!(call(&client).await.unwrap(), "AKID3");
    });
}
