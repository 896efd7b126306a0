//! What a command is. Declared once, it feeds dispatch, `COMMAND`, the docs and the tests.

use super::{Call, Desk};
use crate::engine::{Engine, Invocation};
use crate::resp::Outcome;

/// A command, or a subcommand.
#[derive(Debug)]
pub struct Spec {
    /// Its name in capitals.
    pub name: &'static str,
    /// Arguments with the name: exactly so many, or at least so many when negative.
    pub arity: i8,
    /// What is known of it.
    pub flags: Flags,
    /// Which arguments are keys.
    pub keys: Keys,
    /// What it belongs to.
    pub group: Group,
    /// The version of Redis that brought it.
    pub since: &'static str,
    /// What it does.
    pub run: Run,
    /// Its subcommands, when the second argument chooses.
    pub sub: &'static [&'static Spec],
}

/// How a command is run.
#[derive(Debug, Clone, Copy)]
pub enum Run {
    /// On the keyspace.
    Data(fn(&mut Call<'_>) -> Outcome),
    /// On the client's session and the hub alone: also while another command keeps the keyspace busy.
    Session(fn(&mut Desk<'_>) -> Outcome),
    /// It runs other commands: transactions and scripts.
    Engine(fn(&mut Engine, &mut Invocation<'_>) -> Outcome),
}

/// What is known of a command: a set, joined by `|`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flags(u32);

impl Flags {
    /// Nothing in particular.
    pub const NONE: Flags = Flags(0);
    /// May change data.
    pub const WRITE: Flags = Flags(1);
    /// Reads data.
    pub const READONLY: Flags = Flags(1 << 1);
    /// May take memory: refused beyond `maxmemory`.
    pub const DENYOOM: Flags = Flags(1 << 2);
    /// For operators.
    pub const ADMIN: Flags = Flags(1 << 3);
    /// Of publish and subscribe.
    pub const PUBSUB: Flags = Flags(1 << 4);
    /// Not from scripts.
    pub const NOSCRIPT: Flags = Flags(1 << 5);
    /// May wait for a key.
    pub const BLOCKING: Flags = Flags(1 << 6);
    /// Answered while data is being loaded.
    pub const LOADING: Flags = Flags(1 << 7);
    /// Answered by a stale replica.
    pub const STALE: Flags = Flags(1 << 8);
    /// Takes constant or logarithmic time.
    pub const FAST: Flags = Flags(1 << 9);
    /// Before a password was given.
    pub const NO_AUTH: Flags = Flags(1 << 10);
    /// Not within `MULTI`.
    pub const NO_MULTI: Flags = Flags(1 << 11);
    /// Answered while a script runs too long.
    pub const ALLOW_BUSY: Flags = Flags(1 << 12);
    /// Shown to `MONITOR` before it runs rather than after.
    pub const SKIP_MONITOR: Flags = Flags(1 << 13);
    /// Not recorded in the slow log.
    pub const SKIP_SLOWLOG: Flags = Flags(1 << 14);
    /// Which arguments are keys depends on the others.
    pub const MOVABLE_KEYS: Flags = Flags(1 << 15);
    /// May be sent by a subscriber in RESP2.
    pub const SUBSCRIBER: Flags = Flags(1 << 16);
    /// Tells how the store stands: [`crate::hub::Figures`] are brought up to date before.
    pub const LOOKS: Flags = Flags(1 << 17);

    /// Both sets together.
    pub const fn or(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    /// Whether all of `other` is in it.
    pub const fn has(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }
}

impl std::ops::BitOr for Flags {
    type Output = Flags;
    fn bitor(self, other: Flags) -> Flags {
        self.or(other)
    }
}

/// Which arguments are keys.
#[derive(Debug, Clone, Copy)]
pub enum Keys {
    /// None.
    None,
    /// From `first` to `last` (negative: counted from the end), each `step`.
    Range {
        /// The first.
        first: usize,
        /// The last.
        last: isize,
        /// From one key to the next.
        step: usize,
    },
    /// After a count at this place.
    Counted(usize),
    /// A destination at 1, and more after a count at this place.
    StoreCounted(usize),
    /// After the word `STREAMS`, the first half of what follows.
    Streams,
    /// The first argument, and another after the word `STORE`.
    Sort,
}

impl Keys {
    /// The first argument after the name.
    pub const ONE: Keys = Keys::Range { first: 1, last: 1, step: 1 };
    /// The first two.
    pub const TWO: Keys = Keys::Range { first: 1, last: 2, step: 1 };
    /// All arguments.
    pub const ALL: Keys = Keys::Range { first: 1, last: -1, step: 1 };
    /// The command names one key, wherever its arguments say that it stands.
    pub fn is_one(self) -> bool {
        matches!(self, Keys::Range { first, last, .. } if usize::try_from(last) == Ok(first))
    }

    /// All but the last, which is a timeout.
    pub const BUT_LAST: Keys = Keys::Range { first: 1, last: -2, step: 1 };
    /// Each second one, values between them.
    pub const PAIRS: Keys = Keys::Range { first: 1, last: -1, step: 2 };
}

/// What a command belongs to, as `COMMAND DOCS` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Keys of any type.
    Generic,
    /// Strings.
    Text,
    /// Lists.
    List,
    /// Sets.
    Set,
    /// Sorted sets.
    Zset,
    /// Hashes.
    Hash,
    /// Streams.
    Stream,
    /// Publish and subscribe.
    Pubsub,
    /// Transactions.
    Transactions,
    /// The connection.
    Connection,
    /// The server.
    Server,
    /// Scripts.
    Scripting,
}

impl Spec {
    /// The start of most declarations.
    pub const fn new(name: &'static str, arity: i8, group: Group, run: Run) -> Self {
        let (flags, keys) = (Flags::NONE, Keys::None);
        Spec { name, arity, flags, keys, group, since: "1.0.0", run, sub: &[] }
    }

    /// With flags.
    pub const fn flags(mut self, flags: Flags) -> Self {
        self.flags = flags;
        self
    }

    /// With keys.
    pub const fn keys(mut self, keys: Keys) -> Self {
        self.keys = keys;
        self
    }

    /// Brought by this version of Redis.
    pub const fn since(mut self, version: &'static str) -> Self {
        self.since = version;
        self
    }

    /// With subcommands.
    pub const fn sub(mut self, sub: &'static [&'static Spec]) -> Self {
        self.sub = sub;
        self
    }

    /// Whether so many arguments, the name among them, are right.
    pub fn takes(&self, args: usize) -> bool {
        let arity = usize::from(self.arity.unsigned_abs());
        if self.arity < 0 { args >= arity } else { args == arity }
    }
}
