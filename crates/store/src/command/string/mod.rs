//! Commands of strings.

mod plain;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[&plain::GET, &plain::SET];
