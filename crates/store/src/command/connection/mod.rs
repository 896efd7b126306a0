//! Commands of the connection.

mod ping;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[&ping::PING, &ping::ECHO];
