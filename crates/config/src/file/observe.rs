use super::check::Check;
use super::section::Section;
use super::{export, ingest, logs, observe_metrics};
use crate::Observe;

/// `[observe]`.
pub(super) fn observe(section: &Section<'_>, check: &mut Check<'_>) -> Option<Observe> {
    let place = check.place;
    let enabled = section.flag(check, "enabled")?;
    Some(Observe {
        enabled,
        folder: section.text(check, "folder").map(|folder| place.path(place.root, &folder)),
        logs: logs::logs(&section.child(check, "logs"), check)?,
        ingest: ingest::ingest(&section.child(check, "ingest"), check)?,
        exports: export::exports(&section.child(check, "export"), enabled, check)?,
        metrics: observe_metrics::metrics(&section.child(check, "metrics"), check)?,
    })
}
