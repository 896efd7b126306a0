//! Taking from the ends.

use crate::command::args::is;
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec};
use crate::data::list::End;
use crate::data::listpack::Item;
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome, Reply, parse_int};

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
        [count] => Some(positive(count)?),
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
    let asked = Asked::parse(call.args, 1)?;
    if !asked.pop(call)? {
        call.reply.null_array();
    }
    Ok(())
}

/// What `LMPOP` and `BLMPOP` are asked for.
pub(super) struct Asked<'a> {
    pub(super) keys: &'a [&'a [u8]],
    end: End,
    count: usize,
}

impl<'a> Asked<'a> {
    /// From the argument on that counts the keys.
    pub(super) fn parse(args: &'a [&'a [u8]], count_at: usize) -> Result<Self, Fault> {
        let some = |text, fault: &'static str| match parse_int(text) {
            Some(count @ 1..) => Ok(count as usize),
            _ => Err(Fault::plain(fault)),
        };
        let keys = some(args[count_at], "ERR numkeys should be greater than 0")?;
        let keys_end = (count_at + 1).checked_add(keys).ok_or(Fault::Syntax)?;
        let keys = args.get(count_at + 1..keys_end).ok_or(Fault::Syntax)?;
        let mut rest = Args::from(args, keys_end);
        let end = side(rest.need()?)?;
        let mut count = None;
        while !rest.is_empty() {
            if count.is_some() || rest.len() < 2 || !rest.accept("COUNT") {
                return Err(Fault::Syntax);
            }
            count = Some(some(rest.need()?, "ERR count should be greater than 0")?);
        }
        Ok(Asked { keys, end, count: count.unwrap_or(1) })
    }

    /// Take from the first list that has something, answer and log it. Whether there is one.
    pub(super) fn pop(&self, call: &mut Call<'_>) -> Result<bool, Fault> {
        let Some(key) = first_filled(call, self.keys)? else { return Ok(false) };
        let taken = call.keys.list_mut(key)?.map_or(0, |list| list.len()).min(self.count);
        call.reply.array(2);
        call.reply.bulk(key);
        call.reply.array(taken);
        take(call, key, self.end, taken)?;
        call.effect(&[command(self.end), key, taken.to_string().as_bytes()]);
        Ok(true)
    }
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
    call.keys.settle_list(key);
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

/// Answer with an element.
pub(super) fn write(reply: &mut Reply, item: Item<'_>) {
    match item {
        Item::Int(value) => reply.bulk_int(value),
        Item::Bytes(bytes) => reply.bulk(bytes),
    }
}

fn positive(text: &[u8]) -> Result<usize, Fault> {
    let count = parse_int(text).and_then(|count| usize::try_from(count).ok());
    count.ok_or(Fault::plain("ERR value is out of range, must be positive"))
}
