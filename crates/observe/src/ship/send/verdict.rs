//! What an answer means: whether to send again, and what. Pure.

use crate::ship::queue::form::Kind;
use crate::wire::protobuf::{Reader, Value as Field};
use config::ExportForm;
use serde::Deserialize;
use std::time::Duration;

/// Longer reasons are cut: they are for people.
const REASON_CHARS_MAX: usize = 300;

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The target has it; so many records of it it refused, and why.
    Sent(Option<(u64, String)>),
    /// The target has a part of it, has refused so many records, and should be sent these items again.
    Partly {
        /// Their positions, in order.
        again: Vec<usize>,
        /// How many it will never take.
        refused: u64,
        /// Why.
        why: String,
    },
    /// It will never take the batch.
    Refused(String),
    /// Not now; how long it wants to be left alone.
    Later(String, Option<Duration>),
}

/// An answer by HTTP.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// Its status.
    pub status: u16,
    /// `Retry-After`.
    pub retry_after: Option<&'a str>,
    /// Its body, as far as it was read.
    pub body: &'a [u8],
}

/// What an answer of a target of this form means.
pub fn judge(form: &ExportForm, kind: Kind, answer: &Answer<'_>) -> Verdict {
    let Answer { status, retry_after, body } = *answer;
    if (200..300).contains(&status) {
        return match form {
            ExportForm::Elasticsearch { .. } => items(body),
            ExportForm::Otlp => Verdict::Sent(partial(body, kind)),
            ExportForm::Loki | ExportForm::Prometheus => Verdict::Sent(None),
        };
    }
    let text = told(form, status, body);
    let again = match form {
        ExportForm::Otlp => matches!(status, 429 | 502 | 503 | 504),
        ExportForm::Prometheus => status == 429 || status >= 500,
        // A key that has expired is renewed one day, and a proxy in front comes back: nothing is lost meanwhile.
        ExportForm::Elasticsearch { .. } | ExportForm::Loki => {
            matches!(status, 401 | 403 | 404 | 408 | 429) || status >= 500
        }
    };
    match again {
        true => Verdict::Later(
            text,
            retry_after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs),
        ),
        false => Verdict::Refused(text),
    }
}

/// The status, and the reason that is in the body.
fn told(form: &ExportForm, status: u16, body: &[u8]) -> String {
    let binary = *form == ExportForm::Otlp && body.first() != Some(&b'{');
    let reason = if binary {
        message(body, 2).unwrap_or_default()
    } else {
        String::from_utf8_lossy(body).into()
    };
    let reason = short(&reason);
    if reason.is_empty() {
        format!("it answered {status}")
    } else {
        format!("it answered {status}: {reason}")
    }
}

/// A text as one short line.
fn short(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(REASON_CHARS_MAX).collect()
}

/// The text in a field of a protobuf message.
fn message(body: &[u8], field: u32) -> Option<String> {
    let found = Reader::new(body).flatten().find_map(|(at, value)| match value {
        Field::Bytes(bytes) if at == field => Some(bytes),
        _ => None,
    });
    found.map(|bytes| String::from_utf8_lossy(bytes).into())
}

/// `partial_success` of OTLP: how many records were refused, and why.
fn partial(body: &[u8], kind: Kind) -> Option<(u64, String)> {
    if body.first() == Some(&b'{') {
        return partial_json(body, kind);
    }
    let nested = Reader::new(body).flatten().find_map(|(at, value)| match value {
        Field::Bytes(bytes) if at == 1 => Some(bytes),
        _ => None,
    })?;
    let rejected = Reader::new(nested).flatten().find_map(|(at, value)| match value {
        Field::Number(number) if at == 1 => Some(number),
        _ => None,
    });
    let rejected = rejected.filter(|count| *count > 0)?;
    Some((rejected, short(&message(nested, 2).unwrap_or_default())))
}

fn partial_json(body: &[u8], kind: Kind) -> Option<(u64, String)> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let partial = body.get("partialSuccess")?;
    let name = if kind == Kind::Logs { "rejectedLogRecords" } else { "rejectedDataPoints" };
    let rejected = partial.get(name)?;
    let rejected =
        rejected.as_u64().or_else(|| rejected.as_str()?.parse().ok()).filter(|count| *count > 0)?;
    let why = partial.get("errorMessage").and_then(serde_json::Value::as_str);
    Some((rejected, short(why.unwrap_or_default())))
}

#[derive(Deserialize)]
struct Bulk {
    errors: bool,
    #[serde(default)]
    items: Vec<std::collections::BTreeMap<String, Item>>,
}

#[derive(Deserialize)]
struct Item {
    status: u16,
    error: Option<serde_json::Value>,
}

/// A 200 of `_bulk` may hide items that failed.
fn items(body: &[u8]) -> Verdict {
    let bulk: Bulk = match serde_json::from_slice(body) {
        Ok(bulk) => bulk,
        Err(error) => return Verdict::Later(format!("its answer cannot be read: {error}"), None),
    };
    if !bulk.errors {
        return Verdict::Sent(None);
    }
    let (mut again, mut refused, mut why) = (Vec::new(), 0, String::new());
    for (at, item) in bulk.items.iter().enumerate() {
        let Some(item) = item.values().next() else { continue };
        match item.status {
            200..300 => continue,
            429 | 503 => again.push(at),
            _ => refused += 1,
        }
        if why.is_empty() {
            why = reason(item);
        }
    }
    match again.is_empty() {
        true if refused == 0 => Verdict::Sent(None),
        true => Verdict::Sent(Some((refused, why))),
        false => Verdict::Partly { again, refused, why },
    }
}

fn reason(item: &Item) -> String {
    let text = |name: &str| item.error.as_ref()?.get(name)?.as_str();
    let words = [text("type"), text("reason")];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    short(&format!("{} {}", item.status, words.join(": ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(form: &ExportForm, status: u16, body: &str, expected: Verdict) {
        let answer = Answer { status, retry_after: Some("7"), body: body.as_bytes() };
        assert_eq!(judge(form, Kind::Logs, &answer), expected, "{form:?} {status} {body}");
    }

    fn later(text: &str) -> Verdict {
        Verdict::Later(text.into(), Some(Duration::from_secs(7)))
    }

    #[test]
    fn statuses_are_read_as_each_protocol_says() {
        use ExportForm::{Loki, Otlp, Prometheus};
        let refused = |text: &str| Verdict::Refused(text.into());
        check(&Loki, 204, "", Verdict::Sent(None));
        check(
            &Loki,
            400,
            "entry\n too far behind\n",
            refused("it answered 400: entry too far behind"),
        );
        check(&Loki, 429, "", later("it answered 429"));
        check(&Loki, 500, "x", later("it answered 500: x"));
        check(&Loki, 401, "", later("it answered 401"));
        check(&Prometheus, 500, "", later("it answered 500"));
        check(&Prometheus, 429, "", later("it answered 429"));
        check(&Prometheus, 404, "", refused("it answered 404"));
        check(&Otlp, 503, "\u{8}\u{e}\u{12}\u{4}full", later("it answered 503: full"));
        check(&Otlp, 500, "", refused("it answered 500"));
        check(&Otlp, 200, "", Verdict::Sent(None));
        check(&Otlp, 200, "\n\u{6}\u{8}\u{3}\u{12}\u{2}no", Verdict::Sent(Some((3, "no".into()))));
        let body = r#"{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"old"}}"#;
        check(&Otlp, 200, body, Verdict::Sent(Some((2, "old".into()))));
    }

    #[test]
    fn a_bulk_that_worked_may_hide_items_that_did_not() {
        let form = ExportForm::Elasticsearch { index: "x".into() };
        let item = |status: u16| match status {
            201 => r#"{"create":{"status":201}}"#.to_owned(),
            _ => {
                format!(r#"{{"create":{{"status":{status},"error":{{"type":"t","reason":"r"}}}}}}"#)
            }
        };
        let body = |all: &[u16]| {
            let all: Vec<String> = all.iter().map(|status| item(*status)).collect();
            format!(r#"{{"errors":true,"items":[{}]}}"#, all.join(","))
        };
        check(&form, 200, r#"{"errors":false,"took":3}"#, Verdict::Sent(None));
        check(&form, 200, &body(&[201, 201]), Verdict::Sent(None));
        check(&form, 200, &body(&[201, 400]), Verdict::Sent(Some((1, "400 t: r".into()))));
        let partly = |again: &[usize], refused| Verdict::Partly {
            again: again.into(),
            refused,
            why: "429 t: r".into(),
        };
        check(&form, 200, &body(&[429, 201, 503, 400]), partly(&[0, 2], 1));
        check(&form, 413, "", Verdict::Refused("it answered 413".into()));
        let answer = Answer { status: 200, retry_after: None, body: b"<html>" };
        assert!(matches!(judge(&form, Kind::Logs, &answer), Verdict::Later(..)));
    }
}
