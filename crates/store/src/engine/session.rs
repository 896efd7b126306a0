//! What the store knows of a client.

use crate::command::{Flags, Spec, Wait};
use crate::hub::{Card, Marks};
use crate::keyspace::{DbIndex, Watched, Watches};
use crate::resp::{Reply, Version};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// One client. Its connection owns it.
#[derive(Debug, Default)]
pub struct Session {
    /// Its number: rising, never used twice.
    pub id: u64,
    /// The database that it selected.
    pub db: DbIndex,
    /// The form of replies that it asked for.
    pub version: Version,
    /// It gave the password, or none is needed.
    pub known: bool,
    /// What it queued since `MULTI`.
    pub transaction: Option<Transaction>,
    /// A key that it watches changed.
    pub watched: Watched,
    /// Keys that it watches.
    pub watching: Vec<(DbIndex, Box<[u8]>)>,
    /// It is to watch nothing from its next command on: its transaction ended while nobody could reach the keys.
    pub forgets: bool,
    /// Channels and patterns that it listens to.
    pub subscriptions: usize,
    /// The command that waits for a key.
    pub parked: Option<Parked>,
    /// To be closed after what was written is sent (`QUIT`).
    pub closing: bool,
    /// Which replies it does not want.
    pub mute: Mute,
    /// `CLIENT NO-EVICT ON`
    pub no_evict: bool,
    /// `CLIENT NO-TOUCH ON`
    pub no_touch: bool,
    /// The last command that it sent.
    pub last: Option<&'static Spec>,
    /// What others may know of it; none for a client without a connection.
    pub card: Option<Arc<Card>>,
    /// It speaks for a script.
    pub script: bool,
}

/// Replies that a client does not want (`CLIENT REPLY`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mute {
    /// It wants all.
    #[default]
    No,
    /// All.
    All,
    /// Neither that to its running command nor that to its next.
    NextTwo,
    /// That to its next command.
    Next,
}

/// Commands between `MULTI` and `EXEC`.
#[derive(Debug, Default)]
pub struct Transaction {
    /// The commands, checked already.
    pub commands: Vec<(&'static Spec, Vec<Box<[u8]>>)>,
    /// The bytes of their arguments.
    pub bytes: usize,
    /// One was refused: `EXEC` will refuse all.
    pub refused: bool,
}

/// A command that waits.
#[derive(Debug)]
pub struct Parked {
    /// Its arguments.
    pub args: Vec<Box<[u8]>>,
    /// What it waits for.
    pub wait: Wait,
}

impl Session {
    /// A new client.
    pub fn new(id: u64, known: bool) -> Self {
        Session { id, known, ..Session::default() }
    }

    /// The client of a connection.
    pub fn of(card: Arc<Card>, known: bool) -> Self {
        let watched = Arc::clone(&card.watched);
        Session { id: card.id, known, watched, card: Some(card), ..Session::default() }
    }

    /// Let others know how it stands.
    pub fn show(&self) {
        let Some(card) = &self.card else { return };
        let transaction = self.transaction.as_ref();
        let queued = transaction.map_or(-1, |transaction| transaction.commands.len() as isize);
        card.queued.store(queued, Ordering::Relaxed);
        let bytes = transaction.map_or(0, |transaction| transaction.bytes);
        card.queued_bytes.store(bytes, Ordering::Relaxed);
        card.db.store(self.db, Ordering::Relaxed);
        card.speaks(self.version);
        let marks = Marks::default()
            .with(Marks::TRANSACTION, self.transaction.is_some())
            .with(Marks::WAITS, self.parked.is_some())
            .with(Marks::CLOSING, self.closing)
            .with(Marks::NO_EVICT, self.no_evict)
            .with(Marks::NO_TOUCH, self.no_touch);
        card.mark(marks);
    }

    /// It sends the command `spec`, a subcommand of `parent` if that is another.
    pub(super) fn sends(&mut self, parent: &'static Spec, spec: &'static Spec) {
        if self.last.is_some_and(|last| std::ptr::eq(last, spec)) {
            return;
        }
        self.last = Some(spec);
        if let Some(card) = &self.card {
            let sub = (!std::ptr::eq(parent, spec)).then_some(spec.name);
            card.words().command = Some((parent.name, sub));
        }
    }

    /// `spec`, if there is such a command, has replied from byte `start` on. What tells of channels is a message rather
    /// than a reply, and always wanted.
    pub(super) fn hush(&mut self, spec: Option<&Spec>, reply: &mut Reply, start: usize) {
        self.mute = match self.mute {
            Mute::No => return,
            Mute::All => Mute::All,
            Mute::NextTwo => Mute::Next,
            Mute::Next => Mute::No,
        };
        let is_message = |spec: &Spec| spec.flags.has(Flags::PUBSUB | Flags::SUBSCRIBER);
        if !spec.is_some_and(is_message) {
            reply.truncate(start);
        }
    }

    /// Watch nothing from now on.
    pub fn unwatch(&mut self, watches: &mut Watches) {
        for (db, key) in self.watching.drain(..) {
            watches.remove(db, &key, &self.watched);
        }
        self.watched.store(false, Ordering::Relaxed);
    }
}
