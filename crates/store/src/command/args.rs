//! Reading arguments one after the other.

use crate::resp::{Extended, Fault, parse_double, parse_int};

/// The arguments of a command that are still to be read.
#[derive(Debug, Clone, Copy)]
pub struct Args<'a> {
    rest: &'a [&'a [u8]],
}

impl<'a> Args<'a> {
    /// Those of `args` from `first` on.
    pub fn from(args: &'a [&'a [u8]], first: usize) -> Self {
        Args { rest: args.get(first..).unwrap_or_default() }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.rest.len()
    }

    /// None left.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Those left.
    pub fn rest(&self) -> &'a [&'a [u8]] {
        self.rest
    }

    /// The next one, or a syntax error.
    pub fn need(&mut self) -> Result<&'a [u8], Fault> {
        self.next().ok_or(Fault::Syntax)
    }

    /// The next one as an integer.
    pub fn int(&mut self) -> Result<i64, Fault> {
        int(self.need()?)
    }

    /// The next one as a number.
    pub fn double(&mut self) -> Result<f64, Fault> {
        double(self.need()?)
    }

    /// Step over the next one if it is `word`, in any case.
    pub fn accept(&mut self, word: &str) -> bool {
        let taken = self.rest.first().is_some_and(|next| is(next, word));
        if taken {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        taken
    }
}

impl<'a> Iterator for Args<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }
}

/// Whether an argument is `word`, in any case.
pub fn is(arg: &[u8], word: &str) -> bool {
    arg.eq_ignore_ascii_case(word.as_bytes())
}

/// An argument as an integer.
pub fn int(arg: &[u8]) -> Result<i64, Fault> {
    parse_int(arg).ok_or(Fault::NotInteger)
}

/// The database that an argument names, of so many.
pub fn database(arg: &[u8], databases: usize) -> Result<usize, Fault> {
    let number = i32::try_from(int(arg)?).map_err(|_| {
        Fault::plain("ERR value is out of range, value must between -2147483648 and 2147483647")
    })?;
    let db = usize::try_from(number).ok().filter(|db| *db < databases);
    db.ok_or(Fault::plain("ERR DB index is out of range"))
}

/// A count that an argument gives: 0 or more.
pub fn count(arg: &[u8]) -> Result<usize, Fault> {
    let count = parse_int(arg).and_then(|count| usize::try_from(count).ok());
    count.ok_or(Fault::plain("ERR value is out of range, must be positive"))
}

/// An argument as a number.
pub fn double(arg: &[u8]) -> Result<f64, Fault> {
    parse_double(arg).ok_or(Fault::NotFloat)
}

/// A timeout in seconds as the time at which it ends, in milliseconds since 1970. None for 0, which has no end.
pub fn timeout_ms(arg: &[u8], now_ms: i64) -> Result<Option<i64>, Fault> {
    let seconds = parse_double(arg).filter(|_| Extended::parse(arg).is_some());
    let seconds = seconds.ok_or(Fault::plain("ERR timeout is not a float or out of range"))?;
    let ms = (seconds * 1000.0).ceil();
    if ms < 0.0 {
        return Err(Fault::plain("ERR timeout is negative"));
    }
    if ms >= i64::MAX as f64 || now_ms.checked_add(ms as i64).is_none() {
        return Err(Fault::plain("ERR timeout is out of range"));
    }
    Ok((ms > 0.0).then_some(now_ms + ms as i64))
}

/// The places from `start` to `end`, both included, among `len`, where the ends may be counted from behind. Empty if the ends are outside or crossed.
pub fn span(start: i64, end: i64, len: usize) -> std::ops::Range<usize> {
    let len = len as i64;
    let from_front = |at: i64| if at < 0 { at.saturating_add(len) } else { at };
    let (start, end) = (from_front(start).max(0), from_front(end));
    if start > end || start >= len {
        return 0..0;
    }
    start as usize..end.min(len - 1) as usize + 1
}
