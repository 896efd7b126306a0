use super::*;
use base::random::Random;

#[test]
fn takes_no_more_than_three_words() {
    assert_eq!(size_of::<Text>(), 24);
    assert_eq!(size_of::<Option<Text>>(), 24);
}

#[test]
fn is_called_what_redis_calls_it() {
    let long = "x".repeat(45);
    for (text, name) in [
        ("5", "int"),
        ("-9223372036854775808", "int"),
        ("9223372036854775808", "embstr"),
        ("01", "embstr"),
        ("", "embstr"),
        (&long[..44], "embstr"),
        (&long, "raw"),
    ] {
        assert_eq!(Text::new(text.as_bytes()).encoding(), name, "{text}");
        assert_eq!(Text::new(text.as_bytes()).to_vec(), text.as_bytes());
        assert_eq!(Text::new(text.as_bytes()).len(), text.len());
    }
    assert_eq!(Text::plain(b"5").encoding(), "embstr");
    let mut text = Text::new(b"5");
    assert_eq!((text.append(b"6"), text.encoding(), text.int()), (2, "raw", Some(56)));
}

#[test]
fn edits_as_plain_bytes_do() {
    let mut chance = Random::new(5);
    for _ in 0..300 {
        let start = vec![b'1'; chance.below(60) as usize];
        let (mut text, mut model) = (Text::new(&start), start);
        for _ in 0..30 {
            let part = vec![chance.next_u64() as u8; chance.below(40) as usize];
            if chance.below(2) == 0 {
                model.extend(&part);
                assert_eq!(text.append(&part), model.len());
            } else {
                let offset = chance.below(model.len() as u64 + 30) as usize;
                model.resize(model.len().max(offset + part.len()), 0);
                model[offset..offset + part.len()].copy_from_slice(&part);
                assert_eq!(text.set_range(offset, &part), model.len());
            }
            assert_eq!((text.to_vec(), text.len()), (model.clone(), model.len()));
            assert!(text.memory() <= 24 + 2 * model.len().max(60) + 60);
        }
    }
}
