//! One grain of the history: blocks that follow each other.

use super::block::{Body, Open, Parsed, Sealed, parse};
use super::registry::Id;
use std::path::PathBuf;
use std::sync::Arc;

/// A moment so little before the last one is a clock that is being set right; it is passed over.
const BACK_MS_MAX: u64 = 5_000;

/// Which moments are kept for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grain {
    /// Time between two moments.
    pub step_ms: u64,
    /// Time that a block holds; blocks begin at multiples of it.
    pub block_ms: u64,
    /// How long blocks are kept after their end.
    pub keep_ms: u64,
}

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Every second for an hour, ten seconds for a day, minutes for as long as it is asked for. The first two are
/// kept a block longer, so that a coarser block can be made of them as long as it is open.
pub const fn grains(keep_ms: u64) -> [Grain; 3] {
    [
        Grain { step_ms: SECOND, block_ms: 5 * MINUTE, keep_ms: HOUR + 5 * MINUTE },
        Grain { step_ms: 10 * SECOND, block_ms: HOUR, keep_ms: DAY + HOUR },
        Grain { step_ms: MINUTE, block_ms: 6 * HOUR, keep_ms },
    ]
}

/// How long minutes are kept if nothing else is said.
pub const KEEP_MS: u64 = 14 * DAY;

/// The blocks of one grain.
#[derive(Debug)]
pub struct Tier {
    /// Which moments.
    pub grain: Grain,
    open: Open,
    sealed: Vec<Kept>,
}

/// A block that does not grow any more.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its number within this process, to speak of it.
    pub number: u64,
    /// The block.
    pub block: Arc<Sealed>,
    /// Its file, if it has one.
    pub file: Option<PathBuf>,
    /// Bytes of that file.
    pub disk_bytes: u64,
}

/// A block that has just been sealed.
#[derive(Debug, Clone)]
pub struct Finished {
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// The block, in memory.
    pub block: Arc<Sealed>,
}

/// The clock was set back a little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetBack;

impl Tier {
    /// Without a block.
    pub fn new(grain: Grain) -> Self {
        Tier { grain, open: Open::default(), sealed: Vec::new() }
    }

    /// The block that is written now.
    pub fn open(&self) -> &Open {
        &self.open
    }

    /// The others, in the order of their moments.
    pub fn sealed(&self) -> &[Kept] {
        &self.sealed
    }

    /// The last moment that is kept.
    pub fn end(&self) -> Option<u64> {
        let sealed = self.sealed.iter().map(|kept| kept.block.end()).max();
        self.open.times().last().copied().into_iter().chain(sealed).max()
    }

    /// A moment begins, see [`Open::set`].
    ///
    /// # Errors
    /// It is passed over, since the clock was set back a little.
    pub fn begin(&mut self, at_ms: u64) -> Result<Option<Finished>, SetBack> {
        let last = self.open.times().last().copied();
        if last.is_some_and(|last| at_ms <= last && last - at_ms < BACK_MS_MAX) {
            return Err(SetBack);
        }
        let block = |at_ms: u64| at_ms / self.grain.block_ms.max(1);
        let other = last.is_some_and(|last| block(last) != block(at_ms) || at_ms <= last);
        let finished = if other { self.seal() } else { None };
        if self.open.begin(at_ms) {
            return Ok(finished);
        }
        // Full, which takes moments that are much closer together than they should be.
        let finished = self.seal();
        self.open.begin(at_ms);
        Ok(finished)
    }

    /// What a series is at the moment that was begun last.
    pub fn set(&mut self, id: Id, values: &[f64]) {
        self.open.set(id, values);
    }

    /// End the block that is written.
    pub fn seal(&mut self) -> Option<Finished> {
        let open = std::mem::take(&mut self.open);
        if open.is_empty() {
            return None;
        }
        let bytes: Arc<[u8]> = open.encode().into();
        let parsed: Parsed = parse(&bytes)?;
        let block = Arc::new(Sealed::new(parsed, Body::Memory(bytes.clone()), Some));
        Some(Finished { bytes, block })
    }

    /// Keep a block.
    pub fn keep(&mut self, kept: Kept) {
        self.sealed.push(kept);
        self.sealed.sort_by_key(|kept| (kept.block.start(), kept.number));
    }

    /// The block of this number lies in a file from now on; with a `body` it need not be in memory.
    pub fn place(&mut self, number: u64, body: Option<Body>, file: PathBuf, disk_bytes: u64) {
        if let Some(kept) = self.sealed.iter_mut().find(|kept| kept.number == number) {
            (kept.file, kept.disk_bytes) = (Some(file), disk_bytes);
            if let Some(body) = body {
                kept.block = Arc::new(kept.block.moved(body));
            }
        }
    }

    /// Let go of blocks.
    pub fn drop_where(&mut self, gone: impl Fn(&Kept) -> bool) -> Vec<Kept> {
        let (gone, kept) = std::mem::take(&mut self.sealed).into_iter().partition(gone);
        self.sealed = kept;
        gone
    }

    /// Whether a series is in any block.
    pub fn holds(&self, id: Id) -> bool {
        self.open.lane(id).is_some() || self.sealed.iter().any(|kept| kept.block.holds(id))
    }

    /// Bytes of memory that it takes, about.
    pub fn weight(&self) -> usize {
        let sealed = self.sealed.iter().map(|kept| kept.block.weight() + 128);
        self.open.weight() + sealed.sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_end_where_the_next_begins_and_where_the_clock_jumps_back() {
        let grain = Grain { step_ms: 1_000, block_ms: 10_000, keep_ms: 60_000 };
        let mut tier = Tier::new(grain);
        let mut push = |at_ms| {
            let begun = tier.begin(at_ms);
            if begun.is_ok() {
                tier.set(1, &[1.0]);
            }
            begun.map(|finished| finished.map(|finished| finished.block.times.to_vec()))
        };
        assert_eq!(push(18_000), Ok(None));
        assert_eq!(push(19_500), Ok(None));
        assert_eq!(push(19_500), Err(SetBack));
        assert_eq!(push(18_600), Err(SetBack), "a little back");
        assert_eq!(push(20_000), Ok(Some(vec![18_000, 19_500])));
        assert_eq!(push(12_000), Ok(Some(vec![20_000])), "far back");
        assert_eq!(push(95_000), Ok(Some(vec![12_000])), "far ahead");
        assert_eq!(tier.end(), Some(95_000));
        assert!(tier.holds(1) && !tier.holds(2));
    }
}
