//! How the store is, for the process that runs it.

use crate::durable::Facts;
use crate::hub::{CommandFigures, DatabaseFigures, Hub, SlowCommand, Standing};
use crate::log::writer::{Health, Policy};
use crate::script::Line;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// How things stood when they were last looked at, at most a tenth of a second ago unless one command takes long.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Keys in all databases.
    pub keys: u64,
    /// Those of them that expire.
    pub expiring: u64,
    /// Reads that found their key, since the start.
    pub hits: u64,
    /// Reads that did not.
    pub misses: u64,
    /// Keys whose time had come.
    pub expired: u64,
    /// Keys that were taken out for want of room.
    pub evicted: u64,
    /// Bytes that data takes.
    pub memory_bytes: u64,
    /// Bytes that it may take; 0: no limit.
    pub memory_bytes_max: u64,
    /// Clients now connected.
    pub clients: u64,
    /// Clients that came, since the start.
    pub accepted: u64,
    /// Clients that were sent away, for there were too many.
    pub rejected: u64,
    /// Commands of clients, since the start.
    pub commands: u64,
    /// Commands in a second of late.
    pub commands_per_second: u64,
    /// Bytes from clients.
    pub received_bytes: u64,
    /// Bytes to clients.
    pub sent_bytes: u64,
    /// How soon changes are durable; None: nothing is kept.
    pub policy: Option<Policy>,
    /// Why writes are refused, if they are.
    pub refuses: Option<String>,
    /// Records that are not durable yet.
    pub behind: u64,
    /// Bytes in the log since the last snapshot.
    pub log_bytes: u64,
    /// Bytes of the last snapshot.
    pub snapshot_bytes: u64,
    /// When it became durable: seconds since 1970.
    pub snapshot_at_s: u64,
    /// Syncs of the log.
    pub syncs: u64,
    /// Microseconds that they took.
    pub sync_us: u64,
    /// Writes and syncs that failed.
    pub failures: u64,
}

/// Looks at a store from any thread, without waiting for it.
#[derive(Debug, Clone)]
pub struct Watch(pub(super) Arc<Hub>);

impl Watch {
    /// How the store is.
    pub fn figures(&self) -> Figures {
        Figures::of(&self.0, base::clock::wall_ms() as i64)
    }

    /// What was counted of each command that was called.
    pub fn commands(&self) -> Vec<CommandFigures> {
        self.0.tally.commands()
    }

    /// The newest `count` commands that ran long.
    pub fn slow_commands(&self, count: usize) -> Vec<SlowCommand> {
        self.0.slow_log.newest(count)
    }

    /// What scripts said by `redis.log` since the last call, and how many lines more were dropped.
    pub fn script_lines(&self) -> (Vec<Line>, u64) {
        self.0.script_log.take()
    }
}

impl Figures {
    fn of(hub: &Hub, now_ms: i64) -> Self {
        let standing = hub.figures.standing();
        let traffic = &hub.traffic;
        let [commands_per_second, ..] = hub.figures.rates(now_ms, traffic);
        let sum = |of: fn(&DatabaseFigures) -> usize| {
            standing.databases.iter().map(of).sum::<usize>() as u64
        };
        let mut figures = Figures {
            keys: sum(|database| database.keys),
            expiring: sum(|database| database.expiring),
            hits: standing.hits,
            misses: standing.misses,
            expired: standing.expired,
            evicted: standing.memory.evicted,
            memory_bytes: standing.memory.used as u64,
            memory_bytes_max: standing.memory.room.bytes_max as u64,
            clients: hub.clients.len() as u64,
            accepted: traffic.accepted.load(Relaxed),
            rejected: traffic.rejected.load(Relaxed),
            commands: traffic.commands.load(Relaxed),
            commands_per_second,
            received_bytes: traffic.received_bytes.load(Relaxed),
            sent_bytes: traffic.sent_bytes.load(Relaxed),
            ..Figures::default()
        };
        figures.keep(&standing);
        figures
    }

    fn keep(&mut self, Standing { facts, last_lsn, .. }: &Standing) {
        let Facts { is_on: true, .. } = facts else { return };
        self.policy = Some(facts.policy);
        self.refuses = match &facts.health {
            Health::Good => None,
            Health::Blocked(why) | Health::Lost(why) => Some(why.to_string()),
        };
        self.behind = last_lsn.saturating_sub(facts.durable);
        (self.log_bytes, self.snapshot_bytes) = (facts.log_bytes, facts.snapshot_bytes);
        self.snapshot_at_s = u64::try_from(facts.last_save_s).unwrap_or(0);
        (self.syncs, self.sync_us) = (facts.syncs, facts.sync_us);
        self.failures = facts.failures;
    }
}
