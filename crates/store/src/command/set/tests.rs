use crate::command::oracle::*;
use crate::resp::Version;
use base::random::Random;
use std::collections::BTreeSet;

const KEYS: [&str; 6] = ["a", "b", "ints", "more", "none", "text"];

fn key(c: &mut Random) -> &'static str {
    pick(c, &KEYS)
}

fn member(c: &mut Random) -> String {
    match c.below(8) {
        0..4 => (c.below(24) as i64 - 4).to_string(),
        4 => pick(c, &["", "007", "9223372036854775807", "-70000", "1.5", "5000000000"]).to_owned(),
        _ => format!("m{}", c.below(12)),
    }
}

fn members(c: &mut Random) -> String {
    let count = 1 + c.below(5);
    (0..count).map(|_| member(c)).collect::<Vec<_>>().join(" ")
}

fn keys(c: &mut Random) -> String {
    let count = 1 + c.below(4);
    let usual = if c.below(4) > 0 { 4 } else { 6 };
    (0..count).map(|_| pick(c, &KEYS[..usual])).collect::<Vec<_>>().join(" ")
}

fn command(c: &mut Random) -> Words {
    let line = match c.below(30) {
        0..6 => format!("SADD {} {}", key(c), members(c)),
        6 => format!("SADD ints {} {}", c.below(600), c.below(600)),
        7..9 => format!("SREM {} {}", key(c), members(c)),
        9 => format!("SMOVE {} {} {}", key(c), key(c), member(c)),
        10 => format!("SCARD {}", key(c)),
        11 => format!("SISMEMBER {} {}", key(c), member(c)),
        12 => format!("SMISMEMBER {} {}", key(c), members(c)),
        13 | 14 => format!("SMEMBERS {}", key(c)),
        15..18 => format!("{} {}", pick(c, &["SINTER", "SUNION", "SDIFF"]), keys(c)),
        18..21 => {
            let name = pick(c, &["SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE"]);
            format!("{name} {} {}", pick(c, &["more", "ints", "text"]), keys(c))
        }
        21 | 22 => {
            let limit = ["", "", " LIMIT 2", " LIMIT 0", " LIMIT -1", " LIMIT x", " LIMIT", " x 1"];
            let count = pick(c, &["1", "2", "3", "0", "x", "9", "-1"]);
            format!("SINTERCARD {count} {}{}", keys(c), pick(c, &limit))
        }
        23 => {
            let all = ["99", "0", "-1", "x", "9223372036854775808", "2 2"];
            format!("SPOP {} {}", pick(c, &["none", "b", "text"]), pick(c, &all))
        }
        24 => {
            let all = ["99", "0", "x", "-9223372036854775808", "2 2", "-9223372036854775807"];
            let key = pick(c, &["absent", "b", "text"]);
            let last = if key == "absent" { all.len() } else { all.len() - 1 };
            format!("SRANDMEMBER {key} {}", pick(c, &all[..last]))
        }
        25 => format!("{} absent", pick(c, &["SPOP", "SRANDMEMBER"])),
        26 => {
            let rest = ["", " MATCH m*", " COUNT 1000", " COUNT 0", " MATCH", " COUNT x", " x y"];
            let cursor = pick(c, &["0", "0", "x", "-", "-0", "+0"]);
            format!("SSCAN {} {cursor}{}", pick(c, &["absent", "string"]), pick(c, &rest))
        }
        27 => pick(
            c,
            &[
                "SET text 1",
                "SET string 1",
                "SADD a",
                "SINTER",
                "SMOVE a b",
                "SCARD",
                "SDIFFSTORE a",
            ],
        )
        .to_owned(),
        28 if c.below(5) == 0 => format!("DEL {}", key(c)),
        _ => format!("EXISTS {}", KEYS.join(" ")),
    };
    words(&line)
}

#[test]
fn replies_are_those_of_redis() {
    compare_by("set", 25_000, &[], command, |_, ours, theirs| same_in_any_order(ours, theirs));
}

#[test]
fn commands_of_sorted_sets_and_sort_take_sets() {
    compare_by(
        "set-others",
        3_000,
        &[],
        |c| {
            let keys =
                format!("{} {}", pick(c, &["a", "b", "z"]), pick(c, &["a", "b", "z", "none"]));
            words(&match c.below(9) {
                0..3 => format!("SADD {} {}", pick(c, &["a", "b"]), c.below(20)),
                3 => format!("ZADD z {} {}", c.below(5), c.below(20)),
                4 => format!("{} 2 {keys} WITHSCORES", pick(c, &["ZUNION", "ZINTER", "ZDIFF"])),
                5 => format!("ZUNIONSTORE z 2 {keys} WEIGHTS 2 3"),
                6 => format!("SORT {} DESC LIMIT 0 5", pick(c, &["a", "b", "none"])),
                7 => format!("SORT {} BY nosort STORE list", pick(c, &["a", "b"])),
                _ => format!("ZINTERCARD 2 {keys}"),
            })
        },
        |command, ours, theirs| {
            // With 7.2 a small set of texts has an order; here all are integers.
            command[0] == b"SORT" && ours == theirs || same_in_any_order(ours, theirs)
        },
    );
}

#[test]
fn effects_do_the_same_again() {
    let reads: Vec<String> = KEYS.iter().map(|key| format!("SORT {key} ALPHA")).collect();
    effects_again(6, 3_000, &reads, |c| match c.below(5) {
        0 => words(&format!("SPOP {}", key(c))),
        1 => words(&format!("SPOP {} {}", key(c), c.below(6))),
        _ => command(c),
    });
}

#[test]
fn drawn_members_are_different_ones() {
    for count in [5, 100, 1_000] {
        let mut ours = Ours::new(Version::Resp3);
        (0..count).for_each(|at| drop(ours.say(&format!("SADD s m{at}"))));
        let members = |reply: &str| -> Vec<String> {
            reply.split("\r\n").filter(|line| line.starts_with('m')).map(str::to_owned).collect()
        };
        for wanted in [1, 4, count / 2, count - 1, count, count + 1] {
            let drawn = members(&ours.say(&format!("SRANDMEMBER s {wanted}")));
            let known: BTreeSet<_> = drawn.iter().collect();
            assert_eq!((drawn.len(), known.len()), (wanted.min(count), wanted.min(count)));
        }
        assert_eq!(members(&ours.say("SRANDMEMBER s -2000")).len(), 2_000);
        let mut left = count;
        let mut seen = BTreeSet::new();
        while left > 0 {
            let drawn = members(&ours.say("SPOP s 3"));
            left -= drawn.len();
            drawn.into_iter().for_each(|member| assert!(seen.insert(member)));
            assert_eq!(ours.say("SCARD s"), format!(":{left}\r\n"));
        }
        assert_eq!((seen.len(), ours.say("EXISTS s").as_str()), (count, ":0\r\n"));
    }
}

#[test]
fn a_scan_of_a_large_set_finds_all() {
    let mut ours = Ours::new(Version::Resp2);
    (0..5_000).for_each(|at| drop(ours.say(&format!("SADD s m{at}"))));
    let (mut cursor, mut seen) = ("0".to_owned(), BTreeSet::new());
    loop {
        let reply = ours.say(&format!("SSCAN s {cursor} COUNT 50"));
        let lines: Vec<&str> = reply.split("\r\n").collect();
        seen.extend(lines.iter().filter(|line| line.starts_with('m')).map(|line| line.to_string()));
        cursor = lines[2].to_owned();
        ours.say(&format!("SADD s x{}", seen.len()));
        ours.say(&format!("SREM s x{}", seen.len() / 2));
        if cursor == "0" {
            break;
        }
    }
    assert_eq!(seen.len(), 5_000);
}
