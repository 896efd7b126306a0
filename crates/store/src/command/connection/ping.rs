//! `PING` and `ECHO`.

use crate::command::{Desk, Flags, Group, Run, Spec};
use crate::resp::{Fault, Outcome, Version};

/// `PING [message]`
pub const PING: Spec = Spec::new("PING", -1, Group::Connection, Run::Session(ping))
    .flags(Flags::FAST.or(Flags::ALLOW_BUSY).or(Flags::SUBSCRIBER));

/// `ECHO message`
pub const ECHO: Spec = Spec::new("ECHO", 2, Group::Connection, Run::Session(echo))
    .flags(Flags::FAST.or(Flags::LOADING).or(Flags::STALE));

fn ping(desk: &mut Desk<'_>) -> Outcome {
    if desk.args.len() > 2 {
        return Err(Fault::arity("ping"));
    }
    let message = desk.args.get(1).copied();
    if desk.session.subscriptions > 0 && desk.reply.version() == Version::Resp2 {
        desk.reply.array(2);
        desk.reply.bulk(b"pong");
        desk.reply.bulk(message.unwrap_or_default());
    } else if let Some(message) = message {
        desk.reply.bulk(message);
    } else {
        desk.reply.status("PONG");
    }
    Ok(())
}

fn echo(desk: &mut Desk<'_>) -> Outcome {
    desk.reply.bulk(desk.args[1]);
    Ok(())
}
