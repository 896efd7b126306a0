//! All tiers together: a snapshot goes in, and what follows from it.
//!
//! In: snapshots, blocks of earlier processes, the time. Out: blocks to be written. Invariant: memory is bounded
//! by the number of series. Not here: files (`shelf`), questions (`select`, `query`).

use super::block::{Body, Open, Sealed};
use super::fold::{Fold, Folded, Folder};
use super::key::Key;
use super::registry::{Id, Numbered, Registry};
use super::tier::{Finished, Kept, Tier, grains};
use meter::Snapshot;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Blocks of the future are none: the clock was wrong when they were written.
const AHEAD_MS_MAX: u64 = 60 * 60 * 1_000;

/// Everything that is kept.
#[derive(Debug)]
pub struct History {
    pub(super) registry: Registry,
    pub(super) tiers: [Tier; 3],
    folders: [Folder; 2],
    /// The last seconds, not yet in the journal.
    slice: Open,
    numbers: u64,
    cells: Vec<(Id, f64)>,
    /// What was not kept.
    pub lost: Lost,
}

/// What was not kept, by why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lost {
    /// Samples of series beyond the limit.
    pub series: u64,
    /// Moments that came while the clock was set back.
    pub clock: u64,
    /// Blocks that could not be written to disk, or had to go since they took too much of it.
    pub disk: u64,
    /// Blocks in files that were not as they were written.
    pub corrupt: u64,
}

/// A block that is to be written to disk.
#[derive(Debug, Clone)]
pub struct Done {
    /// Of which tier.
    pub tier: usize,
    /// Its number.
    pub number: u64,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// The series in it.
    pub keys: Numbered,
}

/// How much is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Series that were told lately.
    pub series: usize,
    /// Bytes of memory, about.
    pub memory_bytes: usize,
    /// Bytes on disk.
    pub disk_bytes: u64,
}

impl History {
    /// Empty; room for so many series, minutes kept for so long.
    pub fn new(series_max: usize, keep_ms: u64) -> Self {
        let grains = grains(keep_ms);
        History {
            registry: Registry::new(series_max),
            tiers: grains.map(Tier::new),
            folders: [Folder::new(grains[1].step_ms), Folder::new(grains[2].step_ms)],
            slice: Open::default(),
            numbers: 0,
            cells: Vec::new(),
            lost: Lost::default(),
        }
    }

    /// Take in what is now.
    pub fn record(&mut self, snapshot: &Snapshot) -> Vec<Done> {
        let mut done = Vec::new();
        let mut cells = std::mem::take(&mut self.cells);
        cells.clear();
        self.lost.series += self.registry.cells(snapshot, &mut cells);
        cells.retain(|(_, value)| !value.is_nan());
        self.push(snapshot.at_ms, &cells, true, &mut done);
        self.cells = cells;
        done
    }

    /// One moment of the finest tier. `fresh`: it is not in the journal yet.
    fn push(&mut self, at_ms: u64, cells: &[(Id, f64)], fresh: bool, done: &mut Vec<Done>) {
        let [tier, ..] = &mut self.tiers;
        let Ok(finished) = tier.begin(at_ms) else {
            self.lost.clock += 1;
            return;
        };
        for (id, value) in cells {
            tier.set(*id, &[*value]);
        }
        if fresh && self.slice.begin(at_ms) {
            cells.iter().for_each(|(id, value)| self.slice.set(*id, &[*value]));
        }
        if let Some(finished) = finished {
            self.finish(0, finished, done);
        }
        self.fold(at_ms, cells.iter().map(|(id, value)| (*id, Fold::of(*value))), done);
    }

    fn fold(&mut self, at_ms: u64, folds: impl Iterator<Item = (Id, Fold)>, done: &mut Vec<Done>) {
        if let Some(folded) = self.folders[0].push(at_ms, folds) {
            self.store(1, &folded, done);
            self.fold_again(folded, done);
        }
    }

    fn fold_again(&mut self, folded: Folded, done: &mut Vec<Done>) {
        if let Some(folded) = self.folders[1].push(folded.at_ms, folded.folds.into_iter()) {
            self.store(2, &folded, done);
        }
    }

    /// Keep what was folded.
    fn store(&mut self, at: usize, folded: &Folded, done: &mut Vec<Done>) {
        let Some(tier) = self.tiers.get_mut(at) else { return };
        let Ok(finished) = tier.begin(folded.at_ms) else {
            self.lost.clock += 1;
            return;
        };
        for (id, fold) in &folded.folds {
            let grows = self.registry.key(*id).is_none_or(|key| key.part.grows());
            let columns = fold.columns();
            tier.set(*id, if grows { &columns[..1] } else { &columns });
        }
        if let Some(finished) = finished {
            self.finish(at, finished, done);
        }
    }

    fn finish(&mut self, tier: usize, finished: Finished, done: &mut Vec<Done>) {
        let Finished { bytes, block } = finished;
        let keys = self.keys(block.ids());
        let number = self.keep(tier, block, None, 0);
        done.push(Done { tier, number, bytes, keys });
    }

    /// The series of these numbers.
    pub fn keys(&self, ids: impl Iterator<Item = Id>) -> Numbered {
        ids.filter_map(|id| Some((id, self.registry.key(id)?.clone()))).collect()
    }

    /// Keep a block that does not change any more. Returns its number.
    pub fn keep(
        &mut self,
        tier: usize,
        block: Arc<Sealed>,
        file: Option<PathBuf>,
        disk_bytes: u64,
    ) -> u64 {
        self.numbers += 1;
        let kept = Kept { number: self.numbers, block, file, disk_bytes };
        if let Some(tier) = self.tiers.get_mut(tier) {
            tier.keep(kept);
        }
        self.numbers
    }

    /// A block lies in a file from now on. Seconds stay in memory too: they are what is looked at most.
    pub fn place(&mut self, done: &Done, body: Body, file: PathBuf, disk_bytes: u64) {
        let Some(tier) = self.tiers.get_mut(done.tier) else { return };
        let body = (done.tier > 0).then_some(body);
        tier.place(done.number, body, file, disk_bytes);
    }

    /// What is to be added to the journal, with its series.
    pub fn slice(&mut self) -> Option<(Vec<u8>, Numbered)> {
        let slice = std::mem::take(&mut self.slice);
        (!slice.is_empty()).then(|| (slice.encode(), self.keys(slice.ids())))
    }

    /// Blocks put together: those of a journal become one, unless the clock was set back meanwhile.
    pub fn merge(&self, blocks: &[Sealed]) -> Vec<(Arc<[u8]>, Arc<Sealed>)> {
        let mut merged = Vec::new();
        let mut tier = Tier::new(self.tiers[0].grain);
        let mut finish = |finished: Option<Finished>| {
            merged.extend(finished.map(|finished| (finished.bytes, finished.block)));
        };
        for (at_ms, folds) in blocks.iter().flat_map(|block| moments(block, 0)) {
            let Ok(finished) = tier.begin(at_ms) else { continue };
            finish(finished);
            folds.iter().for_each(|(id, fold)| tier.set(*id, &[fold.last]));
        }
        finish(tier.seal());
        merged
    }

    /// Whether a block of seconds belongs to the time that is written now.
    pub fn is_open(block: &Sealed, now_ms: u64) -> bool {
        let [seconds, ..] = grains(0);
        block.end() / seconds.block_ms == now_ms / seconds.block_ms
    }

    /// Go on with the block of seconds that earlier processes left open. Returns their files, which are needless
    /// once the journal holds what was in them. The blocks of these numbers are still `others`'.
    pub fn reopen(&mut self, now_ms: u64, others: &HashSet<u64>) -> Vec<PathBuf> {
        let goes_on =
            |kept: &Kept| Self::is_open(&kept.block, now_ms) && !others.contains(&kept.number);
        let mut open = self.tiers[0].drop_where(goes_on);
        open.sort_by_key(|kept| (kept.block.start(), kept.number));
        // Journals may overlap: what one process took over from another is in both.
        let mut last = 0;
        for (at_ms, folds) in open.iter().flat_map(|kept| moments(&kept.block, 0)) {
            if at_ms <= last {
                continue;
            }
            last = at_ms;
            if self.tiers[0].begin(at_ms).is_ok() && self.slice.begin(at_ms) {
                for (id, fold) in folds {
                    self.tiers[0].set(id, &[fold.last]);
                    self.slice.set(id, &[fold.last]);
                }
            }
        }
        open.into_iter().filter_map(|kept| kept.file).collect()
    }

    /// Let go of the blocks of seconds with these numbers.
    pub fn let_go(&mut self, numbers: &[u64]) {
        self.tiers[0].drop_where(|kept| numbers.contains(&kept.number));
    }

    /// After all blocks of earlier processes were kept: fill the coarser blocks that were open when they ended.
    pub fn replay(&mut self) -> Vec<Done> {
        let mut done = Vec::new();
        let end = |tier: &Tier| tier.end().unwrap_or(0);
        let [seconds, tens, minutes] = &self.tiers;
        let (mut tens_end, mut minutes_end) = (end(tens), end(minutes));
        let tens: Vec<Arc<Sealed>> = tens.sealed().iter().map(|kept| kept.block.clone()).collect();
        let seconds: Vec<Arc<Sealed>> =
            seconds.sealed().iter().map(|kept| kept.block.clone()).collect();
        for block in &tens {
            for (at_ms, folds) in moments(block, minutes_end) {
                minutes_end = at_ms;
                self.fold_again(Folded { at_ms, folds }, &mut done);
            }
        }
        for block in &seconds {
            for (at_ms, folds) in moments(block, tens_end) {
                tens_end = at_ms;
                self.fold(at_ms, folds.into_iter(), &mut done);
            }
        }
        done
    }

    /// Let go of what is too old, of the future, or too much on disk or in memory.
    pub fn expire(
        &mut self,
        now_ms: u64,
        disk_bytes_max: u64,
        memory_bytes_max: usize,
    ) -> Vec<Kept> {
        let mut gone = Vec::new();
        for tier in &mut self.tiers {
            let oldest = now_ms.saturating_sub(tier.grain.keep_ms);
            let is_gone = |kept: &Kept| {
                kept.block.end() < oldest
                    || kept.block.start() > now_ms.saturating_add(AHEAD_MS_MAX)
            };
            gone.extend(tier.drop_where(is_gone));
        }
        loop {
            let size = self.size();
            let heavy = size.memory_bytes > memory_bytes_max;
            if size.disk_bytes <= disk_bytes_max && !heavy {
                break;
            }
            let Some(kept) = self.drop_oldest(heavy) else { break };
            self.lost.disk += 1;
            gone.push(kept);
        }
        if !gone.is_empty() {
            let tiers = &self.tiers;
            self.registry.forget(&|id| tiers.iter().any(|tier| tier.holds(id)));
        }
        gone
    }

    /// The oldest block with a file; `heavy`: in memory only, if there is one.
    fn drop_oldest(&mut self, heavy: bool) -> Option<Kept> {
        let candidates = |heavy: bool| {
            let tiers = self.tiers.iter().enumerate();
            let all = tiers.flat_map(|(at, tier)| tier.sealed().iter().map(move |kept| (at, kept)));
            let fits = move |(_, kept): &(usize, &Kept)| kept.file.is_none() == heavy;
            let oldest = all.filter(fits).min_by_key(|(_, kept)| kept.block.end());
            oldest.map(|(at, kept)| (at, kept.number))
        };
        let (at, number) = candidates(heavy).or_else(|| candidates(!heavy))?;
        self.tiers.get_mut(at)?.drop_where(|kept| kept.number == number).pop()
    }

    /// How much is kept.
    pub fn size(&self) -> Size {
        let sealed = self.tiers.iter().flat_map(|tier| tier.sealed());
        let keys: usize = self.registry.all().map(|(_, key)| key.weight() * 3).sum();
        Size {
            series: self.registry.told(),
            memory_bytes: self.tiers.iter().map(Tier::weight).sum::<usize>()
                + self.slice.weight()
                + keys,
            disk_bytes: sealed.map(|kept| kept.disk_bytes).sum(),
        }
    }

    /// The number that a series of an earlier process has here.
    pub fn remember(&mut self, key: Key) -> Option<Id> {
        self.registry.remember(key)
    }
}

/// The moments of a block after `after`, with what each series was.
fn moments(block: &Sealed, after: u64) -> Vec<(u64, Vec<(Id, Fold)>)> {
    let mut moments: Vec<(u64, Vec<(Id, Fold)>)> =
        block.times.iter().map(|at_ms| (*at_ms, Vec::new())).collect();
    if block.end() <= after {
        return Vec::new();
    }
    for id in block.ids().collect::<Vec<_>>() {
        let Some(read) = block.read(id) else { continue };
        for (at, (_, folds)) in moments.iter_mut().skip(read.first).enumerate() {
            let values: Option<Vec<f64>> =
                read.columns.iter().map(|column| column.get(at).copied()).collect();
            let fold = values.and_then(|values| Fold::from_columns(&values));
            folds.extend(fold.filter(|fold| !fold.last.is_nan()).map(|fold| (id, fold)));
        }
    }
    moments.retain(|(at_ms, _)| *at_ms > after);
    moments
}

#[cfg(test)]
mod tests;
