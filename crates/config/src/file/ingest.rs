use super::check::Check;
use super::section::Section;
use crate::ObserveIngest;

/// `[observe.ingest]`.
pub(super) fn ingest(section: &Section<'_>, check: &mut Check<'_>) -> Option<ObserveIngest> {
    Some(ObserveIngest {
        enabled: section.flag(check, "enabled")?,
        token: section.word(check, "access")? == "token",
        body_bytes_max: section.size(check, "body_max")?,
    })
}
