//! `ZRANDMEMBER`.

use super::output::Shape;
use crate::command::args::is;
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::resp::{Fault, Outcome, parse_int};
use base::random::Random;
use std::collections::HashSet;

/// `ZRANDMEMBER key [count [WITHSCORES]]`
pub const ZRANDMEMBER: Spec = Spec::new("ZRANDMEMBER", -2, Group::Zset, Run::Data(zrandmember))
    .flags(Flags::READONLY)
    .keys(Keys::ONE)
    .since("6.2.0");

fn zrandmember(call: &mut Call<'_>) -> Outcome {
    let key = call.args[1];
    let (count, with_scores) = match call.args.get(2..).unwrap_or_default() {
        [] => {
            let zset = call.keys.zset(key)?;
            let at = zset.map_or(0, |zset| call.chance.below(zset.len() as u64) as usize);
            let member = zset.and_then(|zset| zset.any(at)).map(|(member, _)| member);
            call.reply.bulk_or_null(member.as_deref());
            return Ok(());
        }
        [count] => (whole(count)?, false),
        [count, word] => {
            let count = whole(count)?;
            if !is(word, "WITHSCORES") {
                return Err(Fault::Syntax);
            }
            if count.unsigned_abs() > i64::MAX as u64 / 2 {
                return Err(Fault::plain("ERR value is out of range"));
            }
            (count, true)
        }
        [count, ..] => {
            whole(count)?;
            return Err(Fault::Syntax);
        }
    };
    let shape = Shape::of(call.reply, with_scores);
    let Some(zset) = call.keys.zset(key)? else {
        call.reply.array(0);
        return Ok(());
    };
    let wanted = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    let repeated = count < 0;
    if !repeated && wanted >= zset.len() {
        shape.head(call.reply, zset.len());
        zset.iter().for_each(|(member, score)| shape.member(call.reply, &member, score));
        return Ok(());
    }
    shape.head(call.reply, wanted);
    let mut write = |at| {
        if let Some((member, score)) = zset.any(at) {
            shape.member(call.reply, &member, score);
        }
    };
    if repeated {
        for _ in 0..wanted {
            write(call.chance.below(zset.len() as u64) as usize);
        }
    } else {
        distinct(wanted, zset.len(), call.chance).into_iter().for_each(write);
    }
    Ok(())
}

/// `count` different places below `len`, in an order by chance.
fn distinct(count: usize, len: usize, chance: &mut Random) -> Vec<usize> {
    if count * 3 > len {
        let mut all: Vec<usize> = (0..len).collect();
        for at in 0..count {
            all.swap(at, at + chance.below((len - at) as u64) as usize);
        }
        all.truncate(count);
        return all;
    }
    let mut seen = HashSet::with_capacity(count);
    let mut places = Vec::with_capacity(count);
    while places.len() < count {
        let at = chance.below(len as u64) as usize;
        if seen.insert(at) {
            places.push(at);
        }
    }
    places
}

fn whole(text: &[u8]) -> Result<i64, Fault> {
    match parse_int(text) {
        Some(i64::MIN) => Err(Fault::plain(
            "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
        )),
        Some(count) => Ok(count),
        None => Err(Fault::NotInteger),
    }
}
