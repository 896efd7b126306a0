//! What a client asks for itself: `CLIENT NO-EVICT`, `NO-TOUCH`, `GETREDIR`, `MAINT_NOTIFICATIONS`.

use super::{OTHERS, OWN};
use crate::command::args::is;
use crate::command::{Desk, Group, Run, Spec};
use crate::resp::{Fault, Outcome};

/// `CLIENT NO-EVICT ON|OFF`
pub const NO_EVICT: Spec = Spec::new("NO-EVICT", 3, Group::Connection, Run::Session(no_evict))
    .flags(OTHERS)
    .since("7.0.0");
/// `CLIENT NO-TOUCH ON|OFF`
pub const NO_TOUCH: Spec =
    Spec::new("NO-TOUCH", 3, Group::Connection, Run::Session(no_touch)).flags(OWN).since("7.2.0");
/// `CLIENT GETREDIR`
pub const GETREDIR: Spec =
    Spec::new("GETREDIR", 2, Group::Connection, Run::Session(get_redir)).flags(OWN).since("6.0.0");
/// `CLIENT MAINT_NOTIFICATIONS ON|OFF …`: newer clients ask to be told of a move to another server.
pub const MAINT_NOTIFICATIONS: Spec =
    Spec::new("MAINT_NOTIFICATIONS", -3, Group::Connection, Run::Session(maintenance))
        .flags(OWN)
        .since("8.2.0");

fn no_evict(desk: &mut Desk<'_>) -> Outcome {
    desk.session.no_evict = on_or_off(desk.args[2])?;
    desk.reply.ok();
    Ok(())
}

fn no_touch(desk: &mut Desk<'_>) -> Outcome {
    desk.session.no_touch = on_or_off(desk.args[2])?;
    desk.reply.ok();
    Ok(())
}

/// Keys are not tracked, so nobody is told of them.
fn get_redir(desk: &mut Desk<'_>) -> Outcome {
    desk.reply.int(-1);
    Ok(())
}

/// This server never moves, so there is nothing to tell.
fn maintenance(desk: &mut Desk<'_>) -> Outcome {
    on_or_off(desk.args[2])?;
    desk.reply.ok();
    Ok(())
}

pub(super) fn on_or_off(arg: &[u8]) -> Result<bool, Fault> {
    match arg {
        on if is(on, "ON") => Ok(true),
        off if is(off, "OFF") => Ok(false),
        _ => Err(Fault::Syntax),
    }
}
