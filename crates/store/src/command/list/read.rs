//! Reading by place.

use crate::command::items::write;
use crate::command::{Call, Flags, Group, Keys, Run, Spec, args};
use crate::resp::Outcome;

/// `LLEN key`
pub const LLEN: Spec = Spec::new("LLEN", 2, Group::List, Run::Data(llen))
    .flags(Flags::READONLY.or(Flags::FAST))
    .keys(Keys::ONE);

/// `LRANGE key start stop`
pub const LRANGE: Spec =
    Spec::new("LRANGE", 4, Group::List, Run::Data(lrange)).flags(Flags::READONLY).keys(Keys::ONE);

/// `LINDEX key index`
pub const LINDEX: Spec =
    Spec::new("LINDEX", 3, Group::List, Run::Data(lindex)).flags(Flags::READONLY).keys(Keys::ONE);

fn llen(call: &mut Call<'_>) -> Outcome {
    let len = call.keys.list(call.args[1])?.map_or(0, |list| list.len());
    call.reply.count(len);
    Ok(())
}

fn lrange(call: &mut Call<'_>) -> Outcome {
    let (start, end) = (args::int(call.args[2])?, args::int(call.args[3])?);
    let Some(list) = call.keys.list(call.args[1])? else {
        call.reply.array(0);
        return Ok(());
    };
    let span = args::span(start, end, list.len());
    call.reply.array(span.len());
    list.elements_from(span.start).take(span.len()).for_each(|item| write(call.reply, item));
    Ok(())
}

fn lindex(call: &mut Call<'_>) -> Outcome {
    let Some(list) = call.keys.list(call.args[1])? else {
        call.reply.null();
        return Ok(());
    };
    let place = place(args::int(call.args[2])?, list.len());
    match place.and_then(|place| list.get(place)) {
        Some(item) => write(call.reply, item),
        None => call.reply.null(),
    }
    Ok(())
}

/// The place that `index` means among `len`, counted from behind when negative. None outside of it.
pub(super) fn place(index: i64, len: usize) -> Option<usize> {
    let place = if index < 0 { index.checked_add(len as i64)? } else { index };
    usize::try_from(place).ok().filter(|place| *place < len)
}
