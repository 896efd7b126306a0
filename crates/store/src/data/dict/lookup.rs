//! Finding, adding and removing entries.

use super::bucket::Slot;
use super::group::{marked, tag};
use super::{Buckets, Dict, Keyed};
use foldhash::fast::RandomState;
use std::hash::{BuildHasher, Hasher};

/// Where an entry is. Good until the next entry is added or taken out.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    bucket: usize,
    slot: Slot,
}

impl<E, const N: usize, const M: usize> Default for Dict<E, N, M> {
    /// An empty one, without an allocation.
    fn default() -> Self {
        let (buckets, hasher) = (Buckets::default(), RandomState::default());
        Dict { buckets, len: 0, marks: 0, nodes: 0, hasher, longest: 0, longest_next: 0 }
    }
}

impl<E, const N: usize, const M: usize> Dict<E, N, M> {
    /// How many entries.
    pub fn len(&self) -> usize {
        self.len
    }

    /// How many are marked.
    pub fn marks(&self) -> usize {
        self.marks
    }

    /// No entry.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The hash of `key` in this table.
    #[inline]
    pub(super) fn hash(&self, key: &[u8]) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(key);
        hasher.finish()
    }

    /// How many buckets.
    pub fn buckets(&self) -> usize {
        self.buckets.len()
    }

    /// Bytes of the table, with the entries themselves but not what they lead to.
    pub fn memory(&self) -> usize {
        let node = crate::data::size::allocated(super::bucket::Bucket::<E, N, M>::NODE_BYTES);
        self.buckets.memory() + self.nodes * node
    }
}

impl<E: Keyed, const N: usize, const M: usize> Dict<E, N, M> {
    /// The entry of `key`.
    #[inline]
    pub fn get(&self, key: &[u8]) -> Option<&E> {
        self.at(self.find(key)?)
    }

    /// The entry of `key`, to be changed; its key stays as it is.
    pub fn get_mut(&mut self, key: &[u8]) -> Option<&mut E> {
        self.at_mut(self.find(key)?)
    }

    /// Whether there is an entry of `key`.
    pub fn contains(&self, key: &[u8]) -> bool {
        self.find(key).is_some()
    }

    /// Where the entry of `key` is.
    #[inline]
    pub fn find(&self, key: &[u8]) -> Option<Place> {
        self.locate(self.hash(key), |entry| entry.key() == key)
    }

    /// The entry at a place.
    #[inline]
    pub fn at(&self, place: Place) -> Option<&E> {
        self.buckets.get(place.bucket)?.entry(place.slot)
    }

    /// As [`Dict::at`], to be changed; its key and its mark stay as they are.
    #[inline]
    pub fn at_mut(&mut self, place: Place) -> Option<&mut E> {
        self.buckets.get_mut(place.bucket)?.entry_mut(place.slot)
    }

    /// Change the entry at a place, and its mark if that changes by it; its key stays as it is.
    pub fn edit<T>(&mut self, place: Place, change: impl FnOnce(&mut E) -> T) -> Option<T> {
        let bucket = self.buckets.get_mut(place.bucket)?;
        let entry = bucket.entry_mut(place.slot)?;
        let outcome = change(entry);
        let is_marked = entry.is_marked();
        let was_marked = bucket.set_mark(place.slot, is_marked);
        self.marks = self.marks + usize::from(is_marked) - usize::from(was_marked);
        Some(outcome)
    }

    /// Let `change` bring `given` into the entry of `key`, as [`Dict::edit`], or add the one that `make` makes of it. What
    /// `change` gave; None if an entry was added.
    pub fn upsert<G, T>(
        &mut self,
        key: &[u8],
        given: G,
        change: impl FnOnce(&mut E, G) -> T,
        make: impl FnOnce(G) -> E,
    ) -> Option<T> {
        let hash = self.hash(key);
        match self.locate(hash, |entry| entry.key() == key) {
            Some(place) => self.edit(place, |entry| change(entry, given)),
            None => {
                self.add(hash, make(given));
                None
            }
        }
    }

    /// Put `entry` in the place of the one with its key, which is returned.
    pub fn insert(&mut self, entry: E) -> Option<E> {
        let hash = self.hash(entry.key());
        match self.locate(hash, |other| other.key() == entry.key()) {
            Some(place) => self.edit(place, |old| std::mem::replace(old, entry)),
            None => {
                self.add(hash, entry);
                None
            }
        }
    }

    /// Add the entry that `make` gives unless there is one of `key`. Whether it was added.
    pub fn insert_with(&mut self, key: &[u8], make: impl FnOnce() -> E) -> bool {
        let hash = self.hash(key);
        let absent = self.locate(hash, |entry| entry.key() == key).is_none();
        if absent {
            self.add(hash, make());
        }
        absent
    }

    /// Take out the entry of `key`.
    pub fn remove(&mut self, key: &[u8]) -> Option<E> {
        self.take(self.find(key)?)
    }

    /// Take out all entries.
    pub fn clear(&mut self) {
        *self = Dict::default();
    }

    #[inline]
    fn locate(&self, hash: u64, is: impl Fn(&E) -> bool) -> Option<Place> {
        let bucket = self.index(hash);
        let slot = self.buckets.get(bucket)?.find(tag(hash), is)?;
        Some(Place { bucket, slot })
    }

    fn add(&mut self, hash: u64, entry: E) {
        if self.buckets.len() == 0 {
            self.buckets.push(Default::default());
        }
        let index = self.index(hash);
        if let Some(bucket) = self.buckets.get_mut(index) {
            let is_marked = entry.is_marked();
            self.nodes += usize::from(bucket.push(marked(tag(hash), is_marked), entry));
            self.len += 1;
            self.marks += usize::from(is_marked);
            let len = bucket.len() as u32;
            self.longest = self.longest.max(len);
            self.longest_next = self.longest_next.max(len);
            self.grow_if_dense();
        }
    }

    /// Take out the entry at a place.
    pub fn take(&mut self, place: Place) -> Option<E> {
        let bucket = self.buckets.get_mut(place.bucket)?;
        bucket.entry(place.slot)?;
        self.marks -= usize::from(bucket.set_mark(place.slot, false));
        let (entry, freed) = bucket.remove(place.slot)?;
        self.nodes -= usize::from(freed);
        self.len -= 1;
        self.shrink_if_sparse();
        Some(entry)
    }
}
