//! A concurrent histogram of durations with a bounded relative error.
//!
//! Log-linear: 8 buckets to a power of two, so a quantile is off by at most 1/8 of its value.
//! Range 1 µs to about 67 s; what lies outside is counted in the first or last bucket.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

const SUB_BITS: u32 = 3;
const SUB: u64 = 1 << SUB_BITS;
const TOP_BIT: u32 = 26;
const BUCKETS: usize = ((TOP_BIT - SUB_BITS + 1) as usize + 1) * SUB as usize;

/// Counts of durations by size; recording is wait-free.
#[derive(Debug)]
pub struct Histogram {
    buckets: [AtomicU64; BUCKETS],
    sum_us: AtomicU64,
}

/// A copy of a [`Histogram`] at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    buckets: Vec<u64>,
    sum_us: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram { buckets: std::array::from_fn(|_| AtomicU64::new(0)), sum_us: AtomicU64::new(0) }
    }
}

fn index(us: u64) -> usize {
    if us < SUB {
        return us as usize;
    }
    let top = 63 - us.leading_zeros();
    if top > TOP_BIT {
        return BUCKETS - 1;
    }
    let shift = top - SUB_BITS;
    (((shift as u64 + 1) << SUB_BITS) + ((us >> shift) & (SUB - 1))) as usize
}

/// The exclusive upper bound of bucket `at`, in microseconds.
fn upper_us(at: usize) -> u64 {
    let at = at as u64;
    if at < SUB {
        return at + 1;
    }
    let shift = (at >> SUB_BITS) - 1;
    (SUB + (at & (SUB - 1)) + 1) << shift
}

impl Histogram {
    /// Count one duration.
    pub fn record(&self, value: Duration) {
        let us = u64::try_from(value.as_micros()).unwrap_or(u64::MAX);
        if let Some(bucket) = self.buckets.get(index(us)) {
            bucket.fetch_add(1, Relaxed);
        }
        self.sum_us.fetch_add(us, Relaxed);
    }

    /// The counts now.
    pub fn counts(&self) -> Counts {
        Counts {
            buckets: self.buckets.iter().map(|bucket| bucket.load(Relaxed)).collect(),
            sum_us: self.sum_us.load(Relaxed),
        }
    }
}

impl Default for Counts {
    fn default() -> Self {
        Counts { buckets: vec![0; BUCKETS], sum_us: 0 }
    }
}

impl Counts {
    /// How many values were recorded.
    pub fn total(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// The sum of all recorded values.
    pub fn sum(&self) -> Duration {
        Duration::from_micros(self.sum_us)
    }

    /// What was recorded since `earlier`, an older copy of the same histogram.
    pub fn since(&self, earlier: &Counts) -> Counts {
        let pairs = self.buckets.iter().zip(&earlier.buckets);
        Counts {
            buckets: pairs.map(|(new, old)| new.saturating_sub(*old)).collect(),
            sum_us: self.sum_us.saturating_sub(earlier.sum_us),
        }
    }

    /// Add the counts of `other`.
    pub fn add(&mut self, other: &Counts) {
        self.buckets.iter_mut().zip(&other.buckets).for_each(|(mine, theirs)| *mine += theirs);
        self.sum_us += other.sum_us;
    }

    /// The upper bound of the bucket in which the quantile `q` (0.0 to 1.0) lies; None if empty.
    pub fn quantile(&self, q: f64) -> Option<Duration> {
        let total = self.total();
        if total == 0 {
            return None;
        }
        let rank = ((q.clamp(0.0, 1.0) * total as f64).ceil() as u64).max(1);
        let mut seen = 0;
        let at = self.buckets.iter().position(|count| {
            seen += count;
            seen >= rank
        })?;
        Some(Duration::from_micros(upper_us(at)))
    }

    /// How many values were at most `bound`, to the histogram's resolution.
    pub fn at_most(&self, bound: Duration) -> u64 {
        let us = u64::try_from(bound.as_micros()).unwrap_or(u64::MAX);
        let within =
            self.buckets.iter().enumerate().filter(|(at, _)| upper_us(*at) <= us.saturating_add(1));
        within.map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_lies_in_its_bucket() {
        for us in (0..5_000).chain((1..60).map(|n| 1u64 << n.min(40))) {
            let at = index(us);
            assert!(at < BUCKETS);
            if us < 1 << (TOP_BIT + 1) {
                assert!(us < upper_us(at), "{us} in {at}");
                assert!(at == 0 || us >= upper_us(at - 1), "{us} in {at}");
            }
        }
    }

    #[test]
    fn quantiles_are_within_an_eighth() {
        let histogram = Histogram::default();
        (1..=10_000).for_each(|us| histogram.record(Duration::from_micros(us)));
        let counts = histogram.counts();
        for q in [0.01, 0.5, 0.9, 0.99, 1.0] {
            let (got, want) = (counts.quantile(q).unwrap().as_micros() as f64, q * 10_000.0);
            assert!(got >= want && got <= want * 1.13 + 1.0, "{q}: {got} for {want}");
        }
        assert_eq!(counts.total(), 10_000);
        assert_eq!(counts.since(&counts).total(), 0);
    }
}
