//! Commands of sets.

mod combine;
mod draw;
mod member;
mod scan;
#[cfg(test)]
mod tests;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[
    &member::SADD,
    &member::SREM,
    &member::SMOVE,
    &member::SCARD,
    &member::SISMEMBER,
    &member::SMISMEMBER,
    &member::SMEMBERS,
    &draw::SPOP,
    &draw::SRANDMEMBER,
    &combine::SINTER,
    &combine::SUNION,
    &combine::SDIFF,
    &combine::SINTERSTORE,
    &combine::SUNIONSTORE,
    &combine::SDIFFSTORE,
    &combine::SINTERCARD,
    &scan::SSCAN,
];
