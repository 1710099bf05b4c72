//! A limit on what runs at once: who comes first goes first, and who gives up makes room; it knows nothing of calls.

use core::fmt;
use futures::channel::oneshot;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// A number of places. Cloning it shares them.
///
/// ```
/// # async fn f(bedrock: outcrop::Client) -> Result<(), outcrop::Error> {
/// let limit = outcrop::flow::Limit::new(4);
/// // A whole call …
/// let answer = limit.run(bedrock.send("Converse", &[("modelId", "amazon.nova-lite-v1:0")], "{}")).await?;
/// // … or a stream, until it has been read.
/// let permit = limit.acquire().await;
/// # drop((answer, permit));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Limit(Arc<Mutex<Places>>);

struct Places {
    free: usize,
    waiting: VecDeque<oneshot::Sender<Permit>>,
}

/// A place. It is free again when this is dropped.
pub struct Permit(Option<Limit>);

impl Limit {
    /// So many places; at least one.
    pub fn new(places: usize) -> Self {
        Self(Arc::new(Mutex::new(Places { free: places.max(1), waiting: VecDeque::new() })))
    }

    /// Waits for a place. Dropping the future leaves the queue.
    pub async fn acquire(&self) -> Permit {
        let turn = {
            let mut places = self.places();
            if let Some(left) = places.free.checked_sub(1) {
                places.free = left;
                return Permit(Some(self.clone()));
            }
            let (sender, turn) = oneshot::channel();
            places.waiting.push_back(sender);
            turn
        };
        // A sender leaves the queue only with a permit; were it ever lost, a place more is better than a caller that hangs.
        turn.await.unwrap_or(Permit(None))
    }

    /// Runs it when there is a place.
    pub async fn run<F: Future>(&self, work: F) -> F::Output {
        let permit = self.acquire().await;
        let output = work.await;
        drop(permit);
        output
    }

    fn places(&self) -> std::sync::MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Some(limit) = self.0.take() else { return };
        let mut permit = Permit(Some(limit.clone()));
        loop {
            let Some(next) = limit.places().waiting.pop_front() else { break };
            match next.send(permit) {
                Ok(()) => return,
                // It gave up waiting.
                Err(back) => permit = back,
            }
        }
        permit.0 = None;
        let mut places = limit.places();
        // Somebody may have come between the look and now.
        match places.waiting.pop_front() {
            None => places.free = places.free.saturating_add(1),
            Some(next) => {
                drop(places);
                let _ = next.send(Permit(Some(limit)));
            }
        }
    }
}

impl fmt::Debug for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.places();
        f.debug_struct("Limit").field("free", &places.free).field("waiting", &places.waiting.len()).finish()
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Permit")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn first_come_first_served_and_who_leaves_makes_room() {
        let limit = Limit::new(2);
        let [first, second] = [0, 1].map(|_| limit.acquire().now_or_never().unwrap());
        let mut third = Box::pin(limit.acquire());
        let mut fourth = Box::pin(limit.acquire());
        let mut fifth = Box::pin(limit.acquire());
        assert!((&mut third).now_or_never().is_none() && (&mut fourth).now_or_never().is_none());
        assert!((&mut fifth).now_or_never().is_none());
        drop(third);
        drop(first);
        let fourth = (&mut fourth).now_or_never().unwrap();
        assert!((&mut fifth).now_or_never().is_none());
        drop(second);
        // Handed over and never looked at: the place comes back.
        drop(fifth);
        let again = limit.acquire().now_or_never().unwrap();
        assert!(limit.acquire().now_or_never().is_none());
        drop((fourth, again));
        assert_eq!(limit.places().free, 2);
    }
}
