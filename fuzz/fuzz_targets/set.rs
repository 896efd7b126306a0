//! Whatever is done to a set, it is what a plain set is, in all three forms.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use store::data::Set;
use store::data::set::Limits;

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, steps)) = bytes.split_first() else { return };
    let limits = Limits {
        ints_max: usize::from(first) % 48,
        entries_max: usize::from(first) % 32,
        value_bytes_max: 6,
    };
    let (mut set, mut model) = (Set::default(), BTreeSet::<Vec<u8>>::new());
    for step in steps.chunks_exact(4) {
        let number = i32::from_le_bytes([step[1], step[2], step[3], step[3]]);
        let member = match step[0] & 3 {
            0 => (number >> (step[3] % 32)).to_string().into_bytes(),
            1 => (i64::from(number) << 24).to_string().into_bytes(),
            2 => vec![b'm', step[1] % 64],
            _ => vec![b'x'; usize::from(step[1]) % 9],
        };
        match (step[0] >> 2) % 4 {
            0..=2 => assert_eq!(set.insert(&member, &limits), model.insert(member.clone())),
            _ => assert_eq!(set.remove(&member), model.remove(&member)),
        }
        assert_eq!((set.len(), set.contains(&member)), (model.len(), model.contains(&member)));
    }
    let found: BTreeSet<Vec<u8>> = set.iter().map(|member| member.text().to_vec()).collect();
    assert_eq!((found.len(), set.iter().count()), (model.len(), model.len()));
    assert_eq!(found, model);
});
