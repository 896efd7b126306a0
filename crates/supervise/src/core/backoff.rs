//! How long a worker that died waits before it is started again.
//!
//! Waits are counted from start to start, and grow only while workers die sooner than they would
//! have to wait: who served for a while comes back at once, however often it is killed.

use base::random::Random;
use config::Restart;
use std::time::Duration;

/// What is remembered of the deaths under one number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backoff {
    strikes: u32,
}

impl Backoff {
    /// A worker died that `ran` for so long: the wait before the next one starts. None after the
    /// first death, then `delay_min`, doubled each time up to `delay_max`, less the time it ran;
    /// the last quarter is left to chance, so that workers that died together do not come back
    /// together.
    pub fn died(&mut self, ran: Duration, policy: &Restart, random: &mut Random) -> Duration {
        let wait = full(self.strikes, policy).mul_f64(0.75 + 0.25 * random.unit());
        let next = full(self.strikes + 1, policy);
        if ran < next {
            // Beyond `delay_max` there is nothing to count.
            self.strikes += u32::from(full(self.strikes, policy) < policy.delay_max);
        } else if ran >= next * 2 {
            self.strikes = self.strikes.saturating_sub(1);
        }
        wait.saturating_sub(ran)
    }
}

/// The whole wait after so many strikes.
fn full(strikes: u32, policy: &Restart) -> Duration {
    let Some(doublings) = strikes.checked_sub(1) else { return Duration::ZERO };
    let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
    policy.delay_min.saturating_mul(factor).min(policy.delay_max)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: Restart = Restart {
        delay_min: Duration::from_millis(100),
        delay_max: Duration::from_secs(15),
        stable_after: Duration::from_secs(60),
        crash_loop_after: 5,
    };

    fn waits(ran: Duration, deaths: usize) -> Vec<Duration> {
        let (mut backoff, mut random) = (Backoff::default(), Random::new(1));
        (0..deaths).map(|_| backoff.died(ran, &POLICY, &mut random)).collect()
    }

    #[test]
    fn a_worker_that_dies_at_once_waits_ever_longer_up_to_the_limit() {
        let waits = waits(Duration::ZERO, 200);
        assert_eq!(waits.first(), Some(&Duration::ZERO));
        for (death, wait) in waits.iter().enumerate().skip(1) {
            let full = (100u128 << (death - 1).min(20)).min(15_000);
            let got = wait.as_millis();
            assert!(got <= full && got >= full * 3 / 4, "death {death}: {got} of {full}");
        }
    }

    #[test]
    fn a_worker_that_served_for_a_while_comes_back_at_once_however_often_it_dies() {
        assert_eq!(waits(Duration::from_secs(1), 100), [Duration::ZERO; 100]);
    }

    #[test]
    fn starts_are_never_closer_than_the_wait() {
        let ran = Duration::from_millis(90);
        let last = waits(ran, 50).last().copied().unwrap_or_default();
        assert!(last + ran >= Duration::from_millis(15_000 * 3 / 4), "{last:?}");
    }

    #[test]
    fn long_runs_take_strikes_back() {
        let (mut backoff, mut random) = (Backoff::default(), Random::new(1));
        for ran in [0, 0, 0, 0, 0, 30, 30, 30, 30, 30].map(Duration::from_secs) {
            backoff.died(ran, &POLICY, &mut random);
        }
        assert_eq!(backoff, Backoff::default());
    }
}
