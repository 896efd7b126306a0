//! Whatever is done to a sorted set, it is what a sorted list is, in both forms.
#![no_main]

use libfuzzer_sys::fuzz_target;
use store::data::zset::{Limits, Zset};

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, steps)) = bytes.split_first() else { return };
    let limits = Limits { entries_max: usize::from(first) % 64, value_bytes_max: 3 };
    let (mut zset, mut model) = (Zset::default(), Vec::<(i16, Vec<u8>)>::new());
    for step in steps.chunks_exact(4) {
        let member = step[1..1 + usize::from(step[0]) % 3].to_vec();
        let score = i16::from(step[3] as i8);
        let known = model.iter().position(|(_, other)| *other == member);
        let old = known.map(|at| f64::from(model[at].0));
        match step[0] % 8 {
            0..=4 => {
                assert_eq!(zset.insert(&member, f64::from(score), &limits), old);
                known.map(|at| model.remove(at));
                let at = model.partition_point(|pair| *pair < (score, member.clone()));
                model.insert(at, (score, member));
            }
            5 | 6 => {
                assert_eq!(zset.rank(&member), known);
                assert_eq!(zset.remove(&member), old);
                known.map(|at| model.remove(at));
            }
            _ => {
                let start = usize::from(step[1]).min(model.len());
                let end = (start + usize::from(step[2]) % 16).min(model.len());
                assert_eq!(zset.remove_ranks(start..end), end - start);
                model.drain(start..end);
            }
        }
        assert_eq!(zset.len(), model.len());
    }
    let found: Vec<(i16, Vec<u8>)> =
        zset.iter().map(|(member, score)| (score as i16, member.to_vec())).collect();
    assert_eq!(found, model);
    let mut back: Vec<(i16, Vec<u8>)> =
        zset.iter().rev().map(|(member, score)| (score as i16, member.to_vec())).collect();
    back.reverse();
    assert_eq!(back, model);
});
