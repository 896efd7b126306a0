//! Adding, removing and finding members.

use crate::command::items::write;
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::data::{Set, Value};
use crate::keyspace::Class;
use crate::resp::Outcome;

const fn writer(name: &'static str, arity: i8, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, arity, Group::Set, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::FAST))
        .keys(Keys::ONE)
}

const fn reader(name: &'static str, arity: i8, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, arity, Group::Set, Run::Data(run))
        .flags(Flags::READONLY.or(Flags::FAST))
        .keys(Keys::ONE)
}

/// `SADD key member [member …]`
pub const SADD: Spec =
    writer("SADD", -3, sadd).flags(Flags::WRITE.or(Flags::DENYOOM).or(Flags::FAST));
/// `SREM key member [member …]`
pub const SREM: Spec = writer("SREM", -3, srem);
/// `SMOVE source destination member`
pub const SMOVE: Spec = writer("SMOVE", 4, smove).keys(Keys::TWO);
/// `SCARD key`
pub const SCARD: Spec = reader("SCARD", 2, scard);
/// `SISMEMBER key member`
pub const SISMEMBER: Spec = reader("SISMEMBER", 3, sismember);
/// `SMISMEMBER key member [member …]`
pub const SMISMEMBER: Spec = reader("SMISMEMBER", -3, smismember).since("6.2.0");
/// `SMEMBERS key`
pub const SMEMBERS: Spec = reader("SMEMBERS", 2, smembers).flags(Flags::READONLY);

fn sadd(call: &mut Call<'_>) -> Outcome {
    let added = add(call, call.args[1], &call.args[2..])?;
    call.reply.count(added);
    Ok(())
}

/// Add members, and say so. How many are new.
fn add(call: &mut Call<'_>, key: &[u8], members: &[&[u8]]) -> Result<usize, crate::resp::Fault> {
    let limits = call.keys.settings.set;
    let fill = |set: &mut Set| members.iter().filter(|member| set.insert(member, &limits)).count();
    let added = match call.keys.set_mut(key)? {
        Some(set) => fill(set),
        None => {
            let first = members.first().copied().unwrap_or_default();
            let mut set = Set::with_hint(first, members.len(), &limits);
            let added = fill(&mut set);
            call.keys.insert(key, Value::Set(set));
            added
        }
    };
    if added > 0 {
        call.keys.changed(key, Class::Set, "sadd");
    }
    Ok(added)
}

fn srem(call: &mut Call<'_>) -> Outcome {
    let key = call.args[1];
    let mut removed = 0;
    if let Some(set) = call.keys.set_mut(key)? {
        removed = call.args[2..].iter().filter(|member| set.remove(member)).count();
    }
    if removed > 0 {
        call.keys.changed(key, Class::Set, "srem");
        call.keys.settle(key);
    }
    call.reply.count(removed);
    Ok(())
}

fn smove(call: &mut Call<'_>) -> Outcome {
    let &[_, from, to, member] = call.args else { return Ok(()) };
    if call.keys.set_mut(from)?.is_none() {
        call.reply.int(0);
        return Ok(());
    }
    call.keys.set_mut(to)?;
    let there = call
        .keys
        .set_mut(from)?
        .is_some_and(|set| if from == to { set.contains(member) } else { set.remove(member) });
    call.reply.int(there.into());
    if !there || from == to {
        return Ok(());
    }
    call.keys.changed(from, Class::Set, "srem");
    call.effect(&[b"SREM", from, member]);
    call.keys.settle(from);
    if add(call, to, &[member])? > 0 {
        call.effect(&[b"SADD", to, member]);
    }
    Ok(())
}

fn scard(call: &mut Call<'_>) -> Outcome {
    let len = call.keys.set(call.args[1])?.map_or(0, |set| set.len());
    call.reply.count(len);
    Ok(())
}

fn sismember(call: &mut Call<'_>) -> Outcome {
    let there = call.keys.set(call.args[1])?.is_some_and(|set| set.contains(call.args[2]));
    call.reply.int(there.into());
    Ok(())
}

fn smismember(call: &mut Call<'_>) -> Outcome {
    let (set, members) = (call.keys.set(call.args[1])?, &call.args[2..]);
    call.reply.array(members.len());
    for member in members {
        call.reply.int(set.is_some_and(|set| set.contains(member)).into());
    }
    Ok(())
}

fn smembers(call: &mut Call<'_>) -> Outcome {
    let set = call.keys.set(call.args[1])?;
    call.reply.set(set.map_or(0, |set| set.len()));
    set.into_iter().flat_map(|set| set.iter()).for_each(|member| write(call.reply, member));
    Ok(())
}
