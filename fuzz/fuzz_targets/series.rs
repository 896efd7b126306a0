//! Files of metrics are read, and questions to them answered, whatever is in them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use observe::series::History;
use observe::series::block::{Body, Sealed, parse};
use observe::series::file::{RecordKind, encode_keys, head, parse_keys, put, read};
use observe::series::query::{Range, answer};
use std::sync::Arc;

fuzz_target!(|bytes: &[u8]| {
    match bytes {
        [b'?', query @ ..] => ask(query),
        // Inputs as they come have the wrong sums: with the right ones more of them is looked at.
        [b'!', rest @ ..] => {
            let at = rest.iter().position(|byte| *byte == b'|').unwrap_or(rest.len());
            let (keys, samples) = rest.split_at(at);
            let mut file = head(usize::from(bytes.len() % 3 == 0)).to_vec();
            put(&mut file, RecordKind::Keys, keys);
            put(&mut file, RecordKind::Samples, samples.get(1..).unwrap_or_default());
            let records = load(&file);
            assert_eq!(records, 2);
        }
        _ => {
            load(bytes);
        }
    }
});

/// Read a file as a start does; how many records it has.
fn load(file: &[u8]) -> usize {
    let Some(records) = read(file) else { return 0 };
    for record in &records.records {
        match record.kind {
            RecordKind::Keys => {
                if let Some(keys) = parse_keys(record.payload) {
                    let keys: Vec<_> = keys.into_iter().map(|(id, key)| (id, Arc::new(key))).collect();
                    assert!(parse_keys(&encode_keys(&keys)).is_some());
                }
            }
            RecordKind::Samples => {
                let Some(parsed) = parse(record.payload) else { continue };
                assert!(parsed.times.is_sorted_by(|a, b| a < b));
                let block = Sealed::new(parsed, Body::Memory(record.payload.into()), Some);
                for id in block.ids().collect::<Vec<_>>() {
                    let _ = block.read(id);
                }
            }
        }
    }
    records.records.len()
}

/// Ask an empty history.
fn ask(query: &[u8]) {
    let Ok(query) = std::str::from_utf8(query) else { return };
    let history = History::new(10, 86_400_000);
    let fetch = |asked: &observe::series::select::Asked<'_>| history.select(asked, 10_000);
    let range = Range { start_ms: 1_000, end_ms: 5_000, step_ms: 1_000 };
    let over = answer(query, range, true, &fetch);
    let once = answer(query, Range::at(1_000), false, &fetch);
    for reply in [over, once] {
        assert!(reply.status == 200 || !reply.body.contains("success"));
    }
}
