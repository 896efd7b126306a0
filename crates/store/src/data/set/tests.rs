use super::*;
use base::random::Random;
use std::collections::{BTreeMap, BTreeSet};

fn some_bytes(chance: &mut Random, ints: bool) -> Vec<u8> {
    match chance.below(12) {
        0..7 => chance.below(700).to_string().into_bytes(),
        _ if ints => (chance.next_u64() as i64 >> chance.below(60)).to_string().into_bytes(),
        7..10 => format!("member:{}", chance.below(300)).into_bytes(),
        10 => vec![b'x'; chance.below(66) as usize],
        _ => chance.next_u64().to_le_bytes().to_vec(),
    }
}

#[test]
fn it_behaves_as_a_set() {
    for seed in 0..40 {
        let mut chance = Random::new(seed);
        let limits = Limits {
            entries_max: 1 << chance.below(9),
            ints_max: 1 << chance.below(9),
            ..Limits::default()
        };
        let (mut set, mut model) = (Set::default(), BTreeSet::<Vec<u8>>::new());
        for step in 0..1_500 {
            let ints = step < 300 || seed % 3 == 0;
            let member = some_bytes(&mut chance, ints);
            if chance.below(10) < if step % 700 < 500 { 7 } else { 2 } {
                assert_eq!(set.insert(&member, &limits), model.insert(member.clone()));
            } else {
                assert_eq!(set.remove(&member), model.remove(&member));
            }
            let probe = some_bytes(&mut chance, ints);
            assert_eq!((set.len(), set.contains(&probe)), (model.len(), model.contains(&probe)));
            let item = crate::data::listpack::Item::of(&probe);
            assert_eq!(set.contains_item(item), model.contains(&probe));
            if step % 40 == 0 {
                assert!(
                    set.iter().map(|item| item.text().to_vec()).collect::<BTreeSet<_>>() == model
                );
                assert_eq!(set.iter().count(), model.len());
                let (mut cursor, mut seen) = (0, BTreeSet::new());
                loop {
                    cursor = set.scan(cursor, 5, |item| {
                        seen.insert(item.text().to_vec());
                    });
                    if cursor == 0 {
                        break;
                    }
                }
                assert!(seen == model);
                let drawn = set.random(&mut chance).map(|item| item.text().to_vec());
                assert!(drawn.is_none_or(|member| model.contains(&member)));
            }
        }
    }
}

#[test]
fn the_form_follows_the_limits() {
    let limits = Limits::default();
    let filled = |members: &mut dyn Iterator<Item = String>| {
        let mut set = Set::default();
        members.for_each(|member| assert!(set.insert(member.as_bytes(), &limits)));
        set.encoding()
    };
    assert_eq!(filled(&mut (0..512).map(|at| at.to_string())), "intset");
    assert_eq!(filled(&mut (0..513).map(|at| at.to_string())), "hashtable");
    assert_eq!(filled(&mut (0..127).map(|at| at.to_string()).chain(["a".into()])), "listpack");
    assert_eq!(filled(&mut (0..128).map(|at| at.to_string()).chain(["a".into()])), "hashtable");
    assert_eq!(
        filled(&mut ["a".into()].into_iter().chain((0..127).map(|at| at.to_string()))),
        "listpack"
    );
    assert_eq!(filled(&mut (0..129).map(|at| format!("m{at}"))), "hashtable");
    assert_eq!(filled(&mut ["x".repeat(64)].into_iter()), "listpack");
    assert_eq!(filled(&mut ["x".repeat(65)].into_iter()), "hashtable");
}

#[test]
fn any_member_is_as_likely_as_any_other() {
    let limits = Limits::default();
    for (name, count) in [("", 50), ("m", 50), ("m", 1_000)] {
        let (mut set, mut chance) = (Set::default(), Random::new(5));
        for at in 0..count {
            set.insert(format!("{name}{at}").as_bytes(), &limits);
        }
        let mut drawn = BTreeMap::<Vec<u8>, u64>::new();
        for _ in 0..count * 100 {
            *drawn.entry(set.random(&mut chance).unwrap().text().to_vec()).or_default() += 1;
        }
        assert_eq!(drawn.len(), count);
        assert!(drawn.values().all(|times| (50..160).contains(times)), "{drawn:?}");
    }
}
