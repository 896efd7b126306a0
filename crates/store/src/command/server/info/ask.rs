//! The command: which sections are asked for.

use super::page::Page;
use super::{counts, durability, keyspace, memory, server, stats};
use crate::command::{Desk, Flags, Group, Run, Spec};
use crate::hub::Standing;
use crate::resp::Outcome;

/// `INFO [section …]`
pub const INFO: Spec = Spec::new("INFO", -1, Group::Server, Run::Session(info))
    .flags(Flags::LOADING.or(Flags::STALE).or(Flags::LOOKS));

/// A section: its name, whether it is told to those who ask for none, and what writes it.
type Section = (&'static str, bool, fn(&Desk<'_>, &Standing, &mut Page));

/// In the order in which they are told.
const SECTIONS: &[Section] = &[
    ("server", true, server::server),
    ("clients", true, server::clients),
    ("memory", true, memory::memory),
    ("persistence", true, durability::persistence),
    ("stats", true, stats::stats),
    ("replication", true, durability::replication),
    ("cpu", true, stats::cpu),
    ("modules", true, stats::modules),
    ("commandstats", false, counts::commands),
    ("errorstats", true, counts::errors),
    ("latencystats", false, counts::durations),
    ("cluster", true, keyspace::cluster),
    ("keyspace", true, keyspace::keyspace),
];

fn info(desk: &mut Desk<'_>) -> Outcome {
    let words = desk.args.get(1..).unwrap_or_default();
    let standing = desk.hub.figures.standing();
    let mut page = Page::default();
    for (name, by_default, write) in SECTIONS {
        if is_asked(words, name, *by_default) {
            write(desk, &standing, &mut page);
        }
    }
    desk.reply.verbatim("txt", page.into_text().as_bytes());
    Ok(())
}

fn is_asked(words: &[&[u8]], section: &str, by_default: bool) -> bool {
    let named = |word: &&[u8]| {
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        is(section) || is("all") || is("everything") || by_default && is("default")
    };
    if words.is_empty() { by_default } else { words.iter().any(named) }
}
