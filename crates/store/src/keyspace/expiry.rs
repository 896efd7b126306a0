//! Keys whose time has come are taken out although nobody asks for them.
//!
//! The table of keys is gone over again and again, a bounded part at a time. Those that end are marked in it, so that
//! the others cost nothing but the step over them: no second table is kept for them. How long a key may be there
//! after its end depends on how much is given to this; who asks for it finds nothing from its end on.

use super::{Class, DbIndex, Keyspace};

/// How far the round over all keys has come, and what it found of late.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Round {
    db: DbIndex,
    bucket: usize,
    looked_at: usize,
    ended: usize,
    buckets: usize,
}

/// Parts of a table that are looked at between two looks at the clock.
const BUCKETS_AT_ONCE: usize = 16;
/// Parts that are looked at in one call where few keys have ended.
const BUCKETS_MAX: usize = 16 << 10;
/// After so many keys without many that have ended the rest is left for the next call.
const SAMPLE_KEYS: usize = 400;
/// Many: one of so many.
const MANY: usize = 10;

impl Keyspace {
    /// Take out keys that have ended, each as an effect of its own, for as long as `has_time` says so. True if many
    /// of those that were looked at had ended: it is worth to go on soon.
    pub fn expire_some(&mut self, now_ms: i64, has_time: &mut dyn FnMut() -> bool) -> bool {
        if self.replaying {
            return false;
        }
        let logged = self.effects.bytes().len();
        self.now_ms = now_ms;
        let (mut round, mut left) = (self.round, self.databases.len());
        while left > 0 && has_time() {
            let Some(database) = self.databases.get(round.db).filter(|db| db.marked() > 0) else {
                (round.db, round.bucket) = ((round.db + 1) % self.databases.len(), 0);
                left -= 1;
                continue;
            };
            let mut due: Vec<Box<[u8]>> = Vec::new();
            round.bucket = database.ending(round.bucket, BUCKETS_AT_ONCE, |record| {
                round.looked_at += 1;
                if record.looks_due(now_ms) {
                    due.push(record.key().into());
                }
            });
            round.ended += due.len();
            round.buckets += BUCKETS_AT_ONCE;
            for key in &due {
                self.selected = round.db;
                self.end_what_is_due(key);
            }
            if round.bucket == 0 {
                round.db = (round.db + 1) % self.databases.len();
                left -= 1;
            }
            if round.looked_at >= SAMPLE_KEYS || round.buckets >= BUCKETS_MAX {
                if !round.is_rich() {
                    (round.looked_at, round.ended, round.buckets) = (0, 0, 0);
                    break;
                }
                // What was found counts for the next decision too, but less.
                round.looked_at /= 2;
                round.ended /= 2;
                round.buckets = 0;
            }
        }
        self.round = round;
        self.settle_walk(logged);
        left > 0 && round.is_rich() && self.databases.iter().any(|database| database.marked() > 0)
    }

    /// Take out a key whose time has come, as an effect of its own.
    pub(super) fn expire(&mut self, db: DbIndex, key: &[u8]) {
        self.note_replaced(db, key);
        self.database(db).remove(key);
        self.expired += 1;
        self.effects.push(db, &[b"DEL", key]);
        self.touched(db, key);
        self.by_itself += 1;
        let here = std::mem::replace(&mut self.selected, db);
        self.notify(Class::Expired, "expired", key);
        self.selected = here;
    }
}

impl Round {
    /// Many of the keys that were looked at had ended.
    fn is_rich(&self) -> bool {
        self.ended > 0 && self.ended * MANY >= self.looked_at
    }
}
