use crate::command::oracle::{Ours, Words, check_memory, compare, pick, some, words};
use crate::keyspace::Effects;
use crate::resp::Version;
use base::random::Random;

fn key(chance: &mut Random) -> String {
    pick(chance, &["a", "b", "c", "text", "none"]).to_owned()
}

fn member(chance: &mut Random) -> String {
    match chance.below(8) {
        0 => format!("{}", chance.below(20)),
        1 => "m".repeat(1 + chance.below(70) as usize),
        _ => format!("m{}", chance.below(150)),
    }
}

fn score(chance: &mut Random) -> String {
    match chance.below(14) {
        0 => {
            pick(chance, &["inf", "-inf", "+inf", "-0", "1e3", "x", "nan", "", "7000000000000001"])
                .to_owned()
        }
        1 => format!("{}.5", chance.below(9)),
        2 => format!("-{}", chance.below(9)),
        _ => format!("{}", chance.below(30)),
    }
}

fn bound(chance: &mut Random) -> String {
    match chance.below(6) {
        0 => pick(chance, &["-inf", "+inf", "(", "x", "(inf", ""]).to_owned(),
        1 | 2 => format!("({}", chance.below(30)),
        _ => format!("{}", chance.below(30)),
    }
}

fn lex(chance: &mut Random) -> String {
    match chance.below(6) {
        0 => pick(chance, &["-", "+", "x", "+x", "[", "("]).to_owned(),
        1 | 2 => format!("(m{}", chance.below(150)),
        _ => format!("[m{}", chance.below(150)),
    }
}

fn int(chance: &mut Random) -> String {
    match chance.below(12) {
        0 => pick(chance, &["x", "-9223372036854775808", "9223372036854775807", "1.5"]).to_owned(),
        _ => format!("{}", chance.below(12) as i64 - 4),
    }
}

fn numkeys(chance: &mut Random) -> String {
    let count = 1 + chance.below(3);
    let keys: Vec<String> = (0..count).map(|_| key(chance)).collect();
    let said = match chance.below(12) {
        0 => pick(chance, &["0", "-1", "x", "9"]).to_owned(),
        _ => count.to_string(),
    };
    format!("{said} {}", keys.join(" "))
}

fn weights(chance: &mut Random) -> String {
    match chance.below(5) {
        0 => format!(" WEIGHTS {} {}", score(chance), score(chance)),
        1 => format!(" AGGREGATE {}", pick(chance, &["sum", "MIN", "max", "avg"])),
        2 => format!(" WEIGHTS {} AGGREGATE max", score(chance)),
        _ => String::new(),
    }
}

/// Scores are all 0 in `lex`, where ranges of members are defined.
fn command(chance: &mut Random) -> Words {
    let line = match chance.below(45) {
        kind @ 0..21 => member_command(kind, chance),
        kind @ 21..32 => range_command(kind, chance),
        kind => other_command(kind, chance),
    };
    // Empty words come from two spaces.
    words(&line)
}

fn member_command(kind: u64, c: &mut Random) -> String {
    match kind {
        0..8 => {
            let options = some(c, &["NX", "XX", "GT", "LT", "CH", "INCR"]);
            let pairs: Vec<String> =
                (0..1 + c.below(4)).map(|_| format!("{} {}", score(c), member(c))).collect();
            format!("ZADD {}{options} {}", key(c), pairs.join(" "))
        }
        8 => {
            let pairs: Vec<String> =
                (0..40).map(|_| format!("{} m{}", c.below(30), c.below(150))).collect();
            format!("zadd {} {}", key(c), pairs.join(" "))
        }
        // Large ones scan in an order of their own.
        9 => format!("ZADD few {} m{}", c.below(20), c.below(100)),
        10 => format!("ZADD lex 0 {} 0 {}", member(c), member(c)),
        11 => format!("ZINCRBY {} {} {}", key(c), score(c), member(c)),
        12 | 13 => format!("ZREM {} {} {}", key(c), member(c), member(c)),
        14 => format!("ZSCORE {} {}", key(c), member(c)),
        15 => format!("ZMSCORE {} {} {}", key(c), member(c), member(c)),
        16 => format!("ZCARD {}", key(c)),
        17 => format!("ZCOUNT {} {} {}", key(c), bound(c), bound(c)),
        18 => format!("ZLEXCOUNT lex {} {}", lex(c), lex(c)),
        19 => format!("ZRANK {} {}", key(c), member(c)),
        _ => format!("ZREVRANK {} {}", key(c), member(c)),
    }
}

fn range_command(kind: u64, c: &mut Random) -> String {
    match kind {
        21 => {
            let rest = some(c, &["WITHSCORES", "REV", "BYLEX", "LIMIT 1 -1", "x"]);
            format!("ZRANGE {} {} {}{rest}", key(c), int(c), int(c))
        }
        22 => {
            let rest = some(c, &["WITHSCORES", "REV", "LIMIT 2 3", "LIMIT 0 0", "LIMIT -1 2"]);
            format!("ZRANGE {} {} {} BYSCORE{rest}", key(c), bound(c), bound(c))
        }
        23 => {
            let rest = some(c, &["REV", "LIMIT 2 3", "LIMIT 1 -2", "WITHSCORES"]);
            format!("ZRANGE lex {} {} BYLEX{rest}", lex(c), lex(c))
        }
        24 => {
            let name = pick(c, &["ZRANGEBYSCORE", "ZREVRANGEBYSCORE"]);
            let rest = some(c, &["WITHSCORES", "LIMIT 1 2", "LIMIT 1", "REV"]);
            format!("{name} {} {} {}{rest}", key(c), bound(c), bound(c))
        }
        25 => {
            let name = pick(c, &["ZRANGEBYLEX", "ZREVRANGEBYLEX"]);
            format!("{name} lex {} {}{}", lex(c), lex(c), some(c, &["LIMIT 1 2", "WITHSCORES"]))
        }
        26 => format!("ZREVRANGE {} {} {}{}", key(c), int(c), int(c), some(c, &["WITHSCORES"])),
        27 => {
            let rest = some(c, &["REV", "LIMIT 1 2", "WITHSCORES"]);
            format!("ZRANGESTORE {} {} {} {} BYSCORE{rest}", key(c), key(c), bound(c), bound(c))
        }
        28 => {
            format!("ZRANGESTORE {} {} {} {}{}", key(c), key(c), int(c), int(c), some(c, &["REV"]))
        }
        29 => format!("ZREMRANGEBYRANK {} {} {}", key(c), c.below(20), c.below(25)),
        30 => format!("ZREMRANGEBYSCORE {} {} {}", key(c), bound(c), c.below(5)),
        _ => format!("ZREMRANGEBYLEX lex {} {}", lex(c), lex(c)),
    }
}

fn other_command(kind: u64, c: &mut Random) -> String {
    match kind {
        32 => format!("{} {} {}", pick(c, &["ZPOPMIN", "ZPOPMAX"]), key(c), int(c)),
        33 => format!("{} {}", pick(c, &["ZPOPMIN", "ZPOPMAX"]), key(c)),
        34 => {
            let rest = some(c, &["COUNT 2", "COUNT 0", "x"]);
            format!("ZMPOP {} {}{rest}", numkeys(c), pick(c, &["MIN", "MAX", "mid"]))
        }
        35 => format!("{} a b {}", pick(c, &["BZPOPMIN", "BZPOPMAX"]), pick(c, &["1", "-1", "x"])),
        36 => format!("BZMPOP {} 2 a b {}", pick(c, &["1", "-1", "x"]), pick(c, &["MIN", "MAX"])),
        37 => {
            let name = pick(c, &["ZUNION", "ZINTER", "ZDIFF"]);
            format!("{name} {}{}{}", numkeys(c), weights(c), some(c, &["WITHSCORES"]))
        }
        38 | 39 => {
            let name = pick(c, &["ZUNIONSTORE", "ZINTERSTORE", "ZDIFFSTORE"]);
            format!("{name} {} {}{}", pick(c, &["a", "b", "d"]), numkeys(c), weights(c))
        }
        40 => format!("ZINTERCARD {}{}", numkeys(c), some(c, &["LIMIT 2", "LIMIT -1", "LIMIT x"])),
        41 => match c.below(3) {
            0 => format!("ZRANDMEMBER never {}", int(c)),
            1 => format!("ZRANDMEMBER {} 0 WITHSCORES", key(c)),
            _ => format!("ZRANDMEMBER text {} x", int(c)),
        },
        42 => format!("ZSCAN few {} MATCH m1* COUNT {}", pick(c, &["0", "x"]), int(c)),
        43 => "SET text 1".to_owned(),
        _ => format!("ZREVRANGE d 0 -1{}", some(c, &["WITHSCORES"])),
    }
}

#[test]
fn replies_are_those_of_redis() {
    // `BZPOP` of nothing would wait; within `MULTI` it answers at once, which is compared below.
    compare("zset", 12_000, &[], |chance| {
        let command = command(chance);
        if command[0].starts_with(b"B") { words("ZCARD a") } else { command }
    });
}

#[test]
fn effects_do_the_same_again() {
    for seed in 0..4 {
        let mut chance = Random::new(seed);
        let (mut first, mut again) = (Ours::new(Version::Resp2), Ours::new(Version::Resp2));
        again.engine.keys.set_replaying(true);
        for step in 0..4_000 {
            let command = command(&mut chance);
            if !command[0].starts_with(b"B") {
                first.ask(&command);
            }
            if let Some((_, record)) = first.engine.keys.take_record() {
                for effect in Effects::read(&record) {
                    let words: Words = effect.args.iter().map(|arg| arg.to_vec()).collect();
                    if effect.args[0] == b"DEL" {
                        again.engine.keys.remove(effect.args[1]);
                        continue;
                    }
                    let reply = again.ask(&words);
                    assert_ne!(reply.first(), Some(&b'-'), "{words:?}");
                }
            }
            if step % 50 == 0 {
                for key in ["a", "b", "c", "d", "lex"] {
                    let all = format!("ZRANGE {key} 0 -1 WITHSCORES");
                    assert_eq!(first.say(&all), again.say(&all));
                }
            }
        }
    }
}

#[test]
fn what_7_2_added_and_how_it_prints() {
    let mut ours = Ours::new(Version::Resp3);
    for (line, reply) in [
        ("ZADD a 0.1 x 2 y 1e300 z", ":3\r\n"),
        ("ZRANK a y WITHSCORE", "*2\r\n:1\r\n,2\r\n"),
        ("ZREVRANK a none WITHSCORE", "_\r\n"),
        ("ZRANK a y WITHSCORES", "-ERR syntax error\r\n"),
        ("ZRANK a y WITHSCORE x", "-ERR wrong number of arguments for 'zrank' command\r\n"),
        ("ZSCORE a x", ",0.1\r\n"),
        ("ZSCORE a z", ",1e+300\r\n"),
        (
            "ZRANDMEMBER a 9 WITHSCORES",
            "*3\r\n*2\r\n$1\r\nx\r\n,0.1\r\n*2\r\n$1\r\ny\r\n,2\r\n*2\r\n$1\r\nz\r\n,1e+300\r\n",
        ),
        ("ZADD b inf x", ":1\r\n"),
        ("ZINCRBY b -inf x", "-ERR resulting score is not a number (NaN)\r\n"),
    ] {
        assert_eq!(ours.say(line), reply, "{line}");
    }
}

#[test]
fn draws_are_members_and_differ_where_they_must() {
    for members in [20, 500] {
        let mut ours = Ours::new(Version::Resp2);
        for number in 0..members {
            ours.say(&format!("ZADD a {number} m{number}"));
        }
        for count in [1, 5, 15, 19] {
            let reply = ours.say(&format!("ZRANDMEMBER a {count}"));
            let mut drawn: Vec<&str> =
                reply.split("\r\n").filter(|line| line.starts_with('m')).collect();
            drawn.sort_unstable();
            drawn.dedup();
            assert_eq!(drawn.len(), count);
        }
        let reply = ours.say("ZRANDMEMBER a -700 WITHSCORES");
        assert!(reply.starts_with("*1400\r\n"));
        assert!(ours.say("ZRANDMEMBER a").contains("\r\nm"));
    }
}

#[test]
fn who_waits_gets_what_comes() {
    use crate::engine::{After, Now, Session};
    use crate::resp::Reply;
    let mut ours = Ours::new(Version::Resp2);
    let mut waiter = Session::new(2, true);
    let now = Now::at_ms(ours.now_ms);
    let mut reply = Reply::new(Version::Resp2);
    let args: [&[u8]; 4] = [b"BZPOPMIN", b"a", b"b", b"0.25"];
    assert_eq!(ours.engine.execute(&mut waiter, &args, &mut reply, now), After::Waits);
    assert_eq!(ours.engine.blocked.next_end_ms(), Some(now.wall_ms + 250));
    ours.say("ZADD b 3 y 2 x");
    assert_eq!(ours.engine.next_ready(), Some(2));
    ours.engine.keys.take_record();
    assert_eq!(ours.engine.resume(&mut waiter, &mut reply, now), After::Replied);
    assert_eq!(reply.into_bytes(), b"*3\r\n$1\r\nb\r\n$1\r\nx\r\n$1\r\n2\r\n");
    let (_, record) = ours.engine.keys.take_record().unwrap();
    let effect = Effects::read(&record).next().unwrap();
    assert_eq!(effect.args, [&b"ZPOPMIN"[..], b"b"]);
    for (line, answer) in [
        ("MULTI", "+OK\r\n"),
        ("BZPOPMAX none 0", "+QUEUED\r\n"),
        ("BZMPOP 0 1 b MAX COUNT 3", "+QUEUED\r\n"),
        ("EXEC", "*2\r\n*-1\r\n*2\r\n$1\r\nb\r\n*1\r\n*2\r\n$1\r\ny\r\n$1\r\n3\r\n"),
        ("BZPOPMIN a x", "-ERR timeout is not a float or out of range\r\n"),
        ("BZPOPMIN a -1", "-ERR timeout is negative\r\n"),
    ] {
        assert_eq!(ours.say(line), answer, "{line}");
    }
}

#[test]
fn a_member_takes_no_more_than_in_redis() {
    let mut chance = Random::new(3);
    let mut job = |number: u64| format!("ZADD z {} job:{number}", chance.below(1 << 50));
    let check = |name: &str, count: u64, line: &mut dyn FnMut(u64) -> String| {
        check_memory(name, "z", count, 0, line);
    };
    check("zset-by-chance", 20_000, &mut job);
    check("zset-in-order", 20_000, &mut |number| format!("ZADD z {number} job:{number}"));
    check("zset-long", 20_000, &mut |number| format!("ZADD z {number} {number:060}"));
    check("zset-small", 128, &mut |number| format!("ZADD z {number} job:{number}"));
    check("zset-numbers", 128, &mut |number| format!("ZADD z {number}.5 {number}"));
}
