//! From series as they are kept to series as they are asked for.

use crate::series::key::{ABOVE, Key, Labels, Part, bounds};
use crate::series::registry::Id;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where the name of a series is among its labels, as in PromQL.
pub const NAME: &str = "__name__";

/// Series that are read together.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The labels of each, the name among them, sorted.
    pub labels: Vec<Labels>,
    /// What they are made of.
    pub source: Source,
}

/// What series are made of.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// They are one, kept as it is.
    Plain(Id),
    /// Counts of a histogram.
    Counts {
        /// Its sum, which is told whenever the histogram is.
        sum: Id,
        /// Its buckets by their bounds.
        buckets: BTreeMap<u32, Id>,
        /// For each of the series: up to which bound values are counted.
        up_to: Vec<u32>,
    },
}

impl Source {
    /// Every series that is kept for it.
    pub fn ids(&self) -> impl Iterator<Item = Id> {
        let (first, more) = match self {
            Source::Plain(id) => (*id, None),
            Source::Counts { sum, buckets, .. } => (*sum, Some(buckets.values().copied())),
        };
        std::iter::once(first).chain(more.into_iter().flatten())
    }
}

/// All series that are wanted.
pub fn find<'a>(
    all: impl Iterator<Item = (Id, &'a Arc<Key>)>,
    wanted: &dyn Fn(&Labels) -> bool,
) -> Vec<Found> {
    let mut found = Vec::new();
    let mut histograms: BTreeMap<(&str, &Labels), Histogram> = BTreeMap::new();
    for (id, key) in all {
        let of = (&*key.name, &key.labels);
        match key.part {
            Part::Counter | Part::Gauge => {
                let labels = named(&key.name, "", &key.labels, None);
                if wanted(&labels) {
                    found.push(Found { labels: vec![labels], source: Source::Plain(id) });
                }
            }
            Part::Sum => histograms.entry(of).or_default().sum = Some(id),
            Part::Bucket(bound) => {
                histograms.entry(of).or_default().buckets.insert(bound, id);
            }
        }
    }
    for ((name, labels), histogram) in histograms {
        found.extend(histogram.found(name, labels, wanted));
    }
    found.sort_by(|a, b| a.labels.cmp(&b.labels));
    found
}

#[derive(Debug, Default)]
struct Histogram {
    sum: Option<Id>,
    buckets: BTreeMap<u32, Id>,
}

impl Histogram {
    fn found(self, name: &str, labels: &Labels, wanted: &dyn Fn(&Labels) -> bool) -> Vec<Found> {
        let Some(sum) = self.sum else { return Vec::new() };
        let sums = named(name, "_sum", labels, None);
        let total = (named(name, "_count", labels, None), ABOVE);
        let mut all: Vec<u32> = bounds().chain(self.buckets.keys().copied()).collect();
        all.sort_unstable();
        all.dedup();
        let each =
            all.into_iter().map(|bound| (named(name, "_bucket", labels, Some(bound)), bound));
        let counts = std::iter::once(total).chain(each).filter(|(labels, _)| wanted(labels));
        let (labels, up_to): (Vec<_>, Vec<_>) = counts.unzip();
        let mut found = Vec::new();
        if wanted(&sums) {
            found.push(Found { labels: vec![sums], source: Source::Plain(sum) });
        }
        if !labels.is_empty() {
            let source = Source::Counts { sum, buckets: self.buckets, up_to };
            found.push(Found { labels, source });
        }
        found
    }
}

fn named(name: &str, suffix: &str, labels: &Labels, bound_ms: Option<u32>) -> Labels {
    let mut all = labels.to_vec();
    all.push((NAME.into(), format!("{name}{suffix}").into()));
    if let Some(bound_ms) = bound_ms {
        let bound = match bound_ms {
            ABOVE => "+Inf".to_owned(),
            ms => (f64::from(ms) / 1_000.0).to_string(),
        };
        all.push(("le".into(), bound.into()));
    }
    all.sort();
    all.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_is_many_series() {
        let key = |part| Arc::new(Key { name: "d".into(), labels: Box::new([]), part });
        let keys = [key(Part::Sum), key(Part::Bucket(50)), key(Part::Gauge)];
        let all = || (0..).zip(&keys);
        let found = find(all(), &|_| true);
        let count: usize = found.iter().map(|found| found.labels.len()).sum();
        assert_eq!(count, 1 + 1 + 1 + bounds().count());
        let le = |labels: &Labels| {
            labels.iter().any(|(name, value)| &**name == "le" && &**value == "0.05")
        };
        let found = find(all(), &le);
        assert_eq!(found.len(), 1);
        let Source::Counts { up_to, sum, .. } = &found[0].source else { panic!() };
        assert_eq!((&up_to[..], *sum), (&[50][..], 0));
        assert_eq!(found[0].source.ids().collect::<Vec<_>>(), [0, 1]);
    }
}
