//! Commands about the server itself.

mod info;
mod lolwut;
mod role;
mod shutdown;
#[cfg(test)]
mod tests;
mod time;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] =
    &[&info::INFO, &time::TIME, &role::ROLE, &lolwut::LOLWUT, &shutdown::SHUTDOWN];
