//! What all threads of the disk tier share.

use super::claim::{Claimed, objects};
use super::files::Files;
use super::index::{Entry, Index};
use super::names::Number;
use super::trouble::Trouble;
use crate::cache::Key;
use crate::cache::store::Held;
use crate::cache::store::memory::Memory;
use crate::cache::store::purge::{Mark, Standing};
use crate::meters::Counter;
use crate::news::News;
use base::clock;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// While it is not known yet what an earlier run left, new files take at most this part of the room.
const EARLY_PART: u64 = 8;

/// Who waits for a reply to be read.
pub(super) type Waiting = Vec<oneshot::Sender<Option<Arc<Held>>>>;

/// What is known of the files, and of purges that are not done. Its lock is held briefly.
#[derive(Debug)]
pub(super) struct Book {
    pub index: Index,
    pub standing: Standing,
    /// What an earlier run left is still being looked through.
    pub is_walking: bool,
    /// Bytes written meanwhile.
    pub early_bytes: u64,
    /// Files that are being read.
    pub loads: HashMap<Number, Waiting>,
}

/// Counts.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Replies not written because too many were waiting for it.
    pub slow: Counter,
    /// Because the disk refused.
    pub refused: Counter,
    /// Replies not read because too many were waiting for it.
    pub unread: Counter,
    /// Files that were not what was written.
    pub corrupt: Counter,
}

/// What the threads share.
#[derive(Debug)]
pub(super) struct Shared {
    pub files: Arc<dyn Files>,
    pub folder: PathBuf,
    pub objects: PathBuf,
    pub epoch: u64,
    pub memory: Arc<Memory>,
    pub counts: Counts,
    /// Bytes that wait to be written.
    pub queued_bytes: AtomicU64,
    /// Nothing is written or read any more.
    pub is_closed: AtomicBool,
    pub trouble: Mutex<Trouble>,
    pub news: News,
    book: Mutex<Book>,
    hasher: RandomState,
    last: AtomicU64,
}

impl Shared {
    pub fn new(claimed: &Claimed, bytes_max: u64, memory: &Arc<Memory>, news: News) -> Self {
        let mut standing = Standing::default();
        claimed.rules.iter().for_each(|rule| standing.add(rule));
        let book = Book {
            index: Index::new(bytes_max),
            standing,
            is_walking: true,
            early_bytes: 0,
            loads: HashMap::new(),
        };
        Shared {
            files: claimed.files.clone(),
            folder: claimed.folder.clone(),
            objects: objects(&claimed.folder),
            epoch: claimed.epoch,
            memory: memory.clone(),
            counts: Counts::default(),
            queued_bytes: AtomicU64::new(0),
            is_closed: AtomicBool::new(false),
            trouble: Mutex::default(),
            news,
            book: Mutex::new(book),
            hasher: RandomState::new(),
            last: AtomicU64::new(Number::before(claimed.epoch).0),
        }
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn trouble(&self) -> MutexGuard<'_, Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn hash(&self, key: &Key) -> u64 {
        self.hasher.hash_one(key.bytes())
    }

    /// A number for a new file.
    pub fn number(&self) -> Number {
        Number(self.last.fetch_add(1, Relaxed) + 1)
    }

    /// Remove files that the index does not have any more.
    pub fn remove(&self, numbers: &[Number]) {
        for number in numbers {
            // Gone already, or to be found by the next run.
            let _ = self.files.remove(&number.place(&self.objects));
        }
    }

    /// The file is not what was written: it is removed, counted, and told.
    pub fn corrupt(&self, hash: Option<u64>, number: Number, why: &dyn std::fmt::Display) {
        if let Some(hash) = hash {
            self.book().index.remove(hash, number);
        }
        self.counts.corrupt.add(1);
        let place = number.place(&self.objects);
        if let Some(text) = self.trouble().corrupt(&format!("{}: {why}", place.display())) {
            self.news.say(&text);
        }
        self.remove(&[number]);
    }

    /// The disk refused to be written to.
    pub fn refused(&self, error: &std::io::Error) {
        if let Some(text) = self.trouble().refused(clock::now(), error) {
            self.news.say(&text);
        }
    }
}

impl Book {
    /// True if a new file of so many bytes is welcome.
    pub fn has_room(&self, bytes: u64) -> bool {
        bytes <= self.index.file_bytes_max()
            && (!self.is_walking || self.early_bytes + bytes <= self.index.bytes_max() / EARLY_PART)
    }

    /// A file was written: those that have to go for it.
    pub fn add(&mut self, entry: Entry) -> Vec<Number> {
        if self.is_walking {
            self.early_bytes += entry.bytes;
        }
        self.index.add(entry)
    }

    /// Everything was looked through since `mark`.
    pub fn settle(&mut self, mark: Mark) {
        self.standing.settle(mark.0);
    }
}
