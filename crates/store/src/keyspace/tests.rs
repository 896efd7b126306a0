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
            let key = format!("{number}{}", "k".repeat((number % 150) as usize)).into_bytes();
            let expires_ms = (chance.below(3) == 0).then(|| chance.below(1_000) as i64);
            match chance.below(8) {
                0..4 => {
                    let value = Value::Text(crate::data::Text::from(step));
                    let entry = Entry { value, expires_ms, lsn: step as u64, used_s: 7 };
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
                assert_eq!((record.key(), record.used_s), (&*key, 7));
                (text.int().unwrap(), record.expires_ms())
            });
            assert_eq!(found, model.get(&key).copied(), "seed {seed} step {step}");
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
