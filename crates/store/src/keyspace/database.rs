//! One database: a table of keys.

use crate::data::Value;
use std::collections::{HashMap, HashSet};

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

    /// Forget all.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.expiring.clear();
    }
}
