//! From files to blocks of the history.

use crate::series::block::{Body, Sealed, parse};
use crate::series::file::{RecordKind, parse_keys, read};
use crate::series::history::History;
use crate::series::registry::Id;
use std::collections::HashMap;
use std::fs::File;
use std::sync::Arc;

/// What a file holds.
#[derive(Debug)]
pub struct Loaded {
    /// Of which tier.
    pub tier: usize,
    /// Its blocks; one, or those of a journal.
    pub blocks: Vec<Sealed>,
    /// Whether every record was read.
    pub whole: bool,
}

/// The blocks of a file's `bytes`, their series made known to `history`. Seconds stay in memory, the others are
/// read from `file` when they are asked for. None: it is no file of ours.
pub fn load(history: &mut History, bytes: &[u8], file: Option<&Arc<File>>) -> Option<Loaded> {
    let records = read(bytes)?;
    let mut numbers: HashMap<Id, Id> = HashMap::new();
    let mut blocks = Vec::new();
    let mut whole = records.whole;
    for record in &records.records {
        match record.kind {
            RecordKind::Keys => {
                let Some(keys) = parse_keys(record.payload) else {
                    whole = false;
                    continue;
                };
                let known =
                    keys.into_iter().filter_map(|(id, key)| Some((id, history.remember(key)?)));
                numbers.extend(known);
            }
            RecordKind::Samples => {
                let Some(parsed) = parse(record.payload).filter(|parsed| !parsed.times.is_empty())
                else {
                    whole = false;
                    continue;
                };
                let body = match file {
                    Some(file) if records.tier > 0 => Body::File(file.clone(), record.at as u64),
                    _ => Body::Memory(record.payload.into()),
                };
                blocks.push(Sealed::new(parsed, body, |id| numbers.get(&id).copied()));
            }
        }
    }
    Some(Loaded { tier: records.tier, blocks, whole })
}
