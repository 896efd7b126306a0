use crate::file::check::Check;
use crate::file::section::Section;

/// `body_bytes`: 0 for no limit.
pub(super) fn body(section: &Section<'_>, default: u64, check: &mut Check<'_>) -> u64 {
    if section.has("body_bytes") {
        section.size(check, "body_bytes").unwrap_or(default)
    } else {
        default
    }
}
