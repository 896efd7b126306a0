//! Commands of streams.

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[];
