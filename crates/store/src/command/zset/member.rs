//! Commands of single members.

use crate::command::args::is;
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome};

const READ: Flags = Flags::READONLY.or(Flags::FAST);

/// `ZREM key member [member …]`
pub const ZREM: Spec = Spec::new("ZREM", -3, Group::Zset, Run::Data(zrem))
    .flags(Flags::WRITE.or(Flags::FAST))
    .keys(Keys::ONE)
    .since("1.2.0");

/// `ZSCORE key member`
pub const ZSCORE: Spec = Spec::new("ZSCORE", 3, Group::Zset, Run::Data(zscore))
    .flags(READ)
    .keys(Keys::ONE)
    .since("1.2.0");

/// `ZMSCORE key member [member …]`
pub const ZMSCORE: Spec = Spec::new("ZMSCORE", -3, Group::Zset, Run::Data(zmscore))
    .flags(READ)
    .keys(Keys::ONE)
    .since("6.2.0");

/// `ZCARD key`
pub const ZCARD: Spec =
    Spec::new("ZCARD", 2, Group::Zset, Run::Data(zcard)).flags(READ).keys(Keys::ONE).since("1.2.0");

/// `ZRANK key member [WITHSCORE]`
pub const ZRANK: Spec = Spec::new("ZRANK", -3, Group::Zset, Run::Data(zrank))
    .flags(READ)
    .keys(Keys::ONE)
    .since("2.0.0");

/// `ZREVRANK key member [WITHSCORE]`
pub const ZREVRANK: Spec = Spec::new("ZREVRANK", -3, Group::Zset, Run::Data(zrevrank))
    .flags(READ)
    .keys(Keys::ONE)
    .since("2.0.0");

fn zrem(call: &mut Call<'_>) -> Outcome {
    let key = call.args[1];
    let mut removed = 0;
    if let Some(zset) = call.keys.zset_mut(key)? {
        let members = call.args.iter().skip(2);
        removed = members.filter(|member| zset.remove(member).is_some()).count();
    }
    if removed > 0 {
        call.keys.changed(key, Class::Zset, "zrem");
        call.keys.settle(key);
    }
    call.reply.count(removed);
    Ok(())
}

fn zscore(call: &mut Call<'_>) -> Outcome {
    match call.keys.zset(call.args[1])?.and_then(|zset| zset.score(call.args[2])) {
        Some(score) => call.reply.double(score),
        None => call.reply.null(),
    }
    Ok(())
}

fn zmscore(call: &mut Call<'_>) -> Outcome {
    let zset = call.keys.zset(call.args[1])?;
    call.reply.array(call.args.len() - 2);
    for member in call.args.iter().skip(2) {
        match zset.and_then(|zset| zset.score(member)) {
            Some(score) => call.reply.double(score),
            None => call.reply.null(),
        }
    }
    Ok(())
}

fn zcard(call: &mut Call<'_>) -> Outcome {
    let len = call.keys.zset(call.args[1])?.map_or(0, |zset| zset.len());
    call.reply.count(len);
    Ok(())
}

fn zrank(call: &mut Call<'_>) -> Outcome {
    rank(call, "zrank", false)
}

fn zrevrank(call: &mut Call<'_>) -> Outcome {
    rank(call, "zrevrank", true)
}

fn rank(call: &mut Call<'_>, name: &str, from_end: bool) -> Outcome {
    let (key, member) = (call.args[1], call.args[2]);
    let with_score = match call.args.get(3..).unwrap_or_default() {
        [] => false,
        [word] if is(word, "WITHSCORE") => true,
        [_] => return Err(Fault::Syntax),
        _ => return Err(Fault::arity(name)),
    };
    let found = call.keys.zset(key)?.and_then(|zset| {
        let rank = zset.rank(member)?;
        let rank = if from_end { zset.len() - 1 - rank } else { rank };
        Some((rank, zset.score(member)?))
    });
    match found {
        Some((rank, score)) if with_score => {
            call.reply.array(2);
            call.reply.count(rank);
            call.reply.double(score);
        }
        Some((rank, _)) => call.reply.count(rank),
        None if with_score => call.reply.null_array(),
        None => call.reply.null(),
    }
    Ok(())
}
