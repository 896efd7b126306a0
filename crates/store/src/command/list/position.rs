//! `LPOS`: where a value is.

use crate::command::args::is;
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec, args};
use crate::data::list::End;
use crate::resp::{Fault, Outcome};

/// `LPOS key element [RANK rank] [COUNT count] [MAXLEN len]`
pub const LPOS: Spec = Spec::new("LPOS", -3, Group::List, Run::Data(lpos))
    .flags(Flags::READONLY)
    .keys(Keys::ONE)
    .since("6.0.6");

struct Asked {
    from: End,
    skip: usize,
    /// How many places are wanted; without it, one, not in an array.
    count: Option<usize>,
    /// How many elements are looked at.
    max: usize,
}

impl Asked {
    fn parse(mut rest: Args<'_>) -> Result<Self, Fault> {
        let mut asked = Asked { from: End::Head, skip: 0, count: None, max: usize::MAX };
        while let Some(word) = rest.next() {
            let value = rest.need()?;
            match word {
                word if is(word, "RANK") => asked.set_rank(value)?,
                word if is(word, "COUNT") => {
                    asked.count = Some(some(value, "ERR COUNT can't be negative")?);
                }
                word if is(word, "MAXLEN") => {
                    asked.max = some(value, "ERR MAXLEN can't be negative")?;
                }
                _ => return Err(Fault::Syntax),
            }
        }
        Ok(asked)
    }

    fn set_rank(&mut self, value: &[u8]) -> Result<(), Fault> {
        let rank = args::int(value)?;
        if rank == i64::MIN {
            return Err(Fault::err("value is out of range"));
        }
        if rank == 0 {
            return Err(Fault::err(
                "RANK can't be zero: use 1 to start from the first match, 2 from the second ... \
                 or use negative to start from the end of the list",
            ));
        }
        self.from = if rank < 0 { End::Tail } else { End::Head };
        self.skip = usize::try_from(rank.unsigned_abs() - 1).unwrap_or(usize::MAX);
        Ok(())
    }
}

/// A count, where 0 means without limit.
fn some(value: &[u8], fault: &'static str) -> Result<usize, Fault> {
    match args::int(value).ok().and_then(|count| usize::try_from(count).ok()) {
        Some(0) => Ok(usize::MAX),
        Some(count) => Ok(count),
        None => Err(Fault::plain(fault)),
    }
}

fn lpos(call: &mut Call<'_>) -> Outcome {
    let asked = Asked::parse(Args::from(call.args, 3))?;
    let mut places = Vec::new();
    if let Some(list) = call.keys.list(call.args[1])? {
        let mut matches = list.matches(call.args[2], asked.from);
        let found = std::iter::from_fn(|| matches.next_within(asked.max));
        places.extend(found.skip(asked.skip).take(asked.count.unwrap_or(1)));
    }
    match (asked.count, places.first()) {
        (Some(_), _) => {
            call.reply.array(places.len());
            places.into_iter().for_each(|place| call.reply.count(place));
        }
        (None, Some(place)) => call.reply.count(*place),
        (None, None) => call.reply.null(),
    }
    Ok(())
}
