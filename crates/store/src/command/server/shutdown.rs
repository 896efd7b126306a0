//! `SHUTDOWN`.

use crate::command::args::is;
use crate::command::{Desk, Flags, Group, Run, Spec};
use crate::hub::Order;
use crate::log::writer::Health;
use crate::resp::{Fault, Outcome};

/// `SHUTDOWN [NOSAVE|SAVE] [NOW] [FORCE] [ABORT]`: end the store. What was acknowledged is in the log before, so
/// that no snapshot is needed, and nothing has to be waited for.
pub const SHUTDOWN: Spec = Spec::new("SHUTDOWN", -1, Group::Server, Run::Session(shutdown)).flags(
    Flags::ADMIN
        .or(Flags::NOSCRIPT)
        .or(Flags::LOADING)
        .or(Flags::STALE)
        .or(Flags::NO_MULTI)
        .or(Flags::ALLOW_BUSY)
        .or(Flags::LOOKS),
);

#[derive(Default)]
struct Asked {
    save: bool,
    nosave: bool,
    now: bool,
    force: bool,
    abort: bool,
}

fn shutdown(desk: &mut Desk<'_>) -> Outcome {
    let asked = asked(desk.args.get(1..).unwrap_or_default())?;
    if asked.abort {
        return Err(Fault::plain("ERR No shutdown in progress."));
    }
    let health = desk.hub.figures.standing().facts.health;
    if health != Health::Good && !asked.force && !asked.nosave {
        return Err(Fault::plain(
            "ERR Errors trying to SHUTDOWN: the log cannot be written. Use SHUTDOWN FORCE to lose what it lacks.",
        ));
    }
    desk.session.closing = true;
    desk.outbox.push(Order::Stop);
    Ok(())
}

fn asked(words: &[&[u8]]) -> Result<Asked, Fault> {
    let mut asked = Asked::default();
    for word in words {
        let known = [
            ("SAVE", &mut asked.save),
            ("NOSAVE", &mut asked.nosave),
            ("NOW", &mut asked.now),
            ("FORCE", &mut asked.force),
            ("ABORT", &mut asked.abort),
        ];
        let found = known.into_iter().find(|(name, _)| is(word, name));
        *found.ok_or(Fault::Syntax)?.1 = true;
    }
    let others = asked.save || asked.nosave || asked.now || asked.force;
    if asked.save && asked.nosave || asked.abort && others {
        return Err(Fault::Syntax);
    }
    Ok(asked)
}
