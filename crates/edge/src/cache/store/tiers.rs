//! The two tiers as one.

use super::disk::{Claim, Disk};
use super::memory::{Memory, NotKept};
use super::{CacheFolder, Held, Mark, Purge, What};
use crate::cache::{Ask, Key, Stored};
use crate::news::News;
use base::clock;
use model::api::{CacheStatus, PurgeReport};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

/// A folder that who is replaced still has is tried again after so long,
const CLAIM_PERIOD: Duration = Duration::from_millis(50);
/// and given up after so long.
const CLAIM_TIMEOUT: Duration = Duration::from_secs(15 * 60);

/// Who purges waits so long for it.
const AWAIT_TIMEOUT: Duration = Duration::from_secs(10);
/// More purges meanwhile are a purge of everything.
const AWAITED_MAX: usize = 10_000;

/// Replies that are kept: one for all edge threads.
#[derive(Debug)]
pub struct Store {
    memory: Arc<Memory>,
    disk: OnceLock<Disk>,
    disk_bytes: AtomicU64,
    is_closed: AtomicBool,
    /// Purges since the start, while who is replaced still has the folder; None at other times.
    awaited: Mutex<Option<Vec<Purge>>>,
}

impl Store {
    /// As the settings say, with the folder that was claimed for it.
    ///
    /// # Errors
    /// When a thread of the disk tier cannot be made.
    pub fn start(
        settings: &config::CacheStore,
        folder: &CacheFolder,
        news: &News,
    ) -> io::Result<Arc<Self>> {
        let bytes = settings.disk.as_ref().map_or(0, |disk| disk.bytes);
        let store = Arc::new(Store {
            memory: Arc::new(Memory::new(settings.memory_bytes, Mark::default())),
            disk: OnceLock::new(),
            disk_bytes: AtomicU64::new(bytes),
            is_closed: AtomicBool::new(false),
            awaited: Mutex::new(None),
        });
        match folder.take() {
            None => {}
            Some(Claim::Ours(claimed)) => {
                let _ = store.disk.set(Disk::start(claimed, bytes, &store.memory, news)?);
            }
            Some(Claim::Later(path)) => {
                *store.awaited() = Some(Vec::new());
                let (store, news) = (Arc::downgrade(&store), news.clone());
                let wait = move || claim_later(&path, &news, || store.upgrade());
                std::thread::Builder::new().name("cache-wait".into()).spawn(wait)?;
            }
        }
        Ok(store)
    }

    /// Follow other settings.
    pub fn follow(&self, settings: &config::CacheStore) {
        self.memory.resize(settings.memory_bytes);
        if let Some(disk) = &settings.disk {
            self.disk_bytes.store(disk.bytes, Relaxed);
            self.disk.get().into_iter().for_each(|tier| tier.resize(disk.bytes));
        }
    }

    /// Now, in the order of purges. To be taken before an app is asked for a reply: if that reply is
    /// purged meanwhile, it is not kept.
    pub fn mark(&self) -> Mark {
        self.memory.mark()
    }

    /// The newest reply for `key`, of those in memory, whose asks `fit` a request. Never waits.
    pub fn find(&self, key: &Key, fit: impl Fn(&[Ask]) -> bool) -> Option<Arc<Held>> {
        self.memory.find(key, |stored| fit(&stored.asks))
    }

    /// Some replies are on disk, perhaps.
    pub fn has_disk(&self) -> bool {
        self.disk.get().is_some()
    }

    /// The newest reply for `key`, of those on disk, whose asks `fit` a request. Waits for the disk
    /// if there is one, but the thread goes on.
    pub async fn load(&self, key: &Key, fit: impl Fn(&[Ask]) -> bool) -> Option<Arc<Held>> {
        self.disk.get()?.load(key, &fit).await
    }

    /// Keep a reply whose app was asked at `mark`, in the place of the reply to the same requests if
    /// there is one. Returns it as it is kept; None: it is not, because it is too large or was
    /// purged.
    pub fn keep(&self, key: Key, stored: Stored, mark: Mark) -> Option<Arc<Held>> {
        let held = Arc::new(Held::new(key, stored, mark));
        match (self.memory.keep(&held), self.disk.get()) {
            (Ok(()) | Err(NotKept::TooLarge), Some(disk)) => disk.keep(&held),
            (Ok(()), None) => {}
            (Err(_), _) => return None,
        }
        Some(held)
    }

    /// A coding was added to `held`: count it.
    pub fn grew(&self, held: &Arc<Held>) {
        self.memory.grew(held);
    }

    /// Let go of `held`: it is of no use any more.
    pub fn forget(&self, held: &Arc<Held>) {
        self.memory.forget(held);
        self.disk.get().into_iter().for_each(|disk| disk.forget(held));
    }

    /// Purge without waiting for the disk: for addresses that a request has changed (RFC 9111 section
    /// 4.4).
    pub fn invalidate(&self, purge: Purge) {
        self.remember(&purge);
        let rule = match self.disk.get() {
            Some(disk) => disk.begin(purge).0,
            None => self.memory.begin(purge),
        };
        self.memory.carry_out(&rule);
    }

    /// Purge. What is meant is not found any more when this returns, and does not come back.
    ///
    /// # Errors
    /// When that could not be noted on disk: it holds until this process ends.
    pub async fn purge(&self, purge: Purge) -> io::Result<PurgeReport> {
        // In this order: once it is not to be remembered any more, the disk is there.
        let is_awaited = self.remember(&purge);
        let Some(tier) = self.disk.get() else {
            let memory = self.memory.carry_out(&self.memory.begin(purge));
            let begun = clock::now();
            while self.awaited().is_some() && begun.elapsed() < AWAIT_TIMEOUT {
                tokio::time::sleep(CLAIM_PERIOD).await;
            }
            return Ok(PurgeReport { memory, disk: 0, complete: !is_awaited });
        };
        let (rule, begun) = tier.begin(purge);
        let memory = self.memory.carry_out(&rule);
        let (disk, complete) = tier.finish(begun).await?;
        Ok(PurgeReport { memory, disk, complete })
    }

    /// Keep a purge for the disk, if one is awaited; false if none is.
    fn remember(&self, purge: &Purge) -> bool {
        let mut awaited = self.awaited();
        let Some(purges) = awaited.as_mut() else { return false };
        if purges.len() >= AWAITED_MAX {
            *purges = vec![Purge { what: What::All, soft: false }];
        } else {
            purges.push(purge.clone());
        }
        true
    }

    /// The folder is ours: what was purged meanwhile is purged there.
    fn arrive(&self, disk: Disk) {
        let mut awaited = self.awaited();
        for purge in awaited.take().unwrap_or_default() {
            disk.begin(purge);
        }
        // Under the lock: no purge comes between.
        let _ = self.disk.set(disk);
    }

    fn awaited(&self) -> MutexGuard<'_, Option<Vec<Purge>>> {
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Let go of the folder; memory goes on.
    pub async fn close(&self) {
        self.is_closed.store(true, Relaxed);
        if let Some(disk) = self.disk.get() {
            disk.close().await;
        }
    }

    /// What is kept now, and nothing of requests.
    pub fn status(&self) -> CacheStatus {
        let (memory, disk) = (self.memory.status(), self.disk.get().map(Disk::status));
        CacheStatus { memory, disk, ..CacheStatus::default() }
    }
}

/// Wait until the one who is replaced has let go of its folder, and go on with it.
fn claim_later(path: &Path, news: &News, store: impl Fn() -> Option<Arc<Store>>) {
    let begun = clock::now();
    while let Some(store) = store().filter(|store| !store.is_closed.load(Relaxed)) {
        let error = match CacheFolder::claim_now(path) {
            Ok(claimed) => {
                let bytes = store.disk_bytes.load(Relaxed);
                match Disk::start(claimed, bytes, &store.memory, news) {
                    Ok(disk) => return store.arrive(disk),
                    Err(error) => error.to_string(),
                }
            }
            Err(error) if error.is_taken() && begun.elapsed() < CLAIM_TIMEOUT => {
                drop(store);
                std::thread::sleep(CLAIM_PERIOD);
                continue;
            }
            Err(error) => error.to_string(),
        };
        *store.awaited() = None;
        return news.say(&format!("{error}. The cache keeps replies in memory only"));
    }
}
