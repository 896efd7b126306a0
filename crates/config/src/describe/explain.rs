use crate::catalogue::{self, Form, Key};
use crate::file;
use serde::Serialize;
use std::fmt;

/// What a key does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Its path as people write it: `app.NAME.workers`.
    pub key: String,
    /// Its type in words.
    pub forms: String,
    /// The value without it, as it would be written; None: none.
    pub default: Option<&'static str>,
    /// The bounds in words, if it has any.
    pub range: Option<String>,
    /// Unit of the value, if it has one: `bytes` or `time`.
    pub unit: Option<&'static str>,
    /// A value, as it would be written.
    pub example: &'static str,
    /// When a change takes effect, in words; empty for a section.
    pub change: &'static str,
    /// The first version that knows it.
    pub since: &'static str,
    /// What it means.
    pub text: &'static str,
    /// Keys below it, if it is a section.
    pub keys: Vec<String>,
}

/// Explain a key or section: `edge.listen`, `app.web.workers`, `[app.NAME]`, or a last part that
/// only one key has, such as `workers`. The app's name may be left out: `app.workers`.
pub fn explain(key: &str) -> Option<Explanation> {
    if let Some(short) = without_name(key) {
        return catalogue::find(&short).map(explanation);
    }
    let pattern = catalogue::pattern(key);
    if let Some(key) = catalogue::find(&pattern) {
        return Some(explanation(key));
    }
    let mut same_name = catalogue::keys().filter(|key| key.name() == pattern);
    match (same_name.next(), same_name.next()) {
        (Some(only), None) => Some(explanation(only)),
        (Some(first), Some(_)) => {
            // `workers` is the app's key before it is anything below it.
            let outer = catalogue::keys().find(|key| key.path == format!("app.*.{pattern}"));
            Some(explanation(outer.unwrap_or(first)))
        }
        _ => None,
    }
}

/// The path of `app.workers`, a key of apps whose app is not named; a word that is nearly such a
/// key counts as one, misspelt, and not as an app's name.
fn without_name(key: &str) -> Option<String> {
    let (section, word) = key.trim().split_once('.').filter(|(_, word)| !word.contains('.'))?;
    let section_of_one = format!("{section}.*");
    let names = catalogue::children(&section_of_one).map(Key::name);
    file::nearest(word, names).map(|_| format!("{section}.*.{word}"))
}

/// Every key and section, in the order of the reference page.
pub fn keys() -> Vec<Explanation> {
    catalogue::keys().map(explanation).collect()
}

/// The key that an unknown one was meant to be: by its spelling, or by its name elsewhere.
pub fn nearest(key: &str) -> Option<String> {
    let pattern = without_name(key).unwrap_or_else(|| catalogue::pattern(key));
    let last = pattern.rsplit('.').next().unwrap_or(&pattern);
    let section = pattern.rsplit_once('.').map_or("", |(section, _)| section);
    let also_here = catalogue::children(section).find(|key| key.also.contains(&last));
    let also = || catalogue::keys().find(|key| key.also.contains(&last));
    let by_name = || {
        let name = file::nearest(last, catalogue::keys().map(Key::name))?;
        catalogue::keys().find(|key| key.name() == name)
    };
    let by_path = file::nearest(&pattern, catalogue::keys().map(|key| key.path));
    let near =
        also_here.or_else(|| by_path.and_then(catalogue::find)).or_else(also).or_else(by_name);
    near.map(|key| shown_path(key.path))
}

fn explanation(key: &'static Key) -> Explanation {
    let values = || key.forms.iter().filter(|form| !matches!(form, Form::Section));
    let ranges: Vec<String> = values().filter_map(Form::range).collect();
    Explanation {
        key: shown_path(key.path),
        forms: key.words(),
        default: key.default,
        range: (!ranges.is_empty()).then(|| ranges.join(", or ")),
        unit: values().find_map(Form::unit),
        example: key.example,
        change: if key.forms == [Form::Section] { "" } else { key.change().words() },
        since: key.since,
        text: key.text,
        keys: catalogue::children(key.path).map(|key| shown_path(key.path)).collect(),
    }
}

/// A path with a word in place of the catalogue's `*`.
pub(super) fn shown_path(path: &str) -> String {
    match path.strip_prefix("route.*") {
        Some(rest) => format!("route.\"PATTERN\"{rest}"),
        None => path.replacen(".*", ".NAME", 1),
    }
}

/// For people, over several lines.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.key, self.forms)?;
        writeln!(f, "\n{}\n", self.text)?;
        let range = self.range.as_deref();
        let rows = [
            ("default", Some(self.default.unwrap_or("none")).filter(|_| !self.change.is_empty())),
            ("range", range),
            ("example", Some(self.example)),
            ("changes", Some(self.change).filter(|change| !change.is_empty())),
            ("since", Some(self.since)),
        ];
        for (name, value) in rows.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            writeln!(f, "{name:8} {value}")?;
        }
        if !self.keys.is_empty() {
            writeln!(f, "keys     {}", self.keys.join(", "))?;
        }
        Ok(())
    }
}
