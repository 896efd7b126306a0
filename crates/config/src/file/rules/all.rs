use super::body;
use crate::file::check::Check;
use crate::file::section::Section;
use crate::{Limits, Rules};

/// What `[edge]` says for every route.
pub(in crate::file) fn of_edge(
    _section: &Section<'_>,
    limits: &Limits,
    _check: &mut Check<'_>,
) -> Rules {
    Rules { body_bytes_max: limits.body_bytes_max }
}

/// What a route says, and what `edge` says where it does not.
pub(in crate::file) fn of_route(
    section: &Section<'_>,
    edge: &Rules,
    check: &mut Check<'_>,
) -> Rules {
    Rules { body_bytes_max: body::body(section, edge.body_bytes_max, check) }
}
