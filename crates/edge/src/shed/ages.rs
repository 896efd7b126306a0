//! How many of a worker's requests have waited so long that they do not wait for its event loop: long
//! polls, and others that something else keeps waiting. They take no place from those that do.

use std::sync::atomic::{AtomicI32, AtomicU64, Ordering::Relaxed};

/// Requests are told apart by when they came, in steps of so many milliseconds.
const STEP_MS: u64 = 128;
const SLOTS: usize = 16;
/// After so many steps a request counts as parked.
const PARKED_STEPS: u64 = 12;

/// The ages of the requests of one worker. Written by requests, without a lock; [`Ages::tick`] by one
/// at a time. Two that write at once may put a request into a neighbouring step.
#[derive(Debug, Default)]
pub struct Ages {
    /// Requests that came in a step, at its number's remainder.
    came: [AtomicI32; SLOTS],
    /// Steps before this one have been counted as parked.
    counted: AtomicU64,
    parked: AtomicI32,
}

/// When a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Came(u64);

impl Ages {
    /// After so many milliseconds a request counts as parked.
    pub const PARKED_MS: u64 = PARKED_STEPS * STEP_MS;

    /// A request came.
    pub fn begin(&self, now_ms: u64) -> Came {
        let step = now_ms / STEP_MS;
        if step >= self.counted.load(Relaxed) + SLOTS as u64 {
            // Ticks paused: this step's slot still has the requests of an older one.
            self.tick(now_ms);
        }
        self.slot(step, |slot| slot.fetch_add(1, Relaxed));
        Came(step)
    }

    /// It is being answered, or given up.
    pub fn end(&self, came: Came) {
        if came.0 < self.counted.load(Relaxed) {
            self.parked.fetch_sub(1, Relaxed);
        } else {
            // If its step is being counted just now, the sum comes right when the slot is next counted.
            self.slot(came.0, |slot| slot.fetch_sub(1, Relaxed));
        }
    }

    /// Count those that have become old.
    pub fn tick(&self, now_ms: u64) {
        let until = (now_ms / STEP_MS).saturating_sub(PARKED_STEPS);
        let from = self.counted.load(Relaxed).max(until.saturating_sub(SLOTS as u64));
        if from >= until {
            return;
        }
        self.counted.store(until, Relaxed);
        for step in from..until {
            self.slot(step, |slot| self.parked.fetch_add(slot.swap(0, Relaxed), Relaxed));
        }
    }

    /// Requests that have waited for long.
    pub fn parked(&self) -> u32 {
        u32::try_from(self.parked.load(Relaxed)).unwrap_or(0)
    }

    fn slot<T>(&self, step: u64, with: impl FnOnce(&AtomicI32) -> T) {
        if let Some(slot) = self.came.get(step as usize % SLOTS) {
            with(slot);
        }
    }
}
