//! A key's value under another name, or in another database.

use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec, args};
use crate::keyspace::{Class, DbIndex, Record};
use crate::resp::{Fault, Outcome};

/// `COPY source destination [DB destination-db] [REPLACE]`
pub const COPY: Spec = Spec::new("COPY", -3, Group::Generic, Run::Data(copy))
    .flags(Flags::WRITE.or(Flags::DENYOOM))
    .keys(Keys::TWO)
    .since("6.2.0");

/// `MOVE key db`
pub const MOVE: Spec = Spec::new("MOVE", 3, Group::Generic, Run::Data(move_key))
    .flags(Flags::WRITE.or(Flags::FAST))
    .keys(Keys::ONE);

const SAME: Fault = Fault::plain("ERR source and destination objects are the same");

fn copy(call: &mut Call<'_>) -> Outcome {
    let (from, to, here) = (call.args[1], call.args[2], call.keys.selected);
    let (mut there, mut replace) = (here, false);
    let mut rest = Args::from(call.args, 3);
    while !rest.is_empty() {
        if rest.accept("REPLACE") {
            replace = true;
        } else if rest.len() > 1 && rest.accept("DB") {
            there = database(call, rest.need()?)?;
        } else {
            return Err(Fault::Syntax);
        }
    }
    if from == to && here == there {
        return Err(SAME);
    }
    let entry = call.keys.glance(from).map(Record::to_entry);
    let Some(entry) = entry else {
        call.reply.int(0);
        return Ok(());
    };
    let copied = in_database(call, there, |call| {
        let copied = replace || !call.keys.exists(to);
        if copied {
            call.keys.put(to, entry);
            call.keys.changed(to, Class::Generic, "copy_to");
            call.whole_effect(to);
        }
        copied
    });
    call.reply.int(copied.into());
    Ok(())
}

fn move_key(call: &mut Call<'_>) -> Outcome {
    let (key, here) = (call.args[1], call.keys.selected);
    let there = database(call, call.args[2])?;
    if here == there {
        return Err(SAME);
    }
    let moved = call.keys.exists(key) && !in_database(call, there, |call| call.keys.exists(key));
    if moved && let Some(entry) = call.keys.remove(key) {
        call.keys.changed(key, Class::Generic, "move_from");
        call.effect(&[b"DEL", key]);
        in_database(call, there, |call| {
            call.keys.put(key, entry);
            call.keys.changed(key, Class::Generic, "move_to");
            call.whole_effect(key);
        });
    }
    call.reply.int(moved.into());
    Ok(())
}

fn database(call: &Call<'_>, arg: &[u8]) -> Result<DbIndex, Fault> {
    args::database(arg, call.keys.databases())
}

fn in_database<T>(call: &mut Call<'_>, db: DbIndex, run: impl FnOnce(&mut Call<'_>) -> T) -> T {
    let here = std::mem::replace(&mut call.keys.selected, db);
    let result = run(call);
    call.keys.selected = here;
    result
}
