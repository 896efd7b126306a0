//! Reading ends of ranges.

use crate::data::zset::{LexBound, LexRange, ScoreBound, ScoreRange};
use crate::resp::{Fault, parse_double, parse_int};

/// Scores from `low` to `high`.
pub(super) fn scores(low: &[u8], high: &[u8]) -> Result<ScoreRange, Fault> {
    match (score(low), score(high)) {
        (Some(low), Some(high)) => Ok(ScoreRange { low, high }),
        _ => Err(Fault::plain("ERR min or max is not a float")),
    }
}

/// Members from `low` to `high`.
pub(super) fn members<'a>(low: &'a [u8], high: &'a [u8]) -> Result<LexRange<'a>, Fault> {
    match (member(low), member(high)) {
        (Some(low), Some(high)) => Ok(LexRange { low, high }),
        _ => Err(Fault::plain("ERR min or max not valid string range item")),
    }
}

/// The first and last rank as arguments.
pub(super) fn rank_ends(start: &[u8], end: &[u8]) -> Result<(i64, i64), Fault> {
    let int = |text| parse_int(text).ok_or(Fault::NotInteger);
    Ok((int(start)?, int(end)?))
}

fn score(text: &[u8]) -> Option<ScoreBound> {
    let (open, text) = match text.split_first() {
        Some((b'(', rest)) => (true, rest),
        _ => (false, text),
    };
    // What `strtod` makes of nothing.
    let score = if text.is_empty() { 0.0 } else { parse_double(text)? };
    Some(ScoreBound { score, open })
}

fn member(text: &[u8]) -> Option<LexBound<'_>> {
    match text.split_first()? {
        (b'-', []) => Some(LexBound::Min),
        (b'+', []) => Some(LexBound::Max),
        (b'(', member) => Some(LexBound::Open(member)),
        (b'[', member) => Some(LexBound::Closed(member)),
        _ => None,
    }
}
