//! Names of keys that the catalogue does not have.

use super::check::Check;
use super::nearest::nearest;
use super::section::Section;
use crate::catalogue::{self, Key};
use toml::de::DeTable;

/// Note every key of `table` that is not one of the section's.
pub(super) fn unknown(section: &Section<'_>, table: &DeTable<'_>, check: &mut Check<'_>) {
    for name in table.keys() {
        let text = name.get_ref();
        if catalogue::children(section.pattern()).any(|key| key.name() == text) {
            continue;
        }
        let path = section.path_of(text);
        let pattern = match section.pattern() {
            "" => text.to_string(),
            pattern => format!("{pattern}.{text}"),
        };
        if let Some(later) = catalogue::later(&pattern) {
            let cure = "remove it until then";
            check.fault(
                name.span(),
                &path,
                format!("`{text}` ({}) is not in this version yet", later.what),
                cure,
            );
            continue;
        }
        let place = match section.path.as_str() {
            "" => "at the top of the file".into(),
            path => format!("in [{path}]"),
        };
        let cure = cure(section, text);
        check.fault(name.span(), &path, format!("unknown key `{text}` {place}"), cure);
    }
}

fn cure(section: &Section<'_>, name: &str) -> String {
    let own = || catalogue::children(section.pattern());
    if let Some(key) = own().find(|key| key.also.contains(&name)) {
        return format!("here that is `{}`: {}", key.name(), example(key));
    }
    if let Some(near) = nearest(name, own().map(Key::name)) {
        return format!("did you mean `{near}`?");
    }
    let near = nearest(name, own().flat_map(|key| key.also.iter().copied()));
    if let Some(key) = near.and_then(|near| own().find(|key| key.also.contains(&near))) {
        return format!("here that is `{}`: {}", key.name(), example(key));
    }
    let elsewhere = |key: &&Key| !key.section().is_empty() && !key.name().contains('*');
    let others = || catalogue::keys().filter(elsewhere);
    let by_name = others().find(|key| key.name() == name);
    if let Some(key) = by_name.or_else(|| others().find(|key| key.also.contains(&name))) {
        let place = match key.section() {
            "app.*" => "[app.NAME]".into(),
            section => format!("[{}]", section.replace(".*", ".NAME")),
        };
        return format!("it belongs in {place}: {}", example(key));
    }
    let names: Vec<&str> = own().map(Key::name).collect();
    match section.key() {
        _ if section.path.is_empty() => format!("the top of the file has {}", names.join(", ")),
        _ => format!("remove it; this section has {}", names.join(", ")),
    }
}

fn example(key: &Key) -> String {
    if key.is_section() && key.forms.len() == 1 {
        return format!("[{}]", key.path.replace(".*", ".NAME"));
    }
    format!("{} = {}", key.name(), key.example)
}
