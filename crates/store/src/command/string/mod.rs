//! Commands of strings.

mod get;
mod lcs;
mod many;
mod number;
mod range;
mod set;
#[cfg(test)]
mod tests;
mod until;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[
    &get::GET,
    &get::GETDEL,
    &get::GETEX,
    &get::STRLEN,
    &set::SET,
    &set::SETNX,
    &set::SETEX,
    &set::PSETEX,
    &set::GETSET,
    &many::MGET,
    &many::MSET,
    &many::MSETNX,
    &range::APPEND,
    &range::GETRANGE,
    &range::SUBSTR,
    &range::SETRANGE,
    &number::INCR,
    &number::DECR,
    &number::INCRBY,
    &number::DECRBY,
    &number::INCRBYFLOAT,
    &lcs::LCS,
];
