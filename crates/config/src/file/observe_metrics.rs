use super::check::Check;
use super::section::Section;
use crate::ObserveMetrics;

/// `[observe.metrics]`.
pub(super) fn metrics(section: &Section<'_>, check: &mut Check<'_>) -> Option<ObserveMetrics> {
    Some(ObserveMetrics {
        keep: section.time(check, "keep")?,
        series: section.count(check, "series")?,
        disk_bytes: section.size(check, "disk")?,
    })
}
