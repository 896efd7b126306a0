//! Reading fields.

use crate::command::items::{write, write_or_null};
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::resp::Outcome;

const fn reader(name: &'static str, arity: i8, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, arity, Group::Hash, Run::Data(run))
        .flags(Flags::READONLY)
        .keys(Keys::ONE)
        .since("2.0.0")
}

const fn fast(name: &'static str, arity: i8, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    reader(name, arity, run).flags(Flags::READONLY.or(Flags::FAST))
}

/// `HGET key field`
pub const HGET: Spec = fast("HGET", 3, hget);
/// `HMGET key field [field …]`
pub const HMGET: Spec = fast("HMGET", -3, hmget);
/// `HGETALL key`
pub const HGETALL: Spec = reader("HGETALL", 2, hgetall);
/// `HKEYS key`
pub const HKEYS: Spec = reader("HKEYS", 2, hkeys);
/// `HVALS key`
pub const HVALS: Spec = reader("HVALS", 2, hvals);
/// `HLEN key`
pub const HLEN: Spec = fast("HLEN", 2, hlen);
/// `HEXISTS key field`
pub const HEXISTS: Spec = fast("HEXISTS", 3, hexists);
/// `HSTRLEN key field`
pub const HSTRLEN: Spec = fast("HSTRLEN", 3, hstrlen).since("3.2.0");

fn hget(call: &mut Call<'_>) -> Outcome {
    let hash = call.keys.hash(call.args[1])?;
    write_or_null(call.reply, hash.and_then(|hash| hash.get(call.args[2])));
    Ok(())
}

fn hmget(call: &mut Call<'_>) -> Outcome {
    let (hash, fields) = (call.keys.hash(call.args[1])?, &call.args[2..]);
    call.reply.array(fields.len());
    for field in fields {
        write_or_null(call.reply, hash.and_then(|hash| hash.get(field)));
    }
    Ok(())
}

fn hgetall(call: &mut Call<'_>) -> Outcome {
    let hash = call.keys.hash(call.args[1])?;
    call.reply.map(hash.map_or(0, |hash| hash.len()));
    for (field, value) in hash.into_iter().flat_map(|hash| hash.iter()) {
        write(call.reply, field);
        write(call.reply, value);
    }
    Ok(())
}

fn hkeys(call: &mut Call<'_>) -> Outcome {
    let hash = call.keys.hash(call.args[1])?;
    call.reply.array(hash.map_or(0, |hash| hash.len()));
    let all = hash.into_iter().flat_map(|hash| hash.iter());
    all.for_each(|(field, _)| write(call.reply, field));
    Ok(())
}

fn hvals(call: &mut Call<'_>) -> Outcome {
    let hash = call.keys.hash(call.args[1])?;
    call.reply.array(hash.map_or(0, |hash| hash.len()));
    let all = hash.into_iter().flat_map(|hash| hash.iter());
    all.for_each(|(_, value)| write(call.reply, value));
    Ok(())
}

fn hlen(call: &mut Call<'_>) -> Outcome {
    let len = call.keys.hash(call.args[1])?.map_or(0, |hash| hash.len());
    call.reply.count(len);
    Ok(())
}

fn hexists(call: &mut Call<'_>) -> Outcome {
    let there = call.keys.hash(call.args[1])?.is_some_and(|hash| hash.contains(call.args[2]));
    call.reply.int(there.into());
    Ok(())
}

fn hstrlen(call: &mut Call<'_>) -> Outcome {
    let value = call.keys.hash(call.args[1])?.and_then(|hash| hash.get(call.args[2]));
    call.reply.count(value.map_or(0, |value| value.text().len()));
    Ok(())
}
