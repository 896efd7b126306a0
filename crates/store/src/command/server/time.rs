//! `TIME`.

use crate::command::{Desk, Flags, Group, Run, Spec};
use crate::resp::Outcome;

/// `TIME`: seconds since 1970, and microseconds of the running one.
pub const TIME: Spec = Spec::new("TIME", 1, Group::Server, Run::Session(time))
    .flags(Flags::LOADING.or(Flags::STALE).or(Flags::FAST))
    .since("2.6.0");

fn time(desk: &mut Desk<'_>) -> Outcome {
    let now = desk.now;
    desk.reply.array(2);
    desk.reply.bulk_int(now.wall_ms.div_euclid(1000));
    desk.reply.bulk_int(now.wall_ms.rem_euclid(1000) * 1000 + i64::from(now.rest_us));
    Ok(())
}
