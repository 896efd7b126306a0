use crate::cache::Ask;
use crate::cache::store::disk::index::{Entry, Index};
use crate::cache::store::disk::names::Number;
use base::random::Random;
use std::collections::BTreeMap;

fn entry(random: &mut Random, number: u64) -> Entry {
    let mut entry = Entry::new(random.below(20), Number(number), 1 + random.below(20_000), 1_000);
    let value = Some(random.below(3).to_string().into_bytes().into());
    entry.asks = [Ask { name: "x".into(), value }].into();
    entry
}

/// What is in the index is what was added and did not have to go; chains and sums are right.
#[test]
fn as_a_plain_model_for_any_order_of_calls() {
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let mut index = Index::new(500_000);
        // Number to hash, asks, bytes.
        let mut known: BTreeMap<u64, (u64, Box<[Ask]>, u64)> = BTreeMap::new();
        for number in 1..600 {
            match random.below(12) {
                0..8 => {
                    let is_new = random.below(3) > 0;
                    let one = entry(&mut random, number);
                    let (hash, asks, bytes) = (one.hash, one.asks.clone(), one.bytes);
                    let older = known.iter().find(|(_, (h, a, _))| (h, a) == (&hash, &asks));
                    let older = older.map(|(number, _)| *number);
                    known.insert(number, (hash, asks, bytes.next_multiple_of(4_096)));
                    let gone = if is_new { index.add(one) } else { index.restore(one) };
                    assert!(older.is_none_or(|older| gone.contains(&Number(older))));
                    gone.iter().for_each(|number| assert!(known.remove(&number.0).is_some()));
                }
                8 => {
                    let wanted = random.below(number);
                    let hash = known.get(&wanted).map_or(0, |(hash, ..)| *hash);
                    let was_there = known.remove(&wanted).is_some();
                    assert_eq!(index.remove(hash, Number(wanted)), was_there);
                }
                9 => {
                    let hash = random.below(20);
                    let gone = index.remove_all(hash);
                    gone.iter().for_each(|number| assert!(known.remove(&number.0).is_some()));
                    assert!(known.values().all(|(other, ..)| *other != hash));
                }
                10 => {
                    let gone = index.resize(200_000 + random.below(400_000));
                    gone.iter().for_each(|number| assert!(known.remove(&number.0).is_some()));
                }
                _ => {
                    let hash = random.below(20);
                    index.all(hash).for_each(Entry::used);
                }
            }
            check(&index, &known);
        }
        assert_eq!(index.clear(), known.len());
        assert_eq!((index.len(), index.bytes(), index.index_bytes()), (0, 0, 0));
    }
}

fn check(index: &Index, known: &BTreeMap<u64, (u64, Box<[Ask]>, u64)>) {
    assert_eq!(index.len(), known.len());
    assert_eq!(index.bytes(), known.values().map(|(_, _, bytes)| bytes).sum::<u64>());
    let found: usize = (0..20).map(|hash| index.all(hash).count()).sum();
    assert_eq!(found, known.len());
    for hash in 0..20 {
        let numbers: Vec<u64> = index.all(hash).map(|entry| entry.number.0).collect();
        assert!(numbers.iter().all(|number| known[number].0 == hash));
        // The newest first.
        assert!(numbers.is_sorted_by(|a, b| a > b), "{numbers:?}");
    }
    let (mut at, mut seen) = (Some(0), 0);
    while let Some(from) = at {
        let (some, next) = index.some(from, 7, |_| true);
        seen += some.len();
        at = next;
    }
    assert_eq!(seen, known.len());
}
