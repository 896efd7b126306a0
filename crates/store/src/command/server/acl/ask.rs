//! The command and its subcommands.

use super::user;
use crate::command::server::commands::{ALL_CATEGORIES, in_category};
use crate::command::{Desk, Flags, Group, Run, Spec, help};
use crate::engine::{Engine, Invocation};
use crate::resp::{Fault, Outcome, parse_int};

const FLAGS: Flags = Flags::NOSCRIPT.or(Flags::LOADING).or(Flags::STALE);
const ADMIN: Flags = FLAGS.or(Flags::ADMIN);

/// `ACL subcommand`
pub const ACL: Spec = Spec::new("ACL", -2, Group::Server, Run::Session(acl_help))
    .since("6.0.0")
    .sub(&[&CAT, &DELUSER, &GETUSER, &HELP, &LIST, &LOG, &SETUSER, &USERS, &WHOAMI]);

const fn sub(name: &'static str, arity: i8, run: fn(&mut Desk<'_>) -> Outcome) -> Spec {
    Spec::new(name, arity, Group::Server, Run::Session(run)).flags(ADMIN).since("6.0.0")
}

const CAT: Spec = Spec::new("CAT", -2, Group::Server, Run::Engine(cat)).flags(FLAGS).since("6.0.0");
const DELUSER: Spec = sub("DELUSER", -3, only_one);
const GETUSER: Spec = sub("GETUSER", 3, getuser);
const HELP: Spec = sub("HELP", 2, acl_help).flags(Flags::LOADING.or(Flags::STALE));
const LIST: Spec = sub("LIST", 2, list);
const LOG: Spec = sub("LOG", -2, log);
const SETUSER: Spec = sub("SETUSER", -3, only_one);
const USERS: Spec = sub("USERS", 2, users);
const WHOAMI: Spec = sub("WHOAMI", 2, whoami).flags(FLAGS);

const HELP_LINES: &[&str] = &[
    "CAT [<category>]",
    "    List all commands that belong to <category>, or all command categories",
    "    when no category is specified.",
    "GETUSER <username>",
    "    Get the user's details.",
    "LIST",
    "    Show users details in config file format.",
    "LOG [<count> | RESET]",
    "    Show the ACL log entries.",
    "USERS",
    "    List all the registered usernames.",
    "WHOAMI",
    "    Return the current connection username.",
];

fn cat(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    let reply = &mut invocation.reply;
    let Some(category) = invocation.args.get(2) else {
        reply.array(ALL_CATEGORIES.len());
        ALL_CATEGORIES.iter().for_each(|name| reply.bulk(name.as_bytes()));
        return Ok(());
    };
    let category = String::from_utf8_lossy(category.get(..64).unwrap_or(category));
    let Some(known) = ALL_CATEGORIES.iter().find(|name| category.eq_ignore_ascii_case(name)) else {
        return Err(Fault::err(format_args!("Unknown category '{category}'")));
    };
    let found = in_category(engine.table(), known);
    reply.array(found.len());
    found.iter().for_each(|name| reply.bulk(name.as_bytes()));
    Ok(())
}

fn getuser(desk: &mut Desk<'_>) -> Outcome {
    if desk.args[2] == user::NAME.as_bytes() {
        user::details(&desk.hub.limits, desk.reply);
    } else {
        desk.reply.null();
    }
    Ok(())
}

fn list(desk: &mut Desk<'_>) -> Outcome {
    desk.reply.array(1);
    desk.reply.bulk(user::line(&desk.hub.limits).as_bytes());
    Ok(())
}

/// Nobody is ever refused by a rule: there is nothing in the log.
fn log(desk: &mut Desk<'_>) -> Outcome {
    match desk.args.get(2) {
        Some(word) if word.eq_ignore_ascii_case(b"RESET") => desk.reply.ok(),
        Some(count) if parse_int(count).is_none() => return Err(Fault::NotInteger),
        _ => desk.reply.array(0),
    }
    Ok(())
}

fn users(desk: &mut Desk<'_>) -> Outcome {
    desk.reply.array(1);
    desk.reply.bulk(user::NAME.as_bytes());
    Ok(())
}

fn whoami(desk: &mut Desk<'_>) -> Outcome {
    desk.reply.bulk(user::NAME.as_bytes());
    Ok(())
}

fn only_one(_: &mut Desk<'_>) -> Outcome {
    Err(Fault::plain(
        "ERR The store has one user, default, who may do all. Its password is set by CONFIG SET requirepass",
    ))
}

fn acl_help(desk: &mut Desk<'_>) -> Outcome {
    help(desk.reply, "ACL", HELP_LINES);
    Ok(())
}
