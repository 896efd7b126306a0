//! Commands that need no data, while the data is kept busy by another.

use super::dispatch::{find_both, refuse};
use super::gate::{listens, may_write};
use super::monitor::{self, When};
use super::{Now, Session};
use crate::command::{Desk, Flags, Run, Spec, Table};
use crate::hub::Hub;
use crate::resp::{Fault, Reply};
use std::sync::atomic::Ordering::Relaxed;

/// Run a command of `session`, if that needs no data. `refusal` is what others are told that do; without one they
/// have to wait. Whether it was answered.
pub fn aside(
    table: &Table,
    hub: &Hub,
    session: &mut Session,
    args: &[&[u8]],
    reply: &mut Reply,
    now: Now,
    refusal: Option<&Fault>,
) -> bool {
    let Some(name) = args.first() else { return true };
    // What is wrong with it is told later, in its turn.
    let Ok((parent, spec)) = find_both(table, name, args) else { return false };
    if !session.known && !spec.flags.has(Flags::NO_AUTH) {
        return false;
    }
    if hub.pause.holds(may_write(spec), now.wall_ms) {
        return false;
    }
    reply.set_version(session.version);
    // While data is loaded only what says that it may is run: clients ask by PING whether all is there.
    let is_early = hub.loading.load(Relaxed) && !spec.flags.has(Flags::LOADING);
    if let (Run::Session(run), true) = (spec.run, !is_early && is_possible(spec, session)) {
        session.sends(parent, spec);
        let (start, outbox) = (reply.len(), &hub.outbox);
        let outcome = listens(parent, spec, session)
            .and_then(|()| run(&mut Desk { args, reply, session, hub, outbox, now }));
        hub.tally.ran(table.number(spec), outcome.is_err());
        if let Err(fault) = outcome {
            hub.tally.error(&fault.text());
            reply.fail(start, &fault);
        }
        monitor::tell(hub, outbox, spec, session, args, now, When::After);
        session.hush(Some(spec), reply, start);
        session.show();
        return true;
    }
    let Some(fault) = refusal.filter(|_| is_early || !spec.flags.has(Flags::ALLOW_BUSY)) else {
        return false;
    };
    hub.tally.rejected(table.number(spec));
    if spec.name == "EXEC" {
        session.forgets = true;
        let fault = super::transaction::discarded(session, fault);
        hub.tally.error(&fault.text());
        reply.error(&fault);
        return true;
    }
    refuse(session);
    hub.tally.error(&fault.text());
    reply.error(fault);
    true
}

/// Within a transaction commands are queued, which the data thread does.
fn is_possible(spec: &Spec, session: &Session) -> bool {
    session.transaction.is_none() || super::transaction::runs_at_once(spec)
}
