//! `SELECT` and `QUIT`.

use crate::command::args::database;
use crate::command::{Desk, Flags, Group, Run, Spec};
use crate::resp::Outcome;
use std::sync::atomic::Ordering::Relaxed;

/// `SELECT index`
pub const SELECT: Spec = Spec::new("SELECT", 2, Group::Connection, Run::Session(select))
    .flags(Flags::LOADING.or(Flags::STALE).or(Flags::FAST));

/// `QUIT`
pub const QUIT: Spec = Spec::new("QUIT", -1, Group::Connection, Run::Session(quit)).flags(
    Flags::NOSCRIPT
        .or(Flags::LOADING)
        .or(Flags::STALE)
        .or(Flags::FAST)
        .or(Flags::NO_AUTH)
        .or(Flags::ALLOW_BUSY)
        .or(Flags::SUBSCRIBER),
);

fn select(desk: &mut Desk<'_>) -> Outcome {
    let databases = desk.hub.limits.databases.load(Relaxed);
    desk.session.db = database(desk.args[1], databases)?;
    desk.reply.ok();
    Ok(())
}

fn quit(desk: &mut Desk<'_>) -> Outcome {
    desk.session.closing = true;
    desk.reply.ok();
    Ok(())
}
