//! What is done to the data between commands, although nobody asks for it.

use super::{Engine, Now};
use crate::keyspace::{Eviction, Fullness};
use std::sync::atomic::Ordering::Relaxed;

impl Engine {
    /// Take out keys that have ended for as long as `has_time` says so, unless that is switched off. True if it is
    /// worth to go on soon. Afterwards: take the record, as after a command.
    pub fn expire_some(&mut self, now: Now, has_time: &mut dyn FnMut() -> bool) -> bool {
        self.hub.limits.active_expire.load(Relaxed) && self.keys.expire_some(now.wall_ms, has_time)
    }

    /// Take out keys if data has no room, as after a limit was lowered, for as long as `has_time` says so. True if it is
    /// worth to go on soon. Afterwards: take the record, as after a command.
    pub fn evict_some(&mut self, has_time: &mut dyn FnMut() -> bool) -> bool {
        if self.keys.settings.room.eviction == Eviction::None {
            return false;
        }
        let before = self.keys.evicted();
        while self.keys.lacks_room() && has_time() {
            if self.keys.make_room(&mut self.chance) != Fullness::Fits {
                return false;
            }
        }
        self.keys.evicted() != before && self.keys.lacks_room()
    }
}
