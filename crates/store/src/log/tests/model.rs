//! A keyspace in plain words, for the simulation.

use crate::keyspace::Effects;
use crate::log::record::effects;
use crate::log::recover::Restore;
use crate::log::snapshot::{Entries, Entry, KeyHead, Place, Source, Within};
use std::collections::{BTreeMap, BTreeSet};

pub type Map = BTreeMap<Vec<u8>, Vec<u8>>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    Text(Vec<u8>),
    Map(Map),
}

/// Keys and what they hold: what two states are compared by.
pub type State = BTreeMap<Vec<u8>, Held>;

#[derive(Debug, Clone, Default)]
pub struct Model {
    pub state: State,
    /// The last record that changed a key.
    lsns: BTreeMap<Vec<u8>, u64>,
    /// Counts the values that a key had: a walk in the middle of one sees that it is another.
    born: BTreeMap<Vec<u8>, u64>,
    births: u64,
    /// The last record.
    pub lsn: u64,
    /// The value in chunks that is being loaded.
    loading: Option<(Vec<u8>, Map)>,
    /// Chunks that were abandoned, and records in the overlap whose effects were skipped: the worlds are hostile enough.
    pub abandoned: u64,
    pub skipped: u64,
}

/// Values with more fields are written in chunks.
const CHUNK_FIELDS: usize = 2;

impl Model {
    /// Make one effect. Err: it makes no sense in this state.
    pub fn make(&mut self, args: &[&[u8]]) -> Result<(), String> {
        match *args {
            [b"PUT", key, value] => self.put(key, Held::Text(value.to_vec())),
            [b"DEL", key] => {
                self.state.remove(key);
                self.lsns.remove(key);
                self.born.remove(key);
            }
            [b"APPEND", key, more] => match self.held(key, Held::Text(Vec::new())) {
                Held::Text(text) => text.extend_from_slice(more),
                Held::Map(_) => return Err("append to a map".into()),
            },
            [b"KEEP" | b"CUT", key, how] => match self.state.get_mut(key) {
                // What is taken depends on what is there: the places of a list, the ranks of a sorted set.
                Some(Held::Text(text)) => {
                    match args[0] {
                        b"KEEP" => text.truncate(how.len()),
                        _ => text.retain(|byte| *byte != how[0]),
                    }
                    if text.is_empty() {
                        return self.make(&[b"DEL", key]);
                    }
                }
                Some(Held::Map(_)) => return Err("shorten a map".into()),
                None => {}
            },
            [b"HSET", key, field, value] => match self.held(key, Held::Map(Map::new())) {
                Held::Map(map) => drop(map.insert(field.to_vec(), value.to_vec())),
                Held::Text(_) => return Err("a field of a text".into()),
            },
            [b"HDEL", key, field] => match self.state.get_mut(key) {
                Some(Held::Map(map)) => {
                    map.remove(field);
                    if map.is_empty() {
                        return self.make(&[b"DEL", key]);
                    }
                }
                Some(Held::Text(_)) => return Err("a field of a text".into()),
                None => {}
            },
            [b"FLUSH"] => {
                self.state.clear();
                self.lsns.clear();
                self.born.clear();
            }
            _ => return Err(format!("unknown effect {args:?}")),
        }
        Ok(())
    }

    /// The record `lsn` changed `key`.
    pub fn number(&mut self, key: &[u8], lsn: u64) {
        if self.state.contains_key(key) {
            self.lsns.insert(key.to_vec(), lsn);
        }
    }

    fn put(&mut self, key: &[u8], held: Held) {
        self.births += 1;
        self.born.insert(key.to_vec(), self.births);
        self.state.insert(key.to_vec(), held);
    }

    fn held(&mut self, key: &[u8], new: Held) -> &mut Held {
        if !self.state.contains_key(key) {
            self.put(key, new);
        }
        self.state.get_mut(key).unwrap()
    }

    fn head<'a>(&self, key: &'a [u8], lsn: u64) -> KeyHead<'a> {
        KeyHead { db: 0, key, expires_ms: None, lsn }
    }

    /// The next chunk of the value that the walk is in.
    fn chunk(&mut self, place: &mut Place, within: Within, entries: &mut Entries) {
        let Within { key, value, from } = within;
        let Some(Held::Map(map)) = self.state.get(&*key).filter(|_| self.born[&*key] == value)
        else {
            self.abandoned += 1;
            return entries.abandon();
        };
        let next: Vec<_> = map.range(from..).take(CHUNK_FIELDS + 1).collect();
        let fields = next.iter().take(CHUNK_FIELDS);
        let part: Map = fields.map(|(field, value)| ((*field).clone(), (*value).clone())).collect();
        entries.chunk(|out| write_map(out, &part));
        match next.get(CHUNK_FIELDS) {
            Some((field, _)) => place.within = Some(Within { key, value, from: (*field).clone() }),
            None => entries.end(),
        }
    }
}

impl Source for Model {
    fn entries(&mut self, place: &mut Place, _: usize, entries: &mut Entries) -> bool {
        if let Some(within) = place.within.take() {
            self.chunk(place, within, entries);
            return true;
        }
        // Keys are `k0`, `k1` and so on up to `k9`: the cursor is the number of the next one.
        if place.cursor > 9 {
            return false;
        }
        let key = format!("k{}", place.cursor).into_bytes();
        place.cursor += 1;
        match self.state.get(&key) {
            None => {}
            Some(Held::Map(map)) if map.len() > CHUNK_FIELDS => {
                // All that comes after now is made again on what the chunks say.
                entries.begin(&self.head(&key, self.lsn));
                let value = self.born[&key];
                place.within = Some(Within { key: key.into(), value, from: Vec::new() });
            }
            Some(held) => {
                entries.value(&self.head(&key, self.lsns[&key]), |out| write_held(out, held))
            }
        }
        true
    }

    fn lsn(&self) -> u64 {
        self.lsn
    }
}

impl Restore for Model {
    fn entry(&mut self, entry: Entry<'_>) -> Result<(), String> {
        match entry {
            Entry::Value(head, value) => {
                self.put(head.key, read_held(value));
                self.lsns.insert(head.key.to_vec(), head.lsn);
            }
            Entry::Begin(head) => {
                self.loading = Some((head.key.to_vec(), Map::new()));
                self.lsns.insert(head.key.to_vec(), head.lsn);
            }
            Entry::Chunk(part) => {
                let (_, map) = self.loading.as_mut().ok_or("a chunk of nothing")?;
                map.extend(read_map(part));
            }
            Entry::End => {
                let (key, map) = self.loading.take().ok_or("the end of nothing")?;
                self.put(&key, Held::Map(map));
            }
            Entry::Abandon => {
                let (key, _) = self.loading.take().ok_or("nothing to abandon")?;
                self.state.remove(&key);
                self.lsns.remove(&key);
            }
            Entry::Done { .. } => {}
        }
        Ok(())
    }

    fn record(&mut self, lsn: u64, record: &[u8], overlaps: bool) -> Result<(), String> {
        assert_eq!(lsn, self.lsn.max(lsn), "records go up");
        let all: Result<Vec<_>, _> = effects(record).collect();
        let all = all.map_err(|bad| bad.to_string())?;
        let seen = |key: &[u8]| self.lsns.get(key).is_some_and(|seen| *seen >= lsn);
        let skipped: Vec<bool> = all
            .iter()
            .map(|effect| overlaps && effect.args.get(1).is_some_and(|key| seen(key)))
            .collect();
        // Before any effect of the record is made: after that a key may have its number for that reason.
        let later = self.lsns.iter().filter(|(_, seen)| **seen >= lsn);
        let later: BTreeSet<_> = later.map(|(key, _)| key.clone()).collect();
        for (effect, skipped) in all.iter().zip(skipped) {
            if skipped {
                self.skipped += 1;
                continue;
            }
            if effect.args[0] == b"FLUSH" && overlaps {
                let old = self.state.keys().filter(|key| !later.contains(*key)).cloned();
                for key in old.collect::<Vec<_>>() {
                    self.make(&[b"DEL", &key])?;
                }
                continue;
            }
            match self.make(&effect.args) {
                Err(why) if !overlaps => return Err(why),
                _ => {}
            }
            if let Some(key) = effect.args.get(1) {
                self.number(key, lsn);
            }
        }
        self.lsn = lsn;
        Ok(())
    }

    fn progress(&mut self, done: u64, all: u64) {
        assert!(done <= all);
    }
}

fn write_map(out: &mut Vec<u8>, map: &Map) {
    for (field, value) in map {
        for part in [field, value] {
            out.extend_from_slice(&(part.len() as u16).to_le_bytes());
            out.extend_from_slice(part);
        }
    }
}

fn read_map(mut bytes: &[u8]) -> Map {
    let mut map = Map::new();
    let mut part = || {
        let (len, rest) = bytes.split_first_chunk()?;
        let (part, rest) = rest.split_at(usize::from(u16::from_le_bytes(*len)));
        bytes = rest;
        Some(part.to_vec())
    };
    while let Some(field) = part() {
        map.insert(field, part().unwrap());
    }
    map
}

fn write_held(out: &mut Vec<u8>, held: &Held) {
    match held {
        Held::Text(text) => {
            out.push(b'T');
            out.extend_from_slice(text);
        }
        Held::Map(map) => {
            out.push(b'M');
            write_map(out, map);
        }
    }
}

fn read_held(bytes: &[u8]) -> Held {
    match bytes[0] {
        b'T' => Held::Text(bytes[1..].to_vec()),
        _ => Held::Map(read_map(&bytes[1..])),
    }
}

/// Effects that are to be made, written as a record.
pub fn record(list: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let mut effects = Effects::default();
    for args in list {
        let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
        effects.push(0, &args);
    }
    effects.take()
}
