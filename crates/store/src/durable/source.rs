//! The keyspace as a snapshot walks over it.

use crate::data::{Hash, Set, Value, Zset};
use crate::keyspace::{DbIndex, Keyspace};
use crate::log::snapshot::{Entries, KeyHead, Place, Source, Within};
use crate::rdb::{self, Form, Plain, write_value};

/// Keys looked at between two looks at the clock.
const KEYS_AT_ONCE: usize = 16;

/// A value of more members is written in parts.
const MEMBERS_WHOLE: usize = 1024;

/// Members of a part.
const MEMBERS_OF_PART: usize = 128;

/// A keyspace, and keys that the walk has passed and not written.
#[derive(Debug)]
pub struct Walked<'a> {
    /// The keyspace.
    pub keys: &'a mut Keyspace,
    /// What is left over between two slices of the walk.
    pub left: &'a mut Left,
}

/// Keys that are to be written before the walk goes on, or at its end.
#[derive(Debug, Default)]
pub struct Left {
    /// Large ones that were just passed.
    large: Vec<(DbIndex, Box<[u8]>)>,
    /// Those whose parts were broken: at the end they are written whole.
    broken: Vec<(DbIndex, Box<[u8]>)>,
}

impl Source for Walked<'_> {
    fn entries(&mut self, place: &mut Place, bytes: usize, entries: &mut Entries) -> bool {
        let start = entries.len();
        while entries.len() - start < bytes {
            if let Some(within) = place.within.take() {
                self.part(place, within, entries);
            } else if let Some((db, key)) = self.left.large.pop() {
                self.begin(place, db, &key, entries);
            } else if (place.db as usize) < self.keys.databases() {
                self.pass(place, entries);
            } else if let Some((db, key)) = self.left.broken.pop() {
                self.whole(db, &key, entries);
            } else {
                return false;
            }
        }
        true
    }

    fn lsn(&self) -> u64 {
        self.keys.next_lsn() - 1
    }
}

impl Walked<'_> {
    /// Write the next keys of the database, and remember the large ones.
    fn pass(&mut self, place: &mut Place, entries: &mut Entries) {
        let (db, large) = (place.db as usize, &mut self.left.large);
        place.cursor = self.keys.database(db).scan(place.cursor, KEYS_AT_ONCE, |key, entry| {
            if is_large(&entry.value) {
                large.push((db, key.into()));
            } else {
                let head = head(db, key, entry.expires_ms(), entry.lsn());
                entries.value(&head, |out| write_value(out, &entry.value, Form::Own));
            }
        });
        if place.cursor == 0 {
            place.db += 1;
        }
    }

    /// Begin a large value. All that comes after now is made again on what its parts say.
    fn begin(&mut self, place: &mut Place, db: DbIndex, key: &[u8], entries: &mut Entries) {
        let lsn = self.lsn();
        let Some(entry) = self.keys.database(db).get(key) else { return };
        if !is_large(&entry.value) {
            return self.whole(db, key, entries);
        }
        entries.begin(&head(db, key, entry.expires_ms(), lsn));
        self.keys.begin_parts(db, key);
        place.within = Some(Within { key: key.into(), value: db as u64, from: vec![0; 8] });
    }

    fn part(&mut self, place: &mut Place, within: Within, entries: &mut Entries) {
        let db = within.value as usize;
        let from = within.from.as_slice().try_into().map_or(0, u64::from_le_bytes);
        let is_broken = self.keys.are_parts_broken();
        let entry = self.keys.database(db).get(&within.key);
        let next = match entry.map(|entry| &entry.value) {
            Some(value) if !is_broken => part(value, from, entries),
            _ => None,
        };
        match next {
            Some(0) => {
                entries.end();
                self.keys.end_parts();
            }
            Some(next) => {
                place.within = Some(Within { from: next.to_le_bytes().to_vec(), ..within });
            }
            None => {
                entries.abandon();
                self.keys.end_parts();
                // If it is gone the log says so.
                self.left.broken.push((db, within.key));
            }
        }
    }

    fn whole(&mut self, db: DbIndex, key: &[u8], entries: &mut Entries) {
        if let Some(entry) = self.keys.database(db).get(key) {
            let head = head(db, key, entry.expires_ms(), entry.lsn());
            entries.value(&head, |out| write_value(out, &entry.value, Form::Own));
        }
    }
}

/// Write some members. Where to go on, 0 at the end; None if there are none, so that what was to be one part is none.
fn part(value: &Value, from: u64, entries: &mut Entries) -> Option<u64> {
    let (next, members) = match value {
        Value::Zset(zset) => zset_part(zset, from),
        Value::Set(set) => set_part(set, from),
        Value::Hash(hash) => hash_part(hash, from),
        Value::Text(_) | Value::List(_) | Value::Stream(_) => return None,
    };
    match members {
        Some(members) => entries.chunk(|out| rdb::plain(out, &members, Form::Own)),
        // What is left behind the parts so far are empty buckets.
        None if from > 0 => {}
        None => return None,
    }
    Some(next)
}

fn zset_part(zset: &Zset, from: u64) -> (u64, Option<Plain<'static>>) {
    let mut members = Vec::new();
    let next =
        zset.scan(from, MEMBERS_OF_PART, |member, score| members.push((member.into(), score)));
    (next, (!members.is_empty()).then_some(Plain::Zset(members)))
}

fn set_part(set: &Set, from: u64) -> (u64, Option<Plain<'static>>) {
    let mut members = Vec::new();
    let next = set.scan(from, MEMBERS_OF_PART, |member| members.push((*member.text()).into()));
    (next, (!members.is_empty()).then_some(Plain::Set(members)))
}

fn hash_part(hash: &Hash, from: u64) -> (u64, Option<Plain<'static>>) {
    let mut pairs = Vec::new();
    let next = hash.scan(from, MEMBERS_OF_PART, |field, value| {
        pairs.push(rdb::ending(hash, (field, value)));
    });
    (next, (!pairs.is_empty()).then_some(Plain::EndingHash(pairs)))
}

/// It is written in parts: of the types whose parts can be.
fn is_large(value: &Value) -> bool {
    match value {
        Value::Zset(zset) => zset.len() > MEMBERS_WHOLE,
        Value::Set(set) => set.len() > MEMBERS_WHOLE,
        Value::Hash(hash) => hash.len() > MEMBERS_WHOLE,
        Value::Text(_) | Value::List(_) | Value::Stream(_) => false,
    }
}

fn head(db: DbIndex, key: &[u8], expires_ms: Option<i64>, lsn: u64) -> KeyHead<'_> {
    let expires_ms = expires_ms.map(|at| u64::try_from(at).unwrap_or(0));
    KeyHead { db: db as u32, key, expires_ms, lsn }
}
