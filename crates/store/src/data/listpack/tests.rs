use super::*;
use base::random::Random;

fn items() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = [
        0,
        1,
        127,
        128,
        -1,
        4095,
        4096,
        -4096,
        -4097,
        32767,
        32768,
        -32768,
        -32769,
        8_388_607,
        8_388_608,
        -8_388_608,
        -8_388_609,
        i64::from(i32::MAX),
        i64::from(i32::MIN),
        i64::MAX,
        i64::MIN,
    ]
    .iter()
    .map(|value: &i64| value.to_string().into_bytes())
    .collect();
    for len in [0, 1, 63, 64, 126, 127, 128, 4095, 4096, 16_381, 16_382, 70_000] {
        all.push(vec![b'x'; len]);
    }
    all.extend(
        ["-0", "00", "+1", "9223372036854775808", "1 "].map(|text| text.as_bytes().to_vec()),
    );
    all
}

#[test]
fn what_was_written_is_read_from_both_ends() {
    let (mut bytes, mut starts) = (Vec::new(), Vec::new());
    for text in items() {
        starts.push(bytes.len());
        push(&mut bytes, Item::of(&text));
        assert_eq!(bytes.len() - starts.last().unwrap(), size(Item::of(&text)), "{}", text.len());
    }
    let mut at = 0;
    for text in items() {
        let (item, next) = read(&bytes, at).unwrap();
        assert_eq!(&*item.text(), &*text);
        at = next;
    }
    assert_eq!((at, read(&bytes, at)), (bytes.len(), None));
    for start in starts.iter().rev() {
        at = back(&bytes, at).unwrap();
        assert_eq!(at, *start);
    }
    assert_eq!((back(&bytes, 0), whole(&bytes)), (None, Some(items().len())));
}

#[test]
fn bytes_of_redis() {
    for (text, want) in [
        ("5", vec![5, 1]),
        ("-1", vec![0xdf, 0xff, 2]),
        ("1000", vec![0xc3, 0xe8, 2]),
        ("5000", vec![0xf1, 0x88, 0x13, 3]),
        ("ab", vec![0x82, b'a', b'b', 3]),
    ] {
        let mut bytes = Vec::new();
        push(&mut bytes, Item::of(text.as_bytes()));
        assert_eq!(bytes, want, "{text}");
    }
}

#[test]
fn an_element_is_replaced_in_its_place() {
    let mut bytes = Vec::new();
    for value in 0..5 {
        push_int(&mut bytes, value);
    }
    assert_eq!(replace(&mut bytes, 4, Item::of(b"long text")), Some(15));
    assert_eq!(read(&bytes, 15), Some((Item::Int(3), 17)));
    assert_eq!(replace(&mut bytes, 4, Item::Int(2)), Some(6));
    assert_eq!(whole(&bytes), Some(5));
}

#[test]
fn foreign_bytes_are_refused_not_trusted() {
    let mut chance = Random::new(11);
    for _ in 0..20_000 {
        let bytes: Vec<u8> = (0..chance.below(24)).map(|_| chance.next_u64() as u8).collect();
        if let Some(count) = whole(&bytes) {
            assert!(count * 2 <= bytes.len());
        }
        for at in 0..=bytes.len() {
            let _ = (read(&bytes, at), back(&bytes, at));
        }
    }
}

fn bytes(item: Item<'_>) -> Vec<u8> {
    item.text().to_vec()
}

#[test]
fn keys_of_pairs_are_not_mistaken_for_values() {
    let packed: Packed =
        ["a", "b", "b", "c"].iter().map(|text| Item::of(text.as_bytes())).collect();
    assert_eq!(packed.find(Item::of(b"b"), 2), packed.view().at(2));
    assert_eq!(packed.find(Item::of(b"c"), 2), None);
    let value = packed.view().next(packed.view().at(2).unwrap());
    assert_eq!(packed.view().item(value), Some(Item::Bytes(b"c")));
}

#[test]
fn an_emptied_one_takes_nothing() {
    let mut packed: Packed = (0..1000).map(Item::Int).collect();
    assert!(packed.memory() > 2800);
    packed.remove(10, 5000);
    assert_eq!((packed.len(), packed.memory()), (10, 48));
    packed.remove(0, 10);
    assert_eq!((packed.len(), packed.bytes(), packed.memory()), (0, 0, 0));
    assert_eq!((packed.get(0), packed.find(Item::Int(1), 1)), (None, None));
}

#[test]
fn broken_bytes_end_the_scan() {
    for tail in [&[0xC1][..], &[0xE1], &[0xF0, 255, 255, 255, 255], &[0xF4, 1], &[0xF6], &[0xBF]] {
        let mut raw = vec![8 + tail.len() as u8, 0, 0, 0, 1, 0, 0, 0];
        raw.extend_from_slice(tail);
        let view = View::new(&raw);
        assert_eq!((view.iter().next(), view.find(Item::Int(5), 1)), (None, None), "{tail:?}");
    }
}

fn some_item(chance: &mut Random) -> Vec<u8> {
    match chance.below(6) {
        0 => chance.below(200).to_string().into_bytes(),
        1 => (chance.next_u64() as i64 >> chance.below(63)).to_string().into_bytes(),
        2 => vec![b'a' + chance.below(3) as u8; chance.below(70) as usize],
        3 => vec![b'0'; chance.below(3) as usize],
        4 => vec![b'z'; chance.below(5000) as usize],
        _ => chance.next_u64().to_le_bytes()[..chance.below(9) as usize].to_vec(),
    }
}

#[test]
fn it_behaves_as_a_vec() {
    for seed in 0..40 {
        let (mut chance, mut packed, mut model) = (Random::new(seed), Packed::new(), Vec::new());
        for step in 0..400 {
            let item = some_item(&mut chance);
            let index = chance.below(model.len() as u64 + 1) as usize;
            match chance.below(8) {
                0..4 => {
                    packed.insert(index, Item::of(&item));
                    model.insert(index, item);
                }
                4 => {
                    packed.push(Item::of(&item));
                    model.push(item);
                }
                5 => {
                    packed.replace(index, Item::of(&item));
                    if let Some(old) = model.get_mut(index) {
                        *old = item;
                    }
                }
                _ => {
                    let count = chance.below(4) as usize;
                    packed.remove(index, count);
                    model.drain(index..(index + count).min(model.len()));
                }
            }
            assert_eq!(packed.len(), model.len(), "seed {seed} step {step}");
            assert!(packed.iter().map(bytes).eq(model.iter().cloned()), "seed {seed} step {step}");
            assert!(packed.memory() <= 64 + packed.bytes() * 2);
            let index = chance.below(model.len() as u64 + 1) as usize;
            assert_eq!(packed.get(index).map(bytes).as_ref(), model.get(index));
            let probe = some_item(&mut chance);
            let place = model.iter().position(|item| *item == probe);
            let found = packed.find(Item::of(&probe), 1);
            assert_eq!(found, place.and_then(|place| packed.view().at(place)), "seed {seed}");
        }
        assert_eq!(Packed::from_raw(packed.clone().into_raw()), packed);
    }
}
