//! The names of what had to go lately: what comes back is worth more than what is new.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};

/// Hashes of names in the order in which they went, each at most once.
#[derive(Debug, Default)]
pub(super) struct Ghost {
    order: VecDeque<(u64, u64)>,
    /// Hash to its number in `order`: what came back and went again has an older place there too.
    known: HashMap<u64, u64>,
    number: u64,
}

impl Ghost {
    /// Note `hash`; of the older ones no more than `count_max` are kept.
    pub fn add(&mut self, hash: u64, count_max: usize) {
        self.number += 1;
        self.known.insert(hash, self.number);
        self.order.push_back((hash, self.number));
        // Forgotten places count as well, or the order could grow without end.
        while self.order.len() > count_max.max(1) {
            let Some((oldest, number)) = self.order.pop_front() else { break };
            if let Entry::Occupied(entry) = self.known.entry(oldest)
                && *entry.get() == number
            {
                entry.remove();
            }
        }
    }

    /// True if `hash` was here; it is forgotten.
    pub fn take(&mut self, hash: u64) -> bool {
        self.known.remove(&hash).is_some()
    }
}
