//! Values as PM2 reads them.

use super::draft::Draft;
use crate::catalogue::{self, Form};
use crate::values::{written_bytes, written_time};
use base::units::parse_duration;
use serde_json::Value;
use std::time::Duration;

/// A scalar as text.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A list of words: an array of scalars, or a string that is split as a shell would.
pub(super) fn words(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        other => Some(split(&text(other)?)),
    }
}

/// Words of a line; single and double quotes hold spaces together.
pub(super) fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None::<char>);
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// `true`, or a text or number that says so.
pub(super) fn truth(value: &Value) -> bool {
    !matches!(value, Value::Bool(false) | Value::Null)
        && !matches!(text(value).as_deref(), Some("false" | "0" | ""))
}

/// A whole number, also when written as a string.
pub(super) fn number(value: &Value) -> Option<i64> {
    text(value)?.trim().parse().ok()
}

/// A duration: a number of milliseconds, or a number with `s`, `m` or `h`.
pub(super) fn time(value: &Value) -> Option<Duration> {
    match number(value) {
        Some(ms) => u64::try_from(ms).ok().map(Duration::from_millis),
        None => parse_duration(&text(value)?).ok(),
    }
}

/// A size: a number of bytes, or a number with `K`, `M` or `G`, which are powers of 1024.
pub(super) fn size(value: &Value) -> Option<u64> {
    let text = text(value)?.to_ascii_uppercase();
    let text = text.trim().trim_end_matches('B');
    let (digits, shift) = match text.chars().last()? {
        'K' => (text.trim_end_matches('K'), 10),
        'M' => (text.trim_end_matches('M'), 20),
        'G' => (text.trim_end_matches('G'), 30),
        _ => (text, 0),
    };
    let number: f64 = digits.trim().parse().ok()?;
    let bytes = number * f64::from(1u32 << shift);
    (0.0..9e18).contains(&bytes).then_some(bytes as u64)
}

/// A time within the bounds of the key at `path`; that it was moved there is noted.
pub(super) fn fit_time(draft: &mut Draft, field: &str, path: &str, time: Duration) -> String {
    let (min, max) = bounds(path);
    let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let fit = Duration::from_millis(ms.clamp(min, max));
    if fit != time {
        draft
            .note(field, &format!("{} is out of range, so the nearest is set", written_time(time)));
    }
    written_time(fit)
}

/// A size within the bounds of the key at `path`.
pub(super) fn fit_size(draft: &mut Draft, field: &str, path: &str, size: u64) -> String {
    let (min, max) = bounds(path);
    let fit = size.clamp(min, max);
    if fit != size {
        draft.note(
            field,
            &format!("{} is out of range, so the nearest is set", written_bytes(size)),
        );
    }
    written_bytes(fit)
}

/// A count within the bounds of the key at `path`.
pub(super) fn fit_count(draft: &mut Draft, field: &str, path: &str, count: i64) -> i64 {
    let (min, max) = bounds(path);
    let fit = u64::try_from(count).unwrap_or(0).clamp(min, max);
    let fit = i64::try_from(fit).unwrap_or(i64::MAX);
    if fit != count {
        draft.note(field, &format!("{count} is out of range, so the nearest is set"));
    }
    fit
}

fn bounds(path: &str) -> (u64, u64) {
    let forms = catalogue::find(path).map_or(&[][..], |key| key.forms);
    let bounds = |form: &Form| match *form {
        Form::Size { min, max } | Form::Time { min, max } | Form::Count { min, max } => {
            Some((min, max))
        }
        _ => None,
    };
    forms.iter().find_map(bounds).unwrap_or((0, u64::MAX))
}
