//! The two tiers as one.

use super::memory::{Memory, NotKept};
use super::{Held, Mark, Purge};
use crate::cache::{Ask, Key, Stored};
use model::api::{CacheStatus, PurgeReport};
use std::sync::Arc;

/// Replies that are kept: one for all edge threads.
#[derive(Debug)]
pub struct Store {
    memory: Memory,
}

impl Store {
    /// As the settings say.
    pub fn new(settings: &config::CacheStore) -> Self {
        Store { memory: Memory::new(settings.memory_bytes, Mark::default()) }
    }

    /// Follow other settings.
    pub fn follow(&self, settings: &config::CacheStore) {
        self.memory.resize(settings.memory_bytes);
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

    /// Keep a reply whose app was asked at `mark`, in the place of the reply to the same requests if
    /// there is one. Returns it as it is kept; None: it is not, because it is too large or was
    /// purged.
    pub fn keep(&self, key: Key, stored: Stored, mark: Mark) -> Option<Arc<Held>> {
        let held = Arc::new(Held::new(key, stored, mark));
        match self.memory.keep(&held) {
            Ok(()) => Some(held),
            Err(NotKept::TooLarge | NotKept::Purged | NotKept::Older) => None,
        }
    }

    /// A coding was added to `held`: count it.
    pub fn grew(&self, held: &Arc<Held>) {
        self.memory.grew(held);
    }

    /// Let go of `held`: it is of no use any more.
    pub fn forget(&self, held: &Arc<Held>) {
        self.memory.forget(held);
    }

    /// Purge without waiting for the disk: for addresses that a request has changed (RFC 9111 section
    /// 4.4).
    pub fn invalidate(&self, purge: Purge) {
        self.memory.purge(purge);
    }

    /// Purge. What is meant is not found any more when this returns, and does not come back.
    pub async fn purge(&self, purge: Purge) -> PurgeReport {
        let (_, memory) = self.memory.purge(purge);
        PurgeReport { memory, disk: 0, complete: true }
    }

    /// What is kept now.
    pub fn status(&self) -> CacheStatus {
        CacheStatus { memory: self.memory.status() }
    }
}
