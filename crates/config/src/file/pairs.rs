//! Tables whose keys the user chooses, with one text for each.

use super::check::Check;
use super::section::Section;
use toml::de::DeValue;

/// What is wrong with a name, and the cure.
type Wrong = Option<(String, String)>;

/// The entries of the table `name`, in the order of their names; none if it is not written.
pub(super) fn pairs(
    section: &Section<'_>,
    name: &str,
    check: &mut Check<'_>,
    judge: impl Fn(&str) -> Wrong,
) -> Vec<(String, String)> {
    let Some(field) = section.field(name) else { return Vec::new() };
    let DeValue::Table(table) = field.value else {
        section.read(check, name);
        return Vec::new();
    };
    let mut pairs = Vec::new();
    for (key, value) in table {
        let (text, path) = (key.get_ref(), format!("{}.{}", field.path, key.get_ref()));
        let wrong = if text.is_empty() {
            Some(("the name is empty".into(), "write a name, or remove the entry".into()))
        } else {
            judge(text)
        };
        if let Some((text, cure)) = wrong {
            check.fault(key.span(), &path, text, cure);
            continue;
        }
        let written = match value.get_ref() {
            DeValue::String(text) if !text.contains('\0') => text.to_string(),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(flag) => flag.to_string(),
            _ => {
                let what = format!("{text:?} holds no text");
                let cure = format!("write for example {name} = {}", field.key.example);
                check.fault(value.span(), &path, what, cure);
                continue;
            }
        };
        pairs.push((text.to_string(), written));
    }
    pairs
}
