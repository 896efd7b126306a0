//! Whatever another program sends as logs is refused in its own terms, or taken as records whose lines are whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use observe::ingest::{Form, Limits, Request, take};

const NOW: u64 = 1_700_000_000_000;

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, body)) = bytes.split_first() else { return };
    let (form, content_type) = match first % 5 {
        0 => (Form::Bulk, "application/x-ndjson"),
        1 => (Form::Loki, "application/json"),
        2 => (Form::Loki, "application/x-protobuf"),
        3 => (Form::Otlp, "application/json"),
        _ => (Form::Otlp, "application/x-protobuf"),
    };
    let encoding = if first & 0x80 == 0 { "" } else { "gzip" };
    let request = Request { form, index: Some("logs"), content_type, encoding, body, now_ms: NOW };
    let limits = Limits { body_bytes_max: 1 << 16, records_max: 100 };
    let (records, reply) = take(&request, &limits);
    assert!(records.len() <= limits.records_max);
    assert!(matches!(reply.status, 200 | 204 | 400 | 413 | 415));
    assert!(records.is_empty() || reply.status < 300);
    for record in &records {
        assert!(!record.app.is_empty() && record.app.len() <= 64);
        assert!(record.at_ms > 0 && record.at_ms <= NOW + 600_000);
        // Whatever was wrapped around it, an object is one for every parser.
        if form == Form::Otlp {
            serde_json::from_str::<serde_json::Value>(&record.raw).unwrap();
        }
    }
    if form == Form::Bulk {
        let reply: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        let created = |items: &Vec<serde_json::Value>| {
            items.iter().filter(|item| item.to_string().contains("\"status\":201")).count()
        };
        let created = reply["items"].as_array().map_or(0, created);
        assert!(created >= records.len());
    }
});
