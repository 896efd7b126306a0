//! `XREAD` and `XREADGROUP`.

use super::propagate::Log;
use super::{entries, ids};
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec};
use crate::data::Stream;
use crate::data::stream::{Group as Readers, StreamId};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome, Reply, Version, parse_int};

/// `XREAD [COUNT count] [BLOCK ms] STREAMS key [key …] id [id …]`
pub const XREAD: Spec = Spec::new("XREAD", -4, Group::Stream, Run::Data(xread))
    .flags(Flags::READONLY.or(Flags::BLOCKING).or(Flags::MOVABLE_KEYS))
    .keys(Keys::Streams)
    .since("5.0.0");

/// `XREADGROUP GROUP group consumer [COUNT count] [BLOCK ms] [NOACK] STREAMS key [key …] id [id …]`
pub const XREADGROUP: Spec = Spec::new("XREADGROUP", -7, Group::Stream, Run::Data(xreadgroup))
    .flags(Flags::WRITE.or(Flags::BLOCKING).or(Flags::MOVABLE_KEYS))
    .keys(Keys::Streams)
    .since("5.0.0");

#[derive(Debug, Default)]
struct Options<'a> {
    count: usize,
    /// Until when to wait, if at all: none is without end.
    block: Option<Option<i64>>,
    group: Option<(&'a [u8], &'a [u8])>,
    no_ack: bool,
    keys: &'a [&'a [u8]],
    ids: &'a [&'a [u8]],
}

fn xread(call: &mut Call<'_>) -> Outcome {
    let options = Options::parse(call, "xread", false)?;
    let mut after = Vec::with_capacity(options.ids.len());
    for (key, text) in options.keys.iter().zip(options.ids) {
        let stream = call.keys.stream(key)?;
        let last = stream.and_then(|stream| stream.last());
        after.push(match *text {
            b"$" => stream.map_or(StreamId::MIN, |stream| stream.last_id),
            b"+" => match last.and_then(|last| last.id.prev()) {
                Some(before) => before,
                None => stream.map_or(StreamId::MIN, |stream| stream.last_id),
            },
            b">" => {
                return Err(Fault::plain(
                    "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.",
                ));
            }
            text => ids::strict(text, 0)?,
        });
    }
    let (head, mut served) = (call.reply.defer(), 0);
    for (key, after) in options.keys.iter().zip(&after) {
        let Some(stream) = call.keys.stream(key)? else { continue };
        let Some(start) = after.next() else { continue };
        let mut found = stream.range(start, StreamId::MAX).take(options.count).peekable();
        if found.peek().is_some() {
            open(call.reply, key);
            entries::all(call.reply, found);
            served += 1;
        }
    }
    if served > 0 {
        close(call.reply, head, served);
    } else {
        options.wait(call, &after);
    }
    Ok(())
}

fn xreadgroup(call: &mut Call<'_>) -> Outcome {
    let options = Options::parse(call, "xreadgroup", true)?;
    let Some((group, consumer)) = options.group else {
        return Err(Fault::plain("ERR Missing GROUP option for XREADGROUP"));
    };
    let mut after = Vec::with_capacity(options.ids.len());
    for (key, text) in options.keys.iter().zip(options.ids) {
        let stream = call.keys.stream(key)?;
        if !stream.is_some_and(|stream| stream.groups.contains_key(group)) {
            return Err(Fault::quoting(&[
                b"NOGROUP No such key '",
                key,
                b"' or consumer group '",
                group,
                b"' in XREADGROUP with GROUP option",
            ]));
        }
        after.push(match *text {
            b"$" => {
                return Err(Fault::plain(
                    "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.",
                ));
            }
            b">" => None,
            text => Some(ids::strict(text, 0)?),
        });
    }
    let (head, mut served) = (call.reply.defer(), 0);
    let now_ms = call.keys.now_ms();
    for (key, after) in options.keys.iter().zip(after) {
        let mut log = Log::default();
        let Some(stream) = call.keys.stream_mut(key)? else { continue };
        let Some(readers) = stream.groups.get_mut(group) else { continue };
        // The group is set aside, so that it can change while entries are read.
        let mut readers = std::mem::take(readers);
        let created = readers.add_consumer(consumer, now_ms);
        if created {
            log.consumer((key, group), consumer);
        }
        if let Some(consumer) = readers.consumer_mut(consumer) {
            consumer.seen_ms = now_ms;
        }
        let mut read = Reading {
            stream,
            readers: &mut readers,
            names: (key, group, consumer),
            now_ms,
            count: options.count,
            no_ack: options.no_ack,
        };
        served += usize::from(match after {
            Some(after) => read.history(after, call.reply, &mut log),
            None => read.new_entries(call.reply, &mut log),
        });
        if let Some(place) = stream.groups.get_mut(group) {
            *place = readers;
        }
        if created {
            call.keys.notify(Class::Stream, "xgroup-createconsumer", key);
        }
        log.write(call, key);
    }
    if served > 0 {
        close(call.reply, head, served);
    } else {
        options.wait(call, &[]);
    }
    Ok(())
}

/// One stream of an `XREADGROUP`.
struct Reading<'a> {
    stream: &'a Stream,
    readers: &'a mut Readers,
    /// The key, the group, the consumer.
    names: (&'a [u8], &'a [u8], &'a [u8]),
    now_ms: i64,
    count: usize,
    no_ack: bool,
}

impl Reading<'_> {
    /// Write what the consumer was given before, behind `after`. Always writes something.
    fn history(&mut self, after: StreamId, reply: &mut Reply, log: &mut Log) -> bool {
        let (key, group, consumer) = self.names;
        open(reply, key);
        let start = after.next().unwrap_or(StreamId::MAX);
        let pending = self.readers.consumer(consumer).map(|consumer| consumer.pending());
        let pending = pending.into_iter().flat_map(|pending| pending.range(start..));
        let given: Vec<StreamId> = pending.copied().take(self.count).collect();
        reply.array(given.len());
        for id in given {
            let Some(entry) = self.stream.get(id) else {
                reply.array(2);
                entries::id(reply, id);
                reply.null_array();
                continue;
            };
            entries::entry(reply, &entry);
            let deliveries = self.readers.pending().get(&id).map_or(0, |one| one.deliveries);
            self.readers.give(id, consumer, self.now_ms, deliveries + 1);
            if let Some(pending) = self.readers.pending().get(&id) {
                log.claim((key, group), self.readers, id, pending);
            }
        }
        true
    }

    /// Write what the group was not given yet, if there is anything.
    fn new_entries(&mut self, reply: &mut Reply, log: &mut Log) -> bool {
        let (key, group, consumer) = self.names;
        let Some(start) = self.readers.last_id.next() else { return false };
        let mut found = self.stream.range(start, StreamId::MAX).take(self.count).peekable();
        if found.peek().is_none() {
            return false;
        }
        open(reply, key);
        let (head, mut count) = (reply.defer(), 0);
        for entry in found {
            let known = self.readers.entries_read;
            self.readers.entries_read = match known {
                Some(read) if !self.stream.has_gaps_from(entry.id) => Some(read + 1),
                _ => self.stream.entries_before(entry.id),
            };
            self.readers.last_id = entry.id;
            entries::entry(reply, &entry);
            count += 1;
            if self.no_ack {
                continue;
            }
            self.readers.give(entry.id, consumer, self.now_ms, 1);
            if let Some(pending) = self.readers.pending().get(&entry.id) {
                log.claim((key, group), self.readers, entry.id, pending);
            }
        }
        reply.settle_array(head, count);
        if let Some(consumer) = self.readers.consumer_mut(consumer).filter(|_| !self.no_ack) {
            consumer.active_ms = Some(self.now_ms);
        }
        log.position((key, group), self.readers);
        true
    }
}

/// Begin what a stream has to say.
fn open(reply: &mut Reply, key: &[u8]) {
    if reply.version() == Version::Resp2 {
        reply.array(2);
    }
    reply.bulk(key);
}

fn close(reply: &mut Reply, head: crate::resp::Deferred, streams: usize) {
    match reply.version() {
        Version::Resp2 => reply.settle_array(head, streams),
        Version::Resp3 => reply.settle(head, |reply| reply.map(streams)),
    }
}

impl<'a> Options<'a> {
    fn parse(call: &mut Call<'a>, name: &str, grouped: bool) -> Result<Self, Fault> {
        let mut options = Options { count: usize::MAX, ..Options::default() };
        let mut rest = Args::from(call.args, 1);
        loop {
            let more = rest.rest().len() - usize::from(!rest.is_empty());
            if more > 0 && rest.accept("BLOCK") {
                if call.session.script {
                    return Err(Fault::err(format_args!(
                        "{name} command is not allowed with BLOCK option from scripts"
                    )));
                }
                options.block = Some(timeout(rest.need()?, call.keys.now_ms())?);
            } else if more > 0 && rest.accept("COUNT") {
                let count = rest.int()?;
                options.count = if count > 0 { count as usize } else { usize::MAX };
            } else if more > 0 && rest.accept("STREAMS") {
                break;
            } else if more > 1 && rest.accept("GROUP") {
                if !grouped {
                    return Err(Fault::plain(
                        "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.",
                    ));
                }
                options.group = Some((rest.need()?, rest.need()?));
            } else if rest.accept("NOACK") {
                if !grouped {
                    return Err(Fault::plain(
                        "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.",
                    ));
                }
                options.no_ack = true;
            } else {
                return Err(Fault::Syntax);
            }
        }
        let both = rest.rest();
        if !both.len().is_multiple_of(2) {
            let symbol = if grouped { '>' } else { '$' };
            return Err(Fault::err(format_args!(
                "Unbalanced '{name}' list of streams: for each stream key an ID or '{symbol}' must be specified."
            )));
        }
        (options.keys, options.ids) = both.split_at(both.len() / 2);
        Ok(options)
    }

    /// Nothing is there: wait if that was asked for. What is new is new since now, so ids take the place of `$`.
    fn wait(&self, call: &mut Call<'_>, after: &[StreamId]) {
        let Some(end) = self.block else { return call.reply.null_array() };
        let mut args: Vec<Box<[u8]>> = call.args.iter().map(|arg| Box::from(*arg)).collect();
        let first_id = args.len() - self.ids.len();
        for (arg, after) in args.iter_mut().skip(first_id).zip(after) {
            if **arg == *b"$" || **arg == *b"+" {
                *arg = after.to_string().into_bytes().into();
            }
        }
        call.wait_with(args, self.keys, end);
    }
}

/// A timeout in milliseconds as the time at which it ends; none for 0.
fn timeout(text: &[u8], now_ms: i64) -> Result<Option<i64>, Fault> {
    let ms =
        parse_int(text).ok_or(Fault::plain("ERR timeout is not an integer or out of range"))?;
    match ms {
        ..0 => Err(Fault::plain("ERR timeout is negative")),
        0 => Ok(None),
        ms => now_ms.checked_add(ms).map(Some).ok_or(Fault::plain("ERR timeout is out of range")),
    }
}
