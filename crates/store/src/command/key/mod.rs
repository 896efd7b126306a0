//! Commands of keys, whatever they hold.

mod change;
mod copy;
mod exists;
mod expire;
mod flush;
mod object;
mod rename;
mod scan;
mod sort;
#[cfg(test)]
mod tests;
mod ttl;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[
    &exists::DEL,
    &exists::UNLINK,
    &exists::EXISTS,
    &exists::TOUCH,
    &exists::TYPE,
    &rename::RENAME,
    &rename::RENAMENX,
    &copy::COPY,
    &copy::MOVE,
    &flush::SWAPDB,
    &flush::FLUSHDB,
    &flush::FLUSHALL,
    &scan::DBSIZE,
    &scan::KEYS,
    &scan::RANDOMKEY,
    &scan::SCAN,
    &expire::EXPIRE,
    &expire::PEXPIRE,
    &expire::EXPIREAT,
    &expire::PEXPIREAT,
    &ttl::TTL,
    &ttl::PTTL,
    &ttl::EXPIRETIME,
    &ttl::PEXPIRETIME,
    &ttl::PERSIST,
    &object::OBJECT,
    &sort::SORT,
    &sort::SORT_RO,
];
