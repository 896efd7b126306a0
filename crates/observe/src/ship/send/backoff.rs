//! How long to wait before the next try. Pure.

use base::random::Random;
use std::time::Duration;

const FIRST_MS: u64 = 250;
const LONGEST_MS: u64 = 30_000;

/// Waits that double, up to half a minute, each off by up to a quarter so that many do not come at once.
#[derive(Debug)]
pub struct Backoff {
    random: Random,
    next_ms: u64,
}

impl Backoff {
    /// Nothing has failed yet.
    pub fn new(seed: u64) -> Self {
        Backoff { random: Random::new(seed), next_ms: FIRST_MS }
    }

    /// How long to wait after one more failure. `wanted`: what the target asked for, which holds if it is longer.
    pub fn failed(&mut self, wanted: Option<Duration>) -> Duration {
        let ms = self.next_ms;
        self.next_ms = (ms * 2).min(LONGEST_MS);
        let wait = Duration::from_millis(ms * 3 / 4 + self.random.below(ms / 2));
        wait.max(wanted.unwrap_or_default().min(Duration::from_millis(LONGEST_MS * 10)))
    }

    /// It works: the next failure is the first.
    pub fn worked(&mut self) {
        self.next_ms = FIRST_MS;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit() {
        let mut backoff = Backoff::new(7);
        for ms in [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
            let wait = backoff.failed(None).as_millis() as u64;
            assert!((ms * 3 / 4..=ms * 5 / 4).contains(&wait), "{wait} for {ms}");
        }
        assert_eq!(backoff.failed(Some(Duration::from_secs(90))).as_secs(), 90);
        assert_eq!(backoff.failed(Some(Duration::from_secs(86_400))).as_secs(), 300);
        backoff.worked();
        assert!(backoff.failed(None) < Duration::from_millis(320));
    }
}
