use crate::command::oracle::{Ours, Theirs, words};
use crate::resp::Version;
use std::sync::atomic::Ordering::Relaxed;

#[test]
fn each_type_is_replied_as_redis_does() {
    let Some(mut theirs) = Theirs::start("debug") else { return };
    for version in [Version::Resp2, Version::Resp3] {
        let mut ours = Ours::new(version);
        if version == Version::Resp3 {
            theirs.ask(&words("HELLO 3"));
        }
        for kind in
            "string integer double null array set map verbatim true false bignum nothing".split(' ')
        {
            let line = format!("DEBUG PROTOCOL {kind}");
            let theirs = theirs.ask(&words(&line));
            assert_eq!(ours.say(&line), String::from_utf8_lossy(&theirs), "{version:?} {kind}");
        }
        let attribute = ours.say("DEBUG PROTOCOL attrib");
        assert_eq!(attribute.starts_with("|1\r\n"), version == Version::Resp3, "{attribute}");
    }
}

#[test]
fn all_values_are_as_before_after_a_reload() {
    let mut ours = Ours::new(Version::Resp2);
    for line in [
        "SET s 12",
        "SET e text EX 100",
        "RPUSH l a 1 -7 b",
        "SADD i 1 2 3",
        "SADD t a 1 c",
        "HSET h f 1 g x",
        "ZADD z 1.5 a -inf b",
        "XADD x 1-1 f v",
        "XGROUP CREATE x g 0 ENTRIESREAD 1",
        "XREADGROUP GROUP g c STREAMS x >",
    ] {
        assert!(!ours.say(line).starts_with('-'), "{line}");
    }
    let asked = [
        "GET s",
        "GET e",
        "PEXPIRETIME e",
        "LRANGE l 0 -1",
        "SMEMBERS i",
        "OBJECT ENCODING i",
        "SORT t ALPHA",
        "HGETALL h",
        "ZRANGE z 0 -1 WITHSCORES",
        "XRANGE x - +",
        "XPENDING x g",
        "XINFO GROUPS x",
        "DBSIZE",
    ];
    let before = asked.map(|line| ours.say(line));
    let dirty = ours.engine.keys.dirty();
    assert_eq!(ours.say("DEBUG RELOAD"), "+OK\r\n");
    assert_eq!(asked.map(|line| ours.say(line)), before);
    assert_eq!(ours.engine.keys.dirty(), dirty);
    let weight = ours.engine.keys.db().weight();
    ours.say("DEBUG LOADAOF");
    assert_eq!(ours.engine.keys.db().weight(), weight);
    assert!(ours.say("DEBUG RELOAD TWICE").starts_with("-ERR DEBUG RELOAD only"));
}

#[test]
fn a_number_stays_where_it_is_when_it_grows() {
    let mut ours = Ours::new(Version::Resp2);
    ours.say("SET n 20000");
    let of = |line: &str| line.split(' ').nth(1).unwrap_or_default().to_owned();
    let before = ours.say("DEBUG OBJECT n");
    assert!(before.contains("encoding:int serializedlength:"), "{before}");
    ours.say("INCR n");
    assert_eq!(of(&ours.say("DEBUG OBJECT n")), of(&before));
    assert_eq!(ours.say("DEBUG OBJECT none"), "-ERR no such key\r\n");
}

#[test]
fn what_is_set_is_checked() {
    let mut ours = Ours::new(Version::Resp2);
    assert_eq!(ours.say("DEBUG SET-ACTIVE-EXPIRE 0"), "+OK\r\n");
    assert!(!ours.engine.hub.limits.active_expire.load(Relaxed));
    assert!(ours.say("DEBUG SET-ACTIVE-EXPIRE no").starts_with("-ERR value is not an integer"));
    for (line, good) in [
        ("DEBUG SLEEP 0.001", true),
        ("DEBUG SLEEP -1", false),
        ("DEBUG SLEEP nan", false),
        ("DEBUG QUICKLIST-PACKED-THRESHOLD 200b", true),
        ("DEBUG QUICKLIST-PACKED-THRESHOLD x", false),
        ("DEBUG SEGFAULT", false),
    ] {
        assert_eq!(ours.say(line) == "+OK\r\n", good, "{line}");
    }
}

#[test]
fn a_digest_sees_each_difference_and_no_order() {
    let digest = |lines: &[&str]| {
        let mut ours = Ours::new(Version::Resp2);
        lines.iter().for_each(|line| assert!(!ours.say(line).starts_with('-'), "{line}"));
        ours.say("DEBUG DIGEST")
    };
    assert_eq!(digest(&[]), format!("+{}\r\n", "0".repeat(40)));
    assert_eq!(
        digest(&["HSET h a 1 b 2", "SADD s 1 2", "SADD t a b"]),
        digest(&["SADD t b a", "SADD s 2 1", "HSET h b 2 a 1"])
    );
    let all = [
        "SET a 1",
        "SET a 2",
        "SET b 1",
        "SET a 1 PXAT 1700000009999",
        "RPUSH a 1",
        "SADD a 1",
        "RPUSH a 1 2",
        "RPUSH a 2 1",
        "ZADD a 1 1",
        "ZADD a 2 1",
        "HSET a 1 1",
        "HSET a 1 2",
        "XADD a 1-1 f v",
    ];
    let mut seen: Vec<String> = all.iter().map(|line| digest(&[line])).collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all.len());
}

#[test]
fn small_aids_do_what_they_say() {
    let mut ours = Ours::new(Version::Resp2);
    for (line, reply) in [
        ("DEBUG STRINGMATCH-LEN 3 a?a", ":1\r\n"),
        ("DEBUG STRINGMATCH-LEN 3 a?b", ":0\r\n"),
        ("DEBUG ERROR text", "-text\r\n"),
        ("DEBUG LOG text", "+OK\r\n"),
        ("DEBUG CHANGE-REPL-ID", "+OK\r\n"),
        ("SET x:0 mine", "+OK\r\n"),
        ("DEBUG POPULATE 2 x 10", "+OK\r\n"),
        ("MGET x:0 x:1", "*2\r\n$4\r\nmine\r\n$10\r\nvalue:1\0\0\0\r\n"),
        ("DEBUG POPULATE 3", "+OK\r\n"),
        ("DBSIZE", ":5\r\n"),
        ("DEBUG POPULATE many", "-ERR value is out of range, must be positive\r\n"),
    ] {
        assert_eq!(ours.say(line), reply, "{line}");
    }
    assert!(ours.logged().contains("; SET key:2 value:2"));
    let script = ["EVAL", "return redis.call('role')", "0"].map(|word| word.as_bytes().to_vec());
    let script = script.to_vec();
    assert!(ours.ask(&script).starts_with(b"-"));
    ours.say("DEBUG SET-DISABLE-DENY-SCRIPTS 1");
    assert!(ours.ask(&script).starts_with(b"*"));
}
