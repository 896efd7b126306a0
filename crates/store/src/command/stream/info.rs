//! `XINFO`.

use super::{entries, help};
use crate::command::args::{int, is};
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::data::Stream;
use crate::data::stream::{Entry, Group as Readers, StreamId};
use crate::resp::{Fault, Outcome, Reply};

const KEY: Keys = Keys::Range { first: 2, last: 2, step: 1 };

/// `XINFO …`
pub const XINFO: Spec = Spec::new("XINFO", -2, Group::Stream, Run::Data(help::xinfo))
    .since("5.0.0")
    .sub(&[&STREAM, &GROUPS, &CONSUMERS, &HELP]);

const fn sub(name: &'static str, arity: i8, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, arity, Group::Stream, Run::Data(run))
        .flags(Flags::READONLY)
        .keys(KEY)
        .since("5.0.0")
}

const STREAM: Spec = sub("STREAM", -3, stream);
const GROUPS: Spec = sub("GROUPS", 3, groups);
const CONSUMERS: Spec = sub("CONSUMERS", 4, consumers);
const HELP: Spec = Spec::new("HELP", 2, Group::Stream, Run::Data(help::xinfo))
    .flags(Flags::LOADING.or(Flags::STALE))
    .since("5.0.0");

/// Entries that `FULL` shows without `COUNT`.
const FULL_COUNT: usize = 10;

fn stream(call: &mut Call<'_>) -> Outcome {
    let stream = call.keys.stream(call.args[2])?.ok_or(Fault::NoSuchKey)?;
    let full = match call.args.get(3..).unwrap_or_default() {
        [] => None,
        [word] if is(word, "FULL") => Some(FULL_COUNT),
        [word, option, count] if is(word, "FULL") && is(option, "COUNT") => {
            Some(match int(count)? {
                0 => usize::MAX,
                count => usize::try_from(count).unwrap_or(FULL_COUNT),
            })
        }
        _ => return Err(help::misused(call.args, "XINFO")),
    };
    let reply = &mut *call.reply;
    reply.map(if full.is_some() { 9 } else { 10 });
    number(reply, "length", stream.len() as i64);
    number(reply, "radix-tree-keys", stream.nodes_len() as i64);
    number(reply, "radix-tree-nodes", stream.radix_nodes() as i64);
    id(reply, "last-generated-id", stream.last_id);
    id(reply, "max-deleted-entry-id", stream.max_deleted);
    number(reply, "entries-added", stream.entries_added as i64);
    id(reply, "recorded-first-entry-id", stream.first_id());
    match full {
        Some(count) => {
            reply.bulk(b"entries");
            entries::all(reply, stream.range(StreamId::MIN, StreamId::MAX).take(count));
            reply.bulk(b"groups");
            reply.array(stream.groups.len());
            for (name, group) in &stream.groups {
                full_group(reply, stream, name, group, count);
            }
        }
        None => {
            number(reply, "groups", stream.groups.len() as i64);
            entry(reply, "first-entry", stream.first());
            entry(reply, "last-entry", stream.last());
        }
    }
    Ok(())
}

fn groups(call: &mut Call<'_>) -> Outcome {
    let stream = call.keys.stream(call.args[2])?.ok_or(Fault::NoSuchKey)?;
    let reply = &mut *call.reply;
    reply.array(stream.groups.len());
    for (name, group) in &stream.groups {
        reply.map(6);
        reply.bulk(b"name");
        reply.bulk(name);
        number(reply, "consumers", group.consumers_len() as i64);
        number(reply, "pending", group.pending().len() as i64);
        position(reply, stream, group);
    }
    Ok(())
}

fn consumers(call: &mut Call<'_>) -> Outcome {
    let (key, name, now_ms) = (call.args[2], call.args[3], call.keys.now_ms());
    let stream = call.keys.stream(key)?.ok_or(Fault::NoSuchKey)?;
    let group = stream.groups.get(name).ok_or_else(|| help::no_group_for_key(key, name))?;
    let reply = &mut *call.reply;
    reply.array(group.consumers_len());
    for consumer in group.consumers() {
        reply.map(4);
        reply.bulk(b"name");
        reply.bulk(&consumer.name);
        number(reply, "pending", consumer.pending().len() as i64);
        number(reply, "idle", (now_ms - consumer.seen_ms).max(0));
        number(reply, "inactive", consumer.active_ms.map_or(-1, |at_ms| (now_ms - at_ms).max(0)));
    }
    Ok(())
}

fn full_group(reply: &mut Reply, stream: &Stream, name: &[u8], group: &Readers, count: usize) {
    reply.map(7);
    reply.bulk(b"name");
    reply.bulk(name);
    position(reply, stream, group);
    number(reply, "pel-count", group.pending().len() as i64);
    reply.bulk(b"pending");
    reply.array(group.pending().len().min(count));
    for (pending_id, pending) in group.pending().iter().take(count) {
        reply.array(4);
        entries::id(reply, *pending_id);
        reply.bulk(group.owner(pending));
        reply.int(pending.delivered_ms);
        reply.int(pending.deliveries as i64);
    }
    reply.bulk(b"consumers");
    reply.array(group.consumers_len());
    for consumer in group.consumers() {
        reply.map(5);
        reply.bulk(b"name");
        reply.bulk(&consumer.name);
        number(reply, "seen-time", consumer.seen_ms);
        number(reply, "active-time", consumer.active_ms.unwrap_or(-1));
        number(reply, "pel-count", consumer.pending().len() as i64);
        reply.bulk(b"pending");
        reply.array(consumer.pending().len().min(count));
        for pending_id in consumer.pending().iter().take(count) {
            let pending = group.pending().get(pending_id);
            reply.array(3);
            entries::id(reply, *pending_id);
            reply.int(pending.map_or(0, |pending| pending.delivered_ms));
            reply.int(pending.map_or(0, |pending| pending.deliveries as i64));
        }
    }
}

/// How far a group has read.
fn position(reply: &mut Reply, stream: &Stream, group: &Readers) {
    id(reply, "last-delivered-id", group.last_id);
    reply.bulk(b"entries-read");
    match group.entries_read {
        Some(read) => reply.int(read as i64),
        None => reply.null(),
    }
    reply.bulk(b"lag");
    match stream.lag(group) {
        Some(lag) => reply.int(lag),
        None => reply.null(),
    }
}

fn number(reply: &mut Reply, name: &str, value: i64) {
    reply.bulk(name.as_bytes());
    reply.int(value);
}

fn id(reply: &mut Reply, name: &str, value: StreamId) {
    reply.bulk(name.as_bytes());
    entries::id(reply, value);
}

fn entry(reply: &mut Reply, name: &str, value: Option<Entry<'_>>) {
    reply.bulk(name.as_bytes());
    match value {
        Some(value) => entries::entry(reply, &value),
        None => reply.null(),
    }
}
