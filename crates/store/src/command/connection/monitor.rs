//! `MONITOR`.

use crate::command::{Desk, Flags, Group, Run, Spec};
use crate::resp::Outcome;

/// `MONITOR`: tell this client of each command that runs.
pub const MONITOR: Spec = Spec::new("MONITOR", 1, Group::Server, Run::Session(monitor)).flags(
    Flags::ADMIN.or(Flags::NOSCRIPT).or(Flags::LOADING).or(Flags::STALE).or(Flags::NO_MULTI),
);

fn monitor(desk: &mut Desk<'_>) -> Outcome {
    desk.hub.monitors.join(desk.session.id);
    desk.reply.ok();
    Ok(())
}
