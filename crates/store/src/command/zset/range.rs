//! The `ZRANGE` family: by rank, score or member, in either direction, and `ZRANGESTORE`.

use super::bounds;
use super::output::Shape;
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec, args};
use crate::data::zset::{LexRange, ScoreRange};
use crate::data::{Value, Zset};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome};
use std::ops::Range;

const fn reader(
    name: &'static str,
    run: fn(&mut Call<'_>) -> Outcome,
    since: &'static str,
) -> Spec {
    Spec::new(name, -4, Group::Zset, Run::Data(run))
        .flags(Flags::READONLY)
        .keys(Keys::ONE)
        .since(since)
}

/// `ZRANGE key start stop [BYSCORE|BYLEX] [REV] [LIMIT offset count] [WITHSCORES]`
pub const ZRANGE: Spec =
    reader("ZRANGE", |call| range(call, Asked { by: None, back: None }), "1.2.0");

/// `ZREVRANGE key start stop [WITHSCORES]`
pub const ZREVRANGE: Spec =
    reader("ZREVRANGE", |call| range(call, Asked::of(By::Rank, true)), "1.2.0");

/// `ZRANGEBYSCORE key min max [WITHSCORES] [LIMIT offset count]`
pub const ZRANGEBYSCORE: Spec =
    reader("ZRANGEBYSCORE", |call| range(call, Asked::of(By::Score, false)), "1.0.5");

/// `ZREVRANGEBYSCORE key max min [WITHSCORES] [LIMIT offset count]`
pub const ZREVRANGEBYSCORE: Spec =
    reader("ZREVRANGEBYSCORE", |call| range(call, Asked::of(By::Score, true)), "2.2.0");

/// `ZRANGEBYLEX key min max [LIMIT offset count]`
pub const ZRANGEBYLEX: Spec =
    reader("ZRANGEBYLEX", |call| range(call, Asked::of(By::Lex, false)), "2.8.9");

/// `ZREVRANGEBYLEX key max min [LIMIT offset count]`
pub const ZREVRANGEBYLEX: Spec =
    reader("ZREVRANGEBYLEX", |call| range(call, Asked::of(By::Lex, true)), "2.8.9");

/// `ZRANGESTORE dst src start stop [BYSCORE|BYLEX] [REV] [LIMIT offset count]`
pub const ZRANGESTORE: Spec = Spec::new("ZRANGESTORE", -5, Group::Zset, Run::Data(range_store))
    .flags(Flags::WRITE.or(Flags::DENYOOM))
    .keys(Keys::TWO)
    .since("6.2.0");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Rank,
    Score,
    Lex,
}

/// What the command's name says already.
#[derive(Debug, Clone, Copy)]
struct Asked {
    by: Option<By>,
    back: Option<bool>,
}

impl Asked {
    const fn of(by: By, back: bool) -> Self {
        Asked { by: Some(by), back: Some(back) }
    }
}

enum Ends<'a> {
    Rank(i64, i64),
    Score(ScoreRange),
    Lex(LexRange<'a>),
}

/// A range as it was asked for.
struct Query<'a> {
    ends: Ends<'a>,
    back: bool,
    offset: i64,
    limit: i64,
    with_scores: bool,
}

fn range(call: &mut Call<'_>, asked: Asked) -> Outcome {
    let query = Query::parse(call.args, 1, asked, false)?;
    let shape = Shape::of(call.reply, query.with_scores);
    let Some(zset) = call.keys.zset(call.args[1])? else {
        call.reply.array(0);
        return Ok(());
    };
    let ranks = query.ranks(zset);
    shape.head(call.reply, ranks.len());
    let members = zset.range(ranks);
    if query.back {
        members.rev().for_each(|(member, score)| shape.member(call.reply, &member, score));
    } else {
        members.for_each(|(member, score)| shape.member(call.reply, &member, score));
    }
    Ok(())
}

fn range_store(call: &mut Call<'_>) -> Outcome {
    let query = Query::parse(call.args, 2, Asked { by: None, back: None }, true)?;
    let limits = call.keys.settings.zset;
    let mut result = Zset::default();
    if let Some(zset) = call.keys.zset(call.args[2])? {
        let ranks = query.ranks(zset);
        result = Zset::with_hint(ranks.len(), 0, &limits);
        for (member, score) in zset.range(ranks) {
            result.insert(&member, score, &limits);
        }
    }
    let len = result.len();
    call.store(call.args[1], Value::Zset(result), (Class::Zset, "zrangestore"));
    call.reply.count(len);
    Ok(())
}

impl<'a> Query<'a> {
    fn parse(
        args: &'a [&'a [u8]],
        source: usize,
        asked: Asked,
        stores: bool,
    ) -> Result<Self, Fault> {
        let (mut by, mut back) = (asked.by, asked.back);
        let (mut offset, mut limit, mut with_scores) = (0, -1, false);
        let mut rest = Args::from(args, source + 3);
        while !rest.is_empty() {
            if !stores && rest.accept("WITHSCORES") {
                with_scores = true;
            } else if rest.rest().len() > 2 && rest.accept("LIMIT") {
                (offset, limit) = (rest.int()?, rest.int()?);
            } else if asked.back.is_none() && rest.accept("REV") {
                back = Some(true);
            } else if by.is_none() && rest.accept("BYLEX") {
                by = Some(By::Lex);
            } else if by.is_none() && rest.accept("BYSCORE") {
                by = Some(By::Score);
            } else {
                return Err(Fault::Syntax);
            }
        }
        let (by, back) = (by.unwrap_or(By::Rank), back.unwrap_or(false));
        if limit != -1 && by == By::Rank {
            return Err(Fault::plain(
                "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
            ));
        }
        if with_scores && by == By::Lex {
            return Err(Fault::plain(
                "ERR syntax error, WITHSCORES not supported in combination with BYLEX",
            ));
        }
        let (first, second) = (args[source + 1], args[source + 2]);
        let (low, high) = if back { (second, first) } else { (first, second) };
        let ends = match by {
            By::Rank => {
                let (start, end) = bounds::rank_ends(first, second)?;
                Ends::Rank(start, end)
            }
            By::Score => Ends::Score(bounds::scores(low, high)?),
            By::Lex => Ends::Lex(bounds::members(low, high)?),
        };
        Ok(Query { ends, back, offset, limit, with_scores })
    }

    /// The ranks that it means, after offset and limit, counted from the front.
    fn ranks(&self, zset: &Zset) -> Range<usize> {
        let found = match &self.ends {
            Ends::Rank(start, end) => {
                let ranks = args::span(*start, *end, zset.len());
                let len = zset.len();
                return if self.back { len - ranks.end..len - ranks.start } else { ranks };
            }
            Ends::Score(range) => zset.by_score(range),
            Ends::Lex(range) => zset.by_lex(range),
        };
        // Redis steps over a negative number of members until none are left.
        let skipped = usize::try_from(self.offset).unwrap_or(usize::MAX).min(found.len());
        let taken = usize::try_from(self.limit).unwrap_or(usize::MAX).min(found.len() - skipped);
        if self.back {
            found.end - skipped - taken..found.end - skipped
        } else {
            found.start + skipped..found.start + skipped + taken
        }
    }
}
