//! From one list to another.

use super::pop::{command, side, taken};
use super::push::add;
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::data::list::End;
use crate::resp::{Fault, Outcome};

/// `LMOVE source destination LEFT|RIGHT LEFT|RIGHT`
pub const LMOVE: Spec = Spec::new("LMOVE", 5, Group::List, Run::Data(lmove))
    .flags(Flags::WRITE.or(Flags::DENYOOM))
    .keys(Keys::TWO)
    .since("6.2.0");

/// `RPOPLPUSH source destination`
pub const RPOPLPUSH: Spec = Spec::new("RPOPLPUSH", 3, Group::List, Run::Data(rpoplpush))
    .flags(Flags::WRITE.or(Flags::DENYOOM))
    .keys(Keys::TWO)
    .since("1.2.0");

/// From which end to which.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) from: End,
    pub(super) to: End,
}

impl Way {
    /// That of `RPOPLPUSH`.
    pub(super) const OLD: Way = Way { from: End::Tail, to: End::Head };

    pub(super) fn parse(args: &[&[u8]]) -> Result<Self, Fault> {
        Ok(Way { from: side(args[3])?, to: side(args[4])? })
    }
}

fn lmove(call: &mut Call<'_>) -> Outcome {
    let way = Way::parse(call.args)?;
    carry_or_null(call, way)
}

fn rpoplpush(call: &mut Call<'_>) -> Outcome {
    carry_or_null(call, Way::OLD)
}

fn carry_or_null(call: &mut Call<'_>, way: Way) -> Outcome {
    if !carry(call, way)? {
        call.reply.null();
    }
    Ok(())
}

/// Take an element from the list at the first key to that at the second, answer and log it. Whether there is one.
pub(super) fn carry(call: &mut Call<'_>, way: Way) -> Result<bool, Fault> {
    let (source, target, limits) = (call.args[1], call.args[2], call.keys.settings.list);
    let Some(list) = call.keys.list_mut(source)? else { return Ok(false) };
    let at = if way.from == End::Head { 0 } else { list.len().saturating_sub(1) };
    let Some(item) = list.get(at) else { return Ok(false) };
    let value = item.text().to_vec();
    call.keys.list_mut(target)?;
    if let Some(list) = call.keys.list_mut(source)? {
        list.remove(at..at + 1, &limits);
    }
    add(call, target, way.to, &[&value])?;
    taken(call, source, way.from);
    if source == target {
        // In two steps a list of one element would be gone in between, and its expiry with it.
        call.effect(&[b"LMOVE", source, target, word(way.from), word(way.to)]);
    } else {
        call.effect(&[command(way.from), source]);
        call.effect(&[if way.to == End::Head { b"LPUSH" } else { b"RPUSH" }, target, &value]);
    }
    call.reply.bulk(&value);
    Ok(true)
}

fn word(end: End) -> &'static [u8] {
    if end == End::Head { b"LEFT" } else { b"RIGHT" }
}
