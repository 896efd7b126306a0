//! What look-ups read.

use crate::cache::store::Held;
use crate::cache::{Key, Stored};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// How many maps there are: a power of two, well above the number of edge threads of most machines.
const SHARDS: usize = 64;

/// Hashes that are hashes already.
#[derive(Debug, Default, Clone, Copy)]
struct Plain(u64);

impl Hasher for Plain {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash << 8) | u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The replies by the hash of their key: all variants, the newest last. Two keys may share one.
type Shard = HashMap<u64, Vec<Arc<Held>>, BuildHasherDefault<Plain>>;

/// The maps.
#[derive(Debug)]
pub(super) struct Shards(Box<[RwLock<Shard>]>);

impl Default for Shards {
    fn default() -> Self {
        Shards((0..SHARDS).map(|_| RwLock::default()).collect())
    }
}

impl Shards {
    /// The newest reply for `key` that `fits`.
    pub fn find(
        &self,
        hash: u64,
        key: &Key,
        mut fits: impl FnMut(&Stored) -> bool,
    ) -> Option<Arc<Held>> {
        let shard = self.read(hash)?;
        let all = shard.get(&hash)?.iter().rev();
        let held = all.filter(|held| held.key() == key).find(|held| fits(held.stored()))?;
        Some(held.clone())
    }

    /// Add `held`.
    pub fn add(&self, hash: u64, held: Arc<Held>) {
        let Some(mut shard) = self.write(hash) else { return };
        let all = shard.entry(hash).or_default();
        // Most keys have one variant.
        all.reserve_exact(1);
        all.push(held);
    }

    /// Put `held` in the place of `old`, as the newest.
    pub fn replace(&self, hash: u64, old: &Arc<Held>, held: Arc<Held>) {
        let Some(mut shard) = self.write(hash) else { return };
        let all = shard.entry(hash).or_default();
        all.retain(|known| !Arc::ptr_eq(known, old));
        all.push(held);
    }

    /// Take `held` out.
    pub fn remove(&self, hash: u64, held: &Arc<Held>) {
        let Some(mut shard) = self.write(hash) else { return };
        if let Some(all) = shard.get_mut(&hash) {
            all.retain(|known| !Arc::ptr_eq(known, held));
            if all.is_empty() {
                shard.remove(&hash);
            }
        }
    }

    /// Give up everything.
    pub fn take(&self) -> impl Sized + use<> {
        let write = |shard: &RwLock<Shard>| {
            std::mem::take(&mut *shard.write().unwrap_or_else(PoisonError::into_inner))
        };
        self.0.iter().map(write).collect::<Vec<Shard>>()
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.0.iter().map(|shard| shard.read().unwrap().len()).sum()
    }

    fn shard(&self, hash: u64) -> Option<&RwLock<Shard>> {
        // The map itself uses the highest seven and the lowest bits.
        self.0.get((hash >> 32) as usize % SHARDS)
    }

    fn read(&self, hash: u64) -> Option<RwLockReadGuard<'_, Shard>> {
        Some(self.shard(hash)?.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self, hash: u64) -> Option<RwLockWriteGuard<'_, Shard>> {
        Some(self.shard(hash)?.write().unwrap_or_else(PoisonError::into_inner))
    }
}
