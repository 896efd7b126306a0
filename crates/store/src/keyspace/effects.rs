//! What a command did, as commands that do the same again whatever the time and chance: the content of a record
//! of the log.
//!
//! Their form is that of `log::record`.

use super::DbIndex;
use crate::log::record::{Effect, effects, write_number};

/// Effects of one command, transaction or script, in order.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Effects {
    bytes: Vec<u8>,
    count: usize,
}

impl Effects {
    /// Add a command.
    pub fn push(&mut self, db: DbIndex, args: &[&[u8]]) {
        write_number(&mut self.bytes, db as u64);
        write_number(&mut self.bytes, args.len() as u64);
        for arg in args {
            write_number(&mut self.bytes, arg.len() as u64);
            self.bytes.extend_from_slice(arg);
        }
        self.count += 1;
    }

    /// Their bytes so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.count
    }

    /// None.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Their form in a record; empty from now on.
    pub fn take(&mut self) -> Vec<u8> {
        self.count = 0;
        std::mem::take(&mut self.bytes)
    }

    /// Read what [`Effects::take`] gave. Nothing from the first on that is broken.
    pub fn read(bytes: &[u8]) -> impl Iterator<Item = Effect<'_>> {
        effects(bytes).map_while(Result::ok)
    }
}
