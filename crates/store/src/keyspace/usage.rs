//! How a key is used, in 32 bits beside it: when it was used last, or how often, as the policy of eviction needs.
//!
//! When: seconds since 1970. How often: the minute of the last use, and a count below 256 that grows the more seldom the
//! higher it is, and falls by one with each minute without use.

use base::random::Random;

/// What a new key counts, so that it does not go before it could be used.
const COUNT_NEW: u8 = 5;
/// From one count to the next it takes about so many uses more each time (`lfu-log-factor`).
const USES_FACTOR: f64 = 10.0;
const MINUTE_MS: i64 = 60_000;

/// Which of the two is noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// When the key was used.
    When,
    /// How often.
    HowOften,
}

impl Noted {
    /// What is noted of a key that is new at `now_ms`.
    pub(super) fn fresh(self, now_ms: i64) -> u32 {
        match self {
            Noted::When => (now_ms / 1000) as u32,
            Noted::HowOften => often(COUNT_NEW, now_ms),
        }
    }

    /// What is noted after a use at `now_ms` of a key of which this was noted.
    #[inline]
    pub(super) fn after_use(self, used: u32, now_ms: i64, chance: &mut Random) -> u32 {
        match self {
            Noted::When => (now_ms / 1000) as u32,
            Noted::HowOften => often(counted(frequency(used, now_ms), chance), now_ms),
        }
    }
}

/// How often a key is used, of which this was noted: 0 to 255.
pub fn frequency(used: u32, now_ms: i64) -> u8 {
    let minutes = minute(now_ms).wrapping_sub((used >> 16) as u16);
    (used as u8).saturating_sub(u8::try_from(minutes).unwrap_or(u8::MAX))
}

/// What is noted of a key that is used so often.
pub fn often(count: u8, now_ms: i64) -> u32 {
    u32::from(minute(now_ms)) << 16 | u32::from(count)
}

fn minute(now_ms: i64) -> u16 {
    (now_ms / MINUTE_MS) as u16
}

fn counted(count: u8, chance: &mut Random) -> u8 {
    let odds = f64::from(count.saturating_sub(COUNT_NEW)) * USES_FACTOR + 1.0;
    let hit = (chance.below(1 << 32) as f64) * odds < (1_u64 << 32) as f64;
    if hit { count.saturating_add(1) } else { count }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_grows_slowly_and_falls_with_time() {
        let (mut chance, noted, now) = (Random::new(4), Noted::HowOften, 170_000_000_000);
        let mut used = noted.fresh(now);
        assert_eq!(frequency(used, now), COUNT_NEW);
        let mut counts = Vec::new();
        for uses in 1..=100_000 {
            used = noted.after_use(used, now, &mut chance);
            if [100, 1_000, 100_000].contains(&uses) {
                counts.push(frequency(used, now));
            }
        }
        // As in the comments of redis.conf: 10, 18 and 142 after so many hits, about.
        assert!((7..14).contains(&counts[0]), "{counts:?}");
        assert!((14..26).contains(&counts[1]), "{counts:?}");
        assert!((110..180).contains(&counts[2]), "{counts:?}");
        assert_eq!(frequency(used, now + 30 * MINUTE_MS), counts[2] - 30);
        assert_eq!(frequency(used, now + 900 * MINUTE_MS), 0);
        assert_eq!(Noted::When.after_use(7, now, &mut chance), 170_000_000);
    }
}
