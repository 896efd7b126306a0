//! The logs of everything that runs: takes lines, keeps them, answers searches. Threads and time are here.
//!
//! Invariant: who gives lines never waits for a search, and for a disk that is slow only for a moment: before this is
//! a queue that holds up nobody.

use super::block::Builder;
use super::entry;
use super::intake::{Intake, Sorted};
use super::keeper::Keeper;
use super::query::{Matcher, Query};
use super::redact::Redactor;
use super::search::newest::Searched;
use super::search::{Counts, Found, count, newest};
use super::settings::{Figures, LogFigures, Settings};
use super::store::wal::{self, Wal};
use super::store::{Open, Part, Shelf, Snapshot, State};
use crate::lock::lock;
use crate::record::{Level, Record};
use model::LogLine;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Blocks in memory are written when they take so much.
pub(super) const FLUSH_BYTES: u64 = 8 << 20;
/// And the oldest are dropped when they take so much: the disk is full or broken.
const BLOCKS_BYTES_MAX: u64 = if cfg!(test) { 4 << 20 } else { 24 << 20 };
pub(super) const PART_BYTES_MAX: u64 = 128 << 20;

/// The disk may take so long before lines are dropped.
const ROOM_WAIT: Duration = Duration::from_secs(2);

/// Who hears of each line, as it comes. False: it is to hear of no more.
pub type Listener = Box<dyn FnMut(&[Arc<Record>]) -> bool + Send>;
/// Whether a listener would do anything with lines: taking them apart costs.
pub type Wants = Box<dyn Fn() -> bool + Send>;
/// Who hears of trouble, in words.
pub type Tell = Box<dyn Fn(&str) + Send + Sync>;

/// All logs.
pub struct Logs {
    pub(super) settings: Mutex<Settings>,
    pub(super) shelf: Shelf,
    pub(super) intake: Mutex<Taking>,
    pub(super) kept: Mutex<Kept>,
    pub(super) wake: Condvar,
    /// Blocks went to disk.
    pub(super) room: Condvar,
    /// Held by who writes blocks to disk, and by who merges: the keeper, and tests beside it.
    pub(super) writing: Mutex<()>,
    pub(super) merging: Mutex<()>,
    pub(super) stop: Mutex<bool>,
    pub(super) figures: Figures,
    tell: Tell,
    keeper: Mutex<Option<JoinHandle<()>>>,
}

pub(super) struct Taking {
    pub(super) intake: Intake,
    builder: Option<Builder>,
    listeners: Vec<Listening>,
    matcher: Matcher,
}

struct Listening {
    query: Query,
    wants: Wants,
    listener: Listener,
}

#[derive(Debug)]
pub(super) struct Kept {
    pub(super) state: State,
    pub(super) wal: Option<Wal>,
    /// Files whose lines are not on disk as blocks.
    pub(super) old: Vec<PathBuf>,
    /// Since when lines wait for the disk.
    pub(super) since: Option<Instant>,
    /// The disk takes nothing, which was told.
    pub(super) is_troubled: bool,
}

impl fmt::Debug for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logs").field("figures", &self.figures()).finish_non_exhaustive()
    }
}

impl Logs {
    /// Begin; lines that a killed process left are taken over.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn start(settings: Settings, tell: Tell) -> io::Result<Arc<Self>> {
        let shelf = Shelf::open(&settings.folder)?;
        let wal = Wal::begin(&shelf.wal(), shelf.numbers.next())?;
        let taking = Taking {
            intake: Intake::new(Redactor::new(&settings.redact)),
            builder: None,
            listeners: Vec::new(),
            matcher: Matcher::default(),
        };
        let kept = Kept {
            state: State::default(),
            wal: Some(wal),
            old: Vec::new(),
            since: None,
            is_troubled: false,
        };
        let logs = Arc::new(Logs {
            settings: Mutex::new(settings),
            shelf,
            intake: Mutex::new(taking),
            kept: Mutex::new(kept),
            wake: Condvar::new(),
            room: Condvar::new(),
            writing: Mutex::new(()),
            merging: Mutex::new(()),
            stop: Mutex::new(false),
            figures: Figures::default(),
            tell,
            keeper: Mutex::new(None),
        });
        logs.take_over();
        let keeper = base::background::spawn("log-keeper", {
            let logs = logs.clone();
            move || Keeper::new(logs).run()
        })?;
        *lock(&logs.keeper) = Some(keeper);
        Ok(logs)
    }

    /// Other limits and names from now on. The folder stays.
    pub fn set(&self, change: impl FnOnce(&Settings) -> Settings) {
        let mut settings = lock(&self.settings);
        let new = change(&settings);
        if new.redact != settings.redact {
            let redactor = Redactor::new(&new.redact);
            lock(&self.intake).intake.set_redactor(redactor);
        }
        *settings = new;
    }

    /// Take lines of workers, of which `missed` were lost before these.
    pub fn offer(&self, lines: &[Arc<LogLine>], missed: u64) {
        self.figures.missed.fetch_add(missed, Ordering::Relaxed);
        self.wait_for_room();
        let mut rows = Vec::with_capacity(lines.len());
        let mut taking = lock(&self.intake);
        let held = taking.intake.holds();
        taking.intake.lines(lines, &mut rows);
        let holds = taking.intake.holds();
        self.keep(&mut taking, rows);
        drop(taking);
        if holds && !held {
            self.wake.notify_all();
        }
    }

    /// Take what other programs sent.
    pub fn take(&self, records: &[Record]) {
        let mut taking = lock(&self.intake);
        let rows = records.iter().map(|record| taking.intake.record(record)).collect();
        self.keep(&mut taking, rows);
    }

    /// Take a line of Ostler's own.
    pub fn say(&self, level: Level, text: &str) {
        let mut taking = lock(&self.intake);
        let row = taking.intake.own("ostler".into(), base::clock::wall_ms(), level, text);
        self.keep(&mut taking, vec![row]);
    }

    /// Hear of each line that is looked for from now on, taken apart, while `wants` says so. The listener must not
    /// wait.
    pub fn listen(&self, query: Query, wants: Wants, listener: Listener) {
        lock(&self.intake).listeners.push(Listening { query, wants, listener });
    }

    /// Hear of each line that is looked for from now on; returns the newest of those before, at most `limit`, oldest
    /// first. No line is told twice or left out.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn follow(
        &self,
        query: &Query,
        limit: usize,
        listener: Listener,
    ) -> io::Result<Vec<Record>> {
        let snapshot = {
            let mut taking = lock(&self.intake);
            let wants = Box::new(|| true);
            taking.listeners.push(Listening { query: query.clone(), wants, listener });
            self.snapshot()
        };
        let (mut records, mut matcher) = (Vec::new(), Matcher::default());
        if limit > 0 {
            newest(
                &snapshot,
                query,
                || false,
                |found| {
                    records.push(entry::record(&mut matcher, found));
                    records.len() < limit
                },
            )?;
        }
        records.reverse();
        Ok(records)
    }

    /// Give the lines that are looked for to `give`, the newest first, until it returns false.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn search(
        &self,
        query: &Query,
        is_over: impl Fn() -> bool,
        mut give: impl FnMut(Record) -> bool,
    ) -> io::Result<Searched> {
        let mut matcher = Matcher::default();
        let searched = newest(&self.snapshot(), query, is_over, |found| {
            give(entry::record(&mut matcher, found))
        })?;
        self.figures.damaged.fetch_add(searched.damaged, Ordering::Relaxed);
        Ok(searched)
    }

    /// The same with lines as they are kept, for who counts or compares them.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn scan(
        &self,
        query: &Query,
        give: impl FnMut(&Found<'_>) -> bool,
    ) -> io::Result<Searched> {
        newest(&self.snapshot(), query, || false, give)
    }

    /// Count the lines that are looked for.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn counts(
        &self,
        query: &Query,
        step_ms: u64,
        is_over: impl Fn() -> bool,
    ) -> io::Result<Counts> {
        let counts = count(&self.snapshot(), query, step_ms, is_over)?;
        self.figures.damaged.fetch_add(counts.damaged, Ordering::Relaxed);
        Ok(counts)
    }

    /// Counts of all that was done.
    pub fn figures(&self) -> LogFigures {
        let redacted = lock(&self.intake).intake.redacted;
        let memory_bytes = lock(&self.kept).state.block_bytes();
        let figure = |figure: &AtomicU64| figure.load(Ordering::Relaxed);
        LogFigures {
            lines: figure(&self.figures.lines),
            bytes: figure(&self.figures.bytes),
            redacted,
            lost: figure(&self.figures.lost),
            missed: figure(&self.figures.missed),
            expired: figure(&self.figures.expired),
            damaged: figure(&self.figures.damaged),
            disk_bytes: self.shelf.bytes(),
            disk_lines: self.shelf.rows(),
            memory_bytes,
        }
    }

    /// Merge what should be merged, at once: for tests and benchmarks.
    pub fn merge_now(self: &Arc<Self>) {
        Keeper::new(self.clone()).merge(PART_BYTES_MAX);
    }

    /// Look after the parts on disk at once, as is done every few seconds: for tests.
    pub fn care_now(self: &Arc<Self>) {
        Keeper::new(self.clone()).look_after(base::clock::now());
    }

    /// Write everything to disk now, and go on.
    pub fn flush(self: &Arc<Self>) {
        let mut taking = lock(&self.intake);
        let mut rows = Vec::new();
        taking.intake.flush(0, true, &mut rows);
        self.keep(&mut taking, rows);
        drop(taking);
        Keeper::new(self.clone()).flush();
    }

    /// Write everything to disk and end.
    pub fn finish(&self) {
        *lock(&self.stop) = true;
        self.wake.notify_all();
        let keeper = lock(&self.keeper).take();
        if let Some(keeper) = keeper {
            let _ = keeper.join();
        }
    }

    fn snapshot(&self) -> Snapshot {
        let kept = lock(&self.kept);
        let mut snapshot = kept.state.snapshot();
        snapshot.parts.extend(self.shelf.parts());
        snapshot
    }

    /// Keep rows: they can be found from here on.
    pub(super) fn keep(&self, taking: &mut Taking, rows: Vec<Sorted>) {
        if rows.is_empty() {
            return;
        }
        taking.tell(&rows);
        let bytes: usize = rows.iter().map(|(.., row)| row.text().len()).sum();
        self.figures.lines.fetch_add(rows.len() as u64, Ordering::Relaxed);
        self.figures.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        let mut full = Vec::new();
        let mut kept = lock(&self.kept);
        kept.since.get_or_insert_with(base::clock::now);
        if let Some(wal) = &mut kept.wal {
            rows.iter().for_each(|(app, stream, row)| wal.note(app, *stream, row));
            if let Err(error) = wal.write() {
                self.trouble(&mut kept, &error);
            }
        }
        for (app, stream, row) in rows {
            full.extend(kept.state.push(&app, stream, row));
        }
        drop(kept);
        for open in full {
            if taking.builder.is_none() {
                taking.builder = Builder::new();
            }
            self.build(taking.builder.as_mut(), &open);
        }
    }

    /// Who is faster than the disk waits for it a little, before blocks are dropped.
    fn wait_for_room(&self) {
        let is_full = |kept: &mut Kept| {
            !kept.is_troubled && kept.state.block_bytes() > BLOCKS_BYTES_MAX * 3 / 4
        };
        let mut kept = lock(&self.kept);
        if is_full(&mut kept) {
            drop(self.room.wait_timeout_while(kept, ROOM_WAIT, is_full));
        }
    }

    /// Make a block of lines.
    pub(super) fn build(&self, builder: Option<&mut Builder>, open: &Arc<Open>) {
        let block = builder.map(|builder| builder.build(&open.app, open.stream, &open.rows));
        let block = block.map(|block| Arc::new(Part::of_block(block)));
        let mut kept = lock(&self.kept);
        let lost = match block {
            Some(block) => {
                kept.state.sealed(open, block);
                kept.state.limit(BLOCKS_BYTES_MAX)
            }
            None => {
                kept.state.lost(open);
                open.rows.len() as u64
            }
        };
        let much = kept.state.block_bytes() >= FLUSH_BYTES;
        drop(kept);
        self.figures.lost.fetch_add(lost, Ordering::Relaxed);
        if much {
            self.wake.notify_all();
        }
    }

    pub(super) fn trouble(&self, kept: &mut Kept, error: &io::Error) {
        if !std::mem::replace(&mut kept.is_troubled, true) {
            (self.tell)(&format!(
                "logs cannot be written to {}: {error}; the last ones stay in memory, as many as fit",
                self.shelf.root.display()
            ));
        }
    }

    /// Lines that a process left that is no more.
    pub(super) fn take_over(&self) {
        let mut taking = lock(&self.intake);
        let taken = wal::take_over(&self.shelf.wal(), |rows| self.keep(&mut taking, rows));
        if let Err(error) = taken {
            self.trouble(&mut lock(&self.kept), &error);
        }
    }
}

impl Taking {
    /// Tell listeners.
    fn tell(&mut self, rows: &[Sorted]) {
        if self.listeners.is_empty() {
            return;
        }
        let mut records: Vec<Option<Arc<Record>>> = vec![None; rows.len()];
        let mut listeners = std::mem::take(&mut self.listeners);
        listeners.retain_mut(|Listening { query, wants, listener }| {
            if !wants() {
                return true;
            }
            let mut batch = Vec::new();
            for ((app, stream, row), record) in rows.iter().zip(&mut records) {
                if !query.wants_stream(app, *stream) || !self.matcher.meets(query, row) {
                    continue;
                }
                let found = || Found {
                    app,
                    stream: *stream,
                    at_ms: row.at_ms,
                    worker: row.worker,
                    level: row.level,
                    line: row.text(),
                };
                let record = record
                    .get_or_insert_with(|| Arc::new(entry::record(&mut self.matcher, &found())));
                batch.push(record.clone());
            }
            // Also without lines: who is gone is found out.
            listener(&batch)
        });
        self.listeners = listeners;
    }
}
