use crate::command::oracle::{Ours, Theirs, Words, words};
use crate::keyspace::Effects;
use crate::resp::Version;

fn bulk(reply: &[u8]) -> Vec<u8> {
    let at = reply.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    reply[at..reply.len() - 2].to_vec()
}

fn restore(line: &str, payload: Vec<u8>, options: &str) -> Words {
    let mut command = words(line);
    command.push(payload);
    command.extend(words(options).into_iter().filter(|word| !word.is_empty()));
    command
}

const FILLED: &[&str] = &[
    "SET text hello",
    "SET number 12345",
    "RPUSH list a 1 -1 300 70000 -20000000000 b",
    "ZADD zset 1 a 2.5 b -inf c +inf d 3 12",
    "HSET hash a 1 b 2 c hello",
    "SADD ints 3 1 -70000",
    "SADD set a",
    "XADD stream 1-1 a 1 b 2",
    "XADD stream 1-2 a 3 b 4",
    "XADD stream 5-0 c 5",
];

#[test]
fn values_go_to_redis_and_come_back() {
    let Some(mut theirs) = Theirs::start("dump") else { return };
    let mut ours = Ours::new(Version::Resp2);
    for line in FILLED {
        theirs.ask(&words(line));
    }
    for (key, look) in [
        ("text", "GET text"),
        ("zset", "ZRANGE zset 0 -1 WITHSCORES"),
        ("hash", "HGETALL hash"),
        ("ints", "SMEMBERS ints"),
        ("set", "SMEMBERS set"),
        ("stream", "XRANGE stream - +"),
    ] {
        let payload = bulk(&theirs.ask(&words(&format!("DUMP {key}"))));
        let given = ours.ask(&restore(&format!("RESTORE {key} 0"), payload, ""));
        assert_eq!(String::from_utf8_lossy(&given), "+OK\r\n", "{key}");
        let back = bulk(&ours.ask(&words(&format!("DUMP {key}"))));
        let taken = theirs.ask(&restore(&format!("RESTORE {key} 0"), back, "REPLACE"));
        assert_eq!(String::from_utf8_lossy(&taken), "+OK\r\n", "{key}");
        let expected = theirs.ask(&words(look));
        assert!(expected.len() > 5, "{key}");
        assert_eq!(ours.ask(&words(look)), expected, "{key}");
    }
}

#[test]
fn what_cannot_be_restored_is_refused_in_the_words_of_redis() {
    let Some(mut theirs) = Theirs::start("restore") else { return };
    let mut ours = Ours::new(Version::Resp2);
    theirs.ask(&words("SET text hello"));
    ours.say("SET text hello");
    let good = bulk(&theirs.ask(&words("DUMP text")));
    let mut bad_sum = good.clone();
    bad_sum[2] ^= 1;
    let mut empty_list = vec![1, 0];
    crate::rdb::seal(&mut empty_list);
    let cases = [
        ("RESTORE text 0", &good, ""),
        ("RESTORE text 0", &good, "REPLACE"),
        ("RESTORE a x", &good, ""),
        ("RESTORE a -1", &good, ""),
        ("RESTORE a 0", &bad_sum, ""),
        ("RESTORE a 0", &empty_list, ""),
        ("RESTORE a 0", &good, "IDLETIME -1"),
        ("RESTORE a 0", &good, "IDLETIME x"),
        ("RESTORE a 0", &good, "FREQ 256"),
        ("RESTORE a 0", &good, "FREQ 1 IDLETIME 1"),
        ("RESTORE a 0", &good, "KEEP"),
        ("RESTORE a 0", &good, "REPLACE ABSTTL IDLETIME 5"),
        ("RESTORE a 0", &good, "FREQ 5"),
        ("RESTORE a 1", &good, "ABSTTL REPLACE"),
    ];
    for (line, payload, options) in cases {
        let command = restore(line, payload.clone(), options);
        let (ours, theirs) = (ours.ask(&command), theirs.ask(&command));
        assert_eq!(
            String::from_utf8_lossy(&ours),
            String::from_utf8_lossy(&theirs),
            "{line} {options}"
        );
    }
    assert_eq!(ours.say("DUMP a"), "$-1\r\n");
}

#[test]
fn the_log_gets_the_time_at_which_it_ends() {
    let mut ours = Ours::new(Version::Resp2);
    ours.say("SET text hello");
    let payload = bulk(&ours.ask(&words("DUMP text")));
    ours.engine.keys.take_record();
    ours.ask(&restore("RESTORE b 5000", payload.clone(), "IDLETIME 3"));
    let (_, record) = ours.engine.keys.take_record().unwrap();
    let effects: Vec<_> = Effects::read(&record).collect();
    let at = (ours.now_ms + 5000).to_string();
    let expected: [&[u8]; 6] = [b"RESTORE", b"b", at.as_bytes(), &payload, b"REPLACE", b"ABSTTL"];
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].args, expected);
}
