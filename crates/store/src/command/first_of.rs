//! What commands are asked that take from the first of several keys that has something: `LMPOP`, `ZMPOP`.

use super::Args;
use crate::resp::{Fault, parse_int};

/// Keys after their count, the end from which to take, and how many elements at most.
#[derive(Debug)]
pub struct FirstOf<'a, E> {
    /// The keys, in the order in which they are looked at.
    pub keys: &'a [&'a [u8]],
    /// The end.
    pub end: E,
    /// How many elements at most; one or more.
    pub count: usize,
}

impl<'a, E> FirstOf<'a, E> {
    /// From the argument `count_at` on, which counts the keys. `end` reads what stands behind the keys.
    pub fn parse(
        args: &'a [&'a [u8]],
        count_at: usize,
        end: impl FnOnce(&[u8]) -> Result<E, Fault>,
    ) -> Result<Self, Fault> {
        let some = |text, fault: &'static str| match parse_int(text) {
            Some(count @ 1..) => Ok(count as usize),
            _ => Err(Fault::plain(fault)),
        };
        let keys = some(args[count_at], "ERR numkeys should be greater than 0")?;
        let keys_end = (count_at + 1).checked_add(keys).ok_or(Fault::Syntax)?;
        let keys = args.get(count_at + 1..keys_end).ok_or(Fault::Syntax)?;
        let mut rest = Args::from(args, keys_end);
        let end = end(rest.need()?)?;
        let mut count = None;
        while !rest.is_empty() {
            if count.is_some() || !rest.accept("COUNT") {
                return Err(Fault::Syntax);
            }
            count = Some(some(rest.need()?, "ERR count should be greater than 0")?);
        }
        Ok(FirstOf { keys, end, count: count.unwrap_or(1) })
    }
}
