//! How the store stands, for `INFO` and for Ostler's metrics: copied now and then, so that it can be told while a
//! command keeps the data thread busy.

use super::Traffic;
use crate::durable::Facts;
use crate::keyspace::Room;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// What is told of the store.
#[derive(Debug, Default)]
pub struct Figures {
    about: OnceLock<About>,
    standing: Mutex<Standing>,
    rates: Mutex<Rates>,
}

/// What stays the same as long as the store runs.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Forty digits that no other run has.
    pub run_id: String,
    /// Forty digits for the history of the data.
    pub history_id: String,
    /// Where clients come by TCP; 0 if nowhere.
    pub port: u16,
    /// Where local clients come; empty if nowhere.
    pub unix: String,
    /// Where data is kept; empty if nowhere.
    pub folder: String,
    /// When it started: milliseconds since 1970.
    pub started_ms: i64,
    /// Asks the system.
    pub machine: Option<fn() -> Machine>,
}

/// What the system says of the process. Ostler's other parts are in it, if they run in the same process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Machine {
    /// The process.
    pub process: u32,
    /// Bytes of memory that it has.
    pub resident_bytes: u64,
    /// The most that it had.
    pub peak_bytes: u64,
    /// Bytes that the machine has.
    pub total_bytes: u64,
    /// Microseconds of processor time in the program.
    pub user_us: u64,
    /// Microseconds of processor time in the system.
    pub system_us: u64,
}

/// A database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DatabaseFigures {
    /// Its keys.
    pub keys: usize,
    /// Those of them that end.
    pub expiring: usize,
    /// Bytes of its table, without keys and values.
    pub table_bytes: usize,
}

/// What data takes of memory, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct MemoryFigures {
    /// All.
    pub used: usize,
    /// The most that it ever was when somebody looked.
    pub peak: usize,
    /// What is beside keys and values.
    pub overhead: usize,
    /// The limit, and what is done beyond it.
    pub room: Room,
    /// Keys that were taken out for want of room.
    pub evicted: u64,
}

/// What the engine says of itself.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// The databases.
    pub databases: Vec<DatabaseFigures>,
    /// Changes since the start.
    pub changes: u64,
    /// The number of the last record, durable or not.
    pub last_lsn: u64,
    /// Reads that found a key.
    pub hits: u64,
    /// Reads that found none.
    pub misses: u64,
    /// Keys that ended.
    pub expired: u64,
    /// Clients that wait for keys.
    pub blocked_clients: usize,
    /// Keys that are waited for.
    pub awaited_keys: usize,
    /// Keys that are watched.
    pub watched_keys: usize,
    /// Scripts that are known.
    pub scripts: usize,
    /// Bytes that Lua has.
    pub lua_bytes: usize,
    /// Bytes that data takes, and of those what are no keys and values; the most that it ever took.
    pub memory: MemoryFigures,
    /// How durability stands.
    pub facts: Facts,
}

/// Looks at what was counted, the last ones.
#[derive(Debug, Default)]
struct Rates {
    samples: [Sample; SAMPLES],
    next: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sample {
    at_ms: i64,
    counts: [u64; 3],
}

/// Rates are those of so many looks.
const SAMPLES: usize = 16;

impl About {
    /// Digits of an id.
    pub const ID_DIGITS: usize = 40;
}

impl Figures {
    /// The store starts. Only the first call counts.
    pub fn start(&self, about: About) {
        let _ = self.about.set(about);
    }

    /// What stays the same.
    pub fn about(&self) -> About {
        self.about.get().cloned().unwrap_or_default()
    }

    /// What the system says now.
    pub fn machine(&self) -> Machine {
        let ask = self.about.get().and_then(|about| about.machine);
        ask.map(|ask| ask()).unwrap_or_default()
    }

    /// What the engine said last.
    pub fn standing(&self) -> Standing {
        self.lock().clone()
    }

    /// What the engine says now.
    pub fn publish(&self, standing: Standing) {
        *self.lock() = standing;
    }

    /// Look at what was counted, ten times a second.
    pub fn sample(&self, now_ms: i64, traffic: &Traffic) {
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        let at = rates.next;
        rates.next = (at + 1) % SAMPLES;
        if let Some(sample) = rates.samples.get_mut(at) {
            *sample = Sample { at_ms: now_ms, counts: traffic.rated() };
        }
    }

    /// Forget what was counted.
    pub fn reset(&self) {
        *self.rates.lock().unwrap_or_else(PoisonError::into_inner) = Rates::default();
    }

    /// Commands, bytes received and bytes sent in a second of late.
    pub fn rates(&self, now_ms: i64, traffic: &Traffic) -> [u64; 3] {
        let rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        let samples = rates.samples.iter().filter(|sample| sample.at_ms > 0);
        let Some(oldest) = samples.min_by_key(|sample| sample.at_ms) else { return [0; 3] };
        let (now, passed_ms) = (traffic.rated(), (now_ms - oldest.at_ms).max(1) as u64);
        let rate = |at: usize| {
            let (new, old) = (now.get(at).copied(), oldest.counts.get(at).copied());
            let counted = new.unwrap_or_default().saturating_sub(old.unwrap_or_default());
            counted.saturating_mul(1000) / passed_ms
        };
        [rate(0), rate(1), rate(2)]
    }

    fn lock(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Traffic {
    /// Count anew.
    pub fn reset(&self) {
        let Traffic { accepted, rejected, commands, received_bytes, sent_bytes } = self;
        for count in [accepted, rejected, commands, received_bytes, sent_bytes] {
            count.store(0, Relaxed);
        }
    }

    /// What rates are told of.
    fn rated(&self) -> [u64; 3] {
        [&self.commands, &self.received_bytes, &self.sent_bytes].map(|count| count.load(Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_those_of_the_last_looks() {
        let (figures, traffic) = (Figures::default(), Traffic::default());
        assert_eq!(figures.rates(5_000, &traffic), [0; 3]);
        for look in 0..40 {
            // A hundred commands a second, later a thousand.
            traffic.commands.fetch_add(if look < 20 { 10 } else { 100 }, Relaxed);
            figures.sample(1_000 + look * 100, &traffic);
            if look == 15 {
                assert_eq!(figures.rates(1_000 + look * 100, &traffic)[0], 100);
            }
        }
        assert_eq!(figures.rates(1_000 + 39 * 100, &traffic), [1_000, 0, 0]);
    }
}
