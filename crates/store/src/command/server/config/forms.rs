//! Catalogue: up to where values keep their small forms.

use super::kind::{Kind, Value};
use super::parameter::Parameter;
use crate::data::list;

const COUNT: Kind = Kind::Number(0, i64::MAX);
const BYTES: Kind = Kind::Memory(0, i64::MAX);
const SIGNED: Kind = Kind::Number(i32::MIN as i64, i32::MAX as i64);

fn count(count: usize) -> Value {
    Value::Number(count as i64)
}

/// All of them.
pub const PARAMETERS: &[Parameter] = &[
    Parameter::live(
        "list-max-listpack-size",
        SIGNED,
        |engine| Value::Number(engine.keys.settings.list.to_config()),
        |engine, value| {
            engine.keys.settings.list = list::Limits::from_config(value.number());
        },
    )
    .alias("list-max-ziplist-size"),
    Parameter::live(
        "hash-max-listpack-entries",
        COUNT,
        |engine| count(engine.keys.settings.hash.entries_max),
        |engine, value| engine.keys.settings.hash.entries_max = value.size(),
    )
    .alias("hash-max-ziplist-entries"),
    Parameter::live(
        "hash-max-listpack-value",
        BYTES,
        |engine| count(engine.keys.settings.hash.value_bytes_max),
        |engine, value| engine.keys.settings.hash.value_bytes_max = value.size(),
    )
    .alias("hash-max-ziplist-value"),
    Parameter::live(
        "set-max-intset-entries",
        COUNT,
        |engine| count(engine.keys.settings.set.ints_max),
        |engine, value| engine.keys.settings.set.ints_max = value.size(),
    ),
    Parameter::live(
        "set-max-listpack-entries",
        COUNT,
        |engine| count(engine.keys.settings.set.entries_max),
        |engine, value| engine.keys.settings.set.entries_max = value.size(),
    ),
    Parameter::live(
        "set-max-listpack-value",
        BYTES,
        |engine| count(engine.keys.settings.set.value_bytes_max),
        |engine, value| engine.keys.settings.set.value_bytes_max = value.size(),
    ),
    Parameter::live(
        "zset-max-listpack-entries",
        COUNT,
        |engine| count(engine.keys.settings.zset.entries_max),
        |engine, value| engine.keys.settings.zset.entries_max = value.size(),
    )
    .alias("zset-max-ziplist-entries"),
    Parameter::live(
        "zset-max-listpack-value",
        BYTES,
        |engine| count(engine.keys.settings.zset.value_bytes_max),
        |engine, value| engine.keys.settings.zset.value_bytes_max = value.size(),
    )
    .alias("zset-max-ziplist-value"),
    Parameter::live(
        "stream-node-max-bytes",
        BYTES,
        |engine| count(engine.keys.settings.stream.bytes_max),
        |engine, value| engine.keys.settings.stream.bytes_max = value.size(),
    ),
    Parameter::live(
        "stream-node-max-entries",
        COUNT,
        |engine| count(engine.keys.settings.stream.entries_max),
        |engine, value| engine.keys.settings.stream.entries_max = value.size(),
    ),
];
