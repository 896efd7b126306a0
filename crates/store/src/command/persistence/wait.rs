//! Waiting until what was written is safe.

use crate::command::{Call, Flags, Group, Run, Spec, args};
use crate::durable::Wish;
use crate::log::writer::Health;
use crate::resp::{Fault, Outcome};

/// `WAIT replicas timeout`: there are none.
pub const WAIT: Spec = Spec::new("WAIT", 3, Group::Generic, Run::Data(wait)).since("3.0.0");
/// `WAITAOF local replicas timeout`
pub const WAITAOF: Spec = Spec::new("WAITAOF", 4, Group::Generic, Run::Data(waitaof))
    .flags(Flags::NOSCRIPT)
    .since("7.2.0");

/// What is told when the time is over.
const NONE: &[u8] = b":0\r\n";
const NONE_OF_BOTH: &[u8] = b"*2\r\n:0\r\n:0\r\n";

const NO_LOG: Fault =
    Fault::plain("ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");

fn timeout(call: &Call<'_>, arg: &[u8]) -> Result<Option<i64>, Fault> {
    let ms = args::int(arg)
        .map_err(|_| Fault::plain("ERR timeout is not an integer or out of range"))?;
    if ms < 0 {
        return Err(Fault::plain("ERR timeout is negative"));
    }
    Ok((ms > 0).then(|| call.keys.now_ms().saturating_add(ms)))
}

fn wait(call: &mut Call<'_>) -> Outcome {
    let replicas = args::int(call.args[1])?;
    let until = timeout(call, call.args[2])?;
    if replicas <= 0 || call.at_once {
        call.reply.int(0);
    } else {
        call.wait_for_number("replicas", 0, until, NONE);
    }
    Ok(())
}

fn waitaof(call: &mut Call<'_>) -> Outcome {
    let local = args::int(call.args[1])?;
    if !(0..=1).contains(&local) {
        return Err(Fault::plain("ERR value is out of range, value must between 0 and 1"));
    }
    let replicas = args::int(call.args[2])?;
    if replicas < 0 {
        return Err(Fault::plain("ERR value is out of range, must be positive"));
    }
    let until = timeout(call, call.args[3])?;
    if local > 0 && !call.keys.facts.is_on {
        return Err(NO_LOG);
    }
    let target = call.waited_for("durable").unwrap_or(call.keys.next_lsn() - 1);
    let facts = &mut call.keys.facts;
    let is_durable = facts.is_on && facts.durable >= target;
    let is_enough = (local == 0 || is_durable) && replicas == 0;
    // What fails now may succeed before the time is over; without an end nobody waits for what fails.
    let is_hopeless = facts.health != Health::Good && until.is_none();
    if is_enough || is_hopeless || call.at_once {
        call.reply.array(2);
        call.reply.int(is_durable.into());
        call.reply.int(0);
        return Ok(());
    }
    facts.wishes.push(Wish::Sync);
    facts.is_awaited = true;
    call.wait_for_number("durable", target, until, NONE_OF_BOTH);
    Ok(())
}
