use super::value::Form;
use super::*;
use base::random::Random;
use std::cmp::Ordering;

/// What a sorted set is: pairs, sorted.
#[derive(Default)]
struct Model(Vec<(f64, Vec<u8>)>);

impl Model {
    fn find(&self, member: &[u8]) -> Option<usize> {
        self.0.iter().position(|(_, known)| known == member)
    }

    fn insert(&mut self, member: &[u8], score: f64) -> Option<f64> {
        let old = self.find(member).map(|at| self.0.remove(at).0);
        let before = |pair: &(f64, Vec<u8>)| {
            pair.0.partial_cmp(&score).unwrap().then_with(|| pair.1[..].cmp(member))
                == Ordering::Less
        };
        let at = self.0.partition_point(before);
        self.0.insert(at, (score, member.to_vec()));
        old
    }
}

fn check(zset: &Zset, model: &Model) {
    if let Form::Large(large) = zset.form() {
        large.check_invariants();
    }
    let pairs = |iter: &mut dyn Iterator<Item = (crate::data::listpack::Text<'_>, f64)>| {
        iter.map(|(member, score)| (score, member.to_vec())).collect::<Vec<_>>()
    };
    assert_eq!(pairs(&mut zset.iter()), model.0);
    let mut reversed = pairs(&mut zset.iter().rev());
    reversed.reverse();
    assert_eq!(reversed, model.0);
}

fn ask(zset: &Zset, model: &Model, chance: &mut Random, scores: u64) {
    let (low, high) = (chance.below(scores) as f64, chance.below(scores) as f64);
    let bound = |score, chance: &mut Random| ScoreBound { score, open: chance.below(2) == 0 };
    let range = ScoreRange { low: bound(low, chance), high: bound(high, chance) };
    let inside = |score: f64| !range.is_after(score) && !range.is_before(score);
    let found: Vec<_> =
        zset.range(zset.by_score(&range)).map(|(member, _)| member.to_vec()).collect();
    let want: Vec<_> = model
        .0
        .iter()
        .filter(|(score, _)| inside(*score))
        .map(|(_, member)| member.clone())
        .collect();
    assert_eq!(found, want, "{range:?}");
    for (rank, (score, member)) in model.0.iter().enumerate().step_by(7) {
        assert_eq!((zset.rank(member), zset.score(member)), (Some(rank), Some(*score)));
    }
    assert_eq!((zset.rank(b"none"), zset.score(b"none")), (None, None));
}

fn run(seed: u64, limits: Limits, members: u64, scores: u64, steps: usize) {
    let mut chance = Random::new(seed);
    let (mut zset, mut model) = (Zset::default(), Model::default());
    for step in 0..steps {
        let growing = (step / (steps / 4)).is_multiple_of(2);
        let member = match chance.below(members) {
            number if number % 3 == 0 => number.to_string(),
            number => format!("member:{number}"),
        };
        let score = chance.below(scores) as f64 + if chance.below(4) == 0 { 0.5 } else { 0.0 };
        match chance.below(10) {
            0..=5 if growing => {
                assert_eq!(
                    zset.insert(member.as_bytes(), score, &limits),
                    model.insert(member.as_bytes(), score)
                );
            }
            6 => {
                let at = chance.below(members);
                let ranks = at as usize..(at + chance.below(5)) as usize;
                let removed = zset.remove_ranks(ranks.clone());
                let end = ranks.end.min(model.0.len());
                let want = end.saturating_sub(ranks.start);
                model.0.drain(ranks.start.min(end)..end);
                assert_eq!(removed, want);
            }
            _ => {
                let want = model.find(member.as_bytes()).map(|at| model.0.remove(at).0);
                assert_eq!(zset.remove(member.as_bytes()), want);
            }
        }
        assert_eq!(zset.len(), model.0.len());
        if step % 97 == 0 {
            check(&zset, &model);
            ask(&zset, &model, &mut chance, scores);
        }
    }
    check(&zset, &model);
}

#[test]
fn both_forms_are_what_a_sorted_list_is() {
    for seed in 0..6 {
        run(seed, Limits::default(), 100, 20, 2_000);
        run(seed, Limits { entries_max: 0, value_bytes_max: 64 }, 3_000, 50, 12_000);
        run(seed, Limits { entries_max: 0, value_bytes_max: 64 }, 8_000, 1_000_000, 12_000);
        run(seed, Limits { entries_max: 30, value_bytes_max: 9 }, 90, 1, 2_000);
    }
}

#[test]
fn in_order_and_against_it_leaves_stay_full() {
    let limits = Limits { entries_max: 0, value_bytes_max: 0 };
    for descending in [false, true] {
        let mut zset = Zset::default();
        for number in 0..20_000_u32 {
            let score = if descending { -f64::from(number) } else { f64::from(number) };
            zset.insert(number.to_string().as_bytes(), score, &limits);
        }
        let Form::Large(large) = zset.form() else { panic!("large") };
        large.check_invariants();
        assert!(zset.memory() / zset.len() < 70, "{}", zset.memory() / zset.len());
        while let Some((member, _)) = zset.edge(descending).map(|(m, s)| (m.to_vec(), s)) {
            zset.remove(&member);
            if zset.len() % 1_000 == 0 {
                let Form::Large(large) = zset.form() else { panic!("large") };
                large.check_invariants();
            }
        }
        assert!(zset.memory() < 40_000, "{}", zset.memory());
    }
}

#[test]
fn members_between_others() {
    for limits in [Limits::default(), Limits { entries_max: 0, value_bytes_max: 0 }] {
        let mut zset = Zset::default();
        for number in 0..100 {
            zset.insert(number.to_string().as_bytes(), 0.0, &limits);
        }
        let count = |low, high| zset.by_lex(&LexRange { low, high }).len();
        use LexBound::{Closed, Max, Min, Open};
        assert_eq!(count(Min, Max), 100);
        assert_eq!(count(Closed(b"5"), Open(b"6")), 11);
        assert_eq!(count(Open(b"5"), Closed(b"6")), 11);
        assert_eq!(count(Max, Min), 0);
        assert_eq!(count(Closed(b"7"), Closed(b"6")), 0);
        assert_eq!(count(Min, Open(b"0")), 0);
    }
}

#[test]
fn a_scan_meets_all_that_stay() {
    let limits = Limits { entries_max: 0, value_bytes_max: 0 };
    for seed in 0..20 {
        let mut chance = Random::new(seed);
        let mut zset = Zset::default();
        for number in 0..chance.below(2_000) {
            zset.insert(format!("stays{number}").as_bytes(), 1.0, &limits);
        }
        let stays = zset.len();
        let (mut seen, mut cursor, mut passing) = (std::collections::HashSet::new(), 0, 0_u64);
        loop {
            cursor = zset.scan(cursor, 10, |member, _| {
                seen.insert(member.to_vec());
            });
            if cursor == 0 {
                break;
            }
            for _ in 0..chance.below(200) {
                let member = format!("passes{}", chance.below(3_000));
                if chance.below(2) == seed % 2 || passing > 3_000 {
                    zset.remove(member.as_bytes());
                } else {
                    zset.insert(member.as_bytes(), 2.0, &limits);
                    passing += 1;
                }
            }
        }
        let met = seen.iter().filter(|member| member.starts_with(b"stays")).count();
        assert_eq!(met, stays, "seed {seed}");
    }
}

#[test]
fn scores_are_kept_to_the_bit_and_the_forms_change_where_redis_changes_them() {
    let limits = Limits::default();
    let mut zset = Zset::default();
    let scores = [
        0.0,
        -0.0,
        0.1,
        1.0,
        -1.0,
        1e300,
        f64::INFINITY,
        f64::NEG_INFINITY,
        9_007_199_254_740_992.0,
        7e15,
        5e-324,
    ];
    let large = Limits { entries_max: 0, value_bytes_max: 0 };
    for score in scores {
        for limits in [limits, large] {
            let mut zset = Zset::default();
            zset.insert(b"a", score, &limits);
            // The small form has no `-0`, as Redis's.
            let want = if limits == large || score != 0.0 { score } else { 0.0 };
            assert_eq!(zset.score(b"a").unwrap().to_bits(), want.to_bits());
        }
    }
    zset.insert(b"a", 1.0, &limits);
    for number in 1..128 {
        zset.insert(format!("{number}").as_bytes(), 1.0, &limits);
    }
    assert_eq!((zset.len(), zset.encoding()), (128, "listpack"));
    zset.insert(b"a", 3.0, &limits);
    assert_eq!(zset.encoding(), "listpack");
    let mut long = zset.clone();
    zset.insert(b"b", 3.0, &limits);
    assert_eq!(zset.encoding(), "skiplist");
    zset.remove(b"b");
    assert_eq!(zset.encoding(), "skiplist");
    zset.settle(&limits);
    assert_eq!((zset.len(), zset.encoding()), (128, "listpack"));
    long.remove(b"a");
    long.insert(&[b'x'; 65], 1.0, &limits);
    assert_eq!(long.encoding(), "skiplist");
}
