//! Intersections, unions and differences.

use crate::command::args::is;
use crate::command::items::write;
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::data::listpack::Item;
use crate::data::{Set, Value, set};
use crate::keyspace::{Class, Keyspace};
use crate::resp::{Fault, Outcome, parse_int};

const fn reader(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, -2, Group::Set, Run::Data(run)).flags(Flags::READONLY).keys(Keys::ALL)
}

const fn storer(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, -3, Group::Set, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::DENYOOM))
        .keys(Keys::ALL)
}

/// `SINTER key [key …]`
pub const SINTER: Spec = reader("SINTER", |call| show(call, How::Inter));
/// `SUNION key [key …]`
pub const SUNION: Spec = reader("SUNION", |call| show(call, How::Union));
/// `SDIFF key [key …]`
pub const SDIFF: Spec = reader("SDIFF", |call| show(call, How::Diff));
/// `SINTERSTORE destination key [key …]`
pub const SINTERSTORE: Spec = storer("SINTERSTORE", |call| keep(call, How::Inter, "sinterstore"));
/// `SUNIONSTORE destination key [key …]`
pub const SUNIONSTORE: Spec = storer("SUNIONSTORE", |call| keep(call, How::Union, "sunionstore"));
/// `SDIFFSTORE destination key [key …]`
pub const SDIFFSTORE: Spec = storer("SDIFFSTORE", |call| keep(call, How::Diff, "sdiffstore"));
/// `SINTERCARD numkeys key [key …] [LIMIT limit]`
pub const SINTERCARD: Spec = Spec::new("SINTERCARD", -3, Group::Set, Run::Data(sintercard))
    .flags(Flags::READONLY.or(Flags::MOVABLE_KEYS))
    .keys(Keys::Counted(1))
    .since("7.0.0");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Inter,
    Union,
    Diff,
}

fn show(call: &mut Call<'_>, how: How) -> Outcome {
    let limits = call.keys.settings.set;
    let sources = sources(call.keys, &call.args[1..])?;
    if how == How::Inter {
        let mut found = Vec::new();
        intersect(&sources, |member| {
            found.push(member);
            true
        });
        call.reply.set(found.len());
        found.into_iter().for_each(|member| write(call.reply, member));
    } else {
        let result = combined(&sources, how, &limits);
        call.reply.set(result.len());
        result.iter().for_each(|member| write(call.reply, member));
    }
    Ok(())
}

fn keep(call: &mut Call<'_>, how: How, event: &'static str) -> Outcome {
    let limits = call.keys.settings.set;
    let sources = sources(call.keys, &call.args[2..])?;
    let result = combined(&sources, how, &limits);
    let len = result.len();
    call.store(call.args[1], Value::Set(result), (Class::Set, event));
    call.reply.count(len);
    Ok(())
}

fn sintercard(call: &mut Call<'_>) -> Outcome {
    let count = parse_int(call.args[1]).filter(|count| *count > 0);
    let count = count.ok_or(Fault::plain("ERR numkeys should be greater than 0"))?;
    let (rest, count) = (&call.args[2..], usize::try_from(count).unwrap_or(usize::MAX));
    let Some((names, mut options)) = rest.split_at_checked(count) else {
        return Err(Fault::plain("ERR Number of keys can't be greater than number of args"));
    };
    let mut limit = 0;
    while let [word, value, after @ ..] = options {
        if !is(word, "LIMIT") {
            return Err(Fault::Syntax);
        }
        let given = parse_int(value).and_then(|limit| usize::try_from(limit).ok());
        limit = given.ok_or(Fault::plain("ERR LIMIT can't be negative"))?;
        options = after;
    }
    if !options.is_empty() {
        return Err(Fault::Syntax);
    }
    let sources = sources(call.keys, names)?;
    let mut count = 0;
    intersect(&sources, |_| {
        count += 1;
        count != limit
    });
    call.reply.count(count);
    Ok(())
}

/// The sets at `names`; nothing where there is none.
fn sources<'a>(keys: &'a mut Keyspace, names: &[&[u8]]) -> Result<Vec<Option<&'a Set>>, Fault> {
    // All are looked up first, so that what has expired is gone and every key has the right type.
    for name in names {
        keys.set(name)?;
    }
    let set = |name: &&[u8]| match keys.peek(name) {
        Some(Value::Set(set)) => Some(set),
        _ => None,
    };
    Ok(names.iter().map(set).collect())
}

/// Visit what is in all sets until `visit` says no, from the smallest on.
fn intersect<'a>(sources: &[Option<&'a Set>], mut visit: impl FnMut(Item<'a>) -> bool) {
    let Some(mut sets) = sources.iter().copied().collect::<Option<Vec<&Set>>>() else { return };
    sets.sort_by_key(|set| set.len());
    let Some((first, others)) = sets.split_first() else { return };
    for member in first.iter() {
        if others.iter().all(|other| other.contains_item(member)) && !visit(member) {
            return;
        }
    }
}

fn combined(sources: &[Option<&Set>], how: How, limits: &set::Limits) -> Set {
    let mut result = Set::default();
    let mut add = |member: Item<'_>| result.insert(&member.text(), limits);
    match how {
        How::Inter => intersect(sources, |member| {
            add(member);
            true
        }),
        How::Union => {
            sources.iter().flatten().flat_map(|set| set.iter()).for_each(|member| _ = add(member));
        }
        How::Diff => {
            let Some((Some(first), others)) = sources.split_first() else { return result };
            let left = first.iter().filter(|member| {
                !others.iter().flatten().any(|other| other.contains_item(*member))
            });
            left.for_each(|member| _ = add(member));
        }
    }
    result
}
