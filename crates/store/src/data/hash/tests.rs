use super::*;
use base::random::Random;
use std::collections::BTreeMap;

fn some_bytes(chance: &mut Random) -> Vec<u8> {
    match chance.below(12) {
        0..6 => chance.below(400).to_string().into_bytes(),
        6..9 => format!("field:{}", chance.below(300)).into_bytes(),
        9 => vec![b'x'; chance.below(64) as usize],
        10 => vec![b'l'; chance.below(40) as usize],
        _ => chance.next_u64().to_le_bytes().to_vec(),
    }
}

#[test]
fn it_behaves_as_a_map() {
    for seed in 0..30 {
        let mut chance = Random::new(seed);
        let limits = Limits { entries_max: 1 << chance.below(9), ..Limits::default() };
        let (mut hash, mut model) = (Hash::default(), BTreeMap::<Vec<u8>, Vec<u8>>::new());
        let mut ends = BTreeMap::<Vec<u8>, i64>::new();
        let mut shapes = Shapes::default();
        for step in 0..1_500 {
            let (field, value) = (some_bytes(&mut chance), some_bytes(&mut chance));
            match chance.below(if step > 1_000 { 10 } else { 6 }) {
                0..4 => {
                    let new = model.insert(field.clone(), value.clone()).is_none();
                    assert_eq!(hash.insert(&field, &value, &limits), new);
                    ends.remove(&field);
                }
                4 if seed % 2 == 0 => {
                    let at_ms = (chance.below(3) > 0).then(|| chance.below(1_000) as i64);
                    let there = model.contains_key(&field);
                    let changes = there && (at_ms.is_some() || ends.contains_key(&field));
                    assert_eq!(hash.set_end(&field, at_ms), changes);
                    if there {
                        ends.remove(&field);
                        at_ms.map(|at_ms| ends.insert(field.clone(), at_ms));
                    }
                }
                5 => {
                    let new = model.insert(field.clone(), value.clone()).is_none();
                    assert_eq!(hash.insert_keeping(&field, &value, &limits), new);
                }
                _ => {
                    assert_eq!(hash.remove(&field), model.remove(&field).is_some());
                    ends.remove(&field);
                }
            }
            if chance.below(4) == 0 {
                hash.share(&mut shapes);
            }
            assert_eq!(hash.len(), model.len());
            assert_eq!(
                hash.get(&field).map(|item| item.text().to_vec()),
                model.get(&field).cloned()
            );
            assert_eq!(hash.end(&field), ends.get(&field).copied());
            assert_eq!(hash.first_end().map(|(at_ms, _)| at_ms), ends.values().min().copied());
            if step % 40 == 0 {
                let all = |(field, value): (crate::data::listpack::Item<'_>, _)| {
                    let value: crate::data::listpack::Item<'_> = value;
                    (field.text().to_vec(), value.text().to_vec())
                };
                assert!(hash.iter().map(all).collect::<BTreeMap<_, _>>() == model);
                let (mut cursor, mut seen) = (0, BTreeMap::new());
                loop {
                    cursor = hash.scan(cursor, 5, |field, value| {
                        drop(seen.insert(field.text().to_vec(), value.text().to_vec()))
                    });
                    if cursor == 0 {
                        break;
                    }
                }
                assert!(seen == model);
                let drawn = hash.random(&mut chance).map(all);
                assert!(drawn.is_none_or(|(field, value)| model[&field] == value));
            }
            assert!(hash.encoding() == "hashtable" || hash.len() <= limits.entries_max);
        }
    }
}

#[test]
fn made_at_once_it_is_as_made_one_after_the_other() {
    let limits = Limits { entries_max: 20, ..Limits::default() };
    for seed in 0..400 {
        let mut chance = Random::new(seed);
        let text = |chance: &mut Random| {
            let len =
                if chance.below(30) == 0 { 65 + chance.below(3_000) } else { chance.below(9) };
            let digits = (0..len).map(|_| b'0' + chance.below(3) as u8);
            digits.collect::<Vec<u8>>()
        };
        let count = chance.below(40);
        let pairs: Vec<_> = (0..count).map(|_| (text(&mut chance), text(&mut chance))).collect();
        let (at_once, mut one_by_one) = (Hash::of(&pairs, &limits), Hash::default());
        for (field, value) in &pairs {
            one_by_one.insert(field, value, &limits);
        }
        let shown = |hash: &Hash| {
            let mut all = pairs_of(hash);
            all.sort();
            (hash.encoding(), hash.len(), all)
        };
        assert_eq!(shown(&at_once), shown(&one_by_one), "{seed}");
    }
}

#[test]
fn the_form_follows_the_limits() {
    let limits = Limits::default();
    let mut hash = Hash::default();
    for at in 0..128 {
        hash.insert(at.to_string().as_bytes(), &[b'v'; 64], &limits);
    }
    hash.insert(b"127", b"again", &limits);
    assert_eq!((hash.encoding(), hash.len()), ("listpack", 128));
    hash.insert(b"128", b"v", &limits);
    assert_eq!((hash.encoding(), hash.len()), ("hashtable", 129));
    (0..129).for_each(|at| assert!(hash.remove(at.to_string().as_bytes())));
    assert!(hash.is_empty() && hash.memory() < 160, "{}", hash.memory());
    let mut hash = Hash::default();
    hash.insert(b"f", &[b'v'; 65], &limits);
    assert_eq!(hash.encoding(), "hashtable");
    hash.insert(b"f", b"short", &limits);
    assert_eq!(hash.encoding(), "hashtable", "it stays so");
    for at in 0..31 {
        hash.insert(at.to_string().as_bytes(), b"v", &limits);
    }
    assert!(hash.memory() < 300, "few fields are packed all the same: {}", hash.memory());
    hash.insert(b"more", b"v", &limits);
    assert!(hash.memory() > 1_000, "no longer when there are more: {}", hash.memory());
    let mut hash = Hash::default();
    hash.insert(b"f", &[b'v'; 5_000], &limits);
    assert_eq!(hash.len(), 1, "a value beyond the small form");
}

#[test]
fn lengths_of_fields_are_read_back() {
    for len in [0, 1, 5, 127, 128, 16_383, 16_384, 3_000_000] {
        let name = vec![b'n'; len];
        let mut field = Field::new(&name, b"value");
        use crate::data::dict::Keyed;
        assert!(field.key() == name && field.value() == b"value");
        field.set_value(b"other");
        field.set_value(b"");
        assert!(field.key() == name && field.value() == b"");
    }
}

/// The job number `at` of a queue. Each other one has data too long for Redis's small form.
fn job(at: usize) -> (Hash, Vec<(String, String)>) {
    let path = "/welcome".repeat(if at % 2 == 1 { 8 } else { 1 });
    let data = format!("{{\"to\":\"user{at}@example.com\",\"path\":\"{path}\"}}");
    let stamp = 1_700_000_000_000 + at;
    let opts = r#"{"attempts":3,"backoff":{"delay":1000,"type":"exponential"}}"#;
    let pairs = [
        ("name", "send"),
        ("data", &*data),
        ("opts", opts),
        ("timestamp", &*stamp.to_string()),
        ("delay", "0"),
        ("priority", if at.is_multiple_of(10) { "7" } else { "0" }),
    ]
    .map(|(field, value)| (field.to_owned(), value.to_owned()));
    let mut hash = Hash::default();
    for (field, value) in &pairs {
        hash.insert(field.as_bytes(), value.as_bytes(), &Limits::default());
    }
    (hash, pairs.to_vec())
}

fn pairs_of(hash: &Hash) -> Vec<(String, String)> {
    let text =
        |item: crate::data::listpack::Item<'_>| String::from_utf8(item.text().to_vec()).unwrap();
    hash.iter().map(|(field, value)| (text(field), text(value))).collect()
}

#[test]
fn what_jobs_have_in_common_is_kept_once() {
    let mut shapes = Shapes::default();
    for at in 0..100 {
        let (mut hash, wanted) = job(at);
        let before = hash.memory();
        hash.share(&mut shapes);
        let encoding = if at % 2 == 1 { "hashtable" } else { "listpack" };
        assert_eq!((pairs_of(&hash), hash.len(), hash.encoding()), (wanted.clone(), 6, encoding));
        if at > 0 {
            assert!(hash.memory() * 10 < before * 7, "{} of {before}", hash.memory());
        }
        for (field, value) in &wanted {
            assert_eq!(&*hash.get(field.as_bytes()).unwrap().text(), value.as_bytes());
        }
        assert!(hash.get(b"nam").is_none() && !hash.contains(b"names"));
        // Changed, it is one as before.
        let mut other = hash.clone();
        assert!(!other.remove(b"none") && !other.insert(b"delay", b"5", &Limits::default()));
        assert!(other.remove(b"name") && other.insert(b"new", b"1", &Limits::default()));
        assert_eq!((other.len(), pairs_of(&hash)), (6, wanted));
        assert_eq!(&*other.get(b"delay").unwrap().text(), b"5");
        assert_eq!(other.encoding(), encoding);
        assert!(hash.set_end(b"data", Some(9)) && hash.encoding() == "hashtable");
    }
}

#[test]
fn hashes_with_little_in_common_are_left_alone() {
    let (mut shapes, limits) = (Shapes::default(), Limits::default());
    for at in 0..3_000 {
        let mut hash = Hash::default();
        // Too few fields, too few bytes, values of its own, fields of its own.
        let fields: &[&str] = if at % 4 == 0 { &["a", "b"] } else { &["a", "b", "c", "d"] };
        for field in fields {
            let field = if at % 4 == 3 { format!("{field}{at}") } else { (*field).to_owned() };
            let value = if at % 4 == 1 { "v".into() } else { format!("{field}:{at}:").repeat(6) };
            hash.insert(field.as_bytes(), value.as_bytes(), &limits);
        }
        let before = hash.memory();
        hash.share(&mut shapes);
        assert_eq!(hash.memory(), before, "{at}");
    }
}
