//! Loki's push: streams of lines with labels, in JSON or in protobuf.

use super::line;
use super::take::{Limits, Refusal, Reply, too_many};
use crate::wire::protobuf::{Reader, Value as Field};
use crate::{Level, Record};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Labels that say of which app a line is, the first that is there.
const APP: [&str; 6] = ["app", "service_name", "service", "job", "container", "container_name"];
/// Labels that say how grave it is.
const LEVEL: [&str; 4] = ["level", "severity", "detected_level", "lvl"];

#[derive(Deserialize)]
struct Push {
    streams: Vec<Streamed>,
}

#[derive(Deserialize)]
struct Streamed {
    #[serde(default)]
    stream: BTreeMap<String, String>,
    values: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Plain((String, String)),
    Detailed((String, String, BTreeMap<String, String>)),
}

/// 204, as Loki answers.
fn taken(records: Vec<Record>) -> (Vec<Record>, Reply) {
    let reply = Reply { status: 204, content_type: "text/plain; charset=utf-8", body: Vec::new() };
    (records, reply)
}

pub fn json(body: &[u8], now_ms: u64, limits: &Limits) -> Result<(Vec<Record>, Reply), Refusal> {
    let push: Push =
        serde_json::from_slice(body).map_err(|error| Refusal::Broken(error.to_string()))?;
    let mut records = Vec::new();
    for stream in &push.streams {
        let labels: Vec<(&str, &str)> =
            stream.stream.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for entry in &stream.values {
            let none = BTreeMap::new();
            let (at, text, more) = match entry {
                Entry::Plain((at, text)) => (at, text, &none),
                Entry::Detailed((at, text, more)) => (at, text, more),
            };
            let more = more.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let at_ms = line::nanoseconds(at);
            add(&mut records, &labels, more, at_ms, text, now_ms, limits)?;
        }
    }
    Ok(taken(records))
}

/// One line under the labels of its stream and those of its own.
fn add<'a>(
    records: &mut Vec<Record>,
    labels: &[(&'a str, &'a str)],
    more: impl Iterator<Item = (&'a str, &'a str)>,
    at_ms: Option<u64>,
    text: &str,
    now_ms: u64,
    limits: &Limits,
) -> Result<(), Refusal> {
    if records.len() >= limits.records_max {
        return Err(too_many(limits));
    }
    let mut all: Vec<(&str, &str)> = labels.to_vec();
    all.extend(more);
    let of = |names: &[&str]| {
        let named = |name: &&str| all.iter().find(|(known, _)| known == name);
        names.iter().find_map(named).map(|(_, value)| *value)
    };
    let app = of(&APP).unwrap_or_default();
    let said = of(&LEVEL).and_then(Level::named);
    let level = said.unwrap_or_else(|| level_of(text));
    all.retain(|(name, _)| *name != "app" && !(said.is_some() && LEVEL.contains(name)));
    if said.is_some() && !text.trim_start().starts_with('{') && !all.is_empty() {
        all.push(("level", level.name()));
    }
    let raw = line::with_pairs(text, &all);
    records.push(line::record(app, line::time(at_ms, now_ms), level, raw));
    Ok(())
}

/// The level in a line of JSON.
fn level_of(text: &str) -> Level {
    #[derive(Deserialize)]
    struct Said {
        level: Option<serde_json::Value>,
    }
    let said = text.trim_start().starts_with('{').then(|| serde_json::from_str::<Said>(text).ok());
    let said = said.flatten().and_then(|said| line::level(&said.level?));
    said.unwrap_or(Level::Info)
}

pub fn protobuf(
    body: &[u8],
    now_ms: u64,
    limits: &Limits,
) -> Result<(Vec<Record>, Reply), Refusal> {
    let broken = |error: &dyn std::fmt::Display| Refusal::Broken(error.to_string());
    let mut records = Vec::new();
    for field in Reader::new(body) {
        let (1, Field::Bytes(stream)) = field.map_err(|error| broken(&error))? else { continue };
        let (mut labels, mut entries) = ("", Vec::new());
        for field in Reader::new(stream) {
            match field.map_err(|error| broken(&error))? {
                (1, Field::Bytes(text)) => {
                    labels = std::str::from_utf8(text).map_err(|error| broken(&error))?;
                }
                (2, Field::Bytes(entry)) => entries.push(entry),
                _ => {}
            }
        }
        let labels = read_labels(labels)
            .ok_or_else(|| Refusal::Broken(format!("{labels:?} is no set of labels")))?;
        let labels: Vec<(&str, &str)> =
            labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for entry in entries {
            let Pushed { at_ms, text, more } = read_entry(entry).map_err(|error| broken(&error))?;
            add(&mut records, &labels, more.into_iter(), at_ms, text, now_ms, limits)?;
        }
    }
    Ok(taken(records))
}

struct Pushed<'a> {
    at_ms: Option<u64>,
    text: &'a str,
    more: Vec<(&'a str, &'a str)>,
}

type Any = Box<dyn std::error::Error>;

fn read_entry(entry: &[u8]) -> Result<Pushed<'_>, Any> {
    let mut pushed = Pushed { at_ms: None, text: "", more: Vec::new() };
    for field in Reader::new(entry) {
        match field? {
            (1, Field::Bytes(time)) => pushed.at_ms = read_time(time)?,
            (2, Field::Bytes(text)) => pushed.text = std::str::from_utf8(text)?,
            (3, Field::Bytes(pair)) => {
                let (mut name, mut value) = ("", "");
                for field in Reader::new(pair) {
                    match field? {
                        (1, Field::Bytes(bytes)) => name = std::str::from_utf8(bytes)?,
                        (2, Field::Bytes(bytes)) => value = std::str::from_utf8(bytes)?,
                        _ => {}
                    }
                }
                pushed.more.push((name, value));
            }
            _ => {}
        }
    }
    Ok(pushed)
}

/// `google.protobuf.Timestamp`.
fn read_time(time: &[u8]) -> Result<Option<u64>, Any> {
    let (mut seconds, mut nanoseconds) = (0u64, 0u64);
    for field in Reader::new(time) {
        match field? {
            (1, Field::Number(number)) => seconds = number,
            (2, Field::Number(number)) => nanoseconds = number,
            _ => {}
        }
    }
    Ok(seconds.checked_mul(1_000).and_then(|ms| ms.checked_add(nanoseconds / 1_000_000)))
}

/// `{app="web", level="info"}`.
fn read_labels(text: &str) -> Option<Vec<(String, String)>> {
    let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
    let mut labels = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let quoted = after.trim_start().strip_prefix('"')?;
        let mut escaped = false;
        let end = quoted.find(|c: char| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        })?;
        let value = quoted.get(..end)?;
        let value =
            serde_json::from_str(&format!("\"{value}\"")).unwrap_or_else(|_| value.to_owned());
        labels.push((name.trim().to_owned(), value));
        rest = quoted.get(end + 1..)?.trim_start();
        rest = rest.strip_prefix(',').map_or(rest, str::trim_start);
    }
    Some(labels)
}
