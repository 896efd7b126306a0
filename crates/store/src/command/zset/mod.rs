//! Commands of sorted sets.

mod add;
mod bounds;
mod combine;
mod count;
mod member;
mod output;
mod pop;
mod random;
mod range;
mod remove;
mod scan;
mod sources;
#[cfg(test)]
mod tests;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[
    &add::ZADD,
    &add::ZINCRBY,
    &member::ZREM,
    &member::ZSCORE,
    &member::ZMSCORE,
    &member::ZCARD,
    &member::ZRANK,
    &member::ZREVRANK,
    &count::ZCOUNT,
    &count::ZLEXCOUNT,
    &range::ZRANGE,
    &range::ZRANGESTORE,
    &range::ZREVRANGE,
    &range::ZRANGEBYSCORE,
    &range::ZREVRANGEBYSCORE,
    &range::ZRANGEBYLEX,
    &range::ZREVRANGEBYLEX,
    &remove::ZREMRANGEBYRANK,
    &remove::ZREMRANGEBYSCORE,
    &remove::ZREMRANGEBYLEX,
    &pop::ZPOPMIN,
    &pop::ZPOPMAX,
    &pop::ZMPOP,
    &pop::BZPOPMIN,
    &pop::BZPOPMAX,
    &pop::BZMPOP,
    &combine::ZUNION,
    &combine::ZINTER,
    &combine::ZDIFF,
    &combine::ZUNIONSTORE,
    &combine::ZINTERSTORE,
    &combine::ZDIFFSTORE,
    &combine::ZINTERCARD,
    &random::ZRANDMEMBER,
    &scan::ZSCAN,
];
