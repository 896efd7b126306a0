use super::*;
use base::random::Random;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default, PartialEq)]
struct Pair(Box<[u8]>, u64);

impl Keyed for Pair {
    fn key(&self) -> &[u8] {
        &self.0
    }
}

fn pair(key: u64, value: u64) -> Pair {
    Pair(key.to_string().into_bytes().into(), value)
}

fn key(number: u64) -> Vec<u8> {
    number.to_string().into_bytes()
}

impl<E: Keyed, const N: usize, const M: usize> Dict<E, N, M> {
    /// Each entry is in its bucket, all are counted, and no bucket is longer than known.
    fn check_invariants(&self) {
        let (mut len, mut nodes) = (0, 0);
        for index in 0..self.buckets.len() {
            let bucket = self.buckets.get(index).unwrap();
            assert!(bucket.len() <= self.longest as usize);
            assert!(bucket.iter().all(|entry| self.index(self.hash(entry.key())) == index));
            assert_eq!(bucket.iter().count(), bucket.len());
            nodes += bucket.len().saturating_sub(N).div_ceil(M);
            len += bucket.len();
        }
        assert_eq!((len, nodes), (self.len, self.nodes));
        let mut marks = 0;
        self.marked(0, usize::MAX, |entry| marks += usize::from(entry.is_marked()));
        let all = self.iter().filter(|entry| entry.is_marked()).count();
        assert_eq!((marks, all), (self.marks, self.marks));
        let dense = self.buckets.len() * N;
        assert!(self.len <= dense && (self.buckets.len() <= 1 || self.len * 4 >= dense));
    }
}

fn behaves_as_a_map<const N: usize, const M: usize>(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let mut chance = Random::new(seed);
        let mut dict: Dict<Pair, N, M> = Dict::default();
        let mut model = BTreeMap::new();
        let mut growing = true;
        for step in 0..6_000 {
            if chance.below(700) == 0 {
                growing = !growing;
            }
            let number = chance.below(2_000);
            match chance.below(10) {
                kind if (kind < 7) == growing => {
                    let old = dict.insert(pair(number, step));
                    assert_eq!(old.map(|pair| pair.1), model.insert(number, step));
                }
                0..8 => {
                    let old = dict.remove(&key(number));
                    assert_eq!(old.map(|pair| pair.1), model.remove(&number));
                }
                8 => {
                    assert_eq!(dict.insert_with(&key(number), || pair(number, 7)), {
                        let absent = !model.contains_key(&number);
                        model.entry(number).or_insert(7);
                        absent
                    });
                }
                _ => {
                    if let Some(found) = dict.get_mut(&key(number)) {
                        found.1 = step;
                        *model.get_mut(&number).unwrap() = step;
                    }
                }
            }
            assert_eq!(dict.get(&key(number)).map(|pair| pair.1), model.get(&number).copied());
            assert_eq!(dict.len(), model.len());
            if step % 50 == 0 {
                dict.check_invariants();
                let all: BTreeMap<Vec<u8>, u64> =
                    dict.iter().map(|pair| (pair.0.to_vec(), pair.1)).collect();
                assert!(
                    all == model.iter().map(|(number, value)| (key(*number), *value)).collect()
                );
            }
        }
    }
}

#[test]
fn it_behaves_as_a_map() {
    behaves_as_a_map::<7, 3>(0..6);
    behaves_as_a_map::<6, 6>(6..9);
    behaves_as_a_map::<1, 1>(9..11);
}

#[test]
fn a_scan_sees_all_that_stays_while_the_table_grows_and_shrinks() {
    for seed in 0..60 {
        let mut chance = Random::new(seed);
        let mut dict: Dict<Pair> = Dict::default();
        let stay = chance.below(500);
        let mut others: BTreeSet<u64> = (1_000_000..1_000_000 + chance.below(5_000)).collect();
        for number in (0..stay).chain(others.iter().copied()) {
            dict.insert(pair(number, 0));
        }
        let (mut cursor, mut seen) = (0, BTreeSet::new());
        let grows = chance.below(2) == 0;
        loop {
            cursor = dict.scan(cursor, |entry| {
                seen.insert(entry.0.to_vec());
            });
            if cursor == 0 {
                break;
            }
            assert!(cursor < 1 << 32, "clients read cursors as doubles");
            for _ in 0..chance.below(60) {
                if grows && others.len() < 20_000 {
                    let number = 1_000_000 + chance.next_u64() % 1_000_000;
                    others.insert(number);
                    dict.insert(pair(number, 0));
                } else if let Some(number) = others.pop_first() {
                    dict.remove(&key(number));
                }
            }
        }
        for number in 0..stay {
            assert!(seen.contains(&key(number)), "seed {seed}: {number} of {stay}");
        }
    }
}

#[test]
fn a_quiet_scan_sees_each_entry_once_and_any_cursor_ends() {
    let mut dict: Dict<Pair> = Dict::default();
    (0..3_000).for_each(|number| drop(dict.insert(pair(number, 0))));
    let (mut cursor, mut seen) = (0, Vec::new());
    loop {
        cursor = dict.scan(cursor, |entry| seen.push(entry.0.clone()));
        if cursor == 0 {
            break;
        }
    }
    assert_eq!(seen.len(), 3_000);
    for foreign in [1, u64::MAX, 1 << 63, 0x1234_5678_9abc_def0] {
        let (mut cursor, mut steps) = (foreign, 0);
        while cursor != 0 {
            cursor = dict.scan(cursor, |_| {});
            steps += 1;
        }
        assert!(steps <= dict.buckets());
    }
    let empty: Dict<Pair> = Dict::default();
    assert_eq!(empty.scan(77, |_| panic!("nothing is there")), 0);
}

#[test]
fn any_entry_is_as_likely_as_any_other() {
    const COUNT: u64 = 1_300;
    const EACH: u64 = 200;
    let (mut dict, mut chance) = (Dict::<Pair>::default(), Random::new(1));
    (0..COUNT * 2).for_each(|number| drop(dict.insert(pair(number, number))));
    (COUNT..COUNT * 2).for_each(|number| drop(dict.remove(&key(number))));
    let mut drawn = vec![0u64; COUNT as usize];
    for _ in 0..COUNT * EACH {
        drawn[dict.random(&mut chance).unwrap().1 as usize] += 1;
    }
    // Chi-square over 1299 degrees of freedom: mean 1299, deviation 51.
    let chi: f64 =
        drawn.iter().map(|count| (*count as f64 - EACH as f64).powi(2) / EACH as f64).sum();
    assert!((1_050.0..1_550.0).contains(&chi), "{chi}");
}

#[derive(Debug, Clone, Default)]
struct Word(Box<[u8]>);

impl Keyed for Word {
    fn key(&self) -> &[u8] {
        &self.0
    }
}

#[test]
fn memory_follows_the_entries() {
    let mut dict: Dict<Word> = Dict::default();
    assert_eq!(dict.memory(), 0);
    let mut most: f64 = 0.0;
    for number in 0..100_000 {
        dict.insert(Word(key(number).into()));
        if number > 2_000 {
            most = most.max(dict.memory() as f64 / dict.len() as f64);
        }
    }
    // 16 of each are the entry's own; Redis takes 24 and a pointer or two for each.
    println!("{most:.1} bytes for each of the entries at most");
    assert!(most < 37.0, "{most} bytes for each");
    for number in 0..99_990 {
        dict.remove(&key(number));
    }
    assert!(dict.memory() < 2_000, "{}", dict.memory());
    dict.check_invariants();
    (99_990..100_000).for_each(|number| drop(dict.remove(&key(number))));
    assert_eq!((dict.memory(), dict.len(), dict.nodes), (0, 0, 0));
}

#[test]
fn a_bucket_is_one_or_two_cache_lines() {
    assert_eq!(size_of::<bucket::Bucket<Option<Box<u64>>, 6, 6>>(), 64);
    assert_eq!(size_of::<bucket::Bucket<Box<[u8]>, 7, 3>>(), 128);
    assert_eq!(bucket::Bucket::<Box<[u8]>, 7, 3>::NODE_BYTES, 64);
}

/// An entry that is marked while its number is odd.
#[derive(Debug, Clone, Default)]
struct Marked(Box<[u8]>, bool);

impl Keyed for Marked {
    fn key(&self) -> &[u8] {
        &self.0
    }

    fn is_marked(&self) -> bool {
        self.1
    }
}

#[test]
fn the_marked_ones_are_found_by_their_marks() {
    for seed in 0..20 {
        let mut chance = Random::new(seed);
        let mut dict: Dict<Marked> = Dict::default();
        let mut model = BTreeMap::new();
        for _ in 0..4_000 {
            let (number, is_marked) = (chance.below(900), chance.below(4) == 0);
            match chance.below(if dict.len() > 400 { 5 } else { 3 }) {
                0 | 1 => {
                    dict.insert(Marked(key(number).into(), is_marked));
                    model.insert(number, is_marked);
                }
                2 => {
                    if let Some(place) = dict.find(&key(number)) {
                        dict.edit(place, |entry| entry.1 = is_marked).unwrap();
                        model.insert(number, is_marked);
                    }
                }
                _ => assert_eq!(dict.remove(&key(number)).map(|old| old.1), model.remove(&number)),
            }
        }
        let (mut found, mut from) = (BTreeSet::new(), 0);
        loop {
            from = dict.marked(from, 1 + chance.below(9) as usize, |entry| {
                assert!(entry.1 && found.insert(entry.0.to_vec()));
            });
            if from == 0 {
                break;
            }
        }
        let marked = model.iter().filter(|(_, is_marked)| **is_marked);
        assert!(found == marked.map(|(number, _)| key(*number)).collect(), "seed {seed}");
        dict.check_invariants();
    }
}
