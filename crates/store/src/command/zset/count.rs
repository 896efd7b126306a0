//! `ZCOUNT` and `ZLEXCOUNT`.

use super::bounds;
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::resp::Outcome;

const READ: Flags = Flags::READONLY.or(Flags::FAST);

/// `ZCOUNT key min max`
pub const ZCOUNT: Spec = Spec::new("ZCOUNT", 4, Group::Zset, Run::Data(zcount))
    .flags(READ)
    .keys(Keys::ONE)
    .since("2.0.0");

/// `ZLEXCOUNT key min max`
pub const ZLEXCOUNT: Spec = Spec::new("ZLEXCOUNT", 4, Group::Zset, Run::Data(zlexcount))
    .flags(READ)
    .keys(Keys::ONE)
    .since("2.8.9");

fn zcount(call: &mut Call<'_>) -> Outcome {
    let range = bounds::scores(call.args[2], call.args[3])?;
    let count = call.keys.zset(call.args[1])?.map_or(0, |zset| zset.by_score(&range).len());
    call.reply.count(count);
    Ok(())
}

fn zlexcount(call: &mut Call<'_>) -> Outcome {
    let range = bounds::members(call.args[2], call.args[3])?;
    let count = call.keys.zset(call.args[1])?.map_or(0, |zset| zset.by_lex(&range).len());
    call.reply.count(count);
    Ok(())
}
