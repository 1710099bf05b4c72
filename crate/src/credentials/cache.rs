//! Credentials kept and renewed in time, fetched once however many callers there are; an expired set is never given out.
//!
//! There is no task of its own here: a renewal moves while some call that needs credentials is under way.
//! Within the margin before the expiry the call that comes first starts it and drives it beside its own
//! request, with the old set: it is not delayed. In the last minute (a fifth of the margin, if that is less)
//! calls wait for it, five seconds at most, and then still use the old set while it lasts. A renewal that
//! outlives the call that drove it is kept (one for a cache) and driven on by the next.

use super::{Credentials, ProvideCredentials};
use crate::call::{Beside, Given};
use crate::failure::CredentialsError;
use crate::observe::{Event, Observer, Value};
use crate::time::Timestamp;
use crate::transport::{BoxFuture, Transport};
use core::cell::RefCell;
use core::fmt;
use core::future::poll_fn;
use core::panic::AssertUnwindSafe;
use core::time::Duration;
use futures::FutureExt;
use futures::future::{Either, Shared, WeakShared, select};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Five minutes, in milliseconds: how long before their expiry long-lived sets are renewed, as AWS's SDKs do.
const MARGIN_MS: i64 = 300_000;
/// One minute, in milliseconds: how long before the expiry calls begin to wait for the renewal.
const WAIT_FROM_MS: i64 = 60_000;
/// Five seconds: the longest that a call with a good set waits for a better one.
const WAIT: Duration = Duration::from_secs(5);
/// Ten seconds, in milliseconds, half more or less: after a failed renewal, until the next.
const PAUSE_MS: i64 = 10_000;

type Outcome = Result<Credentials, CredentialsError>;
type Flight = Shared<BoxFuture<'static, Outcome>>;

/// Keeps what a provider gave. Cloning it shares it: clients that were given clones share the credentials.
///
/// ```
/// use outcrop::Client;
/// use outcrop::credentials::{Cache, CognitoIdentityPool};
/// # fn f() -> Result<(), outcrop::Error> {
/// let cache = Cache::new(CognitoIdentityPool::new("us-east-1:00000000-0000-0000-0000-000000000000")?);
/// let here = Client::builder().region("us-east-1").credentials(cache.clone()).build()?;
/// let there = Client::builder().region("eu-west-1").credentials(cache).build()?;
/// # drop((here, there)); Ok(()) }
/// ```
#[derive(Clone)]
pub struct Cache(Arc<Inner>);

struct Inner {
    provider: Arc<dyn ProvideCredentials>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Option<Kept>,
    flight: Option<Underway>,
    flights: u64,
    /// After a failed renewal: when the next may be.
    not_before: Option<Timestamp>,
}

struct Kept {
    set: Credentials,
    /// When the set is renewed, and when calls wait for that; never for one that does not expire.
    times: Option<(Timestamp, Timestamp)>,
}

/// A fetch that has not ended. The callers that wait for it own it, and when the last of them is gone it
/// ends; one that was started beside a call is owned here too.
struct Underway {
    number: u64,
    waited_for: WeakShared<BoxFuture<'static, Outcome>>,
    beside: Option<Flight>,
}

/// Who asks: with what to fetch, and who is told of it.
pub(crate) struct Asker<'a> {
    pub transport: &'a Arc<dyn Transport>,
    pub observer: Option<&'a Arc<dyn Observer>>,
}

std::thread_local! {
    /// The caches whose fetches this thread is polling, each inside the one before it.
    static FETCHING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// While it lives, this thread polls a fetch of that cache.
struct Fetching;

impl Fetching {
    fn of(cache: usize) -> Self {
        FETCHING.with_borrow_mut(|caches| caches.push(cache));
        Self
    }
}

impl Drop for Fetching {
    fn drop(&mut self) {
        FETCHING.with_borrow_mut(Vec::pop);
    }
}

/// What a caller is to do.
enum Step {
    /// It is the provider itself, which would wait for what waits for it; and a future that wakes itself
    /// would stop the thread.
    Fail,
    Use(Credentials),
    UseAndDrive(Credentials, Flight),
    WaitWith(Credentials, Flight),
    /// True if another caller had started it beside its own call.
    Wait(Flight, bool),
}

impl Cache {
    /// An empty cache before `provider`. A cache is not put before a cache: it is shared.
    #[cfg_attr(
        target_arch = "wasm32",
        expect(clippy::arc_with_non_send_sync, reason = "one type for a provider on every target")
    )]
    pub fn new(provider: impl ProvideCredentials + 'static) -> Self {
        match provider.as_cache() {
            Some(cache) => cache.clone(),
            None => Self(Arc::new(Inner { provider: Arc::new(provider), state: Mutex::default() })),
        }
    }

    /// Those kept, or new ones.
    pub(crate) async fn get(&self, asker: &Asker<'_>) -> Result<Given, CredentialsError> {
        let mut again = true;
        loop {
            let (flight, old) = match self.step(asker) {
                Step::Fail => {
                    return Err(CredentialsError::new("the provider asked for what it is to give"));
                }
                Step::Use(credentials) => return Ok(Given { credentials, beside: None }),
                Step::UseAndDrive(credentials, flight) => return Ok(driven(credentials, flight)),
                Step::Wait(flight, was_beside) => match flight.await {
                    // It may have rested for hours, its connection long gone.
                    Err(_) if was_beside && again => {
                        again = false;
                        continue;
                    }
                    result => return result.map(|credentials| Given { credentials, beside: None }),
                },
                Step::WaitWith(old, flight) => (flight, old),
            };
            match select(flight.clone(), asker.transport.sleep(WAIT)).await {
                Either::Left((Ok(credentials), _)) => return Ok(Given { credentials, beside: None }),
                Either::Left((Err(error), _)) => {
                    return match lasts(&old, asker.transport.now()) {
                        true => Ok(Given { credentials: old, beside: None }),
                        false => Err(error),
                    };
                }
                Either::Right(_) if lasts(&old, asker.transport.now()) => return Ok(driven(old, flight)),
                // It expired meanwhile: there is nothing but to wait.
                Either::Right(_) => {}
            }
        }
    }

    fn step(&self, asker: &Asker<'_>) -> Step {
        let now = asker.transport.now();
        let mut state = self.0.state();
        let old = state.kept.as_ref().filter(|kept| lasts(&kept.set, now));
        if FETCHING.with_borrow(|caches| caches.contains(&self.address())) {
            return old.map_or(Step::Fail, |kept| Step::Use(kept.set.clone()));
        }
        let Some((old, times)) = old.map(|kept| (kept.set.clone(), kept.times)) else {
            let joined = state
                .flight
                .as_ref()
                .and_then(|underway| Some((underway.waited_for.upgrade()?, underway.beside.is_some())));
            let (flight, was_beside) =
                joined.unwrap_or_else(|| (self.start(&mut state, asker, false), false));
            return Step::Wait(flight, was_beside);
        };
        let Some((_, wait_from)) = times.filter(|(renew_from, _)| now >= *renew_from) else {
            return Step::Use(old);
        };
        let flight = match state.flight.as_mut().and_then(|underway| underway.waited_for.upgrade()) {
            Some(flight) => flight,
            None if state.not_before.is_some_and(|time| now < time) => return Step::Use(old),
            None => self.start(&mut state, asker, true),
        };
        if now < wait_from { Step::UseAndDrive(old, flight) } else { Step::WaitWith(old, flight) }
    }

    fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Starts to fetch.
    fn start(&self, state: &mut State, asker: &Asker<'_>, beside: bool) -> Flight {
        state.flights = state.flights.wrapping_add(1);
        let number = state.flights;
        let cache = Arc::downgrade(&self.0);
        let provider = Arc::clone(&self.0.provider);
        let (transport, observer) = (Arc::clone(asker.transport), asker.observer.cloned());
        let fetch = async move {
            let started = transport.now();
            // A provider that panics failed: the panic is not passed on to each caller that waits.
            let fetched = match AssertUnwindSafe(provider.provide(&transport)).catch_unwind().await {
                Ok(Ok(new)) if !lasts(&new, transport.now()) => {
                    Err(CredentialsError::new("the provider gave expired ones"))
                }
                Ok(fetched) => fetched,
                Err(_) => Err(CredentialsError::new("the provider panicked")),
            };
            if let Some(cache) = cache.upgrade() {
                cache.land(number, &fetched, &transport);
            }
            if let (Some(observer), Ok(_)) = (observer, &fetched) {
                let ms = transport.now().as_unix_millis().saturating_sub(started.as_unix_millis());
                let ms = Value::Number(u64::try_from(ms).unwrap_or(0));
                observer.observe(&Event::new("outcrop.credentials.renewed", &[("outcrop.duration_ms", ms)]));
            }
            fetched
        };
        #[cfg(not(target_arch = "wasm32"))]
        let mut fetch = fetch.boxed();
        #[cfg(target_arch = "wasm32")]
        let mut fetch = fetch.boxed_local();
        let address = self.address();
        let fetch = poll_fn(move |context| {
            let _polled = Fetching::of(address);
            fetch.as_mut().poll(context)
        });
        #[cfg(not(target_arch = "wasm32"))]
        let flight = fetch.boxed().shared();
        #[cfg(target_arch = "wasm32")]
        let flight = fetch.boxed_local().shared();
        if let Some(waited_for) = flight.downgrade() {
            let kept = beside.then(|| flight.clone());
            state.flight = Some(Underway { number, waited_for, beside: kept });
        }
        flight
    }
}

fn driven(credentials: Credentials, flight: Flight) -> Given {
    let beside: Beside = Box::pin(flight.map(drop));
    Given { credentials, beside: Some(beside) }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing is left half done under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A fetch has ended.
    fn land(&self, number: u64, fetched: &Outcome, transport: &Arc<dyn Transport>) {
        let now = transport.now();
        // Without randomness, the middle.
        let random = transport.random().map_or(1 << 31, |bits| bits as u32);
        let mut state = self.state();
        let ended = state.flight.take_if(|underway| underway.number == number);
        match fetched {
            Ok(set) => {
                state.kept = Some(Kept { set: set.clone(), times: times(set, now, random) });
                state.not_before = None;
            }
            Err(_) => {
                let jitter = share(PAUSE_MS, random).saturating_sub(PAUSE_MS / 2);
                state.not_before = Some(now.offset(PAUSE_MS.saturating_add(jitter)));
            }
        }
        drop(state);
        // What it still holds ends outside the lock.
        drop(ended);
    }
}

/// When a set that came `now` is renewed, and when calls wait for it. The margin is five minutes or a fifth
/// of its life, and up to a fifth of that earlier, so that not all programs renew at once.
fn times(set: &Credentials, now: Timestamp, random: u32) -> Option<(Timestamp, Timestamp)> {
    let expiration = set.expiration()?;
    let life = expiration.as_unix_millis().saturating_sub(now.as_unix_millis());
    let margin = (life / 5).clamp(0, MARGIN_MS);
    let early = margin.saturating_add(share(margin / 5, random));
    let wait = (margin / 5).min(WAIT_FROM_MS);
    Some((expiration.offset(early.saturating_neg()), expiration.offset(wait.saturating_neg())))
}

/// Between nothing and the whole.
fn share(whole: i64, random: u32) -> i64 {
    whole.saturating_mul(i64::from(random)) >> 32
}

fn lasts(credentials: &Credentials, until: Timestamp) -> bool {
    credentials.expiration().is_none_or(|expiration| expiration > until)
}

impl ProvideCredentials for Cache {
    fn provide<'a>(
        &'a self,
        transport: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async move {
            let given = self.get(&Asker { transport, observer: None }).await?;
            Ok(given.credentials)
        })
    }

    fn invalidate(&self, expired: &Credentials) {
        let mut state = self.0.state();
        let dropped = state.kept.take_if(|kept| kept.set == *expired);
        drop(state);
        if dropped.is_some() {
            self.0.provider.invalidate(expired);
        }
    }

    fn is_fixed(&self) -> bool {
        self.0.provider.is_fixed()
    }

    fn as_cache(&self) -> Option<&Cache> {
        Some(self)
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.state();
        f.debug_struct("Cache")
            .field("provider", &self.0.provider)
            .field("kept", &state.kept.as_ref().map(|kept| &kept.set))
            .field("under_way", &state.flight.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn when_sets_are_renewed() {
        let at = |ms: i64| Timestamp::EPOCH.offset(ms);
        let set = |life: i64| Credentials::new("AKID", "s", None).unwrap().with_expiration(at(1000 + life));
        let hour = 3_600_000;
        assert_eq!(
            times(&set(hour), at(1000), 0),
            Some((at(1000 + hour - 300_000), at(1000 + hour - 60_000)))
        );
        assert_eq!(times(&set(hour), at(1000), 1 << 31).unwrap().0, at(1000 + hour - 330_000));
        assert_eq!(times(&set(hour), at(1000), u32::MAX).unwrap().0, at(1000 + hour - 359_999));
        assert_eq!(times(&set(2000), at(1000), 0), Some((at(1000 + 1600), at(1000 + 1920))));
        assert_eq!(times(&Credentials::new("AKID", "s", None).unwrap(), at(0), 0), None);
    }
}
