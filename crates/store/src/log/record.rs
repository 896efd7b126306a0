//! Records: what one command, transaction or script changed, as effects that can be replayed. Pure.
//!
//! Form: for each effect the database, the number of arguments, and each argument after its length; numbers in
//! LEB128. `keyspace::Effects` gathers them; here they are read, and what is no record is told apart.

/// Arguments of one effect at most, so that a damaged length cannot ask for memory.
pub const ARGS_MAX: usize = 1 << 24;

/// One change, as the command that makes it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect<'a> {
    /// The database in which it is made.
    pub db: usize,
    /// The command's name and arguments; at least the name.
    pub args: Vec<&'a [u8]>,
}

/// The bytes are no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an effect that cannot be read at byte {at} of the record")]
pub struct BadRecord {
    /// Where the effect begins, from the start of the record.
    pub at: usize,
}

/// The effects of a record, in order. Ends after the first that cannot be read.
pub fn effects(record: &[u8]) -> Effects<'_> {
    Effects { record, at: 0 }
}

/// Reads a record; see [`effects`].
#[derive(Debug, Clone)]
pub struct Effects<'a> {
    record: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Effects<'a> {
    type Item = Result<Effect<'a>, BadRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.record.get(self.at..).filter(|rest| !rest.is_empty())?;
        let at = self.at;
        let mut input = Input(rest);
        let effect = input.effect();
        // After what is no effect there is no telling where the next one begins.
        self.at = if effect.is_some() { self.record.len() - input.0.len() } else { usize::MAX };
        Some(effect.ok_or(BadRecord { at }))
    }
}

/// Append a number as LEB128.
pub fn write_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// What is still to be read of some bytes.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    /// A LEB128 number in its shortest form.
    pub fn number(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 || shift > 0 && byte == 0 {
                return None;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// The next `len` bytes.
    pub fn bytes(&mut self, len: u64) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(usize::try_from(len).ok()?)?;
        self.0 = rest;
        Some(bytes)
    }

    /// A length and so many bytes.
    pub fn string(&mut self) -> Option<&'a [u8]> {
        let len = self.number()?;
        self.bytes(len)
    }

    fn effect(&mut self) -> Option<Effect<'a>> {
        let db = usize::try_from(self.number()?).ok()?;
        let count =
            usize::try_from(self.number()?).ok().filter(|count| (1..=ARGS_MAX).contains(count))?;
        let mut args = Vec::with_capacity(count.min(64));
        for _ in 0..count {
            args.push(self.string()?);
        }
        Some(Effect { db, args })
    }
}
