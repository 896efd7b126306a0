use super::entry::{self, Command};
use crate::command::oracle::{Ours, Theirs, words};
use crate::command::{Keys, Table};
use crate::resp::Version;
use std::collections::BTreeSet;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Flags of Redis that say nothing of what a client sees here.
const PASSED_OVER: &[&str] = &[
    "skip_monitor",
    "skip_slowlog",
    "no_mandatory_keys",
    "no_async_loading",
    "may_replicate",
    "stale",
];

/// What 7.2 has otherwise than 7.0 (scripts may call commands that wait, ranks may be told with scores), and what is
/// answered here at more times.
const DIFFER: &[&str] = &[
    "blmove",
    "blpop",
    "brpop",
    "brpoplpush",
    "bzpopmax",
    "bzpopmin",
    "blmpop",
    "bzmpop",
    "wait",
    "zrank",
    "zrevrank",
    "client|help",
    "monitor",
    "ping",
    "pubsub",
    "pubsub|help",
    "readonly",
    "readwrite",
    "sort_ro",
];

/// Name, arity, flags, first, last, step.
fn heads(reply: &[u8]) -> (String, String, BTreeSet<String>, String) {
    let reply = text(reply);
    let mut lines = reply.split("\r\n").skip(2);
    let mut next = || lines.next().unwrap_or_default().to_owned();
    let (_, name, arity) = (next(), next(), next());
    let count: usize = next().trim_start_matches(['*', '~']).parse().unwrap_or(0);
    let flags = (0..count).map(|_| next().trim_start_matches('+').to_owned());
    let flags = flags.filter(|flag| !PASSED_OVER.contains(&flag.as_str())).collect();
    (name, arity, flags, [next(), next(), next()].join(" "))
}

#[test]
fn commands_are_what_they_are_in_redis() {
    let Some(mut theirs) = Theirs::start("command-info") else { return };
    let (mut ours, table) = (Ours::new(Version::Resp2), Table::default());
    let mut differ = Vec::new();
    let all = entry::all(&table).flat_map(|top| std::iter::once(top).chain(top.subs()));
    for name in all.map(|command: Command| command.name()) {
        let line = words(&format!("COMMAND INFO {name}"));
        let their = theirs.ask(&line);
        // Newer than the one to compare with.
        if their.starts_with(b"*1\r\n$-1") || DIFFER.contains(&name.as_str()) {
            continue;
        }
        let (our, their) = (heads(&ours.ask(&line)), heads(&their));
        if our != their {
            differ.push(format!("{our:?}\n{their:?}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn keys_are_found_as_redis_finds_them() {
    let Some(mut theirs) = Theirs::start("command-keys") else { return };
    let mut ours = Ours::new(Version::Resp2);
    for line in [
        "GET a",
        "MSET a 1 b 2 c 3",
        "MSET a 1 b",
        "DEL a b c",
        "BLPOP a b c 0",
        "LMOVE a b LEFT RIGHT",
        "EVAL x 2 a b c",
        "EVAL x 0 c",
        "ZUNION 2 a b",
        "ZUNION 0 a b",
        "ZUNION x a b",
        "ZUNIONSTORE d 2 a b",
        "XREAD COUNT 2 STREAMS a b 0 0",
        "XREAD BLOCK 5 a",
        "SORT a",
        "SORT a STORE d",
        "SORT a LIMIT 0 1 STORE d STORE e",
        "OBJECT ENCODING a",
        "OBJECT NONSENSE a",
        "XINFO STREAM a",
        "CONFIG GET a",
        "PING a",
        "NONSENSE a",
        "GET a b",
    ] {
        let line = words(&format!("COMMAND GETKEYS {line}"));
        assert_eq!(text(&ours.ask(&line)), text(&theirs.ask(&line)), "{}", text(&line.join(&b' ')));
    }
}

#[test]
fn lists_and_mistakes_are_those_of_redis() {
    let Some(mut theirs) = Theirs::start("command-list") else { return };
    let mut ours = Ours::new(Version::Resp2);
    for line in [
        "COMMAND NONSENSE",
        "COMMAND COUNT 1",
        "COMMAND LIST FILTERBY",
        "COMMAND LIST FILTERBY NONSENSE a",
        "COMMAND LIST FILTERBY MODULE a",
        "COMMAND LIST FILTERBY ACLCAT nonsense",
        "COMMAND LIST FILTERBY PATTERN getrang*",
        "COMMAND INFO nonsense",
        "COMMAND INFO config|nonsense",
        "COMMAND DOCS nonsense",
        "COMMAND HELP",
        "COMMAND GETKEYS",
        "COMMAND GETKEYS get",
        "COMMAND GETKEYSANDFLAGS get a",
    ] {
        assert_eq!(text(&ours.ask(&words(line))), text(&theirs.ask(&words(line))), "{line}");
    }
    let names = |bytes: &[u8]| -> BTreeSet<String> {
        text(bytes).split("\r\n").skip(1).skip(1).step_by(2).map(str::to_owned).collect()
    };
    for line in ["COMMAND LIST FILTERBY ACLCAT hash", "COMMAND LIST FILTERBY PATTERN z*"] {
        let all = names(&theirs.ask(&words("COMMAND LIST")));
        let (ours, theirs) = (names(&ours.ask(&words(line))), names(&theirs.ask(&words(line))));
        // Newer ones apart.
        let ours: BTreeSet<String> = ours.intersection(&all).cloned().collect();
        assert_eq!(ours, theirs, "{line}");
    }
}

#[test]
fn what_is_told_of_all_commands_is_whole() {
    let mut ours = Ours::new(Version::Resp3);
    let table = Table::default();
    let count = table.len();
    assert_eq!(ours.say("COMMAND COUNT"), format!(":{count}\r\n"));
    assert!(ours.say("COMMAND").starts_with(&format!("*{count}\r\n*10\r\n")));
    assert!(ours.say("COMMAND DOCS").starts_with(&format!("%{count}\r\n")));
    assert!(ours.say("COMMAND DOCS get").contains("since\r\n$5\r\n1.0.0\r\n"));
    // What moves with the arguments is found there.
    for command in entry::all(&table) {
        let args = vec![&b"1"[..]; 12];
        let places = command.spec.keys.places(&args);
        let needs_word = matches!(command.spec.keys, Keys::Streams);
        assert!(places.is_some() || needs_word, "{}", command.name());
    }
}
