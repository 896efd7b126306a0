//! A hash table that grows and shrinks one bucket at a time, so that no operation waits for a resize.
//! In: entries that have a key. Out: the entry of a key, a scan that survives resizes, a fair random entry.
//! Invariants: at most one bucket is split, or two are merged, in an operation; the memory follows the count of entries at all
//! times; an entry that is there during a whole scan is seen by it at least once.
//! Not here: what the entries hold (`keyspace`, `hash`, `set`).
//!
//! It is a linear hash table: with `2^n + s` buckets, the first `s` buckets and their twins (`2^n` later) are chosen by
//! `n + 1` bits of the hash, the others by `n`. One bucket more splits bucket `s`; one fewer merges the last with its
//! twin. A scan goes through the hashes by their reversed bits, in which order a bucket is one range whatever the
//! number of buckets: its cursor is the place reached.
//!
//! A bucket is one or two cache lines: a byte of each hash (compared all at once), then the entries; those that do not
//! fit lie in further nodes. Looking for an absent key reads the first line only, nearly always.

mod bucket;
mod buckets;
mod group;
mod keyed;
mod lookup;
mod resize;
#[cfg(test)]
mod tests;
mod walk;

use buckets::Buckets;
use foldhash::fast::RandomState;
pub use keyed::Keyed;
pub use lookup::Place;

/// A hash table of entries, with `N` to a bucket and `M` to a node of those that do not fit (at most 7 each).
#[derive(Debug, Clone)]
pub struct Dict<E, const N: usize = 7, const M: usize = 3> {
    buckets: Buckets<E, N, M>,
    len: usize,
    /// Entries that are marked.
    marks: usize,
    /// Nodes of entries that do not fit in their buckets.
    nodes: usize,
    /// Of its own, so that nobody can choose keys that collide.
    hasher: RandomState,
    /// No bucket has more entries.
    longest: u32,
    /// No bucket that was split since the last doubling has more: the next `longest`.
    longest_next: u32,
}
