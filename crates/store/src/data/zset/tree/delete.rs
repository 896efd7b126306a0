//! Taking members out.

use super::leaf::{LEAF_MAX, LEAF_MIN};
use super::node::{INNER_MAX, INNER_MIN};
use super::{Id, Node, Tree};
use std::cmp::Ordering;

impl Tree {
    /// Take out the member that `cmp` finds.
    pub(in super::super) fn remove(&mut self, cmp: impl Fn(f64, Id) -> Ordering) {
        let (place, _, path) = self.seek(cmp);
        let Some(leaf) = self.leaf_mut(place.leaf) else { return };
        debug_assert!(place.at < leaf.len(), "what is removed is there");
        leaf.remove(place.at);
        self.len -= 1;
        let (mut child, mut first) = (place.leaf, place.at == 0);
        for &(node, at) in path.iter().rev() {
            let summary = first.then(|| self.summary(child));
            let Some(inner) = self.inner_mut(node) else { return };
            match summary {
                Some(summary) => inner.entries[at] = summary,
                None => inner.entries[at].count -= 1,
            }
            self.refill(node, at);
            (child, first) = (node, first && at == 0);
        }
        self.lower_root();
    }

    /// Let the child at `at` of `parent` take from a neighbour or join it if it has too few.
    fn refill(&mut self, parent: u32, at: usize) {
        let Some(inner) = self.inner_mut(parent) else { return };
        let (len, child) = (inner.entries.len(), inner.entries[at].child);
        if len < 2 || !self.is_poor(child) {
            return;
        }
        let left_at = if at + 1 < len { at } else { at - 1 };
        let Some(inner) = self.inner_mut(parent) else { return };
        let (left, right) = (inner.entries[left_at].child, inner.entries[left_at + 1].child);
        let joined = match (self.lift(left), self.lift(right)) {
            (Node::Leaf(mut one), Node::Leaf(mut other)) => {
                let all = one.len() + other.len();
                let joined = all <= LEAF_MAX;
                if joined {
                    one.take_left(other.len(), &mut other);
                    one.next = other.next;
                } else if one.len() < other.len() {
                    one.take_left(all / 2 - one.len(), &mut other);
                } else {
                    one.give_right(all / 2, &mut other);
                }
                let next = one.next;
                self.put_back(left, Node::Leaf(one));
                if joined {
                    if let Some(next) = self.leaf_mut(next) {
                        next.prev = left;
                    }
                } else {
                    self.put_back(right, Node::Leaf(other));
                }
                joined
            }
            (Node::Inner(mut one), Node::Inner(mut other)) => {
                let mut all = std::mem::take(&mut one.entries);
                all.append(&mut other.entries);
                let joined = all.len() <= INNER_MAX;
                if !joined {
                    other.entries = all.split_off(all.len() / 2);
                    self.put_back(right, Node::Inner(other));
                }
                one.entries = all;
                self.put_back(left, Node::Inner(one));
                joined
            }
            _ => false,
        };
        self.settle(parent, left_at, joined);
    }

    /// Tell `parent` what its children at `at` and behind it became.
    fn settle(&mut self, parent: u32, at: usize, joined: bool) {
        let Some(inner) = self.inner_mut(parent) else { return };
        let (left, right) = (inner.entries[at].child, inner.entries[at + 1].child);
        let (left, other) = (self.summary(left), self.summary(right));
        let Some(inner) = self.inner_mut(parent) else { return };
        inner.entries[at] = left;
        if joined {
            inner.entries.remove(at + 1);
            self.release(right);
        } else {
            inner.entries[at + 1] = other;
        }
    }

    fn is_poor(&self, node: u32) -> bool {
        match &self.nodes[node as usize] {
            Node::Leaf(leaf) => leaf.len() < LEAF_MIN,
            Node::Inner(inner) => inner.entries.len() < INNER_MIN,
            Node::Free => false,
        }
    }

    /// A root with one child gives way to it.
    fn lower_root(&mut self) {
        while let Node::Inner(inner) = &self.nodes[self.root as usize]
            && let [only] = inner.entries[..]
        {
            let old = std::mem::replace(&mut self.root, only.child);
            self.lift(old);
            self.release(old);
        }
    }
}
