//! Commands about what is on disk.

mod save;
#[cfg(test)]
mod tests;
mod wait;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[
    &save::SAVE,
    &save::BGSAVE,
    &save::BGREWRITEAOF,
    &save::LASTSAVE,
    &wait::WAIT,
    &wait::WAITAOF,
];
