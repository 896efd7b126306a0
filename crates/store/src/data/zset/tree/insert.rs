//! Adding members, and changing what is known of them.

use super::leaf::LEAF_MAX;
use super::node::{INNER_MAX, NONE, Path};
use super::{Entry, Id, Inner, Leaf, Node, Tree};
use std::cmp::Ordering;

impl Tree {
    /// Add a member where `cmp`, which compares others to it, says.
    pub(in super::super) fn insert(
        &mut self,
        score: f64,
        id: Id,
        cmp: impl Fn(f64, Id) -> Ordering,
    ) {
        let (place, _, path) = self.seek(cmp);
        self.len += 1;
        let Some(leaf) = self.leaf_mut(place.leaf) else { return };
        let split = if leaf.len() < LEAF_MAX {
            leaf.insert(place.at, score, id);
            None
        } else {
            Some(self.split_leaf(place.leaf, place.at, score, id))
        };
        self.rise(&path, place.leaf, place.at == 0, split);
    }

    /// Give a member another score if its neighbours in the leaf still lie on both sides. `cmp` compares others to
    /// the member as it is, `moved` to what it will be. Whether it was done.
    pub(in super::super) fn rescore(
        &mut self,
        score: f64,
        cmp: impl Fn(f64, Id) -> Ordering,
        moved: impl Fn(f64, Id) -> Ordering,
    ) -> bool {
        let (place, _, _) = self.seek(cmp);
        let Some(leaf) = self.leaf_mut(place.leaf) else { return false };
        if place.at == 0 || place.at + 1 >= leaf.len() {
            return false;
        }
        let (before, after) = (leaf.get(place.at - 1), leaf.get(place.at + 1));
        let fits = moved(before.0, before.1).is_lt() && moved(after.0, after.1).is_gt();
        if fits {
            let (_, id) = leaf.get(place.at);
            leaf.set(place.at, score, id);
        }
        fits
    }

    /// The member that `cmp` finds has another number from now on.
    pub(in super::super) fn renumber(&mut self, to: Id, cmp: impl Fn(f64, Id) -> Ordering) {
        let (place, _, path) = self.seek(cmp);
        let Some(leaf) = self.leaf_mut(place.leaf) else { return };
        let (score, _) = leaf.get(place.at);
        leaf.set(place.at, score, to);
        if place.at > 0 {
            return;
        }
        for &(node, at) in path.iter().rev() {
            if let Some(inner) = self.inner_mut(node) {
                inner.entries[at].id = to;
            }
            if at > 0 {
                return;
            }
        }
    }

    /// Divide a full leaf to add a member at `at`. The new leaf, to the right. Where members come in order, full
    /// leaves stay full.
    fn split_leaf(&mut self, at_leaf: u32, at: usize, score: f64, id: Id) -> u32 {
        let Node::Leaf(mut left) = self.lift(at_leaf) else { return NONE };
        let mut right = Box::new(Leaf::new(at_leaf, left.next));
        let cut = match at {
            LEAF_MAX if left.next == NONE => LEAF_MAX,
            0 if left.prev == NONE => 0,
            _ => LEAF_MAX / 2,
        };
        left.give_right(cut, &mut right);
        if at < cut || cut == 0 {
            left.insert(at, score, id);
        } else {
            right.insert(at - cut, score, id);
        }
        let next = left.next;
        let at_right = self.add_right_of(at_leaf, left, right);
        if let Some(next) = self.leaf_mut(next) {
            next.prev = at_right;
        }
        at_right
    }

    fn add_right_of(&mut self, at_left: u32, mut left: Box<Leaf>, right: Box<Leaf>) -> u32 {
        let at_right = self.add(Node::Leaf(right));
        left.next = at_right;
        self.put_back(at_left, Node::Leaf(left));
        at_right
    }

    /// Tell the nodes above that `node` got one more: its `first` key may be another, and it may have been `split`.
    fn rise(&mut self, path: &Path, mut node: u32, mut first: bool, mut split: Option<u32>) {
        for &(parent, at) in path.iter().rev() {
            let entry = match split {
                None if !first => None,
                _ => Some(self.summary(node)),
            };
            let added = split.map(|right| self.summary(right));
            let Some(inner) = self.inner_mut(parent) else { return };
            match entry {
                Some(entry) => inner.entries[at] = entry,
                None => inner.entries[at].count += 1,
            }
            split = added.and_then(|added| self.add_entry(parent, at + 1, added));
            (node, first) = (parent, first && at == 0);
        }
        if let Some(right) = split {
            let entries = vec![self.summary(self.root), self.summary(right)];
            self.root = self.add(Node::Inner(Inner { entries }));
        }
    }

    /// Put an entry at `at`. The new node to the right, if it had to be divided.
    fn add_entry(&mut self, node: u32, at: usize, entry: Entry) -> Option<u32> {
        let inner = self.inner_mut(node)?;
        if inner.entries.len() < INNER_MAX {
            inner.entries.insert(at, entry);
            return None;
        }
        let cut = if at == INNER_MAX { INNER_MAX - INNER_MAX / 8 } else { INNER_MAX / 2 };
        let mut right = inner.entries.split_off(cut);
        if at <= cut {
            inner.entries.insert(at, entry);
        } else {
            right.insert(at - cut, entry);
        }
        Some(self.add(Node::Inner(Inner { entries: right })))
    }
}
