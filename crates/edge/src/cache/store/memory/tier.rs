//! The tier.

use super::shards::Shards;
use super::state::State;
use crate::cache::store::Held;
use crate::cache::store::purge::{Mark, Purge, Rule, Verdict, What};
use crate::cache::{Key, Stored};
use crate::meters::Counter;
use model::api::TierStatus;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A purge takes out so many, about, before others get the lock.
const PURGED_AT_ONCE: usize = 500;

/// Replies in memory.
#[derive(Debug)]
pub struct Memory {
    shards: Shards,
    state: Mutex<State>,
    /// The number of the last purge.
    last: AtomicU64,
    hasher: RandomState,
    evicted: Counter,
}

/// Why a reply was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotKept {
    /// It is more than an eighth of the room. What it would have taken the place of is not kept any
    /// more either.
    TooLarge,
    /// It was purged while it was on its way.
    Purged,
    /// What is kept was asked for later.
    Older,
}

impl Memory {
    /// Room for so many bytes; the first purge gets a number above `begin`.
    pub fn new(bytes_max: u64, begin: Mark) -> Self {
        let hasher = RandomState::new();
        Memory {
            shards: Shards::default(),
            state: Mutex::new(State::new(bytes_max, begin, hasher.clone())),
            last: AtomicU64::new(begin.0),
            hasher,
            evicted: Counter::default(),
        }
    }

    /// Now, in the order of purges: to be taken before an app is asked.
    pub fn mark(&self) -> Mark {
        Mark(self.last.load(Ordering::Acquire))
    }

    /// The newest reply for `key` that `fits`.
    pub fn find(&self, key: &Key, fits: impl FnMut(&Stored) -> bool) -> Option<Arc<Held>> {
        let held = self.shards.find(self.hash(key), key, fits)?;
        held.used();
        Some(held)
    }

    /// Keep a reply.
    ///
    /// # Errors
    /// See [`NotKept`].
    pub fn keep(&self, held: &Arc<Held>) -> Result<(), NotKept> {
        let hash = self.hash(held.key());
        let mut state = self.state();
        // The maps are changed under the lock as well: else a purge could come between.
        match state.keep(hash, held) {
            Ok(added) => {
                match &added.instead {
                    Some(old) => self.shards.replace(hash, old, held.clone()),
                    None => self.shards.add(hash, held.clone()),
                }
                self.gone(&added.gone);
                drop(state);
                Ok(())
            }
            Err(why) => {
                if let NotKept::TooLarge = why
                    && let Some(old) = state.variant(held)
                {
                    state.remove(&old);
                    self.shards.remove(hash, &old);
                }
                Err(why)
            }
        }
    }

    /// Let go of one reply, if it is still there.
    pub fn forget(&self, held: &Arc<Held>) {
        if self.state().remove(held) {
            self.shards.remove(self.hash(held.key()), held);
        }
    }

    /// A coding was added to a reply.
    pub fn grew(&self, held: &Arc<Held>) {
        let mut state = self.state();
        let gone = state.reweigh(held);
        self.gone(&gone);
        drop(state);
    }

    /// Have room for another number of bytes.
    pub fn resize(&self, bytes_max: u64) {
        let mut state = self.state();
        let gone = state.resize(bytes_max);
        self.gone(&gone);
        drop(state);
    }

    /// Go on from `begin`: the next purge gets a number above it.
    pub fn advance(&self, begin: Mark) {
        let mut state = self.state();
        state.recent.advance(begin);
        self.last.store(state.recent.mark().0, Ordering::Release);
    }

    /// What the purges since `mark` say of a reply.
    pub fn verdict(&self, mark: Mark, key: &Key, tags: &[Box<[u8]>]) -> Verdict {
        self.state().recent.verdict(mark, key, tags)
    }

    /// A purge, in force for what comes when this returns; [`Memory::carry_out`] for what is there.
    pub fn begin(&self, purge: Purge) -> Rule {
        let mut state = self.state();
        let rule = state.recent.add(purge);
        self.last.store(rule.number, Ordering::Release);
        rule
    }

    /// Remove what a purge is meant for, or make it stale: how many replies that were.
    pub fn carry_out(&self, rule: &Rule) -> u64 {
        let mut state = self.state();
        if rule.purge.what == What::All && !rule.purge.soft {
            let count = state.queues.len() as u64;
            let all = (state.take(), self.shards.take());
            drop(state);
            drop(all);
            return count;
        }
        let (mut count, mut after) = (0, None);
        loop {
            let (meant, next) = state.meant(&rule.purge.what, after, PURGED_AT_ONCE);
            for held in meant.iter().filter(|held| held.mark().0 < rule.number) {
                if rule.purge.soft {
                    count += u64::from(held.soften());
                } else if state.remove(held) {
                    self.shards.remove(self.hash(held.key()), held);
                    count += 1;
                }
            }
            drop(state);
            drop(meant);
            after = next;
            if after.is_none() {
                return count;
            }
            state = self.state();
        }
    }

    /// What is kept now.
    pub fn status(&self) -> TierStatus {
        let state = self.state();
        let queues = &state.queues;
        TierStatus {
            objects: queues.len() as u64,
            bytes: queues.bytes(),
            bytes_max: queues.bytes_max(),
            evicted: self.evicted.get(),
        }
    }

    /// Places that are still there in maps: none, when nothing is kept.
    #[cfg(test)]
    pub(super) fn leftovers(&self) -> usize {
        self.state().leftovers() + self.shards.len()
    }

    fn gone(&self, gone: &[Arc<Held>]) {
        gone.iter().for_each(|held| self.shards.remove(self.hash(held.key()), held));
        self.evicted.add(gone.len() as u64);
    }

    fn hash(&self, key: &Key) -> u64 {
        self.hasher.hash_one(key.bytes())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
