//! The command and its subcommands, but for those that have a file.

use super::{aids, digest, key, populate, protocol};
use crate::command::args::{self, is};
use crate::command::{Call, Desk, Flags, Group, Keys, Run, Spec};
use crate::resp::{Fault, Outcome, parse_double};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// `DEBUG subcommand [argument …]`
pub const DEBUG: Spec =
    Spec::new("DEBUG", -2, Group::Server, Run::Session(help)).flags(FLAGS).sub(&[
        &ACTIVE_EXPIRE,
        &aids::CHANGE_REPL_ID,
        &aids::DENY_SCRIPTS,
        &aids::ERROR,
        &aids::LOG,
        &aids::STRINGMATCH_LEN,
        &digest::DIGEST,
        &digest::DIGEST_VALUE,
        &HELP,
        &LOADAOF,
        &OBJECT,
        &PACKED,
        &populate::POPULATE,
        &PROTOCOL,
        &RELOAD,
        &SLEEP,
    ]);

pub(super) const FLAGS: Flags =
    Flags::ADMIN.or(Flags::NOSCRIPT).or(Flags::LOADING).or(Flags::STALE);

const HELP: Spec = Spec::new("HELP", 2, Group::Server, Run::Session(help)).flags(FLAGS);
const LOADAOF: Spec = Spec::new("LOADAOF", 2, Group::Server, Run::Data(reload)).flags(FLAGS);
const OBJECT: Spec = Spec::new("OBJECT", -3, Group::Server, Run::Data(key::object))
    .flags(FLAGS)
    .keys(Keys::Range { first: 2, last: 2, step: 1 });
const PACKED: Spec =
    Spec::new("QUICKLIST-PACKED-THRESHOLD", 3, Group::Server, Run::Session(packed)).flags(FLAGS);
const PROTOCOL: Spec =
    Spec::new("PROTOCOL", 3, Group::Server, Run::Session(protocol::protocol)).flags(FLAGS);
const RELOAD: Spec = Spec::new("RELOAD", -2, Group::Server, Run::Data(reload)).flags(FLAGS);
const ACTIVE_EXPIRE: Spec =
    Spec::new("SET-ACTIVE-EXPIRE", 3, Group::Server, Run::Session(active_expire)).flags(FLAGS);
const SLEEP: Spec = Spec::new("SLEEP", 3, Group::Server, Run::Data(sleep)).flags(FLAGS);

/// Longer nobody means to wait.
const SLEEP_MAX: Duration = Duration::from_secs(3_600);

/// Each value is written as snapshots have it, and read back.
fn reload(call: &mut Call<'_>) -> Outcome {
    for option in call.args.get(2..).unwrap_or_default() {
        if !["MERGE", "NOFLUSH", "NOSAVE"].iter().any(|known| is(option, known)) {
            return Err(Fault::err(
                "DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.",
            ));
        }
    }
    let outcome = call.keys.reload();
    outcome.map_err(|(key, why)| {
        let key = key.escape_ascii();
        Fault::err(format_args!("The value of '{key}' could not be read back: {why}"))
    })?;
    call.reply.ok();
    Ok(())
}

/// The data is busy, as with a command that takes so long.
fn sleep(call: &mut Call<'_>) -> Outcome {
    let seconds = parse_double(call.args[2]).ok_or(Fault::NotFloat)?;
    let time = Duration::try_from_secs_f64(seconds).map_err(|_| Fault::NotFloat)?;
    std::thread::sleep(time.min(SLEEP_MAX));
    call.reply.ok();
    Ok(())
}

/// Whether keys whose time has come are taken out although nobody asks for them.
fn active_expire(desk: &mut Desk<'_>) -> Outcome {
    desk.hub.limits.active_expire.store(args::int(desk.args[2])? != 0, Relaxed);
    desk.reply.ok();
    Ok(())
}

/// From what size on an element of a list is a node by itself: here none is, whatever its size.
fn packed(desk: &mut Desk<'_>) -> Outcome {
    let text = String::from_utf8_lossy(desk.args[2]).to_ascii_lowercase();
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let known = ["", "b", "k", "kb", "m", "mb", "g", "gb"];
    let unit = text.get(digits.len()..).unwrap_or_default();
    if digits.parse::<u64>().is_err() || !known.contains(&unit) {
        return Err(Fault::err(
            "argument must be a memory value bigger than 1 and smaller than 4gb",
        ));
    }
    desk.reply.ok();
    Ok(())
}

fn help(desk: &mut Desk<'_>) -> Outcome {
    const LINES: &[&str] = &[
        "CHANGE-REPL-ID",
        "    Nothing: there is no replication whose id could change.",
        "DIGEST",
        "    What tells two stores with other data apart, whatever the order in which they keep it.",
        "DIGEST-VALUE <key> [<key> ...]",
        "    The same of single values.",
        "ERROR <text>",
        "    This error.",
        "LOADAOF",
        "    The same as RELOAD.",
        "LOG <text>",
        "    Write to the log of scripts.",
        "OBJECT <key>",
        "    How the value of the key is kept.",
        "POPULATE <count> [<prefix>] [<size>]",
        "    Set keys key:0, key:1 and so on, or with another prefix, where there are none.",
        "PROTOCOL <type>",
        "    A reply of this type: string, integer, double, bignum, null, array, set, map, attrib, push, verbatim,",
        "    true or false.",
        "QUICKLIST-PACKED-THRESHOLD <size>",
        "    Nothing: lists have one form of nodes only.",
        "RELOAD [MERGE] [NOFLUSH] [NOSAVE]",
        "    Write each value as snapshots have it, and read it back.",
        "SET-ACTIVE-EXPIRE <0|1>",
        "    Whether keys are taken out when they end, or only when somebody asks for them.",
        "SET-DISABLE-DENY-SCRIPTS <0|1>",
        "    Whether scripts may call any command.",
        "SLEEP <seconds>",
        "    Keep the data busy.",
        "STRINGMATCH-LEN <len> <pattern>",
        "    Whether the pattern matches so many letters a.",
    ];
    crate::command::helping::help(desk.reply, "DEBUG", LINES);
    Ok(())
}
