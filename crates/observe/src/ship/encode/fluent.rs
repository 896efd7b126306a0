//! Fluentd's forward protocol, version 1: a `CompressedPackedForward` message for each app.

use crate::Record;
use crate::wire::msgpack;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes of a chunk's name, which come before the message in a queue.
pub const CHUNK_BYTES: usize = 32;

/// The entries of one tag, not compressed, and how many they are.
#[derive(Debug, PartialEq, Eq)]
pub struct Entries {
    /// The tag.
    pub tag: String,
    /// Times and records, one after the other.
    pub bytes: Vec<u8>,
    /// How many.
    pub count: usize,
}

/// The entries of each app, under the tag `tag` and the app's name.
pub fn entries(records: &[Arc<Record>], tag: &str, labels: &[(String, String)]) -> Vec<Entries> {
    let mut apps: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for record in records {
        apps.entry(&record.app).or_default().push(record);
    }
    let of_app = |(app, records): (&str, Vec<&Record>)| {
        let mut bytes = Vec::with_capacity(records.len() * 256);
        records.iter().for_each(|record| entry(&mut bytes, record, labels));
        Entries { tag: format!("{tag}.{app}"), bytes, count: records.len() }
    };
    apps.into_iter().map(of_app).collect()
}

fn entry(out: &mut Vec<u8>, record: &Record, labels: &[(String, String)]) {
    msgpack::array(out, 2);
    msgpack::event_time(out, record.at_ms);
    let worker = record.worker.map(|worker| worker.to_string());
    let known = [
        ("message", Some(record.text.as_str())),
        ("level", Some(record.level.name())),
        ("app", Some(&*record.app)),
        ("worker", worker.as_deref()),
        ("stream", Some(super::lines::stream(record.stream))),
        ("trace_id", record.trace_id.as_deref()),
        ("request_id", record.request_id.as_deref()),
    ];
    let known = || known.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    let has_fields = usize::from(!record.fields.is_empty());
    msgpack::map(out, known().count() + labels.len() + has_fields);
    let labels = labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in known().chain(labels) {
        msgpack::text(out, name);
        msgpack::text(out, value);
    }
    if has_fields > 0 {
        msgpack::text(out, "fields");
        msgpack::map(out, record.fields.len());
        for (name, value) in &record.fields {
            msgpack::text(out, name);
            msgpack::text(out, value);
        }
    }
}

/// The name of the chunk, and the message that carries `packed`, the compressed entries, and asks for an answer
/// with that name. `chance`: a number that no other message has.
pub fn message(tag: &str, packed: &[u8], count: usize, chance: u128) -> Vec<u8> {
    let chunk = format!("{chance:032x}");
    let mut out = Vec::with_capacity(packed.len() + tag.len() + 128);
    out.extend_from_slice(chunk.as_bytes());
    msgpack::array(&mut out, 3);
    msgpack::text(&mut out, tag);
    msgpack::binary(&mut out, packed);
    msgpack::map(&mut out, 3);
    msgpack::text(&mut out, "size");
    msgpack::number(&mut out, count as u64);
    msgpack::text(&mut out, "compressed");
    msgpack::text(&mut out, "gzip");
    msgpack::text(&mut out, "chunk");
    msgpack::text(&mut out, &chunk);
    out
}
