//! Commands of lists.

mod edit;
mod pop;
mod position;
mod push;
mod read;
#[cfg(test)]
mod tests;
mod transfer;
mod wait;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[
    &push::LPUSH,
    &push::RPUSH,
    &push::LPUSHX,
    &push::RPUSHX,
    &pop::LPOP,
    &pop::RPOP,
    &pop::LMPOP,
    &read::LLEN,
    &read::LRANGE,
    &read::LINDEX,
    &edit::LSET,
    &edit::LINSERT,
    &edit::LREM,
    &edit::LTRIM,
    &position::LPOS,
    &transfer::LMOVE,
    &transfer::RPOPLPUSH,
    &wait::BLPOP,
    &wait::BRPOP,
    &wait::BLMOVE,
    &wait::BRPOPLPUSH,
    &wait::BLMPOP,
];
