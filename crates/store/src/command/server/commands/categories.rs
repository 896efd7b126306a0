//! The categories of commands that rights are given by.

use crate::command::{Flags, Group, Spec};

/// Commands that may cost much or tell much, beside those for operators.
const DANGEROUS: &[&str] =
    &["KEYS", "SORT", "SORT_RO", "FLUSHALL", "FLUSHDB", "SWAPDB", "RESTORE", "INFO", "ROLE"];

/// Categories, as `ACL CAT` lists them.
pub const ALL_CATEGORIES: &[&str] = &[
    "keyspace",
    "read",
    "write",
    "set",
    "sortedset",
    "list",
    "hash",
    "string",
    "stream",
    "pubsub",
    "admin",
    "fast",
    "slow",
    "blocking",
    "dangerous",
    "connection",
    "transaction",
    "scripting",
];

/// Those of a command.
pub fn of(spec: &Spec) -> Vec<&'static str> {
    let has = |flag| spec.flags.has(flag);
    let group = match spec.group {
        Group::Generic => Some("keyspace"),
        Group::Text => Some("string"),
        Group::List => Some("list"),
        Group::Set => Some("set"),
        Group::Zset => Some("sortedset"),
        Group::Hash => Some("hash"),
        Group::Stream => Some("stream"),
        Group::Pubsub => Some("pubsub"),
        Group::Transactions => Some("transaction"),
        Group::Connection => Some("connection"),
        Group::Scripting => Some("scripting"),
        Group::Server => None,
    };
    let parts = [
        has(Flags::WRITE).then_some("write"),
        (has(Flags::READONLY) && spec.group != Group::Scripting).then_some("read"),
        group,
        has(Flags::ADMIN).then_some("admin"),
        (has(Flags::ADMIN) || DANGEROUS.contains(&spec.name)).then_some("dangerous"),
        has(Flags::BLOCKING).then_some("blocking"),
        Some(if has(Flags::FAST) { "fast" } else { "slow" }),
    ];
    parts.into_iter().flatten().collect()
}
