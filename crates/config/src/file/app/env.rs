use crate::file::check::Check;
use crate::file::section::Section;
use std::collections::BTreeMap;
use toml::de::DeValue;

/// Variables by which Ostler and its agent in the worker talk.
const OWN: &[&str] = &["OSTLER_APP", "OSTLER_DIR", "OSTLER_READY", "OSTLER_WORKER"];

/// `env`.
pub(super) fn env(section: &Section<'_>, check: &mut Check<'_>) -> BTreeMap<String, String> {
    let mut env = BTreeMap::new();
    let Some(field) = section.field("env") else { return env };
    let DeValue::Table(table) = field.value else {
        section.read(check, "env");
        return env;
    };
    for (name, value) in table {
        let (span, text) = (name.span(), name.get_ref());
        let path = format!("{}.{text}", field.path);
        if text.is_empty() || text.contains(['=', '\0']) {
            let what = format!("{text:?} cannot be the name of a variable");
            check.fault(span, &path, what, "use A-Z, 0-9 and _");
            continue;
        }
        if OWN.contains(&text.as_ref()) {
            let what = format!("{text} is set by Ostler itself");
            check.fault(span, &path, what, "remove it");
            continue;
        }
        match value_text(value.get_ref()) {
            Ok(value) => {
                env.insert(text.to_string(), value);
            }
            Err((text, cure)) => check.fault(value.span(), &path, text, cure),
        }
    }
    env
}

fn value_text(value: &DeValue<'_>) -> Result<String, (String, String)> {
    match value {
        DeValue::String(text) if text.contains('\0') => {
            let what = "the string contains a NUL character";
            Err((what.into(), "remove it: no environment can hold it".into()))
        }
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(number) => Ok(number.to_string()),
        DeValue::Float(number) => Ok(number.to_string()),
        DeValue::Boolean(flag) => Ok(flag.to_string()),
        DeValue::Datetime(date) => Ok(date.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => {
            let what = "a variable holds text, not an array or a table";
            Err((what.into(), "write a string; JSON in single quotes is one".into()))
        }
    }
}
