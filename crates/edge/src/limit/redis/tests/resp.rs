use crate::limit::redis::{Malformed, Value, read};
use base::random::Random;

fn whole(text: &str) -> Value {
    let (value, length) = read(text.as_bytes()).unwrap().unwrap();
    assert_eq!(length, text.len());
    // Nothing is said of a part.
    for end in 0..text.len() {
        assert_eq!(read(&text.as_bytes()[..end]), Ok(None), "{end} of {text:?}");
    }
    // What follows is another's.
    let (again, length) = read(format!("{text}+more\r\n").as_bytes()).unwrap().unwrap();
    assert_eq!((&again, length), (&value, text.len()));
    value
}

#[test]
fn values_of_every_kind() {
    assert_eq!(whole("+OK\r\n"), Value::Simple(b"OK".to_vec()));
    assert_eq!(whole("-NOSCRIPT x\r\n"), Value::Error(b"NOSCRIPT x".to_vec()));
    assert_eq!(whole(":-7\r\n"), Value::Number(-7));
    assert_eq!(whole("$4\r\na\r\nb\r\n"), Value::Bulk(b"a\r\nb".to_vec()));
    assert_eq!(whole("$0\r\n\r\n"), Value::Bulk(Vec::new()));
    assert_eq!(whole("$-1\r\n"), Value::Null);
    assert_eq!(whole("*-1\r\n"), Value::Null);
    assert_eq!(
        whole("*3\r\n:1\r\n*1\r\n+a\r\n$-1\r\n"),
        Value::Array(vec![
            Value::Number(1),
            Value::Array(vec![Value::Simple(b"a".to_vec())]),
            Value::Null
        ])
    );
}

#[test]
fn what_is_no_such_value() {
    let long = format!("+{}", "a".repeat(5_000));
    let deep = "*1\r\n".repeat(6);
    for text in [
        "HTTP/1.1 400 Bad Request\r\n",
        "\r\n",
        ":x\r\n",
        ":1\n",
        "$-2\r\n",
        "$99999999\r\n",
        "*1000\r\n",
        "$1\r\nab\r\n",
        "$99999999999999999999\r\n",
        &long,
        &deep,
    ] {
        assert_eq!(read(text.as_bytes()), Err(Malformed), "{text:?}");
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let mut random = Random::new(1);
    let pieces = ["*", "$", ":", "+", "-", "1", "0", "3", "\r\n", "\n", "a", "-1", "99"];
    for _ in 0..20_000 {
        let piece = |random: &mut Random| pieces[random.below(pieces.len() as u64) as usize];
        let text: String = (0..random.below(20)).map(|_| piece(&mut random)).collect();
        if let Ok(Some((_, length))) = read(text.as_bytes()) {
            assert!(length <= text.len());
        }
    }
}
