//! How often something was asked for, as far as that matters.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// More uses than this make no difference.
const USES_MAX: u8 = 3;

/// A count up to 3. A use of what was used often enough writes nothing, so what is hot stays in
/// the caches of all cores.
#[derive(Debug, Default)]
pub struct Uses(AtomicU8);

impl Uses {
    /// Count one.
    pub fn add(&self) {
        let uses = self.0.load(Relaxed);
        if uses < USES_MAX {
            // Two at once may count as one: no harm.
            self.0.store(uses + 1, Relaxed);
        }
    }

    /// So many.
    pub(super) fn get(&self) -> u8 {
        self.0.load(Relaxed)
    }

    pub(super) fn set(&self, uses: u8) {
        self.0.store(uses, Relaxed);
    }
}
