//! What the encoders of one thread share: contexts that are dear to make.

use super::{gzip, zstd};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A thread's contexts. They hold 0.4 MB for gzip, and up to 4 MB for zstd after busy times.
#[derive(Debug, Default)]
pub struct Encoders {
    pub(super) gzip: RefCell<gzip::Shelf>,
    pub(super) zstd: RefCell<zstd::Shelf>,
    numbers: Cell<u64>,
}

impl Encoders {
    /// None made yet.
    pub fn new() -> Rc<Self> {
        Rc::default()
    }

    /// A number for a stream; no other stream of this thread ever has it, and it is not 0.
    pub(super) fn number(&self) -> u64 {
        self.numbers.set(self.numbers.get() + 1);
        self.numbers.get()
    }
}
