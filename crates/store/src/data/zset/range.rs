//! Parts of a sorted set: between scores, or between members.

use std::cmp::Ordering;

/// An end of a range of scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreBound {
    /// The score.
    pub score: f64,
    /// The score itself lies outside.
    pub open: bool,
}

/// Scores from `low` to `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreRange {
    /// Where it starts.
    pub low: ScoreBound,
    /// Where it ends.
    pub high: ScoreBound,
}

/// An end of a range of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LexBound<'a> {
    /// Before all members.
    Min,
    /// After all members.
    Max,
    /// This member, inside.
    Closed(&'a [u8]),
    /// This member, outside.
    Open(&'a [u8]),
}

/// Members from `low` to `high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LexRange<'a> {
    /// Where it starts.
    pub low: LexBound<'a>,
    /// Where it ends.
    pub high: LexBound<'a>,
}

impl ScoreRange {
    /// `score` lies before it.
    pub fn is_after(&self, score: f64) -> bool {
        score < self.low.score || (self.low.open && score == self.low.score)
    }

    /// `score` lies behind it.
    pub fn is_before(&self, score: f64) -> bool {
        score > self.high.score || (self.high.open && score == self.high.score)
    }

    /// Nothing can lie in it.
    pub fn is_empty(&self) -> bool {
        let (low, high) = (self.low, self.high);
        low.score > high.score || (low.score == high.score && (low.open || high.open))
    }
}

impl LexRange<'_> {
    /// A member lies before it; `cmp` compares the member to another.
    pub fn is_after(&self, cmp: impl Fn(&[u8]) -> Ordering) -> bool {
        match self.low {
            LexBound::Min => false,
            LexBound::Max => true,
            LexBound::Closed(member) => cmp(member) == Ordering::Less,
            LexBound::Open(member) => cmp(member) != Ordering::Greater,
        }
    }

    /// A member lies behind it; `cmp` compares the member to another.
    pub fn is_before(&self, cmp: impl Fn(&[u8]) -> Ordering) -> bool {
        match self.high {
            LexBound::Min => true,
            LexBound::Max => false,
            LexBound::Closed(member) => cmp(member) == Ordering::Greater,
            LexBound::Open(member) => cmp(member) != Ordering::Less,
        }
    }

    /// Nothing can lie in it.
    pub fn is_empty(&self) -> bool {
        use LexBound::{Closed, Max, Min, Open};
        match (self.low, self.high) {
            (Max, _) | (_, Min) => true,
            (Min, _) | (_, Max) => false,
            (Closed(low), Closed(high)) => low > high,
            (Open(low) | Closed(low), Open(high) | Closed(high)) => low >= high,
        }
    }
}
