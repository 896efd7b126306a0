//! `ZSCAN`.

use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec, matches};
use crate::resp::{Fault, Outcome, double_text};

/// `ZSCAN key cursor [MATCH pattern] [COUNT count]`
pub const ZSCAN: Spec = Spec::new("ZSCAN", -3, Group::Zset, Run::Data(zscan))
    .flags(Flags::READONLY)
    .keys(Keys::ONE)
    .since("2.8.0");

fn zscan(call: &mut Call<'_>) -> Outcome {
    let cursor = std::str::from_utf8(call.args[2]).ok().and_then(|text| text.parse().ok());
    let Some(cursor) = cursor else { return Err(Fault::plain("ERR invalid cursor")) };
    let Some(zset) = call.keys.zset(call.args[1])? else {
        call.reply.array(2);
        call.reply.bulk(b"0");
        call.reply.array(0);
        return Ok(());
    };
    let (mut pattern, mut count) = (None, 10);
    let mut rest = Args::from(call.args, 3);
    while !rest.is_empty() {
        if rest.rest().len() > 1 && rest.accept("MATCH") {
            pattern = Some(rest.need()?);
        } else if rest.rest().len() > 1 && rest.accept("COUNT") {
            count = rest.int()?;
            if count < 1 {
                return Err(Fault::Syntax);
            }
        } else {
            return Err(Fault::Syntax);
        }
    }
    let mut found: Vec<(Vec<u8>, f64)> = Vec::new();
    let next = zset.scan(cursor, count as usize, |member, score| {
        if pattern.is_none_or(|pattern| matches(pattern, member)) {
            found.push((member.to_vec(), score));
        }
    });
    call.reply.array(2);
    call.reply.bulk(next.to_string().as_bytes());
    call.reply.array(2 * found.len());
    for (member, score) in found {
        call.reply.bulk(&member);
        call.reply.bulk(double_text(score).as_bytes());
    }
    Ok(())
}
