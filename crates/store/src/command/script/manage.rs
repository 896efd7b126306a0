//! `SCRIPT LOAD`, `EXISTS`, `FLUSH`, `KILL`, `DEBUG`, `HELP`.

use crate::command::args::is;
use crate::command::{Desk, Flags, Group, Run, Spec, help as lines};
use crate::engine::{Engine, Invocation};
use crate::resp::{Fault, Outcome};

/// `SCRIPT subcommand`
pub const SCRIPT: Spec = Spec::new("SCRIPT", -2, Group::Scripting, Run::Session(help))
    .since("2.6.0")
    .sub(&[&LOAD, &EXISTS, &FLUSH, &KILL, &DEBUG, &HELP]);

const LOAD: Spec = Spec::new("LOAD", 3, Group::Scripting, Run::Engine(load))
    .flags(Flags::NOSCRIPT.or(Flags::STALE))
    .since("2.6.0");
const EXISTS: Spec = Spec::new("EXISTS", -3, Group::Scripting, Run::Engine(exists))
    .flags(Flags::NOSCRIPT)
    .since("2.6.0");
const FLUSH: Spec = Spec::new("FLUSH", -2, Group::Scripting, Run::Engine(flush))
    .flags(Flags::NOSCRIPT)
    .since("2.6.0");
const KILL: Spec = Spec::new("KILL", 2, Group::Scripting, Run::Session(kill))
    .flags(Flags::NOSCRIPT.or(Flags::ALLOW_BUSY))
    .since("2.6.0");
const DEBUG: Spec = Spec::new("DEBUG", 3, Group::Scripting, Run::Session(debug))
    .flags(Flags::NOSCRIPT)
    .since("3.2.0");
const HELP: Spec = Spec::new("HELP", 2, Group::Scripting, Run::Session(help))
    .flags(Flags::LOADING.or(Flags::STALE))
    .since("5.0.0");

const HELP_LINES: &[&str] = &[
    "DEBUG (YES|SYNC|NO)",
    "    Set the debug mode for subsequent scripts executed.",
    "EXISTS <sha1> [<sha1> ...]",
    "    Return information about the existence of the scripts in the script cache.",
    "FLUSH [ASYNC|SYNC]",
    "    Flush the Lua scripts cache. Very dangerous on replicas.",
    "    When called without the optional mode argument, the behavior is determined by the",
    "    lazyfree-lazy-user-flush configuration directive. Valid modes are:",
    "    * ASYNC: Asynchronously flush the scripts cache.",
    "    * SYNC: Synchronously flush the scripts cache.",
    "KILL",
    "    Kill the currently executing Lua script.",
    "LOAD <script>",
    "    Load a script into the scripts cache without executing it.",
];

fn load(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    let sha = engine.load_script(invocation.args.get(2).copied().unwrap_or_default())?;
    invocation.reply.bulk(sha.to_string().as_bytes());
    Ok(())
}

fn exists(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    let names = invocation.args.get(2..).unwrap_or_default();
    invocation.reply.array(names.len());
    for name in names {
        invocation.reply.int(engine.knows_script(name).into());
    }
    Ok(())
}

fn flush(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    match invocation.args {
        [_, _] => {}
        [_, _, how] if is(how, "SYNC") || is(how, "ASYNC") => {}
        _ => return Err(Fault::plain("ERR SCRIPT FLUSH only support SYNC|ASYNC option")),
    }
    engine.flush_scripts();
    invocation.reply.ok();
    Ok(())
}

fn kill(desk: &mut Desk<'_>) -> Outcome {
    desk.hub.script.kill()?;
    desk.reply.ok();
    Ok(())
}

fn debug(desk: &mut Desk<'_>) -> Outcome {
    match desk.args.get(2).copied().unwrap_or_default() {
        no if is(no, "NO") => desk.reply.ok(),
        yes if is(yes, "YES") || is(yes, "SYNC") => {
            return Err(Fault::plain("ERR There is no debugger here: run the script in Redis"));
        }
        _ => return Err(Fault::plain("ERR Use SCRIPT DEBUG YES/SYNC/NO")),
    }
    Ok(())
}

fn help(desk: &mut Desk<'_>) -> Outcome {
    lines(desk.reply, "SCRIPT", HELP_LINES);
    Ok(())
}
