//! What a command gets to do its work.

use crate::engine::{Now, Session};
use crate::hub::{Hub, Outbox};
use crate::keyspace::{DbIndex, Keyspace};
use crate::resp::Reply;
use base::random::Random;

/// A command that works on the keyspace.
#[derive(Debug)]
pub struct Call<'a> {
    /// The arguments; the first is the command's name as the client wrote it.
    pub args: &'a [&'a [u8]],
    /// The data. Its selected database is the client's.
    pub keys: &'a mut Keyspace,
    /// Where the reply is written.
    pub reply: &'a mut Reply,
    /// The client.
    pub session: &'a mut Session,
    /// What all clients share.
    pub hub: &'a Hub,
    /// Chance.
    pub chance: &'a mut Random,
    /// Set by a command that found nothing and would wait: see [`Call::wait_for`].
    pub wait: &'a mut Option<Wait>,
    /// The command runs within `MULTI` or a script: it may not wait.
    pub at_once: bool,
    /// Set by [`Call::effect`]: the command says itself what it did.
    pub told: &'a mut bool,
}

/// A command that works on its session only.
#[derive(Debug)]
pub struct Desk<'a> {
    /// The arguments; the first is the command's name as the client wrote it.
    pub args: &'a [&'a [u8]],
    /// Where the reply is written.
    pub reply: &'a mut Reply,
    /// The client.
    pub session: &'a mut Session,
    /// What all clients share.
    pub hub: &'a Hub,
    /// What is to be done for other clients.
    pub outbox: &'a Outbox,
    /// The time.
    pub now: Now,
}

/// What a client waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Keys of `db`, any of which may bring an answer.
    pub keys: Vec<Box<[u8]>>,
    /// Their database.
    pub db: DbIndex,
    /// Until when, in milliseconds since 1970; without end if none.
    pub until_ms: Option<i64>,
    /// What is answered at its end is an absent array, not an absent string.
    pub null_array: bool,
    /// What runs instead of the command as it was given, if that would mean something else then.
    pub args: Option<Vec<Box<[u8]>>>,
    /// What is answered at its end, if not an absent value: a whole reply.
    pub end: Option<&'static [u8]>,
}

impl Call<'_> {
    /// Log `args` on the selected database as what the command did, in place of the command itself. May be
    /// called several times.
    pub fn effect(&mut self, args: &[&[u8]]) {
        *self.told = true;
        self.keys.effects.push(self.keys.selected, args);
    }

    /// As [`Call::effect`], on any database.
    pub fn effect_in(&mut self, db: DbIndex, args: &[&[u8]]) {
        *self.told = true;
        self.keys.effects.push(db, args);
    }

    /// The command needs nothing in the log, whatever changed.
    pub fn no_effect(&mut self) {
        *self.told = true;
    }

    /// Nothing is there: answer when one of `keys` changed (the command then runs again from its start), or with
    /// the absent value at the time `until_ms`. Where waiting is not possible, the absent value is answered now.
    pub fn wait_for(&mut self, keys: &[&[u8]], until_ms: Option<i64>, null_array: bool) {
        if self.at_once {
            return if null_array { self.reply.null_array() } else { self.reply.null() };
        }
        let keys = keys.iter().map(|key| Box::from(*key)).collect();
        let db = self.keys.selected;
        *self.wait = Some(Wait { keys, db, until_ms, null_array, args: None, end: None });
    }

    /// Wait until `what` has come to `number`: what is not a key, but waited for as keys are. At the time
    /// `until_ms` `end` is answered.
    pub fn wait_for_number(
        &mut self,
        what: &str,
        number: u64,
        until_ms: Option<i64>,
        end: &'static [u8],
    ) {
        let keys = vec![Box::from(format!("\0{what}:{number}").as_bytes())];
        let (db, end) = (0, Some(end));
        *self.wait = Some(Wait { keys, db, until_ms, null_array: false, args: None, end });
    }

    /// The number that `what` was waited to come to, when the command runs again.
    pub fn waited_for(&self, what: &str) -> Option<u64> {
        let key = self.session.parked.as_ref()?.wait.keys.first()?;
        let text = std::str::from_utf8(key).ok()?.strip_prefix('\0')?;
        text.strip_prefix(what)?.strip_prefix(':')?.parse().ok()
    }

    /// As [`Call::wait_for`], where `args` are what runs then.
    pub fn wait_with(&mut self, args: Vec<Box<[u8]>>, keys: &[&[u8]], until_ms: Option<i64>) {
        self.wait_for(keys, until_ms, true);
        if let Some(wait) = self.wait {
            wait.args = Some(args);
        }
    }
}
