//! What is done to the data between commands, although nobody asks for it.

use super::{Engine, Now};
use std::sync::atomic::Ordering::Relaxed;

impl Engine {
    /// Take out keys that have ended for as long as `has_time` says so, unless that is switched off. True if it is
    /// worth to go on soon. Afterwards: take the record, as after a command.
    pub fn expire_some(&mut self, now: Now, has_time: &mut dyn FnMut() -> bool) -> bool {
        self.hub.limits.active_expire.load(Relaxed) && self.keys.expire_some(now.wall_ms, has_time)
    }
}
