//! The thread that writes to disk, merges and removes, at the lowest priority.

use super::block::Builder;
use super::keep::{FLUSH_BYTES, Logs, PART_BYTES_MAX};
use super::store::part::InPart;
use super::store::wal::Wal;
use super::store::{Part, merge};
use crate::lock::lock;
use std::fs;
use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// Lines are on disk as blocks after so long at most.
const FLUSH_AGE: Duration = Duration::from_secs(10);
/// The file beside the memory is closed when it is so long, and begun anew with the next flush.
const WAL_BYTES_MAX: u64 = 128 << 20;
/// Files beside the memory that wait for a flush, of all together.
const WALS_MAX: usize = 4;
/// How often parts are looked after.
const CARE: Duration = Duration::from_secs(5);
/// How often the index of parts that nobody asks for is forgotten, and files of dead processes are looked for.
const REST: Duration = Duration::from_secs(60);
/// Of the disk one part takes at most this share.
const PART_SHARE: u64 = 16;
/// The clock may jump so far between two looks at it, before lines are no longer thrown away by age for a while.
const JUMP: Duration = Duration::from_secs(3_600);

/// The thread that writes, merges and removes.
pub struct Keeper {
    logs: Arc<Logs>,
    builder: Option<Builder>,
    care: Instant,
    rest: Instant,
    /// When the clocks were looked at last, and until when nothing is too old.
    clock: (Instant, Duration),
    young_until: Option<Instant>,
}

impl Keeper {
    /// For these logs.
    pub fn new(logs: Arc<Logs>) -> Self {
        let now = base::clock::now();
        Keeper {
            logs,
            builder: None,
            care: now,
            rest: now,
            clock: (now, base::clock::wall()),
            young_until: None,
        }
    }

    /// Until the end.
    pub fn run(mut self) {
        loop {
            let holds = lock(&self.logs.intake).intake.holds();
            let wait = Duration::from_millis(if holds { 20 } else { 500 });
            let stop = self.wait(wait);
            self.tick(stop);
            if stop {
                return self.end();
            }
            let now = base::clock::now();
            if now.duration_since(self.care) >= CARE {
                self.care = now;
                self.look_after(now);
            }
        }
    }

    /// Wait until there may be something to do; true: this is the end.
    fn wait(&self, limit: Duration) -> bool {
        let stop = lock(&self.logs.stop);
        if *stop {
            return true;
        }
        let waited = self.logs.wake.wait_timeout(stop, limit);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// What cannot wait long.
    fn tick(&mut self, all: bool) {
        let logs = self.logs.clone();
        {
            let mut taking = lock(&logs.intake);
            if taking.intake.holds() {
                let mut rows = Vec::new();
                taking.intake.flush(base::clock::wall_ms(), all, &mut rows);
                logs.keep(&mut taking, rows);
            }
        }
        let is_due = {
            let kept = lock(&logs.kept);
            let old = kept.since.is_some_and(|since| since.elapsed() >= FLUSH_AGE);
            let long = kept.wal.as_ref().is_some_and(|wal| wal.bytes >= WAL_BYTES_MAX);
            all || old || long || kept.state.block_bytes() >= FLUSH_BYTES
        };
        if is_due {
            self.flush();
        }
    }

    /// Write all that is in memory to disk.
    pub fn flush(&mut self) {
        let logs = self.logs.clone();
        let _writing = lock(&logs.writing);
        let open = {
            // With the intake held, no lines are on their way to be a block.
            let _taking = lock(&logs.intake);
            let mut kept = lock(&logs.kept);
            if kept.state.is_empty() {
                kept.since = None;
                return;
            }
            let next = Wal::begin(&logs.shelf.wal(), logs.shelf.numbers.next());
            if let Some(old) = std::mem::replace(&mut kept.wal, next.ok()) {
                kept.old.push(old.path.clone());
            }
            kept.since = None;
            kept.state.seal_all()
        };
        if self.builder.is_none() {
            self.builder = Builder::new();
        }
        open.iter().for_each(|open| logs.build(self.builder.as_mut(), open));
        let blocks = lock(&logs.kept).state.blocks();
        match self.write(&blocks) {
            Ok(part) => {
                let mut kept = lock(&logs.kept);
                logs.shelf.place(part, &[]);
                kept.state.flushed(&blocks);
                kept.is_troubled = false;
                kept.old.drain(..).for_each(|old| drop(fs::remove_file(old)));
                logs.room.notify_all();
            }
            Err(error) => {
                let mut kept = lock(&logs.kept);
                logs.trouble(&mut kept, &error);
                kept.since.get_or_insert_with(base::clock::now);
                while kept.old.len() > WALS_MAX {
                    let _ = fs::remove_file(kept.old.remove(0));
                }
            }
        }
    }

    fn write(&self, blocks: &[Arc<Part>]) -> io::Result<Arc<Part>> {
        let shelf = &self.logs.shelf;
        let mut writer = shelf.begin()?;
        for part in blocks {
            let index = part.index()?;
            for block in &index.blocks {
                let bytes = InPart::new(part, block).all()?;
                writer.add(block, &index.shapes, &bytes)?;
            }
        }
        shelf.finish(writer, &[])
    }

    /// What is to be done now and then.
    pub fn look_after(&mut self, now: Instant) {
        let logs = self.logs.clone();
        let rescanned = {
            // What is written now is on disk before it is among the parts.
            let _writing = lock(&logs.writing);
            logs.shelf.rescan()
        };
        if let Err(error) = rescanned {
            logs.trouble(&mut lock(&logs.kept), &error);
        }
        let wall = base::clock::wall();
        let expected = self.clock.1 + now.duration_since(self.clock.0);
        if wall > expected + JUMP {
            self.young_until = Some(now + JUMP);
        }
        self.clock = (now, wall);
        let rested = now.duration_since(self.rest) >= REST;
        if rested {
            self.rest = now;
            logs.shelf.forget_indexes();
            logs.take_over();
        }
        if !logs.shelf.is_keeper() {
            return;
        }
        if rested {
            logs.shelf.sweep();
        }
        let settings = lock(&logs.settings).clone();
        let is_young = self.young_until.is_some_and(|until| now < until);
        let oldest = if is_young { Duration::ZERO } else { wall.saturating_sub(settings.age_max) };
        let expired = logs
            .shelf
            .limit(settings.disk_bytes_max, u64::try_from(oldest.as_millis()).unwrap_or(0));
        logs.figures.expired.fetch_add(expired, Ordering::Relaxed);
        self.merge((settings.disk_bytes_max / PART_SHARE).min(PART_BYTES_MAX));
    }

    /// Merge what should be merged.
    pub fn merge(&mut self, part_bytes_max: u64) {
        let logs = self.logs.clone();
        let _merging = lock(&logs.merging);
        loop {
            let parts = merge::plan(&logs.shelf.parts(), part_bytes_max);
            if parts.is_empty() {
                return;
            }
            let merged = merge::merge(&logs.shelf, &parts, || {
                self.tick(false);
                !*lock(&logs.stop)
            });
            match merged {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => return logs.trouble(&mut lock(&logs.kept), &error),
            }
        }
    }

    fn end(self) {
        let mut kept = lock(&self.logs.kept);
        if kept.state.is_empty()
            && let Some(wal) = kept.wal.take()
        {
            let _ = fs::remove_file(&wal.path);
        }
    }
}
