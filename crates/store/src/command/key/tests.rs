use crate::command::oracle::{
    Ours, Theirs, Words, compare, compare_notices, effects_again, pick, words,
};
use crate::resp::Version;
use base::random::Random;

fn key(c: &mut Random) -> String {
    pick(c, &["a", "b", "c", "list", "zset", "none"]).to_owned()
}

/// Times from 1970: far ahead, long over, wrong.
fn seconds(c: &mut Random) -> String {
    match c.below(8) {
        0 => pick(c, &["x", "9223372036854775807", "-9223372036854775808", "0", "-5"]).to_owned(),
        1 => pick(c, &["9223372036854775", "9223372036854776", "-9223372036854776"]).to_owned(),
        _ => (4_000_000_000 + c.below(20)).to_string(),
    }
}

fn condition(c: &mut Random) -> &'static str {
    pick(c, &["", "", " NX", " xx", " GT", " LT", " XX GT", " NX XX", " GT LT", " XX LT", " YY"])
}

fn command(c: &mut Random) -> Words {
    let line = match c.below(30) {
        0..3 => format!("SET {} {}", pick(c, &["a", "b", "c"]), c.below(99)),
        3 => format!("RPUSH list {}", c.below(99)),
        4 => format!("ZADD zset {} m{}", c.below(99), c.below(9)),
        5 => format!("{} {} {}", pick(c, &["DEL", "UNLINK"]), key(c), key(c)),
        6 => format!("{} {} {}", pick(c, &["EXISTS", "TOUCH"]), key(c), key(c)),
        7 => format!("TYPE {}", key(c)),
        8..10 => format!("{} {} {}", pick(c, &["RENAME", "RENAMENX"]), key(c), key(c)),
        10 | 11 => {
            let options =
                ["", " REPLACE", " DB 1", " DB 1 REPLACE", " DB 16", " DB x", " DB", " DB 0"];
            format!("COPY {} {}{}", key(c), key(c), pick(c, &options))
        }
        12 => format!("MOVE {} {}", key(c), pick(c, &["1", "0", "16", "-1", "x", "99999999999"])),
        13..16 => {
            let name = pick(c, &["EXPIREAT", "expireat", "EXPIREAT"]);
            format!("{name} {} {}{}", key(c), seconds(c), condition(c))
        }
        16..18 => format!("PEXPIREAT {} {}000{}", key(c), seconds(c), condition(c)),
        18 => {
            let when = pick(c, &["0", "-1", "x", "9223372036854775807", "-9223372036854775808"]);
            format!("{} {} {when}{}", pick(c, &["EXPIRE", "PEXPIRE"]), key(c), condition(c))
        }
        19 | 20 => format!("{} {}", pick(c, &["EXPIRETIME", "PEXPIRETIME"]), key(c)),
        21 => format!("{} never", pick(c, &["TTL", "PTTL", "PERSIST"])),
        22 => format!("PERSIST {}", key(c)),
        23 => "DBSIZE".to_owned(),
        24 => pick(c, &["SWAPDB 0 1", "SWAPDB 1 x", "SWAPDB x 1", "SWAPDB 0 16", "SWAPDB 1 1"])
            .to_owned(),
        25 => {
            pick(c, &["FLUSHDB", "FLUSHALL SYNC", "FLUSHDB async", "FLUSHALL x", "FLUSHDB SYNC 1"])
                .to_owned()
        }
        26 => pick(c, &["SCAN x", "SCAN 0 COUNT 0", "SCAN 0 MATCH", "SCAN 0 FOO 1", "SCAN 0 TYPE"])
            .to_owned(),
        27 => pick(
            c,
            &["OBJECT", "OBJECT FOO", "OBJECT FREQ never", "OBJECT ENCODING", "OBJECT FREQ a"],
        )
        .to_owned(),
        // A copied small number is not shared in Redis.
        28 => "OBJECT REFCOUNT zset_".to_owned(),
        _ => {
            pick(c, &["MEMORY USAGE never", "MEMORY USAGE a SAMPLES", "MEMORY USAGE a SAMPLES -1"])
                .to_owned()
        }
    };
    words(&line)
}

#[test]
fn replies_are_those_of_redis() {
    compare("key", 15_000, &[], command);
}

#[test]
fn events_are_those_of_redis() {
    compare_notices("key-events", 4_000, command);
}

#[test]
fn effects_do_the_same_again() {
    let mut reads = vec!["DBSIZE".to_owned()];
    for key in ["a", "b", "c", "list", "zset"] {
        reads.extend(
            ["TYPE", "PEXPIRETIME", "GET", "LLEN", "ZCARD"].map(|name| format!("{name} {key}")),
        );
    }
    effects_again(4, 4_000, &reads, command);
}

fn sort_command(c: &mut Random) -> Words {
    let element = |c: &mut Random| match c.below(9) {
        0 => pick(c, &["x1", "-3", "1.5", "1e2", "inf"]).to_owned(),
        _ => c.below(15).to_string(),
    };
    let source = pick(c, &["list", "list", "zset", "text", "none", "out"]);
    let line = match c.below(12) {
        0 => format!("RPUSH list {} {}", element(c), element(c)),
        1 => format!("ZADD zset {} {}", c.below(9), element(c)),
        2 => format!("SET w_{} {}", element(c), element(c)),
        3 => format!("SET {}_s {}", element(c), element(c)),
        4 => pick(c, &["DEL list", "DEL zset", "LRANGE out 0 -1", "SET text 1", "DEL out"])
            .to_owned(),
        _ => {
            let mut line = format!("{} {source}", pick(c, &["SORT", "SORT", "SORT_RO"]));
            for option in [
                "ASC",
                "DESC",
                "ALPHA",
                "ALPHA",
                "LIMIT 1 3",
                "LIMIT 0 0",
                "LIMIT -1 2",
                "LIMIT 2 -1",
                "LIMIT 99 2",
                "LIMIT x 1",
                "LIMIT 1",
                "BY w_*",
                "BY nosort",
                "BY *_s",
                "GET #",
                "GET w_*",
                "GET *_s",
                "GET none",
                "STORE out",
                "STORE",
                "FOO",
                "BY",
            ] {
                if c.below(14) == 0 {
                    line.push_str(&format!(" {option}"));
                }
            }
            // What is equal is in no order of its own.
            if line.contains("BY") && line.contains("ALPHA") {
                line = line.replace("ALPHA", "ASC");
            }
            line
        }
    };
    words(&line)
}

#[test]
fn sorts_as_redis() {
    compare("sort", 20_000, &[], sort_command);
    let reads = ["LRANGE out 0 -1".to_owned(), "LRANGE list 0 -1".to_owned()];
    effects_again(3, 3_000, &reads, sort_command);
}

#[test]
fn patterns_match_as_in_redis() {
    let Some(mut theirs) = Theirs::start("glob") else { return };
    let mut c = Random::new(3);
    for _ in 0..20_000 {
        let letters: &[u8] = b"ab*?[]^-\\c";
        let some = |c: &mut Random, letters: &[u8], max: u64| -> Vec<u8> {
            let letter = |c: &mut Random| letters[c.below(letters.len() as u64) as usize];
            (0..c.below(max)).map(|_| letter(c)).collect()
        };
        let (pattern, text) = (some(&mut c, letters, 9), some(&mut c, b"abc]-\\", 6));
        let script = b"return #redis.call('KEYS', ARGV[1])".to_vec();
        theirs.ask(&vec![b"SET".to_vec(), text.clone(), b"1".to_vec()]);
        let ask = vec![b"EVAL".to_vec(), script, b"0".to_vec(), pattern.clone()];
        let want = theirs.ask(&ask) == b":1\r\n";
        theirs.ask(&vec![b"DEL".to_vec(), text.clone()]);
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let got = crate::command::matches(&pattern, &text);
        assert_eq!(got, want, "{:?} {:?}", show(&pattern), show(&text));
    }
}

#[test]
fn a_scan_meets_each_key_that_stays() {
    let mut ours = Ours::new(Version::Resp2);
    for number in 0..500 {
        ours.say(&format!("SET stays{number} 1"));
        ours.say(&format!("SET goes{number} 1"));
    }
    let (mut seen, mut cursor, mut round) = (std::collections::HashSet::new(), "0".to_owned(), 0);
    loop {
        let reply = ours.say(&format!("SCAN {cursor} MATCH stays* COUNT 7 TYPE string"));
        let mut lines = reply.split("\r\n").filter(|line| !line.starts_with(['*', '$']));
        cursor = lines.next().unwrap().to_owned();
        seen.extend(lines.filter(|line| !line.is_empty()).map(str::to_owned));
        ours.say(&format!("DEL goes{round}"));
        ours.say(&format!("SET comes{round} 1"));
        round += 1;
        if cursor == "0" {
            break;
        }
    }
    assert_eq!(seen.len(), 500);
    assert!(round > 30);
}

#[test]
fn ends_count_from_now_and_are_logged_as_times() {
    let mut ours = Ours::new(Version::Resp2);
    ours.say("SET a 1");
    ours.logged();
    let at = ours.now_ms;
    for (line, reply, logged) in [
        ("EXPIRE a 10", ":1\r\n", format!("PEXPIREAT a {}", at + 10_000)),
        ("TTL a", ":10\r\n", String::new()),
        ("PTTL a", ":10000\r\n", String::new()),
        ("PEXPIRE a 1499 LT", ":1\r\n", format!("PEXPIREAT a {}", at + 1_499)),
        ("TTL a", ":1\r\n", String::new()),
        ("EXPIRETIME a", ":1700000001\r\n", String::new()),
        ("PERSIST a", ":1\r\n", "PERSIST a".to_owned()),
        ("OBJECT IDLETIME a", ":0\r\n", String::new()),
        ("EXPIRE a -1", ":1\r\n", "DEL a".to_owned()),
        ("EXPIRE a 1", ":0\r\n", String::new()),
        ("TTL a", ":-2\r\n", String::new()),
    ] {
        assert_eq!(ours.say(line), reply, "{line}");
        assert_eq!(ours.logged(), logged, "{line}");
    }
    ours.say("SET a 1 PX 5");
    ours.now_ms += 60_000;
    assert_eq!(ours.say("KEYS *"), "*0\r\n");
    assert_eq!(ours.say("RANDOMKEY"), "$-1\r\n");
}

#[test]
fn how_often_a_key_is_used_is_told_where_that_is_noted() {
    let mut ours = Ours::new(Version::Resp2);
    ours.say("SET a 1");
    assert!(ours.say("OBJECT FREQ a").starts_with("-ERR An LFU maxmemory policy is not selected"));
    ours.engine.keys.settings.room.eviction = crate::keyspace::Eviction::AllLfu;
    ours.say("SET b 1");
    assert_eq!(ours.say("OBJECT FREQ b"), ":5\r\n");
    assert!(ours.say("OBJECT IDLETIME b").starts_with("-ERR An LFU maxmemory policy is selected"));
    assert_eq!((ours.say("OBJECT FREQ none"), ours.say("OBJECT IDLETIME none")), {
        let null = || "$-1\r\n".to_owned();
        (null(), null())
    });
    ours.now_ms += 2 * 60_000;
    assert_eq!(ours.say("OBJECT FREQ b"), ":3\r\n");
    // Numbers that are shared have no use of their own.
    assert_eq!(ours.say("OBJECT REFCOUNT b"), ":2147483647\r\n");
    ours.engine.keys.settings.room.bytes_max = usize::MAX;
    assert_eq!(ours.say("OBJECT REFCOUNT b"), ":1\r\n");
}

#[test]
fn scripts_get_what_has_no_order_in_one_that_is_always_the_same() {
    let mut ours = Ours::new(Version::Resp2);
    ours.say("SADD s c a aa b");
    let mut eval = words("EVAL SCRIPT 1 s");
    eval[1] = b"return redis.call('SORT', KEYS[1], 'BY', 'nosort')".to_vec();
    assert_eq!(ours.ask(&eval), b"*4\r\n$1\r\na\r\n$2\r\naa\r\n$1\r\nb\r\n$1\r\nc\r\n");
}

#[test]
fn who_asks_whether_a_key_is_there_does_not_use_it() {
    let mut ours = Ours::new(Version::Resp2);
    ours.say("SET a 1");
    ours.now_ms += 3_000;
    for line in ["TTL a", "TYPE a", "EXISTS a"] {
        ours.say(line);
    }
    assert_eq!(ours.say("OBJECT IDLETIME a"), ":3\r\n");
    assert_eq!(ours.say("TOUCH a"), ":1\r\n");
    assert_eq!(ours.say("OBJECT IDLETIME a"), ":0\r\n");
}
