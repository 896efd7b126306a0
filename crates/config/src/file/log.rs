use super::check::Check;
use super::section::Section;
use crate::{Log, LogForm};

/// `[log]`.
pub(super) fn log(section: &Section<'_>, check: &mut Check<'_>) -> Option<Log> {
    let place = check.place;
    Some(Log {
        form: match section.word(check, "format")? {
            "json" => LogForm::Json,
            "bare" => LogForm::Bare,
            _ => LogForm::Prefixed,
        },
        folder: section.text(check, "folder").map(|folder| place.path(place.root, &folder)),
        rotate_bytes: section.size(check, "rotate_size")?,
        rotate_age: section.time(check, "rotate_age")?,
        keep: section.count(check, "keep")?,
    })
}
