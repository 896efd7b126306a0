//! `XADD` and `XTRIM`.

use super::ids;
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec};
use crate::data::stream::{NodeLimits, StreamId, Trim, TrimTo};
use crate::data::{Stream, Value};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome};

/// `XADD key [NOMKSTREAM] [MAXLEN|MINID [=|~] threshold [LIMIT count]] *|id field value [field value …]`
pub const XADD: Spec = Spec::new("XADD", -5, Group::Stream, Run::Data(xadd))
    .flags(Flags::WRITE.or(Flags::DENYOOM).or(Flags::FAST))
    .keys(Keys::ONE)
    .since("5.0.0");

/// `XTRIM key MAXLEN|MINID [=|~] threshold [LIMIT count]`
pub const XTRIM: Spec = Spec::new("XTRIM", -4, Group::Stream, Run::Data(xtrim))
    .flags(Flags::WRITE)
    .keys(Keys::ONE)
    .since("5.0.0");

/// Without `LIMIT`, `~` takes out at most so many nodes' entries, within these bounds.
const NODES_MAX: u64 = 100;
const ENTRIES_MAX: u64 = 1_000_000;
const ENTRIES_DEFAULT: u64 = 10_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NewId {
    /// `*`
    Auto,
    /// `ms-*`
    AutoSeq(u64),
    Given(StreamId),
}

#[derive(Debug, Default)]
struct Options {
    make: bool,
    trim: Option<TrimTo>,
    about: bool,
    limit: Option<u64>,
    id: Option<NewId>,
}

fn xadd(call: &mut Call<'_>) -> Outcome {
    let mut rest = Args::from(call.args, 2);
    let options = Options::parse(&mut rest, true)?;
    let pairs = rest.rest();
    if pairs.len() < 2 || !pairs.len().is_multiple_of(2) {
        return Err(Fault::arity("xadd"));
    }
    let (key, limits) = (call.args[1], call.keys.settings.stream);
    let asked = options.id.unwrap_or(NewId::Auto);
    if asked == NewId::Given(StreamId::MIN) {
        return Err(Fault::plain("ERR The ID specified in XADD must be greater than 0-0"));
    }
    let now_ms = u64::try_from(call.keys.now_ms()).unwrap_or(0);
    let trim = options.trim(&limits, call.keys.replaying());
    let known = call.keys.stream_mut(key)?.is_some();
    if !known {
        if !options.make {
            call.reply.null();
            return Ok(());
        }
        call.keys.insert(key, Value::Stream(Box::default()));
    }
    let Some(stream) = call.keys.stream_mut(key)? else { return Ok(()) };
    let added = append(stream, asked, now_ms, pairs, &limits);
    let trimmed = trim.filter(|_| added.is_ok()).map_or(0, |trim| stream.trim(&trim));
    let shape = (stream.len(), stream.first_id());
    let id = match added {
        Ok(id) => id,
        Err(fault) => {
            if !known {
                call.keys.remove(key);
            }
            return Err(fault);
        }
    };
    call.keys.changed(key, Class::Stream, "xadd");
    if trimmed > 0 {
        call.keys.notify(Class::Stream, "xtrim", key);
    }
    let id = id.to_string();
    call.reply.bulk(id.as_bytes());
    let exact = trim.map(|trim| exact(&trim, shape));
    let mut effect: Vec<&[u8]> = vec![b"XADD", key];
    if let Some((word, threshold)) = &exact {
        effect.extend([word.as_bytes(), b"=", threshold.as_bytes()]);
    }
    effect.push(id.as_bytes());
    effect.extend_from_slice(pairs);
    call.effect(&effect);
    Ok(())
}

fn xtrim(call: &mut Call<'_>) -> Outcome {
    let options = Options::parse(&mut Args::from(call.args, 2), false)?;
    let (key, limits) = (call.args[1], call.keys.settings.stream);
    let trim = options.trim(&limits, call.keys.replaying());
    let (Some(trim), Some(stream)) = (trim, call.keys.stream_mut(key)?) else {
        call.reply.int(0);
        return Ok(());
    };
    let removed = stream.trim(&trim);
    let shape = (stream.len(), stream.first_id());
    if removed > 0 {
        call.keys.changed(key, Class::Stream, "xtrim");
        let (word, threshold) = exact(&trim, shape);
        call.effect(&[b"XTRIM", key, word.as_bytes(), b"=", threshold.as_bytes()]);
    }
    call.reply.int(removed as i64);
    Ok(())
}

fn append(
    stream: &mut Stream,
    asked: NewId,
    now_ms: u64,
    pairs: &[&[u8]],
    limits: &NodeLimits,
) -> Result<StreamId, Fault> {
    if stream.last_id == StreamId::MAX {
        return Err(Fault::plain(
            "ERR The stream has exhausted the last possible ID, unable to add more items",
        ));
    }
    const LOW: Fault = Fault::plain(
        "ERR The ID specified in XADD is equal or smaller than the target stream top item",
    );
    let last = stream.last_id;
    let id = match asked {
        NewId::Auto => last.at(now_ms),
        NewId::AutoSeq(ms) if ms == last.ms => {
            last.seq.checked_add(1).map(|seq| StreamId::new(ms, seq))
        }
        NewId::AutoSeq(ms) => Some(StreamId::new(ms, 0)),
        NewId::Given(id) => Some(id),
    };
    let id = id.filter(|id| *id > last).ok_or(LOW)?;
    if stream.append(id, pairs, limits) {
        Ok(id)
    } else {
        Err(Fault::plain("ERR Elements are too large to be stored"))
    }
}

/// The trim that leaves what `trim` left, whatever the nodes: entries, and the first of them.
fn exact(trim: &Trim, (len, first): (u64, StreamId)) -> (&'static str, String) {
    match trim.to {
        TrimTo::Length(max) if !trim.whole_nodes => ("MAXLEN", max.to_string()),
        TrimTo::Id(min) if !trim.whole_nodes => ("MINID", min.to_string()),
        _ if len == 0 => ("MAXLEN", "0".to_owned()),
        TrimTo::Length(_) => ("MAXLEN", len.to_string()),
        TrimTo::Id(_) => ("MINID", first.to_string()),
    }
}

impl Options {
    /// Read options; for `XADD` up to the id.
    fn parse(rest: &mut Args<'_>, adds: bool) -> Result<Self, Fault> {
        let mut options = Options { make: true, ..Options::default() };
        while !rest.is_empty() {
            let more = rest.rest().len() > 1;
            if adds && rest.accept("*") {
                options.id = Some(NewId::Auto);
                break;
            } else if more && rest.accept("MAXLEN") {
                options.threshold(rest, true)?;
            } else if more && rest.accept("MINID") {
                options.threshold(rest, false)?;
            } else if more && rest.accept("LIMIT") {
                let limit = rest.int()?;
                let limit = u64::try_from(limit)
                    .map_err(|_| Fault::plain("ERR The LIMIT argument must be >= 0."))?;
                options.limit = Some(limit);
            } else if adds && rest.accept("NOMKSTREAM") {
                options.make = false;
            } else if adds {
                let text = rest.need()?;
                options.id = Some(match ids::auto_seq(text) {
                    Some(ms) => NewId::AutoSeq(ms),
                    None => NewId::Given(ids::strict(text, 0)?),
                });
                break;
            } else {
                return Err(Fault::Syntax);
            }
        }
        if options.trim.is_none() {
            if options.limit.is_some_and(|limit| limit > 0) {
                return Err(Fault::plain(
                    "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy",
                ));
            }
            if !adds {
                return Err(Fault::plain(
                    "ERR syntax error, XTRIM must be called with a trimming strategy",
                ));
            }
        }
        if options.limit.is_some() && !options.about {
            return Err(Fault::plain(
                "ERR syntax error, LIMIT cannot be used without the special ~ option",
            ));
        }
        Ok(options)
    }

    fn threshold(&mut self, rest: &mut Args<'_>, length: bool) -> Outcome {
        if self.trim.is_some() {
            return Err(Fault::plain(
                "ERR syntax error, MAXLEN and MINID options at the same time are not compatible",
            ));
        }
        let more = rest.rest().len() > 1;
        self.about = more && rest.accept("~");
        if more && !self.about {
            rest.accept("=");
        }
        self.trim = Some(if length {
            let max = rest.int()?;
            let max = u64::try_from(max)
                .map_err(|_| Fault::plain("ERR The MAXLEN argument must be >= 0."))?;
            TrimTo::Length(max)
        } else {
            TrimTo::Id(ids::strict(rest.need()?, 0)?)
        });
        Ok(())
    }

    fn trim(&self, limits: &NodeLimits, replaying: bool) -> Option<Trim> {
        let to = self.trim?;
        let limit = match self.limit {
            _ if replaying || !self.about => None,
            Some(0) => None,
            Some(limit) => Some(limit),
            None if limits.entries_max == 0 => Some(ENTRIES_DEFAULT),
            None => Some((NODES_MAX * limits.entries_max as u64).min(ENTRIES_MAX)),
        };
        Some(Trim { to, whole_nodes: self.about, limit })
    }
}
