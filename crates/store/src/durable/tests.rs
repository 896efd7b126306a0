//! The engine over a faulty disk: whatever commands ran while snapshots were taken, after a crash the keyspace is
//! as it was after some record, and not before the last one that was acknowledged.

use super::*;
use crate::engine::{Engine, Now, Session};
use crate::hub::Hub;
use crate::log::disk::Disk;
use crate::log::tests::faulty::{FaultyDisk, Trouble};
use crate::log::writer::Policy;
use crate::rdb::{Form, Plain, plain, read, write_value};
use crate::resp::{Reply, Version};
use base::random::Random;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What a key holds, as bytes, and when it ends.
type State = BTreeMap<(usize, Vec<u8>), (Vec<u8>, Option<i64>)>;

fn state(engine: &mut Engine) -> State {
    let mut state = State::new();
    for db in 0..engine.keys.databases() {
        for (key, entry) in engine.keys.database(db).iter() {
            let mut bytes = Vec::new();
            write_value(&mut bytes, &entry.value, Form::Own);
            state.insert((db, key.to_vec()), (in_order(bytes), entry.expires_ms()));
        }
    }
    state
}

/// A value whose members have no order, in the order of their bytes.
fn in_order(bytes: Vec<u8>) -> Vec<u8> {
    let mut value = read(&bytes).unwrap();
    match &mut value {
        Plain::Set(members) => members.sort(),
        Plain::Hash(pairs) => pairs.sort(),
        Plain::EndingHash(fields) => fields.sort(),
        _ => return bytes,
    }
    let mut bytes = Vec::new();
    plain(&mut bytes, &value, Form::Own);
    bytes
}

struct World {
    chance: Random,
    disk: FaultyDisk,
    engine: Engine,
    persist: Option<Persist>,
    session: Session,
    now_ms: i64,
    /// After each record.
    history: BTreeMap<u64, State>,
    /// Commands that ran while a snapshot was taken, and snapshots.
    beside: u64,
    saves: u64,
}

fn options(policy: Policy) -> Options {
    Options { folder: PathBuf::new(), policy, seed: 5 }
}

fn begin(disk: &FaultyDisk, now_ms: i64) -> (Engine, Persist) {
    let mut engine = Engine::new(2, Arc::new(Hub::default()), 7);
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let now = Now::at_ms(now_ms);
    let options = options(Policy::Always);
    let opened =
        Persist::open_on(shared, &options, &mut engine, now, Box::new(|| {}), &mut |_, _| {});
    let (persist, _) = opened.unwrap_or_else(|error| panic!("cannot start: {error}"));
    (engine, persist)
}

impl World {
    fn new(seed: u64) -> Self {
        let disk = FaultyDisk::new(seed);
        let (engine, persist) = begin(&disk, 1_000_000);
        World {
            chance: Random::new(seed),
            disk,
            engine,
            persist: Some(persist),
            session: Session::new(1, true),
            now_ms: 1_000_000,
            history: BTreeMap::from([(0, State::new())]),
            beside: 0,
            saves: 0,
        }
    }

    fn persist(&mut self) -> &mut Persist {
        self.persist.as_mut().unwrap()
    }

    fn say(&mut self, line: &str) -> String {
        let args: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let mut reply = Reply::new(Version::Resp2);
        let now = Now::at_ms(self.now_ms);
        self.engine.execute(&mut self.session, &args, &mut reply, now);
        let before = self.engine.keys.next_lsn();
        self.persist.as_mut().unwrap().note(&mut self.engine);
        if self.engine.keys.next_lsn() > before {
            self.history.insert(before, state(&mut self.engine));
        }
        String::from_utf8_lossy(&reply.into_bytes()).into_owned()
    }

    fn key(&mut self, kind: &str) -> String {
        format!("{kind}{}", self.chance.below(3))
    }

    fn command(&mut self) -> String {
        let (text, list, zset, stream) =
            (self.key("text"), self.key("list"), self.key("zset"), self.key("stream"));
        let (other, zset2, list2) = (self.key("text"), self.key("zset"), self.key("list"));
        let (hash, set, set2) = (self.key("hash"), self.key("set"), self.key("set"));
        let number = self.chance.below(30);
        let member = format!("m{number}");
        match self.chance.below(64) {
            0 => format!("SET {text} word{number}"),
            1 => format!("APPEND {text} {number}"),
            2 => format!("SET {text} v{number} PX {}", 1 + number * 50),
            3 => format!("INCRBY count {number}"),
            4 => format!("SETRANGE {text} {number} ab"),
            5 => format!("RENAME {text} {other}"),
            6 => format!("COPY {text} {other} REPLACE"),
            7 => format!("MSET {text} a{number} {other} b{number}"),
            8 => format!("DEL {text} {list} {zset}"),
            9 => format!("PEXPIRE {list} {}", 1 + number * 20),
            10 => format!("PERSIST {list}"),
            11..15 => format!("RPUSH {list} {member} {number}"),
            15 => format!("LPUSH {list} {number} {member}"),
            16 => format!("LPOP {list} {}", 1 + number / 8),
            17 => format!("LREM {list} 1 {member}"),
            18 => format!("LTRIM {list} 0 {number}"),
            19 => format!("LMOVE {list} {list2} LEFT RIGHT"),
            20 => format!("LINSERT {list} BEFORE {member} {number}x"),
            21 => format!("SORT {list} ALPHA STORE {list2}"),
            22..26 => format!("ZADD {zset} {number} {member} {}.5 {member}x", number + 1),
            26 => format!("ZINCRBY {zset} {number} {member}"),
            27 => format!("ZREM {zset} {member} {member}x"),
            28 => format!("ZREMRANGEBYRANK {zset} 0 {}", number / 6),
            29 => format!("ZREMRANGEBYSCORE {zset} {number} {}", number + 2),
            30 => format!("ZPOPMIN {zset} {}", 1 + number / 10),
            31 => format!("ZUNIONSTORE {zset2} 2 {zset} big"),
            32 => format!("RENAME {zset} {zset2}"),
            33..36 => format!("XADD {stream} MAXLEN ~ 20 * f {number}"),
            36 => format!("XTRIM {stream} MAXLEN {number}"),
            37..41 => format!("ZADD big {number} {member}-{}", self.chance.below(2000)),
            41 => format!("ZREM big {member}-{}", self.chance.below(2000)),
            42 => format!("ZINCRBY big 1 {member}-{}", self.chance.below(2000)),
            43 if number == 0 => "FLUSHDB".into(),
            43 if number == 1 => "SWAPDB 0 1".into(),
            43 if number < 8 => "DEL big bighash bigset".into(),
            44 => format!("SELECT {}", number % 2),
            45 => format!("MOVE {text} {}", number % 2),
            46..48 => format!("HSET {hash} {member} {number} f{number} {member}"),
            48 => format!("HINCRBY {hash} n{} {number}", number / 6),
            49 => format!("HINCRBYFLOAT {hash} n{} 0.5", number / 6),
            50 => format!("HDEL {hash} {member} f{number}"),
            51 => format!("HPEXPIRE {hash} {} FIELDS 2 n1 {member}", number * 40),
            52..54 => format!("HSET bighash {member}-{} {number}", self.chance.below(2000)),
            54 if number < 15 => format!("HINCRBY bighash n{} 1", self.chance.below(2000)),
            54 => format!("HPEXPIRE bighash 9000 FIELDS 1 {}", number % 97),
            55 => format!("HDEL bighash {member}-{}", self.chance.below(2000)),
            56 => format!("SADD {set} {member} {number}"),
            57 => format!("SREM {set} {member}"),
            58 => format!("SPOP {set} {}", number / 8),
            59 => format!("SMOVE {set} {set2} {member}"),
            60 => format!("SUNIONSTORE {set2} {set} bigset"),
            61 => format!("SADD bigset {member}-{}", self.chance.below(2000)),
            62 => format!("SPOP bigset {}", number / 4),
            _ => format!("GETDEL {text}"),
        }
    }

    fn fill_big(&mut self, kind: usize) {
        for at in (0..1500).step_by(50) {
            let members: Vec<String> =
                (at..at + 50).map(|at| format!("{} m{}-{at}", at % 97, at % 30)).collect();
            let command = ["ZADD big", "HSET bighash", "SADD bigset"][kind % 3];
            self.say(&format!("{command} {}", members.join(" ")));
        }
    }

    fn step(&mut self) {
        self.now_ms += self.chance.below(20) as i64;
        if self.chance.below(12) == 0 {
            let commands = 1 + self.chance.below(4);
            self.say("MULTI");
            for _ in 0..commands {
                let line = self.command();
                // Refused outside of transactions only.
                if !line.starts_with("SELECT") {
                    self.say(&line);
                }
            }
            self.say("EXEC");
        } else {
            let line = self.command();
            self.say(&line);
        }
        if self.chance.below(3) == 0 {
            self.persist().hand_over();
        }
        if self.chance.below(150) == 0 {
            self.engine.keys.facts.wishes.push(Wish::Save);
        }
        let mut looks = self.chance.below(3);
        let mut has_time = || {
            looks = looks.saturating_sub(1);
            looks > 0
        };
        let now = Now::at_ms(self.now_ms);
        let persist = self.persist.as_mut().unwrap();
        persist.step(&mut self.engine, now, &mut has_time);
        self.beside += u64::from(self.engine.keys.facts.is_saving);
    }

    /// Bring the facts up to date.
    fn look(&mut self) {
        let now = Now::at_ms(self.now_ms);
        let persist = self.persist.as_mut().unwrap();
        persist.step(&mut self.engine, now, &mut || false);
    }

    /// Let a snapshot that is under way come to its end.
    fn finish_snapshot(&mut self) {
        for _ in 0..5_000 {
            self.persist().hand_over();
            let now = Now::at_ms(self.now_ms);
            let persist = self.persist.as_mut().unwrap();
            persist.step(&mut self.engine, now, &mut || true);
            if !self.engine.keys.facts.is_saving {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(!self.engine.keys.facts.is_saving, "{:?}", self.engine.keys.facts);
    }

    fn crash(&mut self) {
        if self.chance.below(2) == 0 {
            self.finish_snapshot();
        }
        self.saves += self.engine.keys.facts.saves;
        let acknowledged = self.persist().durable();
        if self.chance.below(2) == 0 {
            self.disk.fuse(Some(0));
            // Its threads are to end before the disk comes back.
            let _ = self.persist.take().unwrap().close();
            self.disk.crash();
        } else {
            assert!(self.persist.take().unwrap().close());
            self.disk.kill();
        }
        let (engine, persist) = begin(&self.disk, self.now_ms);
        (self.engine, self.persist) = (engine, Some(persist));
        let lsn = self.engine.keys.next_lsn() - 1;
        assert!(lsn >= acknowledged, "{acknowledged} acknowledged, {lsn} found");
        let expected = self.history.get(&lsn).unwrap_or_else(|| panic!("no record {lsn} was made"));
        let found = state(&mut self.engine);
        for (place, value) in expected {
            let shown = String::from_utf8_lossy(&place.1);
            assert_eq!(found.get(place), Some(value), "{shown} after record {lsn}");
        }
        assert_eq!(found.len(), expected.len());
        self.history.retain(|record, _| *record <= lsn);
        self.session = Session::new(1, true);
    }
}

#[test]
fn a_crash_leaves_the_state_after_some_record() {
    let only = std::env::var("OSTLER_SEED").ok().and_then(|text| text.parse().ok());
    let many = std::env::var("OSTLER_SEEDS").ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = only.map_or(0..many.map_or(12, |many| many / 50), |seed: u64| seed..seed + 1);
    let (mut beside, mut saves) = (0, 0);
    for seed in seeds.clone() {
        let run = std::panic::catch_unwind(|| {
            let mut world = World::new(seed);
            for round in 0..4 {
                if round != 2 {
                    world.fill_big(seed as usize + round);
                }
                for _ in 0..400 {
                    world.step();
                }
                world.crash();
            }
            drop(world.persist.take());
            (world.beside, world.saves)
        });
        let counts = run.unwrap_or_else(|_| panic!("try again with OSTLER_SEED={seed}"));
        (beside, saves) = (beside + counts.0, saves + counts.1);
    }
    let worlds = seeds.end - seeds.start;
    assert!(
        worlds < 10 || beside > 100 * worlds && saves > 2 * worlds,
        "too tame: {beside} {saves}"
    );
}

#[test]
fn a_full_disk_refuses_writes_and_keeps_reads() {
    let mut world = World::new(1);
    world.say("SET a 1");
    world.persist().hand_over();
    let lsn = world.engine.keys.next_lsn() - 1;
    assert!(world.persist().feed_waits(lsn));
    assert!(!world.persist().holds(lsn, true) && world.engine.keys.facts.is_good());
    world.disk.trouble(Trouble::Full);
    world.say("SET a 2");
    world.persist().hand_over();
    assert!(!world.persist().feed_waits(lsn + 1));
    world.look();
    let refusal = world.engine.keys.facts.refusal().unwrap();
    assert!(refusal.text().starts_with("MISCONF "), "{}", refusal.text());
    assert!(world.persist().holds(lsn + 1, true), "not acknowledged");
    assert!(!world.persist().holds(lsn + 1, false), "reads go on");
    assert!(world.say("SET a 3").starts_with("-MISCONF "));
    assert_eq!(world.say("GET a"), "$1\r\n2\r\n");
    world.disk.trouble(Trouble::None);
    for _ in 0..500 {
        world.look();
        if world.engine.keys.facts.is_good() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(world.persist().feed_waits(lsn + 1));
    assert!(!world.persist().holds(lsn + 1, true));
}
