//! `RESET`: as if the client had just come.

use crate::command::{Flags, Group, Run, Spec};
use crate::engine::{Engine, Invocation, Mute, Session};
use crate::hub::Hub;
use crate::resp::{Outcome, Version};

/// `RESET`
pub const RESET: Spec = Spec::new("RESET", 1, Group::Connection, Run::Engine(reset))
    .flags(
        Flags::NOSCRIPT
            .or(Flags::LOADING)
            .or(Flags::STALE)
            .or(Flags::FAST)
            .or(Flags::NO_AUTH)
            .or(Flags::ALLOW_BUSY)
            .or(Flags::SUBSCRIBER),
    )
    .since("6.2.0");

fn reset(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    let Invocation { session, reply, .. } = invocation;
    engine.unwatch(session);
    forget(session, &engine.hub);
    reply.set_version(Version::Resp2);
    reply.status("RESET");
    Ok(())
}

/// What the client asked for holds no longer. Which library it uses stays known.
fn forget(session: &mut Session, hub: &Hub) {
    session.transaction = None;
    session.db = 0;
    session.version = Version::Resp2;
    session.known = !hub.limits.is_guarded();
    session.mute = Mute::No;
    session.no_evict = false;
    session.no_touch = false;
    session.subscriptions = 0;
    hub.channels.leave(session.id);
    hub.monitors.leave(session.id);
    if let Some(card) = &session.card {
        card.words().name = Box::default();
    }
}
