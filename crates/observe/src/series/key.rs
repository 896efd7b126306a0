//! What tells one series from another.

use meter::{BOUNDS_MS, Kind, Metric};

/// Names and values of labels, sorted by name.
pub type Labels = Box<[(Box<str>, Box<str>)]>;

/// One series.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The metric's name; for a histogram without `_bucket`, `_sum` and `_count`.
    pub name: Box<str>,
    /// Its labels, `le` left out.
    pub labels: Labels,
    /// What of the metric it is.
    pub part: Part,
}

/// What of a metric a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// All of a counter.
    Counter,
    /// All of a gauge.
    Gauge,
    /// The sum of a histogram.
    Sum,
    /// How many values of a histogram were above the bound before and at most this many milliseconds;
    /// [`ABOVE`]: above the last bound. It is kept only once there are some.
    Bucket(u32),
}

/// The bound of the bucket that has none.
pub const ABOVE: u32 = u32::MAX;

/// The bounds of all buckets of a histogram.
pub fn bounds() -> impl Iterator<Item = u32> {
    let bounds = BOUNDS_MS.into_iter().map(|ms| u32::try_from(ms).unwrap_or(ABOVE));
    bounds.chain([ABOVE])
}

impl Key {
    /// The series that a sample of `metric` belongs to.
    pub fn of(metric: &Metric, values: &[Box<str>], part: Part) -> Self {
        let names = metric.labels.iter().map(|name| Box::from(*name));
        let mut labels: Vec<_> = names.zip(values.iter().cloned()).collect();
        labels.sort();
        Key { name: metric.name.into(), labels: labels.into(), part }
    }

    /// Bytes of memory that it takes, about.
    pub fn weight(&self) -> usize {
        let labels = self.labels.iter().map(|(name, value)| name.len() + value.len() + 48);
        self.name.len() + labels.sum::<usize>() + 64
    }
}

impl Part {
    /// That of a metric that is no histogram.
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Counter => Part::Counter,
            Kind::Gauge => Part::Gauge,
            Kind::Histogram => Part::Sum,
        }
    }

    /// Whether it only grows, but for restarts.
    pub fn grows(self) -> bool {
        self != Part::Gauge
    }
}
