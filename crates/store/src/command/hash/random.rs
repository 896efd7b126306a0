//! `HRANDFIELD`.

use crate::command::draw::{Draw, distinct};
use crate::command::items::{write, write_or_null};
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::data::listpack::Item;
use crate::resp::{Outcome, Reply, Version};

/// `HRANDFIELD key [count [WITHVALUES]]`
pub const HRANDFIELD: Spec = Spec::new("HRANDFIELD", -2, Group::Hash, Run::Data(hrandfield))
    .flags(Flags::READONLY)
    .keys(Keys::ONE)
    .since("6.2.0");

fn hrandfield(call: &mut Call<'_>) -> Outcome {
    let draw = Draw::parse(&call.args[2..], "WITHVALUES")?;
    let hash = call.keys.hash(call.args[1])?;
    let Some(draw) = draw else {
        let drawn = hash.and_then(|hash| hash.random(call.chance));
        write_or_null(call.reply, drawn.map(|(field, _)| field));
        return Ok(());
    };
    let Some(hash) = hash else {
        call.reply.array(0);
        return Ok(());
    };
    let pairs = draw.with && call.reply.version() == Version::Resp3;
    let head = |reply: &mut Reply, count: usize| {
        reply.array(if draw.with && !pairs { 2 * count } else { count });
    };
    let each = |reply: &mut Reply, (field, value): (Item<'_>, Item<'_>)| {
        if pairs {
            reply.array(2);
        }
        write(reply, field);
        if draw.with {
            write(reply, value);
        }
    };
    if draw.repeated {
        let count = draw.repeats()?;
        head(call.reply, count);
        for _ in 0..count {
            hash.random(call.chance).into_iter().for_each(|pair| each(call.reply, pair));
        }
    } else if draw.count >= hash.len() {
        head(call.reply, hash.len());
        hash.iter().for_each(|pair| each(call.reply, pair));
    } else {
        let random = |chance: &mut _| hash.random(chance);
        let drawn = distinct(draw.count, hash.len(), hash.iter(), call.chance, random);
        head(call.reply, drawn.len());
        drawn.into_iter().for_each(|pair| each(call.reply, pair));
    }
    Ok(())
}
