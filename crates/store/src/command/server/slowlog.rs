//! `SLOWLOG`: commands that ran long.

use crate::command::{Desk, Flags, Group, Run, Spec, help};
use crate::resp::{Fault, Outcome, parse_int};

const FLAGS: Flags = Flags::ADMIN.or(Flags::LOADING).or(Flags::STALE);

/// `SLOWLOG subcommand`
pub const SLOWLOG: Spec = Spec::new("SLOWLOG", -2, Group::Server, Run::Session(slowlog_help))
    .since("2.2.12")
    .sub(&[&GET, &LEN, &RESET, &HELP]);

const GET: Spec =
    Spec::new("GET", -2, Group::Server, Run::Session(get)).flags(FLAGS).since("2.2.12");
const LEN: Spec =
    Spec::new("LEN", 2, Group::Server, Run::Session(len)).flags(FLAGS).since("2.2.12");
const RESET: Spec =
    Spec::new("RESET", 2, Group::Server, Run::Session(reset)).flags(FLAGS).since("2.2.12");
const HELP: Spec = Spec::new("HELP", 2, Group::Server, Run::Session(slowlog_help))
    .flags(Flags::LOADING.or(Flags::STALE))
    .since("6.2.0");

/// So many are told unless more are asked for.
const COUNT: usize = 10;

const HELP_LINES: &[&str] = &[
    "GET [<count>]",
    "    Return top <count> entries from the slowlog (default: 10, -1 mean all).",
    "    Entries are made of:",
    "    id, timestamp, time in microseconds, arguments array, client IP and port,",
    "    client name",
    "LEN",
    "    Return the length of the slowlog.",
    "RESET",
    "    Reset the slowlog.",
];

fn get(desk: &mut Desk<'_>) -> Outcome {
    if desk.args.len() > 3 {
        return Err(Fault::arity("slowlog|get"));
    }
    let count = match desk.args.get(2) {
        None => COUNT,
        Some(count) => match parse_int(count) {
            Some(-1) => usize::MAX,
            Some(count) if count >= 0 => usize::try_from(count).unwrap_or(usize::MAX),
            _ => {
                return Err(Fault::plain("ERR count should be greater than or equal to -1"));
            }
        },
    };
    let commands = desk.hub.slow_log.newest(count);
    desk.reply.array(commands.len());
    for command in commands {
        desk.reply.array(6);
        desk.reply.int(command.id as i64);
        desk.reply.int(command.at_s);
        desk.reply.int(command.took_us as i64);
        desk.reply.array(command.args.len());
        command.args.iter().for_each(|arg| desk.reply.bulk(arg));
        desk.reply.bulk(command.address.as_bytes());
        desk.reply.bulk(&command.name);
    }
    Ok(())
}

fn len(desk: &mut Desk<'_>) -> Outcome {
    desk.reply.count(desk.hub.slow_log.len());
    Ok(())
}

fn reset(desk: &mut Desk<'_>) -> Outcome {
    desk.hub.slow_log.clear();
    desk.reply.ok();
    Ok(())
}

fn slowlog_help(desk: &mut Desk<'_>) -> Outcome {
    help(desk.reply, "SLOWLOG", HELP_LINES);
    Ok(())
}
