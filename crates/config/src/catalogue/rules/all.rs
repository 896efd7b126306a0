use super::body;
use crate::catalogue::Key;

/// Those that may stand in `[edge]`, in the order of the reference page.
pub const EDGE: &[&[Key]] = &[];

/// Those that may stand in `[route."…"]`.
pub const ROUTE: &[&[Key]] = &[body::KEYS];
