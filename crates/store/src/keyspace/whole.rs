//! Whole entries and whole databases.

use super::{Class, DbIndex, Entry, Keyspace};
use crate::data::Value;
use crate::rdb::{BadValue, Form, read_value, write_value};

impl Keyspace {
    /// Put an entry, with its expiry, in the place of what `key` had. Then say [`Keyspace::changed`].
    pub fn put(&mut self, key: &[u8], entry: Entry) {
        let entry = Entry { lsn: self.lsn, ..entry };
        self.note_replaced(self.selected, key);
        if !self.db().insert(key, entry) {
            self.notify(Class::New, "new", key);
        }
    }

    /// Keep what a value that was just made has in common with others once.
    pub fn share(&mut self, value: &mut Value) {
        if let Value::Hash(hash) = value {
            hash.share(&mut self.shapes);
        }
    }

    /// Write each value as snapshots have it, and put what is read back in its place. Nothing has changed by that.
    ///
    /// # Errors
    ///
    /// The key whose value could not be read back, and why: it stays as it was.
    pub fn reload(&mut self) -> Result<(), (Box<[u8]>, BadValue)> {
        let mut bytes = Vec::new();
        for db in 0..self.databases.len() {
            let keys: Vec<Box<[u8]>> =
                self.database(db).iter().map(|(key, _)| key.into()).collect();
            for key in keys {
                let Some(record) = self.database(db).get(&key) else { continue };
                let entry = record.to_entry();
                bytes.clear();
                write_value(&mut bytes, &entry.value, Form::Own);
                let mut value =
                    read_value(&bytes, &self.settings).map_err(|why| (key.clone(), why))?;
                self.share(&mut value);
                self.note_replaced(db, &key);
                self.database(db).insert(&key, Entry { value, ..entry });
            }
        }
        Ok(())
    }

    /// Remove all keys of a database.
    pub fn flush(&mut self, db: DbIndex) {
        let Some(database) = self.databases.get_mut(db) else { return };
        self.watches.touch_where(|place, key| place == db && database.get(key).is_some());
        database.clear();
        self.note_whole(false);
        self.whole_changed(db);
    }

    /// Exchange what two databases hold.
    pub fn exchange(&mut self, one: DbIndex, other: DbIndex) {
        if one != other {
            self.end_watched(one, other);
            let databases = &self.databases;
            let has = |db: DbIndex, key: &[u8]| {
                databases.get(db).is_some_and(|database| database.get(key).is_some())
            };
            self.watches.touch_where(|db, key| {
                (db == one || db == other) && (has(one, key) || has(other, key))
            });
            self.swap(one, other);
        }
        self.note_whole(one != other);
        self.whole_changed(one);
        self.whole_changed(other);
    }

    /// Take out what somebody watches in one of two databases and has ended: it is as good as gone.
    fn end_watched(&mut self, one: DbIndex, other: DbIndex) {
        for key in self.watches.keys_of(one, other) {
            for db in [one, other] {
                let record = self.databases.get(db).and_then(|database| database.get(&key));
                if record.is_some_and(|record| record.is_due(self.now_ms)) {
                    self.expire(db, &key);
                }
            }
        }
    }

    /// Those who wait for a key of `db` have to look again.
    fn whole_changed(&mut self, db: DbIndex) {
        self.dirty += 1;
        self.seen_lsn = self.seen_lsn.max(self.lsn);
        self.ready.extend(self.awaited.iter().filter(|(place, _)| *place == db).cloned());
    }
}
