//! The keyspace as it comes back: first the snapshot, then the log.

use crate::command::Flags;
use crate::data::Value;
use crate::engine::{Engine, Invocation, Now, Session};
use crate::keyspace::{DbIndex, Entry as KeyEntry, Place, Record};
use crate::log::record::{Effect, effects};
use crate::log::recover::Restore;
use crate::log::snapshot::{Entry, KeyHead};
use crate::rdb::{Plain, read, read_value};
use crate::resp::{Reply, Version};
use std::collections::HashSet;

/// Told now and then how far it is: bytes of a file, and of how many.
pub type Tell<'a> = &'a mut dyn FnMut(u64, u64);

/// Fills an engine.
pub struct Replay<'a> {
    engine: &'a mut Engine,
    session: Session,
    now: Now,
    /// The key whose value comes in parts, and the parts so far.
    parts: Option<(DbIndex, Box<[u8]>, KeyEntry, bool)>,
    tell: Tell<'a>,
}

impl std::fmt::Debug for Replay<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replay").field("now", &self.now).finish_non_exhaustive()
    }
}

impl<'a> Replay<'a> {
    /// For an empty `engine`.
    pub fn new(engine: &'a mut Engine, now: Now, tell: Tell<'a>) -> Self {
        engine.keys.set_replaying(true);
        Replay { engine, session: Session::new(0, true), now, parts: None, tell }
    }

    /// All was read.
    pub fn end(self, lsn: u64) {
        self.engine.keys.set_replaying(false);
        self.engine.keys.resume_after(lsn);
    }

    fn entry_of(&self, head: &KeyHead<'_>, value: Value) -> KeyEntry {
        let expires_ms = head.expires_ms.map(|at| i64::try_from(at).unwrap_or(i64::MAX));
        KeyEntry {
            value,
            expires_ms,
            lsn: head.lsn,
            used: self.engine.keys.fresh_use(self.now.wall_ms),
        }
    }

    fn place(&self, head: &KeyHead<'_>) -> Result<DbIndex, String> {
        let (db, count) = (head.db as usize, self.engine.keys.databases());
        (db < count).then_some(db).ok_or_else(|| {
            format!("a key of database {db}, but `store.databases` is {count}: raise it again")
        })
    }

    fn part(&mut self, bytes: &[u8]) -> Result<(), String> {
        let settings = self.engine.keys.settings;
        let (_, _, entry, is_begun) = self.parts.as_mut().ok_or("a part of no value")?;
        if !*is_begun {
            entry.value = read_value(bytes, &settings).map_err(|bad| bad.to_string())?;
            *is_begun = true;
            return Ok(());
        }
        match (&mut entry.value, read(bytes).map_err(|bad| bad.to_string())?) {
            (Value::Zset(zset), Plain::Zset(members)) => {
                for (member, score) in members {
                    zset.insert(&member, score, &settings.zset);
                }
                Ok(())
            }
            (Value::Set(set), Plain::Set(members)) => {
                members.iter().for_each(|member| _ = set.insert(member, &settings.set));
                Ok(())
            }
            (Value::Hash(hash), Plain::EndingHash(fields)) => {
                for (field, value, end) in &fields {
                    hash.insert(field, value, &settings.hash);
                    end.map(|end| hash.set_end(field, Some(end)));
                }
                Ok(())
            }
            _ => Err("a part of another type than the value".into()),
        }
    }

    /// Keys of the record's effects that have its number or a later one already. Nothing is made of them again.
    fn later(&mut self, lsn: u64, all: &[Effect<'_>]) -> HashSet<Place> {
        let mut later = HashSet::new();
        for effect in all {
            let mut note = |db: DbIndex, key: &[u8], entry: &Record| {
                if entry.lsn() >= lsn {
                    later.insert((db, key.into()));
                }
            };
            if is_flush(effect) {
                for db in 0..self.engine.keys.databases() {
                    for (key, entry) in self.engine.keys.database(db).iter() {
                        note(db, key, entry);
                    }
                }
            } else if let Some(key) = effect.args.get(1)
                && let Some(entry) = self.engine.keys.database(effect.db).get(key)
            {
                note(effect.db, key, entry);
            }
        }
        later
    }

    fn make_overlapping(&mut self, lsn: u64, all: &[Effect<'_>]) {
        let later = self.later(lsn, all);
        for effect in all {
            let db = effect.db;
            if is_flush(effect) {
                let one = effect.args[0].eq_ignore_ascii_case(b"FLUSHDB").then_some(db);
                self.flush_all_but(&later, one);
            } else if !effect.args.get(1).is_some_and(|key| later.contains(&(db, (*key).into()))) {
                // It may make no sense on what is there now; then a later one removes the key.
                let _ = self.make(effect);
            }
        }
    }

    fn flush_all_but(&mut self, later: &HashSet<Place>, one: Option<DbIndex>) {
        for db in 0..self.engine.keys.databases() {
            if one.is_some_and(|one| one != db) {
                continue;
            }
            let database = self.engine.keys.database(db);
            let old = database.iter().map(|(key, _)| (db, key.into()));
            let old: Vec<Place> = old.filter(|place| !later.contains(place)).collect();
            old.iter().for_each(|(_, key)| drop(self.engine.keys.database(db).remove(key)));
        }
    }

    fn make(&mut self, effect: &Effect<'_>) -> Result<(), String> {
        let shown = || String::from_utf8_lossy(effect.args[0]).into_owned();
        let spec = self.engine.find(effect.args[0], &effect.args);
        let spec = spec.map_err(|fault| format!("{}: {}", shown(), fault.text()))?;
        if !spec.flags.has(Flags::WRITE) {
            return Err(format!("{} changes nothing", shown()));
        }
        let db = effect.db;
        if db >= self.engine.keys.databases() {
            return Err(format!(
                "{} in database {db}, which there is not: raise `store.databases`",
                shown()
            ));
        }
        self.session.db = db;
        self.engine.keys.begin(db, self.now.wall_ms);
        let mut reply = Reply::new(Version::Resp2);
        let (args, session, now) = (&effect.args[..], &mut self.session, self.now);
        self.engine.nested(spec, &mut Invocation { args, session, reply: &mut reply, now });
        match reply.bytes().first() {
            Some(b'-') => {
                Err(format!("{}: {}", shown(), String::from_utf8_lossy(reply.bytes()).trim()))
            }
            _ => Ok(()),
        }
    }
}

fn is_flush(effect: &Effect<'_>) -> bool {
    effect.args[0].eq_ignore_ascii_case(b"FLUSHDB")
        || effect.args[0].eq_ignore_ascii_case(b"FLUSHALL")
}

impl Restore for Replay<'_> {
    fn entry(&mut self, entry: Entry<'_>) -> Result<(), String> {
        match entry {
            Entry::Value(head, value) => {
                let keys = &mut self.engine.keys;
                let value = read_value(value, &keys.settings).map(|mut value| {
                    keys.share(&mut value);
                    value
                });
                let value = value.map_err(|bad| bad.to_string())?;
                let (db, entry) = (self.place(&head)?, self.entry_of(&head, value));
                self.engine.keys.database(db).insert(head.key, entry);
            }
            Entry::Begin(head) => {
                let entry = self.entry_of(&head, Value::Text(crate::data::Text::new(b"")));
                self.parts = Some((self.place(&head)?, head.key.into(), entry, false));
            }
            Entry::Chunk(bytes) => self.part(bytes)?,
            Entry::End => {
                let (db, key, entry, _) = self.parts.take().ok_or("the end of no value")?;
                self.engine.keys.database(db).insert(&key, entry);
            }
            Entry::Abandon => drop(self.parts.take()),
            Entry::Done { .. } => {}
        }
        Ok(())
    }

    fn record(&mut self, lsn: u64, record: &[u8], overlaps: bool) -> Result<(), String> {
        self.engine.keys.resume_after(lsn - 1);
        let all: Result<Vec<Effect<'_>>, _> = effects(record).collect();
        let all = all.map_err(|bad| bad.to_string())?;
        if overlaps {
            self.make_overlapping(lsn, &all);
        } else {
            all.iter().try_for_each(|effect| self.make(effect))?;
        }
        // What it would log is what was read.
        self.engine.keys.effects.take();
        Ok(())
    }

    fn progress(&mut self, done: u64, all: u64) {
        (self.tell)(done, all);
    }
}
