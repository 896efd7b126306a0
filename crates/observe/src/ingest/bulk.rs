//! Elasticsearch's `_bulk`: an action a line, and a document after each that has one.

use super::line;
use super::take::{Limits, Refusal, Reply, Request, too_many};
use crate::wire::json;
use crate::{Level, Record};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What an action says, as far as it matters here.
#[derive(Deserialize)]
struct About {
    #[serde(rename = "_index")]
    index: Option<String>,
}

/// What became of one item.
enum Item {
    Taken,
    Refused { status: u16, kind: &'static str, reason: String },
}

pub fn take(
    request: &Request<'_>,
    body: &[u8],
    limits: &Limits,
) -> Result<(Vec<Record>, Reply), Refusal> {
    let mut lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let (mut records, mut answer) = (Vec::new(), b"{\"took\":0,\"errors\":".to_vec());
    let (mut items, mut errors, mut count) = (Vec::new(), false, 0);
    while let Some(action) = lines.find(|line| !line.is_empty()) {
        count += 1;
        if count > limits.records_max {
            return Err(too_many(limits));
        }
        let (name, about) = read_action(action)?;
        let index = about.index.as_deref().or(request.index).unwrap_or_default();
        let item = match name.as_str() {
            "create" | "index" => match document(lines.next(), index, request.now_ms) {
                Ok(record) => {
                    records.push(record);
                    Item::Taken
                }
                Err(reason) => {
                    Item::Refused { status: 400, kind: "document_parsing_exception", reason }
                }
            },
            _ => {
                // An update has a document, which is not looked at.
                let _ = (name == "update").then(|| lines.next());
                let reason = format!("{name} is not possible: logs are only added");
                Item::Refused { status: 400, kind: "illegal_argument_exception", reason }
            }
        };
        errors |= matches!(item, Item::Refused { .. });
        write(&mut items, &name, index, &item);
    }
    if count == 0 {
        return Err(Refusal::Broken("request body is required".into()));
    }
    answer.extend_from_slice(if errors { b"true" } else { b"false" });
    answer.extend_from_slice(b",\"items\":[");
    answer.extend_from_slice(&items);
    answer.extend_from_slice(b"]}\n");
    Ok((records, Reply { status: 200, content_type: "application/json", body: answer }))
}

/// `{"create":{"_index":"logs"}}`.
fn read_action(line: &[u8]) -> Result<(String, About), Refusal> {
    let broken = |why: String| Refusal::Broken(format!("Malformed action/metadata line: {why}"));
    let action: BTreeMap<String, About> =
        serde_json::from_slice(line).map_err(|error| broken(error.to_string()))?;
    let mut action = action.into_iter();
    let one = action
        .next()
        .filter(|(name, _)| matches!(name.as_str(), "create" | "index" | "update" | "delete"));
    match (one, action.next()) {
        (Some(one), None) => Ok(one),
        _ => Err(broken("expected one of create, index, update, delete".into())),
    }
}

fn document(line: Option<&[u8]>, index: &str, now_ms: u64) -> Result<Record, String> {
    let line = line.filter(|line| !line.is_empty()).ok_or("the document is missing")?;
    let value: Value = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    if !value.is_object() {
        return Err("the document is not an object".into());
    }
    let raw = std::str::from_utf8(line).map_err(|error| error.to_string())?.to_owned();
    let at_ms = ["@timestamp", "timestamp", "time"]
        .iter()
        .find_map(|name| moment(value.get(name)?, now_ms));
    let level = ["log.level", "log/level", "level", "severity"]
        .iter()
        .find_map(|path| line::level(deep(&value, path)?))
        .unwrap_or(Level::Info);
    let names = ["service.name", "service/name", "app", "name"];
    let app = names.iter().find_map(|path| deep(&value, path)?.as_str()).unwrap_or(index);
    Ok(line::record(app, line::time(at_ms, now_ms), level, raw))
}

/// A value by its name, or by the names that lead to it.
fn deep<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('/').try_fold(value, |value, name| value.get(name))
}

/// A time as a text of RFC 3339, or milliseconds since 1970.
fn moment(value: &Value, now_ms: u64) -> Option<u64> {
    match value {
        Value::String(text) => crate::log::moment(text, now_ms),
        Value::Number(number) => number.as_u64(),
        _ => None,
    }
}

fn write(out: &mut Vec<u8>, name: &str, index: &str, item: &Item) {
    out.extend_from_slice(if out.is_empty() { b"{" } else { b",{" });
    json::text(out, name);
    out.extend_from_slice(b":{");
    json::pair(out, "_index", index);
    match item {
        Item::Taken => {
            json::number(out, "status", 201);
            json::pair(out, "result", "created");
        }
        Item::Refused { status, kind, reason } => {
            json::number(out, "status", (*status).into());
            json::name(out, "error");
            out.push(b'{');
            json::pair(out, "type", kind);
            json::pair(out, "reason", reason);
            out.push(b'}');
        }
    }
    out.extend_from_slice(b"}}");
}
