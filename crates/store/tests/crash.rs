//! A real process that is killed in random moments: no write that it acknowledged is lost, and the store can be
//! opened each time.
//!
//! The test starts itself again as the process to be killed. `OSTLER_ROUNDS=1000` for more rounds.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of a test and the process that it starts; the lints exempt only the test"
)]

use base::random::Random;
use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use store::durable::{Options, Persist, Wish};
use store::engine::{Engine, Now, Session};
use store::hub::Hub;
use store::log::writer::Policy;
use store::rdb::{Form, write_value};
use store::resp::{Reply, Version};

/// Rounds in each run.
const ROUNDS: u64 = 20;

/// What tells the process to be killed its folder.
const FOLDER: &str = "OSTLER_CRASH_FOLDER";

fn engine() -> (Engine, Session) {
    (Engine::new(16, Arc::new(Hub::default()), 7), Session::new(1, true))
}

fn say(engine: &mut Engine, session: &mut Session, line: &str, now_ms: i64) -> String {
    let args: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
    let mut reply = Reply::new(Version::Resp2);
    engine.execute(session, &args, &mut reply, Now::at_ms(now_ms));
    String::from_utf8_lossy(&reply.into_bytes()).into_owned()
}

/// Transaction number `number`: always the same, and the key `number` tells that it was made.
fn transact(engine: &mut Engine, session: &mut Session, number: u64) {
    let mut chance = Random::new(number);
    let now_ms = 1_000_000 + number as i64;
    say(engine, session, "MULTI", now_ms);
    say(engine, session, &format!("SET number {number}"), now_ms);
    for _ in 0..=chance.below(3) {
        let (key, word) = (chance.below(5), chance.below(1000));
        let long = "x".repeat(chance.below(900) as usize + 1);
        let line = match chance.below(12) {
            0 => format!("SET text{key} {long}"),
            1 => format!("APPEND text{key} {word}"),
            2 => format!("INCRBY count{key} {word}"),
            3 => format!("RPUSH list{key} {word} {long}"),
            4 => format!("LPOP list{key} 2"),
            5 => format!("LMOVE list{key} list{} LEFT RIGHT", (key + 1) % 5),
            6 => format!("ZADD zset{key} {word} m{}", word % 50),
            7 => format!("ZADD big {word} m{}", chance.below(3000)),
            8 => format!("ZPOPMIN zset{key}"),
            9 => format!("XADD stream{key} MAXLEN ~ 50 * f {word}"),
            10 => format!("RENAME text{key} text{}", (key + 1) % 5),
            _ => format!("DEL text{key} list{key}"),
        };
        say(engine, session, &line, now_ms);
    }
    let reply = say(engine, session, "EXEC", now_ms);
    assert!(reply.starts_with('*'), "{reply}");
}

fn state(engine: &mut Engine) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let entries = engine.keys.database(0).iter();
    let bytes = |value| {
        let mut bytes = Vec::new();
        write_value(&mut bytes, value, Form::Own);
        bytes
    };
    entries.map(|(key, entry)| (key.to_vec(), bytes(&entry.value))).collect()
}

/// The process that is killed: looks at what it finds, and goes on.
fn victim(folder: &Path) {
    let (mut engine, mut session) = engine();
    let options = Options {
        folder: folder.to_owned(),
        policy: Policy::Always,
        seed: std::process::id().into(),
    };
    let now = Now::at_ms(1_000_000);
    let opened = Persist::open(&options, &mut engine, now, Box::new(|| {}), &mut |_, _| {});
    let (mut persist, started) = opened.unwrap_or_else(|error| panic!("cannot start: {error}"));
    let found = say(&mut engine, &mut session, "GET number", 1_000_000);
    let mut number: u64 = found.lines().nth(1).map_or(0, |line| line.parse().unwrap());
    let (mut again, mut other) = self::engine();
    (1..=number).for_each(|number| transact(&mut again, &mut other, number));
    assert!(state(&mut engine) == state(&mut again), "another state after transaction {number}");
    let line = format!("found {number} {} {}\n", started.snapshot_bytes, started.torn_bytes);
    std::io::stdout().write_all(line.as_bytes()).unwrap();
    let mut waiting = VecDeque::new();
    let mut chance = Random::new(number);
    loop {
        if waiting.len() < 40 {
            number += 1;
            transact(&mut engine, &mut session, number);
            persist.note(&mut engine);
            waiting.push_back((engine.keys.next_lsn() - 1, number));
            if chance.below(4) == 0 {
                persist.hand_over();
            }
            if chance.below(300) == 0 {
                engine.keys.facts.wishes.push(Wish::Save);
            }
            let mut looks = 2;
            persist.step(&mut engine, now, &mut || {
                looks -= 1;
                looks > 0
            });
        } else {
            persist.hand_over();
            std::thread::yield_now();
        }
        let mut acknowledged = None;
        while waiting.front().is_some_and(|(lsn, _)| !persist.holds(*lsn, true)) {
            acknowledged = waiting.pop_front();
        }
        if let Some((_, number)) = acknowledged {
            // Whole lines at once, so that a kill leaves no half of one.
            let line = format!("acknowledged {number}\n");
            std::io::stdout().write_all(line.as_bytes()).unwrap();
        }
    }
}

fn start(folder: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "nothing_acknowledged_is_lost", "--nocapture"]);
    command.env(FOLDER, folder).stdout(Stdio::piped()).spawn().unwrap()
}

/// Run the process until it is killed. What it found, and what it acknowledged last.
fn round(folder: &Path, chance: &mut Random) -> (u64, u64, bool) {
    let mut child = start(folder);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let found = lines.find_map(|line| line.split_once("found ").map(|(_, found)| found.to_owned()));
    let found = found.expect("the process ended by itself: see above");
    let numbers: Vec<u64> = found.split(' ').map(|number| number.parse().unwrap()).collect();
    let patience = Duration::from_micros(chance.below(90_000));
    let killer = std::thread::spawn(move || {
        std::thread::sleep(patience);
        child.kill().unwrap();
        child.wait().unwrap()
    });
    let acknowledged =
        lines.filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok()).last();
    assert!(!killer.join().unwrap().success());
    (numbers[0], acknowledged.unwrap_or(numbers[0]), numbers[1] > 0)
}

#[test]
fn nothing_acknowledged_is_lost() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return victim(Path::new(&folder));
    }
    let folder: PathBuf = std::env::temp_dir().join(format!("ostler-crash-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let rounds = std::env::var("OSTLER_ROUNDS").ok().and_then(|text| text.parse().ok());
    let rounds = rounds.unwrap_or(ROUNDS);
    let mut chance = Random::new(rounds);
    let (mut acknowledged, mut with_snapshot) = (0, 0);
    for number in 0..rounds {
        // From the start again now and then: what is looked at grows with each round.
        if number % 50 == 49 {
            std::fs::remove_dir_all(&folder).unwrap();
            acknowledged = 0;
        }
        let (found, last, snapshot) = round(&folder, &mut chance);
        assert!(found >= acknowledged, "{acknowledged} acknowledged, {found} found");
        acknowledged = last;
        with_snapshot += u64::from(snapshot);
    }
    assert!(with_snapshot * 4 > rounds, "{with_snapshot} rounds of {rounds} began with a snapshot");
    let _ = std::fs::remove_dir_all(&folder);
}
