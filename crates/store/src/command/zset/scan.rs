//! `ZSCAN`.

use crate::command::scanning::{self, Scanning};
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec};
use crate::resp::{Outcome, double_text};

/// `ZSCAN key cursor [MATCH pattern] [COUNT count]`
pub const ZSCAN: Spec = Spec::new("ZSCAN", -3, Group::Zset, Run::Data(zscan))
    .flags(Flags::READONLY)
    .keys(Keys::ONE)
    .since("2.8.0");

fn zscan(call: &mut Call<'_>) -> Outcome {
    let cursor = Scanning::cursor(call.args[2])?;
    let Some(zset) = call.keys.zset(call.args[1])? else {
        scanning::nothing(call.reply);
        return Ok(());
    };
    let scanning = Scanning::parse(Args::from(call.args, 3))?;
    let mut found: Vec<(Vec<u8>, f64)> = Vec::new();
    let next = zset.scan(cursor, scanning.count, |member, score| {
        if scanning.wants(member) {
            found.push((member.to_vec(), score));
        }
    });
    scanning::head(call.reply, next);
    call.reply.array(2 * found.len());
    for (member, score) in found {
        call.reply.bulk(&member);
        call.reply.bulk(double_text(score).as_bytes());
    }
    Ok(())
}
