use super::*;
use base::random::Random;
use std::collections::BTreeSet;

#[test]
fn it_behaves_as_a_set() {
    for seed in 0..40 {
        let (mut chance, mut ints) = (Random::new(seed), IntSet::new());
        let (mut model, bits) = (BTreeSet::new(), chance.below(63));
        for step in 0..1_000 {
            let value = match chance.below(40) {
                0 => [i64::MIN, i64::MAX, i64::from(i32::MIN), 32_768][chance.below(4) as usize],
                _ => chance.next_u64() as i64 >> bits.max(54),
            };
            if chance.below(5) < if step < 600 { 3 } else { 1 } {
                assert_eq!(ints.insert(value), model.insert(value), "seed {seed} step {step}");
            } else {
                assert_eq!(ints.remove(value), model.remove(&value), "seed {seed} step {step}");
            }
            assert_eq!(ints.len(), model.len());
            assert!(ints.view().iter().eq(model.iter().copied()), "seed {seed} step {step}");
            let probe = chance.next_u64() as i64 >> 54;
            assert_eq!(ints.view().contains(probe), model.contains(&probe));
            assert!(ints.memory() <= 32 + 8 * model.len() * 2);
        }
        let raw = ints.clone().into_raw();
        assert!(raw.is_empty() || raw[7] != 0);
        assert_eq!(IntSet::from_raw(raw), ints);
    }
}

#[test]
fn the_width_is_that_of_the_widest() {
    let mut ints = IntSet::new();
    (0..100).for_each(|value| assert!(ints.insert(value)));
    assert_eq!(ints.memory(), 224);
    ints.insert(40_000);
    assert_eq!(ints.memory(), 432);
    ints.insert(-5_000_000_000);
    assert_eq!(ints.memory(), 832);
    assert_eq!((ints.view().get(0), ints.view().get(101)), (Some(-5_000_000_000), Some(40_000)));
    assert_eq!(ints.view().get(102), None);
}
