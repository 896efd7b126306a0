//! How long a worker that died waits before it is started again.

use base::random::Random;
use config::Restart;
use std::time::Duration;

/// The wait after the `deaths`-th death in a row: none after the first, then `delay_min`, doubled
/// each time up to `delay_max`; the last quarter is left to chance so that workers that died
/// together do not come back together.
pub fn delay(deaths: u32, policy: &Restart, random: &mut Random) -> Duration {
    let Some(doublings) = deaths.checked_sub(2) else { return Duration::ZERO };
    let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
    let full = policy.delay_min.saturating_mul(factor).min(policy.delay_max);
    full.mul_f64(0.75 + 0.25 * random.unit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_from_nothing_to_the_limit_and_never_beyond() {
        let policy = Restart {
            delay_min: Duration::from_millis(100),
            delay_max: Duration::from_secs(15),
            stable_after: Duration::from_secs(30),
            crash_loop_after: 5,
        };
        let mut random = Random::new(1);
        assert_eq!(delay(1, &policy, &mut random), Duration::ZERO);
        for deaths in 2..200 {
            let full = (100u64 << (deaths - 2).min(20)).min(15_000);
            let got = delay(deaths, &policy, &mut random).as_millis() as u64;
            assert!(got <= full && got >= full * 3 / 4, "death {deaths}: {got} of {full}");
        }
    }
}
