//! Whatever is done to a hash, it is what a plain map is, in both forms, and a scan sees what stays.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use store::data::Hash;
use store::data::hash::Limits;

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, steps)) = bytes.split_first() else { return };
    let limits = Limits { entries_max: usize::from(first) % 64, value_bytes_max: 9 };
    let mut hash = Hash::default();
    let mut model = BTreeMap::<Vec<u8>, (Vec<u8>, Option<i64>)>::new();
    let (mut cursor, mut stay, mut seen) = (0, Vec::new(), Vec::new());
    for step in steps.chunks_exact(4) {
        let field = match step[1] % 3 {
            0 => u16::from_le_bytes([step[1], step[2]]).to_string().into_bytes(),
            1 => vec![b'f', step[2]],
            _ => step[1..1 + usize::from(step[2]) % 3].to_vec(),
        };
        let value = vec![b'v'; usize::from(step[3]) % 12];
        match step[0] % 8 {
            0..=2 => {
                let end = (step[0] % 8 == 2).then(|| model.get(&field)?.1).flatten();
                let new = if step[0] % 8 == 2 {
                    hash.insert_keeping(&field, &value, &limits)
                } else {
                    hash.insert(&field, &value, &limits)
                };
                assert_eq!(new, model.insert(field, (value, end)).is_none());
            }
            3 | 4 => {
                assert_eq!(hash.remove(&field), model.remove(&field).is_some());
                stay.retain(|other| *other != field);
            }
            5 => {
                let end = (step[3] % 4 > 0).then_some(i64::from(step[3]));
                let known = model.get_mut(&field);
                let changes = known.as_ref().is_some_and(|known| end.is_some() || known.1.is_some());
                assert_eq!(hash.set_end(&field, end), changes);
                if let Some(known) = known {
                    known.1 = end;
                }
            }
            _ => {
                if cursor == 0 {
                    (stay, seen) = (model.keys().cloned().collect(), Vec::new());
                }
                cursor = hash.scan(cursor, 1 + usize::from(step[3]) % 8, |field, _| {
                    seen.push(field.text().to_vec());
                });
                if cursor == 0 {
                    assert!(stay.iter().all(|field| seen.contains(field)));
                }
            }
        }
        assert_eq!(hash.len(), model.len());
        let first_end = model.values().filter_map(|(_, end)| *end).min();
        assert_eq!(hash.first_end().map(|(end, _)| end), first_end);
    }
    let found: BTreeMap<Vec<u8>, (Vec<u8>, Option<i64>)> = hash
        .iter()
        .map(|(field, value)| {
            let (field, value) = (field.text().to_vec(), value.text().to_vec());
            let end = hash.end(&field);
            (field, (value, end))
        })
        .collect();
    assert_eq!(found, model);
});
