//! A node: the packed entries of a part of a stream, in the layout of Redis's RDB files.
//!
//! First the master entry: entries, deleted entries, how many field names, those names, 0. Then for each entry its
//! flags, its id less the node's (two numbers), its values alone if it has the master's fields, else how many fields
//! and each with its value, and last how many elements that were, for who comes from behind.

use super::{Fields, StreamId};
use crate::data::listpack::{self, Item};

/// When a node is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeLimits {
    /// Bytes (`stream-node-max-bytes`); 0 for no limit but the format's.
    pub bytes_max: usize,
    /// Entries, deleted ones too (`stream-node-max-entries`); 0 for no limit.
    pub entries_max: usize,
}

impl Default for NodeLimits {
    fn default() -> Self {
        NodeLimits { bytes_max: 4096, entries_max: 100 }
    }
}

/// No node is larger, and no entry's fields and values together.
pub(super) const NODE_BYTES_MAX: usize = 1 << 30;
/// What Redis puts around the elements of a listpack.
pub(super) const FRAME_BYTES: usize = 7;

/// The entry is deleted.
pub(super) const DELETED: i64 = 1;
/// The entry has the fields of the master entry.
pub(super) const SAME_FIELDS: i64 = 2;

/// The packed bytes.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) bytes: Vec<u8>,
}

/// What the master entry says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) live: i64,
    pub(super) deleted: i64,
    /// Field names.
    pub(super) fields: usize,
    /// Where the names lie.
    pub(super) names_at: usize,
    /// Where the first entry lies.
    pub(super) entries_at: usize,
}

/// An entry, deleted or not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) flags: i64,
    pub(super) id: StreamId,
    pub(super) fields: Fields<'a>,
    /// Where the entry after it lies.
    pub(super) next: usize,
}

impl Node {
    pub(super) fn head(&self) -> Option<Head> {
        let (live, at) = int(&self.bytes, 0)?;
        let (deleted, at) = int(&self.bytes, at)?;
        let (fields, names_at) = int(&self.bytes, at)?;
        let fields = usize::try_from(fields).ok()?;
        let end = skip(&self.bytes, names_at, fields)?;
        let (_, entries_at) = int(&self.bytes, end)?;
        Some(Head { live, deleted, fields, names_at, entries_at })
    }

    /// Entries that are not deleted.
    pub(super) fn live(&self) -> u64 {
        int(&self.bytes, 0).and_then(|(live, _)| u64::try_from(live).ok()).unwrap_or(0)
    }

    /// The entry at `at` of a node under `master`.
    pub(super) fn entry(&self, head: &Head, master: StreamId, at: usize) -> Option<Found<'_>> {
        let (flags, at) = int(&self.bytes, at)?;
        let (ms, at) = int(&self.bytes, at)?;
        let (seq, at) = int(&self.bytes, at)?;
        let id = StreamId {
            ms: master.ms.wrapping_add_signed(ms),
            seq: master.seq.wrapping_add_signed(seq),
        };
        let (fields, end) = if flags & SAME_FIELDS == 0 {
            let (count, at) = int(&self.bytes, at)?;
            let count = usize::try_from(count).ok()?;
            let end = skip(&self.bytes, at, count.checked_mul(2)?)?;
            (Fields::own(&self.bytes, at, count), end)
        } else {
            let end = skip(&self.bytes, at, head.fields)?;
            (Fields::shared(&self.bytes, head.names_at, at, head.fields), end)
        };
        let (_, next) = int(&self.bytes, end)?;
        Some(Found { flags, id, fields, next })
    }

    /// Where the entry lies that ends at `at`. None at the first.
    pub(super) fn before(&self, head: &Head, at: usize) -> Option<usize> {
        if at <= head.entries_at {
            return None;
        }
        let mut start = listpack::back(&self.bytes, at)?;
        let (elements, _) = int(&self.bytes, start)?;
        for _ in 0..elements {
            start = listpack::back(&self.bytes, start)?;
        }
        Some(start)
    }

    /// The id of the last entry, deleted or not.
    pub(super) fn last_id(&self, master: StreamId) -> Option<StreamId> {
        let head = self.head()?;
        let at = self.before(&head, self.bytes.len())?;
        self.entry(&head, master, at).map(|found| found.id)
    }

    /// Mark the entry at `at`, which is not marked yet, as deleted. The counts are brought up by
    /// [`Node::count_deleted`].
    pub(super) fn mark(&mut self, at: usize, flags: i64) {
        // Flags are below 128: one byte, whatever they are.
        listpack::replace(&mut self.bytes, at, Item::Int(flags | DELETED));
    }

    /// So many more entries are deleted.
    pub(super) fn count_deleted(&mut self, more: i64) {
        let Some(head) = self.head() else { return };
        self.set_counts(head.live - more, head.deleted + more);
    }

    pub(super) fn set_counts(&mut self, live: i64, deleted: i64) {
        if let Some(at) = listpack::replace(&mut self.bytes, 0, Item::Int(live)) {
            listpack::replace(&mut self.bytes, at, Item::Int(deleted));
        }
    }

    /// Whether the bytes, which came from elsewhere, are a node with rising ids. How many entries are not deleted.
    pub(super) fn check(&self, master: StreamId) -> Option<u64> {
        listpack::whole(&self.bytes)?;
        let head = self.head()?;
        let (mut at, mut live, mut deleted, mut last) = (head.entries_at, 0, 0, None);
        while at < self.bytes.len() {
            let found = self.entry(&head, master, at)?;
            if found.id < master || last.is_some_and(|last| found.id <= last) {
                return None;
            }
            if self.before(&head, found.next)? != at {
                return None;
            }
            if found.flags & DELETED == 0 {
                live += 1
            } else {
                deleted += 1
            }
            (at, last) = (found.next, Some(found.id));
        }
        (live == head.live && deleted == head.deleted && live > 0).then_some(live as u64)
    }
}

pub(super) fn int(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let (item, next) = listpack::read(bytes, at)?;
    Some((item.int()?, next))
}

fn skip(bytes: &[u8], mut at: usize, count: usize) -> Option<usize> {
    for _ in 0..count {
        (_, at) = listpack::read(bytes, at)?;
    }
    Some(at)
}
