use crate::command::oracle::*;
use crate::resp::Version;
use base::random::Random;

const KEYS: [&str; 5] = ["a", "b", "large", "none", "text"];

fn key(c: &mut Random) -> &'static str {
    pick(c, &KEYS)
}

fn field(c: &mut Random) -> String {
    match c.below(8) {
        0..3 => c.below(12).to_string(),
        3 => pick(c, &["", "-1", "007", "9223372036854775807", "f\u{e9}"]).to_owned(),
        _ => format!("f{}", c.below(12)),
    }
}

fn value(c: &mut Random) -> String {
    match c.below(12) {
        0..5 => c.below(1_000).to_string(),
        5 => "z".repeat(c.below(64) as usize),
        6 => pick(c, &["1.5", "-0.25", "1e3", "inf", "3.0e-5", " 1", "10000000000"]).to_owned(),
        _ => format!("v{}", c.below(9)),
    }
}

fn pairs(c: &mut Random) -> String {
    let count = 1 + c.below(4);
    let pairs: Vec<_> = (0..count).map(|_| format!("{} {}", field(c), value(c))).collect();
    let odd = if c.below(15) == 0 { " odd" } else { "" };
    format!("{}{odd}", pairs.join(" "))
}

fn by(c: &mut Random) -> &'static str {
    let all = ["1", "-7", "0", "9223372036854775807", "-9223372036854775808", "x", "1.5", "007"];
    pick(c, &all)
}

fn by_float(c: &mut Random) -> &'static str {
    pick(c, &["1", "-0.5", "0.1", "1e10", "x", "", "3.14159", "-1e-5", "1e400"])
}

fn large(c: &mut Random) -> Words {
    words(&match c.below(4) {
        0 => format!("HSET large {} {}", field(c), "w".repeat(65 + c.below(9) as usize)),
        1 => format!("HMGET large {} {}", field(c), field(c)),
        2 => format!("HDEL large {} {}", field(c), field(c)),
        _ => format!("{} large", pick(c, &["HLEN", "HGETALL", "HKEYS", "HVALS"])),
    })
}

fn command(c: &mut Random) -> Words {
    let line = match c.below(34) {
        0..7 => format!("{} {} {}", pick(c, &["HSET", "hmset", "HSET"]), key(c), pairs(c)),
        7 => format!("HSETNX {} {} {}", key(c), field(c), value(c)),
        8 | 9 => format!("HDEL {} {} {}", key(c), field(c), field(c)),
        10 => format!("HGET {} {}", key(c), field(c)),
        11 => format!("HMGET {} {} {} {}", key(c), field(c), field(c), field(c)),
        12..15 => format!("{} {}", pick(c, &["HGETALL", "HKEYS", "HVALS"]), key(c)),
        15 => format!("HLEN {}", key(c)),
        16 => format!("HEXISTS {} {}", key(c), field(c)),
        17 => format!("HSTRLEN {} {}", key(c), field(c)),
        18..21 => format!("HINCRBY {} {} {}", key(c), field(c), by(c)),
        21..24 => format!("HINCRBYFLOAT {} {} {}", key(c), field(c), by_float(c)),
        24 | 25 => {
            let rest = [
                "",
                " 100",
                " 100 WITHVALUES",
                " 0",
                " 0 WITHVALUES",
                " x",
                " 3 x",
                " 1 WITHVALUES x",
                " -9223372036854775808",
                " 9223372036854775807",
                " 9223372036854775807 WITHVALUES",
                " -0",
            ];
            let key = if c.below(2) == 0 { "absent" } else { key(c) };
            let rest = pick(c, if key == "absent" { &rest } else { &rest[1..] });
            format!("HRANDFIELD {key}{rest}")
        }
        26 | 27 => {
            let rest = [
                " COUNT 1000",
                " COUNT 1000 MATCH f*",
                " MATCH *1* COUNT 1000",
                " COUNT 0",
                " MATCH",
                " COUNT x",
                " x y",
            ];
            let cursor = pick(c, &["0", "0", "0", "x", "-0", "18446744073709551616"]);
            format!("HSCAN {} {cursor}{}", pick(c, &["a", "b", "none", "text"]), pick(c, &rest))
        }
        28 => return large(c),
        29 => pick(c, &["SET text 1", "HGET", "HSET a", "HLEN a b", "HINCRBY a b"]).to_owned(),
        30 => format!("OBJECT ENCODING {}", key(c)),
        31 => format!("TYPE {}", key(c)),
        32 if c.below(6) == 0 => format!("DEL {}", key(c)),
        _ => format!("EXISTS {}", KEYS.join(" ")),
    };
    words(&line)
}

/// In a large hash the fields have an order of their own; others keep the order in which they came.
fn equal(command: &Words, ours: &[u8], theirs: &[u8]) -> bool {
    const LISTS: [&[u8]; 6] = [b"HGETALL", b"HKEYS", b"HVALS", b"HSCAN", b"HRANDFIELD", b"hmset"];
    same(ours, theirs) || LISTS.contains(&&*command[0]) && same_in_any_order(ours, theirs)
}

#[test]
fn replies_are_those_of_redis() {
    compare_by("hash", 20_000, &[], command, equal);
}

#[test]
fn effects_do_the_same_again() {
    let mut reads: Vec<String> = ["a", "b"].iter().map(|key| format!("HGETALL {key}")).collect();
    for at in 0..12 {
        reads.push(format!("HMGET large {at} f{at}"));
    }
    for at in 0..12 {
        reads.push(format!("HPEXPIRETIME a FIELDS 2 {at} f{at}"));
    }
    effects_again(6, 3_000, &reads, |c| match c.below(6) {
        0 => {
            let ms = pick(c, &["5000", "100", "0", "-1", "900000"]);
            let condition = pick(c, &["", " NX", " XX", " GT", " LT"]);
            let (key, field) = (key(c), c.below(12));
            words(&format!("HPEXPIRE {key} {ms}{condition} FIELDS 2 {field} f{}", c.below(12)))
        }
        1 => words(&format!("HPERSIST {} FIELDS 1 {}", key(c), field(c))),
        _ => command(c),
    });
}

#[test]
fn drawn_fields_are_different_ones_with_their_values() {
    for fields in [1, 5, 100, 1_000] {
        for version in [Version::Resp2, Version::Resp3] {
            let mut ours = Ours::new(version);
            (0..fields).for_each(|at| drop(ours.say(&format!("HSET h f{at} v{at}"))));
            for count in [1, 3, fields / 2, fields - 1, fields, fields + 5] {
                let reply = ours.say(&format!("HRANDFIELD h {count} WITHVALUES"));
                let drawn: Vec<&str> =
                    reply.split("\r\n").filter(|line| line.starts_with('f')).collect();
                let known: std::collections::BTreeSet<_> = drawn.iter().collect();
                assert_eq!((drawn.len(), known.len()), (count.min(fields), count.min(fields)));
                drawn
                    .iter()
                    .for_each(|field| assert!(reply.contains(&format!("v{}\r\n", &field[1..]))));
            }
            let reply = ours.say("HRANDFIELD h -20 WITHVALUES");
            assert!(reply.starts_with(if version == Version::Resp2 {
                "*40\r\n"
            } else {
                "*20\r\n*2\r\n"
            }));
        }
    }
}

#[test]
fn fields_end_as_in_redis_7_4() {
    let mut ours = Ours::new(Version::Resp2);
    let start = ours.now_ms;
    let check = |ours: &mut Ours, line: &str, reply: &str| {
        assert_eq!(ours.say(line), reply.replace(' ', "\r\n") + "\r\n", "{line}");
    };
    check(&mut ours, "HSET h a 1 b 2 c 3", ":3");
    check(&mut ours, "HEXPIRE h 10 FIELDS 2 a x", "*2 :1 :-2");
    check(&mut ours, "HTTL h FIELDS 3 a b x", "*3 :10 :-1 :-2");
    check(&mut ours, "HPTTL h FIELDS 1 a", "*1 :10000");
    check(&mut ours, "HPEXPIRETIME h FIELDS 1 a", &format!("*1 :{}", start + 10_000));
    check(&mut ours, "HEXPIRETIME h FIELDS 1 a", &format!("*1 :{}", start / 1000 + 10));
    check(&mut ours, "HPEXPIRE h 9000 GT FIELDS 2 a b", "*2 :0 :0");
    check(&mut ours, "HPEXPIRE h 9000 LT FIELDS 2 a b", "*2 :1 :1");
    check(&mut ours, "HPEXPIRE h 9000 NX FIELDS 2 a c", "*2 :0 :1");
    check(&mut ours, "HPEXPIRE h 9500 XX FIELDS 1 c", "*1 :1");
    check(&mut ours, "HPERSIST h FIELDS 3 c c x", "*3 :1 :-1 :-2");
    check(&mut ours, "HINCRBY h a 5", ":6");
    check(&mut ours, "HPTTL h FIELDS 1 a", "*1 :9000");
    check(&mut ours, "HSET h b 9", ":0");
    check(&mut ours, "HPTTL h FIELDS 1 b", "*1 :-1");
    check(&mut ours, "HEXPIREAT h 1 FIELDS 1 c", "*1 :2");
    check(&mut ours, "HLEN h", ":2");
    check(&mut ours, "HEXPIRE none 1 FIELDS 1 c", "*1 :-2");
    ours.engine.keys.take_record();
    ours.now_ms += 8_999;
    check(&mut ours, "HGET h a", "$1 6");
    ours.now_ms += 1;
    check(&mut ours, "HGET h a", "$-1");
    assert_eq!(ours.logged(), "HDEL h a");
    check(&mut ours, "HEXPIRE h 0 FIELDS 1 b", "*1 :2");
    check(&mut ours, "EXISTS h", ":0");
    check(&mut ours, "HSET h a 1", ":1");
    check(&mut ours, "HPEXPIRE h 5 FIELDS 1 a", "*1 :1");
    ours.now_ms += 5;
    check(&mut ours, "EXISTS h", ":0");
}

#[test]
fn what_is_no_end_is_refused() {
    let mut ours = Ours::new(Version::Resp2);
    ours.say("HSET h a 1");
    ours.say("SET text 1");
    for (line, error) in [
        ("HEXPIRE h 10 FIELDS 1", "wrong number of arguments for 'hexpire' command"),
        ("HEXPIRE h x FIELDS 1 a", "value is not an integer or out of range"),
        ("HEXPIRE h -1 FIELDS 1 a", "invalid expire time, must be >= 0"),
        ("HEXPIRE h 9223372036854775807 FIELDS 1 a", "invalid expire time in 'hexpire' command"),
        ("HPEXPIREAT h 281474976710655 FIELDS 1 a", "invalid expire time in 'hpexpireat' command"),
        ("HEXPIRE h 1 FIELDS 2 a", "The `numfields` parameter must match the number of arguments"),
        ("HEXPIRE h 1 FIELDS 0 a", "Parameter `numFields` should be greater than 0"),
        (
            "HEXPIRE h 1 x FIELDS 1 a",
            "Mandatory argument FIELDS is missing or not at the right position",
        ),
        ("HTTL h x 1 a", "Mandatory argument FIELDS is missing or not at the right position"),
    ] {
        assert_eq!(ours.say(line), format!("-ERR {error}\r\n"), "{line}");
    }
    assert!(ours.say("HEXPIRE text 1 FIELDS 1 a").starts_with("-WRONGTYPE"));
    assert!(ours.say("HTTL text FIELDS 1 a").starts_with("-WRONGTYPE"));
}
