//! Loki's push in JSON. Few labels, as Loki wants it: the app, the level and those that were configured;
//! what tells single requests apart is structured metadata.

use crate::wire::json;
use crate::{Level, Record};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The body of a push of these records.
pub fn body(records: &[Arc<Record>], labels: &[(String, String)]) -> Vec<u8> {
    let mut streams: BTreeMap<(&str, Level), Vec<&Record>> = BTreeMap::new();
    for record in records {
        streams.entry((&record.app, record.level)).or_default().push(record);
    }
    let mut out = Vec::with_capacity(records.len() * 256);
    out.extend_from_slice(b"{\"streams\":[");
    for (at, ((app, level), records)) in streams.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"stream\":{");
        json::pair(&mut out, "app", app);
        json::pair(&mut out, "level", level.name());
        for (name, value) in labels.iter().filter(|(name, _)| name != "app" && name != "level") {
            json::pair(&mut out, name, value);
        }
        out.extend_from_slice(b"},\"values\":[");
        for (at, record) in records.into_iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            entry(&mut out, record);
        }
        out.extend_from_slice(b"]}");
    }
    out.extend_from_slice(b"]}");
    out
}

fn entry(out: &mut Vec<u8>, record: &Record) {
    out.extend_from_slice(b"[\"");
    out.extend_from_slice(record.at_ms.to_string().as_bytes());
    out.extend_from_slice(b"000000\",");
    json::text(out, if record.raw.is_empty() { &record.text } else { &record.raw });
    out.extend_from_slice(b",{");
    json::pair(out, "stream", super::lines::stream(record.stream));
    if let Some(worker) = record.worker {
        json::pair(out, "worker", &worker.to_string());
    }
    if let Some(trace) = &record.trace_id {
        json::pair(out, "trace_id", trace);
    }
    if let Some(request) = &record.request_id {
        json::pair(out, "request_id", request);
    }
    out.extend_from_slice(b"}]");
}
