//! Finding values of one type, and what becomes of those that are empty.

use super::{Class, Keyspace};
use crate::data::{Hash, List, Set, Stream, Text, Value, Zset};
use crate::resp::Fault;

/// For each type a method that finds a value to be read, and one that finds it to be changed.
macro_rules! typed {
    ($($noun:literal: $kind:ident, $read:ident, $write:ident;)*) => {
        impl Keyspace {
            $(
                #[doc = concat!("The ", $noun, " at `key`, to be read.")]
                pub fn $read(&mut self, key: &[u8]) -> Result<Option<&$kind>, Fault> {
                    match self.read(key) {
                        None => Ok(None),
                        Some(Value::$kind(found)) => Ok(Some(found)),
                        Some(_) => Err(Fault::WrongType),
                    }
                }

                #[doc = concat!("The ", $noun, " at `key`, to be changed.")]
                pub fn $write(&mut self, key: &[u8]) -> Result<Option<&mut $kind>, Fault> {
                    match self.write(key) {
                        None => Ok(None),
                        Some(Value::$kind(found)) => Ok(Some(found)),
                        Some(_) => Err(Fault::WrongType),
                    }
                }
            )*
        }
    };
}

typed! {
    "string": Text, text, text_mut;
    "list": List, list, list_mut;
    "hash": Hash, hash, hash_mut;
    "set": Set, set, set_mut;
    "sorted set": Zset, zset, zset_mut;
    "stream": Stream, stream, stream_mut;
}

impl Keyspace {
    /// Remove a value that has become empty, and say so.
    pub fn settle(&mut self, key: &[u8]) {
        if self.peek(key).is_some_and(Value::is_empty) {
            self.note_replaced(self.selected, key);
            self.db().remove(key);
            self.changed(key, Class::Generic, "del");
        }
    }

    /// Take out the fields of the hash at `key` whose time has come, as an effect of its own.
    pub(super) fn end_fields(&mut self, key: &[u8]) {
        let (now, selected, dirty) = (self.now_ms, self.selected, self.dirty);
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
        self.settle(key);
        self.by_itself += self.dirty - dirty;
    }
}
