//! OTLP's logs in JSON: ids in hexadecimal digits of any case, enums as numbers, 64-bit numbers as texts or numbers,
//! and unknown names left out.

use super::otlp::{Attribute, Log, record, taken};
use super::take::{Limits, Refusal, Reply, too_many};
use crate::Record;
use crate::wire::json;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Export {
    #[serde(default)]
    resource_logs: Vec<ResourceLogs>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceLogs {
    #[serde(default)]
    resource: Resource,
    #[serde(default)]
    scope_logs: Vec<ScopeLogs>,
}

#[derive(Deserialize, Default)]
struct Resource {
    #[serde(default)]
    attributes: Vec<KeyValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScopeLogs {
    #[serde(default)]
    log_records: Vec<LogRecord>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct LogRecord {
    time_unix_nano: Value,
    observed_time_unix_nano: Value,
    severity_number: Value,
    severity_text: String,
    body: Value,
    attributes: Vec<KeyValue>,
    trace_id: String,
    span_id: String,
}

#[derive(Deserialize)]
struct KeyValue {
    #[serde(default)]
    key: String,
    #[serde(default)]
    value: Value,
}

pub fn take(body: &[u8], now_ms: u64, limits: &Limits) -> Result<(Vec<Record>, Reply), Refusal> {
    let export: Export =
        serde_json::from_slice(body).map_err(|error| Refusal::Broken(error.to_string()))?;
    let mut records = Vec::new();
    for logs in export.resource_logs {
        let resource: Vec<Attribute> = logs.resource.attributes.iter().map(attribute).collect();
        for log in logs.scope_logs.into_iter().flat_map(|scope| scope.log_records) {
            if records.len() >= limits.records_max {
                return Err(too_many(limits));
            }
            records.push(record(&resource, read(log)?, now_ms));
        }
    }
    Ok(taken(records, "application/json"))
}

fn read(log: LogRecord) -> Result<Log, Refusal> {
    let id = |id: String, digits: usize| {
        let good = id.len() == digits && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        match good || id.is_empty() {
            true => Ok(id.to_ascii_lowercase()),
            false => {
                Err(Refusal::Broken(format!("{id:?} is no id of {digits} hexadecimal digits")))
            }
        }
    };
    let body = match &log.body {
        Value::Null => None,
        body => Some(any(body)),
    };
    Ok(Log {
        at_ns: number(&log.time_unix_nano),
        observed_ns: number(&log.observed_time_unix_nano),
        severity: number(&log.severity_number),
        severity_text: log.severity_text,
        body,
        attributes: log.attributes.iter().map(attribute).collect(),
        trace_id: id(log.trace_id, 32)?,
        span_id: id(log.span_id, 16)?,
    })
}

/// A whole number, or one in quotes; 0: none.
fn number(value: &Value) -> u64 {
    let text = value.as_str().and_then(|text| text.parse().ok());
    value.as_u64().or(text).unwrap_or(0)
}

fn attribute(pair: &KeyValue) -> Attribute {
    (pair.key.clone(), any(&pair.value))
}

/// An `AnyValue` as plain JSON. serde_json has limited how deep it is.
fn any(value: &Value) -> String {
    let mut out = Vec::new();
    write(value, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn write(value: &Value, out: &mut Vec<u8>) {
    let get = |name: &str| value.get(name).filter(|value| !value.is_null());
    if let Some(plain) =
        get("stringValue").or_else(|| get("boolValue")).or_else(|| get("bytesValue"))
    {
        return out.extend_from_slice(plain.to_string().as_bytes());
    }
    if let Some(number) = get("intValue").or_else(|| get("doubleValue")) {
        // In quotes it is a number all the same, unless it is NaN or the like.
        let text = number.as_str().map_or_else(|| number.to_string(), str::to_owned);
        return match serde_json::from_str::<serde_json::Number>(&text) {
            Ok(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Err(_) => json::text(out, &text),
        };
    }
    let values = |name: &str| get(name).and_then(|inner| inner.get("values")?.as_array());
    if let Some(items) = values("arrayValue") {
        out.push(b'[');
        for (at, item) in items.iter().enumerate() {
            out.extend_from_slice(if at > 0 { b"," } else { b"" });
            write(item, out);
        }
        out.push(b']');
    } else if let Some(pairs) = values("kvlistValue") {
        out.push(b'{');
        for pair in pairs {
            json::name(out, pair.get("key").and_then(Value::as_str).unwrap_or_default());
            write(pair.get("value").unwrap_or(&Value::Null), out);
        }
        out.push(b'}');
    } else {
        out.extend_from_slice(b"null");
    }
}
