//! When a string ends, as `SET` and `GETEX` are told.

use crate::command::args::is;
use crate::command::{Args, args};
use crate::resp::Fault;

/// A number with its unit: `EX`, `PX`, `EXAT`, `PXAT`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Until<'a> {
    pub(super) number: &'a [u8],
    pub(super) seconds: bool,
    /// From 1970 on, not from now.
    pub(super) absolute: bool,
}

impl<'a> Until<'a> {
    /// Of this option, whose number is the next argument.
    pub(super) fn option(word: &[u8], rest: &mut Args<'a>) -> Option<Self> {
        let (seconds, absolute) = match word {
            word if is(word, "EX") => (true, false),
            word if is(word, "PX") => (false, false),
            word if is(word, "EXAT") => (true, true),
            word if is(word, "PXAT") => (false, true),
            _ => return None,
        };
        Some(Until { number: rest.next()?, seconds, absolute })
    }

    /// Whether both are given in the same unit: only then a later option overrides an earlier one.
    pub(super) fn same_unit(&self, other: &Until<'_>) -> bool {
        (self.seconds, self.absolute) == (other.seconds, other.absolute)
    }

    /// In milliseconds since 1970, for the command `name`.
    pub(super) fn at_ms(&self, now_ms: i64, name: &str) -> Result<i64, Fault> {
        let number = args::int(self.number)?;
        let invalid = || Fault::err(format_args!("invalid expire time in '{name}' command"));
        if number <= 0 {
            return Err(invalid());
        }
        let ms = if self.seconds { number.checked_mul(1000) } else { Some(number) };
        let from = if self.absolute { 0 } else { now_ms };
        ms.and_then(|ms| ms.checked_add(from)).ok_or_else(invalid)
    }
}
