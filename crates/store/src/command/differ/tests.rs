use super::minimise::minimise;
use super::{allowed, grammar, run};
use crate::command::oracle::{Theirs, Words, words};
use crate::resp::Version;
use base::random::Random;

/// In each form of the protocol; `OSTLER_DIFFER` for more.
const COMMANDS: usize = 25_000;

#[test]
fn random_commands_are_answered_as_redis_server_does() {
    let Some(mut theirs) = Theirs::start("differ") else { return };
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let commands = number("OSTLER_DIFFER").map_or(COMMANDS, |all: usize| all / 2);
    let seed = number("OSTLER_SEED").map_or(1, |seed: usize| seed as u64);
    for version in [Version::Resp2, Version::Resp3] {
        let Some(found) = run::run(&mut theirs, version, commands, seed) else { continue };
        let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
        let line = |words: &Words| {
            words.iter().map(|word| format!("{:?}", text(word))).collect::<Vec<_>>().join(" ")
        };
        let list: Vec<String> = found.commands.iter().map(line).collect();
        panic!(
            "{version:?}, OSTLER_SEED={seed}, after:\n{}\nours:   {}\ntheirs: {}",
            list.join("\n"),
            text(&found.ours),
            text(&found.theirs)
        );
    }
}

#[test]
fn templates_make_what_they_say() {
    let mut chance = Random::new(1);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..2_000 {
        seen.insert(grammar::make("A (B|C D) [E|F]", &mut chance).join(&b' '));
    }
    for wanted in ["A B", "A C D", "A B E", "A C D F"] {
        assert!(seen.contains(wanted.as_bytes()), "{wanted}");
    }
}

#[test]
fn the_order_counts_only_where_it_may_not() {
    let same = |line: &str, ours: &str, theirs: &str| {
        allowed::same(&words(line), ours.as_bytes(), theirs.as_bytes())
    };
    let (ab, ba) = ("*2\r\n$1\r\na\r\n$1\r\nb\r\n", "*2\r\n$1\r\nb\r\n$1\r\na\r\n");
    assert!(same("SMEMBERS s", ab, ba) && !same("LRANGE l 0 -1", ab, ba));
    assert!(!same("HGETALL h", ab, ba) && !same("SMEMBERS s", ab, "*1\r\n$1\r\na\r\n"));
    assert!(same("TTL a", ":100\r\n", ":99\r\n") && !same("TTL a", ":-1\r\n", ":-2\r\n"));
}

#[test]
fn few_commands_are_told() {
    let all: Vec<Words> = (0..100).map(|n| words(&format!("C {n}"))).collect();
    let fails = |some: &[Words]| {
        let has = |n: &str| some.iter().any(|one| one[1] == n.as_bytes());
        has("7") && has("60") && some.last().is_some_and(|last| last[1] == b"99")
    };
    let few: Vec<_> = minimise(all, 1_000, fails).iter().map(|one| one[1].clone()).collect();
    assert_eq!(few, [b"7".to_vec(), b"60".to_vec(), b"99".to_vec()]);
}
