use super::{body, cache, compress, cors, files, guard, headers, limit, priority};
use crate::catalogue::Key;

/// Those that may stand in `[edge]`, in the order of the reference page.
pub const EDGE: &[&[Key]] =
    &[compress::EDGE, guard::EDGE, headers::EDGE, cors::EDGE, limit::OF_EDGE];

/// Those that may stand in `[route."…"]`.
pub const ROUTE: &[&[Key]] = &[
    body::KEYS,
    cache::KEYS,
    compress::ROUTE,
    guard::ROUTE,
    headers::ROUTE,
    cors::ROUTE,
    limit::OF_ROUTE,
    priority::KEYS,
    guard::REDIRECT,
    files::KEYS,
];
