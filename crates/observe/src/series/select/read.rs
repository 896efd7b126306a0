//! The samples of series, out of the pieces that hold them.

use super::choose::{Piece, Selection};
use super::find::{Found, Source};
use crate::series::fold::Fold;
use crate::series::registry::Id;

/// One series over time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples {
    /// Moments, each later than the one before.
    pub times: Vec<u64>,
    /// What the series was at, or since, each of them. NaN in `last`: it was not there.
    pub folds: Vec<Fold>,
}

const GONE: Fold =
    Fold { last: f64::NAN, min: f64::NAN, max: f64::NAN, sum: f64::NAN, count: f64::NAN };

impl Selection {
    /// The samples of each series of `found`, in the order of its labels.
    pub fn read(&self, found: &Found) -> Vec<Samples> {
        match &found.source {
            Source::Plain(id) => vec![self.plain(*id)],
            Source::Counts { sum, buckets, up_to } => {
                let sum = self.plain(*sum);
                let buckets: Vec<(u32, Samples)> =
                    buckets.iter().map(|(bound, id)| (*bound, self.plain(*id))).collect();
                up_to.iter().map(|up_to| counted(&sum, &buckets, *up_to)).collect()
            }
        }
    }

    fn plain(&self, id: Id) -> Samples {
        let mut samples = Samples::default();
        self.pieces.iter().for_each(|piece| samples.extend(piece, id));
        samples
    }
}

impl Samples {
    fn extend(&mut self, piece: &Piece, id: Id) {
        let Some(start) = piece.times.iter().find(|at_ms| **at_ms > piece.after) else { return };
        let read = piece.read(id);
        // A clock that was set back: what was written later counts.
        while self.times.last().is_some_and(|last| last >= start) {
            self.times.pop();
            self.folds.pop();
        }
        let Some(read) = read else {
            if self.folds.last().is_some_and(|last| !last.last.is_nan()) {
                self.push(*start, GONE);
            }
            return;
        };
        for (at, at_ms) in piece.times.iter().enumerate().filter(|(_, at_ms)| **at_ms > piece.after)
        {
            let value = |column: &Vec<f64>| {
                at.checked_sub(read.first).and_then(|at| column.get(at)).copied()
            };
            let columns: Option<Vec<f64>> = read.columns.iter().map(value).collect();
            let fold = columns.and_then(|columns| Fold::from_columns(&columns)).unwrap_or(GONE);
            let was_there = self.folds.last().is_some_and(|last| !last.last.is_nan());
            if was_there || !fold.last.is_nan() {
                self.push(*at_ms, fold);
            }
        }
    }

    fn push(&mut self, at_ms: u64, fold: Fold) {
        self.times.push(at_ms);
        self.folds.push(fold);
    }
}

/// How many values up to a bound there were whenever `sum` was told.
fn counted(sum: &Samples, buckets: &[(u32, Samples)], up_to: u32) -> Samples {
    let mut counts = vec![0.0; sum.times.len()];
    for (_, bucket) in buckets.iter().filter(|(bound, _)| *bound <= up_to) {
        let mut values = bucket.times.iter().zip(&bucket.folds).peekable();
        for (at_ms, count) in sum.times.iter().zip(&mut counts) {
            while values.next_if(|(time, _)| *time < at_ms).is_some() {}
            // A bucket that is not told is empty.
            let here = values.peek().filter(|(time, fold)| *time == at_ms && !fold.last.is_nan());
            *count += here.map_or(0.0, |(_, fold)| fold.last);
        }
    }
    let told = sum.folds.iter().zip(counts);
    let folds =
        told.map(|(fold, count)| if fold.last.is_nan() { GONE } else { Fold::of(count) }).collect();
    Samples { times: sum.times.clone(), folds }
}

#[cfg(test)]
mod tests {
    use super::super::Asked;
    use crate::series::history::History;
    use crate::series::key::Labels;
    use crate::series::tier::KEEP_MS;
    use base::histogram::Histogram;
    use meter::{Snapshot, names};
    use std::time::Duration;

    const HOUR: u64 = 3_600_000;

    fn is(labels: &Labels, name: &str) -> bool {
        labels.iter().any(|(label, value)| &**label == "__name__" && &**value == name)
    }

    fn asked(wanted: &dyn Fn(&Labels) -> bool, from_ms: u64, to_ms: u64) -> Asked<'_> {
        Asked { wanted, from_ms, to_ms, range_ms: None }
    }

    #[test]
    fn a_series_that_ends_and_a_bucket_that_begins_late() {
        let mut history = History::new(100, KEEP_MS);
        let recorded = Histogram::default();
        let begin = 100 * HOUR + 290_000;
        for second in 0..20 {
            let mut snapshot = Snapshot::new(begin + second * 1_000);
            recorded.record(Duration::from_millis(if second < 15 { 1 } else { 30 }));
            snapshot.histogram(&names::EDGE_DURATION, &["web"], &recorded.counts());
            if second < 8 {
                snapshot.sample(&names::WORKER_UP, &["web", "0"], 1_u8);
            }
            history.record(&snapshot);
        }
        let read = |name: &str| {
            let selection =
                history.select(&asked(&|labels| is(labels, name), begin, u64::MAX), begin);
            let found = &selection.found;
            found.iter().flat_map(|found| selection.read(found)).collect::<Vec<_>>()
        };
        let up = read("ostler_worker_up");
        assert_eq!(up[0].times.len(), 9, "eight seconds, and that it is gone");
        assert!(up[0].folds[8].last.is_nan());
        let count = read("ostler_edge_request_duration_seconds_count");
        assert_eq!(count[0].folds.last().unwrap().last, 20.0);
        let buckets = read("ostler_edge_request_duration_seconds_bucket");
        let last: Vec<f64> = buckets.iter().map(|one| one.folds.last().unwrap().last).collect();
        // One of 1 ms is above the bound of 1 ms or not, by the histogram's own buckets.
        assert_eq!(last.len(), 14);
        assert!(last.contains(&15.0) && last.contains(&20.0), "{last:?}");
    }

    #[test]
    fn a_long_time_is_told_coarsely_and_to_its_end() {
        let mut history = History::new(100, KEEP_MS);
        let (begin, seconds) = (100 * HOUR, 2 * 3_600 + 5);
        for second in 0..seconds {
            let mut snapshot = Snapshot::new(begin + second * 1_000);
            snapshot.sample(&names::EDGE_RECEIVED, &[], second);
            history.record(&snapshot);
        }
        let now = begin + (seconds - 1) * 1_000;
        let all = |_: &Labels| true;
        let fine = history.select(&asked(&all, now - HOUR / 2, now), now);
        assert_eq!(fine.step_ms, 1_000);
        let coarse = history.select(&asked(&all, begin, now), now);
        assert_eq!(coarse.step_ms, 10_000);
        let samples = coarse.read(&coarse.found[0]).remove(0);
        assert_eq!(samples.times.last(), Some(&now));
        assert_eq!(samples.times.len(), 720 + 5, "tens, then the seconds that are not folded yet");
        assert!(samples.times.is_sorted_by(|a, b| a < b));
        assert_eq!(samples.folds.last().unwrap().last, (seconds - 1) as f64);
    }
}
