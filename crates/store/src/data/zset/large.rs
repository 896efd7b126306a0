//! The large form: a table of members and a tree of their order.

use super::members::{Id, Members};
use super::range::{LexRange, ScoreRange};
use super::tree::{Place, Tree};
use std::cmp::Ordering;
use std::ops::Range;

/// A large sorted set.
#[derive(Debug, Clone)]
pub(super) struct Large {
    members: Members,
    tree: Tree,
}

impl Large {
    pub(super) fn new() -> Self {
        Large { members: Members::new(), tree: Tree::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.tree.len()
    }

    pub(super) fn score(&self, member: &[u8]) -> Option<f64> {
        self.members.find(member).map(|id| self.members.score(id))
    }

    /// Set the score of `member`. The score that it had.
    pub(super) fn insert(&mut self, member: &[u8], score: f64) -> Option<f64> {
        let Large { members, tree } = self;
        let Some(id) = members.find(member) else {
            let id = members.add(member, score);
            tree.insert(score, id, |s, other| key(s, members.text(other), score, member));
            return None;
        };
        let old = members.score(id);
        if old == score {
            return Some(old);
        }
        let as_is = |s: f64, other: Id| key(s, members.text(other), old, member);
        let to_be = |s: f64, other: Id| key(s, members.text(other), score, member);
        if !tree.rescore(score, as_is, to_be) {
            tree.remove(as_is);
            tree.insert(score, id, to_be);
        }
        members.set_score(id, score);
        Some(old)
    }

    /// Take `member` out. The score that it had.
    pub(super) fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let id = self.members.find(member)?;
        let score = self.members.score(id);
        self.take(id);
        Some(score)
    }

    /// Take out the members of these ranks.
    pub(super) fn remove_ranks(&mut self, ranks: Range<usize>) {
        for _ in ranks.clone() {
            let found = self.tree.at_rank(ranks.start).and_then(|place| self.tree.get(place));
            let Some((_, id)) = found else { return };
            self.take(id);
        }
    }

    pub(super) fn rank(&self, member: &[u8]) -> Option<usize> {
        let score = self.members.score(self.members.find(member)?);
        Some(self.tree.rank(|s, other| key(s, self.members.text(other), score, member)))
    }

    pub(super) fn by_score(&self, range: &ScoreRange) -> Range<usize> {
        let start = self.tree.rank(|score, _| less_if(range.is_after(score)));
        start..self.tree.rank(|score, _| less_if(!range.is_before(score))).max(start)
    }

    pub(super) fn by_lex(&self, range: &LexRange<'_>) -> Range<usize> {
        let cmp = |id: Id| move |other: &[u8]| self.members.text(id).cmp(other);
        let start = self.tree.rank(|_, id| less_if(range.is_after(cmp(id))));
        start..self.tree.rank(|_, id| less_if(!range.is_before(cmp(id)))).max(start)
    }

    pub(super) fn place(&self, rank: usize) -> Option<Place> {
        self.tree.at_rank(rank)
    }

    pub(super) fn get(&self, place: Place) -> Option<(&[u8], f64)> {
        self.tree.get(place).map(|(score, id)| (self.members.text(id), score))
    }

    pub(super) fn next(&self, place: Place) -> Option<Place> {
        self.tree.next(place)
    }

    pub(super) fn prev(&self, place: Place) -> Option<Place> {
        self.tree.prev(place)
    }

    pub(super) fn scan(&self, cursor: u64, count: usize, visit: impl FnMut(&[u8], f64)) -> u64 {
        self.members.scan(cursor, count, visit)
    }

    /// The member at a place in no order: what is drawn by chance.
    pub(super) fn any(&self, at: usize) -> (&[u8], f64) {
        (self.members.text(at as Id), self.members.score(at as Id))
    }

    pub(super) fn memory(&self) -> usize {
        size_of::<Self>() + self.members.memory() + self.tree.memory()
    }

    fn take(&mut self, id: Id) {
        let Large { members, tree } = self;
        let (score, last) = (members.score(id), members.last());
        tree.remove(|s, other| key(s, members.text(other), score, members.text(id)));
        if last != id {
            let score = members.score(last);
            tree.renumber(id, |s, other| key(s, members.text(other), score, members.text(last)));
        }
        members.remove(id);
    }

    #[cfg(test)]
    pub(super) fn check_invariants(&self) {
        self.members.check_invariants();
        assert_eq!(self.members.len(), self.tree.len());
        self.tree.check_invariants(|id| (self.members.score(id), self.members.text(id)));
    }
}

fn less_if(less: bool) -> Ordering {
    if less { Ordering::Less } else { Ordering::Greater }
}

/// The order of sorted sets.
fn key(score: f64, member: &[u8], other_score: f64, other: &[u8]) -> Ordering {
    match score.partial_cmp(&other_score) {
        Some(Ordering::Equal) | None => member.cmp(other),
        Some(order) => order,
    }
}
