//! Finding places.

use super::Id;
use super::node::{NONE, Node, Path, Tree};
use std::cmp::Ordering;

/// A place in a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Place {
    pub(super) leaf: u32,
    pub(super) at: usize,
}

impl Tree {
    /// The place of the first member that `cmp` does not call less than what is sought, how many come before, and
    /// the way to it. `cmp` must be monotonous. The place may be behind the last member of its leaf.
    pub(super) fn seek(&self, cmp: impl Fn(f64, Id) -> Ordering) -> (Place, usize, Path) {
        let (mut node, mut rank, mut path) = (self.root, 0, Path::new());
        loop {
            match &self.nodes[node as usize] {
                Node::Inner(inner) => {
                    let sought = |entry: &super::Entry| cmp(entry.score, entry.id).is_le();
                    let at = inner.entries.partition_point(sought).saturating_sub(1);
                    rank += inner.entries[..at].iter().map(|entry| entry.count).sum::<usize>();
                    path.push((node, at));
                    node = inner.entries[at].child;
                }
                Node::Leaf(leaf) => {
                    let at = leaf.partition(|score, id| cmp(score, id).is_lt());
                    return (Place { leaf: node, at }, rank + at, path);
                }
                Node::Free => return (Place { leaf: node, at: 0 }, rank, path),
            }
        }
    }

    /// How many members `cmp` calls less than what is sought.
    pub(in super::super) fn rank(&self, cmp: impl Fn(f64, Id) -> Ordering) -> usize {
        self.seek(cmp).1
    }

    /// The place of the member with so many before it, if there is one.
    pub(in super::super) fn at_rank(&self, rank: usize) -> Option<Place> {
        let (mut node, mut left) = (self.root, rank);
        if rank >= self.len {
            return None;
        }
        loop {
            match &self.nodes[node as usize] {
                Node::Inner(inner) => {
                    let mut entries = inner.entries.iter();
                    node = loop {
                        let entry = entries.next()?;
                        if left < entry.count {
                            break entry.child;
                        }
                        left -= entry.count;
                    };
                }
                Node::Leaf(_) => return Some(Place { leaf: node, at: left }),
                Node::Free => return None,
            }
        }
    }

    /// The member at a place.
    pub(in super::super) fn get(&self, place: Place) -> Option<(f64, Id)> {
        let leaf = self.leaf(place.leaf)?;
        (place.at < leaf.len()).then(|| leaf.get(place.at))
    }

    /// The place after `place`.
    pub(in super::super) fn next(&self, place: Place) -> Option<Place> {
        let leaf = self.leaf(place.leaf)?;
        if place.at + 1 < leaf.len() {
            return Some(Place { at: place.at + 1, ..place });
        }
        (leaf.next != NONE).then_some(Place { leaf: leaf.next, at: 0 })
    }

    /// The place before `place`.
    pub(in super::super) fn prev(&self, place: Place) -> Option<Place> {
        if place.at > 0 {
            return Some(Place { at: place.at - 1, ..place });
        }
        let leaf = self.leaf(place.leaf)?.prev;
        let at = self.leaf(leaf)?.len().checked_sub(1)?;
        Some(Place { leaf, at })
    }
}
