//! OTLP's logs in protobuf.

use super::line;
use super::take::{Limits, Refusal, Reply, too_many};
use crate::wire::json;
use crate::wire::protobuf::{Broken, Reader, Value as Field};
use crate::{Level, Record};
use std::fmt::Write;

/// Values within values are read as deep as this.
const DEPTH_MAX: u32 = 8;

/// An attribute: its name, and its value as JSON.
pub type Attribute = (String, String);

/// What is said of one log, whichever way it was written down.
#[derive(Debug, Default)]
pub struct Log {
    pub at_ns: u64,
    pub observed_ns: u64,
    pub severity: u64,
    pub severity_text: String,
    /// As JSON.
    pub body: Option<String>,
    pub attributes: Vec<Attribute>,
    /// In hexadecimal digits; empty: none.
    pub trace_id: String,
    pub span_id: String,
}

/// 200 with nothing to say, in the coding that was sent.
pub fn taken(records: Vec<Record>, content_type: &'static str) -> (Vec<Record>, Reply) {
    let body = if content_type == "application/json" { b"{}".to_vec() } else { Vec::new() };
    (records, Reply { status: 200, content_type, body })
}

pub fn take(body: &[u8], now_ms: u64, limits: &Limits) -> Result<(Vec<Record>, Reply), Refusal> {
    let mut records = Vec::new();
    let broken = |error: Broken| Refusal::Broken(error.to_string());
    for resource_logs in nested(body, 1) {
        let resource_logs = resource_logs.map_err(broken)?;
        let mut resource = Vec::new();
        for message in nested(resource_logs, 1) {
            attributes(message.map_err(broken)?, 1, &mut resource).map_err(broken)?;
        }
        for scope_logs in nested(resource_logs, 2) {
            for log in nested(scope_logs.map_err(broken)?, 2) {
                if records.len() >= limits.records_max {
                    return Err(too_many(limits));
                }
                let log = read(log.map_err(broken)?).map_err(broken)?;
                records.push(record(&resource, log, now_ms));
            }
        }
    }
    Ok(taken(records, "application/x-protobuf"))
}

/// The nested messages in a field.
fn nested(message: &[u8], field: u32) -> impl Iterator<Item = Result<&[u8], Broken>> {
    Reader::new(message).filter_map(move |read| match read {
        Ok((at, Field::Bytes(bytes))) if at == field => Some(Ok(bytes)),
        Ok(_) => None,
        Err(broken) => Some(Err(broken)),
    })
}

fn read(bytes: &[u8]) -> Result<Log, Broken> {
    let mut log = Log::default();
    for field in Reader::new(bytes) {
        match field? {
            (1, Field::Fixed64(at)) => log.at_ns = at,
            (11, Field::Fixed64(at)) => log.observed_ns = at,
            (2, Field::Number(number)) => log.severity = number,
            (3, Field::Bytes(text)) => log.severity_text = String::from_utf8_lossy(text).into(),
            (5, Field::Bytes(value)) => {
                let mut out = Vec::new();
                any(value, &mut out, DEPTH_MAX)?;
                log.body = String::from_utf8(out).ok();
            }
            (9, Field::Bytes(id)) => log.trace_id = hex(id),
            (10, Field::Bytes(id)) => log.span_id = hex(id),
            _ => {}
        }
    }
    attributes(bytes, 6, &mut log.attributes)?;
    Ok(log)
}

/// The `KeyValue`s in a field.
fn attributes(message: &[u8], field: u32, out: &mut Vec<Attribute>) -> Result<(), Broken> {
    for pair in nested(message, field) {
        let (mut name, mut value) = (String::new(), b"null".to_vec());
        for field in Reader::new(pair?) {
            match field? {
                (1, Field::Bytes(text)) => name = String::from_utf8_lossy(text).into(),
                (2, Field::Bytes(any_value)) => {
                    value.clear();
                    any(any_value, &mut value, DEPTH_MAX)?;
                }
                _ => {}
            }
        }
        out.push((name, String::from_utf8(value).unwrap_or_default()));
    }
    Ok(())
}

/// An `AnyValue` as JSON.
fn any(bytes: &[u8], out: &mut Vec<u8>, depth: u32) -> Result<(), Broken> {
    let Some(field) = Reader::new(bytes).next() else {
        out.extend_from_slice(b"null");
        return Ok(());
    };
    match field? {
        (1, Field::Bytes(text)) => json::text(out, &String::from_utf8_lossy(text)),
        (2, Field::Number(flag)) => {
            out.extend_from_slice(if flag == 0 { b"false" } else { b"true" })
        }
        (3, Field::Number(number)) => {
            out.extend_from_slice(number.cast_signed().to_string().as_bytes())
        }
        (4, Field::Fixed64(bits)) => {
            let number = serde_json::Number::from_f64(f64::from_bits(bits));
            out.extend_from_slice(
                number.map_or("null".into(), |number| number.to_string()).as_bytes(),
            );
        }
        (5 | 6, Field::Bytes(_)) if depth == 0 => out.extend_from_slice(b"\"...\""),
        (5, Field::Bytes(array)) => {
            out.push(b'[');
            for (at, value) in nested(array, 1).enumerate() {
                out.extend_from_slice(if at > 0 { b"," } else { b"" });
                any(value?, out, depth - 1)?;
            }
            out.push(b']');
        }
        (6, Field::Bytes(pairs)) => {
            out.push(b'{');
            for pair in nested(pairs, 1) {
                let (mut name, mut value) = (&b""[..], &b""[..]);
                for field in Reader::new(pair?) {
                    match field? {
                        (1, Field::Bytes(bytes)) => name = bytes,
                        (2, Field::Bytes(bytes)) => value = bytes,
                        _ => {}
                    }
                }
                json::name(out, &String::from_utf8_lossy(name));
                any(value, out, depth - 1)?;
            }
            out.push(b'}');
        }
        (7, Field::Bytes(bytes)) => json::text(out, &hex(bytes)),
        _ => out.extend_from_slice(b"null"),
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The record of a log: a line of JSON with all that is said of it.
pub fn record(resource: &[Attribute], log: Log, now_ms: u64) -> Record {
    let text = |name: &str| {
        let found = resource.iter().find(|(known, _)| known == name);
        found.and_then(|(_, value)| serde_json::from_str::<String>(value).ok())
    };
    let app = text("service.name").unwrap_or_default();
    let level = level(&log);
    let at_ns = if log.at_ns > 0 { log.at_ns } else { log.observed_ns };
    let mut out = b"{".to_vec();
    json::pair(&mut out, "level", level.name());
    if let Some(body) = &log.body {
        json::name(&mut out, "msg");
        out.extend_from_slice(body.as_bytes());
    }
    for (name, id) in [("trace_id", &log.trace_id), ("span_id", &log.span_id)] {
        if !id.is_empty() {
            json::pair(&mut out, name, id);
        }
    }
    let taken = ["level", "msg", "trace_id", "span_id", "service.name"];
    for (name, value) in log.attributes.iter().chain(resource) {
        if !taken.contains(&name.as_str()) && !name.is_empty() {
            json::name(&mut out, name);
            out.extend_from_slice(value.as_bytes());
        }
    }
    out.push(b'}');
    let raw = String::from_utf8(out).unwrap_or_default();
    line::record(&app, line::time(Some(at_ns / 1_000_000), now_ms), level, raw)
}

/// By the number, else by the word.
fn level(log: &Log) -> Level {
    match log.severity {
        1..=4 => Level::Trace,
        5..=8 => Level::Debug,
        9..=12 => Level::Info,
        13..=16 => Level::Warn,
        17..=20 => Level::Error,
        21..=24 => Level::Fatal,
        _ => Level::named(&log.severity_text).unwrap_or(Level::Info),
    }
}
