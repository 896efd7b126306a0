//! Commands about the server itself.

mod acl;
mod cluster;
mod commands;
mod config;
mod debug;
mod info;
mod latency;
mod lolwut;
mod memory;
mod replica;
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
    &debug::DEBUG,
    &slowlog::SLOWLOG,
    &memory::MEMORY,
    &acl::ACL,
    &cluster::CLUSTER,
    &replica::REPLICAOF,
    &replica::SLAVEOF,
    &latency::LATENCY,
    &time::TIME,
    &role::ROLE,
    &lolwut::LOLWUT,
    &shutdown::SHUTDOWN,
];
