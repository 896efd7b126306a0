//! Commands that wait until a list has something.

use super::pop::{command, first_filled, pop_first, side, take};
use super::transfer::{Way, carry};
use crate::command::args::timeout_ms;
use crate::command::{Call, FirstOf, Flags, Group, Keys, Run, Spec};
use crate::data::list::End;
use crate::resp::{Fault, Outcome};

const fn popper(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, -3, Group::List, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::BLOCKING))
        .keys(Keys::BUT_LAST)
        .since("2.0.0")
}

const fn mover(name: &'static str, arity: i8, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, arity, Group::List, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::DENYOOM).or(Flags::BLOCKING))
        .keys(Keys::TWO)
        .since("2.2.0")
}

/// `BLPOP key [key …] timeout`
pub const BLPOP: Spec = popper("BLPOP", |call| pop(call, End::Head));
/// `BRPOP key [key …] timeout`
pub const BRPOP: Spec = popper("BRPOP", |call| pop(call, End::Tail));
/// `BLMOVE source destination LEFT|RIGHT LEFT|RIGHT timeout`
pub const BLMOVE: Spec = mover("BLMOVE", 6, blmove).since("6.2.0");
/// `BRPOPLPUSH source destination timeout`
pub const BRPOPLPUSH: Spec = mover("BRPOPLPUSH", 4, brpoplpush);

/// `BLMPOP timeout numkeys key [key …] LEFT|RIGHT [COUNT count]`
pub const BLMPOP: Spec = Spec::new("BLMPOP", -5, Group::List, Run::Data(blmpop))
    .flags(Flags::WRITE.or(Flags::BLOCKING).or(Flags::MOVABLE_KEYS))
    .keys(Keys::Counted(2))
    .since("7.0.0");

fn pop(call: &mut Call<'_>, end: End) -> Outcome {
    let Some(([_, keys @ ..], timeout)) = call.args.split_last().map(|(last, rest)| (rest, last))
    else {
        return Err(Fault::Syntax);
    };
    let until = timeout_ms(timeout, call.keys.now_ms())?;
    let Some(key) = first_filled(call, keys)? else {
        call.wait_for(keys, until, true);
        return Ok(());
    };
    call.reply.array(2);
    call.reply.bulk(key);
    take(call, key, end, 1)?;
    call.effect(&[command(end), key]);
    Ok(())
}

fn blmove(call: &mut Call<'_>) -> Outcome {
    let way = Way::parse(call.args)?;
    carry_or_wait(call, way, call.args[5])
}

fn brpoplpush(call: &mut Call<'_>) -> Outcome {
    carry_or_wait(call, Way::OLD, call.args[3])
}

fn carry_or_wait(call: &mut Call<'_>, way: Way, timeout: &[u8]) -> Outcome {
    let until = timeout_ms(timeout, call.keys.now_ms())?;
    if carry(call, way)? {
        return Ok(());
    }
    if call.at_once {
        // Where the others that may not wait answer with an absent array.
        call.reply.null();
    } else {
        call.wait_for(&[call.args[1]], until, true);
    }
    Ok(())
}

fn blmpop(call: &mut Call<'_>) -> Outcome {
    let asked = FirstOf::parse(call.args, 2, side)?;
    let until = timeout_ms(call.args[1], call.keys.now_ms())?;
    if !pop_first(call, &asked)? {
        call.wait_for(asked.keys, until, true);
    }
    Ok(())
}
