//! `ZUNION`, `ZINTER`, `ZDIFF`, those that store, and `ZINTERCARD`.

use super::output::Shape;
use super::sources::Source;
use crate::command::args::{double, is};
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec};
use crate::data::zset::Limits;
use crate::data::{Value, Zset};
use crate::keyspace::{Class, Keyspace};
use crate::resp::{Fault, Outcome, parse_int};

const fn reader(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, -3, Group::Zset, Run::Data(run))
        .flags(Flags::READONLY.or(Flags::MOVABLE_KEYS))
        .keys(Keys::Counted(1))
        .since("6.2.0")
}

const fn storer(
    name: &'static str,
    run: fn(&mut Call<'_>) -> Outcome,
    since: &'static str,
) -> Spec {
    Spec::new(name, -4, Group::Zset, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::DENYOOM).or(Flags::MOVABLE_KEYS))
        .keys(Keys::StoreCounted(2))
        .since(since)
}

/// `ZUNION numkeys key [key …] [WEIGHTS weight …] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]`
pub const ZUNION: Spec = reader("ZUNION", |call| show(call, "zunion", How::Union));
/// `ZINTER numkeys key [key …] [WEIGHTS weight …] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]`
pub const ZINTER: Spec = reader("ZINTER", |call| show(call, "zinter", How::Inter));
/// `ZDIFF numkeys key [key …] [WITHSCORES]`
pub const ZDIFF: Spec = reader("ZDIFF", |call| show(call, "zdiff", How::Diff));
/// `ZUNIONSTORE destination numkeys key [key …] [WEIGHTS weight …] [AGGREGATE SUM|MIN|MAX]`
pub const ZUNIONSTORE: Spec =
    storer("ZUNIONSTORE", |call| keep(call, "zunionstore", How::Union), "2.0.0");
/// `ZINTERSTORE destination numkeys key [key …] [WEIGHTS weight …] [AGGREGATE SUM|MIN|MAX]`
pub const ZINTERSTORE: Spec =
    storer("ZINTERSTORE", |call| keep(call, "zinterstore", How::Inter), "2.0.0");
/// `ZDIFFSTORE destination numkeys key [key …]`
pub const ZDIFFSTORE: Spec =
    storer("ZDIFFSTORE", |call| keep(call, "zdiffstore", How::Diff), "6.2.0");
/// `ZINTERCARD numkeys key [key …] [LIMIT limit]`
pub const ZINTERCARD: Spec = Spec::new("ZINTERCARD", -3, Group::Zset, Run::Data(card))
    .flags(Flags::READONLY.or(Flags::MOVABLE_KEYS))
    .keys(Keys::Counted(1))
    .since("7.0.0");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Union,
    Inter,
    Diff,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aggregate {
    Sum,
    Min,
    Max,
}

/// What is allowed behind the keys.
#[derive(Debug, Clone, Copy)]
struct Allowed {
    weights: bool,
    scores: bool,
    limit: bool,
}

struct Query<'a> {
    keys: &'a [&'a [u8]],
    weights: Vec<f64>,
    aggregate: Aggregate,
    with_scores: bool,
    /// For `ZINTERCARD`; 0 for none.
    limit: usize,
}

fn show(call: &mut Call<'_>, name: &str, how: How) -> Outcome {
    let allowed = Allowed { weights: how != How::Diff, scores: true, limit: false };
    let query = Query::parse(call, name, 1, allowed)?;
    let result = query.result(call.keys, how);
    let shape = Shape::of(call.reply, query.with_scores);
    shape.head(call.reply, result.len());
    result.iter().for_each(|(member, score)| shape.member(call.reply, &member, score));
    Ok(())
}

fn keep(call: &mut Call<'_>, name: &'static str, how: How) -> Outcome {
    let allowed = Allowed { weights: how != How::Diff, scores: false, limit: false };
    let query = Query::parse(call, name, 2, allowed)?;
    let mut result = query.result(call.keys, how);
    result.settle(&call.keys.settings.zset);
    let len = result.len();
    call.store(call.args[1], Value::Zset(result), (Class::Zset, name));
    call.reply.count(len);
    Ok(())
}

fn card(call: &mut Call<'_>) -> Outcome {
    let allowed = Allowed { weights: false, scores: false, limit: true };
    let query = Query::parse(call, "zintercard", 1, allowed)?;
    let (limit, mut count) = (query.limit, 0);
    query.intersect(call.keys, |_, _| {
        count += 1;
        count != limit
    });
    call.reply.count(count);
    Ok(())
}

impl<'a> Query<'a> {
    fn parse(call: &mut Call<'a>, name: &str, at: usize, allowed: Allowed) -> Result<Self, Fault> {
        let args = call.args;
        let count = parse_int(args[at]).ok_or(Fault::NotInteger)?;
        if count < 1 {
            return Err(Fault::err(format_args!(
                "at least 1 input key is needed for '{name}' command"
            )));
        }
        let count = usize::try_from(count).map_err(|_| Fault::Syntax)?;
        let end = (at + 1).checked_add(count).ok_or(Fault::Syntax)?;
        let keys = args.get(at + 1..end).ok_or(Fault::Syntax)?;
        Source::check(call.keys, keys)?;
        let mut query = Query {
            keys,
            weights: vec![1.0; count],
            aggregate: Aggregate::Sum,
            with_scores: false,
            limit: 0,
        };
        let mut rest = Args::from(args, end);
        while !rest.is_empty() {
            query.option(&mut rest, allowed)?;
        }
        Ok(query)
    }

    fn option(&mut self, rest: &mut Args<'_>, allowed: Allowed) -> Outcome {
        let left = rest.rest().len();
        if allowed.weights && left > self.keys.len() && rest.accept("WEIGHTS") {
            for weight in &mut self.weights {
                *weight = double(rest.need()?)
                    .map_err(|_| Fault::plain("ERR weight value is not a float"))?;
            }
        } else if allowed.weights && left >= 2 && rest.accept("AGGREGATE") {
            self.aggregate = match rest.need()? {
                word if is(word, "SUM") => Aggregate::Sum,
                word if is(word, "MIN") => Aggregate::Min,
                word if is(word, "MAX") => Aggregate::Max,
                _ => return Err(Fault::Syntax),
            };
        } else if allowed.scores && rest.accept("WITHSCORES") {
            self.with_scores = true;
        } else if allowed.limit && left >= 2 && rest.accept("LIMIT") {
            let limit = parse_int(rest.need()?).and_then(|limit| usize::try_from(limit).ok());
            self.limit = limit.ok_or(Fault::plain("ERR LIMIT can't be negative"))?;
        } else {
            return Err(Fault::Syntax);
        }
        Ok(())
    }

    fn result(&self, keys: &Keyspace, how: How) -> Zset {
        // Gathered in the large form, which finds members at once; a result that is stored takes the small form if
        // it fits.
        let limits = Limits { entries_max: 0, value_bytes_max: 0 };
        let mut result = Zset::with_hint(1, 1, &limits);
        match how {
            How::Inter => self.intersect(keys, |member, score| {
                result.insert(member, score, &limits);
                true
            }),
            How::Union => {
                for (source, weight) in self.sources(keys) {
                    source.visit(|member, score| {
                        let score = weighted(score, weight);
                        let known = result.score(member);
                        let score = known.map_or(score, |known| self.aggregate.of(known, score));
                        result.insert(member, score, &limits);
                        true
                    });
                }
            }
            How::Diff => {
                let mut sources = self.keys.iter().map(|name| Source::of(keys, name));
                let Some(first) = sources.next() else { return result };
                let others: Vec<_> = sources.collect();
                first.visit(|member, score| {
                    if others.iter().all(|other| other.score(member).is_none()) {
                        result.insert(member, score, &limits);
                    }
                    true
                });
            }
        }
        result
    }

    /// Visit what is in all sources, until `visit` says no.
    fn intersect(&self, keys: &Keyspace, mut visit: impl FnMut(&[u8], f64) -> bool) {
        let sources = self.sources(keys);
        let Some(((first, weight), others)) = sources.split_first() else { return };
        first.visit(|member, score| {
            let mut total = weighted(score, *weight);
            for (other, weight) in others {
                let Some(score) = other.score(member) else { return true };
                total = self.aggregate.of(total, score * weight);
            }
            visit(member, total)
        });
    }

    /// The sources with their weights, the smallest first: in this order Redis adds scores up.
    fn sources<'k>(&self, keys: &'k Keyspace) -> Vec<(Source<'k>, f64)> {
        let named = self.keys.iter().zip(&self.weights);
        let mut all: Vec<_> =
            named.map(|(name, weight)| (Source::of(keys, name), *weight)).collect();
        all.sort_by_key(|(source, _)| source.len());
        all
    }
}

impl Aggregate {
    fn of(self, one: f64, other: f64) -> f64 {
        match self {
            Aggregate::Sum => number(one + other),
            Aggregate::Min => {
                if other < one {
                    other
                } else {
                    one
                }
            }
            Aggregate::Max => {
                if other > one {
                    other
                } else {
                    one
                }
            }
        }
    }
}

fn weighted(score: f64, weight: f64) -> f64 {
    number(score * weight)
}

/// Infinity times 0, and infinity less infinity, are 0.
fn number(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value }
}
