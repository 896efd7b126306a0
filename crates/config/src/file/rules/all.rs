use super::{body, cache, compress, cors, files, guard, headers, limit, redirect};
use crate::file::check::Check;
use crate::file::section::Section;
use crate::{Guard, Headers, Limits, Priority, Rules};

/// What `[edge]` says for every route.
pub(in crate::file) fn of_edge(
    section: &Section<'_>,
    limits: &Limits,
    check: &mut Check<'_>,
) -> Rules {
    let nothing = Guard { speaks_tls: guard::speaks_tls(section), ..Guard::default() };
    let rules = Rules {
        body_bytes_max: limits.body_bytes_max,
        cache: None,
        compress: compress::compress(section, None, check),
        guard: guard::guard(section, &nothing, check),
        headers: headers::headers(section, &Headers::default(), check),
        cors: cors::cors(section, None, check),
        redirect: None,
        limits: limit::limits(section, &[], check),
        priority: Priority::default(),
        files: None,
    };
    cors::alone(section, &rules, check);
    rules
}

/// What a route says, and what `edge` says where it does not.
pub(in crate::file) fn of_route(
    section: &Section<'_>,
    edge: &Rules,
    check: &mut Check<'_>,
) -> Rules {
    let rules = Rules {
        body_bytes_max: body::body(section, edge.body_bytes_max, check),
        cache: cache::cache(section, check),
        compress: compress::compress(section, edge.compress.as_ref(), check),
        guard: guard::guard(section, &edge.guard, check),
        headers: headers::headers(section, &edge.headers, check),
        cors: cors::cors(section, edge.cors.as_ref(), check),
        redirect: redirect::redirect(section, check),
        limits: limit::limits(section, &edge.limits, check),
        priority: priority(section, check),
        files: files::files(section, check),
    };
    cors::alone(section, &rules, check);
    rules
}

/// `priority`.
fn priority(section: &Section<'_>, check: &mut Check<'_>) -> Priority {
    match section.word(check, "priority") {
        Some("high") => Priority::High,
        Some("low") => Priority::Low,
        _ => Priority::Normal,
    }
}
