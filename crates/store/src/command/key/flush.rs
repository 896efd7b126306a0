//! Whole databases: emptied, exchanged.

use crate::command::args::is;
use crate::command::{Call, Flags, Group, Run, Spec, args};
use crate::keyspace::DbIndex;
use crate::resp::{Fault, Outcome};

/// `FLUSHDB [ASYNC|SYNC]`
pub const FLUSHDB: Spec =
    Spec::new("FLUSHDB", -1, Group::Server, Run::Data(flushdb)).flags(Flags::WRITE);

/// `FLUSHALL [ASYNC|SYNC]`
pub const FLUSHALL: Spec =
    Spec::new("FLUSHALL", -1, Group::Server, Run::Data(flushall)).flags(Flags::WRITE);

/// `SWAPDB index1 index2`
pub const SWAPDB: Spec = Spec::new("SWAPDB", 3, Group::Server, Run::Data(swapdb))
    .flags(Flags::WRITE.or(Flags::FAST))
    .since("4.0.0");

fn flushdb(call: &mut Call<'_>) -> Outcome {
    check_mode(call.args)?;
    let db = call.keys.selected;
    call.keys.flush(db);
    call.effect(&[b"FLUSHDB"]);
    call.reply.ok();
    Ok(())
}

fn flushall(call: &mut Call<'_>) -> Outcome {
    check_mode(call.args)?;
    for db in 0..call.keys.databases() {
        call.keys.flush(db);
    }
    call.effect(&[b"FLUSHALL"]);
    call.reply.ok();
    Ok(())
}

fn swapdb(call: &mut Call<'_>) -> Outcome {
    let index = |arg, which| {
        let number = args::int(arg).ok().and_then(|number| i32::try_from(number).ok());
        number.ok_or_else(|| Fault::err(format_args!("invalid {which} DB index")))
    };
    let (one, other) = (index(call.args[1], "first")?, index(call.args[2], "second")?);
    let place = |number: i32| {
        let db = DbIndex::try_from(number).ok().filter(|db| *db < call.keys.databases());
        db.ok_or(Fault::plain("ERR DB index is out of range"))
    };
    let (one, other) = (place(one)?, place(other)?);
    call.keys.exchange(one, other);
    call.effect(&[b"SWAPDB", call.args[1], call.args[2]]);
    call.reply.ok();
    Ok(())
}

/// Memory is always given back at once: both words mean the same here.
fn check_mode(args: &[&[u8]]) -> Outcome {
    match args {
        [_] => Ok(()),
        [_, mode] if is(mode, "ASYNC") || is(mode, "SYNC") => Ok(()),
        _ => Err(Fault::Syntax),
    }
}
