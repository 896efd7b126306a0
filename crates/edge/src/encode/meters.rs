//! What is counted of compression; each thread has its own.

use super::{Coding, Skip};
use crate::meters::Counter;
use meter::{Metric, Snapshot, names};
use std::time::Duration;

/// Counts of one thread.
#[derive(Debug, Default)]
pub struct EncodeMeters {
    codings: [OfCoding; Coding::ALL.len()],
    skipped: [Counter; Skip::ALL.len()],
}

/// Counts of one coding.
#[derive(Debug, Default)]
struct OfCoding {
    /// Replies begun.
    replies: Counter,
    /// Bytes of content.
    pub taken: Counter,
    /// Bytes that they became.
    pub made: Counter,
    /// Nanoseconds that it took.
    pub spent: Counter,
}

impl EncodeMeters {
    /// `taken` bytes of content became `made` bytes.
    pub fn encoded(&self, coding: Coding, taken: usize, made: usize, spent: Duration) {
        if let Some(of) = self.of(coding) {
            of.taken.add(taken as u64);
            of.made.add(made as u64);
            of.spent.add(u64::try_from(spent.as_nanos()).unwrap_or(0));
        }
    }

    /// A reply is encoded.
    pub fn began(&self, coding: Coding) {
        if let Some(of) = self.of(coding) {
            of.replies.add(1);
        }
    }

    /// A reply with content is not.
    pub fn skipped(&self, skip: Skip) {
        if let Some(counter) = self.skipped.get(skip as usize) {
            counter.add(1);
        }
    }

    /// Write the samples of `all` threads together.
    pub fn write<'a>(all: impl Iterator<Item = &'a EncodeMeters> + Clone, to: &mut Snapshot) {
        let mut each = |metric: &'static Metric, of: fn(&OfCoding) -> u64| {
            for coding in Coding::ALL {
                let count = all.clone().filter_map(|one| one.of(coding)).map(of).sum::<u64>();
                to.sample(metric, &[coding.name()], count);
            }
        };
        each(&names::EDGE_COMPRESS_REPLIES, |of| of.replies.get());
        each(&names::EDGE_COMPRESS_TAKEN, |of| of.taken.get());
        each(&names::EDGE_COMPRESS_MADE, |of| of.made.get());
        for coding in Coding::ALL {
            let spent = all.clone().filter_map(|one| one.of(coding)).map(|of| of.spent.get());
            let seconds = spent.sum::<u64>() as f64 / 1e9;
            to.sample(&names::EDGE_COMPRESS_SPENT, &[coding.name()], seconds);
        }
        for skip in Skip::ALL {
            let count = all.clone().map(|one| one.skipped_for(skip)).sum::<u64>();
            to.sample(&names::EDGE_COMPRESS_SKIPPED, &[skip.name()], count);
        }
    }

    /// Counts of one coding.
    fn of(&self, coding: Coding) -> Option<&OfCoding> {
        self.codings.get(coding as usize)
    }

    fn skipped_for(&self, skip: Skip) -> u64 {
        self.skipped.get(skip as usize).map_or(0, Counter::get)
    }

    /// The time that it took, in all codings.
    pub fn spent(&self) -> Duration {
        let nanoseconds = self.codings.iter().map(|of| of.spent.get()).sum();
        Duration::from_nanos(nanoseconds)
    }
}
