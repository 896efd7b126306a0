//! `CLIENT PAUSE`, `UNPAUSE` and `UNBLOCK`: letting clients wait, and no longer.

use super::{OTHERS, OWN};
use crate::command::args::is;
use crate::command::{Desk, Flags, Group, Run, Spec};
use crate::hub::{Marks, Order};
use crate::resp::{Fault, Outcome, parse_int};

/// `CLIENT PAUSE milliseconds [WRITE|ALL]`
pub const PAUSE: Spec =
    Spec::new("PAUSE", -3, Group::Connection, Run::Session(pause)).flags(OTHERS).since("3.0.0");
/// `CLIENT UNPAUSE`
pub const UNPAUSE: Spec =
    Spec::new("UNPAUSE", 2, Group::Connection, Run::Session(go_on)).flags(OTHERS).since("6.2.0");
/// `CLIENT UNBLOCK id [TIMEOUT|ERROR]`
pub const UNBLOCK: Spec = Spec::new("UNBLOCK", -3, Group::Connection, Run::Session(unblock))
    .flags(OWN.or(Flags::ADMIN))
    .since("5.0.0");

fn pause(desk: &mut Desk<'_>) -> Outcome {
    let writes_only = match desk.args.get(3..) {
        Some([]) => false,
        Some([word]) if is(word, "ALL") => false,
        Some([word]) if is(word, "WRITE") => true,
        _ => return Err(Fault::plain("ERR CLIENT PAUSE mode must be WRITE or ALL")),
    };
    let milliseconds = parse_int(desk.args[2])
        .ok_or(Fault::plain("ERR timeout is not an integer or out of range"))?;
    if milliseconds < 0 {
        return Err(Fault::plain("ERR timeout is negative"));
    }
    let now_ms = desk.now.wall_ms;
    desk.hub.pause.begin(now_ms.saturating_add(milliseconds), writes_only, now_ms);
    desk.reply.ok();
    Ok(())
}

fn go_on(desk: &mut Desk<'_>) -> Outcome {
    desk.hub.pause.end();
    desk.reply.ok();
    Ok(())
}

fn unblock(desk: &mut Desk<'_>) -> Outcome {
    let error = match desk.args.get(3..) {
        Some([]) => false,
        Some([word]) if is(word, "TIMEOUT") => false,
        Some([word]) if is(word, "ERROR") => true,
        _ => return Err(Fault::plain("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")),
    };
    let id = parse_int(desk.args[2]).ok_or(Fault::NotInteger)?;
    let client = u64::try_from(id).ok().and_then(|id| desk.hub.clients.find(id));
    let waiting = client.filter(|card| card.marks().has(Marks::WAITS));
    if let Some(card) = &waiting {
        desk.outbox.push(Order::Unblock { client: card.id, error });
    }
    desk.reply.int(waiting.is_some().into());
    Ok(())
}
