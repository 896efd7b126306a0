//! How the store is, for the process that runs it.

use crate::durable::Facts;
use crate::hub::Hub;
use crate::keyspace::Keyspace;
use crate::log::writer::{Health, Policy};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};

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
    /// Clients now connected.
    pub clients: u64,
    /// Clients that came, since the start.
    pub accepted: u64,
    /// Clients that were sent away, for there were too many.
    pub rejected: u64,
    /// Commands of clients, since the start.
    pub commands: u64,
    /// Commands in the last whole second.
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
pub struct Watch {
    pub(super) hub: Arc<Hub>,
    pub(super) shown: Arc<Shown>,
}

impl Watch {
    /// How the store is.
    pub fn figures(&self) -> Figures {
        let mut figures = self.shown.lock().figures.clone();
        figures.count(&self.hub);
        figures
    }
}

/// Where the data thread shows them.
#[derive(Debug, Default)]
pub struct Shown(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    figures: Figures,
    /// Where the last whole second began, in milliseconds since 1970, and the commands until then.
    second: (i64, u64),
}

impl Shown {
    /// The data thread looks.
    pub fn show(&self, keys: &mut Keyspace, hub: &Hub, now_ms: i64) {
        let mut state = self.lock();
        state.figures = Figures::of(keys, state.figures.commands_per_second);
        state.figures.count(hub);
        let ((began_ms, before), commands) = (state.second, state.figures.commands);
        let took_ms = now_ms - began_ms;
        if !(0..1_000).contains(&took_ms) {
            // After a long command, or a step of the clock, as well.
            let passed_ms = u64::try_from(took_ms).unwrap_or(1_000).max(1);
            state.figures.commands_per_second =
                commands.saturating_sub(before).saturating_mul(1_000) / passed_ms;
            state.second = (now_ms, commands);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Figures {
    fn of(keys: &mut Keyspace, commands_per_second: u64) -> Self {
        let (hits, misses, expired) = keys.counts();
        let mut figures =
            Figures { hits, misses, expired, commands_per_second, ..Figures::default() };
        for db in 0..keys.databases() {
            let database = keys.database(db);
            figures.keys += database.len() as u64;
            figures.expiring += database.expiring() as u64;
        }
        let last = keys.next_lsn().saturating_sub(1);
        figures.keep(&keys.facts, last);
        figures
    }

    fn keep(&mut self, facts: &Facts, last: u64) {
        if !facts.is_on {
            return;
        }
        self.policy = Some(facts.policy);
        self.refuses = match &facts.health {
            Health::Good => None,
            Health::Blocked(why) | Health::Lost(why) => Some(why.to_string()),
        };
        self.behind = last.saturating_sub(facts.durable);
        (self.log_bytes, self.snapshot_bytes) = (facts.log_bytes, facts.snapshot_bytes);
        self.snapshot_at_s = u64::try_from(facts.last_save_s).unwrap_or(0);
        (self.syncs, self.sync_us) = (facts.syncs, facts.sync_us);
        self.failures = facts.failures;
    }

    fn count(&mut self, hub: &Hub) {
        let traffic = &hub.traffic;
        self.clients = hub.clients.len() as u64;
        self.accepted = traffic.accepted.load(Relaxed);
        self.rejected = traffic.rejected.load(Relaxed);
        self.commands = traffic.commands.load(Relaxed);
        self.received_bytes = traffic.received_bytes.load(Relaxed);
        self.sent_bytes = traffic.sent_bytes.load(Relaxed);
    }
}
