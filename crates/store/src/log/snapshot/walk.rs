//! Going over all keys in slices. Pure.

use super::entries::Entries;

/// Where a walk stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The database.
    pub db: u32,
    /// The cursor in its table of keys.
    pub cursor: u64,
    /// The value whose chunks are being written.
    pub within: Option<Within>,
}

/// A place inside of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// Its key.
    pub key: Box<[u8]>,
    /// What tells this value from another that the key may get meanwhile.
    pub value: u64,
    /// The next part, in whatever way the value counts them.
    pub from: Vec<u8>,
}

/// What is walked over.
///
/// Each key that is there from the beginning to the end of the walk is given once at least; twice is no harm,
/// since the second time has the later LSN. Between two slices anything may happen to the keyspace.
pub trait Source {
    /// Append what comes next to `entries`, some `bytes` of it (less than one key or chunk more), and move
    /// `place` on. False: that was all.
    fn entries(&mut self, place: &mut Place, bytes: usize, entries: &mut Entries) -> bool;

    /// The LSN of the last record.
    fn lsn(&self) -> u64;
}

/// Bytes that a block has at least before it is written: sums and writes are made for a whole one.
const BLOCK_BYTES: usize = 64 << 10;

/// Bytes asked for at a time: so often the clock is looked at.
const STEP_BYTES: usize = 4 << 10;

/// A walk that is under way.
#[derive(Debug, Default)]
pub struct Walk {
    place: Place,
    entries: Entries,
    is_done: bool,
    /// The LSN at its end, once it has ended.
    end: u64,
}

impl Walk {
    /// Go on for as long as `has_time` says so, and give the next block if one is whole. After the last
    /// block [`Walk::is_done`] holds.
    pub fn slice(
        &mut self,
        source: &mut dyn Source,
        has_time: &mut dyn FnMut() -> bool,
    ) -> Option<Vec<u8>> {
        while !self.is_done && self.entries.len() < BLOCK_BYTES && has_time() {
            if !source.entries(&mut self.place, STEP_BYTES, &mut self.entries) {
                self.is_done = true;
                self.end = source.lsn();
                self.entries.done(self.end);
            }
        }
        let is_whole = self.is_done || self.entries.len() >= BLOCK_BYTES;
        (is_whole && !self.entries.is_empty()).then(|| self.entries.take())
    }

    /// All has been given.
    pub fn is_done(&self) -> bool {
        self.is_done && self.entries.is_empty()
    }

    /// The LSN of the last record before its end; 0 before.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Keys written so far.
    pub fn keys(&self) -> u64 {
        self.entries.keys()
    }
}
