//! What all parts count, at one moment: typed samples, grouped by metric.

use crate::{Kind, Metric};
use base::histogram::Counts;
use std::time::Duration;

/// Upper bounds of the buckets that histograms are told in, in milliseconds.
pub const BOUNDS_MS: [u64; 13] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/// All samples of one moment. It is made once a second and at each scrape, and never changes afterwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    families: Vec<Family>,
}

/// The samples of one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// The metric.
    pub metric: &'static Metric,
    /// One for each set of label values, in the order in which they were told.
    pub samples: Vec<Sample>,
}

/// One value of a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Values of the labels, in the order in which the metric declares their names.
    pub labels: Box<[Box<str>]>,
    /// The value.
    pub value: Value,
}

/// What is told under one set of labels.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Of a counter or a gauge.
    Number(f64),
    /// Of a histogram.
    Buckets(Box<Buckets>),
}

/// A histogram at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Buckets {
    /// How many values were at most [`BOUNDS_MS`], for each of them; each count holds those before it.
    pub within: [u64; BOUNDS_MS.len()],
    /// How many values there were.
    pub count: u64,
    /// Their sum in seconds.
    pub sum_seconds: f64,
}

/// Numbers that samples are made of. Whole numbers above 2^53 lose their last digits.
pub trait Number: Copy {
    /// As a floating-point number.
    fn number(self) -> f64;
}

macro_rules! numbers {
    ($($type:ty),*) => { $(impl Number for $type {
        fn number(self) -> f64 { self as f64 }
    })* };
}
numbers!(u8, u16, u32, u64, usize, i32, i64, f32, f64);

impl Snapshot {
    /// Of this moment, in milliseconds since the Unix epoch; still empty.
    pub fn new(at_ms: u64) -> Self {
        Snapshot { at_ms, families: Vec::with_capacity(crate::names::ALL.len()) }
    }

    /// Tell one sample. `labels` are the values, in the order the metric declares their names.
    pub fn sample(&mut self, metric: &'static Metric, labels: &[&str], value: impl Number) {
        debug_assert_ne!(metric.kind, Kind::Histogram, "{}", metric.name);
        self.push(metric, labels, Value::Number(value.number()));
    }

    /// Tell one histogram.
    pub fn histogram(&mut self, metric: &'static Metric, labels: &[&str], counts: &Counts) {
        debug_assert_eq!(metric.kind, Kind::Histogram, "{}", metric.name);
        self.push(metric, labels, Value::Buckets(Box::new(Buckets::of(counts))));
    }

    /// Every metric that has a sample, in the order in which they were first told.
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// The samples of one metric.
    pub fn samples(&self, metric: &Metric) -> &[Sample] {
        let found = self.families.iter().find(|family| family.metric == metric);
        found.map_or(&[], |family| &family.samples)
    }

    /// The sum of a counter or gauge over all its labels; 0 if nothing was told.
    pub fn total(&self, metric: &Metric) -> f64 {
        let numbers = self.samples(metric).iter().map(|sample| match &sample.value {
            Value::Number(number) => *number,
            Value::Buckets(buckets) => buckets.count as f64,
        });
        numbers.sum()
    }

    fn push(&mut self, metric: &'static Metric, labels: &[&str], value: Value) {
        debug_assert_eq!(metric.labels.len(), labels.len(), "{}", metric.name);
        let labels = labels.iter().map(|label| Box::from(*label)).collect();
        let sample = Sample { labels, value };
        let same = |family: &&mut Family| family.metric.name == metric.name;
        // Parts tell a metric's samples one after the other, mostly.
        match self.families.iter_mut().rev().find(same) {
            Some(family) => family.samples.push(sample),
            None => self.families.push(Family { metric, samples: vec![sample] }),
        }
    }
}

impl Buckets {
    fn of(counts: &Counts) -> Self {
        Buckets {
            within: BOUNDS_MS.map(|ms| counts.at_most(Duration::from_millis(ms))),
            count: counts.total(),
            sum_seconds: counts.sum().as_secs_f64(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names;

    #[test]
    fn samples_are_grouped_by_metric() {
        let mut snapshot = Snapshot::new(5);
        snapshot.sample(&names::EDGE_REQUESTS, &["web", "2xx"], 7_u64);
        snapshot.sample(&names::UPTIME, &[], 1.5);
        snapshot.sample(&names::EDGE_REQUESTS, &["web", "5xx"], 1_u8);
        assert_eq!(snapshot.families().len(), 2);
        let [first, second] = snapshot.samples(&names::EDGE_REQUESTS) else { panic!() };
        assert_eq!((&*first.labels[1], &*second.labels[1]), ("2xx", "5xx"));
        assert_eq!(snapshot.total(&names::EDGE_REQUESTS), 8.0);
        assert!(snapshot.samples(&names::RSS).is_empty());
    }
}
