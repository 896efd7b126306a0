use crate::limit::gcra::Gcra;
use crate::limit::hash::KeyHash;
use crate::limit::table::{Change, Full, Table};
use base::random::Random;
use std::collections::HashMap;
use std::hash::RandomState;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

fn keys(count: usize) -> Vec<KeyHash> {
    let secret = RandomState::new();
    (0..count).map(|number| KeyHash::new(&secret, &number.to_ne_bytes())).collect()
}

fn take(table: &Table, gcra: &Gcra, key: KeyHash, now: u64) -> bool {
    let step = |word| {
        let step = gcra.step(word, now);
        Change { next: step.next, result: step.next.is_some() }
    };
    table.change(key, now, |word| word, step).is_some_and(|(passed, _)| passed)
}

#[test]
fn words_are_those_of_a_map() {
    for seed in 0..20 {
        let mut random = Random::new(seed);
        let (table, keys) = (Table::new(20_000, Full::Forget), keys(300));
        let mut map: HashMap<u64, u64> = HashMap::new();
        for now in 0..20_000 {
            let key = keys[random.below(300) as usize];
            let value = 1_000_000 + random.below(100);
            let keep = random.below(3) == 0;
            let next = (!keep).then_some(value);
            let (old, _) =
                table.change(key, now, |word| word, |word| Change { next, result: word }).unwrap();
            assert_eq!(old, map.get(&key.get()).copied().unwrap_or(0), "seed {seed}");
            if let Some(next) = next {
                map.insert(key.get(), next);
            }
            assert_eq!(table.look(key), map.get(&key.get()).copied().unwrap_or(0));
        }
        assert_eq!(table.count(0, |word| word), map.len() as u64);
        assert_eq!(table.evictions(), 0);
    }
}

#[test]
fn a_full_table_forgets_who_would_be_finished_first() {
    let (table, keys) = (Table::new(4, Full::Forget), keys(9));
    for (at, key) in keys.iter().enumerate() {
        let until = 1_000 - at as u64;
        table.change(*key, 0, |word| word, |_| Change { next: Some(until), result: () }).unwrap();
    }
    // The eighth was to be finished first of the eight that fit.
    let known: Vec<u64> = keys.iter().map(|key| table.look(*key)).collect();
    assert_eq!(known, [1_000, 999, 998, 997, 996, 995, 994, 0, 992]);
    assert_eq!((table.evictions(), table.count(0, |word| word)), (1, 8));
    // What is finished costs nobody anything.
    let new = self::keys(8);
    for key in &new {
        table.change(*key, 2_000, |word| word, |_| Change { next: Some(3_000), result: () });
    }
    assert_eq!((table.evictions(), table.count(2_000, |word| word)), (1, 8));
}

#[test]
fn threads_never_admit_more_than_the_rate_and_the_burst() {
    const THREADS: u64 = 4;
    const ASKED: u64 = 40_000;
    for (seed, burst) in [(1, 1), (2, 7), (3, 100)] {
        let (table, keys) = (Table::new(64, Full::Forget), keys(5));
        let gcra = Gcra::new(1_000, 1_000_000, burst);
        let (clock, passed) = (AtomicU64::new(1), [const { AtomicU64::new(0) }; 5]);
        thread::scope(|scope| {
            for thread in 0..THREADS {
                let (table, keys, clock, passed) = (&table, &keys, &clock, &passed);
                scope.spawn(move || {
                    let mut random = Random::new(seed * 100 + thread);
                    for _ in 0..ASKED {
                        let now = clock.fetch_add(random.below(40), SeqCst);
                        let at = random.below(5) as usize;
                        if take(table, &gcra, keys[at], now) {
                            passed[at].fetch_add(1, SeqCst);
                        }
                    }
                });
            }
        });
        let most = u64::from(burst) + clock.load(SeqCst) / 1_000;
        for passed in &passed {
            let passed = passed.load(SeqCst);
            assert!(passed <= most, "{passed} of {most}, seed {seed}");
            // All keys were asked for far more often than they may.
            assert!(passed >= most * 9 / 10, "{passed} of {most}, seed {seed}");
        }
        assert_eq!(table.evictions(), 0);
    }
}

/// New keys come from all threads at once, for places that others are just using.
#[test]
fn a_new_key_gets_one_place() {
    let gcra = Gcra::new(1, 1_000, 3);
    for round in 0..300 {
        let (table, keys) = (Table::new(4, Full::Forget), keys(8));
        // Eight places, one key each that is finished by then.
        for key in self::keys(8) {
            table.change(key, 0, |word| word, |_| Change { next: Some(5), result: () });
        }
        let passed = [const { AtomicU64::new(0) }; 8];
        thread::scope(|scope| {
            for _ in 0..3 {
                let (table, keys, passed) = (&table, &keys, &passed);
                scope.spawn(move || {
                    for at in (0..8).cycle().take(80) {
                        if take(table, &gcra, keys[at], 10 + round) {
                            passed[at].fetch_add(1, SeqCst);
                        }
                    }
                });
            }
        });
        let passed: Vec<u64> = passed.iter().map(|one| one.load(SeqCst)).collect();
        assert_eq!(passed, [3; 8], "round {round}");
        assert_eq!(table.evictions(), 0);
    }
}

#[test]
fn places_that_are_held_are_not_given_away() {
    let (table, keys) = (Table::new(4, Full::Miss), keys(9));
    let busy = |word: u64| if word > 0 { u64::MAX } else { 0 };
    let enter =
        |key| table.change(key, 0, busy, |word| Change { next: Some(word + 1), result: () });
    let places: Vec<_> = keys[..8].iter().map(|key| enter(*key).unwrap().1).collect();
    assert_eq!(enter(keys[8]), None);
    assert_eq!(table.misses(), 1);
    assert_eq!(enter(keys[3]).unwrap().1, places[3]);
    table.change_at(places[5], |word| word - 1);
    assert_eq!(enter(keys[8]).unwrap().1, places[5]);
    assert_eq!((table.look(keys[5]), table.look(keys[8]), table.look(keys[3])), (0, 1, 2));
}
