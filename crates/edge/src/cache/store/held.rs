//! A reply in its place.

use super::purge::Mark;
use super::queues::Uses;
use crate::cache::{Key, Stored};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// What a reply costs beside itself, in bytes: its places in maps and queues, and its memory being
/// in several pieces. A test measures that it is no less.
const OWN_BYTES: u64 = 832;
/// What a tag costs beside its text.
const TAG_BYTES: u64 = 32;

/// A reply that is kept.
#[derive(Debug)]
pub struct Held {
    key: Key,
    stored: Stored,
    mark: Mark,
    stale: AtomicBool,
    uses: Uses,
}

impl Held {
    /// A reply to requests for `key`, whose app was asked at `mark`.
    pub(super) fn new(key: Key, stored: Stored, mark: Mark) -> Self {
        let (stale, uses) = (AtomicBool::new(false), Uses::default());
        Held { key, stored, mark, stale, uses }
    }

    /// Its address.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The reply.
    pub fn stored(&self) -> &Stored {
        &self.stored
    }

    /// A soft purge was meant for it: it is stale, whatever its lifetime.
    pub fn is_purged(&self) -> bool {
        self.stale.load(Relaxed)
    }

    /// When its app was asked.
    pub(super) fn mark(&self) -> Mark {
        self.mark
    }

    /// Make it stale; false if it was.
    pub(super) fn soften(&self) -> bool {
        !self.stale.swap(true, Relaxed)
    }

    /// Somebody uses it.
    pub(super) fn used(&self) {
        self.uses.add();
    }

    /// All memory that it takes, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        let (key, stored) = (self.key.bytes().len() as u64, self.stored.weight() as u64);
        OWN_BYTES + key + stored + TAG_BYTES * self.stored.tags.len() as u64
    }
}

impl AsRef<Uses> for Arc<Held> {
    fn as_ref(&self) -> &Uses {
        &self.uses
    }
}
