//! Finding hashes and sets, and what becomes of those that are empty.

use super::{Class, Keyspace};
use crate::data::{Hash, Set, Value};
use crate::resp::Fault;

impl Keyspace {
    /// The hash at `key`, to be read.
    pub fn hash(&mut self, key: &[u8]) -> Result<Option<&Hash>, Fault> {
        match self.read(key) {
            None => Ok(None),
            Some(Value::Hash(hash)) => Ok(Some(hash)),
            Some(_) => Err(Fault::WrongType),
        }
    }

    /// The hash at `key`, to be changed.
    pub fn hash_mut(&mut self, key: &[u8]) -> Result<Option<&mut Hash>, Fault> {
        match self.write(key) {
            None => Ok(None),
            Some(Value::Hash(hash)) => Ok(Some(hash)),
            Some(_) => Err(Fault::WrongType),
        }
    }

    /// The set at `key`, to be read.
    pub fn set(&mut self, key: &[u8]) -> Result<Option<&Set>, Fault> {
        match self.read(key) {
            None => Ok(None),
            Some(Value::Set(set)) => Ok(Some(set)),
            Some(_) => Err(Fault::WrongType),
        }
    }

    /// The set at `key`, to be changed.
    pub fn set_mut(&mut self, key: &[u8]) -> Result<Option<&mut Set>, Fault> {
        match self.write(key) {
            None => Ok(None),
            Some(Value::Set(set)) => Ok(Some(set)),
            Some(_) => Err(Fault::WrongType),
        }
    }

    /// Take out the fields of the hash at `key` whose time has come, as an effect of its own.
    pub(super) fn end_fields(&mut self, key: &[u8]) {
        let (now, selected) = (self.now_ms, self.selected);
        let Some(entry) = self.db().get_mut(key) else { return };
        let Value::Hash(hash) = &mut entry.value else { return };
        let mut ended: Vec<Vec<u8>> = Vec::new();
        while let Some(field) =
            hash.first_end().filter(|(end, _)| *end <= now).map(|(_, field)| field.to_vec())
        {
            hash.remove(&field);
            ended.push(field);
        }
        let mut effect: Vec<&[u8]> = vec![b"HDEL", key];
        effect.extend(ended.iter().map(Vec::as_slice));
        self.effects.push(selected, &effect);
        self.changed(key, Class::Hash, "hexpired");
        self.settle_table(key);
    }

    /// Remove a hash or a set that has become empty, and say so.
    pub fn settle_table(&mut self, key: &[u8]) {
        let empty = match self.peek(key) {
            Some(Value::Hash(hash)) => hash.is_empty(),
            Some(Value::Set(set)) => set.is_empty(),
            _ => false,
        };
        if empty {
            self.db().remove(key);
            self.changed(key, Class::Generic, "del");
        }
    }
}
