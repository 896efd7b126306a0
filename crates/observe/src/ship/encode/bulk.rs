//! Elasticsearch's `_bulk`: an action and a document for each record, in the field names of ECS.

use crate::Record;
use crate::wire::json;
use base::calendar::Moment;
use std::sync::Arc;

/// The body of a request that adds these records to the data stream or index `index`. Data streams take
/// only `create`, and an index takes it as well.
pub fn body(records: &[Arc<Record>], index: &str, labels: &[(String, String)]) -> Vec<u8> {
    let mut action = b"{\"create\":{".to_vec();
    json::pair(&mut action, "_index", index);
    action.extend_from_slice(b"}}\n");
    let mut out = Vec::with_capacity(records.len() * 512);
    for record in records {
        out.extend_from_slice(&action);
        document(&mut out, record, labels);
        out.push(b'\n');
    }
    out
}

fn document(out: &mut Vec<u8>, record: &Record, labels: &[(String, String)]) {
    out.push(b'{');
    json::pair(out, "@timestamp", &Moment::of(record.at_ms).to_string());
    json::pair(out, "message", &record.text);
    json::pair(out, "log.level", record.level.name());
    json::pair(out, "service.name", &record.app);
    if let Some(worker) = record.worker {
        json::pair(out, "service.node.name", &worker.to_string());
    }
    if let Some(trace) = &record.trace_id {
        json::pair(out, "trace.id", trace);
    }
    if let Some(request) = &record.request_id {
        json::pair(out, "http.request.id", request);
    }
    json::name(out, "labels");
    out.push(b'{');
    json::pair(out, "stream", super::lines::stream(record.stream));
    let mut seen = vec![String::from("stream")];
    for (name, value) in labels.iter().chain(&record.fields) {
        // ECS: labels are flat, and what is nested is written with an underscore. Two that become one name
        // would make the document invalid: the first of them holds.
        let name = name.replace('.', "_");
        if !name.is_empty() && !seen.contains(&name) {
            json::pair(out, &name, value);
            seen.push(name);
        }
    }
    out.extend_from_slice(b"}}");
}

/// The lines of `body` that stand for the items at these positions, in their order: what is sent again of a
/// request of which the server took a part.
pub fn only(body: &[u8], items: &[usize]) -> Vec<u8> {
    let mut wanted = items.iter().copied().peekable();
    let mut out = Vec::new();
    for (at, line) in body.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if wanted.peek() == Some(&(at / 2)) {
            out.extend_from_slice(line);
            if at % 2 == 1 {
                wanted.next();
            }
        }
    }
    out
}
