//! One database: a table of keys.

use crate::data::Value;
use base::random::Random;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher};

/// What a key leads to.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The value.
    pub value: Value,
    /// When it ends, in milliseconds since 1970.
    pub expires_ms: Option<i64>,
    /// The record of the log that changed it last.
    pub lsn: u64,
    /// When it was used last: seconds since 1970.
    pub used_s: u32,
}

/// Keys and their entries.
#[derive(Debug, Default)]
pub struct Database {
    entries: HashMap<Box<[u8]>, Entry>,
    expiring: HashSet<Box<[u8]>>,
}

impl Database {
    /// How many keys.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// No key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many keys that expire.
    pub fn expiring(&self) -> usize {
        self.expiring.len()
    }

    /// The entry of `key`, expired or not.
    pub fn get(&self, key: &[u8]) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// As [`Database::get`], to be changed. Change the expiry with [`Database::expire`].
    pub fn get_mut(&mut self, key: &[u8]) -> Option<&mut Entry> {
        self.entries.get_mut(key)
    }

    /// Put `entry` in the place of what `key` had.
    pub fn insert(&mut self, key: &[u8], entry: Entry) -> Option<Entry> {
        if entry.expires_ms.is_some() {
            self.expiring.insert(key.into());
        } else {
            self.expiring.remove(key);
        }
        self.entries.insert(key.into(), entry)
    }

    /// Take `key` out.
    pub fn remove(&mut self, key: &[u8]) -> Option<Entry> {
        self.expiring.remove(key);
        self.entries.remove(key)
    }

    /// Let `key` end at `at_ms`, or never. Whether it exists.
    pub fn expire(&mut self, key: &[u8], at_ms: Option<i64>) -> bool {
        let Some(entry) = self.entries.get_mut(key) else { return false };
        entry.expires_ms = at_ms;
        if at_ms.is_some() {
            self.expiring.insert(key.into());
        } else {
            self.expiring.remove(key);
        }
        true
    }

    /// All keys with their entries, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &Entry)> {
        self.entries.iter().map(|(key, entry)| (&**key, entry))
    }

    /// Tell `found` some keys, about `count`, and where to go on: after rounds from 0 until 0 again, each key that was
    /// there all the time was told. The order is that of a hash, so that changes between rounds do not matter.
    pub fn scan(&self, cursor: u64, count: usize, mut found: impl FnMut(&[u8], &Entry)) -> u64 {
        let mut next: BinaryHeap<(u64, &[u8])> = BinaryHeap::new();
        for key in self.entries.keys() {
            let place = place(key);
            if place < cursor {
                continue;
            }
            next.push((place, key));
            if next.len() > count {
                next.pop();
            }
        }
        let full = next.len() >= count;
        let mut after = 0;
        for (place, key) in next {
            after = after.max(place);
            if let Some(entry) = self.entries.get(key) {
                found(key, entry);
            }
        }
        if full { after.checked_add(1).unwrap_or(0) } else { 0 }
    }

    /// Any key.
    pub fn any(&self, chance: &mut Random) -> Option<&[u8]> {
        let at = chance.below(self.entries.len() as u64) as usize;
        self.entries.keys().nth(at).map(AsRef::as_ref)
    }

    /// Forget all.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.expiring.clear();
    }
}

/// Where a scan meets `key`.
fn place(key: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(key);
    // Below 2^63: some clients read cursors as signed numbers.
    hasher.finish() >> 1
}
