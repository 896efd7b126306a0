//! `ZPOPMIN` and `ZPOPMAX`, `ZMPOP`, and those that wait.

use crate::command::args::{is, timeout_ms};
use crate::command::{Call, FirstOf, Flags, Group, Keys, Run, Spec, args};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome, Version};

const fn popper(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, -2, Group::Zset, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::FAST))
        .keys(Keys::ONE)
        .since("5.0.0")
}

const fn waiter(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, -3, Group::Zset, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::FAST).or(Flags::BLOCKING))
        .keys(Keys::BUT_LAST)
        .since("5.0.0")
}

/// `ZPOPMIN key [count]`
pub const ZPOPMIN: Spec = popper("ZPOPMIN", |call| pop_one_key(call, false));
/// `ZPOPMAX key [count]`
pub const ZPOPMAX: Spec = popper("ZPOPMAX", |call| pop_one_key(call, true));
/// `BZPOPMIN key [key …] timeout`
pub const BZPOPMIN: Spec = waiter("BZPOPMIN", |call| pop_waiting(call, false));
/// `BZPOPMAX key [key …] timeout`
pub const BZPOPMAX: Spec = waiter("BZPOPMAX", |call| pop_waiting(call, true));

/// `ZMPOP numkeys key [key …] MIN|MAX [COUNT count]`
pub const ZMPOP: Spec = Spec::new("ZMPOP", -4, Group::Zset, Run::Data(zmpop))
    .flags(Flags::WRITE.or(Flags::MOVABLE_KEYS))
    .keys(Keys::Counted(1))
    .since("7.0.0");

/// `BZMPOP timeout numkeys key [key …] MIN|MAX [COUNT count]`
pub const BZMPOP: Spec = Spec::new("BZMPOP", -5, Group::Zset, Run::Data(bzmpop))
    .flags(Flags::WRITE.or(Flags::BLOCKING).or(Flags::MOVABLE_KEYS))
    .keys(Keys::Counted(2))
    .since("7.0.0");

fn pop_one_key(call: &mut Call<'_>, last: bool) -> Outcome {
    let count = match call.args.get(2..).unwrap_or_default() {
        [] => None,
        [count] => Some(args::count(count)?),
        _ => return Err(Fault::Syntax),
    };
    let key = call.args[1];
    let found = call.keys.zset_mut(key)?.map_or(0, |zset| zset.len());
    let taken = found.min(count.unwrap_or(1));
    let nested = count.is_some() && call.reply.version() == Version::Resp3;
    call.reply.array(if nested { taken } else { 2 * taken });
    take(call, key, last, taken, nested)
}

fn pop_waiting(call: &mut Call<'_>, last: bool) -> Outcome {
    let (end, keys) = match call.args.get(1..).unwrap_or_default() {
        [keys @ .., timeout] => (timeout_ms(timeout, call.keys.now_ms())?, keys),
        [] => return Err(Fault::Syntax),
    };
    let Some(key) = first_filled(call, keys)? else {
        call.wait_for(keys, end, true);
        return Ok(());
    };
    call.reply.array(3);
    call.reply.bulk(key);
    take(call, key, last, 1, false)?;
    let name: &[u8] = if last { b"ZPOPMAX" } else { b"ZPOPMIN" };
    call.effect(&[name, key]);
    Ok(())
}

fn zmpop(call: &mut Call<'_>) -> Outcome {
    let asked = FirstOf::parse(call.args, 1, last)?;
    match first_filled(call, asked.keys)? {
        Some(key) => pop_some(call, &asked, key),
        None => {
            call.reply.null_array();
            Ok(())
        }
    }
}

fn bzmpop(call: &mut Call<'_>) -> Outcome {
    let asked = FirstOf::parse(call.args, 2, last)?;
    let end = timeout_ms(call.args[1], call.keys.now_ms())?;
    match first_filled(call, asked.keys)? {
        Some(key) => pop_some(call, &asked, key),
        None => {
            call.wait_for(asked.keys, end, true);
            Ok(())
        }
    }
}

/// Take from the set at `key`, which has something, answer and log it.
fn pop_some(call: &mut Call<'_>, asked: &FirstOf<'_, bool>, key: &[u8]) -> Outcome {
    let taken = call.keys.zset_mut(key)?.map_or(0, |zset| zset.len()).min(asked.count);
    call.reply.array(2);
    call.reply.bulk(key);
    call.reply.array(taken);
    take(call, key, asked.end, taken, true)?;
    let name: &[u8] = if asked.end { b"ZPOPMAX" } else { b"ZPOPMIN" };
    call.effect(&[name, key, taken.to_string().as_bytes()]);
    Ok(())
}

/// `MIN` or `MAX`: whether the last are taken.
fn last(word: &[u8]) -> Result<bool, Fault> {
    match word {
        word if is(word, "MIN") => Ok(false),
        word if is(word, "MAX") => Ok(true),
        _ => Err(Fault::Syntax),
    }
}

/// The first of `keys` that holds a member.
fn first_filled<'a>(call: &mut Call<'_>, keys: &'a [&'a [u8]]) -> Result<Option<&'a [u8]>, Fault> {
    for key in keys {
        if call.keys.zset_mut(key)?.is_some_and(|zset| !zset.is_empty()) {
            return Ok(Some(key));
        }
    }
    Ok(None)
}

/// Take `count` members, which are there, from an end, and write them.
fn take(call: &mut Call<'_>, key: &[u8], last: bool, count: usize, nested: bool) -> Outcome {
    let Some(zset) = call.keys.zset_mut(key)?.filter(|_| count > 0) else { return Ok(()) };
    let len = zset.len();
    let ranks = if last { len - count..len } else { 0..count };
    let mut write = |member: &[u8], score| {
        if nested {
            call.reply.array(2);
        }
        call.reply.bulk(member);
        call.reply.double(score);
    };
    let members = zset.range(ranks.clone());
    if last {
        members.rev().for_each(|(member, score)| write(&member, score));
    } else {
        members.for_each(|(member, score)| write(&member, score));
    }
    zset.remove_ranks(ranks);
    call.keys.changed(key, Class::Zset, if last { "zpopmax" } else { "zpopmin" });
    call.keys.settle(key);
    Ok(())
}
