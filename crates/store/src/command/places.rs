//! Which arguments are keys.

use super::Keys;
use super::args::is;
use crate::resp::parse_int;

impl Keys {
    /// The places of the keys among `args`, of which the first is the command's name. None if the arguments say
    /// nothing that makes sense.
    pub fn places(self, args: &[&[u8]]) -> Option<Vec<usize>> {
        match self {
            Keys::None => Some(Vec::new()),
            Keys::Range { first, last, step } => {
                let last = usize::try_from(last)
                    .ok()
                    .or_else(|| args.len().checked_sub(last.unsigned_abs()));
                Some((first..=last?).step_by(step).filter(|place| *place < args.len()).collect())
            }
            Keys::Counted(at) => counted(args, at),
            Keys::StoreCounted(at) => {
                let mut places = vec![1];
                places.extend(counted(args, at)?);
                Some(places)
            }
            Keys::Streams => {
                let first = 1 + args.iter().position(|arg| is(arg, "STREAMS"))?;
                Some((first..first + (args.len() - first) / 2).collect())
            }
            Keys::Sort => {
                // The last one counts.
                let store = args.iter().rposition(|arg| is(arg, "STORE")).map(|at| at + 1);
                let store = store.filter(|place| *place > 2 && *place < args.len());
                Some([Some(1), store].into_iter().flatten().collect())
            }
        }
    }
}

fn counted(args: &[&[u8]], at: usize) -> Option<Vec<usize>> {
    let count = usize::try_from(parse_int(args.get(at)?)?).ok()?;
    let end = at.checked_add(1)?.checked_add(count)?;
    (end <= args.len()).then(|| (at + 1..end).collect())
}
