//! Who asks the app for what others wait for: one request for each address, of all threads.

use super::Room;
use super::passes::Passes;
use crate::cache::Key;
use crate::cache::policy::Trouble;
use crate::cache::store::Held;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

const SHARDS: usize = 16;

/// The most fetches at once that no client waits for: beyond, stale replies are served without.
const REFRESHES_MAX: usize = 256;

/// What is being fetched, by all threads.
#[derive(Debug)]
pub struct Fills {
    shards: [Mutex<HashMap<What, watch::Receiver<End>>>; SHARDS],
    passes: Passes,
    hasher: RandomState,
    refreshes: AtomicUsize,
    /// For replies that are coming in.
    pub room: Arc<Room>,
}

/// A fetch that no client waits for, counted until dropped.
#[derive(Debug)]
pub struct Refresh(Arc<Fills>);

/// What requests wait for together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct What {
    key: Key,
    /// Those whose replies may be for one person alone do not keep the others waiting.
    personal: bool,
}

/// How a fetch ended, for those who wait.
#[derive(Debug, Clone, Default)]
pub enum End {
    /// It has not.
    #[default]
    Pending,
    /// Its reply was kept.
    Kept(Arc<Held>),
    /// Its reply is not kept: everybody is to ask for themselves.
    Passed,
    /// The app is in trouble.
    Trouble(Trouble),
    /// Who fetched has gone: somebody else must.
    Abandoned,
}

/// What a request is to do.
#[derive(Debug)]
pub enum Turn {
    /// Fetch, for all.
    Lead(Lead),
    /// Wait for who fetches.
    Follow(watch::Receiver<End>),
    /// Fetch, for itself: replies for the address were not kept lately.
    Pass,
}

/// The duty to tell how a fetch ended. Given up when dropped.
#[derive(Debug)]
pub struct Lead {
    fills: Arc<Fills>,
    what: What,
    tell: watch::Sender<End>,
}

impl Default for Fills {
    fn default() -> Self {
        let hasher = RandomState::new();
        Fills {
            shards: Default::default(),
            passes: Passes::default(),
            hasher,
            refreshes: AtomicUsize::new(0),
            room: Arc::default(),
        }
    }
}

impl Fills {
    /// The turn of a request for `key`.
    pub fn turn(self: &Arc<Self>, key: &Key, personal: bool, now_s: u64) -> Turn {
        if self.passes.has(self.hash(key), now_s) {
            return Turn::Pass;
        }
        let what = What { key: key.clone(), personal };
        let mut shard = self.shard(key);
        if let Some(end) = shard.get(&what) {
            return Turn::Follow(end.clone());
        }
        let (tell, end) = watch::channel(End::Pending);
        shard.insert(what.clone(), end);
        drop(shard);
        Turn::Lead(Lead { fills: self.clone(), what, tell })
    }

    /// Who fetches for a request that cannot fetch for others, if anybody does.
    pub fn follow(&self, key: &Key, personal: bool) -> Option<watch::Receiver<End>> {
        self.shard(key).get(&What { key: key.clone(), personal }).cloned()
    }

    /// A place for a fetch that no client waits for, if there is one.
    pub fn refresh(self: &Arc<Self>) -> Option<Refresh> {
        let before = self.refreshes.fetch_add(1, Relaxed);
        let place = Refresh(self.clone());
        (before < REFRESHES_MAX).then_some(place)
    }

    /// A reply for `key` was kept.
    pub fn kept(&self, key: &Key) {
        self.passes.remove(self.hash(key));
    }

    fn hash(&self, key: &Key) -> u64 {
        self.hasher.hash_one(key)
    }

    fn shard(&self, key: &Key) -> MutexGuard<'_, HashMap<What, watch::Receiver<End>>> {
        let at = usize::try_from(self.hash(key) >> 32).unwrap_or(0) % SHARDS;
        let shard = self.shards.get(at).or(self.shards.first());
        let [first, ..] = &self.shards;
        shard.unwrap_or(first).lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lead {
    /// Somebody waits for it. The table holds one end itself.
    pub fn is_followed(&self) -> bool {
        self.tell.receiver_count() > 1
    }

    /// The fetch ended with `end`.
    pub fn end(self, end: End, now_s: u64) {
        match &end {
            End::Passed => self.fills.passes.add(self.fills.hash(&self.what.key), now_s),
            End::Kept(_) => self.fills.kept(&self.what.key),
            End::Pending | End::Trouble(_) | End::Abandoned => {}
        }
        self.tell(end);
    }

    fn tell(&self, end: End) {
        // Out of the way first: who comes now must not wait for what has ended.
        self.fills.shard(&self.what.key).remove(&self.what);
        self.tell.send_replace(end);
    }
}

impl Drop for Refresh {
    fn drop(&mut self) {
        self.0.refreshes.fetch_sub(1, Relaxed);
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        if matches!(*self.tell.borrow(), End::Pending) {
            self.tell(End::Abandoned);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        Key::of_url(text.as_bytes()).unwrap()
    }

    fn lead(fills: &Arc<Fills>, key: &Key) -> Option<Lead> {
        match fills.turn(key, false, 100) {
            Turn::Lead(lead) => Some(lead),
            Turn::Follow(_) | Turn::Pass => None,
        }
    }

    #[test]
    fn one_leads_and_the_others_follow() {
        let fills = Arc::new(Fills::default());
        let key = key("http://a/");
        let first = lead(&fills, &key).unwrap();
        assert!(lead(&fills, &key).is_none());
        let end = fills.follow(&key, false).unwrap();
        assert!(fills.follow(&key, true).is_none(), "who is alone does not wait for others");
        assert!(matches!(*end.borrow(), End::Pending));
        first.end(End::Trouble(Trouble::Error), 100);
        assert!(matches!(*end.borrow(), End::Trouble(Trouble::Error)));
        assert!(lead(&fills, &key).is_some(), "the next one leads again");
    }

    #[test]
    fn a_leader_that_goes_away_tells_so() {
        let fills = Arc::new(Fills::default());
        let key = key("http://a/");
        let first = lead(&fills, &key).unwrap();
        let end = fills.follow(&key, false).unwrap();
        drop(first);
        assert!(matches!(*end.borrow(), End::Abandoned));
        assert!(fills.follow(&key, false).is_none());
    }

    #[test]
    fn fetches_that_no_client_waits_for_are_few() {
        let fills = Arc::new(Fills::default());
        let places: Vec<_> = (0..REFRESHES_MAX).map(|_| fills.refresh().unwrap()).collect();
        assert!(fills.refresh().is_none());
        drop(places);
        assert!(fills.refresh().is_some());
    }

    #[test]
    fn nobody_waits_for_what_was_not_kept() {
        let fills = Arc::new(Fills::default());
        let key = key("http://a/");
        lead(&fills, &key).unwrap().end(End::Passed, 100);
        assert!(matches!(fills.turn(&key, false, 101), Turn::Pass));
        fills.kept(&key);
        assert!(lead(&fills, &key).is_some());
    }
}
