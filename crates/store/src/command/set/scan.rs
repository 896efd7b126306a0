//! `SSCAN`.

use crate::command::items::write;
use crate::command::scanning::{self, Scanning};
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec};
use crate::resp::Outcome;

/// `SSCAN key cursor [MATCH pattern] [COUNT count]`
pub const SSCAN: Spec = Spec::new("SSCAN", -3, Group::Set, Run::Data(sscan))
    .flags(Flags::READONLY)
    .keys(Keys::ONE)
    .since("2.8.0");

fn sscan(call: &mut Call<'_>) -> Outcome {
    let cursor = Scanning::cursor(call.args[2])?;
    let Some(set) = call.keys.set(call.args[1])? else {
        scanning::nothing(call.reply);
        return Ok(());
    };
    let scanning = Scanning::parse(Args::from(call.args, 3))?;
    let mut found = Vec::new();
    let next = set.scan(cursor, scanning.count, |member| {
        if scanning.wants(&member.text()) {
            found.push(member);
        }
    });
    scanning::head(call.reply, next);
    call.reply.array(found.len());
    found.into_iter().for_each(|member| write(call.reply, member));
    Ok(())
}
