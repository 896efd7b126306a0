//! Catalogue: parameters of clients, of what is watched, and of durability.

use super::kind::{Kind, Value};
use super::output_limits;
use super::parameter::Parameter;
use crate::durable::Wish;
use crate::hub::Limits;
use crate::keyspace::{Classes, Eviction};
use crate::log::writer::Policy;
use std::sync::atomic::Ordering::Relaxed;

const INT_MAX: i64 = i32::MAX as i64;
const MEGABYTE: i64 = 1 << 20;
const POLICIES: &[&str] = &["everysec", "always", "no"];
const EVICTIONS: &[&str] = &[
    "volatile-lru",
    "volatile-lfu",
    "volatile-random",
    "volatile-ttl",
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-random",
    "noeviction",
];
const KEPT_ON_DISK: &str =
    "whether data is kept is decided at the start: see [store] in ostler.toml";
const EVENTS: &str = "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.";

/// All of them.
pub const PARAMETERS: &[Parameter] = &[
    Parameter::live(
        "maxmemory",
        Kind::Memory(0, i64::MAX),
        |engine| Value::Number(engine.keys.settings.room.bytes_max as i64),
        |engine, value| engine.keys.settings.room.bytes_max = value.size(),
    ),
    Parameter::live(
        "maxmemory-policy",
        Kind::Word(EVICTIONS),
        |engine| Value::text(engine.keys.settings.room.eviction.name()),
        |engine, value| {
            engine.keys.settings.room.eviction =
                Eviction::parse(&value.as_text()).unwrap_or_default();
        },
    ),
    Parameter::live(
        "maxmemory-samples",
        Kind::Number(1, INT_MAX),
        |engine| Value::Number(engine.keys.settings.room.samples as i64),
        |engine, value| engine.keys.settings.room.samples = value.size(),
    ),
    Parameter::live(
        "maxclients",
        Kind::Number(1, u32::MAX as i64),
        |engine| Value::Number(engine.hub.limits.clients_max.load(Relaxed) as i64),
        |engine, value| engine.hub.limits.clients_max.store(value.size(), Relaxed),
    ),
    Parameter::live(
        "timeout",
        Kind::Number(0, INT_MAX),
        |engine| Value::Number(engine.hub.limits.idle_s.load(Relaxed) as i64),
        |engine, value| engine.hub.limits.idle_s.store(value.size() as u64, Relaxed),
    ),
    Parameter::live(
        "tcp-keepalive",
        Kind::Number(0, INT_MAX),
        |engine| Value::Number(engine.hub.limits.keepalive_s.load(Relaxed) as i64),
        |engine, value| engine.hub.limits.keepalive_s.store(value.size() as u64, Relaxed),
    ),
    Parameter::live(
        "client-query-buffer-limit",
        Kind::Memory(MEGABYTE, i64::MAX),
        |engine| Value::Number(engine.hub.limits.query_bytes_max.load(Relaxed) as i64),
        |engine, value| engine.hub.limits.query_bytes_max.store(value.size(), Relaxed),
    ),
    Parameter::live(
        "proto-max-bulk-len",
        Kind::Memory(MEGABYTE, i64::MAX),
        |engine| Value::Number(engine.hub.limits.bulk_bytes_max.load(Relaxed) as i64),
        |engine, value| engine.hub.limits.bulk_bytes_max.store(value.size(), Relaxed),
    ),
    Parameter::live(
        "client-output-buffer-limit",
        Kind::Text(output_limits::check),
        |engine| Value::text(output_limits::text(&engine.hub.limits)),
        |engine, value| output_limits::set(&engine.hub.limits, &value.as_text()),
    ),
    Parameter::live(
        "busy-reply-threshold",
        Kind::Number(0, i64::MAX),
        |engine| Value::Number(engine.hub.limits.busy_ms.load(Relaxed) as i64),
        |engine, value| engine.hub.limits.busy_ms.store(value.size() as u64, Relaxed),
    )
    .alias("lua-time-limit"),
    Parameter::live(
        "slowlog-log-slower-than",
        Kind::Number(-1, i64::MAX),
        |engine| Value::Number(engine.hub.limits.slower_us.load(Relaxed)),
        |engine, value| engine.hub.limits.slower_us.store(value.number(), Relaxed),
    ),
    Parameter::live(
        "slowlog-max-len",
        Kind::Number(0, i64::MAX),
        |engine| Value::Number(engine.hub.limits.slowlog_len.load(Relaxed) as i64),
        |engine, value| engine.hub.limits.slowlog_len.store(value.size(), Relaxed),
    ),
    Parameter::live(
        "latency-monitor-threshold",
        Kind::Number(0, i64::MAX),
        |engine| Value::Number(engine.hub.limits.latency_ms.load(Relaxed) as i64),
        |engine, value| engine.hub.limits.latency_ms.store(value.size() as u64, Relaxed),
    ),
    Parameter::live(
        "latency-tracking",
        Kind::Flag,
        |engine| Value::Flag(engine.hub.limits.latency_tracking.load(Relaxed)),
        |engine, value| engine.hub.limits.latency_tracking.store(value.flag(), Relaxed),
    ),
    Parameter::live(
        "requirepass",
        Kind::Text(|_| Ok(())),
        |engine| Value::text(engine.hub.limits.password()),
        |engine, value| Limits::set_password(&engine.hub.limits, &value.bytes()),
    ),
    Parameter::live(
        "notify-keyspace-events",
        Kind::Text(|text| Classes::parse(text).map(drop).ok_or(EVENTS)),
        |engine| Value::text(engine.keys.settings.notify.text()),
        |engine, value| {
            engine.keys.settings.notify = Classes::parse(&value.as_text()).unwrap_or_default();
        },
    ),
    Parameter::live(
        "appendfsync",
        Kind::Word(POLICIES),
        |engine| Value::text(engine.keys.facts.policy.name()),
        |engine, value| {
            let policy = Policy::parse(&value.as_text()).unwrap_or_default();
            engine.keys.facts.policy = policy;
            engine.keys.facts.wishes.push(Wish::Policy(policy));
        },
    ),
    Parameter::settled(
        "appendonly",
        Kind::Flag,
        |engine| Value::Flag(engine.keys.facts.is_on),
        KEPT_ON_DISK,
    ),
];
