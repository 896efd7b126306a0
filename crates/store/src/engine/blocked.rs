//! Clients that wait for a key. When one of their keys changed, their command runs again from its start; those who
//! came first go first.

use super::{After, Engine, Invocation, Now, Parked, Session};
use crate::command::Wait;
use crate::keyspace::DbIndex;
use crate::resp::Reply;
use std::collections::{BTreeSet, HashMap, VecDeque};

/// Who waits for what.
#[derive(Debug, Default)]
pub struct Blocked {
    waiting: HashMap<(DbIndex, Box<[u8]>), VecDeque<u64>>,
    ends: BTreeSet<(i64, u64)>,
    ready: VecDeque<u64>,
}

impl Blocked {
    /// How many clients wait with an end, and for how many keys any wait.
    pub fn counts(&self) -> (usize, usize) {
        (self.ends.len(), self.waiting.len())
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
    pub(super) fn park(&mut self, session: &mut Session, args: &[&[u8]], mut wait: Wait) {
        for key in &wait.keys {
            let place = (wait.db, key.clone());
            self.keys.awaited.insert(place.clone());
            let clients = self.blocked.waiting.entry(place).or_default();
            if !clients.contains(&session.id) {
                clients.push_back(session.id);
            }
        }
        if let Some(end) = wait.until_ms {
            self.blocked.ends.insert((end, session.id));
        }
        let given = || args.iter().map(|arg| Box::from(*arg)).collect();
        let args = wait.args.take().unwrap_or_else(given);
        session.parked = Some(Parked { args, wait });
    }

    /// `session` no longer waits: it was answered, told that nothing came, or is gone.
    pub fn unpark(&mut self, session: &mut Session) -> Option<Parked> {
        let parked = session.parked.take()?;
        for key in &parked.wait.keys {
            let place = (parked.wait.db, key.clone());
            if let Some(clients) = self.blocked.waiting.get_mut(&place) {
                clients.retain(|client| *client != session.id);
                if clients.is_empty() {
                    self.blocked.waiting.remove(&place);
                    self.keys.awaited.remove(&place);
                }
            }
        }
        if let Some(end) = parked.wait.until_ms {
            self.blocked.ends.remove(&(end, session.id));
        }
        Some(parked)
    }

    /// A client that may have an answer now. Then [`Engine::resume`].
    pub fn next_ready(&mut self) -> Option<u64> {
        for place in self.keys.take_ready() {
            for client in self.blocked.waiting.get(&place).into_iter().flatten() {
                if !self.blocked.ready.contains(client) {
                    self.blocked.ready.push_back(*client);
                }
            }
        }
        self.blocked.ready.pop_front()
    }

    /// Run the waiting command of `session` again.
    pub fn resume(&mut self, session: &mut Session, reply: &mut Reply, now: Now) -> After {
        let Some(parked) = &session.parked else { return After::Replied };
        let args = parked.args.clone();
        let args: Vec<&[u8]> = args.iter().map(AsRef::as_ref).collect();
        let Some(Ok(spec)) = args.first().map(|name| self.find(name, &args)) else {
            return After::Replied;
        };
        let (start, mut wait) = (reply.len(), None);
        self.keys.begin(parked.wait.db, now.wall_ms);
        let outcome =
            self.run(spec, &mut Invocation { args: &args, session, reply, now }, &mut wait);
        if let Err(fault) = outcome {
            reply.truncate(start);
            reply.error(&fault);
        } else if wait.is_some() {
            return After::Waits;
        }
        self.unpark(session);
        After::Replied
    }

    /// Tell `session` that nothing came.
    pub fn time_out(&mut self, session: &mut Session, reply: &mut Reply) {
        let Some(parked) = self.unpark(session) else { return };
        if parked.wait.null_array {
            reply.null_array();
        } else {
            reply.null();
        }
    }
}
