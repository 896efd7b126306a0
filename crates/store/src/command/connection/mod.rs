//! Commands of the connection.

mod auth;
mod client;
mod cluster_only;
mod hello;
mod monitor;
mod ping;
mod reset;
mod select;
#[cfg(test)]
mod tests;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[
    &ping::PING,
    &ping::ECHO,
    &auth::AUTH,
    &hello::HELLO,
    &select::SELECT,
    &select::QUIT,
    &reset::RESET,
    &client::CLIENT,
    &monitor::MONITOR,
    &cluster_only::READONLY,
    &cluster_only::READWRITE,
    &cluster_only::ASKING,
];
