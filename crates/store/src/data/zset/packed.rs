//! The small form: member, score, member, score, in order. A score that is a whole number is kept as such, another
//! as the bytes of its bits.

use super::range::{LexRange, ScoreRange};
use crate::data::listpack::{self, Item};
use std::ops::Range;

/// A small sorted set.
#[derive(Debug, Clone, Default)]
pub(super) struct Packed {
    bytes: Vec<u8>,
    len: u32,
}

/// Whole numbers up to here are exact.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

impl Packed {
    pub(super) fn len(&self) -> usize {
        self.len as usize
    }

    pub(super) fn score(&self, member: &[u8]) -> Option<f64> {
        self.find(member).map(|(_, _, score)| score)
    }

    /// Set the score of `member`. The score that it had.
    pub(super) fn insert(&mut self, member: &[u8], score: f64) -> Option<f64> {
        let old = self.find(member).map(|(_, at, old)| (at, old));
        if let Some((at, old)) = old {
            if old == score {
                return Some(old);
            }
            self.cut(at);
        }
        let at = self.place(member, score);
        let mut raw = [0; 8];
        let (member, score) = (Item::of(member), score_item(score, &mut raw));
        let needed = listpack::size(member) + listpack::size(score);
        let mut pair = Vec::with_capacity(needed);
        listpack::push(&mut pair, member);
        listpack::push(&mut pair, score);
        if self.bytes.capacity() - self.bytes.len() < needed {
            self.bytes.reserve_exact(needed + self.bytes.len() / 8);
        }
        self.bytes.splice(at..at, pair);
        self.len += 1;
        old.map(|(_, old)| old)
    }

    /// Take `member` out. The score that it had.
    pub(super) fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let (_, at, old) = self.find(member)?;
        self.cut(at);
        Some(old)
    }

    /// Take out the members of these ranks.
    pub(super) fn remove_ranks(&mut self, ranks: Range<usize>) {
        let (start, end) = (self.at_rank(ranks.start), self.at_rank(ranks.end));
        self.bytes.drain(start..end);
        self.len -= ranks.len() as u32;
        self.shrink();
    }

    pub(super) fn rank(&self, member: &[u8]) -> Option<usize> {
        self.find(member).map(|(rank, _, _)| rank)
    }

    pub(super) fn by_score(&self, range: &ScoreRange) -> Range<usize> {
        let start = self.walk().take_while(|(_, _, score)| range.is_after(*score)).count();
        let end = self.walk().take_while(|(_, _, score)| !range.is_before(*score)).count();
        start..end.max(start)
    }

    pub(super) fn by_lex(&self, range: &LexRange<'_>) -> Range<usize> {
        let after = |item: Item<'_>| range.is_after(|other| item.cmp_text(other));
        let before = |item: Item<'_>| range.is_before(|other| item.cmp_text(other));
        let start = self.walk().take_while(|(_, item, _)| after(*item)).count();
        let inside = self.walk().skip(start).take_while(|(_, item, _)| !before(*item)).count();
        start..start + inside
    }

    /// Where the pair of this rank lies, or the end.
    pub(super) fn at_rank(&self, rank: usize) -> usize {
        self.walk().nth(rank).map_or(self.bytes.len(), |(at, _, _)| at)
    }

    /// The pair at `at`, and where the next one lies.
    pub(super) fn pair(&self, at: usize) -> Option<(Item<'_>, f64, usize)> {
        let (member, at) = listpack::read(&self.bytes, at)?;
        let (score, next) = listpack::read(&self.bytes, at)?;
        Some((member, item_score(score), next))
    }

    /// Where the pair before `at` lies.
    pub(super) fn before(&self, at: usize) -> Option<usize> {
        listpack::back(&self.bytes, listpack::back(&self.bytes, at)?)
    }

    pub(super) fn memory(&self) -> usize {
        self.bytes.capacity()
    }

    fn walk(&self) -> impl Iterator<Item = (usize, Item<'_>, f64)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let (member, score, next) = self.pair(at)?;
            Some((std::mem::replace(&mut at, next), member, score))
        })
    }

    fn find(&self, member: &[u8]) -> Option<(usize, usize, f64)> {
        let sought = Item::of(member);
        let mut pairs = self.walk().enumerate();
        let (rank, (at, _, score)) = pairs.find(|(_, (_, item, _))| *item == sought)?;
        Some((rank, at, score))
    }

    /// Where a new pair belongs.
    fn place(&self, member: &[u8], score: f64) -> usize {
        let mut pairs = self.walk();
        let behind = |item: Item<'_>, other: f64| {
            other > score || (other == score && item.cmp_text(member).is_gt())
        };
        let found = pairs.find(|(_, item, other)| behind(*item, *other));
        found.map_or(self.bytes.len(), |(at, _, _)| at)
    }

    fn cut(&mut self, at: usize) {
        if let Some((_, _, next)) = self.pair(at) {
            self.bytes.drain(at..next);
            self.len -= 1;
            self.shrink();
        }
    }

    /// Give back room after much was taken out.
    fn shrink(&mut self) {
        if self.bytes.capacity() > 2 * self.bytes.len() + 64 {
            self.bytes.shrink_to_fit();
        }
    }
}

fn score_item(score: f64, raw: &mut [u8; 8]) -> Item<'_> {
    // `-0` becomes `0`, as in Redis's small form.
    if score.fract() == 0.0 && score.abs() <= WHOLE_MAX {
        return Item::Int(score as i64);
    }
    *raw = score.to_be_bytes();
    // Most fractions have few bits: zeros at the end are left away.
    let used = raw.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    Item::Bytes(&raw[..used])
}

fn item_score(item: Item<'_>) -> f64 {
    match item {
        Item::Int(whole) => whole as f64,
        Item::Bytes(used) => {
            let mut raw = [0; 8];
            raw.iter_mut().zip(used).for_each(|(byte, used)| *byte = *used);
            f64::from_be_bytes(raw)
        }
    }
}
