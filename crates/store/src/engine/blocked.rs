//! Clients that wait for a key. When one of their keys has what they wait for, their command runs again from its
//! start; those who came first go first. One whose command finds nothing after all waits on as the last.

use super::{After, Engine, Invocation, Now, Parked, Session};
use crate::command::{Group, Spec, Wait};
use crate::data::Kind;
use crate::keyspace::DbIndex;
use crate::resp::{Fault, Reply};
use std::collections::{BTreeSet, HashMap, VecDeque};

/// Who waits for what.
#[derive(Debug, Default)]
pub struct Blocked {
    waiting: HashMap<Place, VecDeque<Waiter>>,
    clients: usize,
    ends: BTreeSet<(i64, u64)>,
    /// Keys that changed and whose waiters were not looked at since.
    ready: VecDeque<Place>,
    /// The key whose waiters are looked at, and those of them who are still to come.
    serving: Option<(Place, VecDeque<Waiter>)>,
}

type Place = (DbIndex, Box<[u8]>);

#[derive(Debug, Clone, Copy)]
struct Waiter {
    client: u64,
    /// The type of value that it waits for.
    kind: Option<Kind>,
    /// It wants to know of any change, also that the key is gone.
    any_change: bool,
}

impl Blocked {
    /// How many clients wait.
    pub fn clients(&self) -> usize {
        self.clients
    }

    /// For how many keys any wait.
    pub fn keys(&self) -> usize {
        self.waiting.len()
    }

    /// When the first of them is to be told that nothing came: milliseconds since 1970.
    pub fn next_end_ms(&self) -> Option<i64> {
        self.ends.first().map(|(end, _)| *end)
    }

    /// A client whose time is over. Then [`Engine::time_out`].
    pub fn next_expired(&mut self, now: Now) -> Option<u64> {
        let (end, _) = *self.ends.first()?;
        if end > now.wall_ms { None } else { self.ends.pop_first().map(|(_, client)| client) }
    }
}

impl Engine {
    /// `session`'s command waits.
    pub(super) fn park(
        &mut self,
        spec: &Spec,
        session: &mut Session,
        args: &[&[u8]],
        mut wait: Wait,
    ) {
        let waiter = Waiter {
            client: session.id,
            kind: match spec.group {
                Group::List => Some(Kind::List),
                Group::Zset => Some(Kind::Zset),
                Group::Stream => Some(Kind::Stream),
                _ => None,
            },
            any_change: matches!(spec.name, "XREADGROUP" | "SAVE" | "WAITAOF"),
        };
        for key in &wait.keys {
            let place = (wait.db, key.clone());
            self.keys.awaited.insert(place.clone());
            let waiters = self.blocked.waiting.entry(place).or_default();
            if !waiters.iter().any(|other| other.client == waiter.client) {
                waiters.push_back(waiter);
            }
        }
        if let Some(end) = wait.until_ms {
            self.blocked.ends.insert((end, session.id));
        }
        self.blocked.clients += 1;
        let given = || args.iter().map(|arg| Box::from(*arg)).collect();
        let args = wait.args.take().unwrap_or_else(given);
        session.parked = Some(Parked { args, wait });
    }

    /// `session` no longer waits: it was answered, told that nothing came, or is gone.
    pub fn unpark(&mut self, session: &mut Session) -> Option<Parked> {
        let parked = session.parked.take()?;
        for key in &parked.wait.keys {
            let place = (parked.wait.db, key.clone());
            if let Some(waiters) = self.blocked.waiting.get_mut(&place) {
                waiters.retain(|waiter| waiter.client != session.id);
                if waiters.is_empty() {
                    self.blocked.waiting.remove(&place);
                    self.keys.awaited.remove(&place);
                }
            }
        }
        if let Some(end) = parked.wait.until_ms {
            self.blocked.ends.remove(&(end, session.id));
        }
        self.blocked.clients -= 1;
        session.show();
        Some(parked)
    }

    /// A client that may have an answer now. Then [`Engine::resume`]. To be asked after each command, transaction
    /// or script of a client, until there is none.
    pub fn next_ready(&mut self) -> Option<u64> {
        for place in self.keys.take_ready() {
            if !self.blocked.ready.contains(&place) {
                self.blocked.ready.push_back(place);
            }
        }
        loop {
            if let Some((place, waiters)) = &mut self.blocked.serving {
                while let Some(waiter) = waiters.pop_front() {
                    let waits = |others: &VecDeque<Waiter>| {
                        others.iter().any(|other| other.client == waiter.client)
                    };
                    let waits = self.blocked.waiting.get(place).is_some_and(waits);
                    let kind = self.keys.kind_at(place.0, &place.1);
                    let has = kind.is_some() && kind == waiter.kind;
                    if waits && (has || waiter.any_change) {
                        return Some(waiter.client);
                    }
                }
            }
            let Some(place) = self.blocked.ready.pop_front() else {
                self.blocked.serving = None;
                return None;
            };
            let waiters = self.blocked.waiting.get(&place).cloned().unwrap_or_default();
            self.blocked.serving = Some((place, waiters));
        }
    }

    /// Run the waiting command of `session` again.
    pub fn resume(&mut self, session: &mut Session, reply: &mut Reply, now: Now) -> After {
        let Some(parked) = &mut session.parked else { return After::Replied };
        let (owned, db) = (std::mem::take(&mut parked.args), parked.wait.db);
        let args: Vec<&[u8]> = owned.iter().map(AsRef::as_ref).collect();
        let Some(Ok(spec)) = args.first().map(|name| self.find(name, &args)) else {
            return After::Replied;
        };
        let (start, mut wait) = (reply.len(), None);
        self.keys.begin(db, now.wall_ms);
        self.keys.no_touch = session.no_touch;
        let outcome =
            self.run(spec, &mut Invocation { args: &args, session, reply, now }, &mut wait);
        if let Err(fault) = outcome {
            reply.fail(start, &fault);
        } else if wait.is_some() {
            if let Some(parked) = &mut session.parked {
                parked.args = owned;
            }
            self.go_last(session);
            return After::Waits;
        }
        self.unpark(session);
        session.hush(Some(spec), reply, start);
        After::Replied
    }

    /// Tell `session` that nothing came.
    pub fn time_out(&mut self, session: &mut Session, reply: &mut Reply) {
        let Some(parked) = self.unpark(session) else { return };
        let start = reply.len();
        if let Some(end) = parked.wait.end {
            reply.raw(end);
        } else if parked.wait.null_array {
            reply.null_array();
        } else {
            reply.null();
        }
        session.hush(None, reply, start);
    }

    /// `CLIENT UNBLOCK … ERROR`: tell `session` that somebody ended its waiting.
    pub fn interrupt(&mut self, session: &mut Session, reply: &mut Reply) {
        if self.unpark(session).is_some() {
            let start = reply.len();
            reply.error(&Fault::plain("UNBLOCKED client unblocked via CLIENT UNBLOCK"));
            session.hush(None, reply, start);
        }
    }

    /// Put `session` behind all others who wait for its keys.
    fn go_last(&mut self, session: &Session) {
        let Some(parked) = &session.parked else { return };
        for key in &parked.wait.keys {
            let waiters = self.blocked.waiting.get_mut(&(parked.wait.db, key.clone()));
            let Some(waiters) = waiters else { continue };
            let at = waiters.iter().position(|waiter| waiter.client == session.id);
            if let Some(waiter) = at.and_then(|at| waiters.remove(at)) {
                waiters.push_back(waiter);
            }
        }
    }
}
