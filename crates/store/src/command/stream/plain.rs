//! `XLEN`, `XDEL`, `XSETID`, `XRANGE`, `XREVRANGE`.

use super::{entries, ids};
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec};
use crate::data::stream::StreamId;
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome};

const fn spec(
    name: &'static str,
    arity: i8,
    flags: Flags,
    run: fn(&mut Call<'_>) -> Outcome,
) -> Spec {
    Spec::new(name, arity, Group::Stream, Run::Data(run))
        .flags(flags)
        .keys(Keys::ONE)
        .since("5.0.0")
}

/// `XLEN key`
pub const XLEN: Spec = spec("XLEN", 2, Flags::READONLY.or(Flags::FAST), xlen);
/// `XDEL key id [id …]`
pub const XDEL: Spec = spec("XDEL", -3, Flags::WRITE.or(Flags::FAST), xdel);
/// `XSETID key last-id [ENTRIESADDED entries-added] [MAXDELETEDID max-deleted-id]`
pub const XSETID: Spec =
    spec("XSETID", -3, Flags::WRITE.or(Flags::DENYOOM).or(Flags::FAST), xsetid);
/// `XRANGE key start end [COUNT count]`
pub const XRANGE: Spec = spec("XRANGE", -4, Flags::READONLY, |call| range(call, false));
/// `XREVRANGE key end start [COUNT count]`
pub const XREVRANGE: Spec = spec("XREVRANGE", -4, Flags::READONLY, |call| range(call, true));

fn xlen(call: &mut Call<'_>) -> Outcome {
    let len = call.keys.stream(call.args[1])?.map_or(0, |stream| stream.len());
    call.reply.int(len as i64);
    Ok(())
}

fn xdel(call: &mut Call<'_>) -> Outcome {
    let key = call.args[1];
    let mut removed = 0;
    if let Some(stream) = call.keys.stream_mut(key)? {
        let ids = call.args.iter().skip(2).map(|text| ids::strict(text, 0));
        let ids: Vec<StreamId> = ids.collect::<Result<_, _>>()?;
        removed = ids.into_iter().filter(|id| stream.delete(*id)).count();
    }
    if removed > 0 {
        call.keys.changed(key, Class::Stream, "xdel");
    }
    call.reply.count(removed);
    Ok(())
}

fn xsetid(call: &mut Call<'_>) -> Outcome {
    let (key, id) = (call.args[1], ids::strict(call.args[2], 0)?);
    let (mut added, mut max_deleted) = (None, StreamId::MIN);
    let mut rest = Args::from(call.args, 3);
    while !rest.is_empty() {
        let more = rest.rest().len() > 1;
        if more && rest.accept("ENTRIESADDED") {
            let count = u64::try_from(rest.int()?);
            added = Some(count.map_err(|_| Fault::plain("ERR entries_added must be positive"))?);
        } else if more && rest.accept("MAXDELETEDID") {
            max_deleted = ids::strict(rest.need()?, 0)?;
            if id < max_deleted {
                return Err(Fault::plain(
                    "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id",
                ));
            }
        } else {
            return Err(Fault::Syntax);
        }
    }
    let stream = call.keys.stream_mut(key)?.ok_or(Fault::NoSuchKey)?;
    if id < stream.max_deleted {
        return Err(Fault::plain(
            "ERR The ID specified in XSETID is smaller than current max_deleted_entry_id",
        ));
    }
    if let Some(last) = stream.last() {
        if id < last.id {
            return Err(Fault::plain(
                "ERR The ID specified in XSETID is smaller than the target stream top item",
            ));
        }
        if added.is_some_and(|added| stream.len() > added) {
            return Err(Fault::plain(
                "ERR The entries_added specified in XSETID is smaller than the target stream length",
            ));
        }
    }
    stream.last_id = id;
    stream.entries_added = added.unwrap_or(stream.entries_added);
    if !max_deleted.is_zero() {
        stream.max_deleted = max_deleted;
    }
    call.keys.changed(key, Class::Stream, "xsetid");
    call.reply.ok();
    Ok(())
}

fn range(call: &mut Call<'_>, back: bool) -> Outcome {
    let (low, high) = if back { (3, 2) } else { (2, 3) };
    let (low, high) = (ids::start(call.args[low])?, ids::end(call.args[high])?);
    let mut count = None;
    let mut rest = Args::from(call.args, 4);
    while !rest.is_empty() {
        if rest.rest().len() < 2 || !rest.accept("COUNT") {
            return Err(Fault::Syntax);
        }
        count = Some(usize::try_from(rest.int()?).unwrap_or(0));
    }
    let Some(stream) = call.keys.stream(call.args[1])? else {
        call.reply.array(0);
        return Ok(());
    };
    if count == Some(0) {
        call.reply.null_array();
        return Ok(());
    }
    let found = if back { stream.range_back(low, high) } else { stream.range(low, high) };
    entries::all(call.reply, found.take(count.unwrap_or(usize::MAX)));
    Ok(())
}
