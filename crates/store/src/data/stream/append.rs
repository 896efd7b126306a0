//! Adding entries.

use super::node::{FRAME_BYTES, NODE_BYTES_MAX, SAME_FIELDS};
use super::{Node, NodeLimits, Stream, StreamId};
use crate::data::listpack::{self, Item};

impl Stream {
    /// Add an entry of `pairs` (name, value, name, value) under `id`, which must be higher than the last one's.
    /// False if it is not, or if the pairs are too large for a node.
    pub fn append(&mut self, id: StreamId, pairs: &[&[u8]], limits: &NodeLimits) -> bool {
        let bytes: usize = pairs.iter().map(|part| part.len()).sum();
        if id <= self.last_id || bytes > NODE_BYTES_MAX {
            return false;
        }
        match self.nodes.last_entry() {
            Some(mut last) if last.get().has_room(bytes, limits) => {
                let master = *last.key();
                last.get_mut().push(master, id, pairs);
            }
            last => {
                if let Some(mut full) = last {
                    full.get_mut().bytes.shrink_to_fit();
                }
                self.nodes.insert(id, Node::with_first(pairs));
            }
        }
        self.length += 1;
        self.entries_added += 1;
        self.last_id = id;
        true
    }
}

impl Node {
    /// A node of one entry under the node's id.
    fn with_first(pairs: &[&[u8]]) -> Self {
        let mut bytes = Vec::new();
        listpack::push_int(&mut bytes, 1);
        listpack::push_int(&mut bytes, 0);
        listpack::push_int(&mut bytes, (pairs.len() / 2) as i64);
        for pair in pairs.chunks_exact(2) {
            listpack::push(&mut bytes, Item::of(pair[0]));
        }
        listpack::push_int(&mut bytes, 0);
        let mut node = Node { bytes };
        node.push_entry(SAME_FIELDS, StreamId::MIN, StreamId::MIN, pairs);
        node
    }

    fn has_room(&self, bytes: usize, limits: &NodeLimits) -> bool {
        let bytes_max = match limits.bytes_max {
            0 => NODE_BYTES_MAX,
            max => max.min(NODE_BYTES_MAX),
        };
        let Some(head) = self.head() else { return false };
        let full = limits.entries_max > 0 && head.live + head.deleted >= limits.entries_max as i64;
        self.bytes.len() + FRAME_BYTES + bytes < bytes_max && !full
    }

    fn push(&mut self, master: StreamId, id: StreamId, pairs: &[&[u8]]) {
        let Some(head) = self.head() else { return };
        let mut at = head.names_at;
        let same = head.fields == pairs.len() / 2
            && pairs.chunks_exact(2).all(|pair| match listpack::read(&self.bytes, at) {
                Some((name, next)) => {
                    at = next;
                    name == Item::of(pair[0])
                }
                None => false,
            });
        self.push_entry(if same { SAME_FIELDS } else { 0 }, master, id, pairs);
        self.set_counts(head.live + 1, head.deleted);
    }

    fn push_entry(&mut self, flags: i64, master: StreamId, id: StreamId, pairs: &[&[u8]]) {
        let (bytes, fields) = (&mut self.bytes, pairs.len() as i64 / 2);
        listpack::push_int(bytes, flags);
        listpack::push_int(bytes, id.ms.wrapping_sub(master.ms) as i64);
        listpack::push_int(bytes, id.seq.wrapping_sub(master.seq) as i64);
        let same = flags & SAME_FIELDS != 0;
        if !same {
            listpack::push_int(bytes, fields);
        }
        for pair in pairs.chunks_exact(2) {
            if !same {
                listpack::push(bytes, Item::of(pair[0]));
            }
            listpack::push(bytes, Item::of(pair[1]));
        }
        listpack::push_int(bytes, 3 + if same { fields } else { 2 * fields + 1 });
    }
}
