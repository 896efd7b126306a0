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
