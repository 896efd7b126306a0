//! The databases: keys, their values, when they expire, and what follows from a change.
//! Pure: the time comes in with each command ([`Keyspace::begin`]); effects, notifications and ready keys go out.

mod change;
mod database;
mod effects;
mod expiry;
mod lookup;
mod record;
mod room;
#[cfg(test)]
mod tests;
mod typed;
mod usage;
mod walk;
mod watch;
mod whole;

pub use crate::log::record::Effect;
pub use change::{Class, Classes, Notice};
pub use database::{Database, Entry};
pub use effects::Effects;
pub use lookup::Settings;
pub use record::{Record, Tail};
pub use room::{Eviction, Fullness, Room};
pub use usage::{Noted, frequency, often};
pub use walk::Place;
pub use watch::{Watched, Watches};

use crate::data::hash::Shapes;
use crate::durable::Facts;
use base::random::Random;
use std::collections::HashSet;

/// The place of a database, `0..databases`.
pub type DbIndex = usize;

/// All databases and what the running command did to them.
#[derive(Debug)]
pub struct Keyspace {
    databases: Vec<Database>,
    /// The database of the client whose command runs.
    pub selected: DbIndex,
    /// Limits that commands look at.
    pub settings: Settings,
    /// What the running record holds.
    pub effects: Effects,
    /// What the running command looks at is not used by that (`CLIENT NO-TOUCH`).
    pub no_touch: bool,
    /// How durability stands.
    pub facts: Facts,
    /// Who watches which keys.
    pub watches: Watches,
    /// Keys for which somebody waits, and those of them that changed.
    pub awaited: HashSet<(DbIndex, Box<[u8]>)>,
    ready: Vec<(DbIndex, Box<[u8]>)>,
    notices: Vec<Notice>,
    now_ms: i64,
    /// The number that the running record will have in the log.
    lsn: u64,
    /// The highest number among the records whose keys the running command saw.
    seen_lsn: u64,
    /// Changes since the start (`rdb_changes_since_last_save`, and whether a command changed anything).
    dirty: u64,
    /// Of these, changes that no command made: what ended or had to go is logged by itself.
    by_itself: u64,
    /// Commands come from the log: nothing expires by itself, for the log says when it did.
    replaying: bool,
    /// What a snapshot that is being taken has to know.
    walking: walk::Walking,
    /// How far the search for keys that have ended has come.
    round: expiry::Round,
    /// What many hashes have in common.
    pub shapes: Shapes,
    /// Where the search for a key that may go ended.
    search: usize,
    /// For how often keys are used, which is only noted about.
    chance: Random,
    evicted: u64,
    hits: u64,
    misses: u64,
    expired: u64,
}
