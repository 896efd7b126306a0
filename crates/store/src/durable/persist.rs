//! The data thread's side of durability.

use super::facts::{Facts, Wish};
use super::replay::{Replay, Tell};
use super::source::{Left, Walked};
use crate::engine::{Engine, Now};
use crate::log::disk::{Disk, FileDisk};
use crate::log::recover::{OpenError, open};
use crate::log::saving::{Saved, Saving};
use crate::log::writer::{Feed, Health, LogThread, Policy, Pressure, Wake};
use base::random::Random;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A snapshot is taken when the log has more bytes than this and than the last snapshot.
const LOG_BYTES_MIN: u64 = 64 << 20;

/// After a snapshot failed the next attempt waits so long, in milliseconds.
const RETRY_MS: i64 = 5_000;

/// Unless replies wait for them, records are gathered for so many milliseconds, or until they have so many bytes.
const GATHER_MS: i64 = 10;
const GATHER_BYTES: usize = 256 << 10;

/// What is fixed at the start.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of the store.
    pub folder: PathBuf,
    /// How soon writes become durable.
    pub policy: Policy,
    /// Chance, for the salts of files.
    pub seed: u64,
}

/// What the start found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Started {
    /// Bytes of the snapshot.
    pub snapshot_bytes: u64,
    /// Records of the log.
    pub records: u64,
    /// Bytes that a crash left half written, and nobody was promised.
    pub torn_bytes: u64,
}

/// The log thread, the snapshot that is being taken, and how things stand.
#[derive(Debug)]
pub struct Persist {
    disk: Arc<dyn Disk>,
    thread: LogThread,
    feed: Feed,
    salts: Random,
    saving: Option<Saving>,
    left: Left,
    /// Changes when the snapshot began.
    changes_at_begin: u64,
    next_snapshot: u64,
    retry_at_ms: i64,
    gathers_until_ms: Option<i64>,
}

impl Persist {
    /// Read the folder into `engine`, which is empty, and start the log thread. `wake` is called from that thread
    /// whenever more is durable; `tell` now and then while reading.
    pub fn open(
        options: &Options,
        engine: &mut Engine,
        now: Now,
        wake: Wake,
        tell: Tell<'_>,
    ) -> Result<(Persist, Started), OpenError> {
        let disk: Arc<dyn Disk> = Arc::new(FileDisk::open(&options.folder)?);
        Persist::open_on(disk, options, engine, now, wake, tell)
    }

    /// As [`Persist::open`], on any disk.
    pub fn open_on(
        disk: Arc<dyn Disk>,
        options: &Options,
        engine: &mut Engine,
        now: Now,
        wake: Wake,
        tell: Tell<'_>,
    ) -> Result<(Persist, Started), OpenError> {
        let mut salts = Random::new(options.seed);
        let mut replay = Replay::new(engine, now, tell);
        let opened = open(&disk, Random::new(salts.next_u64()), &mut replay)?;
        replay.end(opened.writer.durable());
        let started = Started {
            snapshot_bytes: opened.snapshot_bytes,
            records: opened.records,
            torn_bytes: opened.torn_bytes,
        };
        let (thread, feed) = LogThread::start(opened.writer, options.policy, wake)
            .map_err(|cause| OpenError::Io { path: "the log thread".into(), cause })?;
        feed.progress().log_bytes.store(opened.log_bytes, Ordering::Relaxed);
        engine.keys.facts = Facts {
            is_on: true,
            policy: options.policy,
            snapshot_bytes: opened.snapshot_bytes,
            last_save_s: now.wall_ms / 1000,
            saved_changes: engine.keys.dirty(),
            ..Facts::default()
        };
        let persist = Persist {
            disk,
            thread,
            feed,
            salts,
            saving: None,
            left: Left::default(),
            changes_at_begin: 0,
            next_snapshot: opened.next_snapshot,
            retry_at_ms: 0,
            gathers_until_ms: None,
        };
        Ok((persist, started))
    }

    /// After each command: what it changed becomes a record.
    pub fn note(&mut self, engine: &mut Engine) {
        if let Some((_, record)) = engine.keys.take_record() {
            let lsn = self.feed.record(&record);
            // While the log is lost records get no number: a snapshot will have what they changed.
            engine.keys.resume_after(lsn);
        }
    }

    /// Before the data thread sleeps, and before it looks at [`Persist::durable`]: the log thread gets what was noted.
    pub fn hand_over(&mut self) {
        self.feed.hand_over();
    }

    /// As [`Persist::hand_over`], but where no reply waits for it the log thread is not woken for each record:
    /// what a crash of the process takes is as little as this gathers. The time until when it is to be called
    /// again.
    pub fn hand_over_in_time(&mut self, now_ms: i64) -> Option<i64> {
        let gathered = self.feed.gathered();
        if gathered == 0 {
            self.gathers_until_ms = None;
            return None;
        }
        let until = *self.gathers_until_ms.get_or_insert(now_ms + GATHER_MS);
        let may_wait = self.feed.progress().policy() != Policy::Always;
        // If the clock was set back there is no waiting for that time to come again.
        let is_early = (1..=GATHER_MS).contains(&(until - now_ms));
        if may_wait && gathered < GATHER_BYTES && is_early {
            return Some(until);
        }
        self.gathers_until_ms = None;
        self.hand_over();
        None
    }

    /// The last record that is durable.
    pub fn durable(&self) -> u64 {
        self.feed.progress().durable()
    }

    /// Whether a reply that saw record `lsn` has to wait. While the log fails those of reads do not: they are
    /// answered from what is in memory.
    pub fn holds(&self, lsn: u64, is_write: bool) -> bool {
        let progress = self.feed.progress();
        progress.policy() == Policy::Always
            && lsn > progress.durable()
            && (is_write || progress.is_good())
    }

    /// Whether no more commands should be read for now: the log thread is far behind.
    pub fn is_behind(&self) -> bool {
        self.feed.progress().pressure() == Pressure::Full
    }

    /// Do what is to be done beside commands, for as long as `has_time`. True when there is more to do soon: call it
    /// again after the next commands, without sleeping long.
    pub fn step(
        &mut self,
        engine: &mut Engine,
        now: Now,
        has_time: &mut dyn FnMut() -> bool,
    ) -> bool {
        self.look(engine, now);
        for wish in std::mem::take(&mut engine.keys.facts.wishes) {
            match wish {
                // After the one that is under way.
                Wish::Save if self.saving.is_some() => engine.keys.facts.wishes.push(Wish::Save),
                Wish::Save => self.begin(engine, now),
                Wish::Sync => {
                    self.hand_over();
                    self.feed.progress().sync_soon();
                }
                Wish::Policy(policy) => {
                    self.feed.progress().set_policy(policy);
                    engine.keys.facts.policy = policy;
                }
            }
        }
        let facts = &engine.keys.facts;
        let is_long = facts.log_bytes > LOG_BYTES_MIN.max(facts.snapshot_bytes);
        if self.saving.is_none()
            && !(1..=RETRY_MS).contains(&(self.retry_at_ms - now.wall_ms))
            && (is_long || self.feed.is_lost())
        {
            self.begin(engine, now);
        }
        let Some(saving) = &mut self.saving else { return false };
        if engine.keys.is_walk_void() {
            self.give_up(engine, now, "databases were exchanged meanwhile");
            self.retry_at_ms = now.wall_ms;
            return true;
        }
        let mut walked = Walked { keys: &mut engine.keys, left: &mut self.left };
        let is_more = saving.slice(&mut walked, has_time);
        if !is_more {
            engine.keys.set_walking(false);
        }
        engine.keys.facts.saved_keys = saving.keys();
        if let Some(ended) = saving.ended() {
            self.saving = None;
            self.ended(engine, now, ended);
        }
        is_more
    }

    /// No more commands come: write and sync all. False if some of it could not be written.
    pub fn close(mut self) -> bool {
        self.feed.hand_over();
        // First: the snapshot's thread may be waiting for it.
        let is_whole = self.thread.stop();
        if let Some(saving) = self.saving.take() {
            saving.abort();
        }
        is_whole
    }

    /// Wait until `lsn` is durable, or the log fails. For tests, and for the end.
    #[cfg(test)]
    pub(super) fn feed_waits(&self, lsn: u64) -> bool {
        self.feed.progress().wait_for(lsn, std::time::Duration::from_secs(20))
    }

    fn begin(&mut self, engine: &mut Engine, now: Now) {
        if self.saving.is_some() {
            return;
        }
        engine.keys.set_walking(true);
        self.left = Left::default();
        let number = self.next_snapshot;
        self.next_snapshot += 1;
        let salt = (self.salts.next_u64() >> 32) as u32;
        match Saving::begin(&mut self.feed, Arc::clone(&self.disk), number, salt) {
            Ok(saving) => {
                self.changes_at_begin = engine.keys.dirty();
                (engine.keys.facts.is_saving, engine.keys.facts.saving_since_s) =
                    (true, now.wall_ms / 1000);
                self.saving = Some(saving);
            }
            Err(why) => self.give_up(engine, now, &why),
        }
    }

    fn ended(&mut self, engine: &mut Engine, now: Now, ended: Result<Saved, String>) {
        engine.keys.set_walking(false);
        match ended {
            Ok(saved) => {
                let facts = &mut engine.keys.facts;
                (facts.is_saving, facts.last_failure) = (false, None);
                facts.attempts += 1;
                facts.saves += 1;
                facts.last_save_s = now.wall_ms / 1000;
                facts.last_save_took_s = facts.last_save_s - facts.saving_since_s;
                (facts.snapshot_bytes, facts.saved_changes) = (saved.bytes, self.changes_at_begin);
                engine.keys.has_come("save");
            }
            Err(why) => self.give_up(engine, now, &why),
        }
        self.look(engine, now);
    }

    fn give_up(&mut self, engine: &mut Engine, now: Now, why: &str) {
        // Its thread sees that nothing more comes, and removes what it wrote.
        self.saving = None;
        engine.keys.set_walking(false);
        (engine.keys.facts.is_saving, engine.keys.facts.last_failure) =
            (false, Some(why.to_owned()));
        engine.keys.facts.attempts += 1;
        engine.keys.has_come("save");
        self.retry_at_ms = now.wall_ms + RETRY_MS;
    }

    fn look(&self, engine: &mut Engine, _: Now) {
        let (facts, progress) = (&mut engine.keys.facts, self.feed.progress());
        facts.policy = progress.policy();
        let mut is_news = facts.durable != progress.durable();
        facts.durable = progress.durable();
        if (facts.health == Health::Good) != progress.is_good() {
            (facts.health, is_news) = (progress.health(), true);
        }
        facts.log_bytes = progress.log_bytes.load(Ordering::Relaxed);
        facts.queued_bytes = progress.queued();
        facts.syncs = progress.syncs.load(Ordering::Relaxed);
        facts.last_sync_us = progress.last_sync_us.load(Ordering::Relaxed);
        facts.sync_us = progress.sync_us.load(Ordering::Relaxed);
        facts.failures = progress.failures.load(Ordering::Relaxed);
        if is_news && std::mem::take(&mut facts.is_awaited) {
            engine.keys.has_come("durable");
        }
    }
}
