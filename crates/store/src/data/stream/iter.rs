//! Entries between two ids, in either direction.

use super::node::{DELETED, Found, Head};
use super::{Fields, Node, Stream, StreamId};
use std::collections::btree_map;
use std::iter::Rev;

/// An entry.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Its id.
    pub id: StreamId,
    /// Its fields.
    pub fields: Fields<'a>,
}

/// Entries of a range of ids. See [`Stream::range`].
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    nodes: Nodes<'a>,
    /// The node at hand, and the place in it.
    here: Option<(StreamId, &'a Node, Head, usize)>,
    low: StreamId,
    high: StreamId,
}

#[derive(Debug, Clone)]
enum Nodes<'a> {
    Forward(btree_map::Range<'a, StreamId, Node>),
    Backward(Rev<btree_map::Range<'a, StreamId, Node>>),
}

impl Stream {
    /// Entries that are not deleted from `low` to `high`, both included.
    pub fn range(&self, low: StreamId, high: StreamId) -> Entries<'_> {
        self.entries(low, high, Nodes::Forward)
    }

    /// As [`Stream::range`], the last one first.
    pub fn range_back(&self, low: StreamId, high: StreamId) -> Entries<'_> {
        self.entries(low, high, |range| Nodes::Backward(range.rev()))
    }

    fn entries<'a>(
        &'a self,
        low: StreamId,
        high: StreamId,
        nodes: impl FnOnce(btree_map::Range<'a, StreamId, Node>) -> Nodes<'a>,
    ) -> Entries<'a> {
        let first = self.nodes.range(..=low).next_back().map_or(low, |(master, _)| *master);
        let range = self.nodes.range(first..=high.max(first));
        Entries { nodes: nodes(range), here: None, low, high }
    }
}

impl<'a> Entries<'a> {
    /// The next entry in the node at hand, deleted or not.
    fn step(&mut self) -> Option<Found<'a>> {
        let (master, node, head, at) = self.here.as_mut()?;
        if let Nodes::Forward(_) = self.nodes {
            let found = node.entry(head, *master, *at)?;
            *at = found.next;
            Some(found)
        } else {
            *at = node.before(head, *at)?;
            node.entry(head, *master, *at)
        }
    }

    fn enter(&mut self) -> Option<()> {
        let (forward, next) = match &mut self.nodes {
            Nodes::Forward(nodes) => (true, nodes.next()),
            Nodes::Backward(nodes) => (false, nodes.next()),
        };
        let (master, node) = next?;
        let head = node.head()?;
        let at = if forward { head.entries_at } else { node.bytes.len() };
        self.here = Some((*master, node, head, at));
        Some(())
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        loop {
            let Some(found) = self.step() else {
                self.enter()?;
                continue;
            };
            let forward = matches!(self.nodes, Nodes::Forward(_));
            if (forward && found.id > self.high) || (!forward && found.id < self.low) {
                self.nodes = Nodes::Forward(btree_map::Range::default());
                self.here = None;
                return None;
            }
            let outside = found.id < self.low || found.id > self.high;
            if !outside && found.flags & DELETED == 0 {
                return Some(Entry { id: found.id, fields: found.fields });
            }
        }
    }
}
