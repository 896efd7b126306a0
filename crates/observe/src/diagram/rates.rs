//! Counts turned into figures for a second.

use std::collections::HashMap;

/// A sample is compared with one that is at least so old, so that figures do not jump from picture to picture.
const WINDOW_MS: u64 = 900;
/// With fewer than these between two samples there is no rate.
const LEAST_MS: u64 = 50;

/// What was counted since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests.
    pub requests: u64,
    /// Those of them that failed.
    pub errors: u64,
}

/// The same for a second.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rate {
    /// Requests a second.
    pub requests: f64,
    /// Those of them that failed.
    pub errors: f64,
}

/// What was counted at some times before.
#[derive(Debug, Default)]
pub struct Rates {
    /// What is compared with.
    older: Option<Sample>,
    /// What will be, once it is old enough.
    newer: Option<Sample>,
    now: Sample,
}

#[derive(Debug, Default)]
struct Sample {
    at_ms: u64,
    counts: HashMap<String, Counts>,
}

impl Rates {
    /// A new sample begins.
    pub fn begin(&mut self, at_ms: u64) {
        let last = std::mem::replace(&mut self.now, Sample { at_ms, counts: HashMap::new() });
        let is_due = |than: &Option<Sample>| {
            than.as_ref().is_some_and(|than| last.at_ms >= than.at_ms + WINDOW_MS)
        };
        if self.older.is_none() {
            self.older = Some(last).filter(|last| !last.counts.is_empty());
        } else if self.newer.is_none() {
            self.newer = is_due(&self.older).then_some(last);
        } else if is_due(&self.newer) {
            self.older = self.newer.replace(last);
        }
    }

    /// Forget everything.
    pub fn clear(&mut self) {
        *self = Rates::default();
    }

    /// Take in the counts of `what`, and tell its rate; zero when it was not there before.
    pub fn take(&mut self, what: &str, counts: Counts) -> Rate {
        self.now.counts.insert(what.to_owned(), counts);
        let Some(older) = &self.older else { return Rate::default() };
        let passed_ms = self.now.at_ms.saturating_sub(older.at_ms);
        let Some(before) = older.counts.get(what).filter(|_| passed_ms >= LEAST_MS) else {
            return Rate::default();
        };
        let seconds = passed_ms as f64 / 1e3;
        let since = |now: u64, before: u64| now.saturating_sub(before) as f64 / seconds;
        Rate {
            requests: since(counts.requests, before.requests),
            errors: since(counts.errors, before.errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests(rates: &mut Rates, at_ms: u64, requests: u64) -> f64 {
        rates.begin(at_ms);
        rates.take("a", Counts { requests, errors: 0 }).requests
    }

    #[test]
    fn over_the_last_second_or_two() {
        let mut rates = Rates::default();
        assert_eq!(requests(&mut rates, 10_000, 5_000), 0.0, "nothing to compare with");
        assert_eq!(requests(&mut rates, 10_400, 5_040), 100.0);
        for n in 1..100 {
            let rate = requests(&mut rates, 10_400 + n * 100, 5_040 + n * 10);
            assert!((rate - 100.0).abs() < 1e-9, "steady, whatever the beat: {rate} at {n}");
        }
        for second in 21..24 {
            requests(&mut rates, second * 1_000, 6_030);
        }
        assert_eq!(requests(&mut rates, 24_000, 6_030), 0.0, "nothing comes any more");
    }

    #[test]
    fn a_window_of_a_second_at_least() {
        let mut rates = Rates::default();
        for n in 0..30 {
            requests(&mut rates, n * 100, 0);
        }
        let rate = requests(&mut rates, 3_000, 90);
        assert!((45.0..=100.0).contains(&rate), "{rate}: 90 within one to two seconds");
    }

    #[test]
    fn new_things_and_new_counts_begin_at_nothing() {
        let mut rates = Rates::default();
        assert_eq!(requests(&mut rates, 1_000, 500), 0.0);
        rates.begin(2_000);
        assert_eq!(rates.take("b", Counts { requests: 9_999, errors: 9 }), Rate::default());
        let back = rates.take("a", Counts { requests: 3, errors: 0 });
        assert_eq!(back.requests, 0.0, "a count that went back");
    }
}
