//! Finding strings and lists, and putting values in the place of others.

use super::{Class, DbIndex, Keyspace, Record};
use crate::data::{Kind, List, Text, Value};
use crate::resp::Fault;

impl Keyspace {
    /// The string at `key`, to be read.
    pub fn text(&mut self, key: &[u8]) -> Result<Option<&Text>, Fault> {
        match self.read(key) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Fault::WrongType),
        }
    }

    /// The string at `key`, to be changed.
    pub fn text_mut(&mut self, key: &[u8]) -> Result<Option<&mut Text>, Fault> {
        match self.write(key) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Fault::WrongType),
        }
    }

    /// The list at `key`, to be read.
    pub fn list(&mut self, key: &[u8]) -> Result<Option<&List>, Fault> {
        match self.read(key) {
            None => Ok(None),
            Some(Value::List(list)) => Ok(Some(list)),
            Some(_) => Err(Fault::WrongType),
        }
    }

    /// The list at `key`, to be changed.
    pub fn list_mut(&mut self, key: &[u8]) -> Result<Option<&mut List>, Fault> {
        match self.write(key) {
            None => Ok(None),
            Some(Value::List(list)) => Ok(Some(list)),
            Some(_) => Err(Fault::WrongType),
        }
    }

    /// Remove a list that has become empty, and say so.
    pub fn settle_list(&mut self, key: &[u8]) {
        if matches!(self.peek(key), Some(Value::List(list)) if list.is_empty()) {
            self.remove(key);
            self.changed(key, Class::Generic, "del");
        }
    }

    /// Put a value in the place of what `key` had, which keeps its expiry. Then say [`Keyspace::changed`].
    pub fn replace(&mut self, key: &[u8], value: Value) {
        match self.write(key) {
            Some(old) => *old = value,
            None => self.insert(key, value),
        }
    }

    /// The type of what `key` of `db` holds, if it has not expired; nothing changes by the question.
    pub fn kind_at(&self, db: DbIndex, key: &[u8]) -> Option<Kind> {
        let record = self.databases.get(db)?.get(key)?;
        (!record.is_due(self.now_ms)).then(|| record.value.kind())
    }

    /// What belongs to `key`, for a command that reads, without counting as use of the key.
    pub fn glance(&mut self, key: &[u8]) -> Option<&Record> {
        let Some(place) = self.find(key) else {
            self.miss(key);
            return None;
        };
        self.hits += 1;
        let record = self.databases.get(self.selected)?.at(place)?;
        self.seen_lsn = self.seen_lsn.max(record.lsn);
        Some(record)
    }

    /// What belongs to `key`, if it has not expired, for a command that looks at how values are kept.
    pub fn unused(&mut self, key: &[u8]) -> Option<&Record> {
        let place = self.find(key)?;
        let record = self.databases.get(self.selected)?.at(place)?;
        self.seen_lsn = self.seen_lsn.max(record.lsn);
        Some(record)
    }

    /// The running command looks at all keys of a database: its reply may not leave before all that was done until
    /// now is durable.
    pub fn see_all(&mut self) {
        self.seen_lsn = self.seen_lsn.max(self.lsn.saturating_sub(1));
    }
}
