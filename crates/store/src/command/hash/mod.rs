//! Commands of hashes.

mod count;
mod end;
mod random;
mod read;
mod scan;
#[cfg(test)]
mod tests;
mod ttl;
mod write;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[
    &write::HSET,
    &write::HMSET,
    &write::HSETNX,
    &write::HDEL,
    &read::HGET,
    &read::HMGET,
    &read::HGETALL,
    &read::HKEYS,
    &read::HVALS,
    &read::HLEN,
    &read::HEXISTS,
    &read::HSTRLEN,
    &count::HINCRBY,
    &count::HINCRBYFLOAT,
    &random::HRANDFIELD,
    &scan::HSCAN,
    &end::HEXPIRE,
    &end::HPEXPIRE,
    &end::HEXPIREAT,
    &end::HPEXPIREAT,
    &ttl::HTTL,
    &ttl::HPTTL,
    &ttl::HEXPIRETIME,
    &ttl::HPEXPIRETIME,
    &ttl::HPERSIST,
];
