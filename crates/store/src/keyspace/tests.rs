use super::*;
use crate::data::Value;

#[test]
fn effects_read_as_they_were_written() {
    let mut effects = Effects::default();
    let long = vec![7; 70_000];
    effects.push(0, &[b"SET", b"a", &long]);
    effects.push(15, &[b"DEL", b""]);
    let bytes = effects.take();
    let read: Vec<_> = Effects::read(&bytes).collect();
    assert_eq!(read[0], Effect { db: 0, args: vec![b"SET", b"a", &long] });
    assert_eq!(read[1], Effect { db: 15, args: vec![b"DEL", b""] });
    assert_eq!(Effects::read(&bytes[..bytes.len() - 2]).count(), 1);
}

#[test]
fn an_expired_key_is_gone_and_the_log_is_told() {
    let mut keys = Keyspace::new(16);
    keys.begin(3, 1_000);
    keys.insert(b"a", Value::Text(crate::data::Text::new(b"1")));
    keys.db().expire(b"a", Some(2_000));
    keys.begin(3, 1_999);
    assert!(keys.exists(b"a"));
    keys.begin(3, 2_000);
    assert!(!keys.exists(b"a"));
    let (lsn, record) = keys.take_record().unwrap();
    assert_eq!(lsn, 1);
    let effects: Vec<_> = Effects::read(&record).collect();
    assert_eq!(effects, vec![Effect { db: 3, args: vec![b"DEL", b"a"] }]);
}

#[test]
fn classes_are_read_and_printed() {
    for (given, printed) in
        [("KEA", "AKE"), ("Kg$lshzxet", "AK"), ("Ex", "xE"), ("", ""), ("AnmK", "AmnK")]
    {
        assert_eq!(Classes::parse(given).unwrap().text(), printed, "{given}");
    }
    assert_eq!(Classes::parse("Q"), None);
}
