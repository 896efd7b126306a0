//! `AUTH`: there is one user, `default`, and the store's password is its.

use crate::command::args::is;
use crate::command::{Desk, Flags, Group, Run, Spec};
use crate::resp::{Fault, Outcome};

/// `AUTH [username] password`
pub const AUTH: Spec = Spec::new("AUTH", -2, Group::Connection, Run::Session(auth)).flags(
    Flags::NOSCRIPT
        .or(Flags::LOADING)
        .or(Flags::STALE)
        .or(Flags::FAST)
        .or(Flags::NO_AUTH)
        .or(Flags::ALLOW_BUSY)
        .or(Flags::SKIP_SLOWLOG),
);

fn auth(desk: &mut Desk<'_>) -> Outcome {
    match desk.args {
        [_, _] if !desk.hub.limits.is_guarded() => {
            return Err(Fault::plain(
                "ERR AUTH <password> called without any password configured for the default user. \
                 Are you sure your configuration is correct?",
            ));
        }
        [_, password] => enter(desk, b"default", password)?,
        [_, user, password] => enter(desk, user, password)?,
        _ => return Err(Fault::Syntax),
    }
    desk.reply.ok();
    Ok(())
}

/// Let the client in if it is `user` and gives the right `password`.
pub(super) fn enter(desk: &mut Desk<'_>, user: &[u8], password: &[u8]) -> Outcome {
    if !is(user, "default") || !desk.hub.limits.opens(password) {
        return Err(Fault::plain("WRONGPASS invalid username-password pair or user is disabled."));
    }
    desk.session.known = true;
    Ok(())
}
