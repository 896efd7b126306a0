//! Taking from the ends.

use crate::command::args::is;
use crate::command::items::write;
use crate::command::{Call, FirstOf, Flags, Group, Keys, Run, Spec, args};
use crate::data::list::End;
use crate::data::listpack::Item;
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome};

const fn popper(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, -2, Group::List, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::FAST))
        .keys(Keys::ONE)
}

/// `LPOP key [count]`
pub const LPOP: Spec = popper("LPOP", |call| pop(call, "lpop", End::Head));
/// `RPOP key [count]`
pub const RPOP: Spec = popper("RPOP", |call| pop(call, "rpop", End::Tail));

/// `LMPOP numkeys key [key …] LEFT|RIGHT [COUNT count]`
pub const LMPOP: Spec = Spec::new("LMPOP", -4, Group::List, Run::Data(lmpop))
    .flags(Flags::WRITE.or(Flags::MOVABLE_KEYS))
    .keys(Keys::Counted(1))
    .since("7.0.0");

fn pop(call: &mut Call<'_>, name: &str, end: End) -> Outcome {
    let key = call.args[1];
    let count = match call.args.get(2..).unwrap_or_default() {
        [] => None,
        [count] => Some(args::count(count)?),
        _ => return Err(Fault::arity(name)),
    };
    let Some(list) = call.keys.list_mut(key)? else {
        match count {
            Some(_) => call.reply.null_array(),
            None => call.reply.null(),
        }
        return Ok(());
    };
    let taken = list.len().min(count.unwrap_or(1));
    if count.is_some() {
        call.reply.array(taken);
    }
    take(call, key, end, taken)
}

fn lmpop(call: &mut Call<'_>) -> Outcome {
    let asked = FirstOf::parse(call.args, 1, side)?;
    if !pop_first(call, &asked)? {
        call.reply.null_array();
    }
    Ok(())
}

/// Take from the first list that has something, answer and log it. Whether there is one.
pub(super) fn pop_first(call: &mut Call<'_>, asked: &FirstOf<'_, End>) -> Result<bool, Fault> {
    let Some(key) = first_filled(call, asked.keys)? else { return Ok(false) };
    let taken = call.keys.list_mut(key)?.map_or(0, |list| list.len()).min(asked.count);
    call.reply.array(2);
    call.reply.bulk(key);
    call.reply.array(taken);
    take(call, key, asked.end, taken)?;
    call.effect(&[command(asked.end), key, taken.to_string().as_bytes()]);
    Ok(true)
}

/// The first of `keys` that holds an element.
pub(super) fn first_filled<'a>(
    call: &mut Call<'_>,
    keys: &'a [&'a [u8]],
) -> Result<Option<&'a [u8]>, Fault> {
    for key in keys {
        if call.keys.list_mut(key)?.is_some_and(|list| !list.is_empty()) {
            return Ok(Some(key));
        }
    }
    Ok(None)
}

/// Take `count` elements, which are there, from an end, and write them.
pub(super) fn take(call: &mut Call<'_>, key: &[u8], end: End, count: usize) -> Outcome {
    let limits = call.keys.settings.list;
    let Some(list) = call.keys.list_mut(key)?.filter(|_| count > 0) else { return Ok(()) };
    if end == End::Head {
        list.elements().take(count).for_each(|item| write(call.reply, item));
        list.remove(0..count, &limits);
    } else {
        let first = list.len() - count;
        let items: Vec<Item<'_>> = list.elements_from(first).collect();
        items.into_iter().rev().for_each(|item| write(call.reply, item));
        list.remove(first..first + count, &limits);
    }
    taken(call, key, end);
    Ok(())
}

/// Say that the list at `key` lost elements, and remove it if it has no more.
pub(super) fn taken(call: &mut Call<'_>, key: &[u8], end: End) {
    call.keys.changed(key, Class::List, if end == End::Head { "lpop" } else { "rpop" });
    call.keys.settle(key);
}

/// The command that takes from this end.
pub(super) fn command(end: End) -> &'static [u8] {
    if end == End::Head { b"LPOP" } else { b"RPOP" }
}

/// `LEFT` or `RIGHT`.
pub(super) fn side(word: &[u8]) -> Result<End, Fault> {
    match word {
        word if is(word, "LEFT") => Ok(End::Head),
        word if is(word, "RIGHT") => Ok(End::Tail),
        _ => Err(Fault::Syntax),
    }
}
