//! `CLIENT REPLY`: whether a client wants replies at all.

use super::OWN;
use crate::command::args::is;
use crate::command::{Desk, Group, Run, Spec};
use crate::engine::Mute;
use crate::resp::{Fault, Outcome};

/// `CLIENT REPLY ON|OFF|SKIP`
pub const REPLY: Spec =
    Spec::new("REPLY", 3, Group::Connection, Run::Session(reply)).flags(OWN).since("3.2.0");

fn reply(desk: &mut Desk<'_>) -> Outcome {
    match desk.args[2] {
        on if is(on, "ON") => {
            desk.session.mute = Mute::No;
            desk.reply.ok();
        }
        off if is(off, "OFF") => desk.session.mute = Mute::All,
        skip if is(skip, "SKIP") => {
            if desk.session.mute != Mute::All {
                desk.session.mute = Mute::NextTwo;
            }
        }
        _ => return Err(Fault::Syntax),
    }
    Ok(())
}
