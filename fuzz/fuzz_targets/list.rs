//! Whatever is done to a list, it is what a plain sequence is, in both forms.
#![no_main]

use libfuzzer_sys::fuzz_target;
use store::data::List;
use store::data::list::{End, Limits};

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, steps)) = bytes.split_first() else { return };
    let limits = Limits {
        chunk_bytes_max: 16 + usize::from(first),
        chunk_elements_max: 1 + usize::from(first) % 32,
    };
    let (mut list, mut model) = (List::default(), Vec::<Vec<u8>>::new());
    for step in steps.chunks_exact(4) {
        let value = match step[1] % 4 {
            0 => vec![b'x'; usize::from(step[2])],
            1 => i32::from_le_bytes([step[2], step[3], step[2], step[3]]).to_string().into_bytes(),
            _ => vec![b'0' + step[2] % 10],
        };
        let at = usize::from(step[3]);
        match step[0] % 8 {
            0 | 1 => {
                list.push(End::Tail, &[&value], &limits);
                model.push(value);
            }
            2 => {
                list.push(End::Head, &[&value], &limits);
                model.insert(0, value);
            }
            3 => {
                assert_eq!(list.set(at, &value, &limits), at < model.len());
                if let Some(old) = model.get_mut(at) {
                    *old = value;
                }
            }
            4 => {
                let pivot = model.get(at).cloned().unwrap_or_default();
                let place = model.iter().position(|other| *other == pivot);
                assert_eq!(list.insert(&pivot, true, &value, &limits), place.is_some());
                if let Some(place) = place {
                    model.insert(place, value);
                }
            }
            5 => {
                let end = (at + usize::from(step[1]) % 16).min(model.len());
                list.remove(at..end, &limits);
                model.drain(at.min(end)..end);
            }
            6 => {
                let removed = list.remove_matches(&value, End::Head, usize::MAX, &limits);
                let before = model.len();
                model.retain(|other| *other != value);
                assert_eq!(removed, before - model.len());
            }
            _ => {
                let places = model.iter().enumerate().filter(|(_, other)| **other == value);
                let places: Vec<usize> = places.map(|(place, _)| place).rev().collect();
                assert_eq!(list.matches(&value, End::Tail).collect::<Vec<_>>(), places);
            }
        }
        assert_eq!(list.len(), model.len());
    }
    assert_eq!(list.elements().map(|item| item.text().to_vec()).collect::<Vec<_>>(), model);
});
