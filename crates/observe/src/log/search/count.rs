//! How many lines of which level there are in each stretch of time.

use super::super::block::{BlockMeta, Index, Unpacker};
use super::super::query::{Matcher, Query};
use super::super::store::part::InPart;
use super::super::store::{Part, Snapshot};
use super::block::Opened;
use super::prune::{self, Asked};
use crate::record::Level;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// Stretches that are told at most; what is before them is left out.
pub const STRETCHES_MAX: usize = 11_000;
const MINUTE_MS: u64 = 60_000;

/// Counts of lines by time and level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Milliseconds of a stretch.
    pub step_ms: u64,
    /// By the first millisecond of a stretch, for each level of [`Level::ALL`].
    pub counts: BTreeMap<u64, [u64; 6]>,
    /// Blocks that could not be read, and were left out.
    pub damaged: u64,
}

impl Counts {
    fn add(&mut self, at_ms: u64, level: Level, count: u64) {
        let start = at_ms - at_ms % self.step_ms;
        let counts = self.counts.entry(start).or_default();
        if let Some(sum) = counts.get_mut(level as usize) {
            *sum += count;
        }
        while self.counts.len() > STRETCHES_MAX {
            self.counts.pop_first();
        }
    }
}

/// Count the lines of `snapshot` that are looked for. `is_over` is asked between blocks.
pub fn count(
    snapshot: &Snapshot,
    query: &Query,
    step_ms: u64,
    is_over: impl Fn() -> bool,
) -> io::Result<Counts> {
    let mut counting = Counting {
        query,
        asked: Asked::of(query),
        unpacker: Unpacker::new().ok_or(io::ErrorKind::OutOfMemory)?,
        matcher: Matcher::default(),
        counts: Counts { step_ms: step_ms.max(1), ..Counts::default() },
    };
    for open in snapshot.open.iter().filter(|open| query.wants_stream(&open.app, open.stream)) {
        for row in &open.rows {
            if counting.matcher.meets(query, row) {
                counting.counts.add(row.at_ms, row.level, 1);
            }
        }
    }
    for part in snapshot.parts.iter().filter(|part| query.wants_time(part.from_ms, part.until_ms)) {
        if is_over() {
            break;
        }
        if counting.part(part, &is_over).is_err() {
            counting.counts.damaged += 1;
        }
    }
    Ok(counting.counts)
}

struct Counting<'q> {
    query: &'q Query,
    asked: Asked,
    unpacker: Unpacker,
    matcher: Matcher,
    counts: Counts,
}

impl Counting<'_> {
    fn part(&mut self, part: &Arc<Part>, is_over: &impl Fn() -> bool) -> io::Result<()> {
        let index = part.index()?;
        for block in &index.blocks {
            if !prune::head_may(self.query, block) {
                continue;
            }
            if self.is_known(block) {
                self.known(block);
                continue;
            }
            if is_over() {
                break;
            }
            if self.block(part, block, &index).is_err() {
                self.counts.damaged += 1;
            }
        }
        Ok(())
    }

    /// The index alone says it.
    fn is_known(&self, block: &BlockMeta) -> bool {
        let query = self.query;
        // A minute at an edge of what is asked for may be cut.
        let whole = |edge: u64| edge.is_multiple_of(MINUTE_MS);
        let from = query.from_ms <= block.from_ms || whole(query.from_ms);
        let until = query.until_ms.is_none_or(|end| block.until_ms < end || whole(end));
        let workers = query.worker.is_none_or(|_| block.workers.0 == block.workers.1);
        query.is_of_heads()
            && workers
            && self.counts.step_ms.is_multiple_of(MINUTE_MS)
            && from
            && until
    }

    fn known(&mut self, block: &BlockMeta) {
        for (minute, level, count) in &block.minutes {
            let at_ms = minute * MINUTE_MS;
            let inside = at_ms + MINUTE_MS > self.query.from_ms
                && self.query.until_ms.is_none_or(|end| at_ms < end);
            if inside && self.query.level.is_none_or(|least| *level >= least) {
                self.counts.add(at_ms, *level, u64::from(*count));
            }
        }
    }

    fn block(&mut self, part: &Arc<Part>, block: &Arc<BlockMeta>, index: &Index) -> io::Result<()> {
        let bytes = InPart::new(part, block);
        if !prune::may_have(self.query, &self.asked, block, &index.shapes, &bytes)? {
            return Ok(());
        }
        let mut opened = Opened::new(block.clone(), &index.shapes, bytes);
        for row in opened.find(self.query, &mut self.unpacker, &mut self.matcher)? {
            let (at_ms, _, level) = opened.head(row, &mut self.unpacker)?;
            self.counts.add(at_ms, level, 1);
        }
        Ok(())
    }
}
