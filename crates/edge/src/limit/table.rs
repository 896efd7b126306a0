//! What is known of each key: a word for each, in a table of a fixed size that all threads share.
//!
//! A key is looked for in one set of [`WAYS`] places. A request of a known key changes its word by
//! one comparison and no lock. A new key takes the place of one whose word says nothing any more;
//! if all still do, of the one that soonest will not ([`Full::Forget`]), or none ([`Full::Miss`]).
//! Only who brings a new key holds the set's lock, so that it gets one place and not two.

use super::hash::KeyHash;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::{Mutex, PoisonError};

/// Places in a set: two cache lines of keys and words.
const WAYS: usize = 8;
/// The word of a place that is being given to another key.
const TAKEN: u64 = u64::MAX;
/// The key of a place that was never used.
const NOBODY: u64 = 0;

/// Words by key.
#[derive(Debug)]
pub struct Table {
    sets: Box<[Set]>,
    full: Full,
    evictions: AtomicU64,
    misses: AtomicU64,
}

/// What a new key gets when every place that it may have is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// The place of the key that would be finished first: that one begins anew.
    Forget,
    /// None.
    Miss,
}

#[derive(Debug)]
struct Set {
    claim: Mutex<()>,
    keys: [AtomicU64; WAYS],
    words: [AtomicU64; WAYS],
}

/// Where a key's word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    set: usize,
    way: usize,
}

/// What is to become of a word, and what the caller wants to know.
#[derive(Debug)]
pub struct Change<T> {
    /// The word from now on; None: as it was.
    pub next: Option<u64>,
    /// For the caller.
    pub result: T,
}

impl Table {
    /// Room for `keys_max` keys: twice as many places, so that few sets fill up before the table.
    pub fn new(keys_max: u32, full: Full) -> Self {
        let sets = (keys_max as usize * 2).div_ceil(WAYS).next_power_of_two();
        let set = |_| Set {
            claim: Mutex::new(()),
            keys: std::array::from_fn(|_| AtomicU64::new(NOBODY)),
            words: std::array::from_fn(|_| AtomicU64::new(0)),
        };
        Table {
            sets: (0..sets).map(set).collect(),
            full,
            evictions: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// The word of `key`; 0 if nothing is known of it.
    pub fn look(&self, key: KeyHash) -> u64 {
        let found = self.set(key).and_then(|(_, set)| set.read(set.find(key.get())?, key.get()));
        found.unwrap_or(0)
    }

    /// Change the word of `key`. `change` may be called several times, and the last time counts.
    /// `finished`: from when on a word says nothing, in the unit of `now`. None: there is no place.
    pub fn change<T>(
        &self,
        key: KeyHash,
        now: u64,
        finished: impl Fn(u64) -> u64,
        mut change: impl FnMut(u64) -> Change<T>,
    ) -> Option<(T, Place)> {
        let (at, set) = self.set(key)?;
        let key = key.get();
        loop {
            if let Some(way) = set.find(key)
                && let Some(word) = set.read(way, key)
            {
                let Change { next, result } = change(word);
                let place = Place { set: at, way };
                match next.map(|next| set.replace(way, word, next)) {
                    None | Some(true) => return Some((result, place)),
                    Some(false) => continue,
                }
            }
            let held = set.claim.lock().unwrap_or_else(PoisonError::into_inner);
            if set.find(key).is_some() {
                continue;
            }
            let (way, word, until) = set.victim(&finished)?;
            if until > now {
                if self.full == Full::Miss {
                    self.misses.fetch_add(1, Relaxed);
                    return None;
                }
                self.evictions.fetch_add(1, Relaxed);
            }
            if !set.replace(way, word, TAKEN) {
                continue;
            }
            let Change { next, result } = change(0);
            // The key first: who reads the new word sees whose it is.
            set.keys.get(way)?.store(key, Release);
            set.words.get(way)?.store(next.unwrap_or(0), Release);
            drop(held);
            return Some((result, Place { set: at, way }));
        }
    }

    /// Change the word at `place`, whose key cannot have lost it.
    pub fn change_at(&self, place: Place, change: impl Fn(u64) -> u64) {
        let Some(word) = self.sets.get(place.set).and_then(|set| set.words.get(place.way)) else {
            return;
        };
        let changed = |old| (old != TAKEN).then(|| change(old));
        let _ = word.fetch_update(AcqRel, Acquire, changed);
    }

    /// Keys whose word says something at `now`. Looks at every place.
    pub fn count(&self, now: u64, finished: impl Fn(u64) -> u64) -> u64 {
        let words = self.sets.iter().flat_map(|set| &set.words).map(|word| word.load(Relaxed));
        words.filter(|word| *word != TAKEN && finished(*word) > now).count() as u64
    }

    /// Keys that lost their place while it said something.
    pub fn evictions(&self) -> u64 {
        self.evictions.load(Relaxed)
    }

    /// Times that a key got no place.
    pub fn misses(&self) -> u64 {
        self.misses.load(Relaxed)
    }

    fn set(&self, key: KeyHash) -> Option<(usize, &Set)> {
        // The places of a set tell keys apart by all bits; these choose the set.
        let at = (key.get() >> 8) as usize & (self.sets.len() - 1);
        Some((at, self.sets.get(at)?))
    }
}

impl Set {
    fn find(&self, key: u64) -> Option<usize> {
        self.keys.iter().position(|one| one.load(Acquire) == key)
    }

    /// The word of `key` at `way`; None if that place is another's by now.
    fn read(&self, way: usize, key: u64) -> Option<u64> {
        let word = self.words.get(way)?.load(Acquire);
        let same = self.keys.get(way)?.load(Acquire) == key;
        (same && word != TAKEN).then_some(word)
    }

    fn replace(&self, way: usize, old: u64, new: u64) -> bool {
        let word = self.words.get(way);
        word.is_some_and(|word| word.compare_exchange(old, new, AcqRel, Acquire).is_ok())
    }

    /// The place that can best be given away, its word, and until when that says something.
    fn victim(&self, finished: impl Fn(u64) -> u64) -> Option<(usize, u64, u64)> {
        let all = self.keys.iter().zip(&self.words).enumerate().map(|(way, (key, word))| {
            let word = word.load(Acquire);
            let until = if key.load(Acquire) == NOBODY { 0 } else { finished(word) };
            (way, word, until)
        });
        all.min_by_key(|(_, _, until)| *until)
    }
}
