//! What the commands that scan a value share.

use super::{Args, matches};
use crate::resp::{Fault, Reply};

/// Which elements a scan tells of.
#[derive(Debug, Clone, Copy)]
pub struct Scanning<'a> {
    /// About so many in a step.
    pub count: usize,
    pattern: Option<&'a [u8]>,
}

impl<'a> Scanning<'a> {
    /// The cursor, as `strtoul` reads it: with a sign, and nothing is 0.
    pub fn cursor(arg: &[u8]) -> Result<u64, Fault> {
        let digits = arg.strip_prefix(b"-").or(arg.strip_prefix(b"+")).unwrap_or(arg);
        let number = match digits {
            [] if arg.is_empty() => Some(0),
            digits if digits.iter().all(u8::is_ascii_digit) => {
                std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok())
            }
            _ => None,
        };
        let number: u64 = number.ok_or(Fault::plain("ERR invalid cursor"))?;
        Ok(if arg.starts_with(b"-") { number.wrapping_neg() } else { number })
    }

    /// The options `[MATCH pattern] [COUNT count]`.
    pub fn parse(mut rest: Args<'a>) -> Result<Self, Fault> {
        let mut scanning = Scanning { count: 10, pattern: None };
        while !rest.is_empty() {
            if rest.len() > 1 && rest.accept("MATCH") {
                scanning.pattern = Some(rest.need()?);
            } else if rest.len() > 1 && rest.accept("COUNT") {
                let count = rest.int()?;
                if count < 1 {
                    return Err(Fault::Syntax);
                }
                scanning.count = usize::try_from(count).unwrap_or(usize::MAX);
            } else {
                return Err(Fault::Syntax);
            }
        }
        Ok(scanning)
    }

    /// Whether an element of this name is told.
    pub fn wants(&self, name: &[u8]) -> bool {
        self.pattern.is_none_or(|pattern| matches(pattern, name))
    }
}

/// The reply for a key that does not exist.
pub fn nothing(reply: &mut Reply) {
    head(reply, 0);
    reply.array(0);
}

/// The start of the reply: where to go on. An array follows.
pub fn head(reply: &mut Reply, next: u64) {
    reply.array(2);
    reply.bulk(itoa::Buffer::new().format(next).as_bytes());
}
