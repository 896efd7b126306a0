//! OpenTelemetry's `ExportLogsServiceRequest` in protobuf.

use crate::wire::protobuf::Writer;
use crate::{Level, Record};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The body of an export of these records: a resource for each app and worker.
pub fn body(records: &[Arc<Record>], labels: &[(String, String)]) -> Vec<u8> {
    let mut resources: BTreeMap<(&str, Option<u32>), Vec<&Record>> = BTreeMap::new();
    for record in records {
        resources.entry((&record.app, record.worker)).or_default().push(record);
    }
    let mut out = Writer::default();
    for ((app, worker), records) in resources {
        out.message(1, |logs| {
            resource(logs, app, worker, labels);
            logs.message(2, |scope_logs| {
                scope_logs.message(1, |scope| scope.bytes(1, b"ostler"));
                records.iter().for_each(|record| scope_logs.message(2, |out| log(out, record)));
            });
        });
    }
    out.into_bytes()
}

/// `Resource` of an app or one of its workers, as field 1.
pub fn resource(out: &mut Writer, app: &str, worker: Option<u32>, labels: &[(String, String)]) {
    out.message(1, |resource| {
        attribute(resource, 1, "service.name", app);
        if let Some(worker) = worker {
            attribute(resource, 1, "service.instance.id", &format!("{app}.{worker}"));
        }
        for (name, value) in labels {
            attribute(resource, 1, name, value);
        }
    });
}

/// A `KeyValue` with a text.
pub fn attribute(out: &mut Writer, field: u32, name: &str, value: &str) {
    out.message(field, |pair| {
        pair.bytes(1, name.as_bytes());
        pair.message(2, |any| any.bytes(1, value.as_bytes()));
    });
}

fn log(out: &mut Writer, record: &Record) {
    let at_ns = record.at_ms.saturating_mul(1_000_000);
    out.fixed64(1, at_ns);
    out.number(2, severity(record.level));
    out.bytes(3, record.level.name().to_uppercase().as_bytes());
    out.message(5, |any| any.bytes(1, record.text.as_bytes()));
    attribute(out, 6, "log.iostream", super::lines::stream(record.stream));
    if let Some(request) = &record.request_id {
        attribute(out, 6, "request.id", request);
    }
    for (name, value) in &record.fields {
        attribute(out, 6, name, value);
    }
    match record.trace_id.as_deref().map(|trace| (trace, trace_bytes(trace))) {
        Some((_, Some(bytes))) => out.bytes(9, &bytes),
        // An id of another form is no OpenTelemetry id; it may still be searched for.
        Some((trace, None)) => attribute(out, 6, "trace_id", trace),
        None => {}
    }
    out.fixed64(11, at_ns);
}

fn severity(level: Level) -> u64 {
    match level {
        Level::Trace => 1,
        Level::Debug => 5,
        Level::Info => 9,
        Level::Warn => 13,
        Level::Error => 17,
        Level::Fatal => 21,
    }
}

/// The 16 bytes of a trace's id in hexadecimal digits.
fn trace_bytes(text: &str) -> Option<[u8; 16]> {
    let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = digits.then(|| u128::from_str_radix(text, 16).ok())??;
    (number != 0).then(|| number.to_be_bytes())
}
