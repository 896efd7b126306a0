//! Publish and subscribe: none of it touches data, so all of it is served while the data is kept busy.

mod look;
mod publish;
mod subscribe;
#[cfg(test)]
mod tests;

use super::{Flags, Spec};

/// All of them.
pub const TABLE: &[&Spec] = &[
    &subscribe::SUBSCRIBE,
    &subscribe::UNSUBSCRIBE,
    &subscribe::PSUBSCRIBE,
    &subscribe::PUNSUBSCRIBE,
    &subscribe::SSUBSCRIBE,
    &subscribe::SUNSUBSCRIBE,
    &publish::PUBLISH,
    &publish::SPUBLISH,
    &look::PUBSUB,
];

/// Flags of all of them.
const FLAGS: Flags = Flags::PUBSUB.or(Flags::LOADING).or(Flags::STALE);
