//! Walking over a part of a sorted set, from either end.

use super::tree::Place;
use super::value::Form;
use super::{Large, Packed, Zset};
use crate::data::listpack::{At, Text};
use std::ops::Range;

/// Members and scores of some ranks, in order; from the last one on with `rev`.
#[derive(Debug, Clone)]
pub struct Iter<'a> {
    ends: Ends<'a>,
    left: usize,
}

#[derive(Debug, Clone)]
enum Ends<'a> {
    /// Where the next pair lies, and where the last one ends.
    Small(&'a Packed, At, At),
    Large(&'a Large, Option<Place>, Option<Place>),
}

impl<'a> Iter<'a> {
    pub(super) fn new(zset: &'a Zset, ranks: Range<usize>) -> Self {
        let end = ranks.end.min(zset.len());
        let left = end.saturating_sub(ranks.start);
        let ends = match zset.form() {
            Form::Small(packed) if left == 0 => Ends::Small(packed, packed.start(), packed.start()),
            Form::Small(packed) => {
                Ends::Small(packed, packed.at_rank(ranks.start), packed.at_rank(end))
            }
            Form::Large(large) if left == 0 => Ends::Large(large, None, None),
            Form::Large(large) => {
                Ends::Large(large, large.place(ranks.start), large.place(end - 1))
            }
        };
        Iter { ends, left }
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = (Text<'a>, f64);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        match &mut self.ends {
            Ends::Small(packed, at, _) => {
                let (member, score, next) = packed.pair(*at)?;
                *at = next;
                Some((member.text(), score))
            }
            Ends::Large(large, place, _) => {
                let here = (*place)?;
                let (member, score) = large.get(here)?;
                *place = large.next(here);
                Some((Text::Bytes(member), score))
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        match &mut self.ends {
            Ends::Small(packed, _, end) => {
                *end = packed.before(*end)?;
                let (member, score, _) = packed.pair(*end)?;
                Some((member.text(), score))
            }
            Ends::Large(large, _, place) => {
                let here = (*place)?;
                let (member, score) = large.get(here)?;
                *place = large.prev(here);
                Some((Text::Bytes(member), score))
            }
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}
