//! Finding sorted sets and streams, and several values at once.

use super::{Class, Keyspace};
use crate::data::{Stream, Value, Zset};
use crate::resp::Fault;

impl Keyspace {
    /// The sorted set at `key`, to be read.
    pub fn zset(&mut self, key: &[u8]) -> Result<Option<&Zset>, Fault> {
        match self.read(key) {
            None => Ok(None),
            Some(Value::Zset(zset)) => Ok(Some(zset)),
            Some(_) => Err(Fault::WrongType),
        }
    }

    /// The sorted set at `key`, to be changed.
    pub fn zset_mut(&mut self, key: &[u8]) -> Result<Option<&mut Zset>, Fault> {
        match self.write(key) {
            None => Ok(None),
            Some(Value::Zset(zset)) => Ok(Some(zset)),
            Some(_) => Err(Fault::WrongType),
        }
    }

    /// The stream at `key`, to be read.
    pub fn stream(&mut self, key: &[u8]) -> Result<Option<&Stream>, Fault> {
        match self.read(key) {
            None => Ok(None),
            Some(Value::Stream(stream)) => Ok(Some(stream)),
            Some(_) => Err(Fault::WrongType),
        }
    }

    /// The stream at `key`, to be changed.
    pub fn stream_mut(&mut self, key: &[u8]) -> Result<Option<&mut Stream>, Fault> {
        match self.write(key) {
            None => Ok(None),
            Some(Value::Stream(stream)) => Ok(Some(stream)),
            Some(_) => Err(Fault::WrongType),
        }
    }

    /// The value at `key`, which a command looked up before: beside those at other keys.
    pub fn peek(&self, key: &[u8]) -> Option<&Value> {
        self.databases.get(self.selected)?.get(key).map(|entry| &entry.value)
    }

    /// Store the sorted set that a command made at `key` in the place of what is there; an empty one removes it.
    /// Says what changed. How many members it has.
    pub fn store_zset(&mut self, key: &[u8], zset: Zset, event: &'static str) -> usize {
        let len = zset.len();
        if len > 0 {
            self.insert(key, Value::Zset(zset));
            self.changed(key, Class::Zset, event);
        } else if self.remove(key).is_some() {
            self.changed(key, Class::Generic, "del");
        }
        len
    }

    /// Remove a sorted set that has become empty, and say so.
    pub fn settle_zset(&mut self, key: &[u8]) {
        if matches!(self.peek(key), Some(Value::Zset(zset)) if zset.is_empty()) {
            self.remove(key);
            self.changed(key, Class::Generic, "del");
        }
    }
}
