//! A line of what was sent in pieces, and what can be told of its time and level.

use crate::wire::json;
use crate::{Level, Record};
use model::Stream;
use serde_json::Value;
use std::sync::Arc;

/// A time further ahead than this is that of a clock that is wrong: 10 minutes.
const AHEAD_MS: u64 = 600_000;
/// The app of what says nothing of where it comes from.
const NAMELESS: &str = "other";
/// A name is cut at so many bytes.
const APP_BYTES_MAX: usize = 64;

/// A record of this app with this line.
pub fn record(app: &str, at_ms: u64, level: Level, raw: String) -> Record {
    let end = app.floor_char_boundary(APP_BYTES_MAX);
    let app = match app.get(..end).unwrap_or_default().trim() {
        "" => NAMELESS,
        app => app,
    };
    Record {
        at_ms,
        app: Arc::from(app),
        worker: None,
        stream: Stream::Out,
        level,
        text: String::new(),
        fields: Vec::new(),
        trace_id: None,
        request_id: None,
        raw,
    }
}

/// The time that a record says, if it can be believed, else now.
pub fn time(at_ms: Option<u64>, now_ms: u64) -> u64 {
    at_ms.filter(|at_ms| *at_ms > 0 && *at_ms <= now_ms + AHEAD_MS).unwrap_or(now_ms)
}

/// Nanoseconds since 1970 in digits, as milliseconds.
pub fn nanoseconds(text: &str) -> Option<u64> {
    text.parse::<u64>().ok().map(|ns| ns / 1_000_000)
}

/// The level that a JSON value stands for: a word, or pino's number.
pub fn level(value: &Value) -> Option<Level> {
    match value {
        Value::String(word) => {
            let digits = word.parse::<f64>().ok();
            Level::named(word).or_else(|| digits.and_then(of_number))
        }
        Value::Number(number) => number.as_f64().and_then(of_number),
        _ => None,
    }
}

fn of_number(number: f64) -> Option<Level> {
    let at = (number / 10.0).round() as usize;
    Level::ALL.get(at.checked_sub(1)?).copied()
}

/// A line as one JSON object: its text, and pairs beside it. A text without pairs stays as it is; one that is an
/// object itself gets them into it.
pub fn with_pairs(text: &str, pairs: &[(&str, &str)]) -> String {
    if pairs.is_empty() {
        return text.to_owned();
    }
    let inside = text.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    // Only what is an object for a parser is one.
    let inside =
        inside.filter(|_| serde_json::from_str::<serde::de::IgnoredAny>(text.trim()).is_ok());
    let mut out = b"{".to_vec();
    if inside.is_none() {
        json::pair(&mut out, "msg", text);
    }
    for (name, value) in pairs {
        json::pair(&mut out, name, value);
    }
    if let Some(inside) = inside.filter(|inside| !inside.trim().is_empty()) {
        out.push(b',');
        out.extend_from_slice(inside.as_bytes());
    }
    out.push(b'}');
    String::from_utf8(out).unwrap_or_default()
}
