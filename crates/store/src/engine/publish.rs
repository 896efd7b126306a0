//! How the engine stands, copied to where others may look.

use super::Engine;
use crate::hub::{DatabaseFigures, MemoryFigures, Standing};
use std::sync::atomic::Ordering::Relaxed;

/// What the keyspace had counted at some time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counted {
    hits: u64,
    misses: u64,
    expired: u64,
}

impl Engine {
    /// `CONFIG RESETSTAT`: count anew.
    pub fn reset_counts(&mut self) {
        self.counted = self.count();
        self.hub.traffic.reset();
        self.hub.figures.reset();
        self.hub.tally.reset();
        self.publish();
    }

    fn count(&self) -> Counted {
        let (hits, misses, expired) = self.keys.counts();
        Counted { hits, misses, expired }
    }

    /// Bring [`crate::hub::Figures`] up to date: ten times a second, and before a command that tells them.
    pub fn publish(&mut self) {
        let databases = (0..self.keys.databases())
            .map(|db| {
                let database = self.keys.database(db);
                DatabaseFigures {
                    keys: database.len(),
                    expiring: database.expiring(),
                    table_bytes: database.table_memory(),
                }
            })
            .collect();
        let (count, before) = (self.count(), self.counted);
        let (scripts, lua_bytes) = if self.scripting.is_some() {
            self.script_figures()
        } else {
            // They are away while one of them runs: what was known before holds.
            let before = self.hub.figures.standing();
            (before.scripts, before.lua_bytes)
        };
        let memory = self.memory_figures();
        self.hub.figures.publish(Standing {
            databases,
            changes: self.keys.dirty(),
            hits: count.hits - before.hits,
            misses: count.misses - before.misses,
            expired: count.expired - before.expired,
            last_lsn: self.keys.next_lsn().saturating_sub(1),
            blocked_clients: self.blocked.clients() + self.hub.pause.waiting.load(Relaxed),
            awaited_keys: self.blocked.keys(),
            watched_keys: self.keys.watches.len(),
            scripts,
            lua_bytes,
            memory,
            facts: self.keys.facts.clone(),
        });
    }

    fn memory_figures(&mut self) -> MemoryFigures {
        let used = self.keys.memory_used();
        self.memory_peak = self.memory_peak.max(used);
        MemoryFigures {
            used,
            peak: self.memory_peak,
            overhead: self.keys.memory_overhead(),
            room: self.keys.settings.room,
            evicted: self.keys.evicted(),
        }
    }
}
