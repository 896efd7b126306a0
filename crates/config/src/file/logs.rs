use super::check::Check;
use super::section::Section;
use super::value::Value;
use crate::KeptLogs;

/// `[observe.logs]`.
pub(super) fn logs(section: &Section<'_>, check: &mut Check<'_>) -> Option<KeptLogs> {
    let redact = match section.read(check, "redact") {
        Some(Value::Off) => None,
        Some(Value::Texts(names)) => {
            for (name, span) in &names {
                if !name.chars().any(|letter| letter.is_ascii_alphanumeric()) {
                    let cure = "write the name of a field, such as \"iban\"";
                    let text = format!("{name:?} names nothing");
                    check.fault(span.clone(), &section.path_of("redact"), text, cure);
                }
            }
            Some(names.into_iter().map(|(name, _)| name).collect())
        }
        _ => Some(Vec::new()),
    };
    Some(KeptLogs {
        disk_bytes_max: section.size(check, "disk_max")?,
        age_max: section.time(check, "age_max")?,
        redact,
    })
}
