//! What is told of durability: INFO, LASTSAVE, WAITAOF and CONFIG ask here; commands leave their wishes here.

use crate::log::writer::{Health, Policy};
use crate::resp::Fault;

/// What a command asks of the persistence, beyond the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// A snapshot.
    Save,
    /// What was written made durable, whatever the policy.
    Sync,
    /// Another policy.
    Policy(Policy),
}

/// How things stand. Brought up to date by the data thread between commands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// There are files at all.
    pub is_on: bool,
    /// How soon writes become durable.
    pub policy: Policy,
    /// The last record that is durable.
    pub durable: u64,
    /// Whether the log takes writes.
    pub health: Health,
    /// A snapshot is being taken.
    pub is_saving: bool,
    /// When it began: seconds since 1970.
    pub saving_since_s: i64,
    /// Keys that it has written.
    pub saved_keys: u64,
    /// When the last one became durable: seconds since 1970.
    pub last_save_s: i64,
    /// How long it took.
    pub last_save_took_s: i64,
    /// Why the last attempt failed.
    pub last_failure: Option<String>,
    /// Snapshots that came to an end since the start, good or bad.
    pub attempts: u64,
    /// Somebody waits for records to become durable.
    pub is_awaited: bool,
    /// Snapshots since the start.
    pub saves: u64,
    /// Changes since the start that the last one has.
    pub saved_changes: u64,
    /// Bytes in the log since the last one.
    pub log_bytes: u64,
    /// Bytes of the last one.
    pub snapshot_bytes: u64,
    /// Bytes of records that wait for the log thread.
    pub queued_bytes: usize,
    /// Syncs so far, and microseconds of the last one.
    pub syncs: u64,
    /// Microseconds of the last sync.
    pub last_sync_us: u64,
    /// Microseconds of all of them.
    pub sync_us: u64,
    /// Writes and syncs that failed.
    pub failures: u64,
    /// What commands asked for since the last look.
    pub wishes: Vec<Wish>,
}

impl Facts {
    /// Whether writes are taken.
    pub fn is_good(&self) -> bool {
        self.health == Health::Good
    }

    /// Why writes are refused, if they are.
    pub fn refusal(&self) -> Option<Fault> {
        let (Health::Blocked(why) | Health::Lost(why)) = &self.health else { return None };
        Some(Fault::quoting(&[
            b"MISCONF Ostler cannot write to its log, so commands that may modify the data set are refused until it can: ",
            why.as_bytes(),
        ]))
    }
}
