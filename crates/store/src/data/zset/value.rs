//! A sorted set in either form.

use super::{Iter, Large, LexRange, Limits, Packed, ScoreRange};
use crate::data::listpack::Text;
use std::ops::Range;

/// A sorted set.
#[derive(Debug, Clone)]
pub struct Zset {
    form: Form,
}

#[derive(Debug, Clone)]
pub(super) enum Form {
    Small(Packed),
    Large(Box<Large>),
}

impl Default for Zset {
    fn default() -> Self {
        Zset { form: Form::Small(Packed::default()) }
    }
}

impl Zset {
    /// An empty one that expects so many members, the first of so many bytes.
    pub fn with_hint(members: usize, value_bytes: usize, limits: &Limits) -> Self {
        if members <= limits.entries_max && value_bytes <= limits.value_bytes_max {
            return Zset::default();
        }
        Zset { form: Form::Large(Box::new(Large::new())) }
    }

    /// How many members.
    pub fn len(&self) -> usize {
        match &self.form {
            Form::Small(packed) => packed.len(),
            Form::Large(large) => large.len(),
        }
    }

    /// No member.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The score of `member`.
    pub fn score(&self, member: &[u8]) -> Option<f64> {
        match &self.form {
            Form::Small(packed) => packed.score(member),
            Form::Large(large) => large.score(member),
        }
    }

    /// Set the score of `member`, which must not be NaN. The score that it had; if that is equal, it stays as it is
    /// (`-0` and `0` are).
    pub fn insert(&mut self, member: &[u8], score: f64, limits: &Limits) -> Option<f64> {
        debug_assert!(!score.is_nan(), "NaN has no place in an order");
        if let Form::Small(packed) = &mut self.form {
            let fits = packed.len() < limits.entries_max
                && member.len() <= limits.value_bytes_max
                && packed.has_room(member.len());
            if fits || packed.score(member).is_some() {
                return packed.insert(member, score);
            }
            self.enlarge();
        }
        match &mut self.form {
            Form::Small(packed) => packed.insert(member, score),
            Form::Large(large) => large.insert(member, score),
        }
    }

    /// Take `member` out. The score that it had.
    pub fn remove(&mut self, member: &[u8]) -> Option<f64> {
        match &mut self.form {
            Form::Small(packed) => packed.remove(member),
            Form::Large(large) => large.remove(member),
        }
    }

    /// Take out the members of these ranks. How many there were.
    pub fn remove_ranks(&mut self, ranks: Range<usize>) -> usize {
        let ranks = ranks.start..ranks.end.min(self.len()).max(ranks.start);
        match &mut self.form {
            Form::Small(packed) => packed.remove_ranks(ranks.clone()),
            Form::Large(large) => large.remove_ranks(ranks.clone()),
        }
        ranks.len()
    }

    /// How many members come before `member`.
    pub fn rank(&self, member: &[u8]) -> Option<usize> {
        match &self.form {
            Form::Small(packed) => packed.rank(member),
            Form::Large(large) => large.rank(member),
        }
    }

    /// The ranks of those in a range of scores.
    pub fn by_score(&self, range: &ScoreRange) -> Range<usize> {
        match &self.form {
            _ if range.is_empty() => 0..0,
            Form::Small(packed) => packed.by_score(range),
            Form::Large(large) => large.by_score(range),
        }
    }

    /// The ranks of those in a range of members, when all scores are equal.
    pub fn by_lex(&self, range: &LexRange<'_>) -> Range<usize> {
        match &self.form {
            _ if range.is_empty() => 0..0,
            Form::Small(packed) => packed.by_lex(range),
            Form::Large(large) => large.by_lex(range),
        }
    }

    /// Those of these ranks.
    pub fn range(&self, ranks: Range<usize>) -> Iter<'_> {
        Iter::new(self, ranks)
    }

    /// All.
    pub fn iter(&self) -> Iter<'_> {
        self.range(0..self.len())
    }

    /// The first or the last one of the order.
    pub fn edge(&self, last: bool) -> Option<(Text<'_>, f64)> {
        let rank = if last { self.len().checked_sub(1)? } else { 0 };
        self.range(rank..rank + 1).next()
    }

    /// One of all, each for another `at` below [`Zset::len`], in no order.
    pub fn any(&self, at: usize) -> Option<(Text<'_>, f64)> {
        match &self.form {
            Form::Large(large) if at < large.len() => {
                let (member, score) = large.any(at);
                Some((Text::Bytes(member), score))
            }
            _ => self.range(at..at + 1).next(),
        }
    }

    /// Visit about `count` members from `cursor` on. Where to go on; 0 when all were visited. Members that are there
    /// from the first call to the last are visited.
    pub fn scan(&self, cursor: u64, count: usize, mut visit: impl FnMut(&[u8], f64)) -> u64 {
        match &self.form {
            Form::Small(_) => {
                self.iter().for_each(|(member, score)| visit(&member, score));
                0
            }
            Form::Large(large) => large.scan(cursor, count, visit),
        }
    }

    /// As `OBJECT ENCODING` names the form.
    pub fn encoding(&self) -> &'static str {
        match &self.form {
            Form::Small(_) => "listpack",
            Form::Large(_) => "skiplist",
        }
    }

    /// Bytes allocated.
    pub fn memory(&self) -> usize {
        match &self.form {
            Form::Small(packed) => packed.memory(),
            Form::Large(large) => large.memory(),
        }
    }

    /// Take the small form if it fits: for a result that was gathered whole.
    pub fn settle(&mut self, limits: &Limits) {
        let Form::Large(large) = &self.form else { return };
        let fits = large.len() <= limits.entries_max
            && self.iter().all(|(member, _)| member.len() <= limits.value_bytes_max);
        if fits {
            let mut packed = Packed::default();
            for (member, score) in self.iter() {
                packed.insert(&member, score);
            }
            self.form = Form::Small(packed);
        }
    }

    pub(super) fn form(&self) -> &Form {
        &self.form
    }

    fn enlarge(&mut self) {
        let mut large = Large::new();
        for (member, score) in self.iter() {
            large.insert(&member, score);
        }
        self.form = Form::Large(Box::new(large));
    }
}
