//! Two servers, the same commands.

use super::{allowed, grammar, minimise::minimise, templates};
use crate::command::oracle::{Ours, Theirs, Words, words};
use crate::resp::Version;
use base::random::Random;

/// After so many commands both begin empty again.
const ROUND: usize = 1_500;
/// How often a shorter list is tried.
const TRIES_MAX: usize = 3_000;

/// A difference, with the shortest way to it.
#[derive(Debug)]
pub struct Difference {
    pub commands: Vec<Words>,
    pub ours: Vec<u8>,
    pub theirs: Vec<u8>,
}

/// Ask both `count` commands in one form of the protocol. None: no difference.
pub fn run(theirs: &mut Theirs, version: Version, count: usize, seed: u64) -> Option<Difference> {
    let mut chance = Random::new(seed);
    let known = known();
    let mut pair = Pair::new(theirs, version);
    let (mut said, mut in_multi) = (Vec::new(), false);
    for at in 0..count {
        if at % ROUND == 0 {
            pair.empty();
            (said, in_multi) = (Vec::new(), false);
        }
        let command = loop {
            let template = known[chance.below(known.len() as u64) as usize];
            let command = grammar::make(template, &mut chance);
            // Within a transaction items in any order cannot be told from others.
            let orderly = !in_multi || allowed::kind(&command) == allowed::Kind::Exact;
            let seldom = command[0] != b"MULTI" || chance.below(4) == 0;
            if orderly && seldom {
                break command;
            }
        };
        match command[0].as_slice() {
            b"MULTI" if command.len() == 1 => in_multi = true,
            b"EXEC" | b"DISCARD" if command.len() == 1 => in_multi = false,
            _ => {}
        }
        said.push(command);
        if let Some((ours, theirs)) = pair.differ(said.last()?) {
            let commands = minimise(said, TRIES_MAX, |fewer| pair.end_differs(fewer).is_some());
            let (ours, theirs) = pair.end_differs(&commands).unwrap_or((ours, theirs));
            return Some(Difference { commands, ours, theirs });
        }
    }
    None
}

/// The templates of commands that are there, so that it grows with the table, and of some that are nowhere; with
/// `OSTLER_DIFFER_ONLY` those that begin with one of its letters.
fn known() -> Vec<&'static str> {
    let only = std::env::var("OSTLER_DIFFER_ONLY").unwrap_or_default();
    let wanted = |name: &str| only.is_empty() || name.starts_with(|first| only.contains(first));
    let table = crate::command::Table::default();
    let there = |name: &str| name == "NOSUCH" || table.find(name.as_bytes()).is_some();
    let all = templates::ALL.iter().copied();
    let name = |template: &str| template.split(' ').next().unwrap_or_default().to_owned();
    // A template with a script needs what the script calls.
    let calls = |template: &str| {
        let script = template.split(' ').find_map(|word| word.strip_prefix("script")?.parse().ok());
        let script = script.and_then(|script: usize| templates::SCRIPTS.get(script));
        script.and_then(|script| script.split("call('").nth(1)?.split('\'').next())
    };
    all.filter(|template| there(&name(template)) && wanted(&name(template)))
        .filter(|template| calls(template).is_none_or(there))
        .collect()
}

struct Pair<'a> {
    theirs: &'a mut Theirs,
    ours: Ours,
    version: Version,
}

impl<'a> Pair<'a> {
    fn new(theirs: &'a mut Theirs, version: Version) -> Self {
        Pair { theirs, ours: Ours::new(version), version }
    }

    /// Both as they were at the beginning.
    fn empty(&mut self) {
        self.ours = Ours::new(self.version);
        self.theirs.ask(&words("RESET"));
        self.theirs.ask(&words("FLUSHALL"));
        self.theirs.ask(&words(match self.version {
            Version::Resp2 => "HELLO 2",
            Version::Resp3 => "HELLO 3",
        }));
    }

    fn differ(&mut self, command: &Words) -> Option<(Vec<u8>, Vec<u8>)> {
        self.ours.now_ms = i64::try_from(base::clock::wall_ms()).unwrap_or(i64::MAX);
        let (ours, theirs) = (self.ours.ask(command), self.theirs.ask(command));
        (!allowed::same(command, &ours, &theirs)).then_some((ours, theirs))
    }

    /// Whether the last of these makes a difference, from empty.
    fn end_differs(&mut self, commands: &[Words]) -> Option<(Vec<u8>, Vec<u8>)> {
        self.empty();
        let mut last = None;
        for command in commands {
            last = self.differ(command);
        }
        last
    }
}
