//! Catalogue: all commands.

use super::{
    Spec, connection, dump, hash, key, list, persistence, pubsub, script, server, set, stream,
    string, transaction, zset,
};
use foldhash::fast::FixedState;
use std::collections::HashMap;

/// Groups of commands, a list for each folder.
pub const TABLE: &[&[&Spec]] = &[
    key::TABLE,
    dump::TABLE,
    string::TABLE,
    list::TABLE,
    persistence::TABLE,
    hash::TABLE,
    set::TABLE,
    zset::TABLE,
    stream::TABLE,
    transaction::TABLE,
    connection::TABLE,
    pubsub::TABLE,
    script::TABLE,
    server::TABLE,
];

/// The commands by name.
#[derive(Debug)]
pub struct Table {
    by_name: HashMap<Box<[u8]>, &'static Spec, FixedState>,
}

/// No command's name is longer.
const NAME_BYTES_MAX: usize = 32;

impl Default for Table {
    fn default() -> Self {
        let all = TABLE.iter().flat_map(|group| group.iter());
        Table { by_name: all.map(|spec| (spec.name.as_bytes().into(), *spec)).collect() }
    }
}

impl Table {
    /// The command of this name, in any case.
    pub fn find(&self, name: &[u8]) -> Option<&'static Spec> {
        let mut upper = [0; NAME_BYTES_MAX];
        let upper = upper.get_mut(..name.len())?;
        upper.copy_from_slice(name);
        upper.make_ascii_uppercase();
        self.by_name.get(&*upper).copied()
    }

    /// All commands, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &'static Spec> {
        self.by_name.values().copied()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// None.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }
}
