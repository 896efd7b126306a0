//! One command: found, checked, queued or run.

use super::gate::listens;
use super::monitor::{self, When};
use super::publish::Counted;
use super::scripting::Scripting;
use super::{Blocked, Session};
use crate::command::{Call, Desk, Flags, Run, Spec, Table, Wait};
use crate::hub::{Hub, Outbox};
use crate::keyspace::{Fullness, Keyspace};
use crate::resp::{Fault, Outcome, Reply};
use base::random::Random;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// The time of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// Milliseconds since 1970.
    pub wall_ms: i64,
    /// Microseconds since then, for `TIME`.
    pub rest_us: u32,
}

impl Now {
    /// The time so many milliseconds after 1970 began.
    pub const fn at_ms(wall_ms: i64) -> Self {
        Now { wall_ms, rest_us: 0 }
    }
}

/// What is left to do for a client after its command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// Send what was written.
    Replied,
    /// Read no more from it: it waits for a key.
    Waits,
}

/// A command that runs others.
#[derive(Debug)]
pub struct Invocation<'a> {
    /// The arguments; the first is the command's name as the client wrote it.
    pub args: &'a [&'a [u8]],
    /// The client.
    pub session: &'a mut Session,
    /// Where the reply is written.
    pub reply: &'a mut Reply,
    /// The time.
    pub now: Now,
}

/// The data and all that commands need beside it.
#[derive(Debug)]
pub struct Engine {
    /// The data.
    pub keys: Keyspace,
    /// What all clients share.
    pub hub: Arc<Hub>,
    /// What commands want done for other clients: apart from the hub's, as it may have to wait for their record.
    pub outbox: Outbox,
    /// Clients that wait.
    pub blocked: Blocked,
    /// What `CONFIG SET` was told that means nothing here, by name: told again by `CONFIG GET`.
    pub remembered: BTreeMap<&'static str, Vec<u8>>,
    /// Counts at the last `CONFIG RESETSTAT`.
    pub(super) counted: Counted,
    table: Table,
    pub(super) chance: Random,
    /// How the data stood to its limit before the command.
    pub(super) fullness: Fullness,
    /// The most that data ever took when somebody looked, in bytes.
    pub(super) memory_peak: usize,
    /// Made when the first script comes.
    pub(super) scripting: Option<Box<Scripting>>,
    /// Within `MULTI` or a script: how deep.
    depth: u32,
    /// The number of the last command that ran, until somebody says how long it took.
    pub(super) ran: Option<usize>,
}

/// Of a name that is unknown, and of its arguments, so much is quoted.
const QUOTED_BYTES_MAX: usize = 128;

impl Engine {
    /// An empty one with so many databases; `seed` is for what is left to chance.
    pub fn new(databases: usize, hub: Arc<Hub>, seed: u64) -> Self {
        hub.limits.databases.store(databases, Relaxed);
        Engine {
            keys: Keyspace::new(databases),
            hub,
            outbox: Outbox::default(),
            blocked: Blocked::default(),
            remembered: BTreeMap::new(),
            counted: Counted::default(),
            table: Table::default(),
            chance: Random::new(seed),
            fullness: Fullness::Fits,
            memory_peak: 0,
            scripting: None,
            depth: 0,
            ran: None,
        }
    }

    /// The commands.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Run a command of `session`. Its reply is written, unless it waits. Afterwards: take the record
    /// ([`Keyspace::take_record`]), the hub's messages, and run the clients of [`Engine::next_ready`] again.
    pub fn execute(
        &mut self,
        session: &mut Session,
        args: &[&[u8]],
        reply: &mut Reply,
        now: Now,
    ) -> After {
        let Some(name) = args.first() else { return After::Replied };
        if std::mem::take(&mut session.forgets) {
            self.unwatch(session);
        }
        let start = reply.len();
        self.ran = None;
        let found = find_both(&self.table, name, args);
        let spec = found.as_ref().ok().map(|(_, spec)| *spec);
        let outcome = match found {
            Ok((parent, spec)) => {
                session.sends(parent, spec);
                listens(parent, spec, session)
                    .and_then(|()| self.admit(spec, session, args, reply, now))
            }
            Err(fault) if name.eq_ignore_ascii_case(b"EXEC") => Err(self.abort(session, &fault)),
            Err(fault) => {
                refuse(session);
                Err(fault)
            }
        };
        session.show();
        let after = outcome.unwrap_or_else(|fault| {
            if self.ran.is_none() {
                self.count_refusal(args, &fault);
            }
            reply.fail(start, &fault);
            After::Replied
        });
        if after == After::Replied {
            session.hush(spec, reply, start);
        }
        after
    }

    /// Run a command that was checked already, where others run it: within a transaction, a script, the log.
    pub fn nested(&mut self, spec: &'static Spec, invocation: &mut Invocation<'_>) {
        let start = invocation.reply.len();
        self.depth += 1;
        let mut wait = None;
        let outcome = self.told(spec, invocation, &mut wait);
        self.depth -= 1;
        if let Err(fault) = outcome {
            invocation.reply.fail(start, &fault);
        }
    }

    /// The command that `args` call, with as many arguments as it takes.
    pub fn find(&self, name: &[u8], args: &[&[u8]]) -> Result<&'static Spec, Fault> {
        find(&self.table, name, args)
    }

    fn admit(
        &mut self,
        spec: &'static Spec,
        session: &mut Session,
        args: &[&[u8]],
        reply: &mut Reply,
        now: Now,
    ) -> Result<After, Fault> {
        if !session.known && !spec.flags.has(Flags::NO_AUTH) {
            refuse(session);
            return Err(Fault::plain("NOAUTH Authentication required."));
        }
        if let Err(fault) = self.gate(spec, session, args) {
            if spec.name == "EXEC" {
                return Err(self.abort(session, &fault));
            }
            refuse(session);
            return Err(fault);
        }
        if session.transaction.is_some() && !super::transaction::runs_at_once(spec) {
            return self.queue(spec, session, args, reply);
        }
        self.keys.begin(session.db, now.wall_ms);
        self.keys.no_touch = session.no_touch && spec.name != "TOUCH";
        let mut wait = None;
        let mut invocation = Invocation { args, session, reply, now };
        self.told(spec, &mut invocation, &mut wait)?;
        match wait {
            Some(wait) => {
                self.park(spec, invocation.session, args, wait);
                Ok(After::Waits)
            }
            None => Ok(After::Replied),
        }
    }

    /// Run it, and tell the clients that called `MONITOR`.
    fn told(
        &mut self,
        spec: &'static Spec,
        invocation: &mut Invocation<'_>,
        wait: &mut Option<Wait>,
    ) -> Outcome {
        let (args, now) = (invocation.args, invocation.now);
        monitor::tell(&self.hub, &self.outbox, spec, invocation.session, args, now, When::Before);
        let outcome = self.run(spec, invocation, wait);
        monitor::tell(&self.hub, &self.outbox, spec, invocation.session, args, now, When::After);
        outcome
    }

    pub(super) fn perform(
        &mut self,
        spec: &'static Spec,
        invocation: &mut Invocation<'_>,
        wait: &mut Option<Wait>,
    ) -> Outcome {
        let Invocation { args, session, reply, now } = invocation;
        match spec.run {
            Run::Session(run) => {
                if spec.flags.has(Flags::LOOKS) {
                    self.publish();
                }
                let (hub, outbox) = (&*self.hub, &self.outbox);
                run(&mut Desk { args, reply, session, hub, outbox, now: *now })?;
                self.keys.selected = session.db;
                Ok(())
            }
            Run::Engine(run) => run(self, invocation),
            Run::Data(run) => {
                let (made, mut told) = (self.keys.made(), false);
                let logged = self.keys.effects.bytes().len();
                let outcome = run(&mut Call {
                    args,
                    keys: &mut self.keys,
                    reply,
                    session,
                    hub: &self.hub,
                    chance: &mut self.chance,
                    wait,
                    at_once: self.depth > 0,
                    told: &mut told,
                });
                if spec.flags.has(Flags::WRITE) && !told && self.keys.made() != made {
                    self.keys.log_command(args, spec.keys.is_one());
                }
                self.keys.settle_walk(logged);
                outcome
            }
        }
    }
}

/// The command that `args` call, with as many arguments as it takes.
pub(super) fn find(table: &Table, name: &[u8], args: &[&[u8]]) -> Result<&'static Spec, Fault> {
    find_both(table, name, args).map(|(_, found)| found)
}

/// The command that `args` name, and the one that they call: the same, or one of its subcommands.
pub(super) fn find_both(
    table: &Table,
    name: &[u8],
    args: &[&[u8]],
) -> Result<(&'static Spec, &'static Spec), Fault> {
    let spec = table.find(name).ok_or_else(|| unknown(name, args))?;
    let found = match (spec.sub, args.get(1)) {
        ([], _) | (_, None) => spec,
        (sub, Some(word)) => *sub
            .iter()
            .find(|sub| word.eq_ignore_ascii_case(sub.name.as_bytes()))
            .ok_or_else(|| unknown_sub(spec, word))?,
    };
    if !found.takes(args.len()) {
        let parent =
            if std::ptr::eq(found, spec) { String::new() } else { format!("{}|", spec.name) };
        return Err(Fault::arity(&format!("{parent}{}", found.name)));
    }
    Ok((spec, found))
}

/// A transaction in which a command was refused cannot be carried out.
pub(super) fn refuse(session: &mut Session) {
    if let Some(transaction) = &mut session.transaction {
        transaction.refused = true;
    }
}

fn unknown(name: &[u8], args: &[&[u8]]) -> Fault {
    let mut quoted = Vec::new();
    for arg in args.get(1..).unwrap_or_default() {
        if quoted.len() >= QUOTED_BYTES_MAX {
            break;
        }
        let left = QUOTED_BYTES_MAX - quoted.len();
        quoted.extend_from_slice(&[b"'", head(arg, left), b"' "].concat());
    }
    let name = head(name, QUOTED_BYTES_MAX);
    Fault::quoting(&[b"ERR unknown command '", name, b"', with args beginning with: ", &quoted])
}

fn unknown_sub(spec: &Spec, word: &[u8]) -> Fault {
    let word = head(word, QUOTED_BYTES_MAX);
    let name = spec.name.as_bytes();
    Fault::quoting(&[b"ERR unknown subcommand '", word, b"'. Try ", name, b" HELP."])
}

fn head(bytes: &[u8], max: usize) -> &[u8] {
    bytes.get(..max).unwrap_or(bytes)
}
