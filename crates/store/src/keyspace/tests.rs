use super::*;
use crate::data::Value;

#[test]
fn effects_read_as_they_were_written() {
    let mut effects = Effects::default();
    let long = vec![7; 70_000];
    effects.push(0, &[b"SET", b"a", &long]);
    effects.push(15, &[b"DEL", b""]);
    let bytes = effects.take();
    let read: Vec<_> = Effects::read(&bytes).collect();
    assert_eq!(read[0], Effect { db: 0, args: vec![b"SET", b"a", &long] });
    assert_eq!(read[1], Effect { db: 15, args: vec![b"DEL", b""] });
    assert_eq!(Effects::read(&bytes[..bytes.len() - 2]).count(), 1);
}

#[test]
fn an_expired_key_is_gone_and_the_log_is_told() {
    let mut keys = Keyspace::new(16);
    keys.begin(3, 1_000);
    keys.insert(b"a", Value::Text(crate::data::Text::new(b"1")));
    keys.db().expire(b"a", Some(2_000));
    keys.begin(3, 1_999);
    assert!(keys.exists(b"a"));
    keys.begin(3, 2_000);
    assert!(!keys.exists(b"a"));
    let (lsn, record) = keys.take_record().unwrap();
    assert_eq!(lsn, 1);
    let effects: Vec<_> = Effects::read(&record).collect();
    assert_eq!(effects, vec![Effect { db: 3, args: vec![b"DEL", b"a"] }]);
}

#[test]
fn classes_are_read_and_printed() {
    for (given, printed) in
        [("KEA", "AKE"), ("Kg$lshzxet", "AK"), ("Ex", "xE"), ("", ""), ("AnmK", "AmnK")]
    {
        assert_eq!(Classes::parse(given).unwrap().text(), printed, "{given}");
    }
    assert_eq!(Classes::parse("Q"), None);
}

#[test]
fn a_database_behaves_as_a_map_of_keys_that_may_end() {
    use base::random::Random;
    use std::collections::{BTreeMap, BTreeSet};
    for seed in 0..8 {
        let (mut chance, mut database) = (Random::new(seed), Database::default());
        let mut model: BTreeMap<Vec<u8>, (i64, Option<i64>)> = BTreeMap::new();
        for step in 0..6_000 {
            let number = chance.below(700);
            // Of all lengths, so that ends find room beside some keys and not beside others.
            let filled = if number % 50 == 0 { 32_760 + number / 50 } else { number % 150 };
            let key = format!("{number}{}", "k".repeat(filled as usize)).into_bytes();
            let expires_ms = (chance.below(3) == 0).then(|| chance.below(1_000) as i64);
            match chance.below(8) {
                0..4 => {
                    let value = Value::Text(crate::data::Text::from(step));
                    let entry = Entry { value, expires_ms, lsn: step as u64, used: 7 };
                    let there = model.insert(key.clone(), (step, expires_ms)).is_some();
                    assert_eq!(database.insert(&key, entry), there);
                }
                4 | 5 => {
                    assert_eq!(database.expire(&key, expires_ms), model.contains_key(&key));
                    model.entry(key.clone()).and_modify(|known| known.1 = expires_ms);
                }
                _ => {
                    let removed = database.remove(&key);
                    let known = model.remove(&key);
                    assert_eq!(removed.map(|entry| entry.expires_ms), known.map(|known| known.1));
                }
            }
            let found = database.get(&key).map(|record| {
                let Value::Text(text) = &record.value else { panic!("no text") };
                assert_eq!((record.key(), record.used), (&*key, 7));
                (text.int().unwrap(), record.expires_ms())
            });
            assert_eq!(found, model.get(&key).copied(), "seed {seed} step {step}");
            if step % 100 == 0 {
                let all: usize = database.iter().map(|(_, record)| record.weight()).sum();
                assert_eq!(database.weight(), all);
                assert!(all >= model.keys().map(Vec::len).sum());
            }
            let ending = model.values().filter(|known| known.1.is_some()).count();
            assert_eq!((database.len(), database.expiring()), (model.len(), ending));
        }
        let mut ending = BTreeSet::new();
        database.ending(0, usize::MAX, |record| {
            assert!(ending.insert(record.key().to_vec()));
        });
        let known = model.iter().filter(|(_, known)| known.1.is_some());
        assert!(ending == known.map(|(key, _)| key.clone()).collect());
        let (mut cursor, mut seen) = (0, BTreeSet::new());
        loop {
            cursor = database.scan(cursor, 10, |key, _| _ = seen.insert(key.to_vec()));
            if cursor == 0 {
                break;
            }
        }
        assert!(seen == model.keys().cloned().collect());
        let any = database.any(&mut chance).unwrap();
        assert!(model.contains_key(any));
        model.keys().for_each(|key| drop(database.remove(key)));
        assert_eq!((database.weight(), database.table_memory()), (0, 0));
    }
}

fn with_keys(ending: u64, others: u64) -> Keyspace {
    let mut keys = Keyspace::new(4);
    for number in 0..ending + others {
        keys.begin((number % 3) as usize, 0);
        let key = format!("key:{number}").into_bytes();
        keys.insert(&key, Value::Text(crate::data::Text::from(1)));
        if number < ending {
            keys.db().expire(&key, Some(1_000 + (number % 1_000) as i64));
        }
    }
    keys.take_record();
    keys
}

#[test]
fn keys_that_ended_go_without_being_asked_for() {
    let mut keys = with_keys(20_000, 1_000);
    assert!(!keys.expire_some(999, &mut || true));
    assert!(keys.take_record().is_none());
    let mut calls = 0;
    while (0..4).map(|db| keys.database(db).expiring()).sum::<usize>() > 0 {
        keys.expire_some(3_000, &mut || true);
        calls += 1;
        assert!(calls < 40, "most had ended, so each call goes on as long as it may");
    }
    let (_, record) = keys.take_record().unwrap();
    assert_eq!(Effects::read(&record).count(), 20_000);
    let all: usize = (0..4).map(|db| keys.database(db).len()).sum();
    assert_eq!((all, keys.counts().2, keys.made()), (1_000, 20_000, 0));
}

#[test]
fn keys_that_end_later_are_left_and_cost_little() {
    let mut keys = with_keys(10_000, 100_000);
    let mut looks = 0;
    let again = keys.expire_some(1_004, &mut || {
        looks += 1;
        true
    });
    assert!(!again && looks < 1_100, "{looks}");
    for _ in 0..400 {
        keys.expire_some(1_004, &mut || true);
    }
    assert_eq!(keys.counts().2, 50, "those of 1000 to 1004");
}

#[test]
fn it_goes_on_where_time_was_up() {
    let mut keys = with_keys(30_000, 0);
    let (mut calls, mut again) = (0, true);
    while again {
        let mut looks = 3;
        again = keys.expire_some(3_000, &mut || {
            looks -= 1;
            looks > 0
        });
        calls += 1;
    }
    assert!(calls > 100 && keys.counts().2 > 29_000, "{calls} {:?}", keys.counts());
}

/// Keys of 100 bytes and more, each used a second after the one before, and each third one ending, the latest first.
fn with_room(keys_max: u64, eviction: Eviction) -> (Keyspace, Vec<u64>) {
    let mut chance = base::random::Random::new(keys_max);
    let mut keys = Keyspace::new(2);
    for number in 0..1_000 {
        keys.begin(0, 1_000_000 + number as i64 * 1_000);
        let key = format!("key:{number}").into_bytes();
        keys.insert(&key, Value::Text(crate::data::Text::new(&[b'v'; 100])));
        if number % 3 == 0 {
            keys.db().expire(&key, Some(9_000_000_000 - number as i64));
        }
        keys.changed(&key, Class::Text, "set");
    }
    keys.take_record();
    let each = keys.db().weight() / 1_000;
    let spare = (1_000 - keys_max as usize) * each;
    keys.settings.room = Room { bytes_max: keys.memory_used() - spare, eviction, samples: 10 };
    for _ in 0..100 {
        keys.make_room(&mut chance);
    }
    let left = keys.db().iter().map(|(key, _)| std::str::from_utf8(&key[4..]).unwrap().parse());
    let left = left.collect::<Result<_, _>>().unwrap();
    (keys, left)
}

#[test]
fn beyond_the_limit_keys_go_by_the_policy() {
    let mean = |numbers: &[u64]| numbers.iter().sum::<u64>() / numbers.len() as u64;
    for (eviction, least_mean, most_mean) in
        [(Eviction::AllLru, 600, 1_000), (Eviction::AllRandom, 400, 600)]
    {
        let (mut keys, left) = with_room(600, eviction);
        assert!((590..=670).contains(&left.len()), "{eviction:?}: {}", left.len());
        assert!((least_mean..most_mean).contains(&mean(&left)), "{eviction:?}: {}", mean(&left));
        assert!(keys.memory_used() <= keys.settings.room.bytes_max);
        let (_, record) = keys.take_record().unwrap();
        let deleted = Effects::read(&record).filter(|effect| effect.args[0] == b"DEL").count();
        assert_eq!(
            (deleted, keys.evicted(), keys.made()),
            (1_000 - left.len(), deleted as u64, 1_000)
        );
    }
    for (eviction, least_mean, most_mean) in [
        (Eviction::EndingLru, 600, 1_000),
        (Eviction::EndingRandom, 400, 600),
        (Eviction::EndingTtl, 0, 350),
    ] {
        let (_, left) = with_room(800, eviction);
        let (ending, others): (Vec<_>, Vec<_>) = left.iter().partition(|number| **number % 3 == 0);
        assert_eq!(others.len(), 666, "{eviction:?} takes only keys that end");
        assert!((120..=180).contains(&ending.len()), "{eviction:?}: {}", ending.len());
        let mean = mean(&ending);
        assert!((least_mean..most_mean).contains(&mean), "{eviction:?}: {mean}");
    }
}

#[test]
fn where_nothing_may_go_commands_are_refused() {
    let mut chance = base::random::Random::new(1);
    let (mut keys, left) = with_room(500, Eviction::EndingTtl);
    let ending = left.iter().filter(|number| **number % 3 == 0).count();
    assert_eq!((ending, left.len()), (0, 666));
    assert_ne!(keys.make_room(&mut chance), Fullness::Fits);
    let used = keys.memory_used();
    for (bytes_max, eviction, fullness) in [
        (0, Eviction::None, Fullness::Fits),
        (used, Eviction::None, Fullness::Fits),
        (used - 1, Eviction::None, Fullness::Reserve),
        (used - used / 10, Eviction::None, Fullness::Full),
        (used - used / 10, Eviction::AllRandom, Fullness::Fits),
    ] {
        keys.settings.room = Room { bytes_max, eviction, samples: 5 };
        assert_eq!(keys.make_room(&mut chance), fullness, "{bytes_max} of {used}");
    }
}

#[test]
fn policies_have_the_names_of_redis() {
    for name in [
        "noeviction",
        "allkeys-lfu",
        "volatile-lfu",
        "allkeys-lru",
        "allkeys-random",
        "volatile-lru",
        "volatile-ttl",
    ] {
        assert_eq!(Eviction::parse(name).unwrap().name(), name);
    }
    assert_eq!(
        (Eviction::parse("Volatile-Random"), Eviction::parse("lru")),
        (Some(Eviction::EndingRandom), None)
    );
}

#[test]
fn fields_that_ended_go_without_being_asked_for() {
    let mut keys = Keyspace::new(1);
    keys.begin(0, 0);
    for number in 0..500_i64 {
        let (key, mut hash) = (format!("hash:{number}").into_bytes(), crate::data::Hash::default());
        for field in ["a", "b"] {
            hash.insert(field.as_bytes(), b"1", &Default::default());
        }
        hash.set_end(b"a", Some(1_000 + number));
        if number % 2 == 0 {
            hash.set_end(b"b", Some(1_000 + number));
        }
        keys.insert(&key, Value::Hash(hash));
        keys.changed(&key, Class::Hash, "hset");
    }
    keys.take_record();
    assert_eq!((keys.db().expiring(), keys.db().marked()), (0, 500));
    for _ in 0..20 {
        keys.expire_some(5_000, &mut || true);
    }
    assert_eq!((keys.db().len(), keys.db().marked()), (250, 0));
    let (_, record) = keys.take_record().unwrap();
    let names = Effects::read(&record).map(|effect| effect.args[0].to_vec());
    assert_eq!(names.filter(|name| name == b"HDEL").count(), 500);
}

#[test]
fn what_is_used_often_stays() {
    let (mut keys, mut chance) = (Keyspace::new(1), base::random::Random::new(2));
    keys.settings.room.eviction = Eviction::AllLfu;
    keys.begin(0, 1_000_000_000);
    for number in 0..1_000 {
        let key = format!("key:{number}").into_bytes();
        keys.insert(&key, Value::Text(crate::data::Text::new(&[b'v'; 100])));
        // The first hundred, and before all others.
        let uses = if number < 100 { 300 } else { 3 };
        (0..uses).for_each(|_| _ = keys.read(&key));
    }
    keys.settings.room.bytes_max = keys.memory_used() - keys.db().weight() / 2;
    for _ in 0..100 {
        keys.make_room(&mut chance);
    }
    let often = (0..100).filter(|number| keys.exists(format!("key:{number}").as_bytes())).count();
    assert!(keys.evicted() > 400 && often > 95, "{often} left, {} gone", keys.evicted());
}
