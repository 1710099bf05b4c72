//! AWS's client-side rate limit: a bucket whose rate is cut at each throttling and grows again along a cubic curve; it holds nothing back before the first throttling.
//!
//! Source: AWS SDKs and Tools Reference Guide, "Retry behavior" (adaptive mode); figures and formulas as in
//! AWS's JavaScript client, which are those of CUBIC (RFC 9438).

use super::{Outcome, Pace};
use crate::time::Timestamp;
use crate::transport::{BoxFuture, Transport};
use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};

/// The share of the rate that is left after a throttling.
const BETA: f64 = 0.7;
/// How steep the curve is, in requests a second per second cubed.
const SCALE: f64 = 0.4;
/// The weight of the newest half second in the measured rate.
const SMOOTH: f64 = 0.8;
/// The lowest rate, in requests a second: one every two seconds always gets through.
const MIN_RATE: f64 = 0.5;
/// The smallest bucket, in requests: one must fit.
const MIN_CAPACITY: f64 = 1.0;
/// Half a second: the grid on which the rate is measured.
const GRID_SECONDS: f64 = 0.5;

/// AWS's adaptive rate limit. One serves all calls of a client.
#[derive(Debug, Default)]
pub struct Adaptive(Mutex<Bucket>);

/// Times are in seconds since 1970, rates in requests a second.
#[derive(Debug, Default)]
struct Bucket {
    /// From the first throttling on.
    enabled: bool,
    rate: f64,
    capacity: f64,
    tokens: f64,
    filled_at: Option<f64>,
    /// What was sent since `measured_at`.
    sent: f64,
    measured_rate: f64,
    measured_at: Option<f64>,
    rate_at_throttling: f64,
    throttled_at: f64,
}

impl Adaptive {
    /// A bucket that lets everything pass, until the service throttles.
    pub fn new() -> Self {
        Self::default()
    }

    fn bucket<T>(&self, look: impl FnOnce(&mut Bucket) -> T) -> T {
        // Every state of the numbers is a good one: whoever panicked while holding them broke nothing.
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Pace for Adaptive {
    fn before<'a>(&'a self, transport: &'a Arc<dyn Transport>) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            while let Some(wait) = self.bucket(|bucket| bucket.take(seconds(transport.now()))) {
                transport.sleep(wait).await;
            }
        })
    }

    fn after(&self, outcome: Outcome, now: Timestamp) {
        self.bucket(|bucket| bucket.learn(outcome.throttled, seconds(now)));
    }
}

fn seconds(time: Timestamp) -> f64 {
    time.as_unix_millis() as f64 / 1000.0
}

impl Bucket {
    /// Takes a token, or tells how long until there is one.
    fn take(&mut self, now: f64) -> Option<Duration> {
        if !self.enabled {
            return None;
        }
        self.fill(now);
        let missing = 1.0 - self.tokens;
        if missing <= 0.0 {
            self.tokens -= 1.0;
            return None;
        }
        // At the lowest rate two seconds; at least a millisecond, so that time goes by.
        Some(Duration::from_secs_f64((missing / self.rate).clamp(0.001, 2.0)))
    }

    fn fill(&mut self, now: f64) {
        // A clock that was set back fills nothing.
        let passed = self.filled_at.map_or(0.0, |at| (now - at).max(0.0));
        self.filled_at = Some(now);
        self.tokens = self.capacity.min(self.tokens + passed * self.rate);
    }

    fn learn(&mut self, throttled: bool, now: f64) {
        self.measure(now);
        let calculated = if throttled {
            let rate = if self.enabled { self.measured_rate.min(self.rate) } else { self.measured_rate };
            self.rate_at_throttling = rate;
            self.throttled_at = now;
            self.enabled = true;
            rate * BETA
        } else {
            let window = (self.rate_at_throttling * (1.0 - BETA) / SCALE).cbrt();
            SCALE * (now - self.throttled_at - window).powi(3) + self.rate_at_throttling
        };
        if self.enabled {
            let rate = calculated.min(2.0 * self.measured_rate);
            self.fill(now);
            self.rate = rate.max(MIN_RATE);
            self.capacity = rate.max(MIN_CAPACITY);
            self.tokens = self.tokens.min(self.capacity);
        }
    }

    fn measure(&mut self, now: f64) {
        let grid = (now / GRID_SECONDS).floor() * GRID_SECONDS;
        self.sent += 1.0;
        let since = grid - *self.measured_at.get_or_insert(grid);
        if since > 0.0 {
            let rate = self.sent / since;
            self.measured_rate = rate * SMOOTH + self.measured_rate * (1.0 - SMOOTH);
            self.sent = 0.0;
            self.measured_at = Some(grid);
        } else if since < 0.0 {
            self.measured_at = Some(grid);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Runs 20 attempts a second against a service that bears 5 a second; tells how many a second pass.
    fn passing(adaptive: &Adaptive, from_ms: i64, to_ms: i64) -> f64 {
        let (mut passed, mut borne) = (0.0_f64, 5.0_f64);
        for ms in (from_ms..to_ms).step_by(50) {
            borne = (borne + 0.25).min(5.0);
            let now = ms as f64 / 1000.0;
            if adaptive.bucket(|bucket| bucket.take(now)).is_none() {
                let throttled = borne < 1.0;
                borne -= if throttled { 0.0 } else { 1.0 };
                adaptive.bucket(|bucket| bucket.learn(throttled, now));
                passed += 1.0;
            }
        }
        passed * 1000.0 / (to_ms as f64 - from_ms as f64)
    }

    #[test]
    fn it_finds_what_the_service_bears() {
        let adaptive = Adaptive::new();
        passing(&adaptive, 1_000_000, 1_010_000);
        let found = passing(&adaptive, 1_010_000, 1_060_000);
        assert!((2.5..8.0).contains(&found), "{found}");
    }

    #[test]
    fn without_throttling_all_pass() {
        let mut bucket = Bucket::default();
        for step in 0..1000 {
            assert_eq!(bucket.take(f64::from(step)), None);
            bucket.learn(false, f64::from(step));
        }
        assert!(!bucket.enabled);
    }

    /// The figures that AWS's reference gives for its cubic curve (C2J test vectors "cubic success"): the
    /// rate at throttling 10, 0.7 left, scale 0.4.
    #[test]
    fn the_curve_is_awss() {
        let mut bucket =
            Bucket { rate_at_throttling: 10.0, throttled_at: 5.0, enabled: true, ..Bucket::default() };
        bucket.measured_rate = 100.0;
        for (now, wanted) in [(5.0, 7.0), (6.0, 9.64893), (7.0, 10.00003), (8.0, 10.45328), (9.0, 13.40869)] {
            let window = (10.0_f64 * (1.0 - BETA) / SCALE).cbrt();
            let calculated = SCALE * (now - bucket.throttled_at - window).powi(3) + bucket.rate_at_throttling;
            assert!((calculated - wanted).abs() < 0.001, "{now}: {calculated}");
        }
    }
}
