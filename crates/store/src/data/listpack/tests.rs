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
