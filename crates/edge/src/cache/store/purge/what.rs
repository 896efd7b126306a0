//! One purge.

use crate::cache::Key;

/// What of the cache is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum What {
    /// Everything.
    All,
    /// One address, in all its variants.
    Key(Key),
    /// Every address that begins so, in the canonical form of [`Key`].
    Prefix(Box<[u8]>),
    /// Everything with this tag.
    Tag(Box<[u8]>),
}

/// A purge that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purge {
    /// What is meant.
    pub what: What,
    /// It is not removed but stale from now on: where a stale reply may be used while a newer one
    /// is fetched, or when the app fails, it still may.
    pub soft: bool,
}

/// A moment in the order of purges: the number of the last one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Mark(pub u64);

/// A purge that is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its own number: it is meant for what is marked with a lower one.
    pub number: u64,
    /// What and how.
    pub purge: Purge,
}

/// What purges say of one reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing.
    Keep,
    /// It is stale.
    Stale,
    /// It must not be used any more.
    Gone,
}

impl What {
    /// True if a reply with this key and these tags is meant.
    pub fn is_for(&self, key: &Key, tags: &[Box<[u8]>]) -> bool {
        match self {
            What::All => true,
            What::Key(mine) => mine == key,
            What::Prefix(prefix) => key.bytes().starts_with(prefix),
            What::Tag(tag) => tags.contains(tag),
        }
    }
}

impl Purge {
    /// What it says of a reply that it is meant for.
    pub fn verdict(&self) -> Verdict {
        if self.soft { Verdict::Stale } else { Verdict::Gone }
    }
}
