//! A stream.

use super::{Entry, Group, Node, StreamId, radix};
use std::collections::BTreeMap;

/// Entries under rising ids, and those who read them together.
#[derive(Debug, Clone, Default)]
pub struct Stream {
    pub(super) nodes: BTreeMap<StreamId, Node>,
    pub(super) length: u64,
    /// The highest id that was ever given.
    pub last_id: StreamId,
    /// The highest id that was deleted by name.
    pub max_deleted: StreamId,
    /// Entries that were ever added.
    pub entries_added: u64,
    /// Groups of consumers by name.
    pub groups: BTreeMap<Box<[u8]>, Group>,
}

impl Stream {
    /// How many entries.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// No entry; there may be groups.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The first entry.
    pub fn first(&self) -> Option<Entry<'_>> {
        self.range(StreamId::MIN, StreamId::MAX).next()
    }

    /// The last entry.
    pub fn last(&self) -> Option<Entry<'_>> {
        self.range_back(StreamId::MIN, StreamId::MAX).next()
    }

    /// The id of the first entry, `0-0` if there is none.
    pub fn first_id(&self) -> StreamId {
        self.first().map_or(StreamId::MIN, |entry| entry.id)
    }

    /// The entry of this id.
    pub fn get(&self, id: StreamId) -> Option<Entry<'_>> {
        self.range(id, id).next()
    }

    /// Delete an entry. Whether it was there.
    pub fn delete(&mut self, id: StreamId) -> bool {
        let Some((&master, node)) = self.nodes.range_mut(..=id).next_back() else { return false };
        let Some(head) = node.head() else { return false };
        let mut at = head.entries_at;
        while let Some(found) = node.entry(&head, master, at) {
            if found.id > id {
                return false;
            }
            let (flags, next) = (found.flags, found.next);
            if found.id == id {
                if flags & super::node::DELETED != 0 {
                    return false;
                }
                if head.live == 1 {
                    self.nodes.remove(&master);
                } else {
                    node.mark(at, flags);
                    node.count_deleted(1);
                }
                self.length -= 1;
                self.max_deleted = self.max_deleted.max(id);
                return true;
            }
            at = next;
        }
        false
    }

    /// Nodes in order: the id, and the elements of its listpack.
    pub fn nodes(&self) -> impl Iterator<Item = (StreamId, &[u8])> {
        self.nodes.iter().map(|(master, node)| (*master, &*node.bytes))
    }

    /// How many nodes.
    pub fn nodes_len(&self) -> usize {
        self.nodes.len()
    }

    /// Add a node that [`Stream::nodes`] gave. False if its bytes are no node, or it does not come behind the others.
    pub fn restore_node(&mut self, master: StreamId, bytes: Vec<u8>) -> bool {
        let last = self.nodes.last_key_value();
        let last = last.and_then(|(master, node)| node.last_id(*master));
        let node = Node { bytes };
        let Some(live) = node.check(master) else { return false };
        if last.is_some_and(|last| last >= master) {
            return false;
        }
        self.nodes.insert(master, node);
        self.length += live;
        true
    }

    /// Nodes that Redis's radix tree of the nodes would have.
    pub fn radix_nodes(&self) -> usize {
        radix::nodes(self.nodes.keys().copied())
    }

    /// As `OBJECT ENCODING` names it.
    pub fn encoding(&self) -> &'static str {
        "stream"
    }

    /// Bytes allocated.
    pub fn memory(&self) -> usize {
        let nodes: usize = self.nodes.values().map(|node| node.bytes.capacity()).sum();
        let tree = tree_memory::<StreamId, Node>(self.nodes.len());
        let groups: usize =
            self.groups.iter().map(|(name, group)| name.len() + group.memory()).sum();
        nodes + tree + groups
    }

    /// As [`Stream::memory`], at once: the first node stands for all but the last.
    pub fn weight(&self) -> usize {
        let bytes =
            |node: Option<(&StreamId, &Node)>| node.map_or(0, |(_, node)| node.bytes.capacity());
        let full = bytes(self.nodes.first_key_value()) * self.nodes.len().saturating_sub(1);
        let last = bytes(self.nodes.last_key_value());
        let groups = self.groups.iter().map(|(name, group)| name.len() + group.memory());
        full + last + tree_memory::<StreamId, Node>(self.nodes.len()) + groups.sum::<usize>()
    }
}

/// About what a map of the standard library takes for `len` pairs: its nodes have room for eleven and are two thirds
/// full.
pub(super) fn tree_memory<K, V>(len: usize) -> usize {
    len * (size_of::<K>() + size_of::<V>()) * 3 / 2
}
