//! A leaf: scores and members side by side, so that a search by score touches only scores.

use super::Id;

/// So many members in a leaf at most.
pub(super) const LEAF_MAX: usize = 64;
/// With fewer, a leaf takes from a neighbour or joins it.
pub(super) const LEAF_MIN: usize = 24;

/// Members in order.
#[derive(Debug, Clone)]
pub(in super::super) struct Leaf {
    /// The leaf before, and the one after; [`super::node::NONE`] at the ends.
    pub(super) prev: u32,
    pub(super) next: u32,
    len: u32,
    ids: [Id; LEAF_MAX],
    scores: [f64; LEAF_MAX],
}

impl Leaf {
    pub(super) fn new(prev: u32, next: u32) -> Self {
        Leaf { prev, next, len: 0, ids: [0; LEAF_MAX], scores: [0.0; LEAF_MAX] }
    }

    pub(super) fn len(&self) -> usize {
        self.len as usize
    }

    pub(super) fn get(&self, at: usize) -> (f64, Id) {
        (self.scores[at], self.ids[at])
    }

    pub(super) fn set(&mut self, at: usize, score: f64, id: Id) {
        self.scores[at] = score;
        self.ids[at] = id;
    }

    /// How many members come before the first for which `before` is false.
    pub(super) fn partition(&self, before: impl Fn(f64, Id) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = (low + high) / 2;
            if before(self.scores[middle], self.ids[middle]) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Put a member at `at`. The leaf must have room.
    pub(super) fn insert(&mut self, at: usize, score: f64, id: Id) {
        let len = self.len();
        self.scores.copy_within(at..len, at + 1);
        self.ids.copy_within(at..len, at + 1);
        self.set(at, score, id);
        self.len += 1;
    }

    pub(super) fn remove(&mut self, at: usize) {
        let len = self.len();
        self.scores.copy_within(at + 1..len, at);
        self.ids.copy_within(at + 1..len, at);
        self.len -= 1;
    }

    /// Move what is at `at` and behind it to the front of `right`.
    pub(super) fn give_right(&mut self, at: usize, right: &mut Leaf) {
        let (len, moved, held) = (self.len(), self.len() - at, right.len());
        right.scores.copy_within(..held, moved);
        right.ids.copy_within(..held, moved);
        right.scores[..moved].copy_from_slice(&self.scores[at..len]);
        right.ids[..moved].copy_from_slice(&self.ids[at..len]);
        right.len += moved as u32;
        self.len = at as u32;
    }

    /// Move the first `count` of `right` to the end.
    pub(super) fn take_left(&mut self, count: usize, right: &mut Leaf) {
        let (len, held) = (self.len(), right.len());
        self.scores[len..len + count].copy_from_slice(&right.scores[..count]);
        self.ids[len..len + count].copy_from_slice(&right.ids[..count]);
        right.scores.copy_within(count..held, 0);
        right.ids.copy_within(count..held, 0);
        self.len += count as u32;
        right.len -= count as u32;
    }
}
