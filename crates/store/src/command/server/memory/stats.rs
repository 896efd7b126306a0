//! What the whole store takes.

use crate::command::{Desk, Flags, Group, Run, Spec};
use crate::hub::Standing;
use crate::resp::{Outcome, Reply};
use std::sync::atomic::Ordering::Relaxed;

/// `MEMORY STATS`
pub const STATS: Spec =
    Spec::new("STATS", 2, Group::Server, Run::Session(stats)).flags(Flags::LOOKS).since("4.0.0");

/// What is told of one name.
enum Told {
    Bytes(usize),
    Number(f64),
    /// Bytes of a database's table.
    Table(usize),
}

fn stats(desk: &mut Desk<'_>) -> Outcome {
    let standing = desk.hub.figures.standing();
    let cards = desk.hub.clients.all();
    let buffers = cards
        .iter()
        .map(|card| card.input_room_bytes.load(Relaxed) + card.output_room_bytes.load(Relaxed));
    let resident = desk.hub.figures.machine().resident_bytes as usize;
    let told = told(&standing, buffers.sum(), resident);
    desk.reply.map(told.len());
    for (name, told) in told {
        desk.reply.bulk(name.as_bytes());
        match told {
            Told::Bytes(bytes) => desk.reply.count(bytes),
            Told::Number(number) => desk.reply.double(number),
            Told::Table(bytes) => table(bytes, desk.reply),
        }
    }
    Ok(())
}

fn told(standing: &Standing, buffers: usize, resident: usize) -> Vec<(String, Told)> {
    let memory = standing.memory;
    let dataset = memory.used.saturating_sub(memory.overhead);
    let keys: usize = standing.databases.iter().map(|database| database.keys).sum();
    let part = |of: usize, whole: usize| 100.0 * of as f64 / whole.max(1) as f64;
    let bytes = |name: &str, bytes: usize| (name.to_owned(), Told::Bytes(bytes));
    let number = |name: &str, number: f64| (name.to_owned(), Told::Number(number));
    let mut told = vec![
        bytes("peak.allocated", memory.peak),
        bytes("total.allocated", memory.used),
        bytes("replication.backlog", 0),
        bytes("clients.slaves", 0),
        bytes("clients.normal", buffers),
        bytes("cluster.links", 0),
        bytes("aof.buffer", standing.facts.queued_bytes),
        bytes("lua.caches", standing.lua_bytes),
        bytes("functions.caches", 0),
    ];
    let databases = standing.databases.iter().enumerate();
    told.extend(
        databases
            .filter(|(_, database)| database.keys > 0)
            .map(|(db, database)| (format!("db.{db}"), Told::Table(database.table_bytes))),
    );
    told.extend([
        bytes("overhead.total", memory.overhead),
        bytes("keys.count", keys),
        bytes("keys.bytes-per-key", dataset / keys.max(1)),
        bytes("dataset.bytes", dataset),
        number("dataset.percentage", part(dataset, memory.used)),
        number("peak.percentage", part(memory.used, memory.peak)),
        number("fragmentation", resident as f64 / memory.used.max(1) as f64),
        bytes("fragmentation.bytes", resident.saturating_sub(memory.used)),
    ]);
    told
}

/// Ends of keys lie beside them: there is no second table.
fn table(bytes: usize, reply: &mut Reply) {
    reply.map(2);
    reply.bulk(b"overhead.hashtable.main");
    reply.count(bytes);
    reply.bulk(b"overhead.hashtable.expires");
    reply.count(0);
}

/// `MEMORY DOCTOR`
pub fn doctor(desk: &mut Desk<'_>) -> Outcome {
    let memory = desk.hub.figures.standing().memory;
    let limit = memory.room.bytes_max;
    let text = if limit == 0 {
        format!("Data takes {} bytes, without a limit: see maxmemory.\n", memory.used)
    } else if memory.used > limit {
        format!(
            "Data takes {} bytes and may take {limit}: keys are taken out, or writes refused, by maxmemory-policy {}.\n",
            memory.used,
            memory.room.eviction.name()
        )
    } else {
        format!("Data takes {} bytes of {limit} that it may take.\n", memory.used)
    };
    desk.reply.verbatim("txt", text.as_bytes());
    Ok(())
}
