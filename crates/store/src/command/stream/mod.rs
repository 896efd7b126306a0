//! Commands of streams.

mod add;
mod claim;
mod entries;
mod group;
mod help;
mod ids;
mod info;
mod pending;
mod plain;
mod propagate;
mod read;
#[cfg(test)]
mod tests;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[
    &add::XADD,
    &add::XTRIM,
    &plain::XLEN,
    &plain::XDEL,
    &plain::XSETID,
    &plain::XRANGE,
    &plain::XREVRANGE,
    &read::XREAD,
    &read::XREADGROUP,
    &group::XGROUP,
    &pending::XACK,
    &pending::XPENDING,
    &claim::XCLAIM,
    &claim::XAUTOCLAIM,
    &info::XINFO,
];
