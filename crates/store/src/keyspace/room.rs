//! How much memory the data takes, and what is taken out when that is too much.
//!
//! What a key counts for is noted beside it whenever it changes, so that the sum never drifts from the data. Nothing is
//! asked of the allocator, and buffers of clients are not in it. Beyond the limit keys are taken out by the policy, the
//! best of a few that are looked at by chance. Without a policy commands that take memory are refused, but for those
//! that are needed to finish what was begun: they have a reserve beyond the limit.

use super::{Class, Database, DbIndex, Keyspace, Noted, Record, frequency};
use base::random::Random;

/// `maxmemory-policy`: what is taken out when memory runs short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Eviction {
    /// Nothing: commands are refused.
    #[default]
    None,
    /// Any key, the one that was not used for longest.
    AllLru,
    /// Any key, the one that is used most seldom.
    AllLfu,
    /// Any key by chance.
    AllRandom,
    /// Of those that end, the one that was not used for longest.
    EndingLru,
    /// Of those that end, the one that is used most seldom.
    EndingLfu,
    /// Of those that end, any one by chance.
    EndingRandom,
    /// Of those that end, the one that ends first.
    EndingTtl,
}

/// The limit, and how it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// `maxmemory`: bytes that data may take; 0 is no limit.
    pub bytes_max: usize,
    /// `maxmemory-policy`
    pub eviction: Eviction,
    /// `maxmemory-samples`: keys of which the best is taken out.
    pub samples: usize,
}

/// How the data stands to the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fullness {
    /// Below it.
    Fits,
    /// Beyond it, by no more than the reserve.
    Reserve,
    /// Beyond that.
    Full,
}

const NAMES: [(&str, Eviction); 8] = [
    ("noeviction", Eviction::None),
    ("allkeys-lru", Eviction::AllLru),
    ("allkeys-lfu", Eviction::AllLfu),
    ("allkeys-random", Eviction::AllRandom),
    ("volatile-lru", Eviction::EndingLru),
    ("volatile-lfu", Eviction::EndingLfu),
    ("volatile-random", Eviction::EndingRandom),
    ("volatile-ttl", Eviction::EndingTtl),
];

/// The reserve is this part of the limit.
const RESERVE_PART: usize = 20;
/// Keys that are taken out at once at most; the rest follows with the next command or the next tick.
const EVICTED_AT_ONCE: usize = 64;
/// Parts of the table in which keys that end are looked for at once.
const BUCKETS_AT_ONCE: usize = 8;
/// What an empty store counts for: tables of commands, Lua, threads.
const BASE_BYTES: usize = 1 << 20;

impl Default for Room {
    fn default() -> Self {
        Room { bytes_max: 0, eviction: Eviction::None, samples: 5 }
    }
}

impl Room {
    /// Whether Redis would keep small numbers once for all keys: not where it notes the use of each.
    pub fn shares_numbers(&self) -> bool {
        use Eviction::{AllLfu, AllLru, EndingLfu, EndingLru};
        self.bytes_max == 0 || !matches!(self.eviction, AllLru | AllLfu | EndingLru | EndingLfu)
    }
}

impl Eviction {
    /// By its name in Redis.
    pub fn parse(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, eviction)| *eviction)
    }

    /// Its name in Redis.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, known)| *known == self).map_or("noeviction", |(name, _)| name)
    }

    /// What is noted of the use of keys for it.
    pub fn notes(self) -> Noted {
        match self {
            Eviction::AllLfu | Eviction::EndingLfu => Noted::HowOften,
            _ => Noted::When,
        }
    }

    /// Only keys that end are taken out.
    fn only_ending(self) -> bool {
        use Eviction::{EndingLfu, EndingLru, EndingRandom, EndingTtl};
        matches!(self, EndingLru | EndingLfu | EndingRandom | EndingTtl)
    }

    /// How dear a key is: the one with the lowest number goes.
    fn price(self, record: &Record, now_ms: i64, chance: &mut Random) -> i64 {
        match self {
            Eviction::None => 0,
            Eviction::AllRandom | Eviction::EndingRandom => chance.next_u64() as i64,
            Eviction::AllLru | Eviction::EndingLru => record.used.into(),
            Eviction::AllLfu | Eviction::EndingLfu => frequency(record.used, now_ms).into(),
            Eviction::EndingTtl => record.expires_ms().unwrap_or(i64::MAX),
        }
    }
}

impl Keyspace {
    /// Bytes that data takes, with the tables of keys (`used_memory`).
    pub fn memory_used(&self) -> usize {
        let all = self.databases.iter().map(|database| database.weight() + database.table_memory());
        BASE_BYTES + all.sum::<usize>()
    }

    /// Bytes of `memory_used` that are no keys and values (`used_memory_overhead`).
    pub fn memory_overhead(&self) -> usize {
        BASE_BYTES + self.databases.iter().map(Database::table_memory).sum::<usize>()
    }

    /// Keys that were taken out for want of room (`evicted_keys`).
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Data takes more than it may.
    pub fn lacks_room(&self) -> bool {
        let bytes_max = self.settings.room.bytes_max;
        bytes_max > 0 && self.memory_used() > bytes_max
    }

    /// How the data stands to the limit, after some keys were taken out if need be and the policy says so.
    pub fn make_room(&mut self, chance: &mut Random) -> Fullness {
        let Room { bytes_max, eviction, .. } = self.settings.room;
        if self.replaying || !self.lacks_room() {
            return Fullness::Fits;
        }
        if eviction != Eviction::None && self.evict_some(chance) {
            return Fullness::Fits;
        }
        let reserve = bytes_max / RESERVE_PART;
        let fits = self.memory_used() <= bytes_max.saturating_add(reserve);
        if fits { Fullness::Reserve } else { Fullness::Full }
    }

    /// Take out keys until the data fits, but not too many at once. False if there are none to be taken out.
    fn evict_some(&mut self, chance: &mut Random) -> bool {
        let logged = self.effects.bytes().len();
        let (mut evicted, here) = (0, self.selected);
        while evicted < EVICTED_AT_ONCE && self.lacks_room() {
            let Some((db, key)) = self.victim(chance) else { break };
            self.note_replaced(db, &key);
            self.database(db).remove(&key);
            (self.evicted, evicted) = (self.evicted + 1, evicted + 1);
            self.effects.push(db, &[b"DEL", &key]);
            self.touched(db, &key);
            self.by_itself += 1;
            self.selected = db;
            self.notify(Class::Evicted, "evicted", &key);
        }
        self.selected = here;
        self.settle_walk(logged);
        evicted > 0
    }

    /// The cheapest of some keys.
    fn victim(&mut self, chance: &mut Random) -> Option<(DbIndex, Box<[u8]>)> {
        let (Room { eviction, samples, .. }, now_ms) = (self.settings.room, self.now_ms);
        let mut best: Option<(i64, DbIndex, Box<[u8]>)> = None;
        let mut offer = |db: DbIndex, record: &Record, chance: &mut Random| {
            let price = eviction.price(record, now_ms, chance);
            if best.as_ref().is_none_or(|(least, ..)| price < *least) {
                best = Some((price, db, record.key().into()));
            }
        };
        for db in 0..self.databases.len() {
            let Some(database) = self.databases.get(db).filter(|database| !database.is_empty())
            else {
                continue;
            };
            if !eviction.only_ending() {
                for _ in 0..samples.max(1) {
                    if let Some(record) = database.any_record(chance) {
                        offer(db, record, chance);
                    }
                }
                continue;
            }
            if database.expiring() == 0 {
                continue;
            }
            let (mut found, mut steps) = (0, 0);
            // Where the last search ended: a place by chance, since the order is that of a hash.
            let mut from = self.search.min(database.buckets());
            while found < samples.max(1) && steps <= database.buckets() {
                from = database.ending(from, BUCKETS_AT_ONCE, |record| {
                    if record.ends() {
                        found += 1;
                        offer(db, record, chance);
                    }
                });
                steps += BUCKETS_AT_ONCE;
            }
            self.search = from;
        }
        best.map(|(_, db, key)| (db, key))
    }
}
