//! One JSON object a line, with the names that the admin API has for them.

use crate::Record;
use crate::wire::json;
use base::calendar::Moment;
use model::Stream;
use std::sync::Arc;

/// The name of a stream: `stdout` or `stderr`.
pub fn stream(stream: Stream) -> &'static str {
    match stream {
        Stream::Out => "stdout",
        Stream::Err => "stderr",
    }
}

/// A line for each record, each with its newline.
pub fn body(records: &[Arc<Record>], labels: &[(String, String)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(records.len() * 512);
    for record in records {
        out.push(b'{');
        json::pair(&mut out, "time", &Moment::of(record.at_ms).to_string());
        json::pair(&mut out, "app", &record.app);
        if let Some(worker) = record.worker {
            json::number(&mut out, "worker", worker.into());
        }
        json::pair(&mut out, "stream", stream(record.stream));
        json::pair(&mut out, "level", record.level.name());
        json::pair(&mut out, "text", &record.text);
        if let Some(trace) = &record.trace_id {
            json::pair(&mut out, "trace_id", trace);
        }
        if let Some(request) = &record.request_id {
            json::pair(&mut out, "request_id", request);
        }
        object(&mut out, "fields", &record.fields);
        object(&mut out, "labels", labels);
        out.extend_from_slice(b"}\n");
    }
    out
}

fn object(out: &mut Vec<u8>, name: &str, pairs: &[(String, String)]) {
    if pairs.is_empty() {
        return;
    }
    json::name(out, name);
    out.push(b'{');
    pairs.iter().for_each(|(name, value)| json::pair(out, name, value));
    out.push(b'}');
}
