//! What the commands that draw elements by chance share.

use super::args::is;
use crate::resp::{Fault, parse_int};
use base::random::Random;
use std::collections::HashSet;
use std::hash::Hash;

/// No reply has room for more: Redis would go on until it has no memory left.
const REPEATED_MAX: usize = 1 << 28;

/// How many are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// So many.
    pub count: usize,
    /// The same may be drawn again.
    pub repeated: bool,
    /// With what belongs to them: scores, values.
    pub with: bool,
}

impl Draw {
    /// From the arguments after the key: nothing, a count, or a count and `word`. Without a count one is drawn.
    pub fn parse(args: &[&[u8]], word: &str) -> Result<Option<Self>, Fault> {
        let (count, with) = match args {
            [] => return Ok(None),
            [count] => (whole(count)?, false),
            [count, given] => {
                let count = whole(count)?;
                if !is(given, word) {
                    return Err(Fault::Syntax);
                }
                if count.unsigned_abs() > i64::MAX as u64 / 2 {
                    return Err(Fault::plain("ERR value is out of range"));
                }
                (count, true)
            }
            [count, ..] => {
                whole(count)?;
                return Err(Fault::Syntax);
            }
        };
        let wanted = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
        Ok(Some(Draw { count: wanted, repeated: count < 0, with }))
    }

    /// So many draws, each from all, if a reply has room for them.
    pub fn repeats(&self) -> Result<usize, Fault> {
        let fits = self.count <= REPEATED_MAX;
        fits.then_some(self.count).ok_or(Fault::plain("ERR value is out of range"))
    }
}

/// `count` different places below `len`, in an order by chance.
pub fn places(count: usize, len: usize, chance: &mut Random) -> Vec<usize> {
    let below = |chance: &mut Random| Some(chance.below(len as u64) as usize);
    distinct(count, len, 0..len, chance, below)
}

/// `count` different ones of `all`, which are `len`, in an order by chance; `draw` gives any one of them.
pub fn distinct<T: Copy + Eq + Hash>(
    count: usize,
    len: usize,
    all: impl Iterator<Item = T>,
    chance: &mut Random,
    mut draw: impl FnMut(&mut Random) -> Option<T>,
) -> Vec<T> {
    // Drawing again what is known already takes longer the more are known.
    if count.saturating_mul(3) > len {
        let mut all: Vec<T> = all.collect();
        let len = all.len();
        let count = count.min(len);
        for at in 0..count {
            all.swap(at, at + chance.below((len - at) as u64) as usize);
        }
        all.truncate(count);
        return all;
    }
    let mut seen = HashSet::with_capacity(count);
    let mut drawn = Vec::with_capacity(count);
    while drawn.len() < count {
        let Some(one) = draw(chance) else { break };
        if seen.insert(one) {
            drawn.push(one);
        }
    }
    drawn
}

fn whole(text: &[u8]) -> Result<i64, Fault> {
    match parse_int(text) {
        Some(i64::MIN) => Err(Fault::plain(
            "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
        )),
        Some(count) => Ok(count),
        None => Err(Fault::NotInteger),
    }
}
