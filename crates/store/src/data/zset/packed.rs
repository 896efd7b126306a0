//! The small form: member, score, member, score, in order. A score that is a whole number is kept as such, another
//! as the bytes of its bits.

use super::range::{LexRange, ScoreRange};
use crate::data::listpack::{self, At, Item};
use std::ops::Range;

/// A small sorted set.
#[derive(Debug, Clone, Default)]
pub(super) struct Packed(listpack::Packed);

/// Whole numbers up to here are exact.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

impl Packed {
    pub(super) fn len(&self) -> usize {
        self.0.len() / 2
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
            self.0.remove_at(at, 2);
        }
        let at = self.place(member, score);
        let mut raw = [0; 8];
        self.0.insert_all_at(at, &[Item::of(member), score_item(score, &mut raw)]);
        old.map(|(_, old)| old)
    }

    /// Take `member` out. The score that it had.
    pub(super) fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let (_, at, old) = self.find(member)?;
        self.0.remove_at(at, 2);
        Some(old)
    }

    /// Take out the members of these ranks.
    pub(super) fn remove_ranks(&mut self, ranks: Range<usize>) {
        self.0.remove_at(self.at_rank(ranks.start), 2 * ranks.len());
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
    pub(super) fn at_rank(&self, rank: usize) -> At {
        self.walk().nth(rank).map_or(self.0.view().end(), |(at, _, _)| at)
    }

    /// Where the first pair lies.
    pub(super) fn start(&self) -> At {
        self.0.view().start()
    }

    /// Whether a member of so many bytes finds room.
    pub(super) fn has_room(&self, bytes: usize) -> bool {
        self.0.has_room(2, bytes + size_of::<f64>())
    }

    /// The pair at `at`, and where the next one lies.
    pub(super) fn pair(&self, at: At) -> Option<(Item<'_>, f64, At)> {
        let mut items = self.0.view().iter_from(at);
        let (member, score) = (items.next()?, items.next()?);
        Some((member, item_score(score), items.at()))
    }

    /// Where the pair before `at` lies.
    pub(super) fn before(&self, at: At) -> Option<At> {
        let view = self.0.view();
        view.before(view.before(at)?)
    }

    pub(super) fn memory(&self) -> usize {
        self.0.memory()
    }

    fn walk(&self) -> impl Iterator<Item = (At, Item<'_>, f64)> {
        let mut at = self.start();
        std::iter::from_fn(move || {
            let (member, score, next) = self.pair(at)?;
            Some((std::mem::replace(&mut at, next), member, score))
        })
    }

    fn find(&self, member: &[u8]) -> Option<(usize, At, f64)> {
        let sought = Item::of(member);
        let mut pairs = self.walk().enumerate();
        let (rank, (at, _, score)) = pairs.find(|(_, (_, item, _))| *item == sought)?;
        Some((rank, at, score))
    }

    /// Where a new pair belongs.
    fn place(&self, member: &[u8], score: f64) -> At {
        let mut pairs = self.walk();
        let behind = |item: Item<'_>, other: f64| {
            other > score || (other == score && item.cmp_text(member).is_gt())
        };
        let found = pairs.find(|(_, item, other)| behind(*item, *other));
        found.map_or(self.0.view().end(), |(at, _, _)| at)
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
