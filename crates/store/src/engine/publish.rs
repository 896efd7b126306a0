//! How the engine stands, copied to where others may look.

use super::Engine;
use crate::hub::{DatabaseFigures, MemoryFigures, Standing};

impl Engine {
    /// Bring [`crate::hub::Figures`] up to date: ten times a second, and before a command that tells them.
    pub fn publish(&mut self) {
        let databases = (0..self.keys.databases())
            .map(|db| {
                let database = self.keys.database(db);
                DatabaseFigures { keys: database.len(), expiring: database.expiring() }
            })
            .collect();
        let (hits, misses, expired) = self.keys.counts();
        let (scripts, lua_bytes) = self.script_figures();
        let memory = self.memory_figures();
        self.hub.figures.publish(Standing {
            databases,
            changes: self.keys.dirty(),
            hits,
            misses,
            expired,
            blocked_clients: self.blocked.clients(),
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
