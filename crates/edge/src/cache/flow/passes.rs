//! Addresses whose replies were not kept lately: requests for them need not wait for each other.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Places; each takes eight bytes.
const PLACES: usize = 8 * 1024;
/// For how many seconds an address is remembered.
const SECONDS: u64 = 30;

/// Which addresses, for a while. Places are shared: the newer takes the place of the older, and two
/// that look the same (one in 2^32 of those that share a place) are taken for one. Nothing depends on
/// it but whether requests wait for each other.
#[derive(Debug)]
pub struct Passes(Box<[AtomicU64]>);

impl Default for Passes {
    fn default() -> Self {
        Passes((0..PLACES).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Passes {
    /// Remember what has this `hash` from `now_s` on.
    pub fn add(&self, hash: u64, now_s: u64) {
        let until_s = now_s.saturating_add(SECONDS) & u64::from(u32::MAX);
        if let Some(place) = self.place(hash) {
            place.store((hash & !u64::from(u32::MAX)) | until_s, Relaxed);
        }
    }

    /// Its reply was kept after all.
    pub fn remove(&self, hash: u64) {
        if let Some(place) = self.place(hash)
            && place.load(Relaxed) >> 32 == hash >> 32
        {
            place.store(0, Relaxed);
        }
    }

    /// True if it is remembered at `now_s`.
    pub fn has(&self, hash: u64, now_s: u64) -> bool {
        self.place(hash).is_some_and(|place| {
            let known = place.load(Relaxed);
            let until_s = known & u64::from(u32::MAX);
            known >> 32 == hash >> 32 && until_s > now_s && until_s <= now_s + SECONDS
        })
    }

    fn place(&self, hash: u64) -> Option<&AtomicU64> {
        self.0.get(usize::try_from(hash).unwrap_or(usize::MAX) % PLACES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_remembered_for_a_while() {
        let passes = Passes::default();
        let hash = 0x1234_5678_9abc_def0;
        assert!(!passes.has(hash, 100));
        passes.add(hash, 100);
        assert!(passes.has(hash, 100) && passes.has(hash, 129) && !passes.has(hash, 130));
        assert!(!passes.has(hash ^ (1 << 40), 100), "another in the same place");
        passes.remove(hash ^ (1 << 40));
        assert!(passes.has(hash, 100));
        passes.remove(hash);
        assert!(!passes.has(hash, 100));
    }

    #[test]
    fn zero_is_nobody() {
        assert!(!Passes::default().has(0, 0));
    }
}
