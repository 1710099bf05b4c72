//! Calls within calls, and handles used again: streams polled after their end, clients dropped under their streams, what
//! a client calls that calls the client, and panics in all of that.
#![cfg(feature = "client")]

use crate::world::{Chunk, World, event, exception};
use futures::StreamExt;
#[cfg(not(target_arch = "wasm32"))]
use futures::future::FutureExt;
use outcrop::client::{ClientBuilder, Timeouts};
use outcrop::credentials::{Credentials, ProvideCredentials};
use outcrop::failure::CredentialsError;
use outcrop::observe::Event;
use outcrop::stream::{EventStream, RawEvent};
use outcrop::transport::{BoxFuture, Transport};
use outcrop::{Client, Error};
#[cfg(not(target_arch = "wasm32"))]
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn builder(world: &World) -> ClientBuilder {
    Client::builder()
        .region("us-east-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret", None).unwrap())
        .transport(world.clone())
}

async fn call(client: &Client) -> Result<outcrop::client::RawAnswer, Error> {
    client.send("Converse", &[("modelId", "m")], "{}").await
}

async fn stream(client: &Client) -> Result<EventStream<RawEvent>, Error> {
    client.send_stream("ConverseStream", &[("modelId", "m")], "{}").await.map(|stream| stream.events)
}

fn answering() -> World {
    World::new(|world, request, _| async move {
        if request.url.ends_with("-stream") {
            return Ok(world.stream(vec![event("messageStart", "{}"), event("metadata", "{}")]));
        }
        Ok(world.json("{}"))
    })
}

#[test]
fn a_stream_that_has_ended_stays_at_its_end_however_it_ended() {
    type Chunks = fn() -> Vec<Chunk>;
    let ends: [(Chunks, bool); 4] = [
        (|| vec![event("messageStart", "{}"), event("metadata", "{}")], true),
        (|| vec![event("messageStart", "{}"), exception("throttlingException", "{}")], false),
        (|| vec![event("messageStart", "{}"), Chunk::Bytes(vec![0; 16])], false),
        (|| vec![event("messageStart", "{}")], false),
    ];
    for (chunks, good) in ends {
        let world = World::new(move |world, _, _| async move { Ok(world.stream(chunks())) });
        let client = builder(&world).build().unwrap();
        let mut events = world.run(stream(&client)).unwrap();
        // Nobody is left but the stream.
        drop(client);
        let told: Vec<_> = world.run(events.by_ref().collect());
        assert_eq!(told.iter().all(Result::is_ok), good);
        for _ in 0..3 {
            assert!(world.run(events.next()).is_none());
        }
        assert_eq!(world.open(), 0);
    }
}

#[test]
fn what_a_client_tells_may_call_the_client() {
    let world = answering();
    let within: Arc<OnceLock<Client>> = Arc::default();
    let depth = Arc::new(AtomicU32::new(0));
    let seen = Arc::new(AtomicU32::new(0));
    let observer = {
        let (within, depth, seen, world) = (within.clone(), depth.clone(), seen.clone(), world.clone());
        move |_: &Event<'_>| {
            if depth.fetch_add(1, Ordering::SeqCst) < 3 {
                let inner = within.get().unwrap();
                world.run(call(inner)).unwrap();
                let answer = world.run(stream(inner));
                // Dropped in the middle, within the call that tells.
                drop(answer.unwrap());
                seen.fetch_add(1, Ordering::SeqCst);
            }
        }
    };
    let client = builder(&world).observer(observer).build().unwrap();
    assert!(within.set(client.clone()).is_ok());
    assert!(world.run(call(&client)).is_ok());
    assert_eq!((seen.load(Ordering::SeqCst), world.open()), (3, 0));
}

/// Calls its own client before it gives anything.
struct Own(Arc<OnceLock<Client>>, AtomicU32);

impl std::fmt::Debug for Own {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Own")
    }
}

impl ProvideCredentials for Own {
    fn provide<'a>(
        &'a self,
        _: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async move {
            if self.1.fetch_add(1, Ordering::SeqCst) == 0 {
                // It would wait for what waits for it.
                let error = call(self.0.get().unwrap()).await.unwrap_err();
                assert!(matches!(error, Error::Credentials(_)), "{error}");
            }
            Ok(Credentials::new("AKIDEXAMPLE", "secret", None).unwrap())
        })
    }
}

#[test]
fn a_provider_that_calls_its_own_client_is_refused_and_the_client_works() {
    let world = answering();
    let own: Arc<OnceLock<Client>> = Arc::default();
    let timeouts = Timeouts::default().total(Duration::from_secs(1));
    let provider = Own(own.clone(), AtomicU32::new(0));
    let client = builder(&world).credentials(provider).timeouts(timeouts).build().unwrap();
    assert!(own.set(client.clone()).is_ok());
    assert!(world.run(call(&client)).is_ok());
    assert!(world.run(call(&client)).is_ok());
    assert_eq!(world.open(), 0);
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn after_a_panic_of_the_observer_or_the_transport_the_client_works() {
    let panics = Arc::new(AtomicU32::new(0));
    let due = panics.clone();
    let world = World::new(move |world, _, _| {
        let due = due.clone();
        async move {
            assert_ne!(due.load(Ordering::SeqCst), 1, "the transport panics");
            Ok(world.json("{}"))
        }
    });
    let due = panics.clone();
    let observer = move |_: &Event<'_>| assert_ne!(due.load(Ordering::SeqCst), 2, "the observer panics");
    let client = builder(&world).observer(observer).build().unwrap();
    for round in 0..6 {
        panics.store(1 + round % 2, Ordering::SeqCst);
        assert!(catch_unwind(AssertUnwindSafe(|| world.run(call(&client)))).is_err());
        panics.store(0, Ordering::SeqCst);
        assert!(world.run(call(&client)).is_ok());
        assert!(call(&client).now_or_never().is_some());
    }
    assert_eq!(world.open(), 0);
}
