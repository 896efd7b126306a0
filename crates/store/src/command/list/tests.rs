use crate::command::oracle::{
    Line, Ours, Theirs, Words, check_memory, compare, compare_notices, effects_again, pick, words,
};
use crate::engine::{Now, Session};
use crate::resp::{Reply, Version};
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
fn events_are_those_of_redis() {
    compare_notices("list-events", 4_000, command);
}

#[test]
fn effects_do_the_same_again() {
    let reads: Vec<String> = KEYS.iter().map(|key| format!("LRANGE {key} 0 -1")).collect();
    effects_again(4, 4_000, &reads, command);
}

/// Some clients that wait, of the engine and of a `redis-server`, and one of each that does not.
struct Queue {
    ours: Ours,
    theirs: Theirs,
    clients: Vec<(Session, Vec<u8>, Line)>,
    before: Vec<String>,
}

impl Queue {
    fn new(clients: u64) -> Option<Self> {
        let theirs = Theirs::start("waiting")?;
        let client = |number| (Session::new(number, true), Vec::new(), theirs.another());
        let clients = (0..clients).map(|number| client(number + 10)).collect();
        Some(Queue { ours: Ours::new(Version::Resp2), clients, theirs, before: Vec::new() })
    }

    fn free(&self, client: usize) -> bool {
        self.clients[client].0.parked.is_none()
    }

    fn wait(&mut self, client: usize, line: &str) {
        self.before.push(format!("{client}: {line}"));
        let words = words(line);
        let args: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
        let now = Now::at_ms(self.ours.now_ms);
        let mut reply = Reply::new(Version::Resp2);
        let (session, bytes, theirs) = &mut self.clients[client];
        self.ours.engine.execute(session, &args, &mut reply, now);
        bytes.extend(reply.into_bytes());
        theirs.send(&words);
        self.serve();
    }

    fn act(&mut self, lines: &[String]) {
        self.before.extend_from_slice(lines);
        for line in lines {
            let words = words(line);
            assert_eq!(self.ours.ask(&words), self.theirs.ask(&words), "{line}");
        }
        self.serve();
    }

    /// Serve those who wait, and compare what all were told.
    fn serve(&mut self) {
        let now = Now::at_ms(self.ours.now_ms);
        while let Some(number) = self.ours.engine.next_ready() {
            let client = self.clients.iter_mut().find(|client| client.0.id == number);
            let (session, bytes, _) = client.unwrap();
            let mut reply = Reply::new(Version::Resp2);
            self.ours.engine.resume(session, &mut reply, now);
            bytes.extend(reply.into_bytes());
        }
        // What waits was told before this is answered.
        let nobody = words("CLIENT UNBLOCK 0");
        for (session, ours, theirs) in &mut self.clients {
            // A second round lets a command that was only sent arrive.
            self.theirs.ask(&nobody);
            self.theirs.ask(&nobody);
            let told = theirs.arrived();
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let last = &self.before[self.before.len().saturating_sub(45)..];
            assert_eq!(text(&std::mem::take(ours)), text(&told), "{}: {last:#?}", session.id);
        }
    }
}

#[test]
fn who_waits_is_served_as_in_redis() {
    let Some(mut queue) = Queue::new(5) else { return };
    let mut c = Random::new(9);
    for step in 0..6_000 {
        let client = c.below(5) as usize;
        let key = |c: &mut Random| pick(c, &["a", "b", "c", "d"]);
        if step % 3 != 0 && queue.free(client) {
            let line = match c.below(6) {
                0 => format!("BLPOP {} 0", key(&mut c)),
                1 => format!("BRPOP {} 0", pick(&mut c, &["a", "e"])),
                2 => format!("BLPOP {} {} 0", key(&mut c), key(&mut c)),
                3 => format!("BRPOPLPUSH {} {} 0", key(&mut c), key(&mut c)),
                4 => format!("BLMOVE {} {} LEFT RIGHT 0", key(&mut c), key(&mut c)),
                _ => format!("BLMPOP 0 2 {} {} RIGHT COUNT 2", key(&mut c), key(&mut c)),
            };
            queue.wait(client, &line);
            continue;
        }
        let (one, other) = (key(&mut c), key(&mut c));
        let lines = match c.below(12) {
            // Who waits for two keys, one of which gets another type, is told so since Redis 7.2.
            0 => vec![pick(&mut c, &["SET e 1", "ZADD e 1 m", "DEL e", "RPUSH e 1"]).to_owned()],
            1 => vec![format!("DEL {one}")],
            2 => vec![format!("RENAME x{one} {other}")],
            3 => {
                vec!["MULTI".into(), format!("RPUSH {one} 1"), format!("DEL {one}"), "EXEC".into()]
            }
            4 => vec![
                "MULTI".into(),
                format!("RPUSH {one} 1 2"),
                format!("LPUSH {one} 0"),
                "EXEC".into(),
            ],
            5 => vec![format!("RPUSH x{other} 1 2 3")],
            6 => vec![format!("COPY x{one} {other}")],
            // Over another type, Redis would not tell who waits.
            7 => vec![format!("DEL {other}"), format!("SORT x{one} STORE {other}")],
            8 => vec![format!("LMOVE {one} e LEFT LEFT")],
            _ => vec![format!("RPUSH {one} {step} x")],
        };
        queue.act(&lines);
    }
    assert!(queue.ours.engine.blocked.clients() <= 5);
}

#[test]
fn who_waits_is_told_when_nothing_came() {
    let mut ours = Ours::new(Version::Resp2);
    let mut session = Session::new(7, true);
    let args: [&[u8]; 4] = [b"BRPOPLPUSH", b"a", b"b", b"0.25"];
    let mut reply = Reply::new(Version::Resp2);
    let at = |ms| Now::at_ms(ms);
    let start = ours.now_ms;
    ours.engine.execute(&mut session, &args, &mut reply, at(start));
    // Looking again does not begin the time again, and does not answer.
    for line in ["MULTI", "RPUSH a 1", "LPOP a", "EXEC"] {
        ours.say(line);
    }
    assert_eq!(ours.engine.next_ready(), None);
    assert_eq!((ours.engine.blocked.clients(), ours.engine.blocked.keys()), (1, 1));
    assert_eq!(ours.engine.blocked.next_expired(at(start + 249)), None);
    assert_eq!(ours.engine.blocked.next_expired(at(start + 250)), Some(7));
    ours.engine.time_out(&mut session, &mut reply);
    assert_eq!(reply.bytes(), b"*-1\r\n");
    assert_eq!((ours.engine.blocked.clients(), ours.engine.blocked.keys()), (0, 0));
    let mut reply = Reply::new(Version::Resp2);
    ours.engine.execute(&mut session, &args, &mut reply, at(start));
    ours.engine.interrupt(&mut session, &mut reply);
    assert_eq!(reply.bytes(), b"-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
    assert_eq!(ours.engine.blocked.next_end_ms(), None);
    assert_eq!(ours.say("BLPOP a inf"), "-ERR timeout is out of range\r\n");
    assert_eq!(ours.say("BLPOP a 9223372036854775"), "-ERR timeout is out of range\r\n");
}

#[test]
fn what_moves_is_logged_as_taken_and_added() {
    let mut ours = Ours::new(Version::Resp2);
    ours.say("RPUSH a 1 2 3");
    ours.logged();
    for (line, logged) in [
        ("RPOPLPUSH a b", "RPOP a; LPUSH b 3"),
        ("LMOVE a a LEFT RIGHT", "LMOVE a a LEFT RIGHT"),
        ("BLPOP none a 0", "LPOP a"),
        ("BLMPOP 0 2 none b LEFT COUNT 5", "LPOP b 1"),
        ("LREM a 0 none", ""),
    ] {
        ours.say(line);
        assert_eq!(ours.logged(), logged, "{line}");
    }
}

#[test]
fn an_element_takes_no_more_than_in_redis() {
    // What the allocator keeps for itself is counted too: 8 bytes in 8 KB.
    let check = |name: &str, count: u64, line: &mut dyn FnMut(u64) -> String| {
        check_memory(name, "l", count, 1, line);
    };
    check("list-tail", 20_000, &mut |number| format!("RPUSH l job:{number}"));
    check("list-head", 20_000, &mut |number| format!("LPUSH l {number}"));
    check("list-numbers", 20_000, &mut |number| format!("RPUSH l {}", number * 1_000_003));
    check("list-long", 4_000, &mut |number| format!("LPUSH l {number:0200}"));
    check("list-one", 1, &mut |_| "RPUSH l job".to_owned());
    check("list-ten", 10, &mut |number| format!("LPUSH l {number}"));
}

/// How long bull's `LINSERT` and `LINDEX` take before a long backlog: `cargo nextest run --release --run-ignored`.
#[test]
#[ignore = "measures time"]
fn a_long_backlog_does_not_slow_down() {
    let Some(mut theirs) = Theirs::start("backlog") else { return };
    let mut ours = Ours::new(Version::Resp2);
    for first in (0..400_000).step_by(1_000) {
        let numbers = (first..first + 1_000).map(|number: u64| number.to_string());
        let line = format!("LPUSH l {}", numbers.collect::<Vec<_>>().join(" "));
        ours.say(&line);
        theirs.ask(&words(&line));
    }
    ours.engine.keys.take_record();
    let lines = ["LINDEX l 200000", "LINSERT l BEFORE 200000 x", "LREM l 1 x", "LPOS l 1"];
    for line in lines.map(words) {
        let start = base::clock::now();
        (0..100).for_each(|_| drop(ours.ask(&line)));
        let our = start.elapsed() / 100;
        let start = base::clock::now();
        (0..100).for_each(|_| drop(theirs.ask(&line)));
        let name = String::from_utf8_lossy(&line[0]);
        eprintln!("{name}: {our:?}, redis {:?}", start.elapsed() / 100);
    }
}
