//! `XCLAIM` and `XAUTOCLAIM`: entries that a consumer does not finish go to another.

use super::propagate::Log;
use super::{entries, help, ids};
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec};
use crate::data::Stream;
use crate::data::stream::{Group as Readers, StreamId};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome, Reply, parse_int};

/// `XCLAIM key group consumer min-idle-time id [id …] [IDLE ms] [TIME ms] [RETRYCOUNT n] [FORCE] [JUSTID] [LASTID id]`
pub const XCLAIM: Spec = Spec::new("XCLAIM", -6, Group::Stream, Run::Data(xclaim))
    .flags(Flags::WRITE.or(Flags::FAST))
    .keys(Keys::ONE)
    .since("5.0.0");

/// `XAUTOCLAIM key group consumer min-idle-time start [COUNT count] [JUSTID]`
pub const XAUTOCLAIM: Spec = Spec::new("XAUTOCLAIM", -6, Group::Stream, Run::Data(xautoclaim))
    .flags(Flags::WRITE.or(Flags::FAST))
    .keys(Keys::ONE)
    .since("6.2.0");

/// `XAUTOCLAIM` looks at so many entries for each that it may claim.
const ATTEMPTS: usize = 10;
const COUNT_DEFAULT: usize = 100;
/// A higher `COUNT` is refused.
const COUNT_MAX: i64 = i64::MAX / 16;

/// How entries change hands.
#[derive(Debug, Clone, Copy, Default)]
struct Terms {
    min_idle_ms: i64,
    delivered_ms: Option<i64>,
    deliveries: Option<u64>,
    force: bool,
    just_id: bool,
    last_id: StreamId,
}

fn xclaim(call: &mut Call<'_>) -> Outcome {
    check_group(call)?;
    let now_ms = call.keys.now_ms();
    let min_idle_ms = idle(call.args[4], "ERR Invalid min-idle-time argument for XCLAIM")?;
    let ids: Vec<StreamId> =
        call.args.iter().skip(5).map_while(|text| ids::strict(text, 0).ok()).collect();
    let rest = Args::from(call.args, 5 + ids.len());
    let terms = Terms { min_idle_ms, ..Terms::parse(rest, now_ms)? };
    claiming(call, |claim, reply, log| {
        if terms.last_id > claim.readers.last_id {
            claim.readers.last_id = terms.last_id;
            log.position(claim.group(), claim.readers);
        }
        let (head, mut count) = (reply.defer(), 0);
        for id in ids {
            count += usize::from(claim.one(id, &terms, reply, log) == Claimed::Yes);
        }
        reply.settle_array(head, count);
    })
}

fn xautoclaim(call: &mut Call<'_>) -> Outcome {
    let min_idle_ms = idle(call.args[4], "ERR Invalid min-idle-time argument for XAUTOCLAIM")?;
    let start = ids::start(call.args[5])?;
    let (mut left, mut just_id) = (COUNT_DEFAULT, false);
    let mut rest = Args::from(call.args, 6);
    while !rest.is_empty() {
        if rest.rest().len() > 1 && rest.accept("COUNT") {
            left = match parse_int(rest.need()?) {
                Some(count @ 1..=COUNT_MAX) => count as usize,
                _ => return Err(Fault::plain("ERR COUNT must be > 0")),
            };
        } else if rest.accept("JUSTID") {
            just_id = true;
        } else {
            return Err(Fault::Syntax);
        }
    }
    check_group(call)?;
    let terms = Terms { min_idle_ms, just_id, ..Terms::default() };
    claiming(call, |claim, reply, log| {
        let (mut deleted, mut claimed, mut attempts) =
            (Vec::new(), 0, left.saturating_mul(ATTEMPTS));
        let mut at = Some(start);
        let mut body = Reply::new(reply.version());
        let mut next = claim.pending_from(at);
        while let Some(id) = next.filter(|_| left > 0 && attempts > 0) {
            match claim.one(id, &terms, &mut body, log) {
                Claimed::Yes => {
                    claimed += 1;
                    left -= 1;
                }
                Claimed::Gone => {
                    deleted.push(id);
                    left -= 1;
                }
                Claimed::No => {}
            }
            attempts -= 1;
            at = id.next();
            next = claim.pending_from(at);
        }
        reply.array(3);
        entries::id(reply, next.unwrap_or(StreamId::MIN));
        reply.array(claimed);
        reply.raw(body.bytes());
        reply.array(deleted.len());
        deleted.into_iter().for_each(|id| entries::id(reply, id));
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claimed {
    Yes,
    No,
    /// The entry was deleted: it is no longer pending.
    Gone,
}

/// A group set aside while its entries change hands.
struct Claim<'a> {
    stream: &'a Stream,
    readers: &'a mut Readers,
    key: &'a [u8],
    name: &'a [u8],
    consumer: &'a [u8],
    now_ms: i64,
}

/// Set the group aside, let `work` claim for the consumer, and put it back.
fn claiming(
    call: &mut Call<'_>,
    work: impl FnOnce(&mut Claim<'_>, &mut Reply, &mut Log),
) -> Outcome {
    let (key, name, consumer) = (call.args[1], call.args[2], call.args[3]);
    let (now_ms, mut log) = (call.keys.now_ms(), Log::default());
    let stream = call.keys.stream_mut(key)?.ok_or_else(|| help::no_group(key, name))?;
    let Some(place) = stream.groups.get_mut(name) else { return Err(help::no_group(key, name)) };
    let mut readers = std::mem::take(place);
    let created = readers.add_consumer(consumer, now_ms);
    if created {
        log.consumer((key, name), consumer);
    }
    if let Some(consumer) = readers.consumer_mut(consumer) {
        consumer.seen_ms = now_ms;
    }
    let mut claim = Claim { stream, readers: &mut readers, key, name, consumer, now_ms };
    work(&mut claim, call.reply, &mut log);
    if let Some(place) = stream.groups.get_mut(name) {
        *place = readers;
    }
    if created {
        call.keys.notify(Class::Stream, "xgroup-createconsumer", key);
    }
    log.write(call, key);
    Ok(())
}

impl<'a> Claim<'a> {
    fn group(&self) -> (&'a [u8], &'a [u8]) {
        (self.key, self.name)
    }

    fn pending_from(&self, id: Option<StreamId>) -> Option<StreamId> {
        self.readers.pending().range(id?..).next().map(|(id, _)| *id)
    }

    /// Claim an entry, and write it.
    fn one(&mut self, id: StreamId, terms: &Terms, reply: &mut Reply, log: &mut Log) -> Claimed {
        let pending = self.readers.pending().get(&id).copied();
        let Some(entry) = self.stream.get(id) else {
            let Some(pending) = pending else { return Claimed::No };
            log.claim(self.group(), self.readers, id, &pending);
            self.readers.acknowledge(id);
            return Claimed::Gone;
        };
        let before = match pending {
            Some(pending) => {
                let idle_ms = self.now_ms - pending.delivered_ms;
                if terms.min_idle_ms > 0 && idle_ms < terms.min_idle_ms {
                    return Claimed::No;
                }
                pending.deliveries
            }
            None if terms.force => 1,
            None => return Claimed::No,
        };
        let deliveries = terms.deliveries.unwrap_or(before + u64::from(!terms.just_id));
        let delivered_ms = terms.delivered_ms.unwrap_or(self.now_ms);
        self.readers.give(id, self.consumer, delivered_ms, deliveries);
        if let Some(consumer) = self.readers.consumer_mut(self.consumer) {
            consumer.active_ms = Some(self.now_ms);
        }
        if terms.just_id {
            entries::id(reply, id);
        } else {
            entries::entry(reply, &entry);
        }
        if let Some(pending) = self.readers.pending().get(&id) {
            log.claim(self.group(), self.readers, id, pending);
        }
        Claimed::Yes
    }
}

impl Terms {
    fn parse(mut rest: Args<'_>, now_ms: i64) -> Result<Self, Fault> {
        let mut terms = Terms::default();
        let number = |text, fault: &'static str| parse_int(text).ok_or(Fault::plain(fault));
        while let Some(word) = rest.rest().first() {
            let more = rest.rest().len() > 1;
            if rest.accept("FORCE") {
                terms.force = true;
            } else if rest.accept("JUSTID") {
                terms.just_id = true;
            } else if more && rest.accept("IDLE") {
                let idle_ms = number(rest.need()?, "ERR Invalid IDLE option argument for XCLAIM")?;
                terms.delivered_ms = Some(now_ms.wrapping_sub(idle_ms));
            } else if more && rest.accept("TIME") {
                let at_ms = number(rest.need()?, "ERR Invalid TIME option argument for XCLAIM")?;
                terms.delivered_ms = Some(at_ms);
            } else if more && rest.accept("RETRYCOUNT") {
                let count =
                    number(rest.need()?, "ERR Invalid RETRYCOUNT option argument for XCLAIM")?;
                terms.deliveries = u64::try_from(count).ok();
            } else if more && rest.accept("LASTID") {
                terms.last_id = ids::strict(rest.need()?, 0)?;
            } else {
                return Err(Fault::quoting(&[b"ERR Unrecognized XCLAIM option '", word, b"'"]));
            }
        }
        // A time that cannot be is now: the client's clock may differ.
        terms.delivered_ms = terms
            .delivered_ms
            .map(|at_ms| if (0..=now_ms).contains(&at_ms) { at_ms } else { now_ms });
        Ok(terms)
    }
}

fn check_group(call: &mut Call<'_>) -> Outcome {
    let (key, name) = (call.args[1], call.args[2]);
    let stream = call.keys.stream(key)?;
    if stream.is_some_and(|stream| stream.groups.contains_key(name)) {
        return Ok(());
    }
    Err(help::no_group(key, name))
}

fn idle(text: &[u8], fault: &'static str) -> Result<i64, Fault> {
    parse_int(text).map(|ms| ms.max(0)).ok_or(Fault::plain(fault))
}
