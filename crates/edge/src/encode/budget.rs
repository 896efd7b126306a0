//! How much time encoding may take: less when the thread has none to spare.
//!
//! A thread that is busy nearly all the time makes everybody wait. If encoding is a good part of what
//! it does, the effort drops by a step; with room to spare for a while it rises again. Steps down
//! are quick, steps up slow, so that it does not swing with every burst.

use super::Effort;
use std::time::Duration;

/// How often use is looked at. Longer looks count as several.
const LOOK: Duration = Duration::from_millis(250);
/// The thread is short of time above this share.
const SHORT: f64 = 0.90;
/// … and dropping is worth it if encoding takes this share,
const WORTH: f64 = 0.05;
/// or this one if nothing would be encoded any more.
const WORTH_NOTHING: f64 = 0.20;
/// A step up must leave the thread below this share.
const ROOMY: f64 = 0.75;
/// So many looks that it was short make a step down.
const SHORT_LOOKS: u32 = 2;
/// So many that it was roomy make a step up: more, each time that one was soon taken back.
const ROOMY_LOOKS_MIN: u32 = 8;
const ROOMY_LOOKS_MAX: u32 = 240;

/// What a thread has used of its time, since any moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used {
    /// It had something to do.
    pub busy: Duration,
    /// It encoded.
    pub encoding: Duration,
}

/// One thread's effort.
#[derive(Debug, Clone, Copy, Default)]
pub struct Budget {
    effort: Effort,
    /// The last look.
    at: Duration,
    used: Used,
    short: u32,
    roomy: u32,
    /// Looks since the last step up.
    raised: u32,
    /// Looks that the next one takes.
    patience: u32,
}

impl Budget {
    /// The effort at `now`, a time since any moment. `used` is asked when it is time to look again.
    pub fn effort(&mut self, now: Duration, used: impl FnOnce() -> Used) -> Effort {
        let passed = now.saturating_sub(self.at);
        if passed >= LOOK {
            let used = used();
            let share = |now: Duration, before: Duration| {
                now.saturating_sub(before).as_secs_f64() / passed.as_secs_f64()
            };
            let busy = share(used.busy, self.used.busy);
            let encoding = share(used.encoding, self.used.encoding);
            let looks = passed.as_millis() / LOOK.as_millis();
            self.look(u32::try_from(looks).unwrap_or(u32::MAX), busy, encoding);
            (self.at, self.used) = (now, used);
        }
        self.effort
    }

    fn look(&mut self, looks: u32, busy: f64, encoding: f64) {
        let worth = if self.effort == Effort::Least { WORTH_NOTHING } else { WORTH };
        let short = busy >= SHORT && encoding >= worth;
        // What a step up costs is not known when nothing is encoded; else it may double.
        let more = if self.effort == Effort::None { WORTH_NOTHING } else { encoding };
        let roomy = busy + more <= ROOMY;
        self.short = if short { self.short.saturating_add(looks) } else { 0 };
        self.roomy = if roomy { self.roomy.saturating_add(looks) } else { 0 };
        self.raised = self.raised.saturating_add(looks);
        let patience = self.patience.clamp(ROOMY_LOOKS_MIN, ROOMY_LOOKS_MAX);
        if self.short >= SHORT_LOOKS {
            let in_vain = self.raised <= patience;
            self.patience = if in_vain { patience * 2 } else { ROOMY_LOOKS_MIN };
            self.step(self.effort.down());
        } else if self.roomy >= patience && self.effort > Effort::Full {
            self.raised = 0;
            self.step(self.effort.up());
        }
    }

    fn step(&mut self, effort: Effort) {
        (self.effort, self.short, self.roomy) = (effort, 0, 0);
    }
}

impl Effort {
    fn down(self) -> Effort {
        match self {
            Effort::Full => Effort::Less,
            Effort::Less => Effort::Least,
            Effort::Least | Effort::None => Effort::None,
        }
    }

    fn up(self) -> Effort {
        match self {
            Effort::None => Effort::Least,
            Effort::Least => Effort::Less,
            Effort::Less | Effort::Full => Effort::Full,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thread whose other work takes the share `other`, and whose encoding at full effort would
    /// take `full`, of the time.
    struct World {
        budget: Budget,
        now: Duration,
        used: Used,
    }

    impl World {
        fn new() -> Self {
            World { budget: Budget::default(), now: Duration::ZERO, used: Used::default() }
        }

        /// The efforts, step by step, over `seconds`.
        fn run(&mut self, seconds: u32, other: f64, full: f64) -> Vec<Effort> {
            let mut seen = Vec::new();
            for _ in 0..seconds * 20 {
                let effort = self.budget.effort(self.now, || self.used);
                if seen.last() != Some(&effort) {
                    seen.push(effort);
                }
                let encoding = full
                    * match effort {
                        Effort::Full => 1.0,
                        Effort::Less => 0.7,
                        Effort::Least => 0.4,
                        Effort::None => 0.0,
                    };
                let step = Duration::from_millis(50);
                let encoding = encoding.min(1.0 - other.min(1.0));
                self.now += step;
                self.used.encoding += step.mul_f64(encoding);
                self.used.busy += step.mul_f64((other + encoding).min(1.0));
            }
            seen
        }
    }

    use Effort::{Full, Least, Less, None};

    #[test]
    fn with_time_to_spare_the_effort_is_full() {
        assert_eq!(World::new().run(60, 0.3, 0.4), [Full]);
        assert_eq!(World::new().run(60, 0.0, 0.85), [Full]);
    }

    #[test]
    fn it_drops_until_there_is_room() {
        assert_eq!(World::new().run(60, 0.5, 0.6), [Full, Less, Least]);
        // One of nothing at all, and now and then another try.
        let seen = World::new().run(60, 0.5, 2.0);
        assert_eq!(seen[..4], [Full, Less, Least, None]);
        assert!(seen.len() < 16, "{seen:?}");
    }

    #[test]
    fn encoding_that_is_not_to_blame_goes_on() {
        assert_eq!(World::new().run(60, 0.98, 0.02), [Full]);
        let mut world = World::new();
        assert_eq!(world.run(60, 0.85, 0.3), [Full, Less, Least]);
    }

    #[test]
    fn it_comes_back_slowly() {
        let mut world = World::new();
        world.run(10, 0.7, 3.0);
        let before = world.budget.effort;
        assert!(before >= Least);
        assert_eq!(world.run(1, 0.1, 0.1).first(), Some(&before));
        assert_eq!(world.run(60, 0.1, 0.1).last(), Some(&Full));
    }

    #[test]
    fn after_a_pause_nothing_is_left_of_the_load() {
        let mut world = World::new();
        world.run(10, 0.95, 0.5);
        assert!(world.budget.effort > Full);
        world.now += Duration::from_secs(3_600);
        let seen = world.run(10, 0.1, 0.1);
        assert_eq!(seen.last(), Some(&Full), "{seen:?}");
    }

    #[test]
    fn it_does_not_swing() {
        for other in 0..=10 {
            for full in 0..=30 {
                let mut world = World::new();
                let (other, full) = (f64::from(other) / 10.0, f64::from(full) / 10.0);
                let steps = world.run(120, other, full).len();
                assert!(steps < 40, "{steps} steps in two minutes at {other} and {full}");
            }
        }
    }
}
