//! The members of a large sorted set, each once, found by hash.
//!
//! Linear hashing: the table grows and shrinks by one bucket at a time, so no insert pays for a whole rehash. The
//! members lie without gaps: what is removed is replaced by the last one.

use super::chunked::Chunked;
use crate::data::small_bytes::SmallBytes;
use std::hash::{BuildHasher, Hasher};

/// The place of a member. It changes when another member is removed.
pub(super) type Id = u32;

/// No member.
const NONE: Id = Id::MAX;
const SLOTS: usize = 512;
const HEADS: usize = 1024;
/// The table never has fewer buckets.
const BUCKETS_MIN: u32 = 16;

#[derive(Debug, Clone)]
struct Slot {
    score: f64,
    member: SmallBytes,
    hash: u32,
    /// The next one in its bucket.
    next: Id,
}

/// Members with their scores.
#[derive(Debug, Clone)]
pub(super) struct Members {
    slots: Chunked<Slot, SLOTS>,
    /// The first of each bucket.
    heads: Chunked<Id, HEADS>,
    hasher: foldhash::fast::RandomState,
    text_bytes: usize,
}

impl Members {
    pub(super) fn new() -> Self {
        let mut heads = Chunked::default();
        (0..BUCKETS_MIN).for_each(|_| heads.push(NONE));
        Members {
            slots: Chunked::default(),
            heads,
            hasher: foldhash::fast::RandomState::default(),
            text_bytes: 0,
        }
    }

    pub(super) fn score(&self, id: Id) -> f64 {
        self.slots[id as usize].score
    }

    pub(super) fn set_score(&mut self, id: Id, score: f64) {
        self.slots[id as usize].score = score;
    }

    pub(super) fn text(&self, id: Id) -> &[u8] {
        &self.slots[id as usize].member
    }

    pub(super) fn find(&self, member: &[u8]) -> Option<Id> {
        let hash = self.hash(member);
        let mut id = self.heads[self.bucket(hash)];
        while id != NONE {
            let slot = &self.slots[id as usize];
            if slot.hash == hash && *slot.member == *member {
                return Some(id);
            }
            id = slot.next;
        }
        None
    }

    /// Add a member that is not there.
    pub(super) fn add(&mut self, member: &[u8], score: f64) -> Id {
        if self.slots.len() >= self.heads.len() {
            self.grow();
        }
        let hash = self.hash(member);
        let bucket = self.bucket(hash);
        let id = self.slots.len() as Id;
        let member = SmallBytes::from(member);
        self.text_bytes += member.heap();
        self.slots.push(Slot { score, member, hash, next: self.heads[bucket] });
        self.heads[bucket] = id;
        id
    }

    /// Take a member out. The last one gets its place.
    pub(super) fn remove(&mut self, id: Id) {
        self.relink(id, self.slots[id as usize].next);
        let last = self.last();
        if last != id {
            self.relink(last, id);
        }
        if let Some(moved) = self.slots.pop() {
            if last == id {
                self.text_bytes -= moved.member.heap();
            } else {
                let removed = std::mem::replace(&mut self.slots[id as usize], moved);
                self.text_bytes -= removed.member.heap();
            }
        }
        for _ in 0..2 {
            let buckets = self.heads.len();
            if buckets > BUCKETS_MIN as usize && self.slots.len() < buckets / 2 {
                self.shrink();
            }
        }
    }

    /// The place that is given up when a member is removed.
    pub(super) fn last(&self) -> Id {
        (self.slots.len() as Id).wrapping_sub(1)
    }

    /// Visit some members, at least `count` if there are as many. Where to go on; 0 when all were visited. Members
    /// that stay from the first call to the last are visited at least once, however the table grows or shrinks.
    pub(super) fn scan(&self, cursor: u64, count: usize, mut visit: impl FnMut(&[u8], f64)) -> u64 {
        let upper = self.level();
        let lower = upper >> 1;
        let (mut cursor, mut seen) = (cursor as u32, 0);
        loop {
            let bucket = cursor & (lower - 1);
            for bucket in [bucket as usize, (bucket + lower) as usize] {
                if bucket < self.heads.len() {
                    seen += self.visit(bucket, &mut visit);
                }
            }
            // Count in the reversed bits of the lower level: what a later, larger table adds lies behind.
            cursor = (cursor | !(lower - 1)).reverse_bits().wrapping_add(1).reverse_bits();
            if cursor == 0 || seen >= count {
                return u64::from(cursor);
            }
        }
    }

    /// Bytes allocated.
    pub(super) fn memory(&self) -> usize {
        self.slots.memory() + self.heads.memory() + self.text_bytes
    }

    fn visit(&self, bucket: usize, visit: &mut impl FnMut(&[u8], f64)) -> usize {
        let (mut id, mut seen) = (self.heads[bucket], 0);
        while id != NONE {
            let slot = &self.slots[id as usize];
            visit(&slot.member, slot.score);
            (id, seen) = (slot.next, seen + 1);
        }
        seen
    }

    fn hash(&self, member: &[u8]) -> u32 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(member);
        hasher.finish() as u32
    }

    /// The power of two that the table grows to before each bucket was split once.
    fn level(&self) -> u32 {
        (self.heads.len() as u32).next_power_of_two()
    }

    fn bucket(&self, hash: u32) -> usize {
        let level = self.level();
        let bucket = (hash & (level - 1)) as usize;
        if bucket < self.heads.len() { bucket } else { bucket - (level >> 1) as usize }
    }

    /// Let what points to `id` in its bucket point to `to`.
    fn relink(&mut self, id: Id, to: Id) {
        let bucket = self.bucket(self.slots[id as usize].hash);
        let mut at = self.heads[bucket];
        if at == id {
            self.heads[bucket] = to;
            return;
        }
        while at != NONE {
            let next = self.slots[at as usize].next;
            if next == id {
                self.slots[at as usize].next = to;
                return;
            }
            at = next;
        }
        debug_assert!(false, "each member is in its bucket");
    }

    /// Add a bucket, with those members of an earlier one that belong there now.
    fn grow(&mut self) {
        let new = self.heads.len();
        self.heads.push(NONE);
        let source = new - (self.level() >> 1) as usize;
        let first = std::mem::replace(&mut self.heads[source], NONE);
        self.hang(first);
    }

    /// Take the last bucket away; its members go back to the one from which they came.
    fn shrink(&mut self) {
        if let Some(first) = self.heads.pop() {
            self.hang(first);
        }
    }

    /// Put a chain's members, from `id` on, into the buckets to which they belong.
    fn hang(&mut self, mut id: Id) {
        while id != NONE {
            let bucket = self.bucket(self.slots[id as usize].hash);
            let next = std::mem::replace(&mut self.slots[id as usize].next, self.heads[bucket]);
            self.heads[bucket] = id;
            id = next;
        }
    }
}

#[cfg(test)]
impl Members {
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Each member is in its bucket once, and nothing else.
    pub(super) fn check_invariants(&self) {
        let mut seen = 0;
        for bucket in 0..self.heads.len() {
            let mut id = self.heads[bucket];
            while id != NONE {
                let slot = &self.slots[id as usize];
                assert_eq!(self.bucket(slot.hash), bucket);
                assert_eq!(self.hash(&slot.member), slot.hash);
                (id, seen) = (slot.next, seen + 1);
            }
        }
        assert_eq!(seen, self.len());
        assert!(self.heads.len() >= self.len() && self.heads.len() >= BUCKETS_MIN as usize);
        let text: usize = (0..self.len()).map(|id| self.slots[id].member.heap()).sum();
        assert_eq!(text, self.text_bytes);
    }
}
