//! `FUNCTION`: there are no functions, and this says so. Clients that clear or list them get what they expect.

use crate::command::args::is;
use crate::command::{Desk, Flags, Group, Run, Spec};
use crate::resp::{Fault, Outcome};

/// `FUNCTION subcommand`
pub const FUNCTION: Spec = Spec::new("FUNCTION", -2, Group::Scripting, Run::Session(list))
    .since("7.0.0")
    .sub(&[&LIST, &FLUSH, &KILL, &STATS]);

const LIST: Spec = Spec::new("LIST", -2, Group::Scripting, Run::Session(list))
    .flags(Flags::NOSCRIPT)
    .since("7.0.0");
const FLUSH: Spec = Spec::new("FLUSH", -2, Group::Scripting, Run::Session(flush))
    .flags(Flags::NOSCRIPT.or(Flags::WRITE))
    .since("7.0.0");
const KILL: Spec = Spec::new("KILL", 2, Group::Scripting, Run::Session(kill))
    .flags(Flags::NOSCRIPT.or(Flags::ALLOW_BUSY))
    .since("7.0.0");
const STATS: Spec = Spec::new("STATS", 2, Group::Scripting, Run::Session(stats))
    .flags(Flags::NOSCRIPT.or(Flags::ALLOW_BUSY))
    .since("7.0.0");

fn list(desk: &mut Desk<'_>) -> Outcome {
    let mut rest = desk.args.get(2..).unwrap_or_default();
    while let Some((option, after)) = rest.split_first() {
        rest = match after.split_first() {
            _ if is(option, "WITHCODE") => after,
            Some((_, after)) if is(option, "LIBRARYNAME") => after,
            None if is(option, "LIBRARYNAME") => {
                return Err(Fault::plain("ERR library name argument was not given"));
            }
            _ => {
                return Err(Fault::quoting(&[b"ERR Unknown argument ", option]));
            }
        };
    }
    desk.reply.array(0);
    Ok(())
}

fn flush(desk: &mut Desk<'_>) -> Outcome {
    match desk.args {
        [_, _] => {}
        [_, _, how] if is(how, "SYNC") || is(how, "ASYNC") => {}
        _ => return Err(Fault::plain("ERR FUNCTION FLUSH only supports SYNC|ASYNC option")),
    }
    desk.reply.ok();
    Ok(())
}

fn kill(desk: &mut Desk<'_>) -> Outcome {
    if desk.hub.script.is_running() {
        return Err(Fault::plain(
            "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
        ));
    }
    Err(Fault::plain("NOTBUSY No scripts in execution right now."))
}

fn stats(desk: &mut Desk<'_>) -> Outcome {
    desk.reply.map(2);
    desk.reply.bulk(b"running_script");
    desk.reply.null();
    desk.reply.bulk(b"engines");
    desk.reply.map(1);
    desk.reply.bulk(b"LUA");
    desk.reply.map(2);
    desk.reply.bulk(b"libraries_count");
    desk.reply.int(0);
    desk.reply.bulk(b"functions_count");
    desk.reply.int(0);
    Ok(())
}
