//! `ROLE`.

use crate::command::{Desk, Flags, Group, Run, Spec};
use crate::resp::Outcome;

/// `ROLE`: always a master without replicas.
pub const ROLE: Spec = Spec::new("ROLE", 1, Group::Server, Run::Session(role))
    .flags(Flags::NOSCRIPT.or(Flags::LOADING).or(Flags::STALE).or(Flags::FAST))
    .since("2.8.12");

fn role(desk: &mut Desk<'_>) -> Outcome {
    desk.reply.array(3);
    desk.reply.bulk(b"master");
    desk.reply.int(0);
    desk.reply.array(0);
    Ok(())
}
