//! What the encoders of one thread share: contexts that are dear to make.

use super::{Budget, Effort, Used, gzip, zstd};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// Memory that is kept for what encoders write.
const SCRATCH_BYTES_MAX: usize = 256 * 1024;

/// A thread's contexts. They hold 0.4 MB for gzip, and up to 4 MB for zstd after busy times.
#[derive(Debug, Default)]
pub struct Encoders {
    pub(super) gzip: RefCell<gzip::Shelf>,
    pub(super) zstd: RefCell<zstd::Shelf>,
    numbers: Cell<u64>,
    budget: Cell<Budget>,
    scratch: RefCell<Vec<u8>>,
}

impl Encoders {
    /// None made yet.
    pub fn new() -> Rc<Self> {
        Rc::default()
    }

    /// How hard to try at `now`; see [`Budget::effort`].
    pub fn effort(&self, now: Duration, used: impl FnOnce() -> Used) -> Effort {
        let mut budget = self.budget.get();
        let effort = budget.effort(now, used);
        self.budget.set(budget);
        effort
    }

    /// An empty Vec that probably has memory.
    pub fn scratch(&self) -> Vec<u8> {
        self.scratch.take()
    }

    /// Give it back.
    pub fn put_scratch(&self, mut scratch: Vec<u8>) {
        scratch.clear();
        if scratch.capacity() <= SCRATCH_BYTES_MAX {
            self.scratch.replace(scratch);
        }
    }

    /// A number for a stream; no other stream of this thread ever has it, and it is not 0.
    pub(super) fn number(&self) -> u64 {
        self.numbers.set(self.numbers.get() + 1);
        self.numbers.get()
    }
}
