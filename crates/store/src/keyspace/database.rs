//! One database: a table of keys.

use super::record::{Record, Slot};
use crate::data::Value;
use crate::data::dict::{Dict, Keyed, Place};
use base::random::Random;

/// What a key leads to.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The value.
    pub value: Value,
    /// When it ends, in milliseconds since 1970.
    pub expires_ms: Option<i64>,
    /// The record of the log that changed it last.
    pub lsn: u64,
    /// When it was used last, or how often: as [`super::usage`] notes it.
    pub used: u32,
}

/// Keys and their entries.
#[derive(Debug, Default)]
pub struct Database {
    keys: Dict<Slot>,
    expiring: usize,
    /// What keys and values were counted for, in bytes.
    weight: usize,
}

impl Database {
    /// How many keys.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// No key.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// How many keys that expire.
    pub fn expiring(&self) -> usize {
        self.expiring
    }

    /// How many keys [`Database::ending`] finds: those that expire, and hashes with fields that end.
    pub fn marked(&self) -> usize {
        self.keys.marks()
    }

    /// Bytes of the table, without what the keys take.
    pub fn table_memory(&self) -> usize {
        self.keys.memory()
    }

    /// Bytes that all keys and values take, as far as it was told of their changes.
    pub fn weight(&self) -> usize {
        self.weight
    }

    /// `key`, which may be gone, was changed by this record of the log: note that, and count it anew.
    pub(super) fn changed(&mut self, key: &[u8], lsn: u64) {
        let Some(place) = self.keys.find(key) else { return };
        let Some(record) = self.at_mut(place) else { return };
        record.set_lsn(lsn);
        let (more, is_hash) = (record.reweigh(), matches!(record.value, Value::Hash(_)));
        self.weight = self.weight.saturating_add_signed(more);
        if is_hash {
            // Its fields may have got ends, or lost them.
            self.keys.edit(place, |_| ());
        }
    }

    /// Where `key` is, expired or not. Good until a key is added or removed.
    #[inline]
    pub(super) fn find(&self, key: &[u8]) -> Option<Place> {
        self.keys.find(key)
    }

    #[inline]
    pub(super) fn at(&self, place: Place) -> Option<&Record> {
        self.keys.at(place)?.record()
    }

    #[inline]
    pub(super) fn at_mut(&mut self, place: Place) -> Option<&mut Record> {
        self.keys.at_mut(place)?.record_mut()
    }

    /// What belongs to `key`, expired or not.
    #[inline]
    pub fn get(&self, key: &[u8]) -> Option<&Record> {
        self.keys.get(key)?.record()
    }

    /// As [`Database::get`], to be changed. Change the expiry with [`Database::expire`].
    #[inline]
    pub fn get_mut(&mut self, key: &[u8]) -> Option<&mut Record> {
        self.keys.get_mut(key)?.record_mut()
    }

    /// Put `entry` in the place of what `key` had. Whether it had something.
    pub fn insert(&mut self, key: &[u8], entry: Entry) -> bool {
        self.expiring += usize::from(entry.expires_ms.is_some());
        let replace = |slot: &mut Slot, entry: Entry| {
            let Entry { value, expires_ms, lsn, used } = entry;
            let ended = slot.record().is_some_and(Record::ends);
            if let Some(record) = slot.record_mut() {
                (record.value, record.used) = (value, used);
                record.set_lsn(lsn);
            }
            slot.set_end(expires_ms);
            (ended, slot.reweigh())
        };
        let mut weight = 0;
        let replaced = self.keys.upsert(key, entry, replace, |entry| {
            let mut slot = Slot::new(key, entry);
            weight = slot.reweigh();
            slot
        });
        let (ended, more) = replaced.unwrap_or((false, weight));
        self.expiring -= usize::from(ended);
        self.weight = self.weight.saturating_add_signed(more);
        replaced.is_some()
    }

    /// Take `key` out.
    pub fn remove(&mut self, key: &[u8]) -> Option<Entry> {
        let slot = self.keys.remove(key)?;
        self.weight -= slot.record().map_or(0, Record::weight);
        let entry = slot.into_entry()?;
        self.expiring -= usize::from(entry.expires_ms.is_some());
        Some(entry)
    }

    /// Let `key` end at `at_ms`, or never. Whether it exists.
    pub fn expire(&mut self, key: &[u8], at_ms: Option<i64>) -> bool {
        let Some(place) = self.keys.find(key) else { return false };
        let ended = self.keys.edit(place, |slot| {
            let ended = slot.record().is_some_and(Record::ends);
            slot.set_end(at_ms);
            (ended, slot.reweigh())
        });
        let (ended, more) = ended.unwrap_or_default();
        self.expiring += usize::from(at_ms.is_some());
        self.expiring -= usize::from(ended);
        self.weight = self.weight.saturating_add_signed(more);
        true
    }

    /// All keys with what belongs to them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &Record)> {
        self.keys.iter().filter_map(|slot| slot.record().map(|record| (record.key(), record)))
    }

    /// Tell `found` some keys, about `count`, and where to go on: after rounds from 0 until 0 again, each key that was
    /// there all the time was told.
    pub fn scan(
        &self,
        mut cursor: u64,
        count: usize,
        mut found: impl FnMut(&[u8], &Record),
    ) -> u64 {
        let mut told = 0;
        loop {
            cursor = self.keys.scan(cursor, |slot| {
                if let Some(record) = slot.record() {
                    found(record.key(), record);
                    told += 1;
                }
            });
            if cursor == 0 || told >= count {
                return cursor;
            }
        }
    }

    /// Tell `found` the keys that end, or whose fields do, in `buckets` parts of the table from number `from` on. Where to go on: from 0
    /// again after the last.
    pub fn ending(&self, from: usize, buckets: usize, mut found: impl FnMut(&Record)) -> usize {
        self.keys.marked(from, buckets, |slot| slot.record().into_iter().for_each(&mut found))
    }

    /// How many parts [`Database::ending`] counts.
    pub fn buckets(&self) -> usize {
        self.keys.buckets()
    }

    /// Any key.
    pub fn any(&self, chance: &mut Random) -> Option<&[u8]> {
        self.keys.random(chance).map(Keyed::key)
    }

    /// What belongs to any key.
    pub fn any_record(&self, chance: &mut Random) -> Option<&Record> {
        self.keys.random(chance)?.record()
    }

    /// Forget all.
    pub fn clear(&mut self) {
        *self = Database::default();
    }
}
