//! Numbers for series, and the way from a sample to its number.

use super::key::{Key, Part, bounds};
use meter::{Buckets, Metric, Snapshot, Value};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The number of a series within this process.
pub type Id = u32;

/// Series with their numbers.
pub type Numbered = Vec<(Id, Arc<Key>)>;

/// How many series a histogram usually takes: most of its buckets stay empty.
const HISTOGRAM_SERIES: usize = 8;
/// Series that are only remembered, for each that may be live.
const REMEMBERED: usize = 4;

/// All series that are known.
#[derive(Debug)]
pub struct Registry {
    keys: Vec<Option<Arc<Key>>>,
    ids: HashMap<Arc<Key>, Id>,
    /// By the hash of metric and labels.
    told: HashMap<u64, Vec<Told>>,
    /// Series that were let in since they were last counted anew.
    live: usize,
    /// As of the last snapshot.
    told_last: usize,
    live_max: usize,
}

/// Where the values of a sample go.
#[derive(Debug)]
struct Told {
    metric: &'static Metric,
    labels: Box<[Box<str>]>,
    ids: Ids,
}

#[derive(Debug, Clone)]
enum Ids {
    /// There are too many.
    Refused,
    One(Id),
    Histogram(Box<Histogram>),
}

#[derive(Debug, Clone)]
struct Histogram {
    sum: Id,
    buckets: Vec<Option<Id>>,
}

impl Registry {
    /// With room for so many series.
    pub fn new(live_max: usize) -> Self {
        let (keys, ids, told) = (Vec::new(), HashMap::new(), HashMap::new());
        Registry { keys, ids, told, live: 0, told_last: 0, live_max }
    }

    /// How many series are told now.
    pub fn told(&self) -> usize {
        self.told_last
    }

    /// The series with this number.
    pub fn key(&self, id: Id) -> Option<&Arc<Key>> {
        self.keys.get(id as usize)?.as_ref()
    }

    /// Every series with its number.
    pub fn all(&self) -> impl Iterator<Item = (Id, &Arc<Key>)> {
        let numbered = self.keys.iter().zip(0..);
        numbered.filter_map(|(key, id)| Some((id, key.as_ref()?)))
    }

    /// The number of a series that was kept before; None: there are too many.
    pub fn remember(&mut self, key: Key) -> Option<Id> {
        if let Some(id) = self.ids.get(&key) {
            return Some(*id);
        }
        if self.ids.len() >= self.live_max.saturating_mul(REMEMBERED) {
            return None;
        }
        let id = Id::try_from(self.keys.len()).ok()?;
        let key = Arc::new(key);
        self.keys.push(Some(key.clone()));
        self.ids.insert(key, id);
        Some(id)
    }

    /// The values of all samples with the numbers of their series. Returns how many samples have no place.
    pub fn cells(&mut self, snapshot: &Snapshot, into: &mut Vec<(Id, f64)>) -> u64 {
        let mut refused = 0;
        for family in snapshot.families() {
            for sample in &family.samples {
                let hash = hash(family.metric, &sample.labels);
                let mut told = self.told.remove(&hash).unwrap_or_default();
                let same = |told: &Told| {
                    told.labels == sample.labels && told.metric.name == family.metric.name
                };
                let at = told.iter().position(same).unwrap_or_else(|| {
                    let ids = self.admit(family.metric, &sample.labels);
                    let (metric, labels) = (family.metric, sample.labels.clone());
                    told.push(Told { metric, labels, ids });
                    told.len() - 1
                });
                if let Some(told) = told.get_mut(at) {
                    refused += u64::from(!self.put(told, &sample.value, into));
                }
                self.told.insert(hash, told);
            }
        }
        self.told_last = self.live;
        refused
    }

    fn put(&mut self, told: &mut Told, value: &Value, into: &mut Vec<(Id, f64)>) -> bool {
        match (&mut told.ids, value) {
            (Ids::One(id), Value::Number(number)) => into.push((*id, *number)),
            (Ids::Histogram(histogram), Value::Buckets(buckets)) => {
                into.push((histogram.sum, buckets.sum_seconds));
                let counts = apart(buckets).zip(bounds()).zip(&mut histogram.buckets);
                for ((count, bound), id) in counts.filter(|((count, _), _)| *count > 0) {
                    if id.is_none() {
                        // A histogram that was let in is let in as a whole.
                        let key = Key::of(told.metric, &told.labels, Part::Bucket(bound));
                        *id = self.remember(key);
                    }
                    into.extend(id.map(|id| (id, count as f64)));
                }
            }
            (Ids::Refused | Ids::One(_) | Ids::Histogram(_), _) => return false,
        }
        true
    }

    fn admit(&mut self, metric: &'static Metric, labels: &[Box<str>]) -> Ids {
        let part = Part::of(metric.kind);
        let room = if part == Part::Sum { HISTOGRAM_SERIES } else { 1 };
        if self.live + room > self.live_max {
            return Ids::Refused;
        }
        let Some(id) = self.remember(Key::of(metric, labels, part)) else { return Ids::Refused };
        self.live += room;
        match part {
            Part::Sum => {
                let buckets = vec![None; bounds().count()];
                Ids::Histogram(Box::new(Histogram { sum: id, buckets }))
            }
            Part::Counter | Part::Gauge | Part::Bucket(_) => Ids::One(id),
        }
    }

    /// Forget the series that nothing holds any more, and count anew which are live.
    pub fn forget(&mut self, held: &dyn Fn(Id) -> bool) {
        for (at, slot) in self.keys.iter_mut().enumerate() {
            if let Some(key) = slot.take_if(|_| !held(at as Id)) {
                self.ids.remove(&key);
            }
        }
        // The next snapshot says what is live.
        self.told.clear();
        self.live = 0;
    }
}

/// The counts of the buckets, each without those before it.
fn apart(buckets: &Buckets) -> impl Iterator<Item = u64> {
    let upper = buckets.within.into_iter().chain([buckets.count]);
    let lower = std::iter::once(0).chain(buckets.within);
    upper.zip(lower).map(|(upper, lower)| upper.saturating_sub(lower))
}

fn hash(metric: &Metric, labels: &[Box<str>]) -> u64 {
    let mut hasher = DefaultHasher::new();
    metric.name.hash(&mut hasher);
    labels.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::histogram::Histogram as Recorded;
    use meter::names;
    use std::time::Duration;

    fn snapshot(workers: u32) -> Snapshot {
        let mut snapshot = Snapshot::new(1);
        for worker in 0..workers {
            snapshot.sample(&names::WORKER_UP, &["web", &worker.to_string()], 1_u8);
        }
        let recorded = Recorded::default();
        [1, 30, 31, 70_000].into_iter().for_each(|ms| recorded.record(Duration::from_millis(ms)));
        snapshot.histogram(&names::EDGE_DURATION, &["web"], &recorded.counts());
        snapshot
    }

    #[test]
    fn a_sample_keeps_its_number_and_empty_buckets_have_none() {
        let mut registry = Registry::new(100);
        let (mut first, mut second) = (Vec::new(), Vec::new());
        assert_eq!(registry.cells(&snapshot(2), &mut first), 0);
        assert_eq!(registry.cells(&snapshot(2), &mut second), 0);
        assert_eq!(first, second);
        // Two gauges, the sum, and the buckets of 1 ms, 50 ms and above all.
        assert_eq!(first.len(), 6);
        let part = |(id, value): &(Id, f64)| (registry.key(*id).unwrap().part, *value);
        assert_eq!(part(&first[4]), (Part::Bucket(50), 2.0));
        assert_eq!(part(&first[5]).1, 1.0);
    }

    #[test]
    fn too_many_are_refused_until_others_are_gone() {
        let mut registry = Registry::new(10);
        let mut cells = Vec::new();
        assert_eq!(registry.cells(&snapshot(5), &mut cells), 1, "no room for the histogram");
        assert_eq!(cells.len(), 5);
        registry.forget(&|_| true);
        cells.clear();
        assert_eq!(registry.cells(&snapshot(2), &mut cells), 0);
        assert_eq!(cells.len(), 6);
        registry.forget(&|id| id == cells[0].0);
        assert_eq!(registry.all().count(), 1);
    }
}
