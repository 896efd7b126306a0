use crate::command::oracle::{Words, compare, effects_again, pick, words};
use base::random::Random;

const KEYS: [&str; 5] = ["a", "b", "c", "none", "text"];

fn key(c: &mut Random) -> String {
    pick(c, &KEYS).to_owned()
}

fn value(c: &mut Random) -> String {
    match c.below(12) {
        0..5 => c.below(12).to_string(),
        5 => "y".repeat(c.below(3000) as usize),
        6 => "z".repeat(9000),
        7 => pick(c, &["", "-1", "007", "9223372036854775807", "70000", "-5000000000"]).to_owned(),
        _ => format!("v{}", c.below(9)),
    }
}

fn values(c: &mut Random) -> String {
    let count = if c.below(20) == 0 { 60 } else { 1 + c.below(5) };
    (0..count).map(|_| value(c)).collect::<Vec<_>>().join(" ")
}

fn int(c: &mut Random) -> String {
    match c.below(14) {
        0 => pick(c, &["x", "9223372036854775807", "-9223372036854775808", "1.5"]).to_owned(),
        1 => format!("{}", c.below(200) as i64 - 100),
        _ => format!("{}", c.below(20) as i64 - 8),
    }
}

fn side(c: &mut Random) -> &'static str {
    match c.below(12) {
        0 => "mid",
        1..7 => "LEFT",
        _ => "right",
    }
}

fn numkeys(c: &mut Random) -> String {
    let count = 1 + c.below(3);
    let keys: Vec<String> = (0..count).map(|_| key(c)).collect();
    let said = match c.below(12) {
        0 => pick(c, &["0", "-1", "x", "9", "9223372036854775807"]).to_owned(),
        _ => count.to_string(),
    };
    format!("{said} {}", keys.join(" "))
}

fn options(c: &mut Random) -> String {
    let mut text = String::new();
    for word in ["RANK 1", "RANK -1", "RANK 2", "RANK 0", "COUNT 0", "COUNT 2", "COUNT -1"] {
        if c.below(9) == 0 {
            text.push_str(&format!(" {word}"));
        }
    }
    for word in ["MAXLEN 0", "MAXLEN 7", "MAXLEN -1", "MAXLEN x", "RANK x", "x", "RANK -3"] {
        if c.below(12) == 0 {
            text.push_str(&format!(" {word}"));
        }
    }
    text
}

/// Timeouts that are refused; what would wait is not asked for outside of transactions.
fn bad_timeout(c: &mut Random) -> &'static str {
    pick(c, &["x", "-1", "", "nan", "1e5000", "-0.5", "1x"])
}

fn command(c: &mut Random) -> Words {
    let line = match c.below(30) {
        0..6 => {
            let name = pick(c, &["LPUSH", "RPUSH", "lpush", "RPUSHX", "LPUSHX"]);
            format!("{name} {} {}", key(c), values(c))
        }
        6 | 7 => format!("{} {} {}", pick(c, &["LPOP", "RPOP"]), key(c), int(c)),
        8 => format!("{} {}", pick(c, &["LPOP", "RPOP", "LLEN", "LPOP a b"]), key(c)),
        9..12 => format!("LRANGE {} {} {}", key(c), int(c), int(c)),
        12 => format!("LINDEX {} {}", key(c), int(c)),
        13 => format!("LSET {} {} {}", key(c), int(c), value(c)),
        14 | 15 => {
            let place = pick(c, &["BEFORE", "after", "beside", "AFTER"]);
            format!("LINSERT {} {place} {} {}", key(c), value(c), value(c))
        }
        16 | 17 => format!("LREM {} {} {}", key(c), int(c), value(c)),
        18 => format!("LTRIM {} {} {}", key(c), c.below(4), int(c)),
        19..22 => format!("LPOS {} {}{}", key(c), value(c), options(c)),
        22 => format!("RPOPLPUSH {} {}", key(c), key(c)),
        23 | 24 => format!("LMOVE {} {} {} {}", key(c), key(c), side(c), side(c)),
        25 => {
            let rest = pick(c, &["", " COUNT 2", " COUNT 0", " x", " COUNT", " COUNT 1 COUNT 2"]);
            format!("LMPOP {} {}{rest}", numkeys(c), side(c))
        }
        26 => format!("{} a b {}", pick(c, &["BLPOP", "BRPOP"]), bad_timeout(c)),
        27 => match c.below(3) {
            0 => format!("BLMOVE a b {} {} {}", side(c), side(c), bad_timeout(c)),
            1 => format!("BRPOPLPUSH a b {}", bad_timeout(c)),
            _ => format!("BLMPOP {} 2 a b {}", bad_timeout(c), side(c)),
        },
        28 => "SET text 1".to_owned(),
        _ => format!("EXISTS {}", KEYS.join(" ")),
    };
    words(&line)
}

#[test]
fn replies_are_those_of_redis() {
    compare("list", 15_000, &[], command);
}

#[test]
fn in_a_transaction_nothing_waits() {
    let mut step = 0;
    compare("list-multi", 4_000, &[], move |c| {
        // The comparison ends outside of a transaction in each form of the protocol.
        let kind = match step % 10 {
            0 => 0,
            9 => 1,
            _ => 2 + c.below(7),
        };
        step += 1;
        words(match kind {
            0 => "MULTI",
            1 => "EXEC",
            2 => "RPUSH a 1 2",
            3 => "BLPOP a b 0",
            4 => "BRPOP b text 1",
            5 => pick(c, &["BLMOVE a b LEFT RIGHT 0", "BLMOVE none b LEFT LEFT 0"]),
            6 => pick(c, &["BRPOPLPUSH b a 0", "BRPOPLPUSH none a 0"]),
            7 => pick(c, &["BLMPOP 0 2 none a LEFT", "BLMPOP 0 1 none LEFT COUNT 2"]),
            _ => "SET text 1",
        })
    });
}

#[test]
fn effects_do_the_same_again() {
    let reads: Vec<String> = KEYS.iter().map(|key| format!("LRANGE {key} 0 -1")).collect();
    effects_again(4, 4_000, &reads, command);
}
