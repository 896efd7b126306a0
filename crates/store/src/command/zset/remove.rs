//! `ZREMRANGEBYRANK`, `ZREMRANGEBYSCORE`, `ZREMRANGEBYLEX`.

use super::bounds;
use crate::command::{Call, Flags, Group, Keys, Run, Spec, args};
use crate::data::Zset;
use crate::keyspace::Class;
use crate::resp::Outcome;
use std::ops::Range;

const fn remover(
    name: &'static str,
    run: fn(&mut Call<'_>) -> Outcome,
    since: &'static str,
) -> Spec {
    Spec::new(name, 4, Group::Zset, Run::Data(run)).flags(Flags::WRITE).keys(Keys::ONE).since(since)
}

/// `ZREMRANGEBYRANK key start stop`
pub const ZREMRANGEBYRANK: Spec = remover("ZREMRANGEBYRANK", by_rank, "2.0.0");
/// `ZREMRANGEBYSCORE key min max`
pub const ZREMRANGEBYSCORE: Spec = remover("ZREMRANGEBYSCORE", by_score, "1.2.0");
/// `ZREMRANGEBYLEX key min max`
pub const ZREMRANGEBYLEX: Spec = remover("ZREMRANGEBYLEX", by_lex, "2.8.9");

fn by_rank(call: &mut Call<'_>) -> Outcome {
    let (start, end) = bounds::rank_ends(call.args[2], call.args[3])?;
    remove(call, "zremrangebyrank", |zset| args::span(start, end, zset.len()))
}

fn by_score(call: &mut Call<'_>) -> Outcome {
    let range = bounds::scores(call.args[2], call.args[3])?;
    remove(call, "zremrangebyscore", |zset| zset.by_score(&range))
}

fn by_lex(call: &mut Call<'_>) -> Outcome {
    let range = bounds::members(call.args[2], call.args[3])?;
    remove(call, "zremrangebylex", |zset| zset.by_lex(&range))
}

fn remove(
    call: &mut Call<'_>,
    event: &'static str,
    ranks: impl FnOnce(&Zset) -> Range<usize>,
) -> Outcome {
    let key = call.args[1];
    let removed = call.keys.zset_mut(key)?.map_or(0, |zset| {
        let ranks = ranks(zset);
        zset.remove_ranks(ranks)
    });
    if removed > 0 {
        call.keys.changed(key, Class::Zset, event);
        call.keys.settle(key);
    }
    call.reply.count(removed);
    Ok(())
}
