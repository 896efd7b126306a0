//! `ZRANDMEMBER`.

use super::output::Shape;
use crate::command::draw::{Draw, places};
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::resp::Outcome;

/// `ZRANDMEMBER key [count [WITHSCORES]]`
pub const ZRANDMEMBER: Spec = Spec::new("ZRANDMEMBER", -2, Group::Zset, Run::Data(zrandmember))
    .flags(Flags::READONLY)
    .keys(Keys::ONE)
    .since("6.2.0");

fn zrandmember(call: &mut Call<'_>) -> Outcome {
    let key = call.args[1];
    let Some(draw) = Draw::parse(&call.args[2..], "WITHSCORES")? else {
        let zset = call.keys.zset(key)?;
        let at = zset.map_or(0, |zset| call.chance.below(zset.len() as u64) as usize);
        let member = zset.and_then(|zset| zset.any(at)).map(|(member, _)| member);
        call.reply.bulk_or_null(member.as_deref());
        return Ok(());
    };
    let shape = Shape::of(call.reply, draw.with);
    let Some(zset) = call.keys.zset(key)? else {
        call.reply.array(0);
        return Ok(());
    };
    if !draw.repeated && draw.count >= zset.len() {
        shape.head(call.reply, zset.len());
        zset.iter().for_each(|(member, score)| shape.member(call.reply, &member, score));
        return Ok(());
    }
    let count = if draw.repeated { draw.repeats()? } else { draw.count };
    shape.head(call.reply, count);
    let mut write = |at| {
        if let Some((member, score)) = zset.any(at) {
            shape.member(call.reply, &member, score);
        }
    };
    if draw.repeated {
        for _ in 0..count {
            write(call.chance.below(zset.len() as u64) as usize);
        }
    } else {
        places(count, zset.len(), call.chance).into_iter().for_each(write);
    }
    Ok(())
}
