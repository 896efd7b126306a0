//! `LATENCY`: when something took longer than a threshold, by kind.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The last times of each kind.
#[derive(Debug, Default)]
pub struct Latency(Mutex<BTreeMap<&'static str, Spikes>>);

/// What took long, of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spikes {
    /// The last ones, the oldest first: seconds since 1970, and milliseconds that it took.
    pub samples: VecDeque<(i64, u64)>,
    /// The longest since the start, in milliseconds.
    pub longest_ms: u64,
}

/// Of each kind so many are kept.
const SAMPLES_MAX: usize = 160;

impl Latency {
    /// `kind` took so long. Of one second only the longest is kept.
    pub fn add(&self, kind: &'static str, at_s: i64, took_ms: u64) {
        let mut all = self.lock();
        let spikes = all.entry(kind).or_default();
        spikes.longest_ms = spikes.longest_ms.max(took_ms);
        match spikes.samples.back_mut() {
            Some((second, ms)) if *second == at_s => *ms = (*ms).max(took_ms),
            _ => spikes.samples.push_back((at_s, took_ms)),
        }
        if spikes.samples.len() > SAMPLES_MAX {
            spikes.samples.pop_front();
        }
    }

    /// All kinds.
    pub fn all(&self) -> BTreeMap<&'static str, Spikes> {
        self.lock().clone()
    }

    /// One kind.
    pub fn of(&self, kind: &[u8]) -> Option<Spikes> {
        let all = self.lock();
        let found = all.iter().find(|(name, _)| kind.eq_ignore_ascii_case(name.as_bytes()));
        found.map(|(_, spikes)| spikes.clone())
    }

    /// Forget some kinds, or all if none is named. How many were known.
    pub fn reset(&self, kinds: &[&[u8]]) -> usize {
        let mut all = self.lock();
        let before = all.len();
        let named =
            |name: &str| kinds.iter().any(|kind| kind.eq_ignore_ascii_case(name.as_bytes()));
        all.retain(|name, _| !kinds.is_empty() && !named(name));
        before - all.len()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Spikes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_second_the_longest_is_kept() {
        let latency = Latency::default();
        for (at_s, ms) in [(1, 5), (1, 9), (1, 3), (2, 4)] {
            latency.add("command", at_s, ms);
        }
        let spikes = latency.of(b"COMMAND").unwrap();
        assert_eq!((spikes.samples, spikes.longest_ms), (VecDeque::from([(1, 9), (2, 4)]), 9));
        (0..500).for_each(|second| latency.add("fast-command", second, 1));
        assert_eq!(latency.of(b"fast-command").unwrap().samples.len(), SAMPLES_MAX);
        assert_eq!(latency.reset(&[b"none", b"command"]), 1);
        assert_eq!((latency.reset(&[]), latency.all().len()), (1, 0));
    }
}
