//! Commands about the server itself.

mod commands;
mod config;
mod info;
mod latency;
mod lolwut;
mod role;
mod shutdown;
mod slowlog;
#[cfg(test)]
mod tests;
mod time;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[
    &info::INFO,
    &config::CONFIG,
    &commands::COMMAND,
    &slowlog::SLOWLOG,
    &latency::LATENCY,
    &time::TIME,
    &role::ROLE,
    &lolwut::LOLWUT,
    &shutdown::SHUTDOWN,
];
