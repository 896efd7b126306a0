//! Changing by place and by value.

use super::read::place;
use crate::command::args::is;
use crate::command::{Call, Flags, Group, Keys, Run, Spec, args};
use crate::data::list::End;
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome};

const fn editor(name: &'static str, arity: i8, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, arity, Group::List, Run::Data(run)).flags(Flags::WRITE).keys(Keys::ONE)
}

/// `LSET key index element`
pub const LSET: Spec = editor("LSET", 4, lset).flags(Flags::WRITE.or(Flags::DENYOOM));
/// `LINSERT key BEFORE|AFTER pivot element`
pub const LINSERT: Spec =
    editor("LINSERT", 5, linsert).flags(Flags::WRITE.or(Flags::DENYOOM)).since("2.2.0");
/// `LREM key count element`
pub const LREM: Spec = editor("LREM", 4, lrem);
/// `LTRIM key start stop`
pub const LTRIM: Spec = editor("LTRIM", 4, ltrim);

fn lset(call: &mut Call<'_>) -> Outcome {
    let (key, limits) = (call.args[1], call.keys.settings.list);
    let list = call.keys.list_mut(key)?.ok_or(Fault::NoSuchKey)?;
    let place = place(args::int(call.args[2])?, list.len()).ok_or(Fault::IndexOutOfRange)?;
    list.set(place, call.args[3], &limits);
    call.keys.changed(key, Class::List, "lset");
    call.reply.ok();
    Ok(())
}

fn linsert(call: &mut Call<'_>) -> Outcome {
    let (key, limits) = (call.args[1], call.keys.settings.list);
    let before = is(call.args[2], "BEFORE");
    if !before && !is(call.args[2], "AFTER") {
        return Err(Fault::Syntax);
    }
    let Some(list) = call.keys.list_mut(key)? else {
        call.reply.int(0);
        return Ok(());
    };
    if !list.insert(call.args[3], before, call.args[4], &limits) {
        call.reply.int(-1);
        return Ok(());
    }
    call.reply.count(list.len());
    call.keys.changed(key, Class::List, "linsert");
    Ok(())
}

fn lrem(call: &mut Call<'_>) -> Outcome {
    let (key, limits) = (call.args[1], call.keys.settings.list);
    let count = args::int(call.args[2])?;
    let Some(list) = call.keys.list_mut(key)? else {
        call.reply.int(0);
        return Ok(());
    };
    let from = if count < 0 { End::Tail } else { End::Head };
    let max = match count.unsigned_abs() {
        0 => usize::MAX,
        max => usize::try_from(max).unwrap_or(usize::MAX),
    };
    let removed = list.remove_matches(call.args[3], from, max, &limits);
    if removed > 0 {
        call.keys.changed(key, Class::List, "lrem");
        call.keys.settle(key);
    }
    call.reply.count(removed);
    Ok(())
}

fn ltrim(call: &mut Call<'_>) -> Outcome {
    let (key, limits) = (call.args[1], call.keys.settings.list);
    let (start, end) = (args::int(call.args[2])?, args::int(call.args[3])?);
    if let Some(list) = call.keys.list_mut(key)? {
        let kept = args::span(start, end, list.len());
        list.remove(kept.end..list.len(), &limits);
        list.remove(0..kept.start, &limits);
        call.keys.changed(key, Class::List, "ltrim");
        call.keys.settle(key);
    }
    call.reply.ok();
    Ok(())
}
