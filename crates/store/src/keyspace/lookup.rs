//! Finding keys: what has expired is not there.

use super::change::{Class, Classes};
use super::{Database, DbIndex, Entry, Keyspace, Record, Room};
use crate::data::dict::Place;
use crate::data::stream::NodeLimits;
use crate::data::{Kind, Value, hash, list, set, zset};
use base::random::Random;
use std::collections::HashSet;

/// Limits and switches that commands look at; `CONFIG SET` changes them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// How much memory data may take.
    pub room: Room,
    /// Which notifications are sent.
    pub notify: Classes,
    /// When a chunk of a list is full.
    pub list: list::Limits,
    /// When a hash is small.
    pub hash: hash::Limits,
    /// When a set is small.
    pub set: set::Limits,
    /// When a sorted set is small.
    pub zset: zset::Limits,
    /// When a node of a stream is full.
    pub stream: NodeLimits,
}

impl Keyspace {
    /// `databases` empty ones.
    pub fn new(databases: usize) -> Self {
        Keyspace {
            databases: (0..databases.max(1)).map(|_| Database::default()).collect(),
            selected: 0,
            settings: Settings::default(),
            effects: super::Effects::default(),
            facts: Default::default(),
            watches: super::Watches::default(),
            awaited: HashSet::new(),
            ready: Vec::new(),
            notices: Vec::new(),
            now_ms: 0,
            lsn: 1,
            seen_lsn: 0,
            dirty: 0,
            by_itself: 0,
            replaying: false,
            walking: Default::default(),
            round: Default::default(),
            shapes: Default::default(),
            search: 0,
            chance: Random::new(1),
            evicted: 0,
            hits: 0,
            misses: 0,
            no_touch: false,
            expired: 0,
        }
    }

    /// A command of a client of `db` begins at `now_ms` (milliseconds since 1970). Inside a transaction or a
    /// script the time stands still.
    pub fn begin(&mut self, db: DbIndex, now_ms: i64) {
        self.selected = db;
        self.now_ms = now_ms;
        self.seen_lsn = 0;
    }

    /// The record that the commands since the last call made, with its number; nothing if they changed nothing.
    pub fn take_record(&mut self) -> Option<(u64, Vec<u8>)> {
        if self.effects.is_empty() {
            return None;
        }
        let lsn = self.lsn;
        self.lsn += 1;
        Some((lsn, self.effects.take()))
    }

    /// The running command looks at all keys of a database: its reply may not leave before all that was done until
    /// now is durable.
    pub fn see_all(&mut self) {
        self.seen_lsn = self.seen_lsn.max(self.lsn.saturating_sub(1));
    }

    /// The highest record that the running command changed or read: its reply may not leave before that is durable.
    pub fn seen_lsn(&self) -> u64 {
        self.seen_lsn
    }

    /// The number that the next record will have.
    pub fn next_lsn(&self) -> u64 {
        self.lsn
    }

    /// Go on numbering records after `lsn`: what recovery read last.
    pub fn resume_after(&mut self, lsn: u64) {
        self.lsn = lsn + 1;
    }

    /// From now on commands come from the log, or no longer.
    pub fn set_replaying(&mut self, replaying: bool) {
        self.replaying = replaying;
    }

    /// Commands come from the log.
    pub fn replaying(&self) -> bool {
        self.replaying
    }

    /// The time of the running command, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// What is noted of the use of a key that is new at `now_ms`.
    pub fn fresh_use(&self, now_ms: i64) -> u32 {
        self.settings.room.eviction.notes().fresh(now_ms)
    }

    /// How many databases.
    pub fn databases(&self) -> usize {
        self.databases.len()
    }

    /// The selected database.
    pub fn db(&mut self) -> &mut Database {
        self.database(self.selected)
    }

    /// Any database; the first for a place that does not exist, which `SELECT` refuses.
    pub fn database(&mut self, db: DbIndex) -> &mut Database {
        let last = self.databases.len() - 1;
        &mut self.databases[db.min(last)]
    }

    /// Exchange two databases.
    pub(super) fn swap(&mut self, one: DbIndex, other: DbIndex) {
        if one < self.databases.len() && other < self.databases.len() {
            self.databases.swap(one, other);
        }
    }

    /// Where `key` is in the selected database, if it has not expired.
    #[inline]
    pub(super) fn find(&mut self, key: &[u8]) -> Option<Place> {
        let database = self.databases.get(self.selected)?;
        let place = database.find(key)?;
        if !self.replaying && database.at(place)?.looks_due(self.now_ms) {
            self.end_what_is_due(key);
            return self.databases.get(self.selected)?.find(key);
        }
        Some(place)
    }

    /// What belongs to `key`, if it has not expired.
    pub fn entry(&mut self, key: &[u8]) -> Option<&mut Record> {
        let place = self.find(key)?;
        self.see(place, true)
    }

    /// What belongs to `key`, if it has not expired, for a command that looks at how values are kept: this is no use
    /// of the key.
    pub fn unused(&mut self, key: &[u8]) -> Option<&Record> {
        let place = self.find(key)?;
        self.see(place, false).map(|record| &*record)
    }

    /// The value of `key` for a command that reads: counted as a hit or a miss.
    pub fn read(&mut self, key: &[u8]) -> Option<&Value> {
        self.counted(key, true).map(|record| &record.value)
    }

    /// What belongs to `key`, for a command that reads, without counting as use of the key.
    pub fn glance(&mut self, key: &[u8]) -> Option<&Record> {
        self.counted(key, false)
    }

    #[inline]
    fn counted(&mut self, key: &[u8], uses: bool) -> Option<&Record> {
        let Some(place) = self.find(key) else {
            self.miss(key);
            return None;
        };
        self.hits += 1;
        self.see(place, uses).map(|record| &*record)
    }

    /// The reply of the running command depends on what is at `place`.
    #[inline]
    fn see(&mut self, place: Place, uses: bool) -> Option<&mut Record> {
        let noted = self.settings.room.eviction.notes();
        let uses = uses && !self.no_touch;
        let record = self.databases.get_mut(self.selected)?.at_mut(place)?;
        self.seen_lsn = self.seen_lsn.max(record.lsn());
        if uses {
            record.used = noted.after_use(record.used, self.now_ms, &mut self.chance);
        }
        Some(record)
    }

    /// The value at `key`, which a command looked up before: beside those at other keys.
    pub fn peek(&self, key: &[u8]) -> Option<&Value> {
        self.databases.get(self.selected)?.get(key).map(|entry| &entry.value)
    }

    /// The type of what `key` of `db` holds, if it has not expired; nothing changes by the question.
    pub fn kind_at(&self, db: DbIndex, key: &[u8]) -> Option<Kind> {
        let record = self.databases.get(db)?.get(key)?;
        (!record.is_due(self.now_ms)).then(|| record.value.kind())
    }

    /// The value of `key` for a command that changes it.
    pub fn write(&mut self, key: &[u8]) -> Option<&mut Value> {
        self.entry(key).map(|entry| &mut entry.value)
    }

    /// Whether `key` is there.
    pub fn exists(&mut self, key: &[u8]) -> bool {
        self.entry(key).is_some()
    }

    /// Put a value without expiry in the place of what `key` had. Then say [`Keyspace::changed`].
    pub fn insert(&mut self, key: &[u8], value: Value) {
        let used = self.fresh_use(self.now_ms);
        let entry = Entry { value, expires_ms: None, lsn: self.lsn, used };
        self.put(key, entry);
    }

    /// Put a value in the place of what `key` had, which keeps its expiry. Then say [`Keyspace::changed`].
    pub fn replace(&mut self, key: &[u8], value: Value) {
        match self.write(key) {
            Some(old) => *old = value,
            None => self.insert(key, value),
        }
    }

    /// Take `key` out. Then say [`Keyspace::changed`].
    pub fn remove(&mut self, key: &[u8]) -> Option<Entry> {
        self.find(key)?;
        self.note_replaced(self.selected, key);
        self.db().remove(key)
    }

    /// Hits and misses of reads, and keys that expired, since the start.
    pub fn counts(&self) -> (u64, u64, u64) {
        (self.hits, self.misses, self.expired)
    }

    /// A read found nothing.
    pub(super) fn miss(&mut self, key: &[u8]) {
        self.misses += 1;
        self.notify(Class::Miss, "keymiss", key);
    }

    /// Take `key` out, or those of its fields whose time has come, as an effect of its own.
    #[cold]
    pub(super) fn end_what_is_due(&mut self, key: &[u8]) {
        let (now, selected) = (self.now_ms, self.selected);
        if !self.db().get(key).is_some_and(|record| record.is_due(now)) {
            return self.end_fields(key);
        }
        self.expire(selected, key);
    }
}
