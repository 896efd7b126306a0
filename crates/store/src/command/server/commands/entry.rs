//! What is told of one command.

use super::{categories, keys};
use crate::command::{Flags, Group, Keys, Spec, Table};
use crate::resp::Reply;

/// A command or a subcommand.
#[derive(Debug, Clone, Copy)]
pub struct Command {
    /// The command whose subcommand it is.
    parent: Option<&'static Spec>,
    /// What it is.
    pub spec: &'static Spec,
}

const NAMES: [(Flags, &str); 14] = [
    (Flags::WRITE, "write"),
    (Flags::READONLY, "readonly"),
    (Flags::DENYOOM, "denyoom"),
    (Flags::ADMIN, "admin"),
    (Flags::PUBSUB, "pubsub"),
    (Flags::NOSCRIPT, "noscript"),
    (Flags::BLOCKING, "blocking"),
    (Flags::LOADING, "loading"),
    (Flags::STALE, "stale"),
    (Flags::SKIP_MONITOR, "skip_monitor"),
    (Flags::SKIP_SLOWLOG, "skip_slowlog"),
    (Flags::FAST, "fast"),
    (Flags::NO_AUTH, "no_auth"),
    (Flags::NO_MULTI, "no_multi"),
];

/// All commands, without subcommands, by name.
pub fn all(table: &Table) -> impl Iterator<Item = Command> {
    let mut specs: Vec<&'static Spec> = table.iter().collect();
    specs.sort_by_key(|spec| spec.name);
    specs.into_iter().map(|spec| Command { parent: None, spec })
}

impl Command {
    /// By its name: that of a subcommand follows `|`.
    pub fn find(table: &Table, name: &[u8]) -> Option<Command> {
        let mut parts = name.splitn(2, |byte| *byte == b'|');
        let top = Command { parent: None, spec: table.find(parts.next()?)? };
        let Some(word) = parts.next() else { return Some(top) };
        top.subs().find(|sub| word.eq_ignore_ascii_case(sub.spec.name.as_bytes()))
    }

    /// Its name.
    pub fn name(&self) -> String {
        let name = self.spec.name.to_ascii_lowercase();
        match self.parent {
            Some(parent) => format!("{}|{name}", parent.name.to_ascii_lowercase()),
            None => name,
        }
    }

    /// Its subcommands.
    pub fn subs(self) -> impl Iterator<Item = Command> {
        self.spec.sub.iter().map(move |spec| Command { parent: Some(self.spec), spec })
    }

    /// What `COMMAND INFO` tells.
    pub fn info(&self, reply: &mut Reply) {
        let (first, last, step) = span(self.spec.keys);
        let flags = self.flags();
        reply.array(10);
        reply.bulk(self.name().as_bytes());
        reply.int(self.spec.arity.into());
        reply.set(flags.len());
        flags.iter().for_each(|flag| reply.status(flag));
        [first, last, step].into_iter().for_each(|place| reply.int(place));
        let categories = categories::of(self.spec);
        reply.set(categories.len());
        categories.iter().for_each(|category| reply.status(&format!("@{category}")));
        // Tips.
        reply.array(0);
        keys::specs(self.spec, reply);
        reply.array(self.spec.sub.len());
        self.subs().for_each(|sub| sub.info(reply));
    }

    /// What `COMMAND DOCS` tells, after the name.
    pub fn docs(&self, reply: &mut Reply) {
        let has_subs = !self.spec.sub.is_empty();
        reply.bulk(self.name().as_bytes());
        reply.map(2 + usize::from(has_subs));
        reply.bulk(b"since");
        reply.bulk(self.spec.since.as_bytes());
        reply.bulk(b"group");
        reply.bulk(group(self.spec.group).as_bytes());
        if has_subs {
            reply.bulk(b"subcommands");
            reply.map(self.spec.sub.len());
            self.subs().for_each(|sub| sub.docs(reply));
        }
    }

    fn flags(&self) -> Vec<&'static str> {
        let spec = self.spec;
        let known = NAMES.iter().filter(|(flag, _)| spec.flags.has(*flag)).map(|(_, name)| *name);
        let moves = !matches!(spec.keys, Keys::None | Keys::Range { .. });
        let movable = moves.then_some("movablekeys");
        let busy = spec.flags.has(Flags::ALLOW_BUSY).then_some("allow_busy");
        known.chain(movable).chain(busy).collect()
    }
}

/// The first key, the last, and the step, as clients of old want them: what follows a count is not in it.
fn span(keys: Keys) -> (i64, i64, i64) {
    match keys {
        Keys::Range { first, last, step } => (first as i64, last as i64, step as i64),
        Keys::StoreCounted(_) | Keys::Sort => (1, 1, 1),
        Keys::None | Keys::Counted(_) | Keys::Streams => (0, 0, 0),
    }
}

fn group(group: Group) -> &'static str {
    match group {
        Group::Generic => "generic",
        Group::Text => "string",
        Group::List => "list",
        Group::Set => "set",
        Group::Zset => "sorted-set",
        Group::Hash => "hash",
        Group::Stream => "stream",
        Group::Pubsub => "pubsub",
        Group::Transactions => "transactions",
        Group::Connection => "connection",
        Group::Server => "server",
        Group::Scripting => "scripting",
    }
}
