//! `HSCAN`.

use crate::command::items::write;
use crate::command::scanning::{self, Scanning};
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec};
use crate::resp::Outcome;

/// `HSCAN key cursor [MATCH pattern] [COUNT count]`
pub const HSCAN: Spec = Spec::new("HSCAN", -3, Group::Hash, Run::Data(hscan))
    .flags(Flags::READONLY)
    .keys(Keys::ONE)
    .since("2.8.0");

fn hscan(call: &mut Call<'_>) -> Outcome {
    let cursor = Scanning::cursor(call.args[2])?;
    let Some(hash) = call.keys.hash(call.args[1])? else {
        scanning::nothing(call.reply);
        return Ok(());
    };
    let scanning = Scanning::parse(Args::from(call.args, 3))?;
    let mut found = Vec::new();
    let next = hash.scan(cursor, scanning.count, |field, value| {
        if scanning.wants(&field.text()) {
            found.push((field, value));
        }
    });
    scanning::head(call.reply, next);
    call.reply.array(2 * found.len());
    for (field, value) in found {
        write(call.reply, field);
        write(call.reply, value);
    }
    Ok(())
}
