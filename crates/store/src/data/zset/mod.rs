//! Sorted sets: members with a score each, in the order of scores, and of members where scores are equal.
//! Two forms. Small: pairs packed one after the other. Large: members once in a table that finds them by hash, and
//! a counted B+tree of (score, member) that knows places by rank. Pure.
//! Invariant: no score is NaN; `-0` and `0` are equal, and only the large form tells them apart.

mod chunked;
mod iter;
mod large;
mod limits;
mod members;
mod packed;
mod range;
#[cfg(test)]
mod tests;
mod tree;
mod value;

pub use iter::Iter;
pub use limits::Limits;
pub use range::{LexBound, LexRange, ScoreBound, ScoreRange};
pub use value::Zset;

use large::Large;
use packed::Packed;
