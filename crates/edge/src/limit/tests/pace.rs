use crate::limit::gcra::Gcra;
use crate::limit::step::{Pace, Step};
use crate::limit::window::Window;
use base::random::Random;
use std::collections::HashMap;

const SECOND: u64 = 1_000_000_000;

/// A bucket as it is told to children: tokens drip in, each request takes one.
struct Bucket {
    interval: u128,
    burst: u128,
    /// In parts of a token: `interval` of them are one.
    tokens: u128,
    at: u64,
}

impl Bucket {
    fn take(&mut self, now: u64) -> bool {
        let room = self.burst * self.interval;
        self.tokens = (self.tokens + u128::from(now - self.at)).min(room);
        self.at = now;
        let enough = self.tokens >= self.interval;
        if enough {
            self.tokens -= self.interval;
        }
        enough
    }
}

#[test]
fn gcra_is_a_bucket() {
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let count = 1 + random.below(50) as u32;
        let period = [SECOND, 60 * SECOND, 3_600 * SECOND][random.below(3) as usize];
        let burst = 1 + random.below(30) as u32;
        let gcra = Gcra::new(count, period, burst);
        let interval = u128::from(period.div_ceil(u64::from(count)));
        let (burst, at) = (u128::from(burst), 0);
        let mut bucket = Bucket { interval, burst, tokens: burst * interval, at };
        let (mut word, mut now) = (0, 0);
        for _ in 0..2_000 {
            now += random.below(2 * period / u64::from(count));
            let step = gcra.step(word, now);
            assert_eq!(step.next.is_some(), bucket.take(now), "seed {seed} at {now}");
            match step.next {
                Some(next) => {
                    assert_eq!(u128::from(step.remaining), bucket.tokens / interval, "seed {seed}");
                    word = next;
                }
                None => waits_as_said(&Pace::Gcra(gcra), word, now, step, 1),
            }
        }
    }
}

/// After the wait that was told one more passes, and `slack` nanoseconds earlier none does.
fn waits_as_said(pace: &Pace, word: u64, now: u64, step: Step, slack: u64) {
    let wait = step.reset_ns;
    assert!(wait > 0, "{pace:?} {word:#x} at {now}");
    assert!(pace.step(word, now + wait).next.is_some(), "{pace:?} {word:#x} at {now} + {wait}");
    if wait > slack {
        let early = pace.step(word, now + wait - slack);
        assert!(early.next.is_none(), "{pace:?} {word:#x} at {now} + {wait} - {slack}");
    }
}

#[test]
fn the_window_is_two_counts_weighed() {
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let count = 1 + random.below(60) as u32;
        let period = [SECOND, 60 * SECOND, 900 * SECOND][random.below(3) as usize];
        let window = Window::new(count, period);
        let mut counts: HashMap<u64, u64> = HashMap::new();
        let (mut word, mut now) = (0, random.below(100 * period));
        for _ in 0..2_000 {
            now += match random.below(50) {
                0 => random.below(4 * period),
                _ => random.below(2 * period / u64::from(count)),
            };
            let (number, left) = (now / period, period - now % period);
            let here = counts.get(&number).copied().unwrap_or(0);
            let before = number.checked_sub(1).and_then(|n| counts.get(&n)).copied().unwrap_or(0);
            // before × left / period + here + 1 <= count, without rounding.
            let weighed =
                u128::from(before) * u128::from(left) + u128::from(here + 1) * u128::from(period);
            let room = weighed <= u128::from(count) * u128::from(period);
            let step = window.step(word, now);
            assert_eq!(step.next.is_some(), room, "seed {seed} at {now}");
            match step.next {
                Some(next) => {
                    *counts.entry(number).or_default() += 1;
                    assert!(step.remaining < u64::from(count));
                    word = next;
                }
                // Wholes of a nanosecond are rounded twice.
                None => waits_as_said(&Pace::Window(window), word, now, step, 3),
            }
        }
    }
}

#[test]
fn a_clock_behind_another_threads_gives_nothing_away() {
    let window = Window::new(3, SECOND);
    let mut word = 0;
    for _ in 0..3 {
        word = window.step(word, 5 * SECOND + 10).next.unwrap();
    }
    let late = window.step(word, 5 * SECOND - 10);
    assert_eq!(late.next, None);
    let gcra = Gcra::new(1, SECOND, 1);
    let word = gcra.step(0, 5 * SECOND).next.unwrap();
    assert_eq!(gcra.step(word, 5 * SECOND - 10).next, None);
    assert_eq!(gcra.step(word, 5 * SECOND - 10).reset_ns, SECOND + 10);
}

#[test]
fn a_word_is_finished_when_it_says_no_more_than_none() {
    let gcra = Pace::Gcra(Gcra::new(10, SECOND, 5));
    let window = Pace::Window(Window::new(10, SECOND));
    for pace in [gcra, window] {
        let (mut word, now) = (0, 7 * SECOND);
        while let Some(next) = pace.step(word, now).next {
            word = next;
        }
        let finished = pace.finished_ns(word);
        assert!(finished > now);
        assert_eq!(pace.step(word, finished), pace.step(0, finished), "{pace:?}");
        assert_ne!(
            pace.step(word, finished - SECOND / 2),
            pace.step(0, finished - SECOND / 2),
            "{pace:?}"
        );
    }
}

#[test]
fn the_largest_numbers_fit() {
    let year = 366 * 24 * 3_600 * SECOND;
    let gcra = Gcra::new(1, year, 1);
    let step = gcra.step(0, 100 * year);
    assert_eq!(step.next, Some(101 * year));
    assert_eq!(gcra.step(step.next.unwrap(), 100 * year).next, None);
    let window = Window::new(u32::MAX, 31 * 24 * 3_600 * SECOND);
    let mut word = 0;
    for _ in 0..3 {
        word = window.step(word, 100 * year).next.unwrap();
    }
    assert_eq!(window.step(word, 100 * year).remaining, (1 << 20) - 1 - 4);
}
