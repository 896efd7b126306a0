use crate::file::check::Check;
use crate::file::section::Section;
use crate::file::value::Value;
use crate::{AccessLog, AccessLogFormat, AccessLogTo};
use std::ops::Range;
use std::path::Path;

const STDOUT: &str = "stdout";

/// Words that are no path, though they would be taken for one.
const NO_FILES: &[&str] = &["-", "stderr", "syslog", "journald", "console", "off", "none", "no"];

/// `access_log`: `true`, a path, or a table; None without it.
pub(super) fn access_log(section: &Section<'_>, check: &mut Check<'_>) -> Option<AccessLog> {
    let absent = Section::absent("edge.access_log");
    let (table, path) = match section.read(check, "access_log")? {
        Value::Flag(true) => (absent, None),
        Value::Text(path) => (absent, Some((path, section.place("access_log")))),
        Value::Section => (section.child(check, "access_log"), None),
        _ => return None,
    };
    let key = if path.is_some() { section.path_of("access_log") } else { table.path_of("to") };
    let (to, span) = match path {
        Some(path) => path,
        None => (table.text(check, "to")?, table.place("to")),
    };
    Some(AccessLog {
        to: place(&to, span, &key, check),
        format: match table.word(check, "format")? {
            "combined" => AccessLogFormat::Combined,
            _ => AccessLogFormat::Json,
        },
    })
}

fn place(to: &str, span: Range<usize>, key: &str, check: &mut Check<'_>) -> AccessLogTo {
    if to == STDOUT {
        return AccessLogTo::Stdout;
    }
    let lower = to.to_ascii_lowercase();
    if lower == STDOUT || NO_FILES.contains(&lower.as_str()) {
        let text = format!("{to:?} is no place for an access log");
        let cure = match lower.as_str() {
            "off" | "none" | "no" => "write access_log = false, or remove it",
            _ => "write \"stdout\", or a path such as \"logs/access.log\"",
        };
        check.fault(span, key, text, cure);
        return AccessLogTo::Stdout;
    }
    let path = check.place.path(check.place.root, to);
    if check.place.look || to.ends_with('/') {
        look(&path, to.ends_with('/'), span, key, check);
    }
    AccessLogTo::File(path)
}

/// A file can be made there.
fn look(path: &Path, slash: bool, span: Range<usize>, key: &str, check: &mut Check<'_>) {
    let shown = path.display();
    if slash || path.is_dir() {
        let cure = format!("write a file in it: {:?}", path.join("access.log"));
        check.fault(span, key, format!("{shown} is a folder"), cure);
    } else if let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) {
        let text = format!("there is no folder {} for the file", folder.display());
        check.fault(span, key, text, "make it, or write another path");
    }
}
