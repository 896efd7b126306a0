//! Text that is no TOML: what the parser says, and what to do about it.

use super::check::Check;
use toml::de::Error;

/// Note what the parser found.
pub(super) fn note(errors: &[Error], text: &str, check: &mut Check<'_>) {
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let there = text.get(span.clone()).unwrap_or_default();
        let (text, cure) = words(error.message(), there);
        check.syntax(span, text, cure);
    }
}

fn words(message: &str, there: &str) -> (String, String) {
    let cure = match message {
        _ if message.starts_with("string values must be quoted") => {
            return ("strings are written in quotes".into(), format!("write {there:?}"));
        }
        _ if message.starts_with("duplicate key") => {
            let text = format!("`{there}` is there twice");
            return (text, "remove one, or put what belongs together into one section".into());
        }
        _ if message.starts_with("invalid boolean") => {
            format!("write {}", there.to_ascii_lowercase())
        }
        _ if message.starts_with("missing escaped value") => {
            "write the backslash twice, or the string in single quotes: 'C:\\path'".into()
        }
        _ if message.starts_with("key with no value") => "write NAME = VALUE".into(),
        _ if message.starts_with("unclosed table") => "close the section's name with ]".into(),
        _ if message.starts_with("unclosed array") => "close the array with ]".into(),
        _ if message.starts_with("unclosed inline table") => "close the table with }".into(),
        _ if message.starts_with("invalid unquoted key") => {
            format!("write the name in quotes: {there:?}")
        }
        _ if message.starts_with("cannot extend value") => {
            format!("`{there}` has a value already: remove that, or this")
        }
        _ if message.starts_with("cannot recurse") => "nest less deeply".into(),
        _ if message.starts_with("unexpected leading zero") => "write the number without it".into(),
        _ if message.starts_with("missing value") => "write a value after the =".into(),
        _ if message.starts_with("missing comma") => "put a comma between them".into(),
        _ if message.starts_with("invalid basic string")
            || message.starts_with("invalid literal string") =>
        {
            "close the string with the quote it began with".into()
        }
        _ => "write [SECTION] and NAME = VALUE lines; https://toml.io explains the format".into(),
    };
    let what = message.split(", expected").next().unwrap_or(message);
    (format!("not TOML: {what}"), cure)
}
