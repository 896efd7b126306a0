//! What a snapshot asks of the keyspace while it walks over it.
//!
//! Values of different moments come together in a snapshot, and the log since its beginning makes them one state
//! again, key by key (docs/decisions). So while a walk is under way a record may not say more of one key than of
//! another: what changes several keys is logged as the values that they have then; what became empty is removed by
//! name. And a value that is written in parts may only be changed by what can be made twice.

use super::{DbIndex, Effects, Keyspace};
use crate::rdb::{Form, seal, write_value};

/// A key with its database.
pub type Place = (DbIndex, Box<[u8]>);

/// What is known of the walk that is under way.
#[derive(Debug, Default)]
pub struct Walking {
    /// A walk is under way.
    is_on: bool,
    /// Keys that the running command changed.
    touched: Vec<Place>,
    /// The key whose value is being written in parts.
    parts: Option<Place>,
    /// Since its first part it was changed by what cannot be made twice, or is another value.
    is_broken: bool,
    /// Databases were exchanged: what was walked over so far says nothing.
    is_void: bool,
}

/// Effects that lead to the same value of a field or member whatever it was before.
const TWICE: &[&[u8]] = &[
    b"ZREM",
    b"SADD",
    b"SREM",
    b"HSET",
    b"HMSET",
    b"HDEL",
    b"HPEXPIREAT",
    b"HPERSIST",
    b"PEXPIREAT",
    b"PERSIST",
];

impl Keyspace {
    /// A walk begins or ends.
    pub fn set_walking(&mut self, is_on: bool) {
        self.walking = Walking { is_on, ..Walking::default() };
    }

    /// The value of `key` is written in parts from now on.
    pub fn begin_parts(&mut self, db: DbIndex, key: &[u8]) {
        (self.walking.parts, self.walking.is_broken) = (Some((db, key.into())), false);
    }

    /// Its last part was written.
    pub fn end_parts(&mut self) {
        self.walking.parts = None;
    }

    /// What was written of the value cannot be used.
    pub fn are_parts_broken(&self) -> bool {
        self.walking.is_broken
    }

    /// What was walked over cannot be used.
    pub fn is_walk_void(&self) -> bool {
        self.walking.is_void
    }

    /// The running command changed this key.
    pub(super) fn note_touched(&mut self, db: DbIndex, key: &[u8]) {
        let walking = &mut self.walking;
        if walking.is_on
            && !walking.touched.iter().any(|(place, known)| *place == db && **known == *key)
        {
            walking.touched.push((db, key.into()));
        }
    }

    /// This key's value is gone, or is another one.
    pub(super) fn note_replaced(&mut self, db: DbIndex, key: &[u8]) {
        let walking = &mut self.walking;
        if walking.parts.as_ref().is_some_and(|(place, known)| *place == db && **known == *key) {
            walking.is_broken = true;
        }
    }

    /// Databases were emptied, or `exchanged`.
    pub(super) fn note_whole(&mut self, exchanged: bool) {
        self.walking.is_broken = true;
        self.walking.is_void |= exchanged;
    }

    /// Log the command that just ran and said nothing else, as it is or as the values that it left. `one_key`:
    /// its arguments name one key.
    pub fn log_command(&mut self, args: &[&[u8]], one_key: bool) {
        let selected = self.selected;
        let here =
            |places: &[Place]| places.len() <= 1 && places.iter().all(|(db, _)| *db == selected);
        if !self.walking.is_on || one_key && here(&self.walking.touched) {
            return self.effects.push(selected, args);
        }
        for (db, key) in std::mem::take(&mut self.walking.touched) {
            self.log_value(db, &key);
            self.walking.touched.push((db, key));
        }
    }

    /// What has to be logged beside what the command that just ran logged from byte `from` on.
    pub fn settle_walk(&mut self, from: usize) {
        if !self.walking.is_on || self.walking.touched.is_empty() {
            return;
        }
        let touched = std::mem::take(&mut self.walking.touched);
        if self.walking.parts.as_ref().is_some_and(|parts| touched.contains(parts)) {
            self.walking.is_broken |=
                !self.effects.since(from).all(|effect| may_be_made_twice(&effect.args));
        }
        for (db, key) in touched {
            if self.database(db).get(&key).is_none() {
                self.effects.push(db, &[b"DEL", &key]);
            }
        }
    }

    /// Log what `key` of `db` holds now, whole: that is the same whatever it held before.
    pub fn log_value(&mut self, db: DbIndex, key: &[u8]) {
        let Some(entry) = self.database(db).get(key) else { return };
        let mut payload = Vec::new();
        write_value(&mut payload, &entry.value, Form::Own);
        seal(&mut payload);
        let mut digits = itoa::Buffer::new();
        let at = digits.format(entry.expires_ms().unwrap_or(0));
        self.effects.push(db, &[b"RESTORE", key, at.as_bytes(), &payload, b"REPLACE", b"ABSTTL"]);
    }
}

fn may_be_made_twice(args: &[&[u8]]) -> bool {
    let Some(name) = args.first().map(|name| name.to_ascii_uppercase()) else { return false };
    // Without options, among which is one that adds.
    let plain_add = name == b"ZADD"
        && args.get(2).is_some_and(|score| crate::resp::parse_double(score).is_some());
    plain_add || TWICE.contains(&&*name)
}

impl Effects {
    /// Those behind the first `from` bytes.
    pub(super) fn since(&self, from: usize) -> impl Iterator<Item = super::Effect<'_>> {
        Effects::read(self.bytes().get(from..).unwrap_or_default())
    }
}
