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
    /// Commands and subcommands by number, with their names.
    all: Vec<(String, &'static Spec)>,
    /// Their numbers by where they lie.
    numbers: HashMap<usize, usize, FixedState>,
}

/// No command's name is longer.
const NAME_BYTES_MAX: usize = 32;

impl Default for Table {
    fn default() -> Self {
        let top = TABLE.iter().flat_map(|group| group.iter());
        let by_name: HashMap<_, _, FixedState> =
            top.map(|spec| (spec.name.as_bytes().into(), *spec)).collect();
        let mut all: Vec<(String, &'static Spec)> = Vec::new();
        for &spec in by_name.values() {
            let name = spec.name.to_ascii_lowercase();
            let named =
                |sub: &&'static Spec| (format!("{name}|{}", sub.name.to_ascii_lowercase()), *sub);
            all.extend(spec.sub.iter().map(named));
            all.push((name, spec));
        }
        all.sort_by(|one, other| one.0.cmp(&other.0));
        let numbers = all.iter().enumerate().map(|(number, (_, spec))| (place(spec), number));
        Table { numbers: numbers.collect(), by_name, all }
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

    /// The number of a command or subcommand of this table: the same in each.
    pub fn number(&self, spec: &'static Spec) -> usize {
        self.numbers.get(&place(spec)).copied().unwrap_or(usize::MAX)
    }

    /// The command of this number.
    pub fn spec(&self, number: usize) -> Option<&'static Spec> {
        self.all.get(number).map(|(_, spec)| *spec)
    }

    /// The names of commands and subcommands, in the order of their numbers: `get`, `config|get`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|(name, _)| name.as_str())
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

/// A spec is known by where it lies: each has a place of its own as long as the process runs.
fn place(spec: &'static Spec) -> usize {
    std::ptr::from_ref(spec).addr()
}
