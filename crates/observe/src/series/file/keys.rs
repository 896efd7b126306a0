//! Series with their numbers, as bytes.

use crate::series::key::{Key, Part};
use crate::series::registry::Id;
use crate::series::varint::{Bytes, put, put_text};
use std::sync::Arc;

/// Longer texts are none of ours.
const TEXT_BYTES_MAX: usize = 4_096;
/// More labels neither.
const LABELS_MAX: u64 = 64;
/// Series in a file at most.
const KEYS_MAX: u64 = 1 << 20;

/// As bytes.
pub fn encode_keys(keys: &[(Id, Arc<Key>)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(keys.len() * 80);
    put(&mut bytes, keys.len() as u64);
    for (id, key) in keys {
        put(&mut bytes, u64::from(*id));
        let (part, bound) = match key.part {
            Part::Counter => (0, 0),
            Part::Gauge => (1, 0),
            Part::Sum => (2, 0),
            Part::Bucket(bound) => (3, bound),
        };
        bytes.push(part);
        put(&mut bytes, u64::from(bound));
        put_text(&mut bytes, &key.name);
        put(&mut bytes, key.labels.len() as u64);
        for (name, value) in &key.labels {
            put_text(&mut bytes, name);
            put_text(&mut bytes, value);
        }
    }
    bytes
}

/// Read them; None if they are none.
pub fn parse_keys(bytes: &[u8]) -> Option<Vec<(Id, Key)>> {
    let mut rest = Bytes::new(bytes);
    let count = rest.varint().filter(|count| *count <= KEYS_MAX)?;
    let mut keys = Vec::with_capacity(count.min(4_096) as usize);
    for _ in 0..count {
        let id = Id::try_from(rest.varint()?).ok()?;
        let [part] = *rest.take(1)? else { return None };
        let bound = u32::try_from(rest.varint()?).ok()?;
        let part = match part {
            0 => Part::Counter,
            1 => Part::Gauge,
            2 => Part::Sum,
            3 => Part::Bucket(bound),
            _ => return None,
        };
        let name = rest.text(TEXT_BYTES_MAX)?.into();
        let labels = rest.varint().filter(|count| *count <= LABELS_MAX)?;
        let mut pairs = Vec::with_capacity(labels as usize);
        for _ in 0..labels {
            pairs.push((rest.text(TEXT_BYTES_MAX)?.into(), rest.text(TEXT_BYTES_MAX)?.into()));
        }
        keys.push((id, Key { name, labels: pairs.into(), part }));
    }
    rest.is_empty().then_some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_were_written() {
        let labels = [("app", "größe"), ("class", "")].map(|(a, b)| (a.into(), b.into()));
        let keys = [Part::Counter, Part::Gauge, Part::Sum, Part::Bucket(u32::MAX)]
            .map(|part| Key { name: "a_total".into(), labels: labels.clone().into(), part });
        let numbered: Vec<_> = (300..).zip(keys.clone().map(Arc::new)).collect();
        let bytes = encode_keys(&numbered);
        assert_eq!(parse_keys(&bytes), Some((300..).zip(keys).collect()));
        for cut in 0..bytes.len() {
            assert_eq!(parse_keys(&bytes[..cut]), None, "{cut}");
        }
    }
}
