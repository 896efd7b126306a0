//! What a command did, as commands that do the same again whatever the time and chance: the content of a record
//! of the log.
//!
//! Form: for each effect the database, the number of arguments, and each argument after its length; numbers in
//! LEB128.

use super::DbIndex;

/// Effects of one command, transaction or script, in order.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Effects {
    bytes: Vec<u8>,
    count: usize,
}

/// One effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect<'a> {
    /// Where it happened.
    pub db: DbIndex,
    /// The command.
    pub args: Vec<&'a [u8]>,
}

impl Effects {
    /// Add a command.
    pub fn push(&mut self, db: DbIndex, args: &[&[u8]]) {
        self.number(db);
        self.number(args.len());
        for arg in args {
            self.number(arg.len());
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

    /// Read what [`Effects::take`] gave. Nothing after the first that is broken.
    pub fn read(bytes: &[u8]) -> impl Iterator<Item = Effect<'_>> {
        let mut rest = bytes;
        std::iter::from_fn(move || {
            let db = number(&mut rest)?;
            let count = number(&mut rest)?;
            let mut args = Vec::with_capacity(count.min(rest.len()));
            for _ in 0..count {
                let len = number(&mut rest)?;
                let (arg, after) = rest.split_at_checked(len)?;
                args.push(arg);
                rest = after;
            }
            Some(Effect { db, args })
        })
    }

    fn number(&mut self, mut value: usize) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }
}

fn number(rest: &mut &[u8]) -> Option<usize> {
    let mut value: usize = 0;
    for shift in (0..usize::BITS).step_by(7) {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        value |= usize::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}
