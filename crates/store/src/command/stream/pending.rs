//! `XACK` and `XPENDING`.

use super::{entries, help, ids};
use crate::command::args::{int, is};
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::data::stream::{Group as Readers, StreamId};
use crate::resp::{Fault, Outcome, Reply};

/// `XACK key group id [id …]`
pub const XACK: Spec = Spec::new("XACK", -4, Group::Stream, Run::Data(xack))
    .flags(Flags::WRITE.or(Flags::FAST))
    .keys(Keys::ONE)
    .since("5.0.0");

/// `XPENDING key group [[IDLE min-idle-time] start end count [consumer]]`
pub const XPENDING: Spec = Spec::new("XPENDING", -3, Group::Stream, Run::Data(xpending))
    .flags(Flags::READONLY)
    .keys(Keys::ONE)
    .since("5.0.0");

fn xack(call: &mut Call<'_>) -> Outcome {
    let (key, name) = (call.args[1], call.args[2]);
    let mut done = 0;
    if let Some(group) = call.keys.stream_mut(key)?.and_then(|stream| stream.groups.get_mut(name)) {
        let ids = call.args.iter().skip(3).map(|text| ids::strict(text, 0));
        let ids: Vec<StreamId> = ids.collect::<Result<_, _>>()?;
        done = ids.into_iter().filter(|id| group.acknowledge(*id)).count();
    }
    if done > 0 {
        call.keys.touched(call.keys.selected, key);
    }
    call.reply.count(done);
    Ok(())
}

/// Which pending entries are asked for.
struct Part<'a> {
    min_idle_ms: i64,
    low: StreamId,
    high: StreamId,
    count: usize,
    consumer: Option<&'a [u8]>,
}

fn xpending(call: &mut Call<'_>) -> Outcome {
    let (key, name) = (call.args[1], call.args[2]);
    let part = Part::parse(call.args)?;
    let now_ms = call.keys.now_ms();
    let stream = call.keys.stream(key)?;
    let group = stream.and_then(|stream| stream.groups.get(name));
    let group = group.ok_or_else(|| help::no_group(key, name))?;
    match part {
        Some(part) => part.write(group, now_ms, call.reply),
        None => summary(group, call.reply),
    }
    Ok(())
}

fn summary(group: &Readers, reply: &mut Reply) {
    let pending = group.pending();
    reply.array(4);
    reply.count(pending.len());
    let (Some((first, _)), Some((last, _))) = (pending.first_key_value(), pending.last_key_value())
    else {
        reply.null();
        reply.null();
        reply.null_array();
        return;
    };
    entries::id(reply, *first);
    entries::id(reply, *last);
    let (head, mut count) = (reply.defer(), 0);
    for consumer in group.consumers().filter(|consumer| !consumer.pending().is_empty()) {
        reply.array(2);
        reply.bulk(&consumer.name);
        reply.bulk_int(consumer.pending().len() as i64);
        count += 1;
    }
    reply.settle_array(head, count);
}

impl<'a> Part<'a> {
    fn parse(args: &'a [&'a [u8]]) -> Result<Option<Self>, Fault> {
        if args.len() == 3 {
            return Ok(None);
        }
        if !(6..=9).contains(&args.len()) {
            return Err(Fault::Syntax);
        }
        let (mut at, mut min_idle_ms) = (3, 0);
        if is(args[3], "IDLE") {
            min_idle_ms = int(args[4])?;
            if args.len() < 8 {
                return Err(Fault::Syntax);
            }
            at = 5;
        }
        let count = usize::try_from(int(args[at + 2])?).unwrap_or(0);
        let (low, high) = (ids::start(args[at])?, ids::end(args[at + 1])?);
        let consumer = args.get(at + 3).copied();
        Ok(Some(Part { min_idle_ms, low, high, count, consumer }))
    }

    fn write(&self, group: &Readers, now_ms: i64, reply: &mut Reply) {
        let (head, mut count) = (reply.defer(), 0);
        let range = self.low..=self.high.max(self.low);
        let of_consumer = self.consumer.map(|name| group.consumer(name));
        let ids: Box<dyn Iterator<Item = &StreamId>> = match of_consumer {
            _ if self.low > self.high => Box::new(std::iter::empty()),
            Some(None) => Box::new(std::iter::empty()),
            Some(Some(consumer)) => Box::new(consumer.pending().range(range)),
            None => Box::new(group.pending().range(range).map(|(id, _)| id)),
        };
        for id in ids {
            let Some(pending) = group.pending().get(id) else { continue };
            let idle_ms = now_ms - pending.delivered_ms;
            if count == self.count {
                break;
            }
            if self.min_idle_ms != 0 && idle_ms < self.min_idle_ms {
                continue;
            }
            reply.array(4);
            entries::id(reply, *id);
            reply.bulk(group.owner(pending));
            reply.int(idle_ms.max(0));
            reply.int(pending.deliveries as i64);
            count += 1;
        }
        reply.settle_array(head, count);
    }
}
