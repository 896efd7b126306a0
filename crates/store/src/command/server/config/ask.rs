//! The command and its subcommands.

use super::parameter;
use super::set::set;
use crate::command::{Desk, Flags, Group, Run, Spec, help, matches};
use crate::engine::{Engine, Invocation};
use crate::resp::{Fault, Outcome};
use std::collections::BTreeMap;

const FLAGS: Flags = Flags::ADMIN.or(Flags::NOSCRIPT).or(Flags::LOADING).or(Flags::STALE);

/// `CONFIG subcommand`
pub const CONFIG: Spec = Spec::new("CONFIG", -2, Group::Server, Run::Session(config_help))
    .since("2.0.0")
    .sub(&[&GET, &SET, &RESETSTAT, &REWRITE, &HELP]);

const GET: Spec = Spec::new("GET", -3, Group::Server, Run::Engine(get)).flags(FLAGS).since("2.0.0");
const SET: Spec = Spec::new("SET", -4, Group::Server, Run::Engine(set)).flags(FLAGS).since("2.0.0");
const RESETSTAT: Spec =
    Spec::new("RESETSTAT", 2, Group::Server, Run::Engine(resetstat)).flags(FLAGS).since("2.0.0");
const REWRITE: Spec =
    Spec::new("REWRITE", 2, Group::Server, Run::Session(rewrite)).flags(FLAGS).since("2.8.0");
const HELP: Spec = Spec::new("HELP", 2, Group::Server, Run::Session(config_help))
    .flags(Flags::LOADING.or(Flags::STALE))
    .since("5.0.0");

const HELP_LINES: &[&str] = &[
    "GET <pattern>",
    "    Return parameters matching the glob-like <pattern> and their values.",
    "SET <directive> <value>",
    "    Set the configuration <directive> to <value>.",
    "RESETSTAT",
    "    Reset statistics reported by the INFO command.",
    "REWRITE",
    "    Rewrite the configuration file.",
];

fn get(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    let patterns = invocation.args.get(2..).unwrap_or_default();
    let patterns: Vec<_> = patterns.iter().map(|pattern| pattern.to_ascii_lowercase()).collect();
    let mut found = BTreeMap::new();
    for parameter in parameter::all() {
        for name in parameter.names() {
            if patterns.iter().any(|pattern| matches(pattern, name.as_bytes())) {
                found.insert(name, parameter.get(engine));
            }
        }
    }
    let reply = &mut invocation.reply;
    reply.map(found.len());
    for (name, value) in found {
        reply.bulk(name.as_bytes());
        reply.bulk(&value.bytes());
    }
    Ok(())
}

fn resetstat(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    engine.reset_counts();
    invocation.reply.ok();
    Ok(())
}

fn rewrite(_: &mut Desk<'_>) -> Outcome {
    Err(Fault::plain(
        "ERR What is set by CONFIG SET lasts until the store ends. What is to last longer belongs in [store] of \
         ostler.toml, which Ostler does not rewrite",
    ))
}

fn config_help(desk: &mut Desk<'_>) -> Outcome {
    help(desk.reply, "CONFIG", HELP_LINES);
    Ok(())
}
