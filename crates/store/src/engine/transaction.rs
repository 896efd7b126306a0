//! `MULTI` to `EXEC`: commands are checked when they are queued and run together, as one record.

use super::Session;
use super::dispatch::{After, Engine, Invocation, refuse};
use crate::command::{Flags, Spec};
use crate::resp::{Fault, Outcome, Reply};
use std::sync::atomic::Ordering;

/// Commands that are not queued.
pub(super) fn runs_at_once(spec: &Spec) -> bool {
    matches!(spec.name, "EXEC" | "DISCARD" | "MULTI" | "WATCH" | "QUIT" | "RESET")
}

impl Engine {
    pub(super) fn queue(
        &mut self,
        spec: &'static Spec,
        session: &mut Session,
        args: &[&[u8]],
        reply: &mut Reply,
    ) -> Result<After, Fault> {
        if spec.flags.has(Flags::NO_MULTI) {
            refuse(session);
            return Err(Fault::plain("ERR Command not allowed inside a transaction"));
        }
        if let Some(transaction) = &mut session.transaction {
            transaction.bytes += args.iter().map(|arg| arg.len()).sum::<usize>();
            let args = args.iter().map(|arg| Box::from(*arg)).collect();
            transaction.commands.push((spec, args));
        }
        reply.status("QUEUED");
        Ok(After::Replied)
    }

    /// `EXEC`: run what was queued, unless a command was refused or a watched key changed.
    pub fn exec(&mut self, invocation: &mut Invocation<'_>) -> Outcome {
        let Some(transaction) = invocation.session.transaction.take() else {
            return Err(Fault::plain("ERR EXEC without MULTI"));
        };
        let stale = self.watched_expired(invocation.session)
            || invocation.session.watched.load(Ordering::Relaxed);
        self.unwatch(invocation.session);
        if transaction.refused {
            return Err(Fault::plain(
                "EXECABORT Transaction discarded because of previous errors.",
            ));
        }
        if stale {
            invocation.reply.null_array();
            return Ok(());
        }
        invocation.reply.array(transaction.commands.len());
        for (spec, args) in &transaction.commands {
            let args: Vec<&[u8]> = args.iter().map(AsRef::as_ref).collect();
            let Invocation { session, reply, now, .. } = invocation;
            self.nested(spec, &mut Invocation { args: &args, session, reply, now: *now });
        }
        Ok(())
    }

    /// `EXEC` itself was refused: nothing is left of the transaction.
    pub(super) fn abort(&mut self, session: &mut Session, fault: &Fault) -> Fault {
        self.unwatch(session);
        discarded(session, fault)
    }

    /// `session` watches nothing from now on.
    pub fn unwatch(&mut self, session: &mut Session) {
        session.unwatch(&mut self.keys.watches);
    }

    /// A watched key whose time came since is a change, though nobody looked at it.
    fn watched_expired(&mut self, session: &Session) -> bool {
        let selected = self.keys.selected;
        for (db, key) in &session.watching {
            self.keys.selected = *db;
            self.keys.exists(key);
        }
        self.keys.selected = selected;
        session.watched.load(Ordering::Relaxed)
    }
}

/// `EXEC` itself was refused: the transaction is no more.
pub(super) fn discarded(session: &mut Session, fault: &Fault) -> Fault {
    session.transaction = None;
    let why = fault.bytes().strip_prefix(b"ERR ").unwrap_or(fault.bytes());
    Fault::quoting(&[b"EXECABORT Transaction discarded because of: ", why])
}
