//! The tier.

use super::book::Shared;
use super::claim::Claimed;
use super::index::{ASKS_BYTES_MAX, asks_bytes};
use super::reader::{self, Read};
use super::walker::{self, Look};
use super::writer::{self, Job};
use crate::cache::store::Held;
use crate::cache::store::memory::{Memory, NotKept};
use crate::cache::store::purge::{Purge, Rule, What};
use crate::cache::{Ask, Key, Stored};
use crate::news::News;
use base::clock;
use model::api::{DiskState, DiskStatus};
use std::fs::File;
use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{self, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// Threads that read.
const READERS: usize = 2;
/// Files that may wait to be read; a request for one more asks the app.
const READS_MAX: usize = 512;
/// Bytes of replies that may wait to be written; one more is not written.
const QUEUED_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// What is of use for less than this is not written.
const LEAST_LIFE_MS: u64 = 30_000;
/// A stale reply with which the app can be asked whether it is still good is of use for so long.
const KEEP_STALE_MS: u64 = 24 * 3_600_000;
/// Who purges waits so long to be told how much it was.
const SWEEP_TIMEOUT: Duration = Duration::from_secs(3);
/// What was not written then is given up when the tier is closed.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Replies on disk.
#[derive(Debug)]
pub struct Disk {
    shared: Arc<Shared>,
    jobs: Sender<Job>,
    reads: SyncSender<Read>,
    looks: Sender<Look>,
    lock: Mutex<Option<File>>,
}

/// For a reply that is being read; None: it cannot be used.
type Wait = oneshot::Receiver<Option<Arc<Held>>>;

/// What a purge has begun on disk.
#[derive(Debug, Default)]
pub struct Begun {
    /// Replies that were removed.
    count: u64,
    /// Told when it would hold after a crash as well.
    noted: Option<oneshot::Receiver<io::Result<()>>>,
    /// Told how many more there were.
    swept: Option<oneshot::Receiver<u64>>,
    /// What was put aside is to be removed.
    cleared: Option<Rule>,
}

/// When `stored` is of no use any more, in ms since the Unix epoch.
pub(super) fn useless_at_ms(stored: &Stored) -> u64 {
    stored.useless_at_ms(KEEP_STALE_MS)
}

impl Disk {
    /// Start the threads. What an earlier run left is looked through in the background.
    ///
    /// # Errors
    /// When a thread cannot be made.
    pub(in crate::cache) fn start(
        mut claimed: Claimed,
        bytes_max: u64,
        memory: &Arc<Memory>,
        news: &News,
    ) -> io::Result<Self> {
        memory.advance(super::names::first_mark(claimed.epoch));
        if let Some(text) = &claimed.told {
            news.say(text);
        }
        let lock = Mutex::new(claimed.lock.take());
        let shared = Arc::new(Shared::new(&claimed, bytes_max, memory, news.clone()));
        let (jobs, all_jobs) = mpsc::channel();
        let (reads, all_reads) = mpsc::sync_channel(READS_MAX);
        let (looks, all_looks) = mpsc::channel();
        let spawn = |name: &str, work: Box<dyn FnOnce() + Send>| {
            std::thread::Builder::new().name(name.into()).spawn(work).map(drop)
        };
        let all_reads = Arc::new(Mutex::new(all_reads));
        for number in 0..READERS {
            let (shared, reads) = (shared.clone(), all_reads.clone());
            let work = move || reader::run(&shared, &reads);
            spawn(&format!("cache-read-{number}"), Box::new(work))?;
        }
        let (for_writer, for_walker, settled) = (shared.clone(), shared.clone(), jobs.clone());
        spawn("cache-write", Box::new(move || writer::run(&for_writer, &all_jobs)))?;
        spawn("cache-walk", Box::new(move || walker::run(&for_walker, &all_looks, &settled)))?;
        Ok(Disk { shared, jobs, reads, looks, lock })
    }

    /// The newest reply for `key` whose asks `fit`, read from its file.
    pub async fn load(&self, key: &Key, fit: &impl Fn(&[Ask]) -> bool) -> Option<Arc<Held>> {
        let is_it = |held: &Arc<Held>| held.key() == key && fit(&held.stored().asks);
        let read = match self.begin_read(key, fit)? {
            Ok(held) => return Some(held).filter(is_it),
            Err(read) => read,
        };
        read.await.ok().flatten().filter(is_it)
    }

    /// Err: it is being read.
    fn begin_read(
        &self,
        key: &Key,
        fit: &impl Fn(&[Ask]) -> bool,
    ) -> Option<Result<Arc<Held>, Wait>> {
        let hash = self.shared.hash(key);
        let now_s = clock::wall_ms() / 1_000;
        let mut book = self.shared.book();
        if self.shared.is_closed.load(Relaxed) {
            return None;
        }
        let entry = book.index.all(hash).find(|entry| fit(&entry.asks))?;
        if !entry.is_placed {
            return None;
        }
        if entry.useless_at_s <= now_s {
            let number = entry.number;
            book.index.remove(hash, number);
            let _ = self.jobs.send(Job::Remove(vec![number]));
            return None;
        }
        entry.used();
        if let Some(held) = entry.held.upgrade() {
            // It was read before the last purges, perhaps.
            let kept = self.shared.memory.keep(&held);
            return matches!(kept, Ok(()) | Err(NotKept::TooLarge)).then_some(Ok(held));
        }
        let read = Read { hash, number: entry.number, bytes: entry.bytes };
        let (done, wait) = oneshot::channel();
        if let Some(waiting) = book.loads.get_mut(&read.number) {
            waiting.push(done);
        } else if self.reads.try_send(read).is_ok() {
            book.loads.insert(read.number, vec![done]);
        } else {
            self.shared.counts.unread.add(1);
            return None;
        }
        Some(Err(wait))
    }

    /// Keep a reply, if that is of use and the disk keeps up.
    pub fn keep(&self, held: &Arc<Held>) {
        let (stored, shared) = (held.stored(), &self.shared);
        let is_worth = useless_at_ms(stored) >= clock::wall_ms().saturating_add(LEAST_LIFE_MS)
            && asks_bytes(&stored.asks) <= ASKS_BYTES_MAX
            && shared.book().has_room(stored.body.len() as u64);
        if is_worth && !shared.is_closed.load(Relaxed) {
            let bytes = held.bytes();
            let queued = shared.queued_bytes.fetch_add(bytes, Relaxed);
            if queued == 0 || queued + bytes <= QUEUED_BYTES_MAX {
                if self.jobs.send(Job::Keep(held.clone())).is_ok() {
                    return;
                }
            } else {
                shared.counts.slow.add(1);
            }
            shared.queued_bytes.fetch_sub(bytes, Relaxed);
        }
        self.forget(held);
    }

    /// What there is for the requests of `held` is of no use any more.
    pub fn forget(&self, held: &Held) {
        let hash = self.shared.hash(held.key());
        let gone = self.shared.book().index.remove_same(hash, &held.stored().asks);
        if let Some(number) = gone {
            let _ = self.jobs.send(Job::Remove(vec![number]));
        }
    }

    /// Begin a purge: it is in force when this returns, in both tiers for what comes, on disk for
    /// what is there. [`Disk::finish`] waits for the rest.
    pub fn begin(&self, purge: Purge) -> (Rule, Begun) {
        let shared = &self.shared;
        let mut book = shared.book();
        // Both know of it before anything else is read or written.
        let rule = shared.memory.begin(purge);
        if shared.is_closed.load(Relaxed) {
            return (rule, Begun::default());
        }
        let (noted, wait_noted) = oneshot::channel();
        let mut begun = Begun { noted: Some(wait_noted), ..Begun::default() };
        let is_walking = book.is_walking;
        match (&rule.purge.what, rule.purge.soft) {
            (What::Key(key), false) => {
                let gone = book.index.remove_all(shared.hash(key));
                begun.count = gone.len() as u64;
                if is_walking {
                    book.standing.add(&rule);
                }
                if gone.is_empty() && !is_walking {
                    return (rule, Begun::default());
                }
                drop(book);
                let rule = is_walking.then(|| rule.clone());
                let _ = self.jobs.send(Job::Purge { rule, gone, done: Some(noted) });
            }
            (What::All, false) => {
                book.standing.add(&rule);
                begun.count = book.index.clear() as u64;
                drop(book);
                begun.cleared = Some(rule.clone());
                let _ = self.jobs.send(Job::Clear { rule: rule.clone(), done: Some(noted) });
            }
            _ => {
                book.standing.add(&rule);
                drop(book);
                let job =
                    Job::Purge { rule: Some(rule.clone()), gone: Vec::new(), done: Some(noted) };
                let _ = self.jobs.send(job);
                let (swept, wait_swept) = oneshot::channel();
                begun.swept = Some(wait_swept);
                let _ = self.looks.send(Look { rule: rule.clone(), done: Some(swept) });
            }
        }
        (rule, begun)
    }

    /// Wait until a purge would hold after a crash as well, and for the count, but not for long: how
    /// many files were meant, and whether these are all.
    ///
    /// # Errors
    /// When the purge could not be noted: it holds until this process ends.
    pub async fn finish(&self, begun: Begun) -> io::Result<(u64, bool)> {
        if let Some(noted) = begun.noted {
            noted.await.unwrap_or(Ok(()))?;
        }
        if let Some(rule) = begun.cleared {
            let _ = self.looks.send(Look { rule, done: None });
        }
        let Some(swept) = begun.swept else {
            return Ok((begun.count, !self.shared.book().is_walking));
        };
        match tokio::time::timeout(SWEEP_TIMEOUT, swept).await {
            Ok(Ok(count)) => Ok((begun.count + count, true)),
            Ok(Err(_)) | Err(_) => Ok((begun.count, false)),
        }
    }

    /// Have room for another number of bytes.
    pub fn resize(&self, bytes_max: u64) {
        let gone = self.shared.book().index.resize(bytes_max);
        if !gone.is_empty() {
            let _ = self.jobs.send(Job::Remove(gone));
        }
    }

    /// Write what is waiting, and let go of the folder: another process may have it then.
    pub async fn close(&self) {
        self.shared.is_closed.store(true, Relaxed);
        let (done, wait) = oneshot::channel();
        if self.jobs.send(Job::Close(done)).is_ok() {
            let _ = tokio::time::timeout(CLOSE_TIMEOUT, wait).await;
        }
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    #[cfg(test)]
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    #[cfg(test)]
    pub(super) fn queued_bytes(&self) -> u64 {
        self.shared.queued_bytes.load(Relaxed)
    }

    /// Wait until a purge would hold after a crash.
    #[cfg(test)]
    pub(super) async fn noted(&self, begun: Begun) -> io::Result<()> {
        match begun.noted {
            Some(noted) => noted.await.unwrap_or(Ok(())),
            None => Ok(()),
        }
    }

    /// Wait until all jobs up to now are done.
    #[cfg(test)]
    pub(super) async fn jobs_done(&self) {
        let (done, wait) = oneshot::channel();
        let _ = self.jobs.send(Job::Purge { rule: None, gone: Vec::new(), done: Some(done) });
        let _ = wait.await;
    }

    /// What is kept now.
    pub fn status(&self) -> DiskStatus {
        let shared = &self.shared;
        let is_failing = shared.trouble().is_failing();
        let book = shared.book();
        let state = match (shared.is_closed.load(Relaxed), is_failing, book.is_walking) {
            (true, ..) => DiskState::Closed,
            (_, true, _) => DiskState::Paused,
            (_, _, true) => DiskState::Reading,
            _ => DiskState::Ready,
        };
        DiskStatus {
            state,
            objects: book.index.len() as u64,
            bytes: book.index.bytes(),
            bytes_max: book.index.bytes_max(),
            evicted: book.index.evicted(),
            slow: shared.counts.slow.get(),
            refused: shared.counts.refused.get(),
            unread: shared.counts.unread.get(),
            corrupt: shared.counts.corrupt.get(),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.shared.is_closed.store(true, Relaxed);
    }
}
