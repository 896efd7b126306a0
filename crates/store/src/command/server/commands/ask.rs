//! The command and its subcommands.

use super::entry::{self, Command};
use super::{keys, list};
use crate::command::{Desk, Flags, Group, Run, Spec, help};
use crate::engine::{Engine, Invocation};
use crate::resp::Outcome;

const FLAGS: Flags = Flags::LOADING.or(Flags::STALE);

/// `COMMAND [subcommand]`
pub const COMMAND: Spec = Spec::new("COMMAND", -1, Group::Server, Run::Engine(info))
    .flags(FLAGS)
    .since("2.8.13")
    .sub(&[&COUNT, &LIST, &INFO, &DOCS, &GETKEYS, &GETKEYSANDFLAGS, &HELP]);

const COUNT: Spec =
    Spec::new("COUNT", 2, Group::Server, Run::Engine(count)).flags(FLAGS).since("2.8.13");
const LIST: Spec =
    Spec::new("LIST", -2, Group::Server, Run::Engine(list::list)).flags(FLAGS).since("7.0.0");
const INFO: Spec =
    Spec::new("INFO", -2, Group::Server, Run::Engine(info)).flags(FLAGS).since("2.8.13");
const DOCS: Spec =
    Spec::new("DOCS", -2, Group::Server, Run::Engine(docs)).flags(FLAGS).since("7.0.0");
const GETKEYS: Spec = Spec::new("GETKEYS", -4, Group::Server, Run::Engine(keys::getkeys))
    .flags(FLAGS)
    .since("2.8.13");
const GETKEYSANDFLAGS: Spec =
    Spec::new("GETKEYSANDFLAGS", -4, Group::Server, Run::Engine(keys::getkeysandflags))
        .flags(FLAGS)
        .since("7.0.0");
const HELP: Spec =
    Spec::new("HELP", 2, Group::Server, Run::Session(command_help)).flags(FLAGS).since("5.0.0");

const HELP_LINES: &[&str] = &[
    "(no subcommand)",
    "    Return details about all Redis commands.",
    "COUNT",
    "    Return the total number of commands in this Redis server.",
    "LIST",
    "    Return a list of all commands in this Redis server.",
    "INFO [<command-name> ...]",
    "    Return details about multiple Redis commands.",
    "    If no command names are given, documentation details for all",
    "    commands are returned.",
    "DOCS [<command-name> ...]",
    "    Return documentation details about multiple Redis commands.",
    "    If no command names are given, documentation details for all",
    "    commands are returned.",
    "GETKEYS <full-command>",
    "    Return the keys from a full Redis command.",
    "GETKEYSANDFLAGS <full-command>",
    "    Return the keys and the access flags from a full Redis command.",
];

fn count(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    invocation.reply.count(engine.table().len());
    Ok(())
}

fn info(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    let names = invocation.args.get(2..).unwrap_or_default();
    let reply = &mut invocation.reply;
    if names.is_empty() {
        reply.array(engine.table().len());
        entry::all(engine.table()).for_each(|command| command.info(reply));
        return Ok(());
    }
    reply.array(names.len());
    for name in names {
        match Command::find(engine.table(), name) {
            Some(command) => command.info(reply),
            None => reply.null(),
        }
    }
    Ok(())
}

fn docs(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    let names = invocation.args.get(2..).unwrap_or_default();
    let table = engine.table();
    let found: Vec<Command> = if names.is_empty() {
        entry::all(table).collect()
    } else {
        names.iter().filter_map(|name| Command::find(table, name)).collect()
    };
    invocation.reply.map(found.len());
    for command in found {
        command.docs(invocation.reply);
    }
    Ok(())
}

fn command_help(desk: &mut Desk<'_>) -> Outcome {
    help(desk.reply, "COMMAND", HELP_LINES);
    Ok(())
}
