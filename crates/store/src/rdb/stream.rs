//! Streams in the RDB format: their nodes as they are, then ids, counts and groups.

use super::input::{Input, write_number, write_string};
use super::kind::{STREAM, STREAM_2, STREAM_3};
use super::packed;
use crate::data::Stream;
use crate::data::stream::{Group, StreamId};

/// Read a stream of the form `kind`.
pub fn read(kind: u8, input: &mut Input<'_>) -> Option<Stream> {
    let mut stream = Stream::default();
    for _ in 0..input.count()? {
        let master = raw_id((&*input.string()?).try_into().ok()?);
        let node = input.string()?;
        let elements = packed::listpack(&node)?;
        if !stream.restore_node(master, elements.to_vec()) {
            return None;
        }
    }
    let length = input.number()?;
    stream.last_id = id(input)?;
    let last = stream.last().map(|last| last.id);
    if length != stream.len() || last.is_some_and(|last| last > stream.last_id) {
        return None;
    }
    if kind == STREAM {
        stream.entries_added = length;
    } else {
        // The first id follows from the entries.
        id(input)?;
        stream.max_deleted = id(input)?;
        stream.entries_added = input.number()?;
    }
    for _ in 0..input.count()? {
        let name = input.string()?;
        let group = group(kind, input)?;
        if stream.groups.insert(name.into(), group).is_some() {
            return None;
        }
    }
    Some(stream)
}

fn group(kind: u8, input: &mut Input<'_>) -> Option<Group> {
    let last_id = id(input)?;
    // -1 stands for unknown.
    let read = if kind == STREAM { u64::MAX } else { input.number()? };
    let mut group = Group::new(last_id, (read <= i64::MAX as u64).then_some(read));
    let mut pending = std::collections::BTreeMap::new();
    for _ in 0..input.count()? {
        let id = raw_id(&input.array()?);
        let delivered_ms = i64::from_le_bytes(input.array()?);
        if pending.insert(id, (delivered_ms, input.number()?)).is_some() {
            return None;
        }
    }
    for _ in 0..input.count()? {
        let name = input.string()?;
        let seen_ms = i64::from_le_bytes(input.array()?);
        let active_ms = match kind {
            STREAM_3 => i64::from_le_bytes(input.array()?),
            _ => seen_ms,
        };
        if !group.add_consumer(&name, seen_ms) {
            return None;
        }
        group.consumer_mut(&name)?.active_ms = (active_ms >= 0).then_some(active_ms);
        for _ in 0..input.count()? {
            let id = raw_id(&input.array()?);
            // Each entry is given to one consumer.
            let (delivered_ms, deliveries) = pending.remove(&id)?;
            group.give(id, &name, delivered_ms, deliveries);
        }
    }
    pending.is_empty().then_some(group)
}

/// Append a stream in the form `kind`.
pub fn write(out: &mut Vec<u8>, kind: u8, stream: &Stream) {
    write_number(out, stream.nodes_len() as u64);
    let mut packed = Vec::new();
    for (master, elements) in stream.nodes() {
        write_number(out, 16);
        out.extend_from_slice(&master.to_bytes());
        packed.clear();
        packed::write_listpack(&mut packed, elements);
        write_number(out, packed.len() as u64);
        out.extend_from_slice(&packed);
    }
    write_number(out, stream.len());
    for id in [stream.last_id, stream.first_id(), stream.max_deleted] {
        write_id(out, id);
    }
    write_number(out, stream.entries_added);
    write_number(out, stream.groups.len() as u64);
    for (name, group) in &stream.groups {
        write_string(out, name);
        write_group(out, kind, group);
    }
}

fn write_group(out: &mut Vec<u8>, kind: u8, group: &Group) {
    write_id(out, group.last_id);
    write_number(out, group.entries_read.unwrap_or(u64::MAX));
    write_number(out, group.pending().len() as u64);
    for (id, pending) in group.pending() {
        out.extend_from_slice(&id.to_bytes());
        out.extend_from_slice(&pending.delivered_ms.to_le_bytes());
        write_number(out, pending.deliveries);
    }
    write_number(out, group.consumers_len() as u64);
    for consumer in group.consumers() {
        write_string(out, &consumer.name);
        out.extend_from_slice(&consumer.seen_ms.to_le_bytes());
        if kind == STREAM_3 {
            out.extend_from_slice(&consumer.active_ms.unwrap_or(-1).to_le_bytes());
        }
        write_number(out, consumer.pending().len() as u64);
        for id in consumer.pending() {
            out.extend_from_slice(&id.to_bytes());
        }
    }
    debug_assert!(kind == STREAM_2 || kind == STREAM_3);
}

fn id(input: &mut Input<'_>) -> Option<StreamId> {
    Some(StreamId { ms: input.number()?, seq: input.number()? })
}

fn write_id(out: &mut Vec<u8>, id: StreamId) {
    write_number(out, id.ms);
    write_number(out, id.seq);
}

fn raw_id(bytes: &[u8; 16]) -> StreamId {
    let both = u128::from_be_bytes(*bytes);
    StreamId { ms: (both >> 64) as u64, seq: both as u64 }
}
