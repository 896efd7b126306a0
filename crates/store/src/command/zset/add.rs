//! `ZADD` and `ZINCRBY`.

use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec, args};
use crate::data::{Value, Zset};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome};

const FLAGS: Flags = Flags::WRITE.or(Flags::DENYOOM).or(Flags::FAST);

/// `ZADD key [NX|XX] [GT|LT] [CH] [INCR] score member [score member …]`
pub const ZADD: Spec =
    Spec::new("ZADD", -4, Group::Zset, Run::Data(zadd)).flags(FLAGS).keys(Keys::ONE).since("1.2.0");

/// `ZINCRBY key increment member`
pub const ZINCRBY: Spec = Spec::new("ZINCRBY", 4, Group::Zset, Run::Data(zincrby))
    .flags(FLAGS)
    .keys(Keys::ONE)
    .since("1.2.0");

#[derive(Debug, Clone, Copy, Default)]
struct Options {
    only_new: bool,
    only_known: bool,
    greater: bool,
    less: bool,
    changed: bool,
    increment: bool,
}

fn zadd(call: &mut Call<'_>) -> Outcome {
    let mut rest = Args::from(call.args, 2);
    let mut options = Options::default();
    loop {
        if rest.accept("NX") {
            options.only_new = true;
        } else if rest.accept("XX") {
            options.only_known = true;
        } else if rest.accept("GT") {
            options.greater = true;
        } else if rest.accept("LT") {
            options.less = true;
        } else if rest.accept("CH") {
            options.changed = true;
        } else if rest.accept("INCR") {
            options.increment = true;
        } else {
            break;
        }
    }
    add(call, options, rest.rest())
}

fn zincrby(call: &mut Call<'_>) -> Outcome {
    let pairs = call.args.get(2..).unwrap_or_default();
    add(call, Options { increment: true, ..Options::default() }, pairs)
}

fn add(call: &mut Call<'_>, options: Options, pairs: &[&[u8]]) -> Outcome {
    options.check(pairs)?;
    let scores: Vec<f64> =
        pairs.iter().step_by(2).map(|score| args::double(score)).collect::<Result<_, _>>()?;
    let (key, limits) = (call.args[1], call.keys.settings.zset);
    let known = call.keys.zset_mut(key)?.is_some();
    if !known {
        if options.only_known {
            return reply(call, &options, 0, 0, None);
        }
        let value_bytes = pairs.get(1).map_or(0, |member| member.len());
        let new = Zset::with_hint(scores.len(), value_bytes, &limits);
        call.keys.insert(key, Value::Zset(new));
    }
    let (mut added, mut updated, mut last, mut fault) = (0, 0, None, None);
    if let Some(zset) = call.keys.zset_mut(key)? {
        for (pair, score) in pairs.chunks_exact(2).zip(scores) {
            match options.apply(zset, pair[1], score) {
                Ok(Some((member_score, how))) => {
                    last = Some(member_score);
                    added += usize::from(how == How::New);
                    updated += usize::from(how == How::Updated);
                    if how != How::Same {
                        zset.insert(pair[1], member_score, &limits);
                    }
                }
                Ok(None) => {}
                Err(nan) => {
                    fault = Some(nan);
                    break;
                }
            }
        }
    }
    if added + updated > 0 {
        let event = if options.increment { "zincr" } else { "zadd" };
        call.keys.changed(key, Class::Zset, event);
    } else if !known {
        call.keys.remove(key);
    }
    match fault {
        Some(fault) => Err(fault),
        None => reply(call, &options, added, updated, last),
    }
}

fn reply(
    call: &mut Call<'_>,
    options: &Options,
    added: usize,
    updated: usize,
    last: Option<f64>,
) -> Outcome {
    match last {
        Some(score) if options.increment => call.reply.double(score),
        None if options.increment => call.reply.null(),
        _ => call.reply.count(if options.changed { added + updated } else { added }),
    }
    Ok(())
}

/// What becomes of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    New,
    Updated,
    /// It has the score already.
    Same,
}

impl Options {
    fn check(&self, pairs: &[&[u8]]) -> Outcome {
        if pairs.is_empty() || !pairs.len().is_multiple_of(2) {
            return Err(Fault::Syntax);
        }
        if self.only_new && self.only_known {
            return Err(Fault::plain("ERR XX and NX options at the same time are not compatible"));
        }
        if (self.only_new && (self.greater || self.less)) || (self.greater && self.less) {
            return Err(Fault::plain(
                "ERR GT, LT, and/or NX options at the same time are not compatible",
            ));
        }
        if self.increment && pairs.len() > 2 {
            return Err(Fault::plain("ERR INCR option supports a single increment-element pair"));
        }
        Ok(())
    }

    /// The score that `member` gets; none if the options forbid it.
    fn apply(&self, zset: &Zset, member: &[u8], score: f64) -> Result<Option<(f64, How)>, Fault> {
        let Some(old) = zset.score(member) else {
            return Ok((!self.only_known).then_some((score, How::New)));
        };
        if self.only_new {
            return Ok(None);
        }
        let new = if self.increment { old + score } else { score };
        if new.is_nan() {
            return Err(Fault::plain("ERR resulting score is not a number (NaN)"));
        }
        if (self.greater && new <= old) || (self.less && new >= old) {
            return Ok(None);
        }
        Ok(Some((new, if new == old { How::Same } else { How::Updated })))
    }
}
